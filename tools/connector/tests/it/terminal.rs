//! What only a terminal shows.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::io::ErrorKind;
use std::process::Command;

use crate::connector;

#[test]
fn ctrl_c_at_the_token_s_prompt_gives_the_terminal_back() {
    let root = tempfile::tempdir().unwrap();
    let connect = connector(&["connect"]);
    // Python has pseudo-terminals without unsafe code.
    let mut python = Command::new("python3");
    python
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/interrupt.py"))
        .arg("INTERCOM_ACCESS_TOKEN: ")
        .arg(connect.get_program())
        .args(connect.get_args())
        .arg("--component")
        .arg(&test_support::artifact().component)
        .env_remove("INTERCOM_ACCESS_TOKEN")
        .env("CONNECTOR_CONNECTIONS", root.path());
    let output = match python.output() {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            eprintln!("left out: there is no python3");
            return;
        }
        output => output.unwrap(),
    };
    let (out, error) = (output.stdout, String::from_utf8_lossy(&output.stderr));
    assert_eq!(
        String::from_utf8_lossy(&out),
        "asking: hidden\nended: shown\nstatus: 130\n",
        "{error}"
    );
}
