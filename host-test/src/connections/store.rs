//! Where connections are kept: the system's keyring, or a folder of files that
//! only their owner can read.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use keyring::{Entry, Error as KeyringError};
use secrecy::{ExposeSecret, SecretString};

use super::{Connection, ConnectionId};
use crate::atomic;

/// The variable that names a folder to use in place of the keyring.
pub const FOLDER: &str = "HOST_TEST_CONNECTIONS";

/// The name under which a keyring shows our entries.
const SERVICE: &str = "host-test";

/// A place for connections. Its functions block while a keyring asks its owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Store {
    /// The system's keyring.
    Keyring,
    /// Files below this folder, `<connector>/<name>.json`.
    Folder(PathBuf),
}

/// Why a connection cannot be kept or found.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The keyring does not do its part.
    #[error(
        "connection {id}: the keyring says: {source}; unlock it, or set {FOLDER} to a folder for \
         private files"
    )]
    Keyring {
        /// Which connection.
        id: ConnectionId,
        /// What it says.
        source: KeyringError,
    },
    /// A file does not do its part.
    #[error("connection {id}: {}: {source}", path.display())]
    File {
        /// Which connection.
        id: ConnectionId,
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Others could read the token.
    #[error(
        "connection {id}: {} can be read by others (mode {mode:03o}); run `chmod 600` on it, and \
         issue a new token if they may have", path.display()
    )]
    NotPrivate {
        /// Which connection.
        id: ConnectionId,
        /// The file.
        path: PathBuf,
        /// Its permissions.
        mode: u32,
    },
    /// What is kept is no connection.
    #[error("connection {id}: what is kept {place} is damaged; connect again")]
    Damaged {
        /// Which connection.
        id: ConnectionId,
        /// Where it is kept.
        place: Store,
    },
    /// There is neither a keyring nor a home.
    #[error("there is no keyring and no home folder; set {FOLDER} to a folder for private files")]
    Nowhere,
}

impl Store {
    /// The folder that the environment names, else the keyring, and where there
    /// is none a folder among the person's configuration.
    ///
    /// # Errors
    ///
    /// When there is no home folder either.
    pub fn open() -> Result<Self, StoreError> {
        if let Some(folder) = std::env::var_os(FOLDER).filter(|folder| !folder.is_empty()) {
            return Ok(Self::Folder(folder.into()));
        }
        if Entry::store_status().is_ok() {
            return Ok(Self::Keyring);
        }
        let home = dirs::config_dir().ok_or(StoreError::Nowhere)?;
        Ok(Self::Folder(home.join(SERVICE).join("connections")))
    }

    /// Keeps a connection, in place of an earlier one with this id.
    ///
    /// # Errors
    ///
    /// When the keyring or the file cannot be written.
    pub fn save(&self, id: &ConnectionId, connection: &Connection) -> Result<(), StoreError> {
        let text = connection.to_text().map_err(|_| self.damaged(id))?;
        match self {
            Self::Keyring => entry(id)
                .and_then(|entry| entry.set_password(text.expose_secret()))
                .map_err(keyring_says(id)),
            Self::Folder(folder) => {
                let path = path(folder, id);
                atomic::write_private(&path, text.expose_secret().as_bytes())
                    .map_err(file_says(id, &path))
            }
        }
    }

    /// The connection with this id, if there is one.
    ///
    /// # Errors
    ///
    /// When the keyring or the file cannot be read, or what is there is none.
    pub fn load(&self, id: &ConnectionId) -> Result<Option<Connection>, StoreError> {
        let text = match self {
            Self::Keyring => match entry(id).and_then(|entry| entry.get_password()) {
                Ok(text) => text,
                Err(KeyringError::NoEntry) => return Ok(None),
                Err(source) => return Err(keyring_says(id)(source)),
            },
            Self::Folder(folder) => {
                let path = path(folder, id);
                match std::fs::read_to_string(&path) {
                    Ok(text) => {
                        check_private(id, &path)?;
                        text
                    }
                    Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
                    Err(source) => return Err(file_says(id, &path)(source)),
                }
            }
        };
        let connection = Connection::from_text(&SecretString::from(text));
        connection.map(Some).ok_or_else(|| self.damaged(id))
    }

    /// Forgets the connection with this id, and says whether there was one.
    ///
    /// # Errors
    ///
    /// When the keyring or the file cannot be changed.
    pub fn forget(&self, id: &ConnectionId) -> Result<bool, StoreError> {
        match self {
            Self::Keyring => match entry(id).and_then(|entry| entry.delete_credential()) {
                Ok(()) => Ok(true),
                Err(KeyringError::NoEntry) => Ok(false),
                Err(source) => Err(keyring_says(id)(source)),
            },
            Self::Folder(folder) => {
                let path = path(folder, id);
                match std::fs::remove_file(&path) {
                    Ok(()) => Ok(true),
                    Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
                    Err(source) => Err(file_says(id, &path)(source)),
                }
            }
        }
    }

    fn damaged(&self, id: &ConnectionId) -> StoreError {
        StoreError::Damaged {
            id: id.clone(),
            place: self.clone(),
        }
    }
}

/// Reads on after "kept".
impl fmt::Display for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Keyring => f.write_str("in the system's keyring"),
            Self::Folder(folder) => write!(f, "in private files below {}", folder.display()),
        }
    }
}

fn entry(id: &ConnectionId) -> keyring::Result<Entry> {
    Entry::new(SERVICE, &id.to_string())
}

fn path(folder: &Path, id: &ConnectionId) -> PathBuf {
    let file = format!("{}.json", id.name);
    folder.join(id.connector.to_string()).join(file)
}

fn keyring_says(id: &ConnectionId) -> impl FnOnce(KeyringError) -> StoreError {
    let id = id.clone();
    move |source| StoreError::Keyring { id, source }
}

fn file_says(id: &ConnectionId, path: &Path) -> impl FnOnce(io::Error) -> StoreError {
    let (id, path) = (id.clone(), path.to_owned());
    move |source| StoreError::File { id, path, source }
}

/// Refuses a file that others can read, which may have been so for long.
#[cfg(unix)]
fn check_private(id: &ConnectionId, path: &Path) -> Result<(), StoreError> {
    use std::os::unix::fs::PermissionsExt;
    let metadata = std::fs::metadata(path).map_err(file_says(id, path))?;
    match metadata.permissions().mode() & 0o777 {
        mode if mode & 0o077 == 0 => Ok(()),
        mode => Err(StoreError::NotPrivate {
            id: id.clone(),
            path: path.to_owned(),
            mode,
        }),
    }
}

#[cfg(not(unix))]
fn check_private(_: &ConnectionId, _: &Path) -> Result<(), StoreError> {
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]

    use std::collections::BTreeMap;
    use std::fs::Permissions;
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn id(name: &str) -> ConnectionId {
        ConnectionId {
            connector: "intercom".parse().unwrap(),
            name: name.parse().unwrap(),
        }
    }

    fn connection(token: &str) -> Connection {
        Connection {
            token: token.to_owned().into(),
            variables: BTreeMap::new(),
        }
    }

    #[test]
    fn files_are_their_owners() {
        let root = tempfile::tempdir().unwrap();
        let store = Store::Folder(root.path().join("new"));
        assert!(store.load(&id("default")).unwrap().is_none());
        store.save(&id("default"), &connection("one")).unwrap();
        store.save(&id("default"), &connection("two")).unwrap();
        let loaded = store.load(&id("default")).unwrap().unwrap();
        assert_eq!(loaded.token.expose_secret(), "two");

        let file = root.path().join("new/intercom/default.json");
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&file), 0o600);
        assert_eq!(mode(&root.path().join("new")), 0o700);

        assert!(store.forget(&id("default")).unwrap());
        assert!(!store.forget(&id("default")).unwrap());
        assert!(store.load(&id("default")).unwrap().is_none());
    }

    #[test]
    fn a_file_that_others_can_read_is_refused() {
        let root = tempfile::tempdir().unwrap();
        let store = Store::Folder(root.path().to_owned());
        store.save(&id("open"), &connection("one")).unwrap();
        let file = root.path().join("intercom/open.json");
        std::fs::set_permissions(&file, Permissions::from_mode(0o640)).unwrap();
        let refused = store.load(&id("open")).unwrap_err().to_string();
        assert!(refused.contains("mode 640"), "{refused}");

        std::fs::set_permissions(&file, Permissions::from_mode(0o600)).unwrap();
        std::fs::write(&file, "{}").unwrap();
        let refused = store.load(&id("open")).unwrap_err().to_string();
        assert!(refused.contains("damaged"), "{refused}");
    }
}
