//! The wasmtime engine: pooled sandboxes, and a clock that interrupts them.

use std::fmt;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::thread;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use wasmtime::{Config, Enabled, PoolingAllocationConfig, Store};

use crate::HostError;
use crate::limits::{MAX_MEMORY_BYTES, TICK};

/// The default maximum of concurrent sandboxes: enough for two thousand actions a second that
/// each wait half a second for the service. [`Engine::with_sandboxes`] documents their cost.
const SANDBOXES: NonZeroU32 = NonZeroU32::new(1024).unwrap();

/// Maximum number of core instances, memories and tables of one sandbox. The connector has its
/// own module and the two shims of componentisation, with a table each and one memory; a
/// component that needs more is refused when it is loaded.
const CORE_INSTANCES: u32 = 8;
const MEMORIES: u32 = 1;
const TABLES: u32 = 4;

/// Slots of the pool in addition to the permits. wasmtime searches its pool by shards, and may
/// miss the last free slot while other threads use the pool.
const SPARE_SLOTS: u32 = 8;

/// How much written memory of an ended sandbox is reset by copying, in bytes; the rest is
/// returned to the system, which costs the next sandbox in the slot a page fault for each page.
/// Most actions write 100 KB and so cause no fault; the free slot keeps that much memory. If the
/// system can't report written pages (Linux before 6.7), everything would be copied each time,
/// which costs more than the faults.
const KEPT_MEMORY: usize = 256 * 1024;

/// The same for a table with entries of 8 bytes: the connector's largest has a page of them.
const KEPT_TABLE: usize = 16 * 1024;

/// A wasmtime engine with a pool of sandboxes.
///
/// Cheap to clone; the clones share the pool.
#[derive(Clone)]
pub struct Engine {
    wasmtime: wasmtime::Engine,
    consumes_fuel: bool,
    sandboxes: NonZeroU32,
    permits: Arc<Semaphore>,
}

/// A permit for one sandbox of the pool, held until the sandbox is dropped. wasmtime's pool
/// fails when it is full; callers wait for a permit instead, in order, for any component.
#[derive(Debug)]
pub(crate) struct Permit {
    /// `None` if the semaphore is closed, which never happens.
    _permit: Option<OwnedSemaphorePermit>,
}

impl Engine {
    /// Starts an engine with 1024 sandboxes, and its clock, which stops with the engine.
    ///
    /// # Errors
    ///
    /// When the machine cannot reserve the address space for the sandboxes.
    pub fn new() -> Result<Self, HostError> {
        Self::with_sandboxes(SANDBOXES)
    }

    /// Starts an engine with this maximum of concurrent sandboxes; further callers wait.
    ///
    /// | A sandbox costs | when |
    /// |---|---|
    /// | 4 GiB of reserved address space, of the 128 TiB of a process | at the engine's start |
    /// | 3 µs of start-up, and two memory mappings | at the engine's start |
    /// | four more mappings; Linux allows 65,530 per process (`vm.max_map_count`), enough for 10,000 sandboxes | while it lives |
    /// | 110 KB of memory while it waits for a response; more while it works on a large one | while it lives |
    /// | as much as it wrote, at most 270 KB | after its end, kept for the next one in the slot |
    ///
    /// # Errors
    ///
    /// As for [`Engine::new`].
    pub fn with_sandboxes(sandboxes: NonZeroU32) -> Result<Self, HostError> {
        Self::start(sandboxes, |_| {})
    }

    /// Starts an engine with an adjusted wasmtime configuration.
    ///
    /// # Errors
    ///
    /// As for [`Engine::new`].
    pub fn with_config(adjust: impl FnOnce(&mut Config)) -> Result<Self, HostError> {
        Self::start(SANDBOXES, adjust)
    }

    fn start(sandboxes: NonZeroU32, adjust: impl FnOnce(&mut Config)) -> Result<Self, HostError> {
        let mut config = Config::new();
        config
            .wasm_component_model(true)
            .epoch_interruption(true)
            .allocation_strategy(pool(sandboxes.get().saturating_add(SPARE_SLOTS)));
        adjust(&mut config);
        let wasmtime = wasmtime::Engine::new(&config).map_err(HostError::engine)?;
        start_clock(&wasmtime);
        Ok(Self {
            consumes_fuel: consumes_fuel(&wasmtime),
            wasmtime,
            sandboxes,
            permits: Arc::new(Semaphore::new(sandboxes.get() as usize)),
        })
    }

    /// wasmtime's engine.
    pub fn wasmtime(&self) -> &wasmtime::Engine {
        &self.wasmtime
    }

    /// Whether sandboxes need fuel.
    pub(crate) fn consumes_fuel(&self) -> bool {
        self.consumes_fuel
    }

    /// Maximum number of concurrent sandboxes.
    pub fn capacity(&self) -> usize {
        self.sandboxes.get() as usize
    }

    /// The number of live sandboxes, including those being created.
    pub fn alive(&self) -> usize {
        self.capacity()
            .saturating_sub(self.permits.available_permits())
    }

    /// Waits for a permit.
    pub(crate) async fn permit(&self) -> Permit {
        let permit = Arc::clone(&self.permits).acquire_owned().await;
        Permit {
            _permit: permit.ok(),
        }
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Engine({} of {} sandboxes alive)",
            self.alive(),
            self.sandboxes
        )
    }
}

/// The settings that avoid page faults and system calls save 40 µs of 300 for each sandbox with
/// an action.
fn pool(slots: u32) -> PoolingAllocationConfig {
    let tells_written_pages = PoolingAllocationConfig::is_pagemap_scan_available();
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(slots)
        .total_core_instances(slots.saturating_mul(CORE_INSTANCES))
        .total_memories(slots.saturating_mul(MEMORIES))
        .total_tables(slots.saturating_mul(TABLES))
        .total_stacks(slots)
        .max_core_instances_per_component(CORE_INSTANCES)
        .max_memories_per_component(MEMORIES)
        .max_tables_per_component(TABLES)
        .max_memory_size(MAX_MEMORY_BYTES)
        .linear_memory_keep_resident(if tells_written_pages { KEPT_MEMORY } else { 0 })
        .table_keep_resident(KEPT_TABLE)
        .pagemap_scan(Enabled::Auto);
    pool
}

/// Asks wasmtime once: in an engine without fuel, the refusal is an error with a backtrace if
/// `RUST_BACKTRACE` is set, which took 6 µs of each sandbox.
fn consumes_fuel(engine: &wasmtime::Engine) -> bool {
    Store::new(engine, ()).get_fuel().is_ok()
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
