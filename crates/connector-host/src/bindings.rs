//! Bindings of the generic part of the contract, which every engine needs. A connector without
//! triggers lacks the last interface, so each interface is loaded separately.
#![allow(
    missing_docs,
    unsafe_code,
    clippy::all,
    reason = "generated code; the documentation is in wit/"
)]

wasmtime::component::bindgen!({
    path: "../../wit/deps/workflow-plugin",
    inline: "
        package host:host;
        world connector {
            export workflow:plugin/types@0.2.0;
            export workflow:plugin/plugin@0.2.0;
            export workflow:plugin/triggers@0.2.0;
        }
    ",
    exports: { default: async },
    additional_derives: [PartialEq],
});

pub use exports::workflow::plugin::{plugin, triggers, types};
