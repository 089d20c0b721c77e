//! A server that misbehaves on purpose, and says what it has seen.
//!
//! What a request meets is in its path: `/<fault>/<call>/…`, so that one server
//! misbehaves towards many calls at once, each in its own way. [`FaultServer`]
//! gives the base URL that leads a call to a fault.
//!
//! | Room | What it is for |
//! |---|---|
//! | `table` | the faults, one row each |
//! | `fault` | what rows are made of: scripts of steps, answers and their parts |
//! | `bodies` | good bodies for each operation, and what is made of them |
//! | `request` | reads requests, and finds out what they are to meet |
//! | `connection` | plays the steps on a socket |
//! | `log` | what was seen of each call, and which calls may have been carried out twice |

mod bodies;
mod connection;
mod fault;
mod log;
mod request;
mod table;

use std::fmt;
use std::io;
use std::net::SocketAddr;

pub use fault::{Fault, Place};
pub use log::{RequestLog, Seen};
pub use table::{FAULTS, NONE};

use super::server::{Listener, ReservedPort, Server};

/// A host name that does not exist anywhere (RFC 6761).
const NO_SUCH_NAME: &str = "intercom.invalid";

/// A server of faults. It can be killed and brought back on the same port.
pub struct FaultServer {
    running: Option<Server>,
    /// Keeps the port where no server is running.
    port: ReservedPort,
    /// A port that is always closed.
    closed: ReservedPort,
    book: RequestLog,
}

/// Where a server's faults are met.
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
    /// When the system has no port or no descriptor.
    pub async fn start() -> io::Result<Self> {
        let mut server = Self {
            running: None,
            port: ReservedPort::new()?,
            closed: ReservedPort::new()?,
            book: RequestLog::default(),
        };
        server.revive().await?;
        Ok(server)
    }

    /// Where its faults are met, whether it is running or not.
    pub fn addresses(&self) -> Addresses {
        Addresses {
            server: self.port.address(),
            closed: self.closed.address(),
        }
    }

    /// What it has seen.
    pub fn book(&self) -> RequestLog {
        self.book.clone()
    }

    /// Stops listening and breaks off all connections. The port is kept.
    pub async fn kill(&mut self) {
        if let Some(server) = self.running.take() {
            server.stop().await;
        }
    }

    /// Listens again, on the same port.
    ///
    /// # Errors
    ///
    /// When the port cannot be listened on.
    pub async fn revive(&mut self) -> io::Result<()> {
        self.kill().await;
        let listener = Listener::bind(self.port.address().port()).await?;
        let book = self.book.clone();
        let serve = move |stream| connection::serve(stream, book.clone());
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
    /// The URL that stands for `https://api.intercom.io` in a call of this
    /// number, all of whose requests shall meet this fault.
    pub fn base_url(&self, fault: &Fault, call: u64) -> String {
        let (scheme, authority) = match fault.place {
            Place::Server => ("http", self.server.to_string()),
            Place::ClosedPort => ("http", self.closed.to_string()),
            Place::NoSuchName => ("https", NO_SUCH_NAME.to_owned()),
            Place::NoTls => ("https", self.server.to_string()),
        };
        format!("{scheme}://{authority}/{}/{call}", fault.name)
    }
}
