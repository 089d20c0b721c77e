#![no_main]
#![allow(unsafe_code, missing_docs)]
use std::sync::OnceLock;
static TARGET: OnceLock<fuzz_targets::Target> = OnceLock::new();
#[unsafe(no_mangle)]
pub extern "C" fn LLVMFuzzerInitialize(_: *const isize, _: *const *const *const u8) -> isize {
    let wanted = std::env::var("FUZZ_TARGET").unwrap();
    let found = fuzz_targets::TARGETS
        .iter()
        .find(|(name, _)| *name == wanted)
        .unwrap();
    TARGET.set(found.1).unwrap();
    let default = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        default(info);
        std::process::abort();
    }));
    0
}
#[unsafe(no_mangle)]
pub extern "C" fn LLVMFuzzerTestOneInput(data: *const u8, size: usize) -> i32 {
    let data = if size == 0 {
        &[][..]
    } else {
        unsafe { std::slice::from_raw_parts(data, size) }
    };
    TARGET.get().unwrap()(data);
    0
}
