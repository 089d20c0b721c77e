//! Arguments that several commands have, in this harness and in the tools: which
//! component, with which variables, and an action's input.

mod component;
mod environment;
mod input;

pub use component::{ComponentArguments, ComponentError};
pub use environment::{EnvironmentArguments, MisspelledVariable};
pub use input::{Input, InputError};
