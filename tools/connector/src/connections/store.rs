//! Storage of connections: the system's keyring, or a folder of private files.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use keyring_core::{CredentialStore, Entry, Error as KeyringError};
use secrecy::{ExposeSecret, SecretString};

use super::{Connection, ConnectionId};
use connector_host::atomic;

/// The variable that names a folder to use instead of the keyring.
pub const FOLDER: &str = "CONNECTOR_CONNECTIONS";

/// The service name of our keyring entries.
const SERVICE: &str = "connector";

/// A store of connections. Its functions block while a keyring asks its owner.
#[derive(Debug, Clone)]
pub enum Store {
    /// The system's keyring.
    Keyring(Arc<CredentialStore>),
    /// Files below this folder, `<connector>/<name>.json`.
    Folder(PathBuf),
}

/// Why a connection cannot be stored or found.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The keyring failed.
    #[error(
        "connection {id}: keyring: {source}; unlock it, or set {FOLDER} to a folder for \
         private files"
    )]
    Keyring {
        /// The connection.
        id: ConnectionId,
        /// The keyring's error.
        source: KeyringError,
    },
    /// A file operation failed.
    #[error(
        "connection {id}: {}: {source}; give yourself permission to read and write there, or set \
         {FOLDER} to another folder for private files", path.display()
    )]
    File {
        /// The connection.
        id: ConnectionId,
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// Others could read or replace the token.
    #[error(
        "connection {id}: {} is open to others (mode {mode:03o}); run `chmod {private:03o}` on it or \
         set {FOLDER} to a folder of your own, and issue a new token if they may have read one there",
        path.display()
    )]
    NotPrivate {
        /// The connection.
        id: ConnectionId,
        /// The file, or one of its folders.
        path: PathBuf,
        /// Its mode.
        mode: u32,
        /// The mode without permissions of others.
        private: u32,
    },
    /// The stored data is not a connection.
    #[error("connection {id}: the data {place} is damaged; connect again")]
    Damaged {
        /// The connection.
        id: ConnectionId,
        /// Where it is stored.
        place: Store,
    },
    /// There is neither a keyring nor a home folder.
    #[error("there is no keyring and no home folder; set {FOLDER} to a folder for private files")]
    Nowhere,
}

impl Store {
    /// The folder that the environment names, else the keyring, or without a keyring a folder in
    /// the person's configuration.
    ///
    /// # Errors
    ///
    /// When there is no keyring and no home folder.
    pub fn open() -> Result<Self, StoreError> {
        if let Some(folder) = std::env::var_os(FOLDER).filter(|folder| !folder.is_empty()) {
            return Ok(Self::Folder(folder.into()));
        }
        let keyring = keyring::Entry::store_status().as_ref().ok();
        if let Some(keyring) = keyring.and_then(|()| keyring_core::get_default_store()) {
            return Ok(Self::Keyring(keyring));
        }
        let home = dirs::config_dir().ok_or(StoreError::Nowhere)?;
        Ok(Self::Folder(home.join(SERVICE).join("connections")))
    }

    /// Stores a connection, and replaces an earlier one with this id.
    ///
    /// # Errors
    ///
    /// When the keyring or the file cannot be written, or others could access the file.
    pub fn save(&self, id: &ConnectionId, connection: &Connection) -> Result<(), StoreError> {
        let text = connection.to_text().map_err(|_| self.damaged(id))?;
        match self {
            Self::Keyring(keyring) => entry(keyring, id)
                .and_then(|entry| entry.set_password(text.expose_secret()))
                .map_err(keyring_says(id)),
            Self::Folder(folder) => {
                let path = path(folder, id);
                check_folders(id, folder, &path)?;
                atomic::write_private(&path, text.expose_secret().as_bytes())
                    .map_err(file_says(id, &path))
            }
        }
    }

    /// The connection with this id, if it exists.
    ///
    /// # Errors
    ///
    /// When the keyring or the file cannot be read, others could have accessed the file, or the
    /// data is not a connection.
    pub fn load(&self, id: &ConnectionId) -> Result<Option<Connection>, StoreError> {
        let text = match self {
            Self::Keyring(keyring) => {
                match entry(keyring, id).and_then(|entry| entry.get_password()) {
                    Ok(text) => text,
                    Err(KeyringError::NoEntry) => return Ok(None),
                    Err(source) => return Err(keyring_says(id)(source)),
                }
            }
            Self::Folder(folder) => {
                let path = path(folder, id);
                check_folders(id, folder, &path)?;
                check_private(id, &path)?;
                match std::fs::read_to_string(&path) {
                    Ok(text) => text,
                    Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
                    Err(source) => return Err(file_says(id, &path)(source)),
                }
            }
        };
        let connection = Connection::from_text(&SecretString::from(text));
        connection.map(Some).ok_or_else(|| self.damaged(id))
    }

    /// Deletes the connection with this id. Returns whether it existed.
    ///
    /// # Errors
    ///
    /// When the keyring or the file cannot be changed.
    pub fn forget(&self, id: &ConnectionId) -> Result<bool, StoreError> {
        match self {
            Self::Keyring(keyring) => {
                match entry(keyring, id).and_then(|entry| entry.delete_credential()) {
                    Ok(()) => Ok(true),
                    Err(KeyringError::NoEntry) => Ok(false),
                    Err(source) => Err(keyring_says(id)(source)),
                }
            }
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

/// A phrase that follows "kept".
impl fmt::Display for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Keyring(_) => f.write_str("in the system's keyring"),
            Self::Folder(folder) => write!(f, "in private files below {}", folder.display()),
        }
    }
}

fn entry(keyring: &Arc<CredentialStore>, id: &ConnectionId) -> keyring_core::Result<Entry> {
    keyring.build(SERVICE, &id.to_string(), None)
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

/// Checks the folders of a file, up to `folder`: whoever can write to one of them can replace
/// the file.
fn check_folders(id: &ConnectionId, folder: &Path, path: &Path) -> Result<(), StoreError> {
    path.ancestors()
        .skip(1)
        .take_while(|within| within.starts_with(folder))
        .try_for_each(|within| check_private(id, within))
}

/// Refuses a path that others can read, enter or write. A missing path is accepted.
#[cfg(unix)]
fn check_private(id: &ConnectionId, path: &Path) -> Result<(), StoreError> {
    use std::os::unix::fs::PermissionsExt;
    let metadata = match std::fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(source) => return Err(file_says(id, path)(source)),
    };
    match metadata.permissions().mode() & 0o777 {
        mode if mode & 0o077 == 0 => Ok(()),
        mode => Err(StoreError::NotPrivate {
            id: id.clone(),
            path: path.to_owned(),
            mode,
            private: mode & 0o700,
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

    use keyring_core::mock;

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
            origins: Vec::new(),
        }
    }

    /// A keyring in memory.
    fn keyring() -> Arc<CredentialStore> {
        mock::Store::new().unwrap()
    }

    #[test]
    fn every_store_keeps_replaces_and_forgets() {
        let root = tempfile::tempdir().unwrap();
        let folder = Store::Folder(root.path().join("new"));
        for store in [folder, Store::Keyring(keyring())] {
            let token = |id| {
                let loaded = store.load(id).unwrap();
                loaded.map(|loaded| loaded.token.expose_secret().to_owned())
            };
            let (one, other) = (id("one"), id("other"));
            assert_eq!(token(&one), None, "{store}");
            store.save(&one, &connection("first")).unwrap();
            store.save(&other, &connection("theirs")).unwrap();
            store.save(&one, &connection("second")).unwrap();
            assert_eq!(token(&one).as_deref(), Some("second"), "{store}");
            assert!(store.forget(&one).unwrap());
            assert!(!store.forget(&one).unwrap());
            assert_eq!(token(&one), None, "{store}");
            assert_eq!(token(&other).as_deref(), Some("theirs"), "{store}");
        }
    }

    #[test]
    fn a_keyring_holds_a_named_entry_and_says_what_is_wrong() {
        let keyring = keyring();
        let store = Store::Keyring(Arc::clone(&keyring));
        store.save(&id("acme"), &connection("tok-secret")).unwrap();
        let entry = keyring.build("connector", "intercom/acme", None).unwrap();
        assert!(entry.get_password().unwrap().contains("tok-secret"));

        let locked = || {
            let credential: &mock::Cred = entry.as_any().downcast_ref().unwrap();
            credential.set_error(KeyringError::NoStorageAccess("it is locked".into()));
        };
        let connection = connection("new");
        let calls: [&dyn Fn() -> Result<(), StoreError>; 3] = [
            &|| store.load(&id("acme")).map(|_| ()),
            &|| store.save(&id("acme"), &connection),
            &|| store.forget(&id("acme")).map(|_| ()),
        ];
        for call in calls {
            locked();
            let said = call().unwrap_err().to_string();
            assert!(
                said.starts_with("connection intercom/acme: keyring: "),
                "{said}"
            );
            assert!(
                said.contains("it is locked; unlock it, or set CONNECTOR_"),
                "{said}"
            );
            assert!(!said.contains("secret"), "{said}");
        }

        entry.set_password("{}").unwrap();
        let damaged = store.load(&id("acme")).unwrap_err().to_string();
        assert!(
            damaged.contains("the data in the system's keyring is damaged; connect again"),
            "{damaged}"
        );
    }

    fn set_mode(path: &Path, mode: u32) {
        std::fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn files_are_their_owners() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("new");
        let store = Store::Folder(folder.clone());
        store.save(&id("default"), &connection("one")).unwrap();
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&folder.join("intercom/default.json")), 0o600);
        assert_eq!(mode(&folder.join("intercom")), 0o700);
        assert_eq!(mode(&folder), 0o700);
    }

    #[test]
    fn what_is_open_to_others_is_refused() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path().join("new");
        let store = Store::Folder(root.clone());
        store.save(&id("open"), &connection("one")).unwrap();
        let folder = root.join("intercom");
        let file = folder.join("open.json");
        for (path, mode, way_out) in [
            (&file, 0o640, "600"),
            (&file, 0o602, "600"),
            (&folder, 0o750, "700"),
            (&folder, 0o701, "700"),
            (&root, 0o777, "700"),
        ] {
            set_mode(path, mode);
            let expected = format!("(mode {mode:03o}); run `chmod {way_out}` on it");
            let refused = store.load(&id("open")).unwrap_err().to_string();
            assert!(refused.contains(&expected), "{refused}");
            if path.is_dir() {
                let refused = store.save(&id("more"), &connection("two"));
                let refused = refused.unwrap_err().to_string();
                assert!(refused.contains(&expected), "{refused}");
            }
            set_mode(path, mode & 0o700);
        }
        assert!(store.load(&id("open")).unwrap().is_some());
        assert!(store.load(&id("more")).unwrap().is_none());
    }

    #[test]
    fn what_is_wrong_with_a_file_is_said_with_the_way_out() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("new");
        let store = Store::Folder(folder.clone());
        store.save(&id("bad"), &connection("one")).unwrap();
        let file = folder.join("intercom/bad.json");
        std::fs::write(&file, "{}").unwrap();
        let refused = store.load(&id("bad")).unwrap_err().to_string();
        assert!(refused.contains("damaged; connect again"), "{refused}");

        // A folder instead of the file fails for any user, also for root.
        std::fs::remove_file(&file).unwrap();
        std::fs::create_dir(&file).unwrap();
        set_mode(&file, 0o700);
        let refused = store.load(&id("bad")).unwrap_err().to_string();
        assert!(refused.contains("bad.json: "), "{refused}");
        assert!(
            refused.contains("or set CONNECTOR_CONNECTIONS to another folder"),
            "{refused}"
        );
    }
}
