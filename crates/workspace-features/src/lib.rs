//! Empty. Its dependencies unify the features of the workspace's shared dependencies, so that
//! `cargo run -p host-test` and `cargo test --workspace` share one build of wasmtime. No library
//! depends on it.
