//! Actions by their ids: run on JSON, or shown as requests.

use crate::actions::connection::{AuthorizeUrl, ExchangeCode, ListAdmins, TestConnection};
use crate::actions::contacts::{CreateContact, GetContactById, SearchContacts, UpdateContact};
use crate::actions::custom::CustomAction;
use crate::actions::messages::SendMessage;
use crate::actions::{Action, Output, Surroundings, plan, run};
use crate::api::{REDACTED, SECRET_VARIABLES, WireRequest};
use crate::input::{Form, Problem, Problems, list_names, nearest, quoted};
use crate::world::plugin::{HttpHeader, HttpRequest};
use crate::world::types::ActionError;

/// Shows the request that an action would send first, if it sends any.
type Plan = fn(Form, &[(String, String)]) -> Result<Option<WireRequest>, ActionError>;

/// An action without its types.
#[derive(Clone, Copy)]
struct Entry {
    id: &'static str,
    run: fn(Form, Surroundings<'_>) -> Result<String, ActionError>,
    plan: Plan,
}

const fn entry<A: Action>() -> Entry {
    Entry {
        id: A::ID,
        run: |form, surroundings| run::<A>(form, surroundings).map(|output| output.to_json()),
        plan: plan::<A>,
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
    let (entry, form) = open(action, input)?;
    (entry.run)(form, surroundings)
}

/// The requests that an action would send first. The variables of secrets are
/// replaced before anything reads them, so a preview cannot hold them.
///
/// # Errors
/// As for [`invoke`], but for what Intercom answers.
pub fn preview(
    action: &str,
    input: &str,
    mut variables: Vec<(String, String)>,
) -> Result<Vec<HttpRequest>, ActionError> {
    let (entry, form) = open(action, input)?;
    variables.retain(|(name, _)| !SECRET_VARIABLES.contains(&name.as_str()));
    variables.extend(SECRET_VARIABLES.map(|name| (name.to_owned(), REDACTED.to_owned())));
    let planned = (entry.plan)(form, &variables)?;
    Ok(planned.into_iter().map(shown).collect())
}

fn open(action: &str, input: &str) -> Result<(Entry, Form), ActionError> {
    let entry = ENTRIES
        .into_iter()
        .find(|entry| entry.id == action)
        .ok_or_else(|| unknown(action))?;
    let form = Form::from_json(input).map_err(|problems| problems.into_error(entry.id))?;
    Ok((entry, form))
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

fn shown(request: WireRequest) -> HttpRequest {
    let scheme = if request.secure { "https" } else { "http" };
    let header = |(name, value)| HttpHeader { name, value };
    HttpRequest {
        method: request.method.name().to_owned(),
        url: format!(
            "{scheme}://{}{}",
            request.authority, request.path_with_query
        ),
        headers: request.headers.into_iter().map(header).collect(),
        body: String::from_utf8(request.body)
            .ok()
            .filter(|body| !body.is_empty()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use crate::plugin::manifest;
    use crate::world::types::{Failure, FailureReason};

    fn requests(action: &str, input: &str, variables: &[(&str, &str)]) -> Vec<HttpRequest> {
        let variables = variables
            .iter()
            .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()));
        preview(action, input, variables.collect()).unwrap()
    }

    #[test]
    fn the_manifest_lists_these_actions() {
        let listed: Vec<String> = manifest()
            .actions
            .into_iter()
            .map(|action| action.id)
            .collect();
        assert_eq!(listed, ENTRIES.map(|entry| entry.id));
    }

    #[test]
    fn a_preview_is_the_request_without_the_token() {
        let input = r#"{"role": "user", "email": "{{trigger.email}}"}"#;
        let variables = [
            ("INTERCOM_ACCESS_TOKEN", "dG9rOnNlY3JldA=="),
            ("INTERCOM_REGION", "eu"),
            (
                "WORKFLOW_CONTEXT",
                r#"{"trigger": {"email": "jo@example.com"}}"#,
            ),
        ];
        let requests = requests("create-contact", input, &variables);
        assert!(!format!("{requests:?}").contains("dG9rOnNlY3JldA=="));
        let [request] = requests.as_slice() else {
            panic!("{requests:?}")
        };
        assert_eq!(request.method, "POST");
        assert_eq!(request.url, "https://api.eu.intercom.io/contacts");
        assert!(
            request
                .headers
                .iter()
                .any(|h| h.name == "authorization" && h.value == "Bearer [redacted]")
        );
        let body: serde_json::Value =
            serde_json::from_str(request.body.as_deref().unwrap()).unwrap();
        assert_eq!(
            body,
            serde_json::json!({"role": "user", "email": "jo@example.com"})
        );
    }

    #[test]
    fn a_preview_of_a_code_shows_neither_it_nor_the_app_s_secret() {
        let input = r#"{"code": "{{trigger.code}}"}"#;
        let variables = [
            ("INTERCOM_ACCESS_TOKEN", "dG9rOnNlY3JldA=="),
            ("INTERCOM_CLIENT_ID", "app-1"),
            ("INTERCOM_CLIENT_SECRET", "s3cr3t-of-app"),
            (
                "WORKFLOW_CONTEXT",
                r#"{"trigger": {"code": "c2VjcmV0LWNvZGU="}}"#,
            ),
        ];
        let requests = requests("exchange-code", input, &variables);
        let [request] = requests.as_slice() else {
            panic!("{requests:?}")
        };
        assert_eq!(request.url, "https://api.intercom.io/auth/eagle/token");
        assert!(request.headers.iter().all(|h| h.name != "authorization"));
        let body: serde_json::Value =
            serde_json::from_str(request.body.as_deref().unwrap()).unwrap();
        let redacted = serde_json::json!({
            "code": "[redacted]", "client_id": "app-1", "client_secret": "[redacted]",
        });
        assert_eq!(body, redacted);
    }

    #[test]
    fn an_action_that_sends_nothing_has_an_empty_preview() {
        let input = r#"{"client_id": "app-1", "state": "hRz8Xw3vTq1LmN0pYc5KdA"}"#;
        assert!(requests("authorize-url", input, &[]).is_empty());
    }

    #[test]
    fn a_preview_checks_what_a_call_would() {
        let error = preview("create-contact", "{}", Vec::new()).unwrap_err();
        let ActionError::Permanent(Failure {
            reason, message, ..
        }) = error
        else {
            panic!()
        };
        assert!(matches!(reason, FailureReason::InvalidInput(_)));
        assert_eq!(
            message,
            "create-contact: role: is required; give user or lead"
        );
        assert!(preview("crate-contact", "{}", Vec::new()).is_err());
        assert!(preview("authorize-url", r#"{"state": "short"}"#, Vec::new()).is_err());
    }
}
