//! A scripted transport, a clock that moves only by it and by waits, and a log of
//! requests and waits.
#![allow(clippy::panic, reason = "for tests only")]

use crate::wording::assert_wording;
use intercom_connector::internals::types::{ActionError, Failure};
use intercom_connector::internals::{
    BodyCut, Clock, Headers, HostContext, Phase, Response, SendError, SendErrorKind, Timeouts,
    Transport, WireRequest, invoke,
};
use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;

/// A success for any action: it has what each one requires.
const DONE: &str = r#"{"id": "c1", "data": [], "admins": []}"#;

/// What happens to one request.
#[derive(Debug, Clone)]
pub struct Event {
    /// How long it takes.
    pub takes: Duration,
    /// Its outcome.
    pub outcome: Result<Response, SendError>,
}

/// One thing that the connector did.
#[derive(Debug, Clone, PartialEq)]
pub enum Did {
    /// Sent a request, with these timeouts.
    Send(String, Timeouts),
    /// Waited.
    Wait(Duration),
}

/// The world outside of the connector. Follows the script, then responds to every
/// request with a success.
#[derive(Debug, Clone, Default)]
pub struct World(Rc<RefCell<State>>);

#[derive(Debug, Default)]
struct State {
    script: VecDeque<Event>,
    time: Duration,
    log: Vec<Did>,
}

impl World {
    /// A world with a script, one event per request.
    pub fn new(script: impl IntoIterator<Item = Event>) -> Self {
        let script = script.into_iter().collect();
        Self(Rc::new(RefCell::new(State {
            script,
            ..State::default()
        })))
    }

    /// Runs an action. Names of variables are without `INTERCOM_`.
    pub fn invoke(
        &self,
        action: &str,
        input: &str,
        variables: &[(&str, &str)],
    ) -> Result<String, ActionError> {
        self.invoke_with(action, input, variables, &[])
    }

    /// Runs an action with further variables by their whole names.
    pub fn invoke_with(
        &self,
        action: &str,
        input: &str,
        variables: &[(&str, &str)],
        others: &[(&str, &str)],
    ) -> Result<String, ActionError> {
        let named = [("ACCESS_TOKEN", "token"), ("JITTER_SEED", "7")];
        let variables = named.iter().chain(variables);
        let variables =
            variables.map(|(name, value)| (format!("INTERCOM_{name}"), (*value).to_owned()));
        let others = others.iter();
        let others = others.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let variables = variables.chain(others);
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
        let Event { takes, outcome } = event.unwrap_or_else(|| response(200, &[], DONE));
        // A transport keeps its timeout.
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

/// A response.
pub fn response(status: u16, headers: &[(&str, &str)], body: impl Into<Vec<u8>>) -> Event {
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

/// A response whose body ends early.
pub fn cut(status: u16, cut: BodyCut) -> Event {
    let mut event = response(status, &[], "{\"id\":");
    if let Ok(response) = &mut event.outcome {
        response.cut = Some(cut);
    }
    event
}

/// No response.
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

/// A failure on one line: `message; hint`.
pub fn one_line(failure: &Failure) -> String {
    let hint = failure.hint.as_deref().unwrap_or("(no hint)");
    format!("{}; {hint}", failure.message)
}

/// An error's failure, and whether it is retryable.
pub fn failure(error: &ActionError) -> (&Failure, bool) {
    let (failure, retryable) = match error {
        ActionError::Permanent(failure) => (failure, false),
        ActionError::Retryable(failure) => (failure, true),
        ActionError::ExecutionFailed => panic!("the connector never says this"),
    };
    assert_wording(&failure.message, failure.hint.as_deref());
    for problem in &failure.problems {
        assert_wording(&problem.message, problem.hint.as_deref());
    }
    (failure, retryable)
}
