//! Checks and converts one value by an input's type.

use super::operation::{Input, Kind, Place};
use crate::api::PathSegment;
use crate::input::{
    Flag, FromInput, InputError, Object, Patch, Resolve, Text, Timestamp, id_text, integer,
    list_names,
};
use serde_json::{Number, Value};

/// The accepted value of an input, as a noun phrase.
pub fn expected(input: &Input) -> String {
    if !input.allowed.is_empty() {
        let names: Vec<&str> = input.allowed.iter().map(String::as_str).collect();
        let names = list_names(&names, "or");
        return match input.kind {
            Kind::List => format!("a list of {names}"),
            _ => names,
        };
    }
    if is_date(input) {
        return Timestamp::EXPECTED.to_owned();
    }
    let phrase = match (input.kind, input.items) {
        _ if input.place == Place::Path => "an id, as text or a whole number",
        (Kind::Text, _) => "text",
        (Kind::Integer, _) => "a whole number",
        (Kind::Number, _) => "a number",
        (Kind::Flag, _) => Flag::EXPECTED,
        (Kind::Json, _) => "JSON",
        (Kind::Object, _) => Object::EXPECTED,
        (Kind::List, Kind::Integer) => "a list of whole numbers",
        (Kind::List, Kind::Number) => "a list of numbers",
        (Kind::List, Kind::Flag) => "a list of true or false",
        (Kind::List, _) => "a list of texts",
        (Kind::Record, _) => return format!("an object with {}", fields(input)),
        (Kind::RecordList, _) => return format!("a list of objects with {}", fields(input)),
    };
    phrase.to_owned()
}

fn fields(input: &Input) -> String {
    let is_given = |field: &&Input| field.fixed.is_empty();
    let fields = input.fields.iter().filter(is_given);
    let names: Vec<&str> = fields.map(|field| field.name.as_str()).collect();
    list_names(&names, "and")
}

/// Whether an input is a time.
pub fn is_date(input: &Input) -> bool {
    input.format == "date-time" && matches!(input.kind, Kind::Text | Kind::Integer)
}

/// Whether an input accepts any text, so that text that looks like a placeholder may be literal.
pub fn is_free_text(input: &Input) -> bool {
    match input.kind {
        Kind::Text => input.place != Place::Path && input.allowed.is_empty() && !is_date(input),
        Kind::Json | Kind::Object | Kind::List => true,
        _ => false,
    }
}

/// Resolves the placeholders of an input, and checks its value.
///
/// # Errors
/// The error of [`Resolve`], or the value and what is accepted.
pub fn parse(
    input: &Input,
    resolve: Resolve<'_>,
    written: Value,
) -> Result<Patch<Value>, InputError> {
    // Fixed text of a definition is not parsed as JSON, and JSON of any type may be text.
    let is_text = !input.fixed.is_empty()
        || written.is_null()
        || input.kind == Kind::Json && written.as_str().is_some_and(is_plain_text);
    let value = match input.kind {
        Kind::Object if !is_text => resolve.fields_input(written)?,
        Kind::Json | Kind::List if !is_text => resolve.json_input(written)?,
        _ => resolve.json(written)?,
    };
    match value {
        Value::Null => Ok(Patch::Null),
        value => typed(input, value).map(Patch::Value),
    }
}

/// Whether a text is neither a JSON object nor a JSON list.
fn is_plain_text(text: &str) -> bool {
    let opens = text.trim_start().starts_with(['{', '[']);
    !opens || serde_json::from_str::<serde::de::IgnoredAny>(text).is_err()
}

fn typed(input: &Input, value: Value) -> Result<Value, InputError> {
    match (input.kind, value) {
        (Kind::List, Value::Array(items)) => {
            let item = Input {
                kind: input.items,
                allowed: input.allowed.clone(),
                ..Input::default()
            };
            let items = items.into_iter().map(|value| scalar(input, &item, value));
            items.collect::<Result<_, _>>().map(Value::Array)
        }
        (Kind::List, other) => Err(refused(input, &other, "is not a list")),
        (Kind::Json, value) => Ok(value),
        (Kind::Object | Kind::Record, value @ Value::Object(_)) => Ok(value),
        (Kind::Object | Kind::Record, other) => Err(refused(input, &other, "is not a JSON object")),
        (Kind::RecordList, value @ Value::Array(_)) => Ok(value),
        (Kind::RecordList, other) => Err(refused(input, &other, "is not a list")),
        (_, value) => scalar(input, input, value),
    }
}

/// The error of a value that is not a list or object. `whole` is the input, `input` the type.
fn scalar(whole: &Input, input: &Input, value: Value) -> Result<Value, InputError> {
    if input.place == Place::Path {
        return segment(input, &value);
    }
    if is_date(input) {
        return date(input, value);
    }
    let read = match input.kind {
        Kind::Text => Text::from_value(value.clone())
            .ok()
            .map(|Text(text)| text.into()),
        Kind::Integer => number(&value)
            .as_ref()
            .and_then(integer)
            .and_then(|digits| {
                let number: Number = serde_json::from_str(&digits).ok()?;
                Some(Value::Number(number))
            }),
        Kind::Number => number(&value).map(Value::Number),
        Kind::Flag => Flag::from_value(value.clone())
            .ok()
            .map(|Flag(flag)| flag.into()),
        _ => Some(value.clone()),
    };
    let what = match input.kind {
        Kind::Text => "is not text",
        Kind::Integer => "is not a whole number",
        Kind::Number => "is not a number",
        _ => "is neither true nor false",
    };
    let read = read.ok_or_else(|| refused(whole, &value, what))?;
    among(whole, input, read)
}

/// A number, or the text of one.
fn number(value: &Value) -> Option<Number> {
    match value {
        Value::Number(number) => Some(number.clone()),
        Value::String(text) => serde_json::from_str(text.trim()).ok(),
        _ => None,
    }
}

/// One of the allowed values, in its spelling.
fn among(whole: &Input, input: &Input, value: Value) -> Result<Value, InputError> {
    if input.allowed.is_empty() {
        return Ok(value);
    }
    let text = match &value {
        Value::String(text) => text.trim().to_owned(),
        other => other.to_string(),
    };
    let mut allowed = input.allowed.iter();
    let found = allowed.find(|allowed| allowed.eq_ignore_ascii_case(&text));
    match (found, value) {
        (Some(found), Value::String(_)) => Ok(found.clone().into()),
        (Some(_), value) => Ok(value),
        (None, value) => Err(refused(whole, &value, "is not one of the values")),
    }
}

fn date(input: &Input, value: Value) -> Result<Value, InputError> {
    let time = Timestamp::from_value(value)?;
    Ok(match input.kind {
        Kind::Integer => time.seconds().into(),
        _ => time.to_iso_8601().into(),
    })
}

/// A text as one encoded segment of a path.
fn segment(input: &Input, value: &Value) -> Result<Value, InputError> {
    let is_id = |_| refused(input, value, "is not an id");
    let text = id_text(value, Text::EXPECTED).map_err(is_id)?;
    let segment = PathSegment::encode(&text);
    let segment = segment.map_err(|_| refused(input, value, "is not an id"))?;
    let value = Value::String(text);
    // Allowed values are written unchanged.
    match among(input, input, value)? {
        Value::String(text) if !input.allowed.is_empty() => Ok(PathSegment::encode(&text)
            .map_or(segment, |found| found)
            .to_string()
            .into()),
        _ => Ok(segment.to_string().into()),
    }
}

fn refused(input: &Input, value: &Value, what: &str) -> InputError {
    let what = match input.allowed.is_empty() {
        true => what,
        false => "is not one of the values",
    };
    InputError::of_value(value, what, format!("give {}", expected(input)))
}
