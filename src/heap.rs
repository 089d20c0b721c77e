//! The component's heap, with initial memory, so that an ordinary action never grows it. Growing
//! makes wasmtime change the protection of the sandbox's address space, and reset it for the
//! next sandbox, which took 14 µs of a call (`docs/performance.md`).
#![expect(
    unsafe_code,
    reason = "an allocator takes memory that belongs to nobody else, which nothing but its place \
              tells"
)]

use core::alloc::{GlobalAlloc, Layout};
use core::arch::wasm32::{memory_grow, memory_size};
use core::ptr::NonNull;

use talc::base::Talc;
use talc::base::binning::Binning;
use talc::cell::TalcSyncCell;
use talc::source::Source;
use talc::wasm::WasmBinning;

#[global_allocator]
static HEAP: Heap = Heap;

static TALC: TalcSyncCell<Linear, WasmBinning> = TalcSyncCell::new_wasm(Linear { end: None });

/// Allocates from [`TALC`].
struct Heap;

// SAFETY: forwards everything to an allocator.
unsafe impl GlobalAlloc for Heap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's, and so below.
        unsafe { alloc(layout) }
    }

    unsafe fn dealloc(&self, allocated: *mut u8, layout: Layout) {
        unsafe { dealloc(allocated, layout) }
    }

    unsafe fn realloc(&self, allocated: *mut u8, layout: Layout, bytes: usize) -> *mut u8 {
        unsafe { realloc(allocated, layout, bytes) }
    }
}

// Functions without the allocator's address as an argument: it would take five bytes in
// thousands of places that allocate or free.

#[inline(never)]
unsafe fn alloc(layout: Layout) -> *mut u8 {
    unsafe { TALC.alloc(layout) }
}

#[inline(never)]
unsafe fn dealloc(allocated: *mut u8, layout: Layout) {
    unsafe { TALC.dealloc(allocated, layout) }
}

#[inline(never)]
unsafe fn realloc(allocated: *mut u8, layout: Layout, bytes: usize) -> *mut u8 {
    unsafe { TALC.realloc(allocated, layout, bytes) }
}

/// A page of WebAssembly's memory, in bytes.
const PAGE_BYTES: usize = 64 * 1024;

/// The allocator's overhead of an allocation, in bytes: a few words. If it were too little, a
/// large allocation would grow memory twice.
const BESIDE_BYTES: usize = 64;

unsafe extern "C" {
    /// The end of the linker's data. Only its address has a meaning.
    static __heap_base: u8;
}

/// How much of the initial memory the heap takes at once, in bytes: more than most actions use.
/// The allocator writes the size of the free rest at its end. At the end of the initial memory,
/// that page is far behind all others, and in a sandbox whose predecessor wrote as many pages as
/// the pool keeps, it is the one too many: it is returned to the system and faulted in again for
/// each call.
const STEP_BYTES: usize = 128 * 1024;

/// Memory after the linker's data: first the initial memory (`build/main.rs` sets its size), in
/// steps, then as much as an allocation needs.
#[derive(Debug)]
struct Linear {
    /// The end of the heap. `None` before its first use.
    end: Option<NonNull<u8>>,
}

// SAFETY: allocates nothing itself, and passes on only memory that it was given.
unsafe impl Source for Linear {
    fn acquire<B: Binning>(talc: &mut Talc<Self, B>, layout: Layout) -> Result<(), ()> {
        let Some(end) = talc.source.end else {
            return claim(talc);
        };
        let bytes = layout.size() + layout.align() + BESIDE_BYTES;
        let lacking = bytes.saturating_sub(end_of_memory().addr() - end.addr().get());
        if lacking > 0 && memory_grow::<0>(lacking.div_ceil(PAGE_BYTES)) == usize::MAX {
            return Err(());
        }
        // SAFETY: memory beyond `end` is unused, and nothing else grows it.
        talc.source.end = Some(unsafe { talc.extend(end, step(end.as_ptr(), bytes)) });
        Ok(())
    }
}

/// Claims the first step after the linker's data.
fn claim<B: Binning>(talc: &mut Talc<Linear, B>) -> Result<(), ()> {
    let start = (&raw const __heap_base).cast_mut();
    let bytes = step(start, 0).addr() - start.addr();
    // SAFETY: the linker leaves this memory to the heap, and there is no other.
    talc.source.end = unsafe { talc.claim(start, bytes) };
    talc.source.end.map(drop).ok_or(())
}

/// The end of the next step: at least `bytes` after `start`, if there is as much memory.
fn step(start: *mut u8, bytes: usize) -> *mut u8 {
    let end = start.wrapping_add(bytes.max(STEP_BYTES));
    end.min(end_of_memory())
}

fn end_of_memory() -> *mut u8 {
    memory_size::<0>().saturating_mul(PAGE_BYTES) as *mut u8
}
