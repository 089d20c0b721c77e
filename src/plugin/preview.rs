//! Previews an action: runs it over a transport that stores the request and sends nothing.

use super::actions::{invoke, invoke_defined};
use crate::actions::HostContext;
use crate::api::{
    Clock, REDACTED, Response, SECRET_VARIABLES, SendError, SendErrorKind, Transport, WireRequest,
};
use crate::world::plugin::{HttpHeader, HttpRequest};
use crate::world::types::ActionError;
use serde_json::{Map, Value};
use std::time::Duration;

/// The first requests of an action; empty for an action that sends nothing. Secret variables are
/// replaced before anything reads them, so a preview can't contain them.
///
/// # Errors
/// As for [`invoke`], except those of responses.
pub fn preview(
    action: &str,
    input: &str,
    variables: Vec<(String, String)>,
) -> Result<Vec<HttpRequest>, ActionError> {
    kept(variables, |host| invoke(action, input, host))
}

/// The same for a custom action of a document.
///
/// # Errors
/// As for [`invoke_defined`], except those of responses.
pub fn preview_defined(
    document: &str,
    action: &str,
    input: &str,
    variables: Vec<(String, String)>,
) -> Result<Vec<HttpRequest>, ActionError> {
    kept(variables, |host| {
        invoke_defined(document, action, input, host)
    })
}

/// The first request of a call.
fn kept(
    mut variables: Vec<(String, String)>,
    call: impl FnOnce(HostContext<'_>) -> Result<String, ActionError>,
) -> Result<Vec<HttpRequest>, ActionError> {
    variables.retain(|(name, _)| !SECRET_VARIABLES.contains(&name.as_str()));
    for name in SECRET_VARIABLES {
        variables.push((name.to_owned(), REDACTED.to_owned()));
    }
    let mut kept = Kept::default();
    let result = call(HostContext {
        variables,
        transport: &mut kept,
        clock: &mut Still,
    });
    match kept.0 {
        Some(request) => Ok(vec![shown(request)]),
        None => result.map(|_| Vec::new()),
    }
}

/// Stores the first request, and sends none.
#[derive(Debug, Default)]
struct Kept(Option<WireRequest>);

impl Transport for Kept {
    fn send(&mut self, request: &WireRequest) -> Result<Response, SendError> {
        self.0.get_or_insert_with(|| request.clone());
        Err(SendError {
            kind: SendErrorKind::Denied,
            maybe_received: false,
            detail: String::new(),
        })
    }
}

/// A clock that stands still.
#[derive(Debug)]
struct Still;

impl Clock for Still {
    fn now(&mut self) -> Duration {
        Duration::ZERO
    }

    fn sleep(&mut self, _: Duration) {}
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
            .filter(|body| !body.is_empty())
            .map(|body| without(&request.secrets, body)),
    }
}

/// A body with its secrets redacted.
fn without(secrets: &[String], body: String) -> String {
    if secrets.is_empty() {
        return body;
    }
    let mut fields: Map<String, Value> = serde_json::from_str(&body).unwrap_or_default();
    for name in secrets {
        if let Some(secret) = fields.get_mut(name) {
            *secret = REDACTED.into();
        }
    }
    Value::Object(fields).to_string()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use crate::world::types::{Failure, FailureReason};

    fn requests(action: &str, input: &str, variables: &[(&str, &str)]) -> Vec<HttpRequest> {
        let variables = variables
            .iter()
            .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()));
        preview(action, input, variables.collect()).unwrap()
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
            reason,
            message,
            hint,
            ..
        }) = error
        else {
            panic!()
        };
        assert_eq!(reason, FailureReason::InvalidInput);
        assert_eq!(message, "create-contact: role: is required");
        assert_eq!(hint.as_deref(), Some("give user or lead"));
        assert!(preview("crate-contact", "{}", Vec::new()).is_err());
        assert!(preview("authorize-url", r#"{"state": "short"}"#, Vec::new()).is_err());
    }
}
