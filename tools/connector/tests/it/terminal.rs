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

/// What `call authorize-url --log info` shows on a terminal. `None` without Python.
fn log_on_a_terminal(variables: &[(&str, &str)]) -> Option<String> {
    let mut python = Command::new("python3");
    python
        .args(["-c", "import pty, sys; pty.spawn(sys.argv[1:])"])
        .arg(env!("CARGO_BIN_EXE_connector"))
        .args(["call", "authorize-url", "--log", "info", "--component"])
        .arg(&test_support::artifact().component)
        .args(["--input", r#"{"state": "s-1"}"#])
        .env("INTERCOM_CLIENT_ID", "client")
        .env("TERM", "xterm");
    // Each of these has a say in colours, too.
    for variable in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "CI"] {
        python.env_remove(variable);
    }
    python.envs(variables.iter().copied());
    match python.output() {
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        output => Some(String::from_utf8_lossy(&output.unwrap().stdout).into_owned()),
    }
}

#[test]
fn a_log_is_coloured_unless_the_user_turned_colours_off() {
    for (variables, coloured) in [
        (&[][..], true),
        (&[("NO_COLOR", "1")], false),
        (&[("TERM", "dumb")], false),
    ] {
        let Some(shown) = log_on_a_terminal(variables) else {
            eprintln!("left out: there is no python3");
            return;
        };
        assert!(shown.contains("ended"), "{shown}");
        assert_eq!(shown.contains('\u{1b}'), coloured, "{variables:?}: {shown}");
    }
}
