//! A model of the world around the component: an environment with secrets, a
//! scripted Intercom, and what holds for every request and every outcome.

use intercom_connector::internals;
use intercom_connector::internals::types::{ActionError, Failure, FailureReason, InputProblem};
use intercom_connector::internals::{
    Clock, HostContext, Response, SendError, Transport, WireRequest,
};
use percent_encoding::percent_decode_str;
use serde::de::IgnoredAny;
use serde_json::Value;
use std::time::Duration;

/// The access token.
pub const TOKEN: &str = "fixture-access-token";

/// The secret of the app.
pub const CLIENT_SECRET: &str = "fixture-client-secret";

/// Maximum number of requests of one action, retries not counted.
const MOST_REQUESTS: usize = 20;

/// Maximum retries of an action, and maximum time that it waits for them.
const RETRIES: usize = 2;
const BUDGET: Duration = Duration::from_secs(15);

/// The outcome of a request.
pub type Answer = Result<Response, SendError>;

/// A call and its outcome.
pub struct Call {
    /// The requests sent.
    pub requests: Vec<WireRequest>,
    /// The result.
    pub result: Result<String, ActionError>,
}

/// Runs an action. `responses` come one after the other, the last one again and
/// again. Asserts what holds for every call.
pub fn call(action: &str, input: &str, context: &str, answers: Vec<Answer>) -> Call {
    let mut intercom = Intercom {
        answers,
        requests: Vec::new(),
    };
    let mut clock = Waits::default();
    let host = HostContext {
        variables: variables(context),
        transport: &mut intercom,
        clock: &mut clock,
    };
    let result = internals::invoke(action, input, host);
    let requests = intercom.requests;
    assert!(clock.made <= RETRIES, "{} waits", clock.made);
    assert!(clock.time <= BUDGET, "{:?} of waits", clock.time);
    assert!(requests.len() <= MOST_REQUESTS + clock.made, "{requests:?}");
    for request in &requests {
        check_request(action, request);
    }
    match &result {
        Ok(json) => check_result(json),
        Err(error) => check_error(action, error),
    }
    Call { requests, result }
}

/// The environment of every call.
pub fn variables(context: &str) -> Vec<(String, String)> {
    let (retries, budget) = (RETRIES.to_string(), BUDGET.as_millis().to_string());
    let variables = [
        ("INTERCOM_ACCESS_TOKEN", TOKEN),
        ("INTERCOM_CLIENT_ID", "app-1"),
        ("INTERCOM_CLIENT_SECRET", CLIENT_SECRET),
        ("INTERCOM_MAX_RETRIES", retries.as_str()),
        ("INTERCOM_RETRY_BUDGET_MS", budget.as_str()),
        ("INTERCOM_JITTER_SEED", "7"),
        ("WORKFLOW_CONTEXT", context),
    ];
    let owned = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
    owned.to_vec()
}

/// Responds by a script, and keeps the requests.
struct Intercom {
    answers: Vec<Answer>,
    requests: Vec<WireRequest>,
}

impl Transport for Intercom {
    fn send(&mut self, request: &WireRequest) -> Answer {
        let turn = self.requests.len();
        self.requests.push(request.clone());
        let answer = self.answers.get(turn).or(self.answers.last());
        answer.expect("there is an answer").clone()
    }
}

/// A clock that moves only by waits.
#[derive(Default)]
struct Waits {
    made: usize,
    time: Duration,
}

impl Clock for Waits {
    fn now(&mut self) -> Duration {
        self.time
    }

    fn sleep(&mut self, wait: Duration) {
        self.made += 1;
        self.time += wait;
    }
}

/// Whether the app's secret authorizes the action rather than the token.
fn is_of_the_app(action: &str) -> bool {
    action == "exchange-code"
}

/// A well-formed request to Intercom alone, with the token in one place.
fn check_request(action: &str, request: &WireRequest) {
    assert!(request.secure, "{request:?}");
    assert_eq!(request.authority, "api.intercom.io");
    check_path(&request.path_with_query);
    let mut names = Vec::new();
    for (name, value) in &request.headers {
        let is_token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
        assert!(!name.is_empty() && name.chars().all(is_token), "{name:?}");
        assert_eq!(*name, name.to_ascii_lowercase());
        assert!(!value.contains(char::is_control), "{name}: {value:?}");
        assert!(!TRANSPORTS_OWN.contains(&name.as_str()), "{name}");
        assert!(!names.contains(name), "{name} twice");
        names.push(name.clone());
    }
    let header = |wanted| {
        let found = request.headers.iter().find(|(name, _)| name == wanted);
        found.map(|(_, value)| value.as_str())
    };
    let expected = format!("Bearer {TOKEN}");
    let authorization = (!is_of_the_app(action)).then_some(expected.as_str());
    assert_eq!(header("authorization"), authorization);
    let kind = (!request.body.is_empty()).then_some("application/json");
    assert_eq!(header("content-type"), kind);
    if !request.body.is_empty() {
        let body = serde_json::from_slice::<Value>(&request.body);
        assert!(body.is_ok(), "{body:?}");
    }
    assert!(!format!("{request:?}").contains(TOKEN), "{request:?}");
}

/// Headers that only the transport may set.
const TRANSPORTS_OWN: [&str; 5] = [
    "connection",
    "content-length",
    "host",
    "transfer-encoding",
    "upgrade",
];

/// A path of ordinary segments, and perhaps a query.
fn check_path(path_with_query: &str) {
    let visible = |byte: u8| byte.is_ascii_graphic() && !b"\\\"<>#".contains(&byte);
    assert!(path_with_query.bytes().all(visible), "{path_with_query:?}");
    let (path, query) = path_with_query
        .split_once('?')
        .unwrap_or((path_with_query, "x=y"));
    let mut segments = path.split('/');
    assert_eq!(segments.next(), Some(""), "{path}");
    for segment in segments {
        let plain = percent_decode_str(segment).decode_utf8_lossy();
        assert!(!["", ".", ".."].contains(&&*plain), "{path}");
        assert!(!plain.contains(char::is_control), "{path}");
    }
    assert!(!query.contains('?'), "{query}");
    assert!(query.split('&').all(|pair| pair.matches('=').count() == 1));
}

/// A result is a JSON object.
fn check_result(json: &str) {
    let parsed = serde_json::from_str::<IgnoredAny>(json);
    assert!(parsed.is_ok(), "{parsed:?}: {json}");
    assert!(json.starts_with('{'), "{json}");
}

/// An error names its action and what is wrong, and holds no secret.
fn check_error(action: &str, error: &ActionError) {
    let told = format!("{error:?}");
    let secret = if is_of_the_app(action) {
        CLIENT_SECRET
    } else {
        TOKEN
    };
    assert!(!told.contains(secret), "{told}");
    let failure = failure(error);
    let Failure {
        reason,
        message,
        hint,
        problems,
        ..
    } = failure;
    check_clause(message);
    hint.iter().for_each(|hint| check_clause(hint));
    if !message.starts_with("plugin: action: ") {
        assert!(message.starts_with(&format!("{action}: ")), "{message}");
    }
    match reason {
        FailureReason::InvalidInput => check_problems(error, message, problems),
        FailureReason::UnresolvedPlaceholder => {
            check_problems(error, message, problems);
            for problem in problems {
                let expression = problem.expression.as_deref();
                let expression = expression.expect("the placeholder that has no value");
                assert!(problem.message.contains(expression), "{problem:?}");
            }
        }
        _ => assert!(problems.is_empty(), "{problems:?}"),
    }
    if let Some(wait) = failure.retry_after_ms {
        assert!(wait <= 3_600_000, "{wait}");
    }
}

/// A message or a hint reads on, so it has no end.
fn check_clause(text: &str) {
    assert!(!text.is_empty() && !text.ends_with('.'), "{text}");
}

fn check_problems(error: &ActionError, message: &str, problems: &[InputProblem]) {
    assert!(matches!(error, ActionError::Permanent(_)), "{error:?}");
    assert!(!problems.is_empty(), "{message}");
    for problem in problems {
        let InputProblem {
            field,
            message: what,
            hint,
            span,
            ..
        } = problem;
        check_clause(what);
        check_clause(hint.as_deref().expect("a hint"));
        assert!(span.is_none_or(|span| span.start <= span.end), "{span:?}");
        assert!(message.contains(&format!("{field}: {what}")), "{message}");
    }
}

/// The failure in an error of either kind.
pub fn failure(error: &ActionError) -> &Failure {
    match error {
        ActionError::Permanent(failure) | ActionError::Retryable(failure) => failure,
        ActionError::ExecutionFailed => panic!("an error without a reason"),
    }
}
