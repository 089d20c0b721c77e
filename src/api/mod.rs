//! Intercom's API, as far as the connector uses it: settings, requests, responses and errors.
//! Without I/O: a [`Transport`] sends, a [`Clock`] waits.

mod address;
mod client;
mod clock;
pub mod contact;
mod content;
mod credentials;
mod document;
mod error_response;
mod exchange;
mod failure;
pub mod field;
mod ids;
mod numbers;
mod path;
mod rate_limit;
mod refusal;
mod responder;
mod response_text;
mod retry;
mod secret;
mod send_error;
mod settings;
mod structure;
mod success;
mod timeouts;
mod unusable;
mod variables;
mod version;

pub use address::{BaseUrl, Endpoint, SplitUrl, hosts, region_named};
pub use client::Client;
pub use clock::Clock;
use connector_definitions::method;
pub use credentials::{App, ClientId, Credentials, Token};
pub use document::{Document, Item, Object};
pub use exchange::{
    BodyCut, Headers, Query, Request, RequestBody, Response, SendError, SendErrorKind, Transport,
    WireRequest,
};
pub use failure::{CORRECT_INPUT, Hints, NotFound};
pub use ids::{
    AdminId, AssigneeId, CompanyId, ContactId, ConversationId, TeamId, TicketId, TicketTypeId,
};
pub use method::{Effect, Method};
pub use path::PathSegment;
pub use responder::Expected;
pub use secret::{REDACTED, Secret};
pub use settings::Settings;
pub use structure::{ALL, Node, Structure, Tag, is_plain};
pub use success::{ResponseBody, SuccessResponse};
pub use timeouts::{Phase, Timeouts};
pub use variables::{
    ACCESS_TOKEN, ACTIONS, CLIENT_SECRET, CONTEXT, SECRET_VARIABLES, VARIABLES, Variable,
};
pub use version::Version;
