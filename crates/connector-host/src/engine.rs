//! The wasmtime engine: pooled sandboxes, and a clock that can interrupt them.

use std::fmt;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::thread;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use wasmtime::{Config, Enabled, PoolingAllocationConfig};

use crate::HostError;
use crate::limits::{MAX_MEMORY_BYTES, TICK};

/// How many sandboxes can live at once by default: enough for
/// an engine whose actions wait half a second for the service to run two
/// thousand a second. See [`Engine::with_sandboxes`] for what each costs.
const SANDBOXES: NonZeroU32 = NonZeroU32::new(1024).unwrap();

/// Core instances, memories and tables that one sandbox may be made of. The
/// connector has a module of its own and the two shims that componentising
/// adds, with a table each and one memory; a component that needs more is
/// refused when it is loaded.
const CORE_INSTANCES: u32 = 8;
const MEMORIES: u32 = 1;
const TABLES: u32 = 4;

/// Slots of the pool beyond the permits. wasmtime searches its pool shard by shard,
/// and may miss the last free slot while other threads take and return theirs.
const SPARE_SLOTS: u32 = 8;

/// How much of what a sandbox wrote to its memory is put back by copying when it
/// ends, in bytes; the rest is given back to the system, and costs a page fault
/// for each page that the next sandbox in its slot writes to. Most actions write
/// 100 KB, so that theirs causes none; its slot keeps as much memory while it
/// is free. Where the system can't tell which pages were written (Linux
/// before 6.7), all of it would be copied each time, which costs more than the
/// faults.
const KEPT_MEMORY: usize = 256 * 1024;

/// The same for a table, whose entries have 8 bytes: the connector's largest has
/// a page of them.
const KEPT_TABLE: usize = 16 * 1024;

/// A wasmtime engine with a pool of sandboxes.
///
/// Cheap to clone; the clones share the pool.
#[derive(Clone)]
pub struct Engine {
    wasmtime: wasmtime::Engine,
    sandboxes: NonZeroU32,
    permits: Arc<Semaphore>,
}

/// The right to one sandbox of the pool, held until the sandbox is dropped.
/// wasmtime's pool refuses a sandbox too many; callers wait for a permit instead,
/// in the order of asking, whichever component they want to run.
#[derive(Debug)]
pub(crate) struct Permit {
    /// None if the semaphore is closed, which never happens.
    _permit: Option<OwnedSemaphorePermit>,
}

impl Engine {
    /// Starts an engine with room for 1024 sandboxes, and its clock, which stops
    /// with the engine.
    ///
    /// # Errors
    ///
    /// When the machine cannot reserve the address space for the sandboxes.
    pub fn new() -> Result<Self, HostError> {
        Self::with_sandboxes(SANDBOXES)
    }

    /// Starts an engine in which this many sandboxes can live at once; whoever
    /// wants one more waits until another is dropped.
    ///
    /// | A sandbox costs | when |
    /// |---|---|
    /// | 4 GiB of address space, reserved and not used, of the 128 TiB that a process has | at once |
    /// | 3 µs of starting the engine, and two mappings of memory | at once |
    /// | four more mappings; Linux allows a process 65,530 (`vm.max_map_count`), so that 10,000 sandboxes fit | while it lives |
    /// | 110 KB of memory while it waits for a response; more while it works on a large one | while it lives |
    /// | as much as it wrote, at most 270 KB | after it has ended, for the next one in its slot |
    ///
    /// # Errors
    ///
    /// As for [`Engine::new`].
    pub fn with_sandboxes(sandboxes: NonZeroU32) -> Result<Self, HostError> {
        Self::start(sandboxes, |_| {})
    }

    /// Starts an engine whose wasmtime configuration is adjusted last.
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
            wasmtime,
            sandboxes,
            permits: Arc::new(Semaphore::new(sandboxes.get() as usize)),
        })
    }

    /// wasmtime's own engine.
    pub fn wasmtime(&self) -> &wasmtime::Engine {
        &self.wasmtime
    }

    /// How many sandboxes can live at once.
    pub fn capacity(&self) -> usize {
        self.sandboxes.get() as usize
    }

    /// How many sandboxes live now, those being made included.
    pub fn alive(&self) -> usize {
        self.capacity()
            .saturating_sub(self.permits.available_permits())
    }

    /// Waits for room in the pool.
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

/// The settings that a page fault or a call of the system is saved by are worth
/// 40 µs of 300 for each sandbox that runs an action.
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
