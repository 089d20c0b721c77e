//! Loads a component from its precompiled form, if there is one: compiling takes 50 ms and more,
//! mapping machine code a hundredth of that.

use std::fs::File;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use sha2::{Digest, Sha256};
use wasmtime::component::Component;

use crate::atomic;
use crate::{Engine, HostError};

/// Length of the SHA-256 after the machine code, in bytes.
const DIGEST_BYTES: u64 = 32;

/// Loads the component in `path`, and stores its precompiled form beside it.
///
/// The file name contains the hashes of component and engine, so a rebuilt component or another
/// engine does not use it. A damaged file is replaced; if it can't be written, the component is
/// loaded without it.
///
/// # Errors
///
/// When the file cannot be read or is not a component.
pub fn load(engine: &Engine, path: &Path) -> Result<Component, HostError> {
    let engine = engine.wasmtime();
    let wasm = std::fs::read(path).map_err(|source| HostError::Read {
        path: path.to_owned(),
        source,
    })?;
    let form = Precompiled::of(engine, path, &wasm);
    if let Some(component) = load_precompiled(engine, &form.path()) {
        return Ok(component);
    }
    let fails = |source: wasmtime::Error| HostError::Compile {
        path: path.to_owned(),
        source: source.into(),
    };
    let component = Component::new(engine, &wasm).map_err(fails)?;
    let code = component.serialize().map_err(fails)?;
    // Without the precompiled form, only the next start is slower.
    let _ = atomic::write(&form.path(), &seal(code));
    form.remove_outdated();
    Ok(component)
}

/// The path of a component's precompiled form:
/// `<component>-<component's hash>-<engine's hash>.cwasm`, beside it.
struct Precompiled {
    folder: PathBuf,
    prefix: String,
    component: String,
    suffix: String,
}

impl Precompiled {
    fn of(engine: &wasmtime::Engine, path: &Path, wasm: &[u8]) -> Self {
        let mut hasher = DefaultHasher::new();
        engine.precompile_compatibility_hash().hash(&mut hasher);
        let digest = Sha256::digest(wasm);
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        Self {
            folder: path.parent().unwrap_or(Path::new("")).to_owned(),
            prefix: format!("{stem}-"),
            component: hexadecimal(&digest),
            suffix: format!("-{:016x}.cwasm", hasher.finish()),
        }
    }

    fn path(&self) -> PathBuf {
        let Self {
            prefix,
            component,
            suffix,
            ..
        } = self;
        self.folder.join(format!("{prefix}{component}{suffix}"))
    }

    /// Removes this engine's files of earlier builds of the component, a MB and more each. Files
    /// that can't be removed stay.
    fn remove_outdated(&self) {
        let current = self.path();
        let entries = std::fs::read_dir(&self.folder).into_iter().flatten();
        for entry in entries.flatten() {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            let ours = name.strip_prefix(&self.prefix);
            let hash = ours.and_then(|name| name.strip_suffix(&self.suffix));
            let is_form = hash.is_some_and(|hash| hash.len() == self.component.len());
            if is_form && entry.path() != current {
                let _ = std::fs::remove_file(entry.path());
            }
        }
    }
}

fn hexadecimal(digest: &[u8]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Machine code followed by its hash; a hash before it would prevent mapping.
fn seal(mut code: Vec<u8>) -> Vec<u8> {
    let digest = Sha256::digest(&code);
    code.extend_from_slice(&digest);
    code
}

/// Whether a sealed file is intact. Comparing the hash takes 3 ms, as long as the rest of an
/// engine's start, so a file that passed is marked, and a marked file is not read again.
fn is_whole(path: &Path) -> io::Result<bool> {
    let mut file = File::open(path)?;
    let stated = file.metadata()?;
    let Some(length) = stated.len().checked_sub(DIGEST_BYTES) else {
        return Ok(false);
    };
    let (mut code, mut digest) = (Vec::new(), Vec::new());
    file.seek(SeekFrom::Start(length))?;
    file.read_to_end(&mut digest)?;
    if stated.modified()? == mark(&digest) {
        return Ok(true);
    }
    file.rewind()?;
    file.take(length).read_to_end(&mut code)?;
    let is_whole = Sha256::digest(&code).as_slice() == digest;
    if is_whole {
        // If it can't be marked, the next start compares again.
        let _ = set_mark(path, &digest);
    }
    Ok(is_whole)
}

/// The modification time that marks a file with this hash: one from 1970 to 2004, which any
/// writer replaces. Changes that do not set it, such as disk errors, are not detected.
fn mark(digest: &[u8]) -> SystemTime {
    let first = digest.first_chunk().copied().unwrap_or_default();
    UNIX_EPOCH + Duration::from_secs(u64::from(u32::from_le_bytes(first) >> 2))
}

fn set_mark(path: &Path, digest: &[u8]) -> io::Result<()> {
    let file = File::options().write(true).open(path)?;
    // Otherwise a power failure could keep the mark and lose the file.
    file.sync_all()?;
    file.set_modified(mark(digest))
}

/// Maps a file's machine code into memory; the system loads pages on demand.
#[expect(unsafe_code, reason = "machine code is loaded unchecked")]
fn load_precompiled(engine: &wasmtime::Engine, path: &Path) -> Option<Component> {
    if !is_whole(path).ok()? {
        return None;
    }
    // SAFETY: `deserialize_file` needs a file that `Component::serialize` made
    // (it ignores what stands behind that) and that does not change while it is
    // mapped. This one was written by `load`, in one piece, and its hash has been
    // compared since anybody wrote to it; an engine of another version or
    // configuration refuses it. `load` never writes into a file that is there but
    // puts another in its place, which leaves the mapped one as it is. Somebody
    // who writes into it all the same, or sets its mark, can write to the build
    // folder, and with it to the programs that are run from there.
    unsafe { Component::deserialize_file(engine, path) }.ok()
}
