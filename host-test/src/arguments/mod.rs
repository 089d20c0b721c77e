//! Arguments that several commands have, in this harness and in the tools: which
//! component, with which variables and actions, and an action's input.

mod actions_file;
mod component;
mod environment;
mod input;

pub use actions_file::{ActionsFile, ActionsFileError};
pub use component::{ComponentArguments, ComponentError};
pub use environment::{
    ACTIONS, CONTEXT, EnvironmentArguments, EnvironmentError, MisspelledVariable,
};
pub use input::{Input, InputError};
