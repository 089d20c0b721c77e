//! Hosts, addresses, redirects and paths that a component may not reach.

use serde_json::json;
use test_support::server::Server;

use super::{HostileEngine, Names, stopped_by};

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
