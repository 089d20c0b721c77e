//! Empty. Its dependencies name the features that the workspace's shared
//! dependencies have when all of it is built, so that `cargo run -p host-test` and
//! `cargo test --workspace` share one build of wasmtime. No library depends on it.
