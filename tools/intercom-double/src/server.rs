//! The socket of any double: a listener on the loopback that counts the
//! connections that it accepts, and ends with its owner.

use std::future::Future;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::oneshot;
use tokio::task::{JoinHandle, JoinSet};

/// How long to rest after a connection could not be accepted. It fails while
/// the process has no descriptor left, and would fail again at once: without a
/// rest that would keep a core busy, a longer one would keep a client waiting.
const REST: Duration = Duration::from_millis(10);

/// A port that is listened on, before anybody answers there.
#[derive(Debug)]
pub struct Listener {
    socket: TcpListener,
    address: SocketAddr,
    accepted: Accepted,
}

/// How many connections were accepted.
#[derive(Debug, Clone, Default)]
pub struct Accepted(Arc<AtomicU64>);

impl Accepted {
    /// Their number so far.
    pub fn count(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// A port that nobody listens on, kept from others: connections to it are
/// refused, and a [`Listener`] of this process can still take it.
#[derive(Debug)]
pub struct ReservedPort {
    /// Bound, and never listening.
    _socket: TcpSocket,
    address: SocketAddr,
}

impl ReservedPort {
    /// Reserves a free port of 127.0.0.1.
    ///
    /// # Errors
    ///
    /// When the system has none, or no descriptor.
    pub fn new() -> io::Result<Self> {
        let socket = TcpSocket::new_v4()?;
        // Else a listener beside it would be refused.
        socket.set_reuseaddr(true)?;
        socket.bind((Ipv4Addr::LOCALHOST, 0).into())?;
        Ok(Self {
            address: socket.local_addr()?,
            _socket: socket,
        })
    }

    /// The address that it keeps.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Listener {
    /// Listens on `port` of 127.0.0.1, or on a free one if it is 0.
    ///
    /// # Errors
    ///
    /// When the port cannot be listened on: another process does, or a number
    /// this low takes privileges.
    pub async fn bind(port: u16) -> io::Result<Self> {
        let socket = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        Ok(Self {
            address: socket.local_addr()?,
            socket,
            accepted: Accepted::default(),
        })
    }

    /// The count of the connections that will be accepted.
    pub fn accepted(&self) -> Accepted {
        self.accepted.clone()
    }

    /// Gives each connection to `serve`, in a task of its own.
    pub fn serve<S, F>(self, serve: S) -> Server
    where
        S: Fn(TcpStream) -> F + Send + 'static,
        F: Future<Output = ()> + Send + 'static,
    {
        let (running, stopped) = oneshot::channel();
        Server {
            address: self.address,
            running,
            task: tokio::spawn(self.accept(stopped, serve)),
        }
    }

    async fn accept<S, F>(self, mut stopped: oneshot::Receiver<()>, serve: S)
    where
        S: Fn(TcpStream) -> F,
        F: Future<Output = ()> + Send + 'static,
    {
        let mut connections = JoinSet::new();
        loop {
            tokio::select! {
                _ = &mut stopped => break,
                Some(_) = connections.join_next() => {}
                arrived = self.socket.accept() => match arrived {
                    Ok((stream, _)) => {
                        self.accepted.0.fetch_add(1, Ordering::Relaxed);
                        connections.spawn(serve(stream));
                    }
                    Err(_) => tokio::time::sleep(REST).await,
                },
            }
        }
        drop(self.socket);
        connections.shutdown().await;
    }
}

/// A listener and its connections. When it is dropped, it stops listening and
/// breaks off the connections that are open.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    /// Dropped to stop.
    running: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Server {
    /// The address that it listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Stops, and waits until every connection is closed: the port is free then.
    pub async fn stop(self) {
        drop(self.running);
        // What a connection's task may have died of is no concern of the owner.
        let _ = self.task.await;
    }
}

/// Waits for Ctrl-C, or until `bound` is over.
pub async fn until_interrupted(bound: Option<Duration>) {
    let interrupted = async {
        // Where Ctrl-C can't be listened to, it ends the process by itself.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    match bound {
        None => interrupted.await,
        // Either way it is time to end.
        Some(bound) => drop(tokio::time::timeout(bound, interrupted).await),
    }
}
