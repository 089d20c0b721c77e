//! Actions that a file defines.

use serde_json::json;

use super::outcome;

/// A file with one action that tags a contact; a byte order mark before it is ignored.
fn vip_actions() -> tempfile::NamedTempFile {
    let document = json!({ "openapi": "3.1.0", "paths": { "/contacts/{contact_id}/tags": { "post": {
        "operationId": "tag-as-vip",
        "description": "Adds the VIP tag to a contact.",
        "parameters": [
            { "name": "contact_id", "in": "path", "required": true, "schema": { "type": "string" } }
        ],
        "requestBody": { "required": true, "content": { "application/json": { "schema": {
            "type": "object",
            "properties": { "id": { "const": "{{settings.vip_tag}}" } },
        } } } },
    } } } });
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), format!("\u{feff}{document}")).unwrap();
    file
}

#[test]
fn actions_of_a_file_stand_beside_the_built_in_ones() {
    let file = vip_actions();
    let path = file.path().to_str().unwrap();
    let context = r#"WORKFLOW_CONTEXT={"settings": {"vip_tag": "812345"}}"#;
    let table: [(&[&str], &str); 4] = [
        (
            &["catalogue", "vip"],
            "  tag-as-vip  Adds the VIP tag to a contact.\n",
        ),
        (
            &["describe", "tag-as-vip"],
            "  contact_id  text (id), required\n",
        ),
        (&["manifest", "--schema", "tag-as-vip"], "\"contact_id\""),
        (
            &[
                "preview",
                "tag-as-vip",
                "--input",
                r#"{"contact_id": "7"}"#,
                "--env",
                context,
            ],
            "\n\n{\"id\":\"812345\"}\n",
        ),
    ];
    for (arguments, part) in table {
        let (status, out, error) = outcome(&[arguments, &["--actions", path]].concat());
        assert_eq!((status, error.as_str()), (0, ""), "{arguments:?}");
        assert!(out.contains(part), "{part} is not in:\n{out}");
        // Without the file there is no such action.
        assert_eq!(outcome(arguments).0, 1, "{arguments:?}");
    }
    let both = [
        "catalogue",
        "--actions",
        path,
        "--env",
        "WORKFLOW_ACTIONS={}",
    ];
    let error = "--actions: --env also sets WORKFLOW_ACTIONS; give one of them\n";
    assert_eq!(outcome(&both), (1, String::new(), error.to_owned()));
}

#[test]
fn actions_check_lists_the_actions_or_all_problems() {
    let file = vip_actions();
    let path = file.path().to_str().unwrap();
    let list = "Custom\n  tag-as-vip  Adds the VIP tag to a contact.\n";
    let checked = outcome(&["actions", "check", path]);
    assert_eq!(checked, (0, list.to_owned(), String::new()));

    let wrong = json!({ "openapi": "3.1.0", "paths": { "/tags": {
        "get": { "operationId": "list-tags" },
        "post": { "operationId": "make-tag", "callback": {} },
    } } });
    std::fs::write(file.path(), wrong.to_string()).unwrap();
    let (status, out, error) = outcome(&["actions", "check", path]);
    assert_eq!((status, out.as_str()), (1, ""));
    let places: Vec<_> = error
        .lines()
        .map(|line| line.split(": ").nth(1).unwrap())
        .collect();
    assert_eq!(
        places,
        [
            "/paths/~1tags/get/operationId",
            "/paths/~1tags/post/callback"
        ],
        "{error}"
    );
    assert!(
        error
            .lines()
            .all(|line| line.starts_with(path) && line.contains("; ")),
        "{error}"
    );

    // Elsewhere problems are reported, and stop nothing.
    let (status, out, error) = outcome(&["catalogue", "tags", "--actions", path]);
    assert_eq!(status, 0, "{error}");
    assert!(out.contains("list-tags"), "{out}");
    assert!(
        error.starts_with("WORKFLOW_ACTIONS: /paths/~1tags/get/operationId: "),
        "{error}"
    );

    std::fs::remove_file(file.path()).unwrap();
    let (status, _, error) = outcome(&["actions", "check", path]);
    assert_eq!(status, 1);
    let start = format!("actions check: could not read {path}: ");
    assert!(error.starts_with(&start), "{error}");
}
