//! The harness: runs the real component in a real wasmtime sandbox, against
//! recorded exchanges or the live API.
//!
//! | Room | What it is for |
//! |---|---|
//! | [`build`] | turns the connector crate into `target/intercom.wasm`, and says what it is made of |
//! | [`host`] | what an engine would take over: engine, component cache, sandbox, transport; it knows nothing of fixtures |
//! | [`fixtures`] | HAR files, cases, replay, recording and redaction, reports |
//! | [`openapi`] | Intercom's published API description as a judge of requests |
//! | [`doubles`] | servers on the loopback that stand in for Intercom |
//! | [`load`] | many calls at once, and what each costs |
//! | [`resilience`] | the component against a server that misbehaves: the fault matrix, the soak |
//! | [`render`] | a manifest and requests as others read them: JSON Schema, reference page, HTTP, curl |
//! | [`connections`] | tokens that a person has given, and where they are kept |
//! | [`prompt`] | asks a person for inputs that are missing |
//! | `process` | what the system says this process holds |
//! | [`logging`] | what is logged, and how |
//! | [`printable`] | others' text for a terminal |
//! | [`commands`] | the subcommands, one file each, no logic of their own |

mod atomic;
pub mod build;
pub mod commands;
pub mod connections;
pub mod doubles;
pub mod fixtures;
mod hex;
pub mod host;
pub mod load;
pub mod logging;
pub mod openapi;
pub mod printable;
mod process;
pub mod prompt;
mod random;
pub mod render;
pub mod resilience;
