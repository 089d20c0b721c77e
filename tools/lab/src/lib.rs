//! Measures the component, and breaks the network under it.
//!
//! | Module | What it is for |
//! |---|---|
//! | [`commands`] | the subcommands, one file each: arguments in, text out |
//! | [`resilience`] | the component against a server that misbehaves: the fault matrix, the soak |
//! | [`load`] | many calls at once, and what each costs |

pub mod commands;
pub mod load;
pub mod resilience;
