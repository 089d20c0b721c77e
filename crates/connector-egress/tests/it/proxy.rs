//! The operator's proxy: who is reached by it, and what is read when it lets
//! nothing through. The proxy, which leads to one server whatever it is asked
//! for, and the server behind it run on the loopback.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::sync::{Arc, Mutex};

use connector_egress::{Egress, EgressError, Grants, Network, Policy, Proxies, Secrets, Trust};
use connector_host::Environment;
use connector_host::bindings::types::ActionError;
use test_support::secure::Authority;
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

const HOST: &str = "api.example";

/// A proxy that opens tunnels, or responds to all with a status line.
struct Proxy {
    port: u16,
    /// The heads of the requests that it got.
    asked: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

impl Proxy {
    /// A proxy whose tunnels lead to this port, or that refuses.
    async fn start(to: Result<u16, &'static str>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&asked);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, to, Arc::clone(&log)));
            }
        });
        Self { port, asked, task }
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }

    fn url(&self) -> String {
        format!("http://me:s3cret-word@127.0.0.1:{}", self.port)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(
    mut stream: TcpStream,
    to: Result<u16, &'static str>,
    asked: Arc<Mutex<Vec<String>>>,
) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    asked.lock().unwrap().push(String::from_utf8(head).unwrap());
    match to {
        Err(status) => {
            let refusal = format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n");
            stream.write_all(refusal.as_bytes()).await.unwrap();
        }
        Ok(port) => {
            let mut server = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
            stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
            let _ = copy_bidirectional(&mut stream, &mut server).await;
        }
    }
}

/// What `test-connection` comes to at `base`, with these variables of the
/// operator's.
async fn call(
    base: &str,
    authority: &Authority,
    variables: &[(&str, &str)],
    grants: Option<Grants>,
) -> (Result<String, ActionError>, Vec<EgressError>) {
    let environment = [
        ("INTERCOM_ACCESS_TOKEN", "t"),
        ("INTERCOM_BASE_URL", base),
        ("INTERCOM_MAX_RETRIES", "0"),
    ];
    let environment = environment.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let environment = Environment::from(environment);
    let policy = Policy::new(&test_support::manifest().await, &environment, grants);
    let policy = Arc::new(policy.unwrap());
    let proxies = Proxies::read(|name| {
        let mut given = variables.iter().filter(|(given, _)| *given == name);
        given.next().map(|(_, value)| (*value).to_owned())
    });
    let trust = Trust::system().and_file(authority.file()).unwrap();
    let network = Network::with_proxies(Arc::clone(&policy), &trust, proxies).unwrap();
    let egress = Egress::new(policy, Arc::new(Secrets::default()), Arc::new(network));
    let plugin = test_support::connector();
    let sandbox = plugin.sandbox(&environment, Arc::new(egress)).await;
    let mut sandbox = sandbox.unwrap();
    let ended = sandbox.invoke("test-connection", "{}").await.unwrap();
    (ended, crate::egress_errors(&mut sandbox))
}

#[tokio::test]
async fn requests_leave_by_the_proxy_that_the_operator_names() {
    let authority = Authority::new("ours");
    let server = authority.server(HOST, |_| {}).await;
    let proxy = Proxy::start(Ok(server.port())).await;
    let base = format!("https://{HOST}");
    for (number, variable) in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"]
        .iter()
        .enumerate()
    {
        let variables = [(*variable, proxy.url())];
        let variables = variables
            .each_ref()
            .map(|(name, url)| (*name, url.as_str()));
        let (ended, known) = call(&base, &authority, &variables, None).await;
        let result = ended.unwrap_or_else(|error| panic!("{error:?} {known:?}"));
        assert!(result.contains("HTTP/2.0"), "{result}");
        let asked = proxy.asked();
        assert_eq!(asked.len(), number + 1, "{variable}");
        let head = &asked[number];
        assert!(
            head.starts_with("CONNECT api.example:443 HTTP/1.1\r\n"),
            "{head}"
        );
        // me:s3cret-word
        assert!(
            head.contains("Proxy-Authorization: Basic bWU6czNjcmV0LXdvcmQ=\r\n"),
            "{head}"
        );
        // The token is for the host behind it.
        assert!(!head.contains("Bearer"), "{head}");
    }
    assert_eq!(server.requests(), 4);
}

#[tokio::test]
async fn what_the_policy_refuses_and_what_is_here_do_not_reach_the_proxy() {
    let authority = Authority::new("ours");
    let server = authority.server("localhost", |_| {}).await;
    let proxy = Proxy::start(Ok(server.port())).await;
    let (url, all) = (proxy.url(), proxy.url());
    let variables = [("HTTPS_PROXY", url.as_str()), ("ALL_PROXY", all.as_str())];
    let nothing = Some(Grants(Vec::new()));
    let (_, known) = call("https://api.example", &authority, &variables, nothing).await;
    assert!(matches!(known[0], EgressError::Refused(_)), "{known:?}");
    let (ended, _) = call(&server.url(), &authority, &variables, None).await;
    assert!(ended.is_ok(), "{ended:?}");
    assert_eq!((proxy.asked().len(), server.requests()), (0, 1));
}

#[tokio::test]
async fn a_proxy_that_lets_nothing_through_is_named_without_its_password() {
    let authority = Authority::new("ours");
    let refusing = Proxy::start(Err("403 Forbidden")).await;
    let asking = Proxy::start(Err("407 Proxy Authentication Required")).await;
    let gone = Proxy::start(Err("")).await.url();
    let ways = "Check that it runs and allows this host, put user:password@ before its host if \
                it needs a login, or add this host to NO_PROXY";
    let other = "socks5://me:s3cret-word@proxy.example";
    for (url, parts) in [
        (refusing.url(), &["unsuccessful", ways][..]),
        (asking.url(), &["proxy authorization required", ways]),
        (gone, &["Connection refused", ways]),
        (
            other.to_owned(),
            &["not a supported proxy; give http://host:port"],
        ),
    ] {
        let variables = [("HTTPS_PROXY", url.as_str())];
        let (ended, known) = call("https://api.example", &authority, &variables, None).await;
        assert!(ended.is_err());
        let told = known[0].to_string();
        for part in [
            &["https://api.example", "HTTPS_PROXY", "nothing was sent"],
            parts,
        ]
        .concat()
        {
            assert!(told.contains(part), "{part:?}: {told}");
        }
        let all = format!("{told} {known:?} {ended:?}");
        assert!(!all.contains("s3cret"), "{all}");
    }
}
