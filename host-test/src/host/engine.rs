//! The wasmtime engine: pooled sandboxes, and a clock that can interrupt them.

use std::fmt;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use wasmtime::{Config, PoolingAllocationConfig};

use super::HostError;
use super::limits::MAX_MEMORY_BYTES;

/// How many sandboxes can live at once. Each keeps address space reserved, not
/// memory; one more than this waits until another is dropped.
const SANDBOXES: u32 = 128;

/// Core instances, memories and tables that one sandbox may be made of. The
/// connector has a module of its own and the two shims that componentising
/// adds, with a table each and one memory; a component that needs more is
/// refused when it is loaded.
const CORE_INSTANCES: u32 = 8;
const MEMORIES: u32 = 1;
const TABLES: u32 = 4;

/// How often the engine's clock ticks. It is the precision of the CPU limit and
/// the longest that one sandbox keeps a thread from the others; each tick costs
/// a running sandbox a few microseconds.
pub(super) const TICK: Duration = Duration::from_millis(10);

/// A wasmtime engine, and the places in its pool of sandboxes.
#[derive(Clone)]
pub struct Engine {
    wasmtime: wasmtime::Engine,
    places: Arc<Semaphore>,
}

/// A place in the pool, taken by one sandbox until it is dropped. The pool
/// itself would refuse a sandbox too many; who asks for a place waits for it, in
/// the order of asking, whichever component it is for.
#[derive(Debug)]
pub(super) struct Place {
    /// None where the semaphore is closed, which nobody does.
    _permit: Option<OwnedSemaphorePermit>,
}

impl Engine {
    /// The engine as wasmtime has it.
    pub fn wasmtime(&self) -> &wasmtime::Engine {
        &self.wasmtime
    }

    /// How many sandboxes can live at once.
    pub fn capacity(&self) -> usize {
        SANDBOXES as usize
    }

    /// Waits for a place in the pool.
    pub(super) async fn place(&self) -> Place {
        let permit = Arc::clone(&self.places).acquire_owned().await;
        Place {
            _permit: permit.ok(),
        }
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let free = self.places.available_permits();
        write!(f, "Engine({free} of {SANDBOXES} places free)")
    }
}

/// Makes an engine and starts its clock, which stops with the engine.
///
/// # Errors
///
/// When the machine cannot reserve the address space for the sandboxes.
pub fn engine() -> Result<Engine, HostError> {
    with_config(|_| {})
}

/// Makes an engine whose configuration is adjusted last.
///
/// # Errors
///
/// As for [`engine`].
pub fn with_config(adjust: impl FnOnce(&mut Config)) -> Result<Engine, HostError> {
    let mut config = Config::new();
    config
        .wasm_component_model(true)
        .epoch_interruption(true)
        .allocation_strategy(pool());
    adjust(&mut config);
    let wasmtime = wasmtime::Engine::new(&config).map_err(HostError::engine)?;
    start_clock(&wasmtime);
    let places = Arc::new(Semaphore::new(SANDBOXES as usize));
    Ok(Engine { wasmtime, places })
}

fn pool() -> PoolingAllocationConfig {
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(SANDBOXES)
        .total_core_instances(SANDBOXES * CORE_INSTANCES)
        .total_memories(SANDBOXES * MEMORIES)
        .total_tables(SANDBOXES * TABLES)
        .total_stacks(SANDBOXES)
        .max_core_instances_per_component(CORE_INSTANCES)
        .max_memories_per_component(MEMORIES)
        .max_tables_per_component(TABLES)
        .max_memory_size(MAX_MEMORY_BYTES);
    pool
}

fn start_clock(engine: &wasmtime::Engine) {
    let engine = engine.weak();
    thread::spawn(move || {
        while let Some(engine) = engine.upgrade() {
            engine.increment_epoch();
            drop(engine);
            thread::sleep(TICK);
        }
    });
}
