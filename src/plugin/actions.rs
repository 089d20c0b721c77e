//! Actions by their ids, run on JSON.

use crate::actions::connection::{AuthorizeUrl, ExchangeCode, ListAdmins, TestConnection};
use crate::actions::contacts::{CreateContact, GetContactById, SearchContacts, UpdateContact};
use crate::actions::custom::CustomAction;
use crate::actions::messages::SendMessage;
use crate::actions::{Action, Output, Surroundings, run};
use crate::input::{Form, Problem, Problems, list_names, nearest, quoted};
use crate::world::types::ActionError;

/// An action without its types.
struct Entry {
    id: &'static str,
    run: fn(Form, Surroundings<'_>) -> Result<String, ActionError>,
}

const fn entry<A: Action>() -> Entry {
    Entry {
        id: A::ID,
        run: |form, surroundings| run::<A>(form, surroundings).map(|output| output.to_json()),
    }
}

/// All actions, in the order of the manifest.
const ENTRIES: [Entry; 10] = [
    entry::<CreateContact>(),
    entry::<UpdateContact>(),
    entry::<GetContactById>(),
    entry::<SearchContacts>(),
    entry::<SendMessage>(),
    entry::<CustomAction>(),
    entry::<TestConnection>(),
    entry::<ListAdmins>(),
    entry::<AuthorizeUrl>(),
    entry::<ExchangeCode>(),
];

/// Runs an action by its id.
///
/// # Errors
/// An id that no action has, an input that is no JSON object, and all that can
/// go wrong with the action itself.
pub fn invoke(
    action: &str,
    input: &str,
    surroundings: Surroundings<'_>,
) -> Result<String, ActionError> {
    let entry = ENTRIES
        .into_iter()
        .find(|entry| entry.id == action)
        .ok_or_else(|| unknown(action))?;
    let form = Form::from_json(input).map_err(|problems| problems.into_error(entry.id))?;
    (entry.run)(form, surroundings)
}

fn unknown(action: &str) -> ActionError {
    let ids = ENTRIES.map(|entry| entry.id);
    let hint = match nearest(action, ids) {
        Some(id) => format!("did you mean {id}?"),
        None => format!("the actions are {}", list_names(&ids, "and")),
    };
    let mut problems = Problems::default();
    let message = format!("{} is not an action; {hint}", quoted(action));
    problems.note("action", Problem::new(message));
    problems.into_error("plugin")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plugin::manifest;

    #[test]
    fn the_manifest_lists_these_actions() {
        let listed: Vec<String> = manifest()
            .actions
            .into_iter()
            .map(|action| action.id)
            .collect();
        assert_eq!(listed, ENTRIES.map(|entry| entry.id));
    }
}
