//! Runs actions by id, with JSON in and out.

use crate::actions::{self, HostContext};
use crate::api::{ACTIONS, Credentials};
use crate::input::{InputError, InputErrors, RawInput, list_names, nearest};
use crate::operations::{self, Catalogue, Defined, Operation};
use crate::world::types::{ActionError, InputProblem};

/// An action without its types.
pub struct Entry {
    /// Its id.
    pub id: &'static str,
    /// The variables that it needs.
    pub variables: fn() -> &'static [&'static str],
    run: fn(RawInput, HostContext<'_>) -> Result<String, ActionError>,
}

impl Entry {
    /// The action with this id.
    pub fn find(id: &str) -> Option<&'static Self> {
        ENTRIES.iter().find(|entry| entry.id == id)
    }
}

const fn entry<A: actions::Action>() -> Entry {
    Entry {
        id: A::ID,
        variables: A::Credentials::variables,
        run: A::run_as_json,
    }
}

/// All actions, in the order of the WIT text.
pub const ENTRIES: &[Entry] = include!(concat!(env!("OUT_DIR"), "/entries.rs"));

/// Runs an action by its id: a typed one, one of the catalogue, or a custom one.
///
/// # Errors
/// An unknown id, an input that is not a JSON object, and every error of the action.
pub fn invoke(action: &str, input: &str, host: HostContext<'_>) -> Result<String, ActionError> {
    if let Some(entry) = Entry::find(action) {
        return (entry.run)(read(entry.id, input)?, host);
    }
    if let Some(operation) = Catalogue::open().find(action) {
        return run_operation(&operation, input, host);
    }
    match defined_as(&host.variables, Some(action)).find(action) {
        Some(operation) => run_operation(operation, input, host),
        None => Err(unknown(action, &defined(&host.variables), ACTIONS.name)),
    }
}

/// Runs a custom action of a document.
///
/// # Errors
/// As for [`invoke`]; and the document's problems, if it has no such action.
pub fn invoke_defined(
    document: &str,
    action: &str,
    input: &str,
    host: HostContext<'_>,
) -> Result<String, ActionError> {
    match read_defined(document, Some(action)).find(action) {
        Some(operation) => run_operation(operation, input, host),
        None => Err(unknown(action, &read_defined(document, None), "document")),
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

/// The custom actions of the environment.
pub fn defined(variables: &[(String, String)]) -> Defined {
    defined_as(variables, None)
}

/// All custom actions of the environment, or only the one with an id.
fn defined_as(variables: &[(String, String)], only: Option<&str>) -> Defined {
    match ACTIONS.value(variables) {
        Some(document) => read_defined(document, only),
        None => Defined::default(),
    }
}

/// The problems of the configuration that do not depend on an action: those of custom actions.
pub fn problems(variables: &[(String, String)]) -> Vec<InputProblem> {
    let mut errors = InputErrors::default();
    defined(variables).note(ACTIONS.name, &mut errors);
    errors.into_problems()
}

fn read_defined(document: &str, only: Option<&str>) -> Defined {
    let catalogue = Catalogue::open();
    Defined::read(document, only, &|id| {
        Entry::find(id).is_some() || catalogue.has(id)
    })
}

/// The error of an unknown id. It includes the problems of definitions, since the action may be
/// one that is unreadable.
fn unknown(action: &str, defined: &Defined, field: &str) -> ActionError {
    let catalogue = Catalogue::open();
    let typed: Vec<&str> = ENTRIES.iter().map(|entry| entry.id).collect();
    let others = defined
        .operations
        .iter()
        .map(|operation| operation.id.as_str());
    let ids = typed.iter().copied().chain(others).chain(catalogue.ids());
    let hint = match nearest(action, ids) {
        _ if defined.has_problems() => "correct its definition, if it is a custom \
        action"
            .to_owned(),
        Some(id) => format!("write {id} if you meant that"),
        None => format!(
            "give {}, or an id that catalogue lists",
            list_names(&typed, "or")
        ),
    };
    let mut errors = InputErrors::default();
    let error = InputError::of_value(&action.into(), "is not an action", hint);
    errors.note("action", error);
    defined.note(field, &mut errors);
    errors.into_error("plugin")
}
