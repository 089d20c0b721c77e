//! Test servers on loopback that simulate Intercom. They are independent of sandboxes and cases.
//!
//! | Module | Contents |
//! |---|---|
//! | [`intercom`] | a stateful Intercom without faults |
//! | [`faults`] | a server that misbehaves on purpose |
//! | [`fixed`] | a server that returns fixed responses as fast as it can |
//! | [`openapi`] | validation of requests against Intercom's published API description |
//! | [`ledger`] | counts of requests and responses, and duplicated writes |
//! | [`webhooks`] | webhooks as Intercom sends them, and invalid ones |
//! | [`http`] | HTTP on one connection |
//! | [`server`] | the listener of every server here |

pub mod faults;
pub mod fixed;
pub mod http;
pub mod intercom;
pub mod ledger;
pub mod openapi;
pub mod server;
pub mod webhooks;

pub use faults::FaultServer;
pub use fixed::FixedServer;
pub use intercom::{Counts, IntercomDouble, Options, Region};
