//! Actions by id, run on JSON.

use crate::actions::{self, Action, HostContext, ToJson, run};
use crate::input::{InputError, InputErrors, RawInput, list_names, nearest};
use crate::world::types::ActionError;

/// An action without its types.
struct Entry {
    id: &'static str,
    run: fn(RawInput, HostContext<'_>) -> Result<String, ActionError>,
}

const fn entry<A: Action>() -> Entry {
    Entry {
        id: A::ID,
        run: |input, host| run::<A>(input, host).map(|output| output.to_json()),
    }
}

/// All actions, in the order of the manifest.
const ENTRIES: &[Entry] = include!(concat!(env!("OUT_DIR"), "/entries.rs"));

/// Runs an action by its id.
///
/// # Errors
/// An unknown id, an input that is not a JSON object, and everything that can go
/// wrong with the action itself.
pub fn invoke(action: &str, input: &str, host: HostContext<'_>) -> Result<String, ActionError> {
    let entry = ENTRIES
        .iter()
        .find(|entry| entry.id == action)
        .ok_or_else(|| unknown(action))?;
    let input = RawInput::from_json(input).map_err(|errors| errors.into_error(entry.id))?;
    (entry.run)(input, host)
}

fn unknown(action: &str) -> ActionError {
    let ids: Vec<&str> = ENTRIES.iter().map(|entry| entry.id).collect();
    let hint = match nearest(action, ids.iter().copied()) {
        Some(id) => format!("write {id}, if that is meant"),
        None => format!("give {}", list_names(&ids, "or")),
    };
    let mut errors = InputErrors::default();
    let error = InputError::of_value(&action.into(), "is not an action", hint);
    errors.note("action", error);
    errors.into_error("plugin")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plugin::manifest;

    #[test]
    fn the_manifest_lists_these_actions() {
        let manifest = manifest();
        let listed = manifest.actions.iter().map(|action| action.id.as_str());
        assert!(listed.eq(ENTRIES.iter().map(|entry| entry.id)));
    }
}
