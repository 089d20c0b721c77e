//! A hostile component tries to reach every host. Requests that the policy does not allow open no
//! connections: the servers count them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::collections::BTreeMap;
use std::io;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use connector_egress::{
    Egress, EgressError, Grants, Network, Policy, Refusal, Resolve, Resolved, Secrets, Trust,
};
use connector_host::{ConnectorPre, DenyAll, Engine, Environment, Limits, Manifest};
use host_test::build;
use serde_json::{Value, json};

use crate::egress_errors;
use test_support::server::Server;

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
async fn no_way_out_leads_anywhere() {
    let trap = Server::start(|_| Server::ok("caught")).await;
    let port = trap.port();
    let names = Names::new(&[
        ("public.example", &["127.0.0.1"]),
        ("evil.example", &["127.0.0.1"]),
        ("localhost", &["127.0.0.1"]),
    ]);
    let engine = HostileEngine::new(names).await;
    let at = |host: &str| json!({ "authority": format!("{host}:{port}"), "scheme": "http" });
    let to = |authority: &str| json!({ "authority": authority });
    let header = |name: &str, value: &str| json!({ "authority": "public.example", "headers": [[name, value]] });
    let table = [
        // Other hosts, and names that look like the declared one.
        (to("evil.example"), "not declared"),
        (to("sub.public.example"), "not declared"),
        (to("public.example.evil.example"), "not declared"),
        (to("evilpublic.example"), "not declared"),
        (to("public.example."), "address"),
        (to("PUBLIC.EXAMPLE:8443"), "not declared"),
        (to("publıc.example"), "authority"),
        (to("xn--publc-1va.example"), "not declared"),
        // Other ports and schemes.
        (to("public.example:8443"), "not declared"),
        (to("public.example:80"), "not declared"),
        (to("public.example:"), "address"),
        (to("public.example:99999"), "address"),
        (
            json!({ "authority": "public.example", "scheme": "http" }),
            "not encrypted",
        ),
        (
            json!({ "authority": "public.example", "scheme": "ftp" }),
            "handle: ErrorCode::HttpProtocolError",
        ),
        // This machine and its neighbours, in every spelling.
        (at("127.0.0.1"), "not declared"),
        (at("[::1]"), "not declared"),
        (at("[::ffff:127.0.0.1]"), "not encrypted"),
        (at("localhost"), "not declared"),
        (at("2130706433"), "not encrypted"),
        (at("0x7f000001"), "not encrypted"),
        (at("0177.0.0.1"), "not encrypted"),
        (at("127.1"), "not encrypted"),
        (at("169.254.169.254"), "not encrypted"),
        (to(&format!("127.0.0.1:{port}")), "not declared"),
        (to("169.254.169.254"), "not declared"),
        (to("[fd00::1]"), "not declared"),
        (to("[fe80::1%25eth0]"), "address"),
        // A user name that looks like a host, and the other way round.
        (
            json!({ "authority": format!("public.example@127.0.0.1:{port}"), "scheme": "http" }),
            "address",
        ),
        (to("me:secret@public.example"), "address"),
        (to("evil.example#@public.example"), "authority"),
        (to("evil.example\\@public.example"), "authority"),
        // Escapes in the host.
        (to("%70ublic.example"), "authority"),
        (to("public%2eexample"), "authority"),
        (to("127%2e0%2e0%2e1"), "authority"),
        // Headers that would say where else to go, or smuggle a request.
        (
            header("host", "evil.example"),
            "header: HeaderError::Forbidden",
        ),
        (
            header("Host", "evil.example"),
            "header: HeaderError::Forbidden",
        ),
        (
            header("connection", "upgrade"),
            "header: HeaderError::Forbidden",
        ),
        (header("upgrade", "h2c"), "header: HeaderError::Forbidden"),
        (
            header("proxy-authorization", "x"),
            "header: HeaderError::Forbidden",
        ),
        (
            header("transfer-encoding", "chunked"),
            "header: HeaderError::Forbidden",
        ),
        (
            header("x", "a\r\nHost: evil.example"),
            "header: HeaderError::InvalidSyntax",
        ),
        (
            header("x\r\nHost", "evil.example"),
            "header: HeaderError::InvalidSyntax",
        ),
        // Line breaks elsewhere.
        (
            json!({ "authority": "public.example", "path": "/ HTTP/1.1\r\nHost: evil.example\r\n" }),
            "path",
        ),
        (to("public.example\r\nHost: evil.example"), "authority"),
        (
            json!({ "authority": "public.example", "method": "GET / HTTP/1.1\r\nX:" }),
            "method",
        ),
        // The absolute form, and an invalid path.
        (
            json!({ "authority": "public.example", "path": format!("http://127.0.0.1:{port}/") }),
            "path",
        ),
        (
            json!({ "authority": "public.example", "path": "@evil.example/" }),
            "path",
        ),
        (
            json!({ "path": "/" }),
            "handle: ErrorCode::HttpRequestUriInvalid",
        ),
        // A tunnel, and a mirror for the token.
        (
            json!({ "authority": "public.example", "method": "CONNECT" }),
            "method",
        ),
        (
            json!({ "authority": "public.example", "method": "TRACE" }),
            "method",
        ),
        (
            json!({ "authority": "public.example", "method": "trace" }),
            "method",
        ),
    ];
    let mut wrong = Vec::new();
    for (input, expected) in &table {
        let (told, known) = engine.attempt(None, None, input).await;
        let found = stopped_by(&told, &known);
        if found != *expected {
            wrong.push(format!(
                "{input}: {found}, not {expected}: {told} {known:?}"
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(engine.names.asked(), 0, "nothing was looked up");
    assert_eq!(trap.connections(), 0, "nobody was connected to");
}

#[tokio::test]
async fn a_public_name_does_not_lead_inside() {
    let trap = Server::start(|_| Server::ok("caught")).await;
    let inside: [&[&str]; 8] = [
        &["127.0.0.1"],
        &["10.0.0.1"],
        &["169.254.169.254"],
        &["::1"],
        &["::ffff:127.0.0.1"],
        &["fd00::1"],
        &["0.0.0.0"],
        // One public address does not excuse the other.
        &["1.1.1.1", "127.0.0.1"],
    ];
    let public = format!("public.example:{}", trap.port());
    for addresses in inside {
        let engine = HostileEngine::new(Names::new(&[("public.example", addresses)])).await;
        let input = json!({ "authority": public });
        let base = format!("https://{public}");
        let (told, known) = engine.attempt(Some(&base), None, &input).await;
        assert_eq!(
            stopped_by(&told, &known),
            "private address",
            "{addresses:?}"
        );
        assert_eq!(told["stopped"], "ErrorCode::DestinationIpProhibited");
    }
    assert_eq!(trap.connections(), 0);
}

#[tokio::test]
async fn a_name_that_changes_its_mind_is_checked_again() {
    let server = Server::start(|_| Server::ok("hello")).await;
    let port = server.port();
    let names = Names {
        later: Some("10.0.0.1".parse().unwrap()),
        ..Names::new(&[("localhost", &["127.0.0.1"])])
    };
    let engine = HostileEngine::new(names).await;
    let base = format!("http://localhost:{port}");
    let input = json!({ "authority": format!("localhost:{port}"), "scheme": "http" });
    let (told, known) = engine.attempt(Some(&base), None, &input).await;
    assert_eq!(told["status"], 200, "{told} {known:?}");
    // One lookup per connection: the name can't resolve differently in between.
    assert_eq!((engine.names.asked(), server.connections()), (1, 1));
    let (told, known) = engine.attempt(Some(&base), None, &input).await;
    assert_eq!(stopped_by(&told, &known), "private address", "{told}");
    assert_eq!((engine.names.asked(), server.connections()), (2, 1));
}

#[tokio::test]
async fn a_redirect_is_a_response_and_not_followed() {
    let trap = Server::start(|_| Server::ok("caught")).await;
    let location = format!("http://127.0.0.1:{}/", trap.port());
    let redirect = Server::start(move |_| {
        format!(
            "HTTP/1.1 307 Temporary Redirect\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n"
        )
    })
    .await;
    let engine = HostileEngine::new(Names::default()).await;
    let host = format!("127.0.0.1:{}", redirect.port());
    let input = json!({ "authority": host, "scheme": "http" });
    let base = format!("http://{host}");
    let (told, _) = engine.attempt(Some(&base), None, &input).await;
    assert_eq!(told["status"], 307, "{told}");
    assert_eq!((redirect.connections(), trap.connections()), (1, 0));
}

#[tokio::test]
async fn a_path_that_looks_like_a_host_stays_a_path() {
    let server = Server::start(|request| Server::ok(request.lines().next().unwrap())).await;
    let engine = HostileEngine::new(Names::default()).await;
    let host = format!("127.0.0.1:{}", server.port());
    let input = json!({ "authority": host, "scheme": "http", "path": "//evil.example/x" });
    let (told, _) = engine
        .attempt(Some(&format!("http://{host}")), None, &input)
        .await;
    assert_eq!(told["body"], "GET //evil.example/x HTTP/1.1", "{told}");
}

#[tokio::test]
async fn the_token_goes_into_its_header_alone_and_no_mirror_shows_it() {
    let seen = Arc::new(Mutex::new(String::new()));
    let log = Arc::clone(&seen);
    // A mirror: the response contains the request's head and body.
    let server = Server::start(move |request| {
        log.lock().unwrap().push_str(request);
        let line = request
            .lines()
            .find(|line| line.starts_with("authorization"));
        Server::ok(request).replace(
            "\r\n\r\n",
            &format!("\r\nX-Mirror: {}\r\n\r\n", line.unwrap()),
        )
    })
    .await;
    let engine = HostileEngine::new(Names::default()).await;
    let host = format!("127.0.0.1:{}", server.port());
    let input = json!({
        "authority": host, "scheme": "http", "method": "POST",
        "path": "/{secret}?q={secret}",
        "headers": [
            ["authorization", "Bearer {secret}"], ["authorization", "Basic {secret}"],
            ["x-copy", "{secret}"],
        ],
        "body": "{secret}",
    });
    let base = format!("http://{host}");
    let (told, _) = engine.attempt(Some(&base), None, &input).await;
    let seen = seen.lock().unwrap();
    assert_eq!(seen.matches(TOKEN).count(), 1, "{seen}");
    assert!(
        seen.contains(&format!("authorization: Bearer {TOKEN}\r\n")),
        "{seen}"
    );
    assert_eq!(seen.matches("placeholder-").count(), 5, "{seen}");
    // `attempt` has checked that the token is not in it.
    let stars = "*".repeat(TOKEN.len());
    assert!(told["body"].as_str().unwrap().contains(&stars), "{told}");
    assert!(
        told["headers"]["x-mirror"]
            .as_str()
            .unwrap()
            .ends_with(&stars),
        "{told}"
    );
}

#[tokio::test]
async fn headers_that_would_talk_around_the_policy_do_not_leave() {
    let server = Server::start(Server::ok).await;
    let engine = HostileEngine::new(Names::default()).await;
    let host = format!("127.0.0.1:{}", server.port());
    let overrides = [
        "X-HTTP-Method-Override",
        "X-Original-URL",
        "x-rewrite-url",
        "Forwarded",
        "X-Forwarded-Host",
    ];
    let headers: Vec<_> = overrides
        .iter()
        .map(|name| json!([name, "/admins"]))
        .collect();
    let input = json!({ "authority": host, "scheme": "http", "headers": headers });
    let (told, _) = engine
        .attempt(Some(&format!("http://{host}")), None, &input)
        .await;
    let seen = told["body"].as_str().unwrap();
    assert!(
        seen.starts_with("GET / HTTP/1.1") && !seen.contains("/admins"),
        "{seen}"
    );
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

#[tokio::test]
async fn what_is_declared_must_be_granted_too() {
    let server = Server::start(|_| Server::ok("hello")).await;
    let host = format!("127.0.0.1:{}", server.port());
    let base = format!("http://{host}");
    let grant = |rest: &str| format!("[[grant]]\nhost = \"{base}\"\n{rest}");
    let input = |method: &str, path: &str| json!({ "authority": host, "scheme": "http", "method": method, "path": path });
    let engine = HostileEngine::new(Names::default()).await;
    for (grants, method, path, expected) in [
        (grant(""), "GET", "/any", "nothing"),
        (String::new(), "GET", "/any", "not granted"),
        (grant("methods = [\"GET\"]"), "POST", "/any", "method"),
        (
            grant("paths = [\"/contacts\"]"),
            "GET",
            "/contacts/7",
            "nothing",
        ),
        (
            grant("paths = [\"/contacts\"]"),
            "GET",
            "/contactsx",
            "path",
        ),
        (
            grant("paths = [\"/contacts\"]"),
            "GET",
            "/contacts/%2e%2e/me",
            "path",
        ),
        (
            grant("private-addresses = false"),
            "GET",
            "/",
            "private address",
        ),
    ] {
        let input = input(method, path);
        let (told, known) = engine.attempt(Some(&base), Some(&grants), &input).await;
        assert_eq!(
            stopped_by(&told, &known),
            expected,
            "{grants} {input}: {told}"
        );
    }
    assert_eq!(server.connections(), 2);
}

#[tokio::test]
async fn an_operator_reads_which_side_is_missing() {
    let engine = HostileEngine::new(Names::default()).await;
    let said = async |grants: Option<&str>, authority: &str| {
        let input = json!({ "authority": authority });
        let (_, known) = engine.attempt(None, grants, &input).await;
        known[0].to_string()
    };
    assert_eq!(
        said(None, "evil.example").await,
        "egress: https://evil.example is not in the connector's manifest \
         (https://public.example); nothing was sent. Use a host of the manifest, or set the \
         connector's base URL"
    );
    assert_eq!(
        said(
            Some("[[grant]]\nhost = \"other.example\""),
            "public.example"
        )
        .await,
        "egress: https://public.example is in the connector's manifest, but this engine grants \
         https://other.example; nothing was sent. Add a [[grant]] with this host to the engine's \
         policy"
    );
}
