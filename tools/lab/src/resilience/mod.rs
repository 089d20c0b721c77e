//! Runs the component against a faulty server: every action under every fault, and concurrent
//! calls under random faults.
//!
//! # Modules, outermost first; each depends only on those below
//!
//! | Module | What it does |
//! |---|---|
//! | `soak` | runs many calls at once, each under a random fault |
//! | `figures` | the measurements of a soak, and the violations of its guarantees |
//! | [`matrix`], [`page`] | every fault against every action; the page about it |
//! | `runner` | runs one call under one fault |
//! | `expected` | the expected outcome of each call |
//! | `outcome` | the outcome of a call, and violations of general rules |
//! | [`calls`] | the actions that are called, and their inputs |
//! | `plan`, `random` | how a soak is run; random numbers from a seed |

pub mod calls;
mod expected;
mod figures;
pub mod matrix;
mod outcome;
pub mod page;
mod plan;
mod random;
mod runner;
mod soak;

pub use calls::{Call, calls};
pub use expected::{Expectation, expectation};
pub use figures::{Figures, Memory, Tally};
pub use matrix::{Cell, matrix};
pub use outcome::{Outcome, Verdict};
pub use plan::Plan;
pub use runner::{Runner, StartError};
pub use soak::soak;
