//! Streamable HTTP on loopback.
//!
//! Any page in the person's browser can send requests to a loopback port. So the server accepts
//! only requests with its own address as `Host`, which excludes DNS rebinding, and with no other
//! page's `Origin`.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use http::{Request, Response, StatusCode};
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use rmcp::transport::streamable_http_server::session::local::LocalSessionManager;
use rmcp::transport::{StreamableHttpServerConfig, StreamableHttpService};
use tokio::net::{TcpListener, TcpStream};

use super::Server;

/// The path of the endpoint.
const PATH: &str = "/mcp";

type Endpoint = StreamableHttpService<Server, LocalSessionManager>;

/// Why the server cannot start.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// Other machines can reach the address.
    #[error(
        "--http: {0} can be reached from other machines, which would act with your token; \
         give an address of this machine, such as 127.0.0.1:8090"
    )]
    NotLoopback(SocketAddr),
    /// The port is in use.
    #[error("--http: could not listen on {address}: {source}; give another port")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// The system's error.
        source: io::Error,
    },
}

/// A listening server.
pub struct HttpServer {
    listener: TcpListener,
    address: SocketAddr,
    endpoint: Arc<Endpoint>,
}

impl HttpServer {
    /// Listens on a loopback address; port 0 uses a free port.
    ///
    /// # Errors
    ///
    /// When the address is not a loopback address, or the port cannot be used.
    pub async fn listen(address: SocketAddr, server: Server) -> Result<Self, ListenError> {
        if !address.ip().is_loopback() {
            return Err(ListenError::NotLoopback(address));
        }
        let failed = |source| ListenError::Listen { address, source };
        let listener = TcpListener::bind(address).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let hosts = [address.to_string(), format!("localhost:{}", address.port())];
        let origins = hosts.iter().map(|host| format!("http://{host}"));
        let config = StreamableHttpServerConfig::default()
            .with_allowed_origins(origins)
            .with_allowed_hosts(&hosts);
        let sessions = Arc::new(LocalSessionManager::default());
        let endpoint = Endpoint::new(move || Ok(server.clone()), sessions, config);
        Ok(Self {
            listener,
            address,
            endpoint: Arc::new(endpoint),
        })
    }

    /// The address for clients.
    pub fn url(&self) -> String {
        format!("http://{}{PATH}", self.address)
    }

    /// Serves until it is dropped.
    pub async fn serve(self) {
        loop {
            if let Ok((stream, _)) = self.listener.accept().await {
                tokio::spawn(connection(stream, Arc::clone(&self.endpoint)));
            }
        }
    }
}

async fn connection(stream: TcpStream, endpoint: Arc<Endpoint>) {
    let answer = service_fn(move |request| {
        let endpoint = Arc::clone(&endpoint);
        async move { Ok::<_, Infallible>(respond(&endpoint, request).await) }
    });
    // A client that disconnects is not an error.
    let _ = http1::Builder::new()
        .serve_connection(TokioIo::new(stream), answer)
        .await;
}

async fn respond(
    endpoint: &Endpoint,
    request: Request<Incoming>,
) -> Response<BoxBody<Bytes, Infallible>> {
    if request.uri().path() == PATH {
        return endpoint.handle(request).await;
    }
    let mut nothing = Response::new(Full::new(Bytes::from("the endpoint is /mcp\n")).boxed());
    *nothing.status_mut() = StatusCode::NOT_FOUND;
    nothing
}
