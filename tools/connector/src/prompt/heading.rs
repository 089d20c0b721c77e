//! The heading that is shown before an input is asked for.

use serde_json::Value;

use connector_host::manifest::{Field, FieldType};

/// The format of a text that is typed without echo.
const SECRET: &str = "secret";

/// How a value is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Typing {
    /// In one line.
    Line,
    /// In several lines.
    Lines,
    /// Without echo.
    Hidden,
}

impl Typing {
    /// How the value of `field` is typed; a value from a list of choices in one line.
    pub fn of(field: &Field) -> Self {
        let is_chosen = !field.allowed.is_empty() || field.choices.is_some();
        let has_lines = match field.kind {
            FieldType::Text => field.lines > 1 || field.format.as_deref() == Some("html"),
            FieldType::Json => field.lines > 1,
            _ => false,
        };
        match is_secret(field) {
            true => Self::Hidden,
            false if has_lines && !is_chosen => Self::Lines,
            false => Self::Line,
        }
    }
}

/// Whether the value of `field` must not be shown.
pub fn is_secret(field: &Field) -> bool {
    field.format.as_deref() == Some(SECRET)
}

/// The description of `field`, its format, and an example.
pub fn heading(field: &Field, is_required: bool) -> String {
    let optional = if is_required { "" } else { " (optional)" };
    let mut lines = vec![format!("\n{}{optional}", field.title)];
    let description = field.description.iter().flat_map(|text| text.lines());
    lines.extend(description.map(|line| format!("  {line}")));
    lines.extend(forms(field).map(|forms| format!("  {forms}")));
    if let Some(example) = &field.example {
        lines.push(format!("  example: {}", shown(example)));
    }
    lines.join("\n")
}

/// The accepted formats, if the type alone does not say them.
fn forms(field: &Field) -> Option<&'static str> {
    Some(match (field.kind, field.format.as_deref()?) {
        (FieldType::Integer, "date-time") => "a time in Unix seconds, such as 1764408600",
        (_, "date-time") => {
            "a date or time in ISO 8601, such as 2026-11-29 or 2026-11-29T09:30:00Z, or in Unix \
             seconds"
        }
        (_, "html") => "HTML or plain text",
        (_, "email") => "an email address",
        (_, "url") => "a URL",
        (_, "phone") => "a phone number",
        (_, "formula") => "a filter formula",
        (_, "pagination") => "key=value pairs, joined by &",
        (_, "json-object") => "a JSON object",
        (_, SECRET) => "a secret: it is not shown as you type it",
        _ => return None,
    })
}

/// A value as a person would type it.
pub fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Bool(true) => "y".to_owned(),
        Value::Bool(false) => "n".to_owned(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn field(kind: FieldType, format: Option<&str>, lines: u8) -> Field {
        Field {
            title: "When".to_owned(),
            kind,
            format: format.map(str::to_owned),
            lines,
            ..Field::default()
        }
    }

    #[test]
    fn a_heading_says_what_is_taken() {
        let mut date = field(FieldType::Text, Some("date-time"), 1);
        date.description = Some("When it was.\nUTC, if it has no offset.".to_owned());
        date.example = Some(json!("2014-04-25"));
        assert_eq!(
            heading(&date, false),
            "\nWhen (optional)\n  When it was.\n  UTC, if it has no offset.\n  \
             a date or time in ISO 8601, such as 2026-11-29 or 2026-11-29T09:30:00Z, or in Unix \
             seconds\n  example: 2014-04-25"
        );
        let seconds = field(FieldType::Integer, Some("date-time"), 1);
        assert_eq!(
            heading(&seconds, true),
            "\nWhen\n  a time in Unix seconds, such as 1764408600"
        );
        let strange = field(FieldType::Text, Some("colour"), 1);
        assert_eq!(heading(&strange, true), "\nWhen");
    }

    #[test]
    fn a_value_is_typed_as_its_format_asks_for() {
        for (kind, format, lines, typing) in [
            (FieldType::Text, None, 1, Typing::Line),
            (FieldType::Text, None, 3, Typing::Lines),
            (FieldType::Text, Some("html"), 1, Typing::Lines),
            (FieldType::Text, Some("secret"), 3, Typing::Hidden),
            (FieldType::Json, Some("json-object"), 1, Typing::Line),
            (FieldType::Json, Some("json-object"), 4, Typing::Lines),
            (FieldType::Integer, None, 3, Typing::Line),
        ] {
            let mut field = field(kind, format, lines);
            assert_eq!(Typing::of(&field), typing, "{field:?}");
            field.allowed = vec!["a".to_owned()];
            assert_ne!(Typing::of(&field), Typing::Lines, "{field:?}");
        }
    }
}
