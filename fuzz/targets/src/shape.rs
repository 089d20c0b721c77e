//! What filling placeholders may change of a JSON value, and a second way of
//! filling them to compare with.

use intercom_connector::internals::{Part, Template, number_text};
use serde_json::Value;

/// Whether `resolved` is `written` with values in the places of placeholders, and
/// nothing else: the same keys, lists as long, texts that are still texts.
pub fn is_kept(written: &Value, filled: &Value) -> bool {
    match (written, filled) {
        (Value::Object(written), Value::Object(filled)) => {
            let same = |(name, value): (&String, &Value)| match filled.get(name) {
                Some(filled) => is_kept(value, filled),
                None => value.as_str().is_some_and(is_one_placeholder),
            };
            filled.keys().all(|name| written.contains_key(name)) && written.iter().all(same)
        }
        // What is optional may be left out.
        (Value::Array(written), Value::Array(filled)) if written.iter().any(is_optional) => {
            filled.len() <= written.len()
        }
        (Value::Array(written), Value::Array(filled)) => {
            let mut pairs = written.iter().zip(filled);
            written.len() == filled.len() && pairs.all(|(written, filled)| is_kept(written, filled))
        }
        (Value::String(text), filled) => is_one_placeholder(text) || filled.is_string(),
        (written, filled) => written == filled,
    }
}

/// Whether a text is one placeholder and nothing else.
pub fn is_one_placeholder(text: &str) -> bool {
    Template::parse(text).is_ok_and(|template| template.placeholder().is_some())
}

fn is_optional(written: &Value) -> bool {
    let template = written.as_str().and_then(|text| Template::parse(text).ok());
    let placeholder = template.as_ref().and_then(Template::placeholder);
    placeholder.is_some_and(|placeholder| placeholder.optional)
}

/// The value that a text becomes where `v` is the one name of the context; none
/// where it cannot become any.
pub fn filled(text: &str, v: &Value) -> Option<Value> {
    let template = Template::parse(text).ok()?;
    if let Some(placeholder) = template.placeholder() {
        let found = look_up(placeholder.path.steps(), v).cloned();
        return found.or_else(|| placeholder.optional.then_some(Value::Null));
    }
    let parts = template.parts().iter().map(|part| match part {
        Part::Placeholder(placeholder)
            if placeholder.optional
                && look_up(placeholder.path.steps(), v).is_none_or(Value::is_null) =>
        {
            Some(String::new())
        }
        part => part_filled(part, v),
    });
    parts.collect::<Option<String>>().map(Value::String)
}

/// The text of one part, none where it has none.
pub fn part_filled(part: &Part, v: &Value) -> Option<String> {
    match part {
        Part::Literal(text) => Some(text.clone()),
        Part::Placeholder(placeholder) => match look_up(placeholder.path.steps(), v)? {
            Value::Null => None,
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number_text(number)),
            value => Some(value.to_string()),
        },
    }
}

/// `v`, or what is inside of it.
fn look_up<'a>(steps: &[String], v: &'a Value) -> Option<&'a Value> {
    let (first, inner) = steps.split_first()?;
    let mut here = Some(v).filter(|_| first == "v");
    for step in inner {
        here = match here? {
            Value::Object(map) => map.get(step),
            Value::Array(items) => items.get(step.parse::<usize>().ok()?),
            _ => None,
        };
    }
    here
}
