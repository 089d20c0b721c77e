//! The webhook endpoint: a new user in Intercom starts the onboarding workflow.
//!
//! The execution's id is derived from the event's id. So an event that is delivered twice starts
//! one workflow, whether or not the server was killed in between.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use wasi::exports::http::incoming_handler::Guest;
use wasi::http::types::{IncomingRequest, ResponseOutparam};
use workflow_webhook::{Event, serve, wire};

use obelisk::types::execution::{ExecutionId, Function};
use obelisk::types::time::ScheduleAt;
use obelisk::webhook::webhook_support::{GetStatusError, get_status, schedule_json};

wit_bindgen::generate!({
    path: "wit",
    world: "webhook",
    generate_all,
});

struct Webhook;
wasi::http::proxy::export!(Webhook);

impl Guest for Webhook {
    fn handle(request: IncomingRequest, response: ResponseOutparam) {
        serve(request, response, start);
    }
}

/// Starts the workflow, unless an earlier delivery did.
///
/// Of two deliveries at the same moment, the engine refuses the second start and replies
/// 500; the next attempt finds the first.
fn start(event: &Event) -> Result<(), String> {
    let Some(parameters) = parameters(event)? else {
        wire::log(&format!("{}: this user has no email address", event.id));
        return Ok(());
    };
    let id = execution_id(&event.id);
    match get_status(&id) {
        Ok(_) => return Ok(()),
        Err(GetStatusError::NotFound) => {}
        Err(error) => return Err(error.to_string()),
    }
    let welcome = Function {
        interface_name: "example:onboarding/onboarding@0.1.0".to_owned(),
        function_name: "welcome".to_owned(),
    };
    schedule_json(&id, ScheduleAt::Now, &welcome, &parameters.to_string())
        .map_err(|error| format!("{}: {error}", event.id))
}

/// The workflow's parameters: person, letter and seconds to wait.
fn parameters(event: &Event) -> Result<Option<Value>, String> {
    let data: Value = serde_json::from_str(&event.data).map_err(|error| error.to_string())?;
    let text = |field: &str| data.get(field).and_then(Value::as_str);
    let Some(email) = text("email") else {
        return Ok(None);
    };
    let person = json!({ "email": email, "name": text("name") });
    let (letter, wait) = (variable("LETTER")?, variable("WAIT_SECONDS")?);
    Ok(Some(json!([person, letter, wait])))
}

/// A variable that holds JSON.
fn variable(name: &str) -> Result<Value, String> {
    let json = wire::variable(name).ok_or_else(|| format!("{name}: it is missing"))?;
    serde_json::from_str(&json).map_err(|error| format!("{name}: {error}"))
}

/// The id of the execution that an event starts. Obelisk's ids end in a ULID, of 26
/// digits, the first at most 7; hexadecimal ones are among them. So 100 bits of the
/// hash are left.
fn execution_id(event: &str) -> ExecutionId {
    let hash = Sha256::digest(event.as_bytes());
    let digits: String = hash.iter().map(|byte| format!("{byte:02X}")).collect();
    let digits: String = digits.chars().take(25).collect();
    ExecutionId {
        id: format!("E_0{digits}"),
    }
}
