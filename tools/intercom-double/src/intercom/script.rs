//! What a check has asked for in place of the ordinary: requests that are
//! refused, so that it can see them repeated, and answers that are held back, so
//! that it can end the caller while they wait.

use std::time::Duration;

use bytes::Bytes;
use http::{Request, StatusCode};
use serde::Deserialize;
use serde_json::json;

use super::answer::{Answer, Refusal};

/// Where a check writes the script, by `PUT`, in place of the one before. No
/// part of Intercom, and not counted.
pub const SCRIPT_PATH: &str = "/double/script";

/// The steps that are still to come. A request takes the first one that fits it.
#[derive(Debug, Default)]
pub struct Script(Vec<Step>);

/// What is done with some requests.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    /// Method and path, such as `POST /messages`.
    request: String,
    /// A text that stands in the body; any body without it.
    #[serde(default)]
    containing: String,
    /// How many requests this is done with.
    #[serde(default = "once")]
    times: u32,
    /// The status to refuse with; without it the request is carried out.
    #[serde(default)]
    status: Option<u16>,
    /// How long the answer is held back, in milliseconds: after the request was
    /// carried out.
    #[serde(default)]
    hold_ms: u64,
}

/// What is done with one request.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Cue {
    /// Why it is not carried out, if it is not.
    pub refusal: Option<Refusal>,
    /// How long the answer is held back.
    pub hold: Duration,
}

const fn once() -> u32 {
    1
}

impl Script {
    /// Takes the body of a request to [`SCRIPT_PATH`] as the new script.
    ///
    /// # Errors
    ///
    /// 400 `parameter_invalid`, when it is no JSON list of steps, or a step
    /// refuses with a status that is no error.
    pub fn replace(&mut self, body: &[u8]) -> Result<Answer, Refusal> {
        let steps: Vec<Step> = serde_json::from_slice(body).map_err(|error| {
            Refusal::invalid(format!("the script is no list of steps: {error}"))
        })?;
        let mut statuses = steps.iter().filter_map(|step| step.status);
        if let Some(status) = statuses.find(|status| !(400..600).contains(status)) {
            let message = format!("{status} refuses nothing; give 400 to 599");
            return Err(Refusal::invalid(message).about("status"));
        }
        let told = json!({ "steps": steps.len() });
        self.0 = steps;
        Ok(Answer::Json(told))
    }

    /// What is done with `request`, which counts as one of its step's times.
    pub fn cue(&mut self, request: &Request<Bytes>) -> Cue {
        let mut open = self.0.iter_mut().filter(|step| step.times > 0);
        let Some(step) = open.find(|step| step.fits(request)) else {
            return Cue::default();
        };
        step.times -= 1;
        Cue {
            refusal: step.status.map(refusal),
            hold: Duration::from_millis(step.hold_ms),
        }
    }
}

impl Step {
    fn fits(&self, request: &Request<Bytes>) -> bool {
        let operation = format!("{} {}", request.method(), request.uri().path());
        operation == self.request
            && String::from_utf8_lossy(request.body()).contains(&self.containing)
    }
}

/// The refusal with a status, with the code that Intercom documents for it
/// (`docs/intercom-api.md`, Errors).
fn refusal(status: u16) -> Refusal {
    let code = match status {
        429 => "rate_limit_exceeded",
        503 => "service_unavailable",
        500.. => "server_error",
        _ => "client_error",
    };
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    Refusal::new(status, code, "the script says so")
}
