//! A server that misbehaves on purpose, and logs what it receives.
//!
//! The path of a request selects the fault: `/<fault>/<call>/…`, so that one server
//! can show many calls a different fault each. [`Addresses::base_url`] is the base
//! URL for a call and a fault.
//!
//! | Module | Contents |
//! |---|---|
//! | `table` | the faults, one row each |
//! | `fault` | the types of a row: steps, responses and their parts |
//! | `bodies` | a valid body for each operation, and variations of it |
//! | `request` | reads requests, and finds their fault |
//! | `connection` | runs the steps on a socket |
//! | `log` | the requests of each call, and the calls that may have been executed twice |

mod bodies;
mod connection;
mod fault;
mod log;
mod request;
mod table;

use std::fmt;
use std::io;
use std::net::SocketAddr;

pub use fault::{Endpoint, Fault};
pub use log::{RequestLog, Seen};
pub use table::{FAULTS, NONE};

use super::server::{Listener, ReservedPort, Server};

/// A host name that never exists (RFC 6761).
const UNKNOWN_HOST: &str = "intercom.invalid";

/// A fault server. It can be killed and restarted on the same port.
pub struct FaultServer {
    running: Option<Server>,
    /// Reserves the port while no server is running.
    port: ReservedPort,
    /// A port that is always closed.
    closed: ReservedPort,
    log: RequestLog,
}

/// The addresses of a fault server.
#[derive(Debug, Clone, Copy)]
pub struct Addresses {
    server: SocketAddr,
    closed: SocketAddr,
}

impl FaultServer {
    /// Starts a server on a free port.
    ///
    /// # Errors
    ///
    /// When the system has no free port or file descriptor.
    pub async fn start() -> io::Result<Self> {
        let mut server = Self {
            running: None,
            port: ReservedPort::new()?,
            closed: ReservedPort::new()?,
            log: RequestLog::default(),
        };
        server.restart().await?;
        Ok(server)
    }

    /// The addresses, which stay the same over a restart.
    pub fn addresses(&self) -> Addresses {
        Addresses {
            server: self.port.address(),
            closed: self.closed.address(),
        }
    }

    /// The log of received requests.
    pub fn log(&self) -> RequestLog {
        self.log.clone()
    }

    /// Stops listening and aborts all connections. The port stays reserved.
    pub async fn kill(&mut self) {
        if let Some(server) = self.running.take() {
            server.stop().await;
        }
    }

    /// Listens again, on the same port.
    ///
    /// # Errors
    ///
    /// When it cannot listen on the port.
    pub async fn restart(&mut self) -> io::Result<()> {
        self.kill().await;
        let listener = Listener::bind(self.port.address().port()).await?;
        let log = self.log.clone();
        let serve = move |stream| connection::serve(stream, log.clone());
        self.running = Some(listener.serve(serve));
        Ok(())
    }
}

impl fmt::Debug for FaultServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("FaultServer")
            .field(&self.addresses())
            .finish()
    }
}

impl Addresses {
    /// The base URL, in place of `https://api.intercom.io`, for the call with this
    /// number, all of whose requests get this fault.
    pub fn base_url(&self, fault: &Fault, call: u64) -> String {
        let (scheme, authority) = match fault.endpoint {
            Endpoint::Server => ("http", self.server.to_string()),
            Endpoint::ClosedPort => ("http", self.closed.to_string()),
            Endpoint::UnknownHost => ("https", UNKNOWN_HOST.to_owned()),
            Endpoint::NoTls => ("https", self.server.to_string()),
        };
        format!("{scheme}://{authority}/{}/{call}", fault.name)
    }
}
