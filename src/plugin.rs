//! The generic way in: any action by its id, JSON in and JSON out.
//!
//! Runs the same code as the typed interfaces; an input is a form either way.

use crate::actions::connection::{ListAdmins, TestConnection};
use crate::actions::contacts::{CreateContact, GetContactById, SearchContacts, UpdateContact};
use crate::actions::custom::CustomAction;
use crate::actions::messages::SendMessage;
use crate::actions::{Action, Output, Surroundings, run};
use crate::input::{Form, Problem, Problems, list_names, nearest, quoted};
use crate::world::types::ActionError;

/// Runs one action on a form, and answers with JSON.
type Runner = fn(Form, Surroundings<'_>) -> Result<String, ActionError>;

fn to_json<A: Action>(form: Form, surroundings: Surroundings<'_>) -> Result<String, ActionError> {
    run::<A>(form, surroundings).map(|output| output.to_json())
}

/// All actions, in the order in which errors list them.
const ACTIONS: [(&str, Runner); 8] = [
    (CreateContact::ID, to_json::<CreateContact>),
    (UpdateContact::ID, to_json::<UpdateContact>),
    (GetContactById::ID, to_json::<GetContactById>),
    (SearchContacts::ID, to_json::<SearchContacts>),
    (SendMessage::ID, to_json::<SendMessage>),
    (CustomAction::ID, to_json::<CustomAction>),
    (TestConnection::ID, to_json::<TestConnection>),
    (ListAdmins::ID, to_json::<ListAdmins>),
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
    let Some((id, runner)) = ACTIONS.into_iter().find(|(id, _)| *id == action) else {
        return Err(unknown(action));
    };
    let form = Form::from_json(input).map_err(|problems| problems.into_error(id))?;
    runner(form, surroundings)
}

fn unknown(action: &str) -> ActionError {
    let ids = ACTIONS.map(|(id, _)| id);
    let hint = match nearest(action, ids) {
        Some(id) => format!("did you mean {id}?"),
        None => format!("the actions are {}", list_names(&ids, "and")),
    };
    let mut problems = Problems::default();
    problems.note(
        "action",
        Problem::new(format!("{} is not an action; {hint}", quoted(action))),
    );
    problems.into_error("invoke")
}
