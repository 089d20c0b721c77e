//! Parses JSON in texts as the component does: with a byte order mark, unpaired surrogates, and
//! keys that the JSON library reserves.

use intercom_connector::internals::{repaired, without_mark};
use serde_json::Value;

/// The prefix that `repaired` gives such a key, and the key's prefix.
const MARKED: &str = "\"\u{fffd}$serde_json::private::";
const PLAIN: &str = "\"$serde_json::private::";

/// The JSON object or list in a text, and whether it was read completely: values that are nested
/// too deep are left out.
pub(super) fn read(text: &str) -> Option<(Value, bool)> {
    let text = without_mark(text);
    if !text.trim_start().starts_with(['{', '[']) {
        return None;
    }
    let (text, replaced) = repaired(text);
    let value = serde_json::from_str(&text).ok()?;
    Some((value, !replaced.deep))
}

/// The text of a value from [`read`].
pub(super) fn written(value: &Value) -> String {
    value.to_string().replace(MARKED, PLAIN)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn odd_json_is_read_and_written() {
        for (text, expected) in [
            ("\u{feff} {\"a\": 1}", r#"{"a":1}"#),
            (r#"{"half": "a\ud83d"}"#, "{\"half\":\"a\u{fffd}\"}"),
            (
                r#"[{"$serde_json::private::RawValue": "[["}, {"$serde_json::private::Number": "x"}]"#,
                r#"[{"$serde_json::private::RawValue":"[["},{"$serde_json::private::Number":"x"}]"#,
            ),
        ] {
            assert_eq!(written(&read(text).unwrap().0), expected, "{text}");
        }
        for text in ["", "7", "\"{}\"", "{\"a\"", "\u{feff}"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
