//! The component against a server that misbehaves on purpose: what every action
//! comes to under every fault, and whether it holds under many at once.
//!
//! | Room | What it is for |
//! |---|---|
//! | [`calls`] | the actions that are called, and with which inputs |
//! | `runner` | runs one call against one fault, and says what came of it |
//! | `expected` | what each call is expected to come to |
//! | [`matrix`] | every fault against every action |
//! | [`page`] | the matrix as a page |
//! | `soak` | many calls at once, each under a fault drawn at random |
//! | `figures` | what a soak has found |
//! | `random` | random numbers from a seed |

pub mod calls;
mod expected;
mod figures;
pub mod matrix;
pub mod page;
mod random;
mod runner;
mod soak;

pub use expected::{Expectation, expectation};
pub use figures::{Figures, Memory, Tally};
pub use matrix::{Cell, matrix};
pub use runner::{Ended, Runner, StartError, Verdict};
pub use soak::{Plan, soak};
