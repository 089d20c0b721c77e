//! Servers on the loopback that stand in for Intercom. They know nothing of
//! sandboxes, nor of cases.
//!
//! | Module | What it is for |
//! |---|---|
//! | [`intercom`] | a stateful Intercom that behaves |
//! | [`faults`] | a server that misbehaves on purpose |
//! | [`fixed`] | a server that gives the same responses as fast as it can |
//! | [`openapi`] | Intercom's published API description as a judge of requests |
//! | [`ledger`] | the requests that a double got, and which writes came twice |
//! | [`http`] | whole requests in, whole responses out, on one connection |
//! | [`server`] | the socket of any double: listens, counts connections, ends with its owner |

pub mod faults;
pub mod fixed;
pub mod http;
pub mod intercom;
pub mod ledger;
pub mod openapi;
pub mod server;

pub use faults::FaultServer;
pub use fixed::FixedServer;
pub use intercom::{Counts, IntercomDouble, Options, Region};
