//! What the manifest declares and the engine grants.

use serde_json::json;
use test_support::server::Server;

use super::{HostileEngine, Names, stopped_by};

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
