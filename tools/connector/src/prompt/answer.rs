//! Parses the text that a person typed. Only its syntax is checked here; the component checks
//! the rest.

use serde_json::Value;

use super::choices::Listing;
use super::heading::{is_secret, shown};
use connector_host::manifest::{Field, FieldType};

/// The answer to the question for one input.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// The input is left out.
    LeftOut,
    /// Its value.
    Value(Value),
    /// Ask for its parts one by one.
    Parts,
}

/// The meaning of an empty answer; `None` if it is refused.
pub type Blank = Option<Answer>;

/// The meaning of an empty answer to the first question.
pub fn blank(field: &Field, is_required: bool, has_parts: bool) -> Blank {
    match &field.default_value {
        _ if !is_required => Some(Answer::LeftOut),
        Some(default) => Some(Answer::Value(default.clone())),
        None => has_parts.then_some(Answer::Parts),
    }
}

/// The text between a field's name and the colon: the value that an empty answer selects, or the
/// default.
pub fn bracket(field: &Field, blank: &Blank, has_parts: bool) -> String {
    let value = match blank {
        Some(Answer::Value(_)) if is_secret(field) => Some("unchanged".to_owned()),
        Some(Answer::Value(value)) => Some(shown(value)),
        Some(Answer::Parts) => Some("y".to_owned()),
        Some(Answer::LeftOut) if has_parts => Some("n".to_owned()),
        Some(Answer::LeftOut) => field.default_value.as_ref().map(shown),
        None => None,
    };
    // A longer value would hide the question.
    let short = value.filter(|value| value.len() <= 60 && !value.contains('\n'));
    match (short, blank) {
        (Some(value), _) => format!(" [{value}]"),
        (None, Some(Answer::Value(_))) => " [unchanged]".to_owned(),
        (None, _) => String::new(),
    }
}

/// Whether a text has placeholders, which the component resolves, so that no more questions are
/// needed.
pub fn is_placeholder(field: &Field, text: &str) -> bool {
    field.templated && (text.contains("{{") || text.contains("<<"))
}

/// The answer for `text`, or an error that says what to enter.
pub fn read(
    field: &Field,
    listing: &Listing,
    blank: &Blank,
    has_parts: bool,
    text: &str,
) -> Result<Answer, &'static str> {
    match (text, yes_or_no(text), blank) {
        ("", _, Some(blank)) => Ok(blank.clone()),
        ("", _, None) => Err("a value; it is required"),
        (_, Some(true), _) if has_parts => Ok(Answer::Parts),
        (_, Some(false), Some(Answer::LeftOut)) if has_parts => Ok(Answer::LeftOut),
        _ => value(field, listing, text).map(Answer::Value),
    }
}

/// A yes or no; `None` if it is neither.
pub fn yes_or_no(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "y" | "yes" | "true" => Some(true),
        "n" | "no" | "false" => Some(false),
        _ => None,
    }
}

fn value(field: &Field, listing: &Listing, text: &str) -> Result<Value, &'static str> {
    let chosen = listing.chosen(text);
    let value = match field.kind {
        FieldType::Text => Some(chosen.into()),
        FieldType::Flag => yes_or_no(chosen).map(Value::from),
        FieldType::Integer => chosen.parse::<i64>().ok().map(Value::from),
        FieldType::Number => serde_json::from_str(chosen).ok().filter(Value::is_number),
        FieldType::TextList => texts(listing, text),
        FieldType::Json | FieldType::Record | FieldType::RecordList => {
            serde_json::from_str(text).ok()
        }
    };
    let value = value.filter(|value| fits(field, value));
    match value {
        Some(value) => Ok(value),
        None if is_placeholder(field, text) => Ok(text.into()),
        None => Err(expected(field)),
    }
}

/// A JSON list, or texts separated by commas.
fn texts(listing: &Listing, text: &str) -> Option<Value> {
    match serde_json::from_str(text) {
        Ok(list @ Value::Array(_)) => Some(list),
        // One placeholder may stand for the whole list.
        _ if text.starts_with(['[', '{', '<']) => None,
        _ => Some(
            text.split(',')
                .map(|item| listing.chosen(item.trim()))
                .collect(),
        ),
    }
}

fn fits(field: &Field, value: &Value) -> bool {
    match (field.kind, field.format.as_deref()) {
        (FieldType::Json, Some("json-object")) => value.is_object(),
        _ => true,
    }
}

fn expected(field: &Field) -> &'static str {
    match (field.kind, field.format.as_deref()) {
        (FieldType::Flag, _) => "y or n",
        (FieldType::Integer, _) => "a whole number",
        (FieldType::Number, _) => "a number",
        (FieldType::TextList, _) => "values separated by commas, or a JSON list",
        (_, Some("json-object")) => "a JSON object",
        _ if field.templated => "JSON, or a placeholder",
        _ => "JSON",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn field(kind: FieldType) -> Field {
        Field {
            kind,
            templated: true,
            allowed: vec!["user".to_owned(), "lead".to_owned()],
            ..Field::default()
        }
    }

    #[test]
    fn texts_become_values() {
        use FieldType::{Flag, Integer, Json, Number, RecordList, Text, TextList};
        for (kind, text, expected) in [
            (Text, "hello", Ok(json!("hello"))),
            (Text, "2", Ok(json!("lead"))),
            (Text, "", Err("a value; it is required")),
            (Flag, "Yes", Ok(json!(true))),
            (Flag, "n", Ok(json!(false))),
            (Flag, "perhaps", Err("y or n")),
            (Flag, "<<a.b>>", Ok(json!("<<a.b>>"))),
            (Integer, "12", Ok(json!(12))),
            (Integer, "x", Err("a whole number")),
            (Number, "1.5", Ok(json!(1.5))),
            (Number, "12", Ok(json!(12))),
            (Number, "NaN", Err("a number")),
            (Json, "[1]", Ok(json!([1]))),
            (Json, "{", Err("JSON, or a placeholder")),
            (Json, "{{a}}", Ok(json!("{{a}}"))),
            (TextList, "2, other", Ok(json!(["lead", "other"]))),
            (TextList, r#"["a,b"]"#, Ok(json!(["a,b"]))),
            (TextList, "{{a}}", Ok(json!("{{a}}"))),
            (
                TextList,
                "[a",
                Err("values separated by commas, or a JSON list"),
            ),
            (RecordList, r#"[{"a": 1}]"#, Ok(json!([{ "a": 1 }]))),
        ] {
            let field = field(kind);
            let read = read(&field, &Listing::allowed(&field), &None, false, text);
            assert_eq!(read, expected.map(Answer::Value), "{kind:?} {text}");
        }
    }

    #[test]
    fn what_takes_no_placeholder_and_what_is_an_object_says_so() {
        let read = |field: &Field, text| read(field, &Listing::default(), &None, false, text);
        let plain = Field {
            templated: false,
            ..field(FieldType::Json)
        };
        assert_eq!(read(&plain, "{{a}}"), Err("JSON"));
        let object = Field {
            format: Some("json-object".to_owned()),
            ..field(FieldType::Json)
        };
        assert_eq!(read(&object, "[]"), Err("a JSON object"));
        assert_eq!(read(&object, "{}"), Ok(Answer::Value(json!({}))));
        assert_eq!(read(&object, "{{a}}"), Ok(Answer::Value(json!("{{a}}"))));
    }

    #[test]
    fn an_empty_answer_selects_the_default() {
        let plain = field(FieldType::Flag);
        let with_default = Field {
            default_value: Some(json!(false)),
            ..plain.clone()
        };
        let left_out = Some(Answer::LeftOut);
        for (field, is_required, has_parts, expected, shown) in [
            (&plain, true, false, None, ""),
            (&plain, false, false, left_out.clone(), ""),
            (&plain, true, true, Some(Answer::Parts), " [y]"),
            (&plain, false, true, left_out.clone(), " [n]"),
            (&with_default, false, false, left_out, " [n]"),
            (
                &with_default,
                true,
                false,
                Some(Answer::Value(json!(false))),
                " [n]",
            ),
        ] {
            let blank = blank(field, is_required, has_parts);
            assert_eq!(blank, expected);
            assert_eq!(bracket(field, &blank, has_parts), shown, "{blank:?}");
        }
        let long = Some(Answer::Value(json!("a\nb")));
        assert_eq!(bracket(&plain, &long, false), " [unchanged]");
    }

    #[test]
    fn parts_are_prompted_for_with_y() {
        let cc = field(FieldType::RecordList);
        let read = |blank, text| read(&cc, &Listing::default(), &blank, true, text);
        assert_eq!(read(Some(Answer::LeftOut), "y"), Ok(Answer::Parts));
        assert_eq!(read(Some(Answer::LeftOut), "n"), Ok(Answer::LeftOut));
        assert_eq!(read(Some(Answer::Parts), ""), Ok(Answer::Parts));
        assert_eq!(
            read(Some(Answer::Parts), "n"),
            Err("JSON, or a placeholder")
        );
        assert_eq!(
            read(Some(Answer::Parts), "{{a}}"),
            Ok(Answer::Value(json!("{{a}}")))
        );
    }
}
