//! The commands as a person meets them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::process::Command;

use test_support::command_line::assert_quiet_without_a_reader;

fn lab(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lab"));
    command.args(arguments);
    if arguments != ["serve"] {
        let component = &test_support::artifact().component;
        command.arg("--component").arg(component);
    }
    command
}

#[test]
fn a_reader_that_has_gone_ends_it_quietly() {
    for arguments in [
        &["faults", "none"][..],
        &["bench", "--calls", "1", "--no-socket", "--no-memory"],
        &["soak", "--for", "10ms", "--in-flight", "1"],
        &["serve"],
    ] {
        assert_quiet_without_a_reader(&mut lab(arguments));
    }
}

#[test]
fn the_fault_table_fits_a_terminal() {
    // Writes that may not be sent again end otherwise than reads.
    let output = lab(&["faults", "reset-unread"]).output().unwrap();
    let out = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{out}");
    let lines: Vec<&str> = out.lines().collect();
    assert!(lines.iter().all(|line| line.chars().count() <= 80), "{out}");
    assert_eq!(
        lines[0].split_whitespace().collect::<Vec<_>>(),
        ["fault", "ended", "actions"]
    );
    assert!(
        lines[1].starts_with("reset-unread  !unknown ×1  create-contact, "),
        "{out}"
    );
    assert!(out.contains("network ×3   the others\n\n"), "{out}");
    assert!(!out.contains('\x1b'), "{out}");
}
