//! Faults, load and soak, in miniature.

mod faults;
mod host_calls;
mod limits;
mod load;
mod pooling;
mod soak;
