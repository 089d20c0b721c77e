//! Describes an operation in the contract's types, so that forms, schemas and agents treat it
//! like a typed action.

use super::inputs::{ALL, NEXT_PAGE};
use super::operation::{Choices, Input, Kind, NextBy, Operation, Output, Place, Success};
use super::types::is_date;
use crate::api::{Credentials, Effect, Method, Token};
use crate::search::{MAX_REQUESTS, MAX_ROWS};
use crate::world::plugin::{self as wit, FieldType, JsonTypes};
use connector_definitions::title;

/// The summary of an operation.
pub fn summary(operation: &Operation) -> wit::ActionSummary {
    wit::ActionSummary {
        id: operation.id.clone(),
        title: operation.title.clone(),
        description: given(&operation.description),
        group: operation.group.clone(),
        effect: effect(operation.effect),
        destructive: is_destructive(operation),
    }
}

/// The whole description of an operation.
pub fn describe(operation: &Operation) -> wit::Action {
    let wit::ActionSummary {
        id,
        title,
        description,
        group,
        effect,
        destructive,
    } = summary(operation);
    wit::Action {
        id,
        title,
        description,
        group,
        effect,
        destructive,
        variables: Token::variables()
            .iter()
            .map(|name| (*name).to_owned())
            .collect(),
        permissions: Vec::new(),
        inputs: inputs(operation),
        outputs: outputs(operation),
    }
}

/// An effect in the contract's types.
pub fn effect(effect: Effect) -> wit::Effect {
    match effect {
        Effect::Read => wit::Effect::Read,
        Effect::WriteIdempotent => wit::Effect::WriteIdempotent,
        Effect::WriteOnce => wit::Effect::WriteOnce,
    }
}

fn is_destructive(operation: &Operation) -> bool {
    operation.method == Method::Delete
}

fn inputs(operation: &Operation) -> Vec<wit::Field> {
    let mut fields = Vec::new();
    add(&mut fields, &operation.inputs, "");
    if operation.pages.next != NextBy::None {
        fields.push(wit::Field {
            description: text("`next_page` of an earlier result, to continue after it."),
            templated: true,
            ..field(NEXT_PAGE, FieldType::Text)
        });
        fields.push(wit::Field {
            description: Some(format!(
                "Whether to read all pages, up to {MAX_ROWS} rows and {MAX_REQUESTS} requests."
            )),
            also: JsonTypes::TEXT | JsonTypes::NULL,
            templated: true,
            ..field(ALL, FieldType::Flag)
        });
    }
    fields
}

/// Adds inputs, each followed by its fields.
fn add(fields: &mut Vec<wit::Field>, inputs: &[Input], prefix: &str) {
    for input in inputs.iter().filter(|input| input.fixed.is_empty()) {
        let name = format!("{prefix}{}", input.name);
        fields.push(of_input(input, &name));
        match input.kind {
            Kind::Record => add(fields, &input.fields, &format!("{name}.")),
            Kind::RecordList => add(fields, &input.fields, &format!("{name}[].")),
            _ => {}
        }
    }
}

fn of_input(input: &Input, name: &str) -> wit::Field {
    let also = match input.required {
        true => also(input),
        false => also(input) | JsonTypes::NULL,
    };
    wit::Field {
        description: given(&input.description),
        also,
        format: format(input),
        required: match input.required {
            true => wit::Requirement::Always,
            false => wit::Requirement::Optional,
        },
        templated: true,
        default_value: given(&input.default),
        example: given(&input.example),
        allowed: input.allowed.clone(),
        choices: choices(input.choices.clone()),
        lines: match input.kind {
            Kind::Json | Kind::Object => 4,
            _ => 1,
        },
        ..field(name, kind(input))
    }
}

fn kind(input: &Input) -> FieldType {
    match (input.kind, input.items) {
        // A form enters a date as text.
        _ if is_date(input) => FieldType::Text,
        (Kind::List, Kind::Text) => FieldType::TextList,
        (Kind::List, _) => FieldType::Json,
        (kind, _) => field_type(kind),
    }
}

/// A type in the contract's types; a list is one of texts.
pub fn field_type(kind: Kind) -> FieldType {
    match kind {
        Kind::Text => FieldType::Text,
        Kind::Integer => FieldType::Integer,
        Kind::Number => FieldType::Number,
        Kind::Flag => FieldType::Flag,
        Kind::List => FieldType::TextList,
        Kind::Json | Kind::Object => FieldType::Json,
        Kind::Record => FieldType::Record,
        Kind::RecordList => FieldType::RecordList,
    }
}

/// The additional JSON types of a type.
fn also(input: &Input) -> JsonTypes {
    match input.kind {
        _ if is_date(input) => JsonTypes::INTEGER,
        Kind::Text if !input.allowed.is_empty() => JsonTypes::empty(),
        Kind::Text if input.place == Place::Path => JsonTypes::INTEGER,
        Kind::Text => JsonTypes::INTEGER | JsonTypes::NUMBER,
        Kind::Number => JsonTypes::INTEGER | JsonTypes::TEXT,
        Kind::Json | Kind::RecordList => JsonTypes::empty(),
        Kind::Integer | Kind::Flag | Kind::List | Kind::Object | Kind::Record => JsonTypes::TEXT,
    }
}

/// The contract's name of a format.
fn format(input: &Input) -> Option<String> {
    let name = match (input.kind, input.format.as_str()) {
        _ if input.secret => "secret",
        (Kind::Object, _) => "json-object",
        _ if is_date(input) => "date-time",
        (Kind::Text, "email" | "html" | "id" | "phone") => input.format.as_str(),
        (Kind::Text, "uri" | "url") => "url",
        (Kind::Text, _) if !input.choices.action.is_empty() => "id",
        _ => return None,
    };
    text(name)
}

/// Choices in the contract's types. `None` if there are none.
pub fn choices(choices: Choices) -> Option<wit::Choices> {
    if choices.action.is_empty() {
        return None;
    }
    let Choices {
        action,
        input,
        rows,
        value,
        label,
        search,
    } = choices;
    Some(wit::Choices {
        action,
        input,
        rows,
        value,
        label,
        search: given(&search),
    })
}

fn outputs(operation: &Operation) -> Vec<wit::Field> {
    let is_list = !operation.pages.rows.is_empty();
    let mut fields: Vec<_> = operation.outputs.iter().map(of_output).collect();
    if is_list {
        fields.push(described(
            "items",
            FieldType::Json,
            "The rows, as Intercom sent them.",
        ));
        let next = "The value for the input `next_page` to get the next rows; null at the end.";
        fields.push(described(NEXT_PAGE, FieldType::Text, next));
        let total = "The total number of rows, if Intercom counts them.";
        fields.push(described("total_count", FieldType::Integer, total));
    }
    // `run` sets it for any redirect, unless only JSON is accepted.
    if operation.success != Success::Json {
        fields.push(wit::Field {
            format: text("url"),
            ..described(
                "location",
                FieldType::Text,
                "The URL of a redirect, if any.",
            )
        });
    }
    fields.push(described(
        "notes",
        FieldType::TextList,
        "Notes about the result.",
    ));
    let response = match (is_list, operation.success) {
        (true, _) => "The last response without its rows.",
        (false, Success::Text) => "The text.",
        (false, Success::Bytes) => "The bytes as `base64`, with their `media_type` and size.",
        (false, _) => "The whole response; null if it has no body.",
    };
    fields.push(described("response", FieldType::Json, response));
    fields
}

fn of_output(output: &Output) -> wit::Field {
    let kind = match output.kind {
        Kind::Text => FieldType::Text,
        Kind::Integer => FieldType::Integer,
        Kind::Number => FieldType::Number,
        Kind::Flag => FieldType::Flag,
        _ => FieldType::Json,
    };
    wit::Field {
        description: given(&output.description),
        format: match output.format.as_str() {
            "date-time" | "email" => Some(output.format.clone()),
            "uri" => text("url"),
            _ => None,
        },
        ..field(&output.name, kind)
    }
}

fn described(name: &str, kind: FieldType, description: &str) -> wit::Field {
    wit::Field {
        description: text(description),
        ..field(name, kind)
    }
}

/// An optional field with a title made of its name, and nothing else.
pub fn field(name: &str, kind: FieldType) -> wit::Field {
    wit::Field {
        name: name.to_owned(),
        title: title(name),
        description: None,
        type_: kind,
        also: JsonTypes::empty(),
        format: None,
        required: wit::Requirement::Optional,
        applies_when: None,
        templated: false,
        default_value: None,
        example: None,
        allowed: Vec::new(),
        choices: None,
        lines: 1,
        advanced: false,
    }
}

fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn given(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}
