//! Concurrent calls to a server that responds at once: the cost of a call, and whether every
//! call succeeds.
//!
//! | Module | What it does |
//! |---|---|
//! | [`memory`] | measures the memory of a waiting sandbox |
//! | [`figures`] | the measurements |
//! | [`sandboxes`] | callers that run an action of the component |
//! | [`deliveries`] | callers that send webhooks to an address |
//! | [`drive`] | keeps a number of calls in flight, and times them |
//! | [`work`] | the action that is called, and the response to it |
//! | [`cases`] | the recorded cases to measure |
//! | [`extremes`] | the searches that cost most |
//! | [`canned`] | a transport without a socket |

pub mod canned;
pub mod cases;
pub mod deliveries;
pub mod drive;
pub mod extremes;
pub mod figures;
pub mod memory;
pub mod sandboxes;
pub mod work;

pub use canned::Canned;
pub use drive::{Caller, End, Plan, drive, drive_threads};
pub use extremes::Extreme;
pub use figures::Figures;
pub use sandboxes::Sandboxes;
pub use work::Work;
