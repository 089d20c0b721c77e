//! The commands as a person meets them, against servers on the loopback.

mod any_connector;
mod command_line;
mod connect;
mod double;
mod flow;
mod hostile_call;
mod import;
mod listen;
mod logs;
mod mcp;
mod playground;
mod prompts;
mod record;
mod recording;
mod redaction;
mod release;
mod sbom;
mod scan;
mod terminal;

use std::process::{Command, Stdio};

use serde_json::Value;

/// The program, with none of this process's variables for a connector.
fn connector(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_connector"));
    command.args(arguments);
    let is_ours = |name: &String| name.starts_with("INTERCOM_") || name.starts_with("WORKFLOW_");
    for name in std::env::vars().map(|(name, _)| name).filter(is_ours) {
        command.env_remove(name);
    }
    command.env("CONNECTOR_CONNECTIONS", "/nonexistent");
    command.stdin(Stdio::null());
    command
}

/// Whether `found` has all of `shown`: a page leaves out what its reader does not need.
fn shows(shown: &Value, found: &Value) -> bool {
    match (shown, found) {
        (Value::Object(shown), Value::Object(found)) => shown
            .iter()
            .all(|(key, value)| found.get(key).is_some_and(|it| shows(value, it))),
        (Value::Array(shown), Value::Array(found)) => {
            shown.len() == found.len() && shown.iter().zip(found).all(|(a, b)| shows(a, b))
        }
        _ => shown == found,
    }
}
