//! Cases of a connector's actions: an input, the recorded HTTP exchanges, and the outcome, for
//! any service.
//!
//! A case is a folder `fixtures/<action>/<case>/` with `case.json` (the input and the expected
//! outcome) and `exchange.har` (the requests and their responses). Without an `exchange.har`,
//! the action must not send a request. A case of a trigger has a delivery or a poll instead of
//! exchanges.
//!
//! # Modules, outermost first; each depends only on those below
//!
//! - [`bless`](bless()), [`figures`](figures()): write an outcome, measure actions.
//! - [`run`](run()): runs a case in a sandbox and compares the outcome.
//! - [`Replay`]: the transport that responds with recorded exchanges.
//! - [`Case`], [`Expect`], [`Failure`]: a case, its outcome, and how a run differs.
//! - [`RecordedDelivery`], [`RecordedPoll`]: a delivery of a webhook, a poll.
//! - [`Exchange`], [`HttpRequest`], [`har`]: recorded exchanges and their file format.

mod bless;
mod byte_order_mark;
mod case;
mod delivery;
mod diff;
mod error;
mod exchange;
mod expect;
mod failure;
mod figures;
pub mod har;
mod matching;
mod poll;
pub mod process;
mod replay;
mod response;
mod run;

pub use bless::{Blessed, bless};
pub use byte_order_mark::without_mark;
pub use case::{Case, CaseName, RETRIES, TOKEN, examples, read_json, select};
pub use delivery::{RecordedDelivery, event_json, outcome_json};
pub use diff::Difference;
pub use error::{EntryProblem, FixtureError};
pub use exchange::{Body, CONNECTION_HEADERS, Exchange, HttpRequest};
pub use expect::{ActionFailure, Expect, FailureFacts, ProblemFacts, SpanFacts};
pub use failure::Failure;
pub use figures::{Figures, figures};
pub use har::Fault;
pub use matching::{Mismatch, REDACTED};
pub use poll::{RecordedPoll, page_json};
pub use replay::Replay;
pub use response::ReferenceError;
pub use run::{Outcome, run, run_in};
