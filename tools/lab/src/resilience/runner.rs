//! Runs one call under one fault: the real component in its own sandbox, the real
//! egress, a real socket.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use http::Request;
use wasmtime_wasi_http::{RequestOptions, WasiBody};

use super::calls::Call;
use super::outcome::{Outcome, Verdict, verdict};
use crate::egress::egress;
use connector_cases::FixtureError;
use connector_egress::{
    Egress, Network, Policy, PolicyError, Resolve, Resolved, Trust, TrustError,
};
use connector_host::{
    ConnectorPre, Environment, Manifest, ResponseFuture, SandboxError, Transport,
};
use intercom_double::faults::{Addresses, Fault, NONE, RequestLog};

/// The variables of every call, over those of its example. No response contains
/// the token: egress would redact it.
const VARIABLES: [(&str, &str); 5] = [
    ("INTERCOM_ACCESS_TOKEN", "faults-token"),
    ("INTERCOM_CLIENT_ID", "client"),
    ("INTERCOM_CLIENT_SECRET", "secret"),
    ("INTERCOM_MAX_RETRIES", "2"),
    // A seed whose first waits are short: 3, 3 and 4 hundredths of the longest.
    ("INTERCOM_JITTER_SEED", "14295"),
];

/// Runs calls of one component against one server.
pub struct Runner {
    plugin: ConnectorPre,
    manifest: Manifest,
    addresses: Addresses,
    log: RequestLog,
    trust: Trust,
}

/// Why no call can be run.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub enum StartError {
    /// The server has no port.
    #[error("could not listen on 127.0.0.1: {0}; free a port or a descriptor")]
    Listen(#[from] io::Error),
    /// An action cannot be called.
    Example(#[from] FixtureError),
    /// The manifest cannot be read.
    Sandbox(#[from] SandboxError),
    /// The system's certificates cannot be used.
    Trust(#[from] TrustError),
    /// The manifest names an invalid host.
    Policy(#[from] PolicyError),
    /// A task was cancelled.
    #[error("a call was interrupted: {0}")]
    Interrupted(#[from] tokio::task::JoinError),
}

impl Runner {
    /// A runner of this component against the server at these addresses.
    pub fn new(
        plugin: ConnectorPre,
        manifest: Manifest,
        addresses: Addresses,
        log: RequestLog,
    ) -> Self {
        Self {
            plugin,
            manifest,
            addresses,
            log,
            trust: Trust::system(),
        }
    }

    /// A network without open connections, which resolves no name.
    ///
    /// # Errors
    ///
    /// When the TLS library does not start, or the manifest names an invalid host.
    pub fn network(&self) -> Result<Arc<Network>, StartError> {
        let base_url = self.addresses.base_url(&NONE, 0);
        let environment = Environment::from([("INTERCOM_BASE_URL".to_owned(), base_url)]);
        let policy = Arc::new(Policy::new(&self.manifest, &environment, None)?);
        let network = Network::with_resolver(policy, &self.trust, Arc::new(NoNames))?;
        Ok(Arc::new(network))
    }

    /// Runs the call with this number; all of its requests get this fault.
    pub async fn run(
        &self,
        network: &Arc<Network>,
        call: &Call,
        fault: &Fault,
        number: u64,
        variables: &[(&str, &str)],
    ) -> Outcome {
        let environment = self.environment(call, fault, number, variables);
        let network = Arc::clone(network) as Arc<dyn Transport>;
        let (verdict, message, sent) = match egress(&self.manifest, environment, network) {
            Err(error) => (Err(error.to_string()), String::new(), 0),
            Ok((environment, next)) => {
                let sent = Arc::new(AtomicU64::new(0));
                let counter = Counter {
                    next,
                    sent: Arc::clone(&sent),
                };
                let (verdict, message) = self.invoke(&environment, counter, call).await;
                (verdict, message, sent.load(Ordering::Relaxed))
            }
        };
        Outcome {
            verdict,
            message,
            sent,
            seen: self.log.close(number),
        }
    }

    async fn invoke(
        &self,
        environment: &Environment,
        counter: Counter,
        call: &Call,
    ) -> (Result<Verdict, String>, String) {
        let sandbox = self.plugin.sandbox(environment, Arc::new(counter)).await;
        verdict(match sandbox {
            Ok(mut sandbox) => sandbox.invoke(&call.action, &call.input).await,
            Err(error) => Err(error),
        })
    }

    fn environment(
        &self,
        call: &Call,
        fault: &Fault,
        number: u64,
        variables: &[(&str, &str)],
    ) -> Environment {
        let base_url = self.addresses.base_url(fault, number);
        let base_url = ("INTERCOM_BASE_URL", base_url.as_str());
        let mut environment = call.environment.clone();
        for (name, value) in VARIABLES.iter().chain(variables).chain([&base_url]) {
            environment.insert((*name).to_owned(), (*value).to_owned());
        }
        environment
    }
}

/// Counts the requests of one call.
struct Counter {
    next: Egress,
    sent: Arc<AtomicU64>,
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

/// Resolves no name, since the system's resolver may be slow.
struct NoNames;

impl Resolve for NoNames {
    fn resolve(&self, name: &str) -> Resolved {
        let error = io::Error::new(io::ErrorKind::NotFound, format!("no such name: {name}"));
        Box::pin(async move { Err(error) })
    }
}
