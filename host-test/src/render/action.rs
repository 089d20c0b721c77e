//! Formats the description of an action for people.

use command_output::hanging;
use connector_host::manifest::{Action, Condition, Effect, Field, JsonType, Requirement};
use connector_host::printable;
use serde::Serialize;

/// An action's effect, needs, inputs and outputs.
pub fn action(action: &Action) -> String {
    let mut text = format!("{}: {} ({})\n", action.id, action.title, action.group);
    if let Some(description) = &action.description {
        text.push('\n');
        for paragraph in description.split("\n\n") {
            text.push_str(&labelled("  ", paragraph));
        }
    }
    text.push('\n');
    for (label, fact) in facts(action) {
        text.push_str(&labelled(&format!("  {label:<12} "), &fact));
    }
    text.push_str(&fields("inputs", &action.inputs, input));
    text.push_str(&fields("outputs", &action.outputs, output));
    printable::lines(&text)
}

/// A label with wrapped text beside it.
fn labelled(label: &str, text: &str) -> String {
    format!("{}\n", hanging(label, text))
}

fn facts(action: &Action) -> Vec<(&'static str, String)> {
    let meaning = match action.effect {
        Effect::Read => "it changes nothing",
        Effect::WriteIdempotent => "a retry leaves the same result",
        Effect::WriteOnce => "a retry may take effect twice",
    };
    let mut facts = vec![("effect", format!("{}: {meaning}", name(&action.effect)))];
    if action.destructive {
        facts.push(("destructive", "it may delete".to_owned()));
    }
    let lists = [
        ("variables", &action.variables),
        ("permissions", &action.permissions),
    ];
    let lists = lists.into_iter().filter(|(_, names)| !names.is_empty());
    facts.extend(lists.map(|(label, names)| (label, names.join(", "))));
    facts
}

fn fields(title: &str, fields: &[Field], render: fn(&Field) -> String) -> String {
    let rendered: String = match fields {
        [] => "  none\n".to_owned(),
        fields => fields.iter().map(render).collect(),
    };
    format!("\n{title}\n{rendered}")
}

fn input(field: &Field) -> String {
    let required = match &field.required {
        Requirement::Optional => "optional".to_owned(),
        Requirement::Always => "required".to_owned(),
        Requirement::When(condition) => format!("required when {}", when(condition)),
    };
    let mut text = head(field, &format!(", {required}"));
    for (label, fact) in input_facts(field) {
        text.push_str(&labelled(&format!("    {label}: "), &fact));
    }
    // Not wrapped, so that it can be copied.
    if let Some(example) = &field.example {
        text.push_str(&format!("    example: {example}\n"));
    }
    text
}

fn output(field: &Field) -> String {
    head(field, "")
}

/// The name, type and format of a field, and its description.
fn head(field: &Field, more: &str) -> String {
    let kind = name(&field.kind);
    let format = field.format.as_deref();
    let format = format.map(|format| format!(" ({format})"));
    let about = format!("{kind}{}{more}", format.unwrap_or_default());
    let mut text = labelled(&format!("  {}  ", field.name), &about);
    if let Some(description) = &field.description {
        text.push_str(&labelled("    ", description));
    }
    text
}

fn input_facts(field: &Field) -> Vec<(&'static str, String)> {
    let when_it_applies = field.applies_when.as_ref().map(when);
    let also: Vec<String> = field.also.iter().map(name::<JsonType>).collect();
    let choices = field.choices.as_ref().map(|choices| {
        let (value, label) = (&choices.value, &choices.label);
        let action = match choices.input.as_object() {
            Some(input) if !input.is_empty() => format!("{} {}", choices.action, choices.input),
            _ => choices.action.clone(),
        };
        format!("{action} (value {value}, label {label})")
    });
    let default = field.default_value.as_ref().map(ToString::to_string);
    let facts = [
        ("only when", when_it_applies),
        ("also", Some(also.join(", "))),
        ("one of", Some(field.allowed.join(", "))),
        ("choices", choices),
        ("default", default),
    ];
    let facts = facts.into_iter();
    let facts = facts.filter_map(|(label, fact)| Some((label, fact?)));
    facts.filter(|(_, fact)| !fact.is_empty()).collect()
}

fn when(Condition { field, values }: &Condition) -> String {
    format!("{field} is {}", values.join(" or "))
}

/// The name of an enumeration's value in the contract.
fn name<T: Serialize>(value: &T) -> String {
    let name = serde_json::to_value(value).unwrap_or_default();
    name.as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use connector_host::manifest::{Choices, FieldType};
    use serde_json::json;

    #[test]
    fn all_that_a_caller_needs_is_there() {
        let tag = Field {
            name: "tag_id".to_owned(),
            description: Some("The tag.".to_owned()),
            also: vec![JsonType::Integer, JsonType::Null],
            format: Some("id".to_owned()),
            required: Requirement::When(Condition {
                field: "kind".to_owned(),
                values: vec!["new".to_owned(), "old".to_owned()],
            }),
            default_value: Some(json!("1")),
            example: Some(json!("812345")),
            allowed: vec!["1".to_owned(), "812345".to_owned()],
            choices: Some(Choices {
                action: "list-tags".to_owned(),
                input: json!({"kind": "tags"}),
                rows: "items".to_owned(),
                value: "id".to_owned(),
                label: "name".to_owned(),
                search: None,
            }),
            ..Field::default()
        };
        let described = Action {
            id: "tag-it".to_owned(),
            title: "Tag It".to_owned(),
            description: Some("Adds a tag.\n\nOnce.".to_owned()),
            group: "Tags".to_owned(),
            effect: Effect::WriteIdempotent,
            destructive: true,
            variables: vec!["TOKEN".to_owned()],
            inputs: vec![tag],
            outputs: vec![Field {
                name: "count".to_owned(),
                kind: FieldType::Integer,
                ..Field::default()
            }],
            ..Action::default()
        };
        let expected = "\
tag-it: Tag It (Tags)

  Adds a tag.
  Once.

  effect       write-idempotent: a retry leaves the same result
  destructive  it may delete
  variables    TOKEN

inputs
  tag_id  text (id), required when kind is new or old
    The tag.
    also: integer, null
    one of: 1, 812345
    choices: list-tags {\"kind\":\"tags\"} (value id, label name)
    default: \"1\"
    example: \"812345\"

outputs
  count  integer
";
        assert_eq!(action(&described), expected);
        let nothing = action(&Action::default());
        assert!(
            nothing.ends_with("inputs\n  none\n\noutputs\n  none\n"),
            "{nothing}"
        );
    }
}
