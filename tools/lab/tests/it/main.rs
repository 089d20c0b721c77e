//! Faults, load and soak on a small scale.

mod command_line;
mod faults;
mod host_calls;
mod limits;
mod load;
mod pooling;
mod soak;
