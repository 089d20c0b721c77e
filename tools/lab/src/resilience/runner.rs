//! Runs one call against one fault: the real component in a sandbox of its own,
//! the real way out, a real socket.

use std::fmt;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use http::Request;
use serde_json::Value;
use wasmtime_wasi_http::{RequestOptions, WasiBody};

use super::calls::Call;
use connector_egress::{
    Egress, Network, Policy, PolicyError, Resolve, Resolved, SecretError, Secrets, Trust,
    TrustError,
};
use connector_host::bindings::types::ActionError;
use connector_host::manifest::Effect;
use connector_host::{
    ConnectorPre, Environment, Manifest, ResponseFuture, SandboxError, Transport, explain,
    reason_name,
};
use intercom_double::faults::{Addresses, Fault, NONE, RequestLog, Seen};

/// Every call has these variables, which are nobody's. No answer holds the token:
/// the way out would black it out.
const VARIABLES: [(&str, &str); 4] = [
    ("INTERCOM_ACCESS_TOKEN", "faults-token"),
    ("INTERCOM_CLIENT_ID", "client"),
    ("INTERCOM_CLIENT_SECRET", "secret"),
    // A seed whose first waits are short: 3, 3 and 4 hundredths of the longest.
    ("INTERCOM_JITTER_SEED", "14295"),
];

/// How a call ended, as far as an engine tells ends apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// With a result.
    Success,
    /// With a result that has a note: something is missing.
    Noted,
    /// With an error that is permanent, for this reason.
    Permanent(&'static str),
    /// With an error that is retryable, for this reason.
    Retryable(&'static str),
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Success => f.write_str("success"),
            Self::Noted => f.write_str("success with a note"),
            Self::Permanent(reason) => write!(f, "permanent: {reason}"),
            Self::Retryable(reason) => write!(f, "retryable: {reason}"),
        }
    }
}

/// What came of a call.
#[derive(Debug, Clone)]
pub struct Ended {
    /// How it ended; what the sandbox says where the component did not end it.
    pub verdict: Result<Verdict, String>,
    /// The error's text, or the result's notes.
    pub told: String,
    /// Requests that left the sandbox.
    pub sent: u64,
    /// What the server has seen.
    pub seen: Seen,
}

impl Ended {
    /// What must not be, whatever the fault, a line each.
    pub fn broken(&self, effect: Option<Effect>) -> Vec<String> {
        let mut broken = Vec::new();
        if let Err(sandbox) = &self.verdict {
            broken.push(sandbox.clone());
        }
        if effect != Some(Effect::WriteOnce) {
            return broken;
        }
        match (self.verdict.as_ref(), self.seen.written) {
            (_, 2..) => broken.push(format!(
                "the write was received {} times",
                self.seen.written
            )),
            (Ok(Verdict::Success | Verdict::Noted), 0) => {
                broken.push("a write succeeded that the server did not receive".to_owned());
            }
            (Ok(Verdict::Retryable(reason)), 1) => broken.push(format!(
                "a write that may have been carried out is to be repeated ({reason})"
            )),
            _ => {}
        }
        broken
    }
}

/// Runs calls of one component against one server.
pub struct Runner {
    plugin: ConnectorPre,
    manifest: Manifest,
    addresses: Addresses,
    book: RequestLog,
    trust: Trust,
}

/// Why no call can be run.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub enum StartError {
    /// The server has no port.
    #[error("could not listen on 127.0.0.1: {0}; free a port or a descriptor")]
    Listen(#[from] io::Error),
    /// The component does not say what it is.
    Sandbox(#[from] SandboxError),
    /// Nobody can be trusted.
    Trust(#[from] TrustError),
    /// The component declares something that is no host.
    Policy(#[from] PolicyError),
    /// A call was ended from outside.
    #[error("a call was broken off: {0}")]
    Interrupted(#[from] tokio::task::JoinError),
}

impl Runner {
    /// A runner of this component against the server at these addresses.
    pub fn new(
        plugin: ConnectorPre,
        manifest: Manifest,
        addresses: Addresses,
        book: RequestLog,
    ) -> Self {
        Self {
            plugin,
            manifest,
            addresses,
            book,
            trust: Trust::system(),
        }
    }

    /// What repeating a call does; none where the component has no such action.
    pub fn effect(&self, call: &Call) -> Option<Effect> {
        let action = self.manifest.action(call.action)?;
        Some(action.effect)
    }

    /// A network without a connection yet, in which no name is known.
    ///
    /// # Errors
    ///
    /// When the encryption library does not start, or the component declares
    /// something that is no host.
    pub fn network(&self) -> Result<Arc<Network>, StartError> {
        let environment = self.environment(&NONE, 0, &[]);
        let policy = Arc::new(Policy::new(&self.manifest, &environment, None)?);
        let network = Network::with_resolver(policy, &self.trust, Arc::new(NoNames))?;
        Ok(Arc::new(network))
    }

    /// Runs the call with this number, all of whose requests meet this fault.
    pub async fn run(
        &self,
        network: &Arc<Network>,
        call: &Call,
        fault: &Fault,
        number: u64,
        variables: &[(&str, &str)],
    ) -> Ended {
        let environment = self.environment(fault, number, variables);
        let next = Arc::clone(network) as Arc<dyn Transport>;
        let (verdict, told, sent) = match self.way_out(environment, next) {
            Err(error) => (Err(error.to_string()), String::new(), 0),
            Ok((environment, counter)) => {
                let way_out = Arc::clone(&counter) as Arc<dyn Transport>;
                let (verdict, told) = self.invoke(&environment, way_out, call, number).await;
                (verdict, told, counter.sent.load(Ordering::Relaxed))
            }
        };
        Ended {
            verdict,
            told,
            sent,
            seen: self.book.close(number),
        }
    }

    async fn invoke(
        &self,
        environment: &Environment,
        way_out: Arc<dyn Transport>,
        call: &Call,
        number: u64,
    ) -> (Result<Verdict, String>, String) {
        let made = self.plugin.sandbox(environment, way_out).await;
        let ended = match made {
            Ok(mut sandbox) => sandbox.invoke(call.action, &call.input(number)).await,
            Err(error) => Err(error),
        };
        match ended {
            Ok(Ok(result)) => of_result(&result),
            Ok(Err(error)) => (of_error(&error), explain(&error)),
            Err(error) => (Err(error.to_string()), String::new()),
        }
    }

    fn environment(&self, fault: &Fault, number: u64, variables: &[(&str, &str)]) -> Environment {
        let pair = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let url = self.addresses.base_url(fault, number);
        let mut environment: Environment = VARIABLES.iter().chain(variables).map(pair).collect();
        environment.insert("INTERCOM_BASE_URL".to_owned(), url);
        environment
    }

    /// What the sandbox may see of its environment, and its way out.
    fn way_out(
        &self,
        mut environment: Environment,
        network: Arc<dyn Transport>,
    ) -> Result<(Environment, Arc<Counter>), EgressSetupError> {
        let policy = Arc::new(Policy::new(&self.manifest, &environment, None)?);
        let mut secrets = Secrets::default();
        if let Some(variable) = self.manifest.secret() {
            secrets.hide(&mut environment, variable)?;
        }
        let egress = Egress::new(policy, Arc::new(secrets), network);
        let counter = Counter {
            next: egress,
            sent: AtomicU64::new(0),
        };
        Ok((environment, Arc::new(counter)))
    }
}

#[derive(Debug, thiserror::Error)]
#[error(transparent)]
enum EgressSetupError {
    Policy(#[from] PolicyError),
    Secret(#[from] SecretError),
}

fn of_result(result: &str) -> (Result<Verdict, String>, String) {
    let Ok(result) = serde_json::from_str::<Value>(result) else {
        return (Err("the result is no JSON".to_owned()), result.to_owned());
    };
    match result.get("notes").and_then(Value::as_array) {
        Some(notes) if !notes.is_empty() => {
            (Ok(Verdict::Noted), Value::from(notes.clone()).to_string())
        }
        _ => (Ok(Verdict::Success), String::new()),
    }
}

fn of_error(error: &ActionError) -> Result<Verdict, String> {
    match error {
        ActionError::Permanent(failure) => Ok(Verdict::Permanent(reason_name(&failure.reason))),
        ActionError::Retryable(failure) => Ok(Verdict::Retryable(reason_name(&failure.reason))),
        ActionError::ExecutionFailed => Err("execution failed, which no connector says".to_owned()),
    }
}

/// A way out that counts what it is given.
struct Counter {
    next: Egress,
    sent: AtomicU64,
}

impl Transport for Counter {
    fn send_request(
        &self,
        request: Request<WasiBody>,
        options: Option<RequestOptions>,
    ) -> ResponseFuture {
        self.sent.fetch_add(1, Ordering::Relaxed);
        self.next.send_request(request, options)
    }
}

/// A resolver that knows no name: nothing is asked of the machine's own, which
/// may take its time.
struct NoNames;

impl Resolve for NoNames {
    fn resolve(&self, name: &str) -> Resolved {
        let error = io::Error::new(io::ErrorKind::NotFound, format!("no such name: {name}"));
        Box::pin(async move { Err(error) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How often what must not be is found of a write that may be done twice.
    #[test]
    fn a_promise_is_broken() {
        let unknown = Verdict::Permanent("outcome unknown");
        for (verdict, written, broken) in [
            (Verdict::Success, 1, 0),
            (Verdict::Noted, 1, 0),
            (unknown, 0, 0),
            (unknown, 1, 0),
            (Verdict::Retryable("network"), 0, 0),
            // Lost, to be done twice, done twice.
            (Verdict::Success, 0, 1),
            (Verdict::Retryable("timeout"), 1, 1),
            (Verdict::Success, 2, 1),
        ] {
            let ended = Ended {
                verdict: Ok(verdict),
                told: String::new(),
                sent: 1,
                seen: Seen {
                    written,
                    ..Seen::default()
                },
            };
            let found = ended.broken(Some(Effect::WriteOnce));
            assert_eq!(found.len(), broken, "{verdict} {written}: {found:?}");
            assert!(ended.broken(Some(Effect::WriteIdempotent)).is_empty());
        }
    }

    #[test]
    fn a_sandbox_that_broke_off_is_no_result() {
        let ended = Ended {
            verdict: Err("sandbox: the component trapped".to_owned()),
            told: String::new(),
            sent: 0,
            seen: Seen::default(),
        };
        assert_eq!(
            ended.broken(Some(Effect::Read)),
            ["sandbox: the component trapped"]
        );
    }

    #[test]
    fn results_with_and_without_notes() {
        for (result, verdict) in [
            (r#"{"notes": []}"#, Ok(Verdict::Success)),
            (r#"{"id": "1"}"#, Ok(Verdict::Success)),
            (r#"{"notes": ["x"]}"#, Ok(Verdict::Noted)),
            ("x", Err("the result is no JSON".to_owned())),
        ] {
            assert_eq!(of_result(result).0, verdict, "{result}");
        }
    }
}
