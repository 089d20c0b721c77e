//! Intercom's API as this connector sees it: settings, requests, answers, and
//! what went wrong. Free of I/O: a [`Transport`] does the sending, a [`Clock`] the
//! waiting.

mod address;
mod client;
mod clock;
mod credentials;
mod document;
mod exchange;
mod failure;
mod numbers;
mod rate_limit;
mod refusal;
mod retry;
mod secret;
mod settings;
mod timeouts;
mod unanswered;
mod variables;
mod version;

pub use address::{BaseUrl, Place, Region, SplitUrl, hosts};
pub use client::{Answer, Body, Client};
pub use clock::Clock;
pub use credentials::{App, ClientId, Credentials, SECRET_VARIABLES, Token};
pub use document::{Item, Object};
pub use exchange::{
    BodyCut, Effect, Headers, Method, Query, Request, Response, SendError, SendErrorKind,
    Transport, WireRequest,
};
pub use failure::Advice;
pub use retry::{Bound, Decision, GiveUp, Jitter, Policy, Retries};
pub use secret::{REDACTED, Secret};
pub use settings::Settings;
pub use timeouts::{Phase, Timeouts};
pub use variables::{VARIABLES, Variable};
pub use version::Version;
