//! Over HTTP: who gets in.

use connector::mcp::Rules;
use connector::mcp::http::HttpServer;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::offline;

const INITIALIZE: &str = r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}"#;

async fn listen() -> String {
    let server = offline(&Rules::default()).await;
    let http = HttpServer::listen("127.0.0.1:0".parse().unwrap(), server)
        .await
        .unwrap();
    let host = http.url();
    let host = host.trim_start_matches("http://").trim_end_matches("/mcp");
    let host = host.to_owned();
    tokio::spawn(http.serve());
    host
}

/// The status of an `initialize` with these headers.
async fn status(address: &str, path: &str, host: &str, origin: Option<&str>) -> u16 {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let origin = origin.map(|origin| format!("origin: {origin}\r\n"));
    let text = format!(
        "POST {path} HTTP/1.1\r\nhost: {host}\r\n{}connection: close\r\n\
         content-type: application/json\r\naccept: application/json, text/event-stream\r\n\
         content-length: {}\r\n\r\n{INITIALIZE}",
        origin.unwrap_or_default(),
        INITIALIZE.len()
    );
    stream.write_all(text.as_bytes()).await.unwrap();
    let mut head = [0; 12];
    stream.read_exact(&mut head).await.unwrap();
    String::from_utf8_lossy(&head[9..]).parse().unwrap()
}

#[tokio::test]
async fn only_this_host_and_no_other_pages_get_in() {
    let address = listen().await;
    let port = address.rsplit(':').next().unwrap();
    let own = format!("http://{address}");
    let localhost = format!("localhost:{port}");
    for (path, host, origin, expected) in [
        ("/mcp", address.as_str(), None, 200),
        ("/mcp", &localhost, None, 200),
        ("/mcp", &address, Some(own.as_str()), 200),
        ("/mcp", "rebound.example", None, 403),
        ("/mcp", "127.0.0.1:1", None, 403),
        ("/mcp", &address, Some("https://evil.example"), 403),
        ("/mcp", &address, Some("http://localhost:1"), 403),
        ("/mcp", &address, Some("null"), 403),
        ("/", &address, None, 404),
    ] {
        let found = status(&address, path, host, origin).await;
        assert_eq!(found, expected, "{path} {host} {origin:?}");
    }
}

#[tokio::test]
async fn other_machines_are_not_served() {
    let server = offline(&Rules::default()).await;
    let refused = HttpServer::listen("0.0.0.0:0".parse().unwrap(), server).await;
    let Err(error) = refused else {
        panic!("it listens");
    };
    assert!(
        error
            .to_string()
            .starts_with("--http: 0.0.0.0:0 can be reached from other machines")
    );
}
