//! Arguments of several commands, here and in the tools: the component, its variables and
//! actions, and an action's input.

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
