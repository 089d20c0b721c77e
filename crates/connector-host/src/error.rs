//! Errors of the host, as types that an engine can act on.

use std::path::PathBuf;
use std::time::Duration;

use wasmtime::{Trap, WasmBacktrace};

use crate::limits::CpuSpent;

type Source = Box<dyn std::error::Error + Send + Sync>;

/// Why a component cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum HostError {
    /// The engine did not start.
    #[error("engine: {0:#}; the pool of sandboxes needs address space, see `ulimit -v`")]
    Engine(Source),
    /// The component file could not be read.
    #[error("component: could not read {}: {source}; give the file of a component", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: std::io::Error,
    },
    /// The file is not a component, or this engine does not support it.
    #[error("component: {} does not load: {source:#}; build it again as a WebAssembly component", path.display())]
    Compile {
        /// The file.
        path: PathBuf,
        /// The engine's error.
        source: Source,
    },
    /// The component has another version of the contract.
    #[error(
        "component: exports workflow:plugin@{found}, and this host calls {needed}; build the \
         connector for {needed}, see docs/versions.md"
    )]
    Version {
        /// The version that it exports; several are separated by commas.
        found: String,
        /// The version that this host calls.
        needed: &'static str,
    },
    /// The component has an unsupported import, or lacks an export of the contract.
    #[error(
        "component: does not fit this host: {0:#}; a connector exports workflow:plugin and imports \
         at most outgoing HTTP, polling, the monotonic clock and the environment of WASI 0.2"
    )]
    Link(Source),
}

impl HostError {
    pub(crate) fn engine(error: wasmtime::Error) -> Self {
        Self::Engine(error.into())
    }

    pub(crate) fn link(error: wasmtime::Error) -> Self {
        Self::Link(error.into())
    }
}

/// Why a sandbox ended without a result of its action.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// The component trapped: a bug in it.
    #[error("sandbox: the component trapped: {what}{}", in_functions(functions))]
    Trap {
        /// The kind of trap.
        what: String,
        /// The functions on the stack, innermost first, if the component has names for them.
        functions: Vec<String>,
    },
    /// It exceeded its memory limit.
    #[error(
        "sandbox: the component needs more than its {bytes} bytes of memory; request a smaller \
         page or raise the limit"
    )]
    OutOfMemory {
        /// The limit.
        bytes: usize,
    },
    /// It exceeded its CPU limit.
    #[error("sandbox: the component used more than {limit:?} of CPU time and was interrupted")]
    OutOfCpu {
        /// The limit.
        limit: Duration,
    },
    /// It exceeded its wall-clock limit, which includes waiting.
    #[error(
        "sandbox: no result after {limit:?}; the action was interrupted and may have taken effect"
    )]
    OutOfTime {
        /// The limit.
        limit: Duration,
    },
    /// A trigger was called, but the component has none.
    #[error("sandbox: the component has no triggers; check ConnectorPre::has_triggers first")]
    NoTriggers,
    /// The sandbox could not be created.
    #[error("sandbox: could not be created: {0:#}; this machine may be short of memory")]
    Instantiate(Source),
}

impl SandboxError {
    pub(crate) fn instantiate(error: wasmtime::Error) -> Self {
        Self::Instantiate(error.into())
    }

    /// Classifies wasmtime's error of a call.
    pub(crate) fn of_call(error: &wasmtime::Error, limit: Duration) -> Self {
        if error.downcast_ref::<CpuSpent>().is_some() {
            return Self::OutOfCpu { limit };
        }
        let what = match error.downcast_ref::<Trap>() {
            Some(trap) => trap.to_string(),
            None => error.root_cause().to_string(),
        };
        Self::Trap {
            what,
            functions: functions(error),
        }
    }
}

fn functions(error: &wasmtime::Error) -> Vec<String> {
    let frames = error
        .downcast_ref::<WasmBacktrace>()
        .map(WasmBacktrace::frames);
    frames
        .unwrap_or_default()
        .iter()
        .filter_map(|frame| frame.func_name())
        .map(str::to_owned)
        .collect()
}

fn in_functions(functions: &[String]) -> String {
    if functions.is_empty() {
        return String::new();
    }
    format!(", in {}", functions.join(" < "))
}
