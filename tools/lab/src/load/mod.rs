//! Many calls at once against a server that answers at once: what a call costs,
//! and whether every call succeeds.
//!
//! | Module | What it does |
//! |---|---|
//! | [`memory`] | measures what a waiting sandbox holds |
//! | [`figures`] | what was measured |
//! | [`sandboxes`] | callers that run an action of the component |
//! | [`deliveries`] | callers that send webhooks to an address |
//! | [`drive`] | keeps a number of calls in flight, and times them |
//! | [`work`] | the action that is called, and the response to it |
//! | [`cases`] | the recorded cases that costs are measured on |
//! | [`canned`] | a transport without a socket |

pub mod canned;
pub mod cases;
pub mod deliveries;
pub mod drive;
pub mod figures;
pub mod memory;
pub mod sandboxes;
pub mod work;

pub use canned::Canned;
pub use drive::{Caller, End, Plan, drive, drive_threads};
pub use figures::Figures;
pub use sandboxes::Sandboxes;
pub use work::Work;
