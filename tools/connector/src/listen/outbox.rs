//! Passes events on to an address, and keeps those that it could not.
//!
//! An event is kept in a file before the service gets its reply, and the file is removed
//! once the address has accepted the event: what a crash, a stop or an address that is
//! down leaves behind is sent at the next start. So an event may be passed on twice, and
//! never not at all; receivers recognise it by its id.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use bytes::Bytes;
use connector_cases::event_json;
use connector_host::atomic;
use connector_host::bindings::triggers::Event;
use http::header::CONTENT_TYPE;
use http::{Method, Request, Uri};
use http_body_util::Full;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use sha2::{Digest, Sha256};

/// The header with the event's id.
const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// How long the address may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// The waits between the attempts to pass an event on.
const WAITS: [Duration; 3] = [
    Duration::ZERO,
    Duration::from_millis(500),
    Duration::from_secs(2),
];

/// Why events can't be passed on at all.
#[derive(Debug, thiserror::Error)]
pub enum OutboxError {
    /// The address is not one on this machine.
    #[error(
        "--forward: {0} is not an http address of this machine; give one such as http://127.0.0.1:3000/events"
    )]
    Address(String),
    /// Its folder can't be used.
    #[error("--keep: {}: {source}; give a folder that can be written", folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// Passes events on to one address.
#[derive(Debug, Clone)]
pub struct Outbox {
    address: Uri,
    folder: PathBuf,
    client: Client<HttpConnector, Full<Bytes>>,
}

impl Outbox {
    /// An outbox that passes events on to an address of this machine, and keeps them in a
    /// folder until then.
    ///
    /// # Errors
    ///
    /// When it is another address, or the folder can't be made.
    pub fn new(address: &Uri, folder: &Path) -> Result<Self, OutboxError> {
        let is_here = matches!(address.host(), Some("127.0.0.1" | "localhost" | "[::1]"));
        if address.scheme_str() != Some("http") || !is_here {
            return Err(OutboxError::Address(address.to_string()));
        }
        let failed = |source| OutboxError::Folder {
            folder: folder.to_owned(),
            source,
        };
        std::fs::create_dir_all(folder).map_err(failed)?;
        Ok(Self {
            address: address.clone(),
            folder: folder.to_owned(),
            client: Client::builder(TokioExecutor::new()).build_http(),
        })
    }

    /// Keeps an event until it is passed on.
    ///
    /// # Errors
    ///
    /// When its file can't be written.
    pub fn keep(&self, event: &Event) -> io::Result<PathBuf> {
        let name: String = Sha256::digest(event.id.as_bytes())
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let path = self.folder.join(name).with_extension("json");
        atomic::write(&path, event_json(event).to_string().as_bytes())?;
        Ok(path)
    }

    /// The files of the events that are kept.
    ///
    /// # Errors
    ///
    /// When the folder can't be read.
    pub fn kept(&self) -> io::Result<Vec<PathBuf>> {
        let entries = std::fs::read_dir(&self.folder)?;
        let paths = entries.map(|entry| entry.map(|entry| entry.path()));
        let mut paths = paths.collect::<io::Result<Vec<_>>>()?;
        paths.retain(|path| path.extension().is_some_and(|kind| kind == "json"));
        paths.sort();
        Ok(paths)
    }

    /// Passes a kept event on, and removes its file.
    ///
    /// # Errors
    ///
    /// Why the address did not accept it, in words; the file stays.
    pub async fn pass_on(&self, path: &Path) -> Result<(), String> {
        let body = match std::fs::read(path) {
            Ok(body) => Bytes::from(body),
            // Passed on already.
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(format!("{}: {error}", path.display())),
        };
        let mut last = String::new();
        for wait in WAITS {
            tokio::time::sleep(wait).await;
            match self.send(body.clone()).await {
                Ok(()) => {
                    let removed = std::fs::remove_file(path);
                    return removed.map_err(|error| format!("{}: {error}", path.display()));
                }
                Err(error) => last = error,
            }
        }
        Err(format!(
            "{}: {last}; the event stays in {} until the next start",
            self.address,
            path.display()
        ))
    }

    async fn send(&self, body: Bytes) -> Result<(), String> {
        let event: serde_json::Value = serde_json::from_slice(&body).unwrap_or_default();
        let id = event
            .get("id")
            .and_then(serde_json::Value::as_str)
            .unwrap_or_default();
        let request = Request::builder()
            .method(Method::POST)
            .uri(self.address.clone())
            .header(CONTENT_TYPE, "application/json")
            .header(IDEMPOTENCY_KEY, id)
            .body(Full::new(body))
            .map_err(|error| error.to_string())?;
        match tokio::time::timeout(PATIENCE, self.client.request(request)).await {
            Ok(Ok(response)) if response.status().is_success() => Ok(()),
            Ok(Ok(response)) => Err(format!("responded {}", response.status().as_u16())),
            Ok(Err(error)) => Err(format!("did not respond ({error})")),
            Err(_) => Err(format!("did not respond within {PATIENCE:?}")),
        }
    }
}
