//! Runs cargo and rustup.

use std::env;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

use command_output as output;
use serde::Deserialize;

use super::BuildError;
use super::metadata::Package;

/// The target without a system interface, so the module imports exactly what its code calls.
pub(super) const TARGET: &str = "wasm32-unknown-unknown";

/// The profile of the component in the workspace's `Cargo.toml`.
const PROFILE: &str = "component";

/// Settings for the outer build that would break or slow down this one: coverage and sanitizer
/// flags do not exist on wasm.
const NOT_FOR_WASM: [&str; 3] = ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_BUILD_TARGET"];

/// Settings that keep local paths out of the component, for reproducible builds. They extend the
/// flags in the workspace's `.cargo/config.toml`; a variable would replace those.
fn portable_paths(folder: &Path) -> String {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(env::home_dir()?.join(".cargo")));
    let registry = home.map(|home| format!("--remap-path-prefix={}=cargo", home.display()));
    let sources = format!("--remap-path-prefix={}=.", folder.display());
    let flags: Vec<String> = registry.into_iter().chain([sources]).collect();
    // A list of strings has the syntax of TOML.
    format!("target.{TARGET}.rustflags={flags:?}")
}

/// Adds the wasm target to the toolchain if it is missing.
pub(super) fn ensure_target(workspace: &Path) -> Result<(), BuildError> {
    if target_installed(workspace)? {
        return Ok(());
    }
    output::error_line(format_args!("adding the Rust target {TARGET}"));
    let added = Command::new("rustup")
        .args(["target", "add", TARGET])
        .current_dir(workspace)
        .status();
    match added {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(BuildError::Target {
            why: format!("rustup ended with {status}"),
        }),
        Err(error) => Err(BuildError::Target {
            why: format!("rustup did not start ({error})"),
        }),
    }
}

/// Asks the compiler, so that it also works without rustup.
fn target_installed(workspace: &Path) -> Result<bool, BuildError> {
    let rustc = env::var("RUSTC").unwrap_or_else(|_| "rustc".into());
    let output = Command::new(&rustc)
        .args(["--print", "target-libdir", "--target", TARGET])
        .current_dir(workspace)
        .output()
        .map_err(BuildError::start(&rustc))?;
    let folder = String::from_utf8_lossy(&output.stdout);
    Ok(output.status.success() && Path::new(folder.trim()).is_dir())
}

/// Compiles the library of the crate in `folder`. Returns the path of the core module.
///
/// It uses its own target folder, so it never waits for the lock of the cargo process that may
/// have started this one.
pub(super) fn compile(folder: &Path) -> Result<PathBuf, BuildError> {
    let target = folder.join("target").join("component");
    let cargo = env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    let mut command = Command::new(&cargo);
    command
        .args(["build", "--locked", "--lib"])
        .args(["--target", TARGET, "--profile", PROFILE, "--target-dir"])
        .arg(&target)
        .args(["--config", &portable_paths(folder)])
        .args(["--color", color()])
        .args(["--message-format", "json-render-diagnostics"])
        .current_dir(folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    for name in NOT_FOR_WASM {
        command.env_remove(name);
    }
    let mut child = command.spawn().map_err(BuildError::start(&cargo))?;
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    // Read both at once, or cargo would block on the pipe that is not read.
    let module = thread::scope(|scope| {
        scope.spawn(|| stderr.map(|stderr| pass_on(BufReader::new(stderr))));
        stdout.and_then(|stdout| module(BufReader::new(stdout)))
    });
    let status = child.wait().map_err(BuildError::start(&cargo))?;
    if !status.success() {
        return Err(BuildError::Compile {
            folder: folder.to_owned(),
            status,
        });
    }
    module.ok_or_else(|| BuildError::NoModule {
        folder: folder.to_owned(),
    })
}

/// The facts in `Cargo.toml` about the crate in `folder`.
pub(super) fn package(folder: &Path) -> Result<Package, BuildError> {
    let output = ask(
        folder,
        &["metadata", "--no-deps", "--locked", "--format-version", "1"],
    )?;
    let unknown = |why: String| BuildError::Unknown {
        folder: folder.to_owned(),
        why,
    };
    let metadata: Metadata =
        serde_json::from_str(&output).map_err(|error| unknown(error.to_string()))?;
    // A workspace's root also lists its members; and a folder may have several paths.
    let real = |path: &Path| std::fs::canonicalize(path).map_err(BuildError::read(path));
    let manifest = real(&folder.join("Cargo.toml"))?;
    let mut members = metadata.packages.into_iter();
    let found = members.find(|member| real(&member.manifest_path).is_ok_and(|at| at == manifest));
    found
        .map(|member| member.package)
        .ok_or_else(|| unknown("its Cargo.toml has no [package]".to_owned()))
}

/// The crates that are compiled into the module of the crate in `folder`: a line for each with
/// its depth, name, version and, after a tab, its licence.
///
/// # Errors
///
/// When cargo does not start or fails.
pub fn tree(folder: &Path) -> Result<String, BuildError> {
    // Without macros, which run in the build.
    let edges = "normal,no-proc-macro";
    ask(
        folder,
        &[
            "tree",
            "--locked",
            "--target",
            TARGET,
            "--edges",
            edges,
            "--prefix",
            "depth",
            "--no-dedupe",
            "--format",
            " {p}\t{l}",
        ],
    )
}

/// The output of a cargo command about the crate in `folder`.
fn ask(folder: &Path, question: &[&str]) -> Result<String, BuildError> {
    let cargo = env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    let output = Command::new(&cargo)
        .args(question)
        .current_dir(folder)
        .output()
        .map_err(BuildError::start(&cargo))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(BuildError::Unknown {
            folder: folder.to_owned(),
            why: String::from_utf8_lossy(&output.stderr).trim().to_owned(),
        })
    }
}

/// The used part of `cargo metadata`.
#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Member>,
}

#[derive(Deserialize)]
struct Member {
    manifest_path: PathBuf,
    #[serde(flatten)]
    package: Package,
}

/// The module in cargo's list of files, a JSON message on each line. Dependencies have no
/// `.wasm` file.
fn module(stdout: impl BufRead) -> Option<PathBuf> {
    let lines = stdout.lines().map_while(Result::ok);
    let messages = lines.filter_map(|line| serde_json::from_str::<Message>(&line).ok());
    messages
        .flat_map(|message| message.filenames)
        .filter(|file| file.extension().is_some_and(|end| end == "wasm"))
        .last()
}

/// The used part of cargo's messages.
#[derive(Deserialize)]
struct Message {
    #[serde(default)]
    filenames: Vec<PathBuf>,
}

/// Prints cargo's messages as they come, except the line that cargo also prints if nothing
/// changed.
fn pass_on(stderr: impl BufRead) {
    for line in stderr.lines().map_while(Result::ok) {
        if !line.contains("Finished") {
            output::error_line(line);
        }
    }
}

fn color() -> &'static str {
    if output::error_has_color() {
        "always"
    } else {
        "never"
    }
}
