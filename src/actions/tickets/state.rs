//! The state of a ticket, by its id or its name (`docs/intercom-api.md`, Tickets).
//!
//! The API takes ids. A workspace names its states, and ticket types can have different states of
//! the same name.

use super::CHECK_TICKET;
use crate::api::{Client, Item, Method, NotFound, PathSegment, Request};
use crate::input::{FromInput, InputError, id_text, list_names, quoted, unexpected};
use crate::world::types::ActionError;
use serde_json::Value;

/// A state as the input refers to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// By its id: digits.
    Id(String),
    /// By its name.
    Name(String),
}

impl FromInput for State {
    const EXPECTED: &'static str = "the id or the name of a ticket state, such as 8577 or \
                                    Submitted; list-choices with kind ticket-states shows them";

    fn from_value(value: Value) -> Result<Self, InputError> {
        let refused = || unexpected::<Self>(&value, "is not a ticket state");
        let text = id_text(&value, Self::EXPECTED).map_err(|_| refused())?;
        match text.as_str() {
            "" => Err(refused()),
            id if id.bytes().all(|byte| byte.is_ascii_digit()) => Ok(Self::Id(text)),
            _ => Ok(Self::Name(text)),
        }
    }
}

/// A state of the workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Known {
    id: String,
    /// Its names: for teammates, for contacts, and its category.
    names: [Option<String>; 3],
    /// The ids of the ticket types that have it.
    types: Vec<String>,
}

impl State {
    /// The id of the state. A name takes a request for the states, and one for the ticket if
    /// states of several types have that name.
    ///
    /// # Errors
    /// No state of that name, or several; or a lookup failed.
    pub fn resolve(
        &self,
        ticket: &PathSegment,
        client: &mut Client<'_>,
    ) -> Result<String, ActionError> {
        let name = match self {
            Self::Id(id) => return Ok(id.clone()),
            Self::Name(name) => name,
        };
        let known = states(client)?;
        let mut named = named(&known, name);
        if named.len() > 1 {
            let kind = type_of(ticket, client)?;
            named.retain(|state| kind.as_ref().is_some_and(|kind| state.types.contains(kind)));
        }
        match named.as_slice() {
            [one] => Ok(one.id.clone()),
            _ => Err(client.invalid_input("state", unnamed(&known, name))),
        }
    }
}

const NO_STATES: NotFound = NotFound {
    problem: "Intercom has no list of ticket states",
    hint: "give state as an id, or check INTERCOM_VERSION",
};

const NO_TICKET: NotFound = NotFound {
    problem: "Intercom has no such ticket",
    hint: CHECK_TICKET,
};

fn states(client: &mut Client<'_>) -> Result<Vec<Known>, ActionError> {
    let request = Request::new(Method::Get, "/ticket_states").looking_up(NO_STATES);
    let (states, _) = client.send(&request)?.into_list("data", |list| {
        let rows = list.list("data").into_iter();
        rows.filter_map(known).collect()
    })?;
    Ok(states)
}

/// A row of the list, unless it is archived.
fn known(row: Item<'_>) -> Option<Known> {
    let state = row.object();
    if state.boolean("archived") == Some(true) {
        return None;
    }
    let names = ["internal_label", "external_label", "category"];
    let types = state.object("ticket_types").unwrap_or_default();
    let types = types.list("data").into_iter();
    Some(Known {
        id: state.text("id")?,
        names: names.map(|name| state.text(name)),
        types: types.filter_map(|kind| kind.object().text("id")).collect(),
    })
}

/// The states of a name. The name for teammates takes precedence, then that for contacts, then the
/// category.
fn named<'a>(known: &'a [Known], name: &str) -> Vec<&'a Known> {
    let plain = |name: &str| name.trim().to_lowercase().replace(['_', '-'], " ");
    let wanted = plain(name);
    for kind in 0..3 {
        let goes_by = |state: &&Known| {
            let name = state.names.get(kind).and_then(Option::as_deref);
            name.is_some_and(|name| plain(name) == wanted)
        };
        let found: Vec<&Known> = known.iter().filter(goes_by).collect();
        if !found.is_empty() {
            return found;
        }
    }
    Vec::new()
}

/// The id of the ticket's type.
fn type_of(ticket: &PathSegment, client: &mut Client<'_>) -> Result<Option<String>, ActionError> {
    let request = Request::new(Method::Get, format!("/tickets/{ticket}")).looking_up(NO_TICKET);
    let (kind, _) = client.send(&request)?.into_document(|ticket| {
        let kind = ticket.object("ticket_type");
        kind.and_then(|kind| kind.text("id"))
    })?;
    Ok(kind)
}

/// Maximum number of names in an error.
const MAX_NAMED: usize = 20;

fn unnamed(known: &[Known], name: &str) -> InputError {
    if known.is_empty() {
        let problem = format!(
            "{} is not a ticket state, since the workspace has none",
            quoted(name)
        );
        return InputError::new(problem, "add ticket states to the workspace first");
    }
    let same = named(known, name);
    if !same.is_empty() {
        let ids: Vec<&str> = same.iter().map(|state| state.id.as_str()).collect();
        let problem = format!(
            "{} is the name of several states of the ticket's type",
            quoted(name)
        );
        let hint = format!("give the id of one of them: {}", list_names(&ids, "or"));
        return InputError::new(problem, hint);
    }
    let mut names: Vec<&str> = Vec::new();
    for name in known
        .iter()
        .flat_map(|state| state.names.iter().flatten().next())
    {
        if !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    names.truncate(MAX_NAMED);
    let problem = format!("{} is not a ticket state", quoted(name));
    InputError::new(problem, format!("give {}", list_names(&names, "or")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn state(id: &str, names: [&str; 3], types: &[&str]) -> Known {
        Known {
            id: id.to_owned(),
            names: names.map(|name| Some(name.to_owned())),
            types: types.iter().map(|kind| (*kind).to_owned()).collect(),
        }
    }

    fn all() -> Vec<Known> {
        vec![
            state("1", ["Submitted", "Received", "submitted"], &["10", "20"]),
            state("2", ["In progress", "In progress", "in_progress"], &["10"]),
            state("3", ["In progress", "We are on it", "in_progress"], &["20"]),
            state("4", ["With legal", "In review", "in_progress"], &["20"]),
        ]
    }

    #[test]
    fn a_state_is_an_id_or_a_name() {
        let read = |value| State::from_value(value).ok();
        assert_eq!(read(json!("8577")), Some(State::Id("8577".to_owned())));
        assert_eq!(read(json!(8577)), Some(State::Id("8577".to_owned())));
        assert_eq!(read(json!(" Done ")), Some(State::Name("Done".to_owned())));
        for value in [json!(""), json!(true), json!(1.5), json!([])] {
            assert_eq!(read(value.clone()), None, "{value}");
        }
    }

    #[test]
    fn names_are_those_of_teammates_first() {
        let all = all();
        for (name, ids) in [
            ("submitted", &["1"][..]),
            ("Received", &["1"]),
            ("in_progress", &["2", "3"]),
            ("we are on it", &["3"]),
            ("IN REVIEW", &["4"]),
            ("done", &[]),
        ] {
            let found = named(&all, name);
            let found: Vec<&str> = found.iter().map(|state| state.id.as_str()).collect();
            assert_eq!(found, ids, "{name}");
        }
    }

    #[test]
    fn an_error_lists_the_names_once() {
        let error = unnamed(&all(), "done").to_string();
        let expected = "\"done\" is not a ticket state; give Submitted, In progress or With legal";
        assert_eq!(error, expected);
        let error = unnamed(&all(), "in progress").to_string();
        assert!(error.ends_with("one of them: 2 or 3"), "{error}");
        let error = unnamed(&[], "done").to_string();
        assert!(error.contains("the workspace has none"), "{error}");
    }
}
