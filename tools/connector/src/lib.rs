//! The command line for people: call actions, connect to a workspace, record cases, and generate
//! the pages that derive from the contract.
//!
//! | Module | What it is for |
//! |---|---|
//! | [`commands`] | the subcommands, one file each: arguments in, text out |
//! | [`connections`] | tokens that a person has given, and where they are kept |
//! | [`listen`] | receives webhooks on this machine |
//! | [`playground`] | a page on which people try actions |
//! | [`mcp`] | serves the actions to agents |
//! | [`prompt`] | asks a person for inputs that are missing |
//! | [`record`] | writes cases from real exchanges |
//! | [`redaction`] | takes secrets and personal data out of a recording, and finds them in files |
//! | [`recording`] | what was sent and received, before it is a case |
//! | [`reference_page`](reference_page()) | the manifest as a page to read |
//! | [`operations_page`](operations_page()) | all actions as a page to read |
//! | [`messages_page`] | all error messages as a page to read |
//! | [`bill_of_materials`] | the crates in a component, as CycloneDX |
//! | [`release`] | all that users of a connector download |
//! | [`logging`] | what is logged, and how |

pub mod commands;
pub mod connections;
mod hidden_prompt;
pub mod listen;
pub mod logging;
pub mod mcp;
pub mod messages_page;
mod operations_page;
pub mod playground;
mod program;
pub mod prompt;
pub mod record;
pub mod recording;
pub mod redaction;
mod reference_page;
pub mod release;
mod sbom;
mod sha256;
mod template_text;

pub use operations_page::page as operations_page;
pub use reference_page::page as reference_page;
pub use sbom::bill_of_materials;
