//! A component of another version of the contract is refused by name.
#![allow(clippy::unwrap_used)]

use connector_host::{ConnectorPre, Engine, Limits};
use wasmtime::component::Component;

/// What the host says of a component that exports these interfaces, empty ones.
fn refusal(exports: &[&str]) -> String {
    let exports: String = exports
        .iter()
        .map(|name| format!(r#"(export "{name}" (instance $empty))"#))
        .collect();
    let text = format!("(component (instance $empty) {exports})");
    let engine = Engine::new().unwrap();
    let component = Component::new(engine.wasmtime(), wat::parse_str(text).unwrap()).unwrap();
    match ConnectorPre::new(&engine, &component, Limits::default()) {
        Ok(_) => "nothing".to_owned(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn another_version_is_named_with_the_host_s_and_the_guide() {
    for version in ["0.1.0", "0.1.7", "0.3.0", "1.0.0"] {
        let error = refusal(&[
            &format!("workflow:plugin/types@{version}"),
            &format!("workflow:plugin/plugin@{version}"),
        ]);
        let expected = format!("exports workflow:plugin@{version}, and this host calls 0.2.0");
        assert!(error.contains(&expected), "{error}");
        assert!(error.contains("docs/versions.md"), "{error}");
    }
}

#[test]
fn beside_the_right_version_another_one_does_no_harm() {
    let both = [
        "workflow:plugin/plugin@0.1.0",
        "workflow:plugin/plugin@0.2.3",
    ];
    let error = refusal(&both);
    assert!(!error.contains("this host calls"), "{error}");
}

#[test]
fn without_any_version_the_missing_export_is_named() {
    let error = refusal(&["other:package/plugin@0.1.0"]);
    assert!(
        error.contains("no exported instance named `workflow:plugin/"),
        "{error}"
    );
    assert!(!error.contains("this host calls"), "{error}");
}
