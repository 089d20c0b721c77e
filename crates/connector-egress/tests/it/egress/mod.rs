//! A hostile component tries to reach every host. Requests that the policy does not allow open no
//! connections: the servers count them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod grants;
mod headers;
mod reach;

use crate::egress_errors;
use connector_egress::{
    Egress, EgressError, Grants, Network, Policy, Refusal, Resolve, Resolved, Secrets, Trust,
};
use connector_host::{ConnectorPre, DenyAll, Engine, Environment, Limits, Manifest};
use host_test::build;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

const TOKEN: &str = "dG9rOnRoZSByZWFsIG9uZQ==";

fn hostile() -> ConnectorPre {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    let component = BUILT.get_or_init(|| {
        let folder = build::workspace().join("host-test/guests/hostile");
        let built = build::connector(&folder, "hostile.wasm");
        built.expect("the hostile component builds").component
    });
    let engine = Engine::new().unwrap();
    ConnectorPre::from_file(&engine, component, Limits::default()).unwrap()
}

/// Resolves names from a table, and counts lookups. A name with a result for
/// later gives that from the second look-up on.
#[derive(Default)]
struct Names {
    table: BTreeMap<&'static str, Vec<IpAddr>>,
    later: Option<IpAddr>,
    asked: AtomicUsize,
}

impl Names {
    fn new(table: &[(&'static str, &[&str])]) -> Self {
        let parse = |addresses: &[&str]| addresses.iter().map(|a| a.parse().unwrap()).collect();
        let table = table.iter().map(|(name, to)| (*name, parse(to)));
        Self {
            table: table.collect(),
            ..Self::default()
        }
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

impl Resolve for Names {
    fn resolve(&self, name: &str) -> Resolved {
        let found = match (self.asked.fetch_add(1, Ordering::SeqCst), self.later) {
            (1.., Some(later)) => Some(vec![later]),
            _ => self.table.get(name).cloned(),
        };
        Box::pin(async move { found.ok_or_else(|| io::Error::other("no such name")) })
    }
}

/// An engine that runs the hostile component.
struct HostileEngine {
    plugin: ConnectorPre,
    manifest: Manifest,
    names: Arc<Names>,
}

impl HostileEngine {
    async fn new(names: Names) -> Self {
        let plugin = hostile();
        let manifest = plugin.manifest().await.unwrap();
        Self {
            plugin,
            manifest,
            names: Arc::new(names),
        }
    }

    /// Lets it try, and tells what it says and what the host knows.
    async fn attempt(
        &self,
        base_url: Option<&str>,
        grants: Option<&str>,
        input: &Value,
    ) -> (Value, Vec<EgressError>) {
        let mut environment = Environment::from([("HOSTILE_TOKEN".to_owned(), TOKEN.to_owned())]);
        environment.extend(base_url.map(|url| ("HOSTILE_BASE_URL".to_owned(), url.to_owned())));
        let grants: Option<Grants> = grants.map(|text| text.parse().unwrap());
        let policy = Arc::new(Policy::new(&self.manifest, &environment, grants).unwrap());
        let mut secrets = Secrets::default();
        let variable = self.manifest.secret().unwrap();
        secrets.hide(&mut environment, variable).unwrap();
        let names = Arc::clone(&self.names);
        let network = Network::with_resolver(Arc::clone(&policy), &Trust::system(), names);
        let egress = Egress::new(policy, Arc::new(secrets), Arc::new(network.unwrap()));
        let sandbox = self.plugin.sandbox(&environment, Arc::new(egress)).await;
        let mut sandbox = sandbox.unwrap();
        let text = sandbox.invoke("try", &input.to_string()).await.unwrap();
        let told: Value = serde_json::from_str(&text.unwrap()).unwrap();
        assert!(!told.to_string().contains(TOKEN), "{told}");
        (told, egress_errors(&mut sandbox))
    }
}

/// The kind of what stopped a request: by the host's policy, or by the
/// interface, which never let it be made.
fn stopped_by(told: &Value, known: &[EgressError]) -> String {
    let kind = match known {
        [] => told["stopped"].as_str().unwrap_or("nothing").to_owned(),
        [EgressError::Refused(refusal)] => match refusal {
            Refusal::Address { .. } => "address",
            Refusal::NotEncrypted { .. } => "not encrypted",
            Refusal::NotDeclared { .. } => "not declared",
            Refusal::NotGranted { .. } => "not granted",
            Refusal::Method { .. } => "method",
            Refusal::Path { .. } => "path",
            Refusal::OtherPlace { .. } => "other place",
            Refusal::PrivateAddress { .. } => "private address",
        }
        .to_owned(),
        other => format!("{other:?}"),
    };
    kind.split_once(" { ")
        .map_or(kind.clone(), |(name, _)| name.to_owned())
}

#[tokio::test]
async fn hoarding_ends_the_sandbox_and_not_the_host() {
    let engine = HostileEngine::new(Names::default()).await;
    let environment = Environment::new();
    for (count, ends_well) in [(50, true), (100_000, false)] {
        let sandbox = engine.plugin.sandbox(&environment, Arc::new(DenyAll)).await;
        let input = json!({ "hoard": count }).to_string();
        let ended = sandbox.unwrap().invoke("try", &input).await;
        assert_eq!(ended.is_ok(), ends_well, "{count}: {ended:?}");
    }
}
