//! Actions by id, run on JSON.

use super::described;
use crate::actions::{self, HostContext, ToJson, run};
use crate::api::Credentials;
use crate::input::{InputError, InputErrors, RawInput, list_names, nearest};
use crate::world::plugin::{Action, Effect, FieldType, JsonTypes};
use crate::world::types::ActionError;

/// An action without its types.
pub struct Entry {
    /// What the contract says of it.
    pub action: described::Action,
    variables: fn() -> &'static [&'static str],
    run: fn(RawInput, HostContext<'_>) -> Result<String, ActionError>,
}

impl Entry {
    /// The action with this id.
    pub fn find(id: &str) -> Option<&'static Self> {
        ENTRIES.iter().find(|entry| entry.action.id == id)
    }

    /// The whole description of the action.
    pub fn describe(&self) -> Action {
        self.action.to_wit((self.variables)())
    }
}

const fn entry<A: actions::Action>(action: described::Action) -> Entry {
    Entry {
        action,
        variables: A::Credentials::variables,
        run: |input, host| run::<A>(input, host).map(|output| output.to_json()),
    }
}

/// All actions, in the order of the WIT text.
pub const ENTRIES: &[Entry] = {
    use described::{Action, Choices, Condition, Field, Required};

    include!(concat!(env!("OUT_DIR"), "/entries.rs"))
};

/// Runs an action by its id.
///
/// # Errors
/// An unknown id, an input that is not a JSON object, and everything that can go
/// wrong with the action itself.
pub fn invoke(action: &str, input: &str, host: HostContext<'_>) -> Result<String, ActionError> {
    let entry = Entry::find(action).ok_or_else(|| unknown(action))?;
    let input = RawInput::from_json(input).map_err(|errors| errors.into_error(entry.action.id))?;
    (entry.run)(input, host)
}

fn unknown(action: &str) -> ActionError {
    let ids: Vec<&str> = ENTRIES.iter().map(|entry| entry.action.id).collect();
    let hint = match nearest(action, ids.iter().copied()) {
        Some(id) => format!("write {id}, if that is meant"),
        None => format!("give {}", list_names(&ids, "or")),
    };
    let mut errors = InputErrors::default();
    let error = InputError::of_value(&action.into(), "is not an action", hint);
    errors.note("action", error);
    errors.into_error("plugin")
}
