//! Measures the component, and tests it under network faults.
//!
//! # Modules, outermost first; each depends only on those below
//!
//! | Module | What it does |
//! |---|---|
//! | [`commands`] | the subcommands, one file each: arguments in, text out |
//! | [`resilience`] | the component against a server that misbehaves: the fault matrix, the soak |
//! | [`load`] | many calls at once, and what each costs |
//! | [`egress`] | what an engine puts between a component and the network |

pub mod commands;
pub mod egress;
pub mod load;
pub mod resilience;
