//! A loopback server with TLS, and a certificate authority for it.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http_body_util::Full;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{HandshakeKind, ServerConfig};
use serde_json::json;
use tempfile::NamedTempFile;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

/// Responds like `/me`, over HTTP/2 or HTTP/1.1, and counts requests and handshakes.
pub struct SecureServer {
    port: u16,
    requests: Arc<AtomicUsize>,
    handshakes: Arc<Mutex<Vec<HandshakeKind>>>,
    task: tokio::task::JoinHandle<()>,
}

impl SecureServer {
    async fn start(
        certificate: CertificateDer<'static>,
        key: PrivateKeyDer<'static>,
        protocols: &[&str],
    ) -> Self {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key)
            .unwrap();
        let protocols = protocols
            .iter()
            .map(|protocol| protocol.as_bytes().to_vec());
        config.alpn_protocols = protocols.collect();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let requests = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&requests);
        let handshakes = Arc::new(Mutex::new(Vec::new()));
        let kinds = Arc::clone(&handshakes);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, counter) = (acceptor.clone(), Arc::clone(&counter));
                let kinds = Arc::clone(&kinds);
                tokio::spawn(async move {
                    let Ok(stream) = acceptor.accept(stream).await else {
                        return;
                    };
                    let kind = stream.get_ref().1.handshake_kind();
                    kinds.lock().unwrap().extend(kind);
                    let service = service_fn(move |request: http::Request<_>| {
                        counter.fetch_add(1, Ordering::SeqCst);
                        let id = format!("{:?}", request.version());
                        drop::<http::Request<hyper::body::Incoming>>(request);
                        let body = json!({ "type": "admin", "id": id }).to_string();
                        async {
                            Ok::<_, hyper::Error>(http::Response::new(Full::<Bytes>::from(body)))
                        }
                    });
                    let mut server = auto::Builder::new(TokioExecutor::new());
                    // One request for each HTTP/1.1 connection.
                    server.http1().keep_alive(false);
                    let _ = server.serve_connection(TokioIo::new(stream), service).await;
                });
            }
        });
        Self {
            port,
            requests,
            handshakes,
            task,
        }
    }

    pub fn url(&self) -> String {
        format!("https://localhost:{}", self.port)
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// The handshakes of its connections, in order.
    pub fn handshakes(&self) -> Vec<HandshakeKind> {
        self.handshakes.lock().unwrap().clone()
    }

    /// The number of responses.
    pub fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}

impl Drop for SecureServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// An authority of the test's own, and its certificate in a file.
pub struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    file: NamedTempFile,
}

impl Authority {
    pub fn new(name: &str) -> Self {
        let mut parameters = CertificateParams::new(Vec::new()).unwrap();
        parameters.distinguished_name.push(DnType::CommonName, name);
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(parameters, KeyPair::generate().unwrap());
        let issuer = issuer.unwrap();
        let file = NamedTempFile::new().unwrap();
        std::fs::write(file.path(), issuer.pem()).unwrap();
        Self { issuer, file }
    }

    /// Its certificate, for `--ca`.
    pub fn file(&self) -> &Path {
        self.file.path()
    }

    /// A server with a certificate of this authority for `name`.
    pub async fn server(
        &self,
        name: &str,
        adjust: impl FnOnce(&mut CertificateParams),
    ) -> SecureServer {
        self.server_of(&["h2", "http/1.1"], name, adjust).await
    }

    /// A server with HTTP/1.1 that closes each connection after a request.
    pub async fn closing_server(&self, name: &str) -> SecureServer {
        self.server_of(&["http/1.1"], name, |_| {}).await
    }

    async fn server_of(
        &self,
        protocols: &[&str],
        name: &str,
        adjust: impl FnOnce(&mut CertificateParams),
    ) -> SecureServer {
        let mut parameters = CertificateParams::new(vec![name.to_owned()]).unwrap();
        adjust(&mut parameters);
        let key = KeyPair::generate().unwrap();
        let certificate = parameters.signed_by(&key, &self.issuer).unwrap();
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        SecureServer::start(certificate.der().clone(), key, protocols).await
    }
}
