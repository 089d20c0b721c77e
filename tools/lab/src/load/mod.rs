//! Many calls at once against a server that answers at once: what a call costs,
//! and whether all of them come back.
//!
//! | Room | What it is for |
//! |---|---|
//! | [`work`] | what is asked over and over |
//! | [`cases`] | one recorded case of each action |
//! | [`canned`] | answers it without a socket |
//! | [`drive`] | keeps so many calls in flight, and times them |
//! | [`sandboxes`] | the component as what is called |
//! | [`memory`] | what a sandbox holds while it waits |
//! | [`figures`] | what was found |

pub mod canned;
pub mod cases;
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
