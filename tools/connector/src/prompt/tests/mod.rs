//! Forms of invented connectors, filled in by scripts.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod script;

use std::io::ErrorKind;

use serde_json::{Value, json};

use connector_host::manifest::{Choices, Condition, Field, FieldType, Requirement};
use script::{END, Form};

fn required(name: &str) -> Field {
    Field {
        required: Requirement::Always,
        ..optional(name)
    }
}

fn optional(name: &str) -> Field {
    Field {
        name: name.to_owned(),
        title: name.to_uppercase(),
        templated: true,
        lines: 1,
        ..Field::default()
    }
}

/// A pet, listed by an action.
fn pet(action: &str, search: Option<&str>) -> Field {
    Field {
        choices: Some(Choices {
            action: action.to_owned(),
            input: json!({ "tame": true }),
            rows: "pets".to_owned(),
            value: "id".to_owned(),
            label: "name".to_owned(),
            search: search.map(str::to_owned),
        }),
        ..required("pet")
    }
}

#[tokio::test]
async fn a_form_asks_for_what_is_required_and_applies() {
    let subject = Field {
        required: Requirement::When(Condition {
            field: "by".to_owned(),
            values: vec!["email".to_owned()],
        }),
        ..optional("subject")
    };
    let by = Field {
        allowed: vec!["email".to_owned(), "post".to_owned()],
        description: Some("How it travels.".to_owned()),
        example: Some(json!("post")),
        ..required("by")
    };
    let inputs = [subject, optional("note"), by, required("to")];
    let by_email = Form::of(&inputs).answer(&["1", "", "Hello", "Jo's"]).await;
    assert_eq!(
        by_email.input.unwrap(),
        json!({ "by": "email", "subject": "Hello", "to": "Jo's" })
    );
    assert_eq!(
        by_email.shown,
        "\nBY\n  How it travels.\n  example: post\n  1) email\n  2) post\nby: 1\n\
         \nSUBJECT\nsubject: \n  give a value; it is required\nsubject: Hello\n\
         \nTO\nto: Jo's\n\
         \nto repeat it:\n--input '{\"by\":\"email\",\"subject\":\"Hello\",\"to\":\"Jo'\\''s\"}'\n\n"
    );
    let by_post = Form::of(&inputs).answer(&["2", "Jo"]).await;
    assert_eq!(by_post.input.unwrap(), json!({ "by": "post", "to": "Jo" }));
}

#[tokio::test]
async fn there_is_no_prompt_if_nothing_is_missing() {
    let form = Form {
        given: json!({ "to": "Jo" }),
        find: |_| vec![("note", "is not given")],
        ..Form::of(&[required("to"), optional("note")])
    };
    let filled = form.answer(&[]).await;
    assert_eq!(filled.input.unwrap(), json!({ "to": "Jo" }));
    assert_eq!(filled.shown, "");
}

#[tokio::test]
async fn optional_inputs_are_prompted_for_on_demand_and_may_be_left_out() {
    let loud = Field {
        kind: FieldType::Flag,
        default_value: Some(json!(false)),
        advanced: true,
        ..optional("loud")
    };
    let form = Form {
        optional: true,
        ..Form::of(&[required("to"), loud.clone(), optional("note")])
    };
    let filled = form.answer(&["Jo", "", "y"]).await;
    assert_eq!(filled.input.unwrap(), json!({ "to": "Jo", "note": "y" }));
    assert!(
        filled.shown.contains("\nLOUD (optional)\nloud [n]: \n"),
        "{}",
        filled.shown
    );
    let must = Field {
        required: Requirement::Always,
        ..loud
    };
    let filled = Form::of(&[must]).answer(&[""]).await;
    assert_eq!(filled.input.unwrap(), json!({ "loud": false }));
}

#[tokio::test]
async fn the_component_s_problems_stand_beside_their_field() {
    let form = || Form {
        find: |input| match input["day"].as_str() {
            Some("2026-11-29" | "{{trigger.day}}") => vec![("to", "is not given")],
            _ => vec![
                ("day", "is no date; give one such as 2026-11-29"),
                ("to", "is not given"),
            ],
        },
        ..Form::of(&[
            Field {
                format: Some("date-time".to_owned()),
                ..required("day")
            },
            required("to"),
        ])
    };
    let filled = form().answer(&["soon", "2026-11-29", "Jo", ""]).await;
    assert_eq!(
        filled.input.unwrap(),
        json!({ "day": "2026-11-29", "to": "Jo" })
    );
    let again = "day: soon\n  day: is no date; give one such as 2026-11-29\n  \
                 give another value; an empty answer keeps this one\nday [soon]: 2026-11-29\n\nTO\n";
    assert!(filled.shown.contains(again), "{}", filled.shown);
    // The component's problem may be due to another input, so the value can be kept.
    let filled = form().answer(&["soon", "", "Jo", ""]).await;
    assert_eq!(filled.input.unwrap(), json!({ "day": "soon", "to": "Jo" }));
    let filled = form().answer(&["{{trigger.day}}", "Jo", ""]).await;
    assert_eq!(filled.input.unwrap()["day"], "{{trigger.day}}");
}

#[tokio::test]
async fn conditionally_required_inputs_are_prompted_for_at_the_end() {
    let form = || Form {
        find: |input| match input.get("email") {
            None => vec![("email", "is not given, and a user needs one")],
            Some(_) => Vec::new(),
        },
        ..Form::of(&[required("role"), optional("email"), optional("name")])
    };
    let filled = form().answer(&["user", "jo@example.com"]).await;
    assert_eq!(
        filled.input.unwrap(),
        json!({ "role": "user", "email": "jo@example.com" })
    );
    let asked = "\nEMAIL\n  email: is not given, and a user needs one\nemail: ";
    assert!(filled.shown.contains(asked), "{}", filled.shown);
    // The component decides.
    let filled = form().answer(&["user", ""]).await;
    assert_eq!(filled.input.unwrap(), json!({ "role": "user" }));
}

#[tokio::test]
async fn choices_are_listed_by_an_action() {
    let filled = Form::of(&[pet("list-pets", None)]).answer(&["2"]).await;
    assert_eq!(filled.input.unwrap(), json!({ "pet": "42" }));
    assert_eq!(filled.listed, [json!({ "tame": true })]);
    assert!(
        filled.shown.contains("  1) 41  Rex\n  2) 42  Tom\npet: 2"),
        "{}",
        filled.shown
    );
    let number = Field {
        kind: FieldType::Integer,
        ..pet("list-pets", None)
    };
    let filled = Form::of(&[number]).answer(&["2"]).await;
    assert_eq!(filled.input.unwrap(), json!({ "pet": 42 }));
    let filled = Form::of(&[pet("list-cars", None)]).answer(&["7"]).await;
    assert_eq!(filled.input.unwrap(), json!({ "pet": "7" }));
    let failed = "  no choices: list-cars: no such list; any value is accepted\npet: 7";
    assert!(filled.shown.contains(failed), "{}", filled.shown);
}

#[tokio::test]
async fn choices_that_can_be_searched_are_searched_first() {
    let searched = || Form::of(&[pet("list-pets", Some("name"))]);
    let filled = searched().answer(&["re", "?", "", "1"]).await;
    assert_eq!(filled.input.unwrap(), json!({ "pet": "41" }));
    assert_eq!(
        filled.listed,
        [
            json!({ "tame": true, "name": "re" }),
            json!({ "tame": true })
        ]
    );
    let filled = searched().answer(&["{{trigger.pet}}"]).await;
    assert_eq!(filled.input.unwrap(), json!({ "pet": "{{trigger.pet}}" }));
    assert_eq!(filled.listed, [Value::Null; 0]);
}

#[tokio::test]
async fn long_texts_end_with_a_dot_or_the_end_of_the_input() {
    let body = Field {
        format: Some("html".to_owned()),
        ..required("body")
    };
    for (answers, expected) in [
        (&["<p>", "", "</p>", "."][..], Some("<p>\n\n</p>")),
        (&["one", END], Some("one")),
        (&[".", "", "one", "."], Some("one")),
        (&[END], None),
    ] {
        let filled = Form::of(std::slice::from_ref(&body)).answer(answers).await;
        match (filled.input, expected) {
            (Ok(input), Some(expected)) => assert_eq!(input, json!({ "body": expected })),
            (Err(error), None) => assert_eq!(error.kind(), ErrorKind::UnexpectedEof),
            (input, _) => panic!("{answers:?}: {input:?}"),
        }
    }
}

#[tokio::test]
async fn secrets_stay_hidden() {
    let code = Field {
        format: Some("secret".to_owned()),
        ..required("code")
    };
    let form = Form {
        find: |input| match input["code"].as_str() {
            Some("hush") => Vec::new(),
            _ => vec![("code", "is none")],
        },
        ..Form::of(&[code])
    };
    let filled = form.answer(&["hash", "hush"]).await;
    assert_eq!(filled.input.unwrap(), json!({ "code": "hush" }));
    assert!(filled.shown.contains("\ncode [unchanged]: \n"));
    for secret in ["hash", "hush"] {
        assert!(!filled.shown.contains(secret), "{}", filled.shown);
    }
}

#[tokio::test]
async fn lists_of_records_are_prompted_for_record_by_record() {
    let cc = |requirement: fn(&str) -> Field| {
        let list = Field {
            kind: FieldType::RecordList,
            ..requirement("cc")
        };
        let name = Field {
            required: Requirement::Optional,
            ..optional("cc[].name")
        };
        [list, required("cc[].id"), name]
    };
    let form = Form {
        find: |input| match input["cc"][1]["id"].as_str() {
            Some("x") => vec![("cc[1].id", "is no id"), ("cc[1].name", "is missing")],
            _ => Vec::new(),
        },
        ..Form::of(&cc(required))
    };
    let filled = form.answer(&["", "7", "y", "x", "8", ""]).await;
    assert_eq!(
        filled.input.unwrap(),
        json!({ "cc": [{ "id": "7" }, { "id": "8" }] })
    );
    let asked = "cc: another? [y/N] y\n\nCC[].ID\ncc[1].id: x\n  cc[1].id: is no id\n";
    assert!(filled.shown.contains(asked), "{}", filled.shown);
    let all = |answers: &'static [&'static str]| {
        let form = Form {
            optional: true,
            ..Form::of(&cc(optional))
        };
        form.answer(answers)
    };
    for (answers, expected) in [
        (&["n"][..], json!({})),
        (&["{{trigger.cc}}"], json!({ "cc": "{{trigger.cc}}" })),
        (&[r#"[{"id": 7}]"#], json!({ "cc": [{ "id": 7 }] })),
        (&["y", "7", "", "no"], json!({ "cc": [{ "id": "7" }] })),
    ] {
        assert_eq!(all(answers).await.input.unwrap(), expected, "{answers:?}");
    }
}

#[tokio::test]
async fn a_record_is_prompted_for_field_by_field() {
    let place = Field {
        kind: FieldType::Record,
        ..required("place")
    };
    let inputs = [place, optional("place.city"), optional("place.street")];
    let filled = Form::of(&inputs).answer(&["y", "Oslo", ""]).await;
    assert_eq!(
        filled.input.unwrap(),
        json!({ "place": { "city": "Oslo" } })
    );
}

#[tokio::test]
async fn the_end_of_the_input_aborts() {
    let filled = Form::of(&[required("to")]).answer(&[END]).await;
    assert_eq!(filled.input.unwrap_err().kind(), ErrorKind::UnexpectedEof);
}
