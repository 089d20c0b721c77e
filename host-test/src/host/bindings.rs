//! Host-side bindings of the contract in `wit/`, and nothing else.
#![allow(
    missing_docs,
    unsafe_code,
    clippy::all,
    reason = "generated code; the documentation is in wit/"
)]

wasmtime::component::bindgen!({
    path: "../wit",
    world: "connector",
    exports: { default: async },
    additional_derives: [PartialEq],
});
