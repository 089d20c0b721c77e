//! Derives the manifest's actions and fields from the WIT text: the one place
//! where a title, a description, an example or a required mark is written.
//!
//! Writes `$OUT_DIR/actions.rs`, a table that `src/plugin/manifest.rs` includes.
//! Also tells the linker to be brief, and how much memory there is to be.

mod docs;
mod table;

use std::error::Error;
use std::path::PathBuf;
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=wit");
    println!("cargo::rerun-if-changed=build");
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let out = PathBuf::from(env::var("OUT_DIR")?).join("actions.rs");
    let mut resolve = wit_parser::Resolve::default();
    let (package, _) = resolve.push_dir(root.join("wit"))?;
    fs::write(out, table::actions(&resolve, package)?)?;
    if env::var("CARGO_CFG_TARGET_ARCH")? == "wasm32" {
        compress()?;
        println!("cargo::rustc-link-arg-cdylib=--initial-heap={HEAP_BYTES}");
    }
    Ok(())
}

/// Memory for the heap that is there from the start (`src/heap.rs`), in bytes: room
/// for a page of 50 contacts. What is not written to costs address space alone.
const HEAP_BYTES: usize = 1024 * 1024;

/// Has the linker write addresses and numbers of functions in as few bytes as they
/// need, not in the five that leave room for any: a tenth of the component. It
/// can't in a module with debug information.
fn compress() -> Result<(), Box<dyn Error>> {
    if env::var("DEBUG")? == "false" {
        for argument in ["--compress-relocations", "--strip-debug"] {
            println!("cargo::rustc-link-arg-cdylib={argument}");
        }
    }
    Ok(())
}
