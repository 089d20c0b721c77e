//! Intercom for workflow engines, as one WebAssembly component.
//!
//! An engine calls an action. The action reads its input, sends requests to Intercom through the
//! host, and returns a typed result, or an error that says what to do next. Modules, outermost
//! first; each depends only on those below:
//!
//! - `exports`: the functions that the world exports.
//! - `host`: WASI. The only module that does I/O.
//! - `plugin`: any action by its id, JSON in and JSON out; the manifest; previews.
//! - `operations`: actions as data: the whole API by name, and custom actions.
//! - `actions`: convert inputs to requests, and responses to results.
//! - `triggers`: events that start workflows; on the level of `operations` and `actions`.
//! - `search`: filters and pages of a search, and filters of events.
//! - `api`: Intercom's API: settings, requests, responses and errors.
//! - `input`: reads inputs: placeholders, dates, flags, and errors about them.
//! - `world`: the types of the WIT contract, generated.
//! - `heap`: the component's memory.
//!
//! Everything but `host` also runs natively, over any transport.

mod actions;
mod api;
mod exports;
#[cfg(target_arch = "wasm32")]
mod heap;
mod host;
mod input;
mod operations;
mod plugin;
mod search;
mod triggers;
mod world;

pub use api::region_named;

/// For tests, fuzz targets, native benchmarks and the redaction of recorded inputs. Not a public
/// interface: it changes without notice.
#[doc(hidden)]
pub mod internals {
    pub use crate::actions::HostContext;
    pub use crate::api::{
        BodyCut, Clock, Headers, Method, Node, Phase, Response, SendError, SendErrorKind,
        Structure, Timeouts, Transport, VARIABLES, Version, WireRequest, hosts,
    };
    pub use crate::input::{
        Context, FromInput, InputError, InputErrors, MAX_DEPTH, Part, Patch, Resolve, Template,
        Timestamp, number_text, repaired, without_mark,
    };
    pub use crate::plugin::{
        catalogue, describe, invoke, invoke_defined, manifest, preview, preview_defined, problems,
    };
    pub use crate::search::{
        CompiledFilter, Filter, MAX_REQUESTS, MAX_ROWS, Match, NextPage, PageResponse, PageSummary,
        Pager, Pagination, Place, Table, fill, formula,
        tables::{CONTACTS, CONVERSATIONS, TABLES, TICKETS},
    };
    pub use crate::triggers::{matches, poll, receive, sample};
    pub use crate::world::{plugin, triggers, types};
}
