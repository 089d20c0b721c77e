//! Prints the completed input, for a call without questions.

use serde_json::Value;

use super::heading::is_secret;
use connector_host::manifest::Action;

/// The option that passes `input` to another call, without secrets.
pub fn repetition(action: &Action, input: &Value) -> String {
    let mut input = input.clone();
    let secrets = action.inputs.iter().filter(|field| is_secret(field));
    let names = secrets.map(|field| field.name.as_str());
    let taken: Vec<&str> = names.filter(|name| take(&mut input, name)).collect();
    let without = match taken.as_slice() {
        [] => String::new(),
        names => format!(" (without the secret {})", names.join(", ")),
    };
    // In single quotes, only the quote itself is special to a shell.
    let word = input.to_string().replace('\'', r"'\''");
    format!("\nto repeat it{without}:\n--input '{word}'\n")
}

/// Removes the values of the field `name`. Returns whether there were any.
fn take(value: &mut Value, name: &str) -> bool {
    let (key, inner) = match name.split_once('.') {
        Some((key, inner)) => (key, Some(inner)),
        None => (name, None),
    };
    let key = key.trim_end_matches("[]");
    let Some(record) = value.as_object_mut() else {
        return false;
    };
    match (inner, record.get_mut(key)) {
        (None, _) => {
            let before = record.len();
            record.retain(|name, _| name != key);
            record.len() < before
        }
        (Some(inner), Some(Value::Array(rows))) => {
            let taken = rows.iter_mut().map(|row| take(row, inner));
            taken.fold(false, |any, taken| any | taken)
        }
        (Some(inner), Some(part)) => take(part, inner),
        (Some(_), None) => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use connector_host::manifest::Field;

    #[test]
    fn the_input_is_a_word_of_a_shell_without_secrets() {
        let secret = |name: &str| Field {
            name: name.to_owned(),
            format: Some("secret".to_owned()),
            ..Field::default()
        };
        let action = Action {
            inputs: ["code", "keys[].key", "app.key", "absent"]
                .map(secret)
                .to_vec(),
            ..Action::default()
        };
        for (input, expected) in [
            (
                json!({ "a": "Jo's" }),
                "\nto repeat it:\n--input '{\"a\":\"Jo'\\''s\"}'\n",
            ),
            (
                json!({ "code": "x", "keys": [{ "key": "x" }, 2] }),
                "\nto repeat it (without the secret code, keys[].key):\n\
                 --input '{\"keys\":[{},2]}'\n",
            ),
            (
                json!({ "app": { "key": "x", "id": 7 } }),
                "\nto repeat it (without the secret app.key):\n--input '{\"app\":{\"id\":7}}'\n",
            ),
        ] {
            assert_eq!(repetition(&action, &input), expected);
        }
    }
}
