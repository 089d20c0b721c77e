//! In its own process, since it reads the process's log.
//!
//! The access token never reaches the component: every recorded case runs with
//! a placeholder in its place, and then the sandbox's whole memory, the result
//! and the logs are searched for the token.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::io;
use std::sync::{Arc, Mutex};

use connector_cases::{Case, Replay};
use connector_egress::{Egress, Policy, Secrets};
use connector_host::{ConnectorPre, Engine, Environment, Limits, Manifest, Sandbox, Transport};
use tracing_subscriber::fmt::MakeWriter;
use wasmtime::AsContextMut;

/// What the token is made of and what is searched for. The token repeats it, so
/// that a piece survives where freed memory is written over in part.
const PIECE: &str = "Zq7w-Xk3";

fn token() -> String {
    PIECE.repeat(512)
}

/// The connector in an engine that lets its memory be read.
fn connector() -> ConnectorPre {
    let engine = Engine::with_config(|config| {
        config.guest_debug(true);
    });
    let engine = engine.unwrap();
    let component = wasmtime::component::Component::from_file(
        engine.wasmtime(),
        &test_support::artifact().component,
    );
    ConnectorPre::new(&engine, &component.unwrap(), Limits::default()).unwrap()
}

/// Whether any memory of the sandbox holds a piece of the token.
fn holds_token(sandbox: &mut Sandbox) -> bool {
    let (_, store) = sandbox.parts();
    let mut memories = 0;
    let mut found = false;
    for instance in store.debug_all_instances() {
        for index in 0.. {
            let Some(memory) = instance.debug_memory(store.as_context_mut(), index) else {
                break;
            };
            memories += 1;
            let bytes = memory.data(&*store);
            found |= memchr::memmem::find(bytes, PIECE.as_bytes()).is_some();
        }
    }
    assert!(memories > 0, "there is a memory to search");
    found
}

/// The environment of a case whose token, where it has one, is ours.
fn environment(case: &Case) -> Environment {
    let mut environment = case.environment.clone();
    if let Some(token) = environment.get_mut("INTERCOM_ACCESS_TOKEN")
        && !token.is_empty()
    {
        *token = self::token();
    }
    environment
}

/// Runs a case, and gives what it came to and its sandbox.
async fn run(
    plugin: &ConnectorPre,
    case: &Case,
    environment: &Environment,
    transport: Arc<dyn Transport>,
) -> (String, Sandbox) {
    let sandbox = plugin.sandbox(environment, transport).await;
    let mut sandbox = sandbox.unwrap();
    let ended = sandbox.invoke(&case.name.action, &case.input).await;
    (format!("{:?}", ended.unwrap()), sandbox)
}

/// The network of the commands, with the recording instead of the
/// network.
fn egress(manifest: &Manifest, environment: &mut Environment, replay: Replay) -> Egress {
    let policy = Policy::new(manifest, environment, None).unwrap();
    let mut secrets = Secrets::default();
    secrets
        .hide(environment, manifest.secret().unwrap())
        .unwrap();
    Egress::new(Arc::new(policy), Arc::new(secrets), Arc::new(replay))
}

/// Everything that is logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn every_case_runs_the_same_without_the_token_in_its_sandbox() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(log.clone())
        .finish();
    let _logging = tracing::subscriber::set_default(subscriber);
    let plugin = connector();
    let manifest = plugin.manifest().await.unwrap();
    let mut revealed = 0;
    for case in test_support::all_cases() {
        let plain = environment(&case);
        let (expected, mut holder) = run(
            &plugin,
            &case,
            &plain,
            Arc::new(Replay::new(&case.exchanges)),
        )
        .await;
        // The search finds what is there.
        let given = plain.values().any(|value| value.contains(PIECE));
        assert_eq!(holds_token(&mut holder), given, "{}", case.name);
        drop(holder);

        let mut hidden = plain.clone();
        let replay = Replay::new(&case.exchanges);
        let egress = egress(&manifest, &mut hidden, replay.clone());
        let (found, mut sandbox) = run(&plugin, &case, &hidden, Arc::new(egress)).await;
        assert_eq!(found, expected, "{}", case.name);
        assert!(!found.contains(PIECE), "{}: {found}", case.name);
        assert!(!holds_token(&mut sandbox), "{}", case.name);
        for request in replay.requests() {
            let sent = request
                .headers
                .iter()
                .filter(|(_, value)| value.contains(PIECE));
            revealed += sent.filter(|(name, _)| name == "authorization").count();
        }
    }
    assert!(revealed > 100, "requests carried it: {revealed}");
    let log = String::from_utf8_lossy(&log.0.lock().unwrap()).into_owned();
    assert!(
        log.contains("create-contact") && log.contains("ended"),
        "{log}"
    );
    assert!(!log.contains(PIECE));
}
