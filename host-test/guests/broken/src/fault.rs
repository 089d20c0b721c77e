//! The one fault of this connector, and what it breaks. A fault is named after its
//! clause in `wit/README.md`.

use std::sync::OnceLock;

use serde_json::{Value, json};

use crate::exports::workflow::plugin::plugin::*;
use crate::exports::workflow::plugin::types::{ActionError, Failure, FailureReason};
use crate::request::{self, Lost, Request, Response};
use crate::respond::failure;
use crate::{offer, request::variable};

/// The variable that names the fault.
const BREAKS: &str = "BREAKS";

/// The name of the fault.
fn name() -> &'static str {
    static NAME: OnceLock<String> = OnceLock::new();
    NAME.get_or_init(|| variable(BREAKS).unwrap_or_default())
}

pub fn is(fault: &str) -> bool {
    name() == fault
}

pub fn trap_if(fault: &str, happened: bool) {
    if happened && is(fault) {
        std::process::abort();
    }
}

fn input<'a>(manifest: &'a mut ConnectorManifest, action: &str, name: &str) -> &'a mut Field {
    let mut actions = manifest.actions.iter_mut();
    let action = actions
        .find(|offered| offered.id == action)
        .expect("an action");
    let mut inputs = action.inputs.iter_mut();
    inputs.find(|field| field.name == name).expect("an input")
}

fn choices(manifest: &mut ConnectorManifest) -> &mut Choices {
    let id = input(manifest, "get-thing", "id");
    id.choices.as_mut().expect("choices")
}

pub fn in_manifest(manifest: &mut ConnectorManifest) {
    let condition = |field: &str, value: &str| {
        Some(Condition {
            field: field.into(),
            values: vec![value.into()],
        })
    };
    let auth = manifest.auth.as_mut().expect("auth");
    match name() {
        "2.1-sends" => {
            let request = request::of("list-things", &Default::default(), "none");
            let _ = request::send(&request);
        }
        "2.1-variable" => manifest.summary = variable(offer::TOKEN).unwrap_or_default(),
        "2.2-twice" => manifest.triggers.push(manifest.triggers[0].clone()),
        "2.2-case" => manifest.triggers[0].id = "ThingMade".into(),
        "2.3-twice" => {
            let name = manifest.actions[1].outputs[1].clone();
            manifest.actions[1].outputs.push(name);
        }
        "2.3-case" => manifest.triggers[0].inputs = vec![named("made-by")],
        "2.3-parent" => manifest.triggers[0].inputs = vec![named("maker.name")],
        "2.4-field" => {
            input(manifest, "create-thing", "color").applies_when = condition("kinds", "painted")
        }
        "2.4-value" => {
            input(manifest, "create-thing", "color").applies_when = condition("kind", "gold")
        }
        "2.5-action" => choices(manifest).action = "list-other-things".into(),
        "2.5-effect" => choices(manifest).action = "create-thing".into(),
        "2.5-rows" => choices(manifest).rows = "rows".into(),
        "2.5-key" => choices(manifest).label = "title".into(),
        "2.5-search" => choices(manifest).search = Some("words".into()),
        "2.5-input" => choices(manifest).input = r#"{"page": 1}"#.into(),
        "2.6-json" => input(manifest, "create-thing", "count").example = Some("two".into()),
        "2.6-type" => {
            input(manifest, "create-thing", "count").default_value = Some(r#""one""#.into())
        }
        "2.6-format" => input(manifest, "create-thing", "count").format = Some("email".into()),
        "2.6-value" => {
            input(manifest, "authorize-url", "redirect_uri").default_value =
                Some(r#""back""#.into())
        }
        "2.6-sample" => manifest.triggers[0].sample = "[]".into(),
        "2.6-sample-key" => manifest.triggers[0].sample = r#"{"size": 1}"#.into(),
        "2.8-unlisted" => manifest.actions[0].variables.push("BROKEN_KEY".into()),
        "2.8-twice" => manifest.variables.push(manifest.variables[2].clone()),
        "2.8-default" => manifest.actions[0].variables.push(offer::REGION.into()),
        "2.8-public" => manifest.variables[0].secret = false,
        "2.9" => manifest.actions[1].variables.clear(),
        "2.10-test" => auth.test = Some("test".into()),
        "2.10-input" => auth.test = Some("get-thing".into()),
        "2.10-effect" => auth.test = Some("create-thing".into()),
        "2.10-oauth" => auth.oauth = Some(flow("authorize-url", "exchange")),
        "2.10-oauth-fields" => auth.oauth = Some(flow("get-thing", "exchange-code")),
        "2.11" => manifest.hosts.push("https://things.example/".into()),
        _ => {}
    }
}

fn flow(authorize: &str, exchange: &str) -> Oauth {
    Oauth {
        authorize: authorize.into(),
        exchange: exchange.into(),
    }
}

fn named(name: &str) -> Field {
    let manifest = offer::manifest();
    Field {
        name: name.into(),
        ..manifest.triggers[0].outputs[1].clone()
    }
}

pub fn in_catalogue(actions: &mut Vec<ActionSummary>) {
    match name() {
        "3.1-order" => actions.reverse(),
        "3.1-twice" => actions.push(actions[0].clone()),
        "3.1-missing" => actions.truncate(4),
        _ => {}
    }
}

pub fn in_descriptions(actions: &mut [Action]) {
    match name() {
        "3.3-order" => actions.reverse(),
        "3.3-other" => actions[0].title = "Other".into(),
        _ => {}
    }
}

pub fn of_unknown_action(refusal: ActionError) -> ActionError {
    match name() {
        "4.1-action" => {
            ActionError::Permanent(failure(FailureReason::NotFound, "broken: not found"))
        }
        _ => refusal,
    }
}

pub fn of_undefined(refusal: ActionError) -> ActionError {
    match name() {
        "7.1-reason" => {
            ActionError::Permanent(failure(FailureReason::NotFound, "broken: not found"))
        }
        _ => refusal,
    }
}

pub fn in_defined(shown: &mut HttpRequest) {
    match name() {
        "7.3-url" => shown.url.push('/'),
        "7.3-header" => shown.headers.clear(),
        _ => {}
    }
}

pub fn in_preview(shown: &mut Vec<HttpRequest>) {
    let first = shown.first_mut();
    match (name(), first) {
        ("5.2-nothing", Some(first)) if first.method == "POST" => shown.clear(),
        ("5.2-method", Some(first)) => first.method = "DELETE".into(),
        ("5.2-url", Some(first)) => first.url.push('/'),
        ("5.2-header", Some(first)) => first.headers.clear(),
        ("5.2-body", Some(first)) => first.body = first.body.as_ref().map(|_| "{}".into()),
        _ => {}
    }
}

pub fn in_request(request: &mut Request, id: &str) {
    match name() {
        "6.1-scheme" => request.secure = false,
        "6.1-host" => request.host = "other.example".into(),
        "6.1-port" => request.host.push_str(":8443"),
        "6.1-input" => {
            if let Some(host) = id.strip_prefix("https://") {
                request.host = host.trim_end_matches('/').into();
            }
        }
        _ => {}
    }
}

/// Follows a redirect to wherever it leads.
pub fn follow(response: &Response, request: &Request) {
    let host = response
        .location
        .as_deref()
        .and_then(|url| url.strip_prefix("https://"));
    if let Some(host) = host.filter(|_| response.status == 302 && is("6.1-redirect")) {
        let host = host.trim_end_matches('/').to_owned();
        let followed = Request {
            host,
            ..request.clone()
        };
        let _ = request::send(&Some(followed));
    }
}

pub fn of_lost(lost: Lost, is_once: bool) -> ActionError {
    let network = || failure(FailureReason::Network, "broken: no response");
    match (lost, is_once) {
        (Lost::Refused, _) if is("6.5") => ActionError::Permanent(network()),
        (Lost::Unknown, true) if is("6.2-retryable") => ActionError::Retryable(network()),
        (Lost::Unknown, true) if is("6.2-reason") => ActionError::Permanent(network()),
        (Lost::Unknown, true) => ActionError::Permanent(failure(
            FailureReason::OutcomeUnknown,
            "broken: no response",
        )),
        (Lost::Unknown, false) if is("6.4") => ActionError::Permanent(network()),
        _ => ActionError::Retryable(network()),
    }
}

pub fn in_failure(failure: &mut Failure, response: &Response, request: &Request, token: &str) {
    match name() {
        "4.3-message" => failure.message.clear(),
        "4.3-response" => failure.message.push_str(&response.body),
        "4.3-token" => failure.hint = Some(format!("don't use {token}")),
        "4.3-input" => failure.codes = request.body.iter().map(Value::to_string).collect(),
        "4.4-reason" => failure.reason = FailureReason::Rejected,
        "4.4-status" => failure.status = None,
        _ => {}
    }
}

pub fn in_result(result: &mut Value) {
    match name() {
        "6.6-object" => *result = json!([]),
        "6.6-key" => result["size"] = json!(1),
        "6.6-type" => result["name"] = json!(7),
        _ => {}
    }
}
