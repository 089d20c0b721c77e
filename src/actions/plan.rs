//! What an action would send first: it runs against a transport that keeps its
//! request and answers nothing.

use super::{Action, Ready};
use crate::api::{REDACTED, Response, Secret, SendError, SendErrorKind, Transport, WireRequest};
use crate::input::Form;
use crate::world::types::ActionError;
use serde_json::{Map, Value};

/// The request that an action would send first, without the secrets among its
/// inputs; none of an action that sends nothing. Nothing leaves.
///
/// # Errors
/// Problems of inputs and of settings, as [`super::run`] tells them.
pub fn plan<A: Action>(
    form: Form,
    variables: &[(String, String)],
) -> Result<Option<WireRequest>, ActionError> {
    let ready = Ready::<A>::new(form, variables)?;
    let mut kept = Kept::default();
    // An action that sends ends in the error that its request did not leave.
    let _ = ready.perform(&mut kept);
    let secrets = ready.action.secrets();
    Ok(kept.0.map(|request| without(&secrets, request)))
}

/// Keeps the first request, and lets none leave.
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

/// Takes secrets out of the fields of a body.
fn without(secrets: &[&Secret], mut request: WireRequest) -> WireRequest {
    if secrets.is_empty() {
        return request;
    }
    let mut body: Map<String, Value> = serde_json::from_slice(&request.body).unwrap_or_default();
    for field in body.values_mut() {
        if secrets.iter().any(|secret| *field == secret.expose()) {
            *field = REDACTED.into();
        }
    }
    request.body = Value::Object(body).to_string().into_bytes();
    request
}
