//! Tiny components, each for one purpose.

use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

/// The result `ok("1")`, in the canonical ABI at address 64.
pub const OK: &str = "
    (i32.store8 (i32.const 64) (i32.const 0))
    (i32.store (i32.const 72) (i32.const 128))
    (i32.store (i32.const 76) (i32.const 1))
    (i32.store8 (i32.const 128) (i32.add (i32.const 49) (global.get $calls)))
    (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
    (i32.const 64)";

/// A component whose `invoke` has this body, in WebAssembly text.
pub fn component(body: &str) -> Vec<u8> {
    let module = format!(
        r#"(module
            (memory (export "memory") 1)
            (global $calls (mut i32) (i32.const 0))
            (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
                (i32.const 1024))
            (func $invoke (export "workflow:plugin/plugin@0.2.0#invoke")
                (param i32 i32 i32 i32) (result i32)
                {body})
            (func (export "workflow:plugin/plugin@0.2.0#manifest") (result i32)
                unreachable)
            (func (export "workflow:plugin/plugin@0.2.0#catalogue")
                (param i32 i32 i32 i32 i32 i32 i32) (result i32)
                unreachable)
            (func (export "workflow:plugin/plugin@0.2.0#describe")
                (param i32 i32) (result i32)
                unreachable)
            (func (export "workflow:plugin/plugin@0.2.0#problems") (result i32)
                unreachable)
            (func (export "workflow:plugin/plugin@0.2.0#preview")
                (param i32 i32 i32 i32) (result i32)
                unreachable)
            (func (export "workflow:plugin/plugin@0.2.0#invoke-defined")
                (param i32 i32 i32 i32 i32 i32) (result i32)
                unreachable)
            (func (export "workflow:plugin/plugin@0.2.0#preview-defined")
                (param i32 i32 i32 i32 i32 i32) (result i32)
                unreachable)
            (func $recurse (call $recurse))
            (func $inner unreachable))"#
    );
    let mut module = wat::parse_str(module).unwrap();
    let mut resolve = Resolve::default();
    let contract = host_test::build::workspace().join("wit/deps/workflow-plugin");
    resolve.push_path(contract).unwrap();
    let world = "package t:t; world w {
        export workflow:plugin/types@0.2.0;
        export workflow:plugin/plugin@0.2.0;
    }";
    let package = resolve.push_str("world.wit", world).unwrap();
    let world = resolve.select_world(&[package], Some("w")).unwrap();
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).unwrap();
    let encoder = ComponentEncoder::default()
        .debug_names(true)
        .module(&module);
    encoder.unwrap().encode().unwrap()
}

/// Grows memory to `pages` of 64 KiB, and traps if that is refused.
pub fn grow_to(pages: usize) -> String {
    let more = pages - 1;
    format!("(if (i32.eq (memory.grow (i32.const {more})) (i32.const -1)) (then unreachable)) {OK}")
}
