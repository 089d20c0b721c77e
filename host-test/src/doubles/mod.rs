//! Servers on the loopback that stand in for Intercom; they know nothing of the
//! sandbox that calls them, nor of fixtures.
//!
//! | Room | What it is for |
//! |---|---|
//! | [`server`] | the socket of any double: listens, counts connections, ends with its owner |
//! | [`http`] | whole requests in, whole responses out, on one connection |
//! | [`ledger`] | what a double was asked, and which writes it was sent twice |
//! | [`intercom`] | a stateful Intercom that behaves |
//! | [`faults`] | a server that misbehaves on purpose |
//!
//! `server` and `http` know no API: a double that breaks connections takes
//! `server` alone.

pub mod faults;
pub mod http;
pub mod intercom;
pub mod ledger;
pub mod server;

pub use faults::FaultServer;
pub use intercom::{Counts, IntercomDouble, Options, Region};
