//! The real component, its file and its contract, and the commands of the harness.

mod any_connector;
mod command_line;
mod conform;
mod hostile_sizes;
mod imports;
mod metadata;
mod preview;
mod replay;
mod schema;
mod schema_agrees;
mod schema_for_agents;
mod time;
mod typed;
mod webhook;
mod wit_versions;
