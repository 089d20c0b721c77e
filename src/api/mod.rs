//! Intercom's API as this connector sees it: settings, requests, answers, and
//! what went wrong. Free of I/O: a [`Transport`] does the sending.

mod address;
mod client;
mod document;
mod exchange;
mod failure;
mod rate_limit;
mod refusal;
mod settings;
mod variables;
mod version;

pub use address::{BaseUrl, Place, hosts};
pub use client::{Answer, Body, Client, wire};
pub use document::{Object, items};
pub use exchange::{
    BodyCut, Effect, Headers, Method, Query, Request, Response, SendError, SendErrorKind,
    Transport, WireRequest,
};
pub use failure::Advice;
pub use settings::{Settings, Token};
pub use variables::{VARIABLES, Variable};
pub use version::Version;
