//! A TCP server on loopback that counts its connections, and stops when it is
//! dropped.

use std::future::Future;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::oneshot;
use tokio::task::{JoinHandle, JoinSet};

/// The delay after a failed `accept`. It fails while the process has no file
/// descriptor left: without a delay the loop would keep a core busy, and with a
/// longer one clients would wait.
const ACCEPT_RETRY_DELAY: Duration = Duration::from_millis(10);

/// A listening socket that does not accept connections yet.
#[derive(Debug)]
pub struct Listener {
    socket: TcpListener,
    address: SocketAddr,
    connections: ConnectionCount,
}

/// The number of accepted connections.
#[derive(Debug, Clone, Default)]
pub struct ConnectionCount(Arc<AtomicU64>);

impl ConnectionCount {
    /// The number so far.
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// A closed port, reserved for this process: connections to it are refused, and
/// only a [`Listener`] of this process can bind it.
#[derive(Debug)]
pub struct ReservedPort {
    /// Bound, but never listening.
    _socket: TcpSocket,
    address: SocketAddr,
}

impl ReservedPort {
    /// Reserves a free port of 127.0.0.1.
    ///
    /// # Errors
    ///
    /// When the system has no free port or file descriptor.
    pub fn new() -> io::Result<Self> {
        let socket = TcpSocket::new_v4()?;
        // Without it, a listener could not bind the same port.
        socket.set_reuseaddr(true)?;
        socket.bind((Ipv4Addr::LOCALHOST, 0).into())?;
        Ok(Self {
            address: socket.local_addr()?,
            _socket: socket,
        })
    }

    /// The reserved address.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Listener {
    /// Listens on `port` of 127.0.0.1; 0 picks a free one.
    ///
    /// # Errors
    ///
    /// When the port is in use, or needs privileges.
    pub async fn bind(port: u16) -> io::Result<Self> {
        let socket = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        Ok(Self {
            address: socket.local_addr()?,
            socket,
            connections: ConnectionCount::default(),
        })
    }

    /// The number of accepted connections, which can be read while the server runs.
    pub fn connections(&self) -> ConnectionCount {
        self.connections.clone()
    }

    /// Runs `serve` for each connection, in its own task.
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
                accepted = self.socket.accept() => match accepted {
                    Ok((stream, _)) => {
                        self.connections.0.fetch_add(1, Ordering::Relaxed);
                        connections.spawn(serve(stream));
                    }
                    Err(_) => tokio::time::sleep(ACCEPT_RETRY_DELAY).await,
                },
            }
        }
        drop(self.socket);
        connections.shutdown().await;
    }
}

/// A running server. When it is dropped, it stops listening and aborts its open
/// connections.
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

    /// Stops, and waits until all connections are closed and the port is free.
    pub async fn stop(self) {
        drop(self.running);
        // A panic of the server's task does not concern the owner.
        let _ = self.task.await;
    }
}

/// Waits for Ctrl-C, or until `limit` has elapsed.
pub async fn until_interrupted(limit: Option<Duration>) {
    let interrupted = async {
        // Without a handler, Ctrl-C still terminates the process.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    match limit {
        None => interrupted.await,
        // Both outcomes mean: stop.
        Some(limit) => drop(tokio::time::timeout(limit, interrupted).await),
    }
}
