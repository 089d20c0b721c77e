//! Loads a component, from a precompiled form where one lies ready: compiling
//! takes 50 ms and more, mapping machine code into memory a hundredth of it.

use std::fs::File;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use sha2::{Digest, Sha256};
use wasmtime::component::Component;

use crate::atomic;
use crate::{Engine, HostError};

/// Length of the SHA-256 that stands behind the machine code, in bytes.
const DIGEST_BYTES: u64 = 32;

/// Loads the component in `path`, keeping its precompiled form beside it.
///
/// The form's name holds the component's hash and the engine's, so that neither
/// a rebuilt component nor another engine finds it. A form that is damaged is
/// made again; one that can't be written is done without.
///
/// # Errors
///
/// When the file cannot be read or is no component.
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
    // Without the precompiled form the next start is slower, no more.
    let _ = atomic::write(&form.path(), &seal(code));
    form.remove_outdated();
    Ok(component)
}

/// Where the precompiled form of a component lies:
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

    /// Removes this engine's forms of earlier builds of the same component,
    /// which would pile up, a MB and more a build. What can't be removed stays.
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

/// Machine code with its hash behind it: before it, the file could not be mapped
/// as code.
fn seal(mut code: Vec<u8>) -> Vec<u8> {
    let digest = Sha256::digest(&code);
    code.extend_from_slice(&digest);
    code
}

/// Whether a sealed file is whole. Comparing the hash takes 3 ms, as long as all
/// else that an engine does before its first action, so a file that passed is
/// marked, and one that bears its mark is not read again.
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
        // Where it can't be marked, the next start compares again.
        let _ = set_mark(path, &digest);
    }
    Ok(is_whole)
}

/// The time that stands as the last change of a file with this hash: one in 1970
/// to 2004, so that whoever writes to the file takes it away. What changes a file
/// without that, such as a failing disk, is no more found than in any program.
fn mark(digest: &[u8]) -> SystemTime {
    let first = digest.first_chunk().copied().unwrap_or_default();
    UNIX_EPOCH + Duration::from_secs(u64::from(u32::from_le_bytes(first) >> 2))
}

fn set_mark(path: &Path, digest: &[u8]) -> io::Result<()> {
    let file = File::options().write(true).open(path)?;
    // Else a power cut could leave the mark and not the file.
    file.sync_all()?;
    file.set_modified(mark(digest))
}

/// Maps a form's machine code into memory; the system reads what is run of it.
#[expect(unsafe_code, reason = "machine code is loaded as it is")]
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
