//! Asks a person for the required inputs that a call lacks, as the manifest
//! describes them. Reads lines and writes text; knows no terminal and no
//! component.

use std::io::{self, BufRead, Write};

use serde_json::{Map, Value};

use connector_host::manifest::{Action, Choices, Field, FieldType, Requirement};
use connector_host::printable;

/// A value to choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// The value itself.
    pub value: String,
    /// What it is, for a person; empty where the value says it.
    pub label: String,
}

/// The first required input of `action` that `input` lacks; more may be
/// required once it is there.
pub fn missing<'a>(action: &'a Action, input: &Map<String, Value>) -> Option<&'a Field> {
    action
        .inputs
        .iter()
        .filter(|field| !field.name.contains('.'))
        .find(|field| is_required(field, input) && !input.contains_key(&field.name))
}

fn is_required(field: &Field, input: &Map<String, Value>) -> bool {
    match &field.required {
        Requirement::Optional => false,
        Requirement::Always => true,
        Requirement::When(condition) => condition.holds(input),
    }
}

/// The values of `field` to choose from: those that are fixed, or those in the
/// result of the action that lists them.
pub fn choices(field: &Field, listed: Option<&Value>) -> Vec<Choice> {
    let fixed = field.allowed.iter().map(|value| Choice {
        value: value.clone(),
        label: String::new(),
    });
    let listed = field.choices.as_ref().zip(listed);
    let listed = listed.map(|(choices, result)| from_result(choices, result));
    fixed.chain(listed.into_iter().flatten()).collect()
}

fn from_result(choices: &Choices, result: &Value) -> Vec<Choice> {
    let rows = result.get(&choices.rows).and_then(Value::as_array);
    let choice = |row: &Value| {
        let text = |key: &str| match row.get(key)? {
            Value::Null => None,
            Value::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        };
        Some(Choice {
            value: text(&choices.value)?,
            label: text(&choices.label).unwrap_or_default(),
        })
    };
    rows.into_iter().flatten().filter_map(choice).collect()
}

/// Asks for one input until the answer can be one; none when the answers end.
///
/// # Errors
///
/// When `answers` or `questions` breaks.
pub fn ask(
    field: &Field,
    choices: &[Choice],
    answers: &mut impl BufRead,
    questions: &mut impl Write,
) -> io::Result<Option<Value>> {
    describe(field, choices, questions)?;
    loop {
        write!(questions, "{}: ", field.name)?;
        questions.flush()?;
        let mut line = String::new();
        if answers.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        match value(field.kind, choices, line.trim()) {
            Ok(value) => return Ok(Some(value)),
            Err(expected) => writeln!(questions, "  give {expected}")?,
        }
    }
}

fn describe(field: &Field, choices: &[Choice], questions: &mut impl Write) -> io::Result<()> {
    writeln!(questions, "\n{}", field.title)?;
    if let Some(description) = &field.description {
        writeln!(questions, "  {description}")?;
    }
    if let Some(example) = &field.example {
        writeln!(questions, "  example: {example}")?;
    }
    for (Choice { value, label }, number) in choices.iter().zip(1..) {
        let choice = printable::line(&format!("{value}  {label}"));
        writeln!(questions, "  {number}) {}", choice.trim_end())?;
    }
    Ok(())
}

/// What an answer stands for, or what to give instead. The connector judges
/// what is more than a matter of form.
fn value(kind: FieldType, choices: &[Choice], answer: &str) -> Result<Value, &'static str> {
    let number = answer
        .parse::<usize>()
        .ok()
        .and_then(|number| number.checked_sub(1));
    let is_value = choices.iter().any(|choice| choice.value == answer);
    if let (Some(chosen), false) = (number.and_then(|index| choices.get(index)), is_value) {
        return Ok(chosen.value.clone().into());
    }
    let placeholder = answer.contains("{{") || answer.contains("<<");
    match kind {
        _ if answer.is_empty() => Err("a value; it is required"),
        FieldType::Text => Ok(answer.into()),
        FieldType::Flag if matches!(answer, "true" | "false") => Ok((answer == "true").into()),
        FieldType::Flag if !placeholder => Err("true or false"),
        FieldType::Flag => Ok(answer.into()),
        FieldType::Integer => answer
            .parse::<i64>()
            .map(Value::from)
            .map_err(|_| "a whole number"),
        FieldType::Number => answer
            .parse::<f64>()
            .map(Value::from)
            .map_err(|_| "a number"),
        FieldType::Json | FieldType::TextList | FieldType::Record | FieldType::RecordList => {
            match serde_json::from_str(answer) {
                Ok(json) => Ok(json),
                Err(_) if placeholder => Ok(answer.into()),
                Err(_) => Err("JSON, or a placeholder"),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use serde_json::json;

    use super::*;
    use connector_host::manifest::Condition;

    fn field(name: &str, kind: FieldType, required: Requirement) -> Field {
        Field {
            name: name.to_owned(),
            title: name.to_uppercase(),
            kind,
            required,
            templated: true,
            description: Some("What it is.".to_owned()),
            example: Some(json!("x")),
            ..Field::default()
        }
    }

    #[test]
    fn what_is_missing_depends_on_what_is_there() {
        let email = Requirement::When(Condition {
            field: "by".to_owned(),
            values: vec!["email".to_owned()],
        });
        let action = Action {
            inputs: vec![
                field("subject", FieldType::Text, email),
                field("note", FieldType::Text, Requirement::Optional),
                field("by", FieldType::Text, Requirement::Always),
                field("cc[].id", FieldType::Text, Requirement::Always),
            ],
            ..Action::default()
        };
        for (input, expected) in [
            (json!({}), Some("by")),
            (json!({ "by": "pigeon" }), None),
            (json!({ "by": "email" }), Some("subject")),
            (json!({ "by": "email", "subject": null }), None),
        ] {
            let found = missing(&action, input.as_object().unwrap());
            assert_eq!(found.map(|field| field.name.as_str()), expected, "{input}");
        }
    }

    #[test]
    fn choices_come_from_the_manifest_and_from_an_actions_result() {
        let result = json!({ "admins": [
            { "id": "7", "name": "Jo", "email": "jo@example.com", "away": true },
            { "id": 8, "name": null },
            { "name": "nobody" },
        ] });
        let owner = Field {
            choices: Some(Choices {
                action: "list-admins".to_owned(),
                input: json!({}),
                rows: "admins".to_owned(),
                value: "id".to_owned(),
                label: "name".to_owned(),
                search: None,
            }),
            ..field("owner", FieldType::Text, Requirement::Always)
        };
        let choice = |value: &str, label: &str| Choice {
            value: value.to_owned(),
            label: label.to_owned(),
        };
        assert_eq!(
            choices(&owner, Some(&result)),
            [choice("7", "Jo"), choice("8", "")]
        );
        assert_eq!(choices(&owner, Some(&json!([]))), []);
        assert_eq!(choices(&owner, None), []);
    }

    #[test]
    fn choices_do_not_steer_a_terminal() {
        let choices = [Choice {
            value: "7".to_owned(),
            label: "\u{1b}]0;Jo\n".to_owned(),
        }];
        let field = field("f", FieldType::Text, Requirement::Always);
        let mut asked = Vec::new();
        ask(&field, &choices, &mut "1\n".as_bytes(), &mut asked).unwrap();
        let asked = String::from_utf8(asked).unwrap();
        assert!(asked.contains("  1) 7  \\u001b]0;Jo\\u000a\n"), "{asked:?}");
    }

    #[test]
    fn answers_become_values() {
        let two = ["user", "7"].map(|value| Choice {
            value: value.to_owned(),
            label: String::new(),
        });
        let table = [
            (FieldType::Text, &[][..], "hello\n", Some(json!("hello"))),
            (FieldType::Text, &[], "", None),
            (FieldType::Text, &[], "\n\nhello\n", Some(json!("hello"))),
            (FieldType::Text, &two, "1\n", Some(json!("user"))),
            (FieldType::Text, &two, "7\n", Some(json!("7"))),
            (FieldType::Text, &two, "3\n", Some(json!("3"))),
            (FieldType::Text, &two, "0\n", Some(json!("0"))),
            (FieldType::Text, &two, "{{a.b}}\n", Some(json!("{{a.b}}"))),
            (FieldType::Flag, &[], "perhaps\ntrue\n", Some(json!(true))),
            (FieldType::Flag, &[], "<<a.b>>\n", Some(json!("<<a.b>>"))),
            (FieldType::Integer, &[], "x\n12\n", Some(json!(12))),
            (
                FieldType::Json,
                &[],
                "{\n{\"a\": 1}\n",
                Some(json!({ "a": 1 })),
            ),
            (FieldType::RecordList, &[], "{{a}}\n", Some(json!("{{a}}"))),
        ];
        for (kind, choices, answers, expected) in table {
            let field = field("f", kind, Requirement::Always);
            let mut asked = Vec::new();
            let value = ask(&field, choices, &mut answers.as_bytes(), &mut asked).unwrap();
            assert_eq!(value, expected, "{answers:?}");
            let asked = String::from_utf8(asked).unwrap();
            assert!(
                asked.starts_with("\nF\n  What it is.\n  example: \"x\"\n"),
                "{asked}"
            );
        }
    }
}
