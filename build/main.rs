//! Generates code from the WIT text, the only source of titles, descriptions, examples, required
//! marks and types. `src/` includes from `$OUT_DIR`:
//!
//! - `conversions.rs`: ids, effects and results of the actions; inputs into raw
//!   inputs, results into JSON and out of responses.
//! - `entries.rs`: the code of the actions.
//! - `actions.bin`: what the manifest says of them, packed.
//! - `exports.rs`: the functions of the typed interfaces.
//! - `allowed.rs`: the values of `Allowed:`.
//!
//! From `operations/`, `operations.bin`: the catalogue of the API's operations. From
//! `triggers/`, `triggers.bin`: the triggers.
//!
//! Also sets linker options for the component, and its initial memory.

mod allowed;
mod contract;
mod docs;
mod glue;
mod manifest;
mod names;
mod operations;
mod pack;
mod triggers;

use std::error::Error;
use std::path::PathBuf;
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=wit");
    println!("cargo::rerun-if-changed=build");
    println!("cargo::rerun-if-changed=operations");
    println!("cargo::rerun-if-changed=triggers");
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let mut resolve = wit_parser::Resolve::default();
    let (package, _) = resolve.push_dir(root.join("wit"))?;
    let interfaces = contract::read(&resolve, package)?;
    for (file, text) in [
        ("conversions.rs", glue::conversions(&interfaces)?),
        ("entries.rs", manifest::entries(&interfaces)?),
        ("exports.rs", glue::exports(&interfaces)?),
        ("allowed.rs", allowed::constants(&interfaces)?),
    ] {
        fs::write(out.join(file), text)?;
    }
    let actions = manifest::described(&interfaces)?;
    let typed: Vec<&str> = actions.iter().map(|action| action.id.as_str()).collect();
    let operations = operations::read(&root.join("operations"), &typed)?;
    fs::write(out.join("operations.bin"), pack::table(operations)?)?;
    fs::write(out.join("actions.bin"), pack::table(actions)?)?;
    let triggers = triggers::read(&root.join("triggers/webhooks.json"))?;
    fs::write(out.join("triggers.bin"), pack::table(triggers)?)?;
    if env::var("CARGO_CFG_TARGET_ARCH")? == "wasm32" {
        compress()?;
        println!("cargo::rustc-link-arg-cdylib=--initial-heap={HEAP_BYTES}");
        println!("cargo::rustc-link-arg-cdylib=-zstack-size={STACK_BYTES}");
    }
    Ok(())
}

/// Initial heap (`src/heap.rs`), in bytes: enough for a page of 50 contacts. Unwritten memory
/// costs only address space.
const HEAP_BYTES: usize = 1024 * 1024;

/// The stack, in bytes. The data follows it, and addresses below one mebibyte take a byte less
/// each: an eighth of a mebibyte is left for data.
const STACK_BYTES: usize = 896 * 1024;

/// Makes the linker encode addresses and function numbers in as few bytes as possible instead of
/// five each: a tenth of the component. Impossible in a module with debug information.
fn compress() -> Result<(), Box<dyn Error>> {
    if env::var("DEBUG")? == "false" {
        for argument in ["--compress-relocations", "--strip-debug"] {
            println!("cargo::rustc-link-arg-cdylib={argument}");
        }
    }
    Ok(())
}
