//! Rules for every command line of this workspace.

use std::process::{Command, Stdio};

/// The width of a terminal, in columns.
const COLUMNS: usize = 80;

/// Checks that the help of a command and of its subcommands fits a terminal, without wrapped
/// examples.
pub fn assert_help_fits(command: &clap::Command) {
    let mut command = command.clone();
    command.build();
    assert_fits(&command);
}

fn assert_fits(command: &clap::Command) {
    let name = command.get_name();
    let help = command.clone().render_long_help().to_string();
    let after = command.get_after_help().map(ToString::to_string);
    let after = after.unwrap_or_default();
    let examples = after.lines().filter(|line| line.starts_with("  "));
    for line in help.lines().chain(examples) {
        assert!(line.chars().count() <= COLUMNS, "{name} --help: {line}");
    }
    command.get_subcommands().for_each(assert_fits);
}

/// Runs a command whose standard output is closed; it must end silently.
pub fn assert_quiet_without_a_reader(command: &mut Command) {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    command.stdin(Stdio::null()).stdout(writer);
    let output = command.stderr(Stdio::piped()).output().unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{command:?}: {error}");
    assert_eq!(error, "", "{command:?}");
}
