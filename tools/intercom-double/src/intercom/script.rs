//! Scripted errors and delays: a test can make requests fail, to see them
//! retried, and delay responses, to stop the client while it waits.

use std::time::Duration;

use bytes::Bytes;
use http::{Request, StatusCode};
use serde::Deserialize;
use serde_json::json;

use super::response::{ApiError, Success};
use super::route::Parameters;

/// The path to `PUT` a script to; it replaces the previous one. Not part of
/// Intercom's API, and not counted.
pub const SCRIPT_PATH: &str = "/double/script";

/// The remaining steps. A request takes the first one that matches it.
#[derive(Debug, Default)]
pub struct Script(Vec<Step>);

/// What to do with matching requests.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    /// Method and path, such as `POST /messages` or `POST /contacts/{id}/notes`.
    request: String,
    /// A substring of the body; the default matches any body.
    #[serde(default)]
    containing: String,
    /// How many requests the step applies to.
    #[serde(default = "once")]
    times: u32,
    /// The error status; without it, the request is executed.
    #[serde(default)]
    status: Option<u16>,
    /// How long to delay the response, in milliseconds. The request is executed before the
    /// delay.
    #[serde(default)]
    hold_ms: u64,
}

/// What to do with one request.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Intervention {
    /// The error to return instead of executing the request.
    pub error: Option<ApiError>,
    /// How long to delay the response.
    pub delay: Duration,
}

const fn once() -> u32 {
    1
}

impl Script {
    /// Replaces the script by the body of a request to [`SCRIPT_PATH`].
    ///
    /// # Errors
    ///
    /// 400 `parameter_invalid`, when the body is not a JSON list of steps, or a
    /// step has a status that is not an error.
    pub fn replace(&mut self, body: &[u8]) -> Result<Success, ApiError> {
        let steps: Vec<Step> = serde_json::from_slice(body).map_err(|error| {
            ApiError::invalid(format!("the script is not a list of steps: {error}"))
        })?;
        let mut statuses = steps.iter().filter_map(|step| step.status);
        if let Some(status) = statuses.find(|status| !(400..600).contains(status)) {
            let message = format!("{status} is not an error status; give 400 to 599");
            return Err(ApiError::invalid(message).with_field("status"));
        }
        let accepted = json!({ "steps": steps.len() });
        self.0 = steps;
        Ok(Success::Json(accepted))
    }

    /// What to do with `request`. Uses up one of the matching step's times.
    pub fn next(&mut self, request: &Request<Bytes>) -> Intervention {
        let mut remaining = self.0.iter_mut().filter(|step| step.times > 0);
        let Some(step) = remaining.find(|step| step.matches(request)) else {
            return Intervention::default();
        };
        step.times -= 1;
        Intervention {
            error: step.status.map(error),
            delay: Duration::from_millis(step.hold_ms),
        }
    }
}

impl Step {
    fn matches(&self, request: &Request<Bytes>) -> bool {
        let (method, path) = self.request.split_once(' ').unwrap_or_default();
        request.method() == method
            && Parameters::of(path, request.uri().path()).is_some()
            && String::from_utf8_lossy(request.body()).contains(&self.containing)
    }
}

/// The error with this status and the code that Intercom documents for it
/// (`docs/intercom-api.md`, Errors).
fn error(status: u16) -> ApiError {
    let code = match status {
        429 => "rate_limit_exceeded",
        503 => "service_unavailable",
        500.. => "server_error",
        _ => "client_error",
    };
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    ApiError::new(status, code, "scripted error")
}
