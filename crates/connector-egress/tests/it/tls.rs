//! TLS on the loopback, with certificates made here: who is trusted, who is not,
//! and what an operator reads about it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::sync::Arc;

use connector_egress::{CertificateProblem, Egress, EgressError, Network, Policy, Secrets, Trust};
use connector_host::bindings::types::{ActionError, FailureReason};
use connector_host::{Environment, Transport};
use rcgen::{CertificateParams, date_time_ymd};
use rustls::HandshakeKind;
use tempfile::NamedTempFile;
use test_support::secure::Authority;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;

/// The system's authorities, and this one.
fn trust(authority: &Authority) -> Trust {
    Trust::system().and_file(authority.file()).unwrap()
}

/// What the connector runs with to reach the server at `base`.
async fn way_out(base: &str, trust: &Trust) -> (Environment, Arc<dyn Transport>) {
    let variables = [
        ("INTERCOM_ACCESS_TOKEN", "t"),
        ("INTERCOM_BASE_URL", base),
        // Each doubt shows once.
        ("INTERCOM_MAX_RETRIES", "0"),
    ];
    let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let environment = Environment::from(variables);
    let policy = Policy::new(&test_support::manifest().await, &environment, None);
    let policy = Arc::new(policy.unwrap());
    let network = Arc::new(Network::new(Arc::clone(&policy), trust).unwrap());
    let egress = Egress::new(policy, Arc::new(Secrets::default()), network);
    (environment, Arc::new(egress))
}

/// What `test-connection` comes to.
async fn call(base: &str, trust: &Trust) -> (Result<String, ActionError>, Vec<EgressError>) {
    let (environment, transport) = way_out(base, trust).await;
    let sandbox = test_support::connector()
        .sandbox(&environment, transport)
        .await;
    let mut sandbox = sandbox.unwrap();
    let ended = sandbox.invoke("test-connection", "{}").await.unwrap();
    (ended, crate::egress_errors(&mut sandbox))
}

#[tokio::test]
async fn a_server_of_a_trusted_authority_is_spoken_to_by_http_2() {
    let authority = Authority::new("ours");
    let server = authority.server("localhost", |_| {}).await;
    let (ended, known) = call(&server.url(), &trust(&authority)).await;
    let result = ended.unwrap_or_else(|error| panic!("{error:?} {known:?}"));
    assert!(result.contains("HTTP/2.0"), "{result}");
    assert_eq!(server.requests(), 1);
}

#[tokio::test]
async fn a_new_connection_resumes_the_session_of_an_earlier_one() {
    let authority = Authority::new("ours");
    let server = authority.closing_server("localhost").await;
    let (environment, transport) = way_out(&server.url(), &trust(&authority)).await;
    let plugin = test_support::connector();
    for _ in 0..3 {
        let sandbox = plugin.sandbox(&environment, Arc::clone(&transport)).await;
        let ended = sandbox.unwrap().invoke("test-connection", "{}").await;
        let result = ended.unwrap().unwrap();
        assert!(result.contains("HTTP/1.1"), "{result}");
    }
    let (full, resumed) = (HandshakeKind::Full, HandshakeKind::Resumed);
    assert_eq!(server.handshakes(), [full, resumed, resumed]);
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
            trust(&authority),
            CertificateProblem::OtherName,
        ),
        (
            authority.server("localhost", expired).await,
            trust(&authority),
            CertificateProblem::Expired,
        ),
        (
            authority.server("localhost", future).await,
            trust(&authority),
            CertificateProblem::NotYetValid,
        ),
        (
            authority.server("localhost", |_| {}).await,
            Trust::system(),
            CertificateProblem::UnknownIssuer,
        ),
        (
            Authority::new("another").server("localhost", |_| {}).await,
            trust(&authority),
            CertificateProblem::UnknownIssuer,
        ),
    ];
    for (server, trust, expected) in table {
        let (ended, known) = call(&server.url(), &trust).await;
        let [EgressError::Certificate { problem, .. }] = known.as_slice() else {
            panic!("{expected:?}: {known:?}");
        };
        assert_eq!(*problem, expected);
        let Err(ActionError::Permanent(failure)) = ended else {
            panic!("{expected:?}: {ended:?}");
        };
        assert_eq!(failure.reason, FailureReason::Network);
        assert!(
            failure.message.contains("certificate is not trusted"),
            "{}",
            failure.message
        );
        assert_eq!(server.requests(), 0, "{expected:?}");
    }
}

#[tokio::test]
async fn what_an_operator_reads() {
    let authority = Authority::new("ours");
    let server = authority.server("localhost", |_| {}).await;
    let base = server.url();
    let (_, known) = call(&base, &Trust::system()).await;
    assert_eq!(
        known[0].to_string(),
        format!(
            "egress: the certificate of {base} is not signed by an authority that this machine trusts; if you \
             trust it, add the authority's certificate to the trust roots; nothing \
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
