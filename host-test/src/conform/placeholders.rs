//! Placeholders in examples, and a workflow context with a value for each.

use serde_json::{Map, Value};

/// The delimiters of placeholders.
const FORMS: [(&str, &str); 2] = [("{{", "}}"), ("<<", ">>")];

/// Whether a value contains a placeholder.
pub fn any_in(value: &Value) -> bool {
    !paths(value).is_empty()
}

/// The paths of the placeholders in a value, such as `settings.admin`.
pub fn paths(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => paths_in(text),
        Value::Array(items) => items.iter().flat_map(paths).collect(),
        Value::Object(object) => object.values().flat_map(paths).collect(),
        _ => Vec::new(),
    }
}

fn paths_in(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (begin, end) in FORMS {
        let mut pieces = text.split(begin);
        let mut before = pieces.next().unwrap_or_default();
        for piece in pieces {
            if let Some((path, _)) = piece.split_once(end)
                && !before.ends_with('\\')
            {
                found.push(path.trim().trim_end_matches('?').to_owned());
            }
            before = piece;
        }
    }
    found
}

/// Sets `value` at `path`, and creates the objects and lists on the way.
pub fn set(context: &mut Value, path: &str, value: Value) {
    let dotted = path.replace("[\"", ".").replace("\"]", "");
    let dotted = dotted.replace('[', ".").replace(']', "");
    let mut place = context;
    for key in dotted.split('.') {
        place = below(place, key);
    }
    *place = value;
}

fn below<'a>(place: &'a mut Value, key: &str) -> &'a mut Value {
    match key.parse::<u8>() {
        Ok(index) => item(place, index.into()),
        Err(_) => {
            if !place.is_object() {
                *place = Value::Object(Map::new());
            }
            &mut place[key]
        }
    }
}

fn item(place: &mut Value, index: usize) -> &mut Value {
    if !place.is_array() {
        *place = Value::Array(Vec::new());
    }
    if let Value::Array(items) = place {
        items.resize(items.len().max(index + 1), Value::Null);
    }
    &mut place[index]
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_context_has_a_value_for_each_placeholder() {
        let example =
            json!({ "to": ["{{steps.find.rows.1.id}}", "\\{{no}}"], "by": "<< a[\"b c\"]? >>" });
        assert_eq!(paths(&example), ["steps.find.rows.1.id", "a[\"b c\"]"]);
        let mut context = json!({});
        for path in paths(&example) {
            set(&mut context, &path, json!(7));
        }
        let expected = json!({
            "steps": { "find": { "rows": [null, { "id": 7 }] } },
            "a": { "b c": 7 },
        });
        assert_eq!(context, expected);
    }
}
