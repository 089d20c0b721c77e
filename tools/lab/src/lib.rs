//! Measures the component, and tests it under network faults.
//!
//! # Modules, outermost first; each depends only on those below
//!
//! | Module | What it does |
//! |---|---|
//! | [`commands`] | the subcommands, one file each: arguments in, text out |
//! | [`resilience`] | the component against a server that misbehaves: the fault matrix, the soak |
//! | [`load`] | concurrent calls, and the cost of each |
//! | [`egress`] | the egress of an engine |

pub mod commands;
pub mod egress;
pub mod load;
pub mod resilience;
