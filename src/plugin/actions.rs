//! Actions by id, run on JSON.

use crate::actions::{self, Action, HostContext, ToJson, run};
use crate::api::ACTIONS;
use crate::input::{InputError, InputErrors, RawInput, list_names, nearest, quoted};
use crate::operations::{self, Catalogue, Defined, Operation};
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

/// Runs an action by its id: a typed one, one of the catalogue, or one that
/// `WORKFLOW_ACTIONS` defines.
///
/// # Errors
/// An unknown id, an input that is not a JSON object, and everything that can go
/// wrong with the action itself.
pub fn invoke(action: &str, input: &str, host: HostContext<'_>) -> Result<String, ActionError> {
    if let Some(entry) = ENTRIES.iter().find(|entry| entry.id == action) {
        return (entry.run)(read(entry.id, input)?, host);
    }
    if let Some(operation) = Catalogue::open().find(action) {
        return run_operation(&operation, input, host);
    }
    let defined = defined(&host.variables);
    match defined.find(action) {
        Some(operation) => run_operation(operation, input, host),
        None => Err(unknown(action, &defined, ACTIONS.name)),
    }
}

/// Runs an action of a document.
///
/// # Errors
/// As for [`invoke`]; and the document's problems, if it has no such action.
pub fn invoke_defined(
    document: &str,
    action: &str,
    input: &str,
    host: HostContext<'_>,
) -> Result<String, ActionError> {
    let defined = read_defined(document);
    match defined.find(action) {
        Some(operation) => run_operation(operation, input, host),
        None => Err(unknown(action, &defined, "document")),
    }
}

fn read(action: &str, input: &str) -> Result<RawInput, ActionError> {
    RawInput::from_json(input).map_err(|errors| errors.into_error(action))
}

fn run_operation(
    operation: &Operation,
    input: &str,
    host: HostContext<'_>,
) -> Result<String, ActionError> {
    operations::run(operation, read(&operation.id, input)?, host)
}

/// The actions that the environment defines.
pub fn defined(variables: &[(String, String)]) -> Defined {
    match ACTIONS.value(variables) {
        Some(document) => read_defined(document),
        None => Defined::default(),
    }
}

fn read_defined(document: &str) -> Defined {
    let catalogue = Catalogue::open();
    let is_typed = |id: &str| ENTRIES.iter().any(|entry| entry.id == id);
    Defined::read(document, &|id| is_typed(id) || catalogue.has(id))
}

/// The error of an id that no action has. The problems of definitions are part of
/// it: the action may be one that could not be read.
fn unknown(action: &str, defined: &Defined, field: &str) -> ActionError {
    let catalogue = Catalogue::open();
    let typed: Vec<&str> = ENTRIES.iter().map(|entry| entry.id).collect();
    let others = defined
        .operations
        .iter()
        .map(|operation| operation.id.as_str());
    let ids = typed.iter().copied().chain(others).chain(catalogue.ids());
    let hint = match nearest(action, ids) {
        Some(id) => format!("did you mean {id}?"),
        None => format!("the actions are {}", list_names(&typed, "and")),
    };
    let mut errors = InputErrors::default();
    let message = format!("{} is not an action; {hint}", quoted(action));
    errors.note("action", InputError::new(message));
    defined.note(field, &mut errors);
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
