//! TLS on the loopback, with certificates made here: who is trusted, who is not,
//! and what an operator reads about it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use host_test::host::bindings::types::{ActionError, FailureReason};
use host_test::host::egress::{
    CertificateProblem, Egress, EgressError, Network, Policy, Secrets, Trust,
};
use host_test::host::{Environment, Sandbox};
use http_body_util::Full;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd,
};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use serde_json::json;
use tempfile::NamedTempFile;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

/// Answers as `/me` does, by HTTP/2 or HTTP/1.1, and counts requests.
struct SecureServer {
    port: u16,
    requests: Arc<AtomicUsize>,
    task: tokio::task::JoinHandle<()>,
}

impl SecureServer {
    async fn start(certificate: CertificateDer<'static>, key: PrivateKeyDer<'static>) -> Self {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key)
            .unwrap();
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let requests = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&requests);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, counter) = (acceptor.clone(), Arc::clone(&counter));
                tokio::spawn(async move {
                    let Ok(stream) = acceptor.accept(stream).await else {
                        return;
                    };
                    let answer = service_fn(move |request: http::Request<_>| {
                        counter.fetch_add(1, Ordering::SeqCst);
                        let id = format!("{:?}", request.version());
                        drop::<http::Request<hyper::body::Incoming>>(request);
                        let body = json!({ "type": "admin", "id": id }).to_string();
                        async {
                            Ok::<_, hyper::Error>(http::Response::new(Full::<Bytes>::from(body)))
                        }
                    });
                    let server = auto::Builder::new(TokioExecutor::new());
                    let _ = server.serve_connection(TokioIo::new(stream), answer).await;
                });
            }
        });
        Self {
            port,
            requests,
            task,
        }
    }
}

impl Drop for SecureServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// An authority of the test's own, and its certificate in a file.
struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    file: NamedTempFile,
}

impl Authority {
    fn new(name: &str) -> Self {
        let mut parameters = CertificateParams::new(Vec::new()).unwrap();
        parameters.distinguished_name.push(DnType::CommonName, name);
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(parameters, KeyPair::generate().unwrap());
        let issuer = issuer.unwrap();
        let file = NamedTempFile::new().unwrap();
        std::fs::write(file.path(), issuer.pem()).unwrap();
        Self { issuer, file }
    }

    fn trust(&self) -> Trust {
        Trust::system().and_file(self.file.path()).unwrap()
    }

    async fn server(
        &self,
        name: &str,
        adjust: impl FnOnce(&mut CertificateParams),
    ) -> SecureServer {
        let mut parameters = CertificateParams::new(vec![name.to_owned()]).unwrap();
        adjust(&mut parameters);
        let key = KeyPair::generate().unwrap();
        let certificate = parameters.signed_by(&key, &self.issuer).unwrap();
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        SecureServer::start(certificate.der().clone(), key).await
    }
}

/// A sandbox of the connector that reaches the server at `base`.
async fn sandbox(base: &str, trust: &Trust) -> Sandbox {
    let variables = [
        ("INTERCOM_ACCESS_TOKEN", "t"),
        ("INTERCOM_BASE_URL", base),
        // Each doubt shows once.
        ("INTERCOM_MAX_RETRIES", "0"),
    ];
    let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let environment = Environment::from(variables);
    let policy = Policy::new(&support::manifest().await, &environment, None);
    let policy = Arc::new(policy.unwrap());
    let network = Arc::new(Network::new(Arc::clone(&policy), trust).unwrap());
    let egress = Egress::new(policy, Arc::new(Secrets::default()), network);
    let plugin = support::plugin();
    plugin
        .sandbox(&environment, Arc::new(egress))
        .await
        .unwrap()
}

/// What `test-connection` comes to.
async fn call(base: &str, trust: &Trust) -> (Result<String, ActionError>, Vec<EgressError>) {
    let mut sandbox = sandbox(base, trust).await;
    let ended = sandbox.invoke("test-connection", "{}").await.unwrap();
    (ended, sandbox.take_egress_errors())
}

#[tokio::test]
async fn a_server_of_a_trusted_authority_is_spoken_to_by_http_2() {
    let authority = Authority::new("ours");
    let server = authority.server("localhost", |_| {}).await;
    let base = format!("https://localhost:{}", server.port);
    let (ended, known) = call(&base, &authority.trust()).await;
    let result = ended.unwrap_or_else(|error| panic!("{error:?} {known:?}"));
    assert!(result.contains("HTTP/2.0"), "{result}");
    assert_eq!(server.requests.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn any_doubt_about_a_certificate_ends_it_before_a_request() {
    let authority = Authority::new("ours");
    let expired = |parameters: &mut CertificateParams| {
        parameters.not_before = date_time_ymd(2020, 1, 1);
        parameters.not_after = date_time_ymd(2021, 1, 1);
    };
    let future = |parameters: &mut CertificateParams| {
        parameters.not_before = date_time_ymd(2999, 1, 1);
        parameters.not_after = date_time_ymd(3000, 1, 1);
    };
    let table = [
        (
            authority.server("other.example", |_| {}).await,
            authority.trust(),
            CertificateProblem::OtherName,
        ),
        (
            authority.server("localhost", expired).await,
            authority.trust(),
            CertificateProblem::Expired,
        ),
        (
            authority.server("localhost", future).await,
            authority.trust(),
            CertificateProblem::NotYetValid,
        ),
        (
            authority.server("localhost", |_| {}).await,
            Trust::system(),
            CertificateProblem::UnknownIssuer,
        ),
        (
            Authority::new("another").server("localhost", |_| {}).await,
            authority.trust(),
            CertificateProblem::UnknownIssuer,
        ),
    ];
    for (server, trust, expected) in table {
        let (ended, known) = call(&format!("https://localhost:{}", server.port), &trust).await;
        let [EgressError::Certificate { problem, .. }] = known.as_slice() else {
            panic!("{expected:?}: {known:?}");
        };
        assert_eq!(*problem, expected);
        let Err(ActionError::Retryable(failure)) = ended else {
            panic!("{expected:?}: {ended:?}");
        };
        assert_eq!(failure.reason, FailureReason::Network);
        assert!(
            failure.message.contains("certificate is not trusted"),
            "{}",
            failure.message
        );
        assert_eq!(server.requests.load(Ordering::SeqCst), 0, "{expected:?}");
    }
}

#[tokio::test]
async fn what_an_operator_reads() {
    let authority = Authority::new("ours");
    let server = authority.server("localhost", |_| {}).await;
    let base = format!("https://localhost:{}", server.port);
    let (_, known) = call(&base, &Trust::system()).await;
    assert_eq!(
        known[0].to_string(),
        format!(
            "egress: the certificate of {base} is signed by nobody whom this machine trusts; if it \
             should be, add the authority's certificate to the trust roots (--ca FILE); nothing \
             was sent"
        )
    );
    // No TLS at the other end.
    let plain = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("https://{}", plain.local_addr().unwrap());
    let answering = tokio::spawn(async move {
        let (mut stream, _) = plain.accept().await.unwrap();
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await
    });
    let (_, known) = call(&base, &Trust::system()).await;
    answering.await.unwrap().unwrap();
    assert!(matches!(known[0], EgressError::Tls { .. }), "{known:?}");
}

#[test]
fn a_file_without_certificates_is_refused() {
    let file = NamedTempFile::new().unwrap();
    let refused = |file: &NamedTempFile| Trust::system().and_file(file.path()).unwrap_err();
    assert!(refused(&file).to_string().contains("has no certificate"));
    std::fs::write(file.path(), "-----BEGIN CERTIFICATE-----\nnot base64!\n").unwrap();
    assert!(refused(&file).to_string().contains("could not read"));
}
