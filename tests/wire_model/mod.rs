//! A transport that follows a script of faults and answers, a clock that moves
//! only when told, and a log of what was sent and how long was waited.
#![allow(dead_code, reason = "each test file uses a part of this")]

use intercom_connector::internals::types::{ActionError, Failure};
use intercom_connector::internals::{
    BodyCut, Clock, Headers, HostContext, Phase, Response, SendError, SendErrorKind, Timeouts,
    Transport, WireRequest, invoke,
};
use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;

/// A success of any action: each finds in it what it cannot do without.
const DONE: &str = r#"{"data": [], "admins": []}"#;

/// What happens to one request.
#[derive(Debug, Clone)]
pub struct Event {
    /// How long it takes.
    pub takes: Duration,
    /// What comes of it.
    pub outcome: Result<Response, SendError>,
}

/// One thing that the connector did.
#[derive(Debug, Clone, PartialEq)]
pub enum Did {
    /// Sent a request, with these time-outs.
    Send(String, Timeouts),
    /// Waited.
    Wait(Duration),
}

/// The world outside of the connector: follows the script, then answers every
/// request with an empty object.
#[derive(Debug, Clone, Default)]
pub struct World(Rc<RefCell<State>>);

#[derive(Debug, Default)]
struct State {
    script: VecDeque<Event>,
    time: Duration,
    log: Vec<Did>,
}

impl World {
    /// A world in which these things happen, one a request.
    pub fn new(script: impl IntoIterator<Item = Event>) -> Self {
        let script = script.into_iter().collect();
        Self(Rc::new(RefCell::new(State {
            script,
            ..State::default()
        })))
    }

    /// Runs an action; a variable may be named without `INTERCOM_`.
    pub fn invoke(
        &self,
        action: &str,
        input: &str,
        variables: &[(&str, &str)],
    ) -> Result<String, ActionError> {
        let named = [("ACCESS_TOKEN", "token"), ("JITTER_SEED", "7")];
        let variables = named.iter().chain(variables);
        let variables =
            variables.map(|(name, value)| (format!("INTERCOM_{name}"), (*value).to_owned()));
        invoke(
            action,
            input,
            HostContext {
                variables: variables.collect(),
                transport: &mut self.clone(),
                clock: &mut self.clone(),
            },
        )
    }

    /// What the connector did.
    pub fn log(&self) -> Vec<Did> {
        self.0.borrow().log.clone()
    }

    /// The requests that it sent.
    pub fn sent(&self) -> Vec<String> {
        let log = self.log().into_iter();
        log.filter_map(|did| match did {
            Did::Send(request, _) => Some(request),
            Did::Wait(_) => None,
        })
        .collect()
    }

    /// The waits that it made.
    pub fn waits(&self) -> Vec<Duration> {
        let log = self.log().into_iter();
        log.filter_map(|did| match did {
            Did::Wait(wait) => Some(wait),
            Did::Send(..) => None,
        })
        .collect()
    }

    /// The time that has passed.
    pub fn time(&self) -> Duration {
        self.0.borrow().time
    }
}

impl Transport for World {
    fn send(&mut self, request: &WireRequest) -> Result<Response, SendError> {
        let mut state = self.0.borrow_mut();
        let line = format!("{} {}", request.method.name(), request.path_with_query);
        state.log.push(Did::Send(line, request.timeouts));
        let event = state.script.pop_front();
        let Event { takes, outcome } = event.unwrap_or_else(|| answer(200, &[], DONE));
        // A transport holds to the time that it is given.
        if takes > request.timeouts.action {
            state.time += request.timeouts.action;
            return failed(SendErrorKind::Timeout(Phase::Action), true).outcome;
        }
        state.time += takes;
        outcome
    }
}

impl Clock for World {
    fn now(&mut self) -> Duration {
        self.0.borrow().time
    }

    fn sleep(&mut self, wait: Duration) {
        let mut state = self.0.borrow_mut();
        state.time += wait;
        state.log.push(Did::Wait(wait));
    }
}

const A_REQUEST: Duration = Duration::from_millis(100);

/// An answer.
pub fn answer(status: u16, headers: &[(&str, &str)], body: impl Into<Vec<u8>>) -> Event {
    let headers = headers.iter();
    let headers = headers.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Event {
        takes: A_REQUEST,
        outcome: Ok(Response {
            status,
            headers: Headers(headers.collect()),
            body: body.into(),
            cut: None,
        }),
    }
}

/// An answer whose body ends early.
pub fn cut(status: u16, cut: BodyCut) -> Event {
    let mut event = answer(status, &[], "{\"id\":");
    if let Ok(response) = &mut event.outcome {
        response.cut = Some(cut);
    }
    event
}

/// No answer.
pub fn failed(kind: SendErrorKind, maybe_received: bool) -> Event {
    let detail = "as scripted".to_owned();
    Event {
        takes: A_REQUEST,
        outcome: Err(SendError {
            kind,
            maybe_received,
            detail,
        }),
    }
}

/// An error's failure, and whether it may be repeated.
pub fn failure(error: &ActionError) -> (&Failure, bool) {
    match error {
        ActionError::Permanent(failure) => (failure, false),
        ActionError::Retryable(failure) => (failure, true),
        ActionError::ExecutionFailed => panic!("the connector never says this"),
    }
}
