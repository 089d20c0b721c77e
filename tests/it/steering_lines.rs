//! The build reads the lines of WIT comments that steer, and fails where one is not
//! what `wit/README.md` says.
#![allow(clippy::unwrap_used)]

/// The build's own readers.
#[allow(dead_code, reason = "the build uses all of it")]
#[path = "../../build"]
mod build {
    pub mod contract;
    pub mod docs;
    pub mod glue;
    pub mod manifest;
    pub mod names;
}

/// What the build packs of one action with this comment, whose input has a field with
/// that one; or why it fails.
fn built(action: &str, field: &str) -> Result<String, String> {
    let wit = format!(
        "package t:t@1.0.0;
        interface things {{
            type text = string;
            type json = string;
            record act-input {{
                /// How.
                ///
                /// {field}
                how: option<text>,
                /// What.
                what: json,
            }}
            record act-output {{
                /// When.
                ///
                /// Format: `date-time`
                at: option<s64>,
            }}
            /// Acts.
            ///
            /// {action}
            act: func(input: act-input) -> result<act-output>;
        }}
        world w {{ export things; }}"
    );
    let mut resolve = wit_parser::Resolve::default();
    let package = resolve.push_str("t.wit", &wit).unwrap();
    let interfaces = build::contract::read(&resolve, package);
    let described = interfaces.and_then(|interfaces| build::manifest::described(&interfaces));
    described
        .map(|actions| format!("{actions:?}"))
        .map_err(|error| error.to_string())
}

/// What is packed with this line at the field.
fn field(line: &str) -> Result<String, String> {
    built("Effect: `read`", line)
}

#[test]
fn each_line_comes_into_the_table() {
    let choices = "Choices: `list` rows `admins` value `id` label `name` search `words` input `{}`";
    for (line, part) in [
        ("Format: `email`", r#"format: "email""#),
        // A bit for each, in the order of the contract's `json-types`.
        ("Also: `integer`, `null`", "also: 66"),
        (
            "Only when: what is `a`",
            r#"applies_when: Condition { field: "what", values: ["a"] }"#,
        ),
        (
            "Required when: what is `a`, `b`",
            r#"required: false, required_when: Condition { field: "what", values: ["a", "b"] }"#,
        ),
        ("Default: `7`", r#"default: "7""#),
        (r#"Example: `"a: b"`"#, r#"example: "\"a: b\"""#),
        ("Allowed: `a`, `b`", r#"allowed: ["a", "b"]"#),
        (choices, r#"input: "{}", rows: "admins", value: "id""#),
        (choices, r#"label: "name", search: "words""#),
        ("Lines: 3", "lines: 3"),
        ("Advanced: yes", "advanced: true"),
        (
            "Which is it: `a`?",
            r#"description: "How.\n\nWhich is it: `a`?""#,
        ),
    ] {
        let table = field(line);
        assert!(
            table.as_ref().is_ok_and(|table| table.contains(part)),
            "{line}: {table:?}"
        );
    }
}

#[test]
fn an_action_has_an_effect_and_perhaps_more() {
    let table = built(
        "Effect: `write-once`\n/// Destructive: yes\n/// Permissions: `a`, `b or c`",
        "",
    );
    let expected =
        r#"group: "Things", effect: WriteOnce, destructive: true, permissions: ["a", "b or c"]"#;
    assert!(
        table.as_ref().is_ok_and(|table| table.contains(expected)),
        "{table:?}"
    );
    for (lines, complaint) in [
        ("", "Effect: is missing"),
        ("Effect: `reads`", "Effect: reads is not an effect"),
        (
            "Effect: `read`, `write-once`",
            "Effect: needs one value, not 2",
        ),
        ("Effect: `read`\n/// Effect: `read`", "is duplicated"),
        (
            "Effect: `read`\n/// Destructive: `yes`",
            "Destructive: `yes`: give yes",
        ),
        (
            "Effect: `read`\n/// Format: `email`",
            "Format: is not a steering line",
        ),
    ] {
        let error = built(lines, "").unwrap_err();
        assert!(
            error.starts_with("things.act: ") && error.contains(complaint),
            "{error}"
        );
    }
}

#[test]
fn a_line_without_its_form_fails_the_build() {
    for (line, complaint) in [
        ("Formats: `email`", "Formats: is not a steering line"),
        ("Effect: `read`", "Effect: is not a steering line"),
        ("Format: email", "Format: email: give values in back-quotes"),
        ("Format: `email", "give values in back-quotes"),
        ("Format: `emails`", "Format: emails is not one of this type"),
        ("Also: `json`", "Also: json is not one of"),
        ("Also: `integer` and `null`", "separated by commas"),
        ("Only when: what", "Only when: what: give a field, `is`"),
        ("Only when: who is `a`", "names who, which does not exist"),
        (
            "Required when: who is `a`",
            "names who, which does not exist",
        ),
        (
            "Choices: `list-admins`",
            "Choices: `list-admins`: give `action` rows",
        ),
        (
            "Choices: `a` rows `b` value `c` label `d` hint `e`",
            "give `action` rows",
        ),
        ("Lines: many", "Lines: many: give a number"),
        ("Lines: 0", "Lines: 0: give a number"),
        ("Advanced: no", "Advanced: no: give yes"),
        ("Required: yes", "is for a list of records"),
    ] {
        let error = field(line).unwrap_err();
        assert!(
            error.contains("how: ") && error.contains(complaint),
            "{line}: {error}"
        );
    }
}
