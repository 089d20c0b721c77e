//! The token and other headers of a request.

use serde_json::json;
use std::sync::{Arc, Mutex};
use test_support::server::Server;

use super::{HostileEngine, Names, TOKEN};

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
