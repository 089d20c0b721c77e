//! Tells the words of a message from the names and values of its case.

use std::sync::LazyLock;

use regex::{Captures, Regex};

/// Names and values, in the order in which they are tried: the path before a message; the facts
/// of a response with its text; quoted text; JSON; placeholders; URLs, addresses and names with a
/// dot; whatever contains a digit; names with an underscore.
const VALUES: &str = concat!(
    r#"^[^\s:"]+:"#,
    r#"|\((?:[^()]*, )?(?:\d{3}\b[^()]*)\)(?:: .*)?"#,
    r#"|"[^"]*"|\B'[^';]*'\B|`[^`]*`"#,
    r#"|\[?\{".*\}\]?|\["[^\]]*\]|\[\]"#,
    r#"|\{\{(?: [^{}]*|[^{}]*[^{} ])\}\}|<<[^<>]*>>|\\*\{\{[^\s,;]*"#,
    r#"|https?://[^\s,;()]+|[\w+-]+@\w+(?:\.\w+)+|\w+(?:\.\w+)+"#,
    r#"|ISO 8601|[\w./:+%-]*\d(?:[\w./:+\[\]-]*\w)?"#,
    r#"|\$?\w*_\w+(?:::\w+)*"#,
);

/// The id of a request, which says nothing on a page.
const REQUEST_ID: &str = r"request [0-9a-f]{8}[0-9a-f-]*";

/// What Markdown would read as more than text.
const SPECIAL: &str = r"[\\<*\[\]|]";

/// The longest value that is shown, in characters.
const MAX_VALUE: usize = 80;

/// A message or hint.
#[derive(Debug, PartialEq, Eq)]
pub struct Wording {
    /// The words alone. Equal for messages that differ only in names and values.
    pub key: String,
    /// As Markdown, with the names and values as code.
    pub shown: String,
}

impl Wording {
    /// The wording of a text.
    pub fn of(text: &str) -> Self {
        let mut key = String::new();
        let mut shown = String::new();
        let mut end = 0;
        for value in finds(text) {
            let words = text.get(end..value.start).unwrap_or_default();
            key.push_str(words);
            shown.push_str(&escaped(words));
            shown.push_str(&code(text.get(value.clone()).unwrap_or_default()));
            end = value.end;
        }
        let words = text.get(end..).unwrap_or_default();
        key.push_str(words);
        shown.push_str(&escaped(words));
        let key: Vec<&str> = key.split_whitespace().collect();
        Self {
            key: key.join(" "),
            shown,
        }
    }
}

/// A regular expression of this file. If one did not compile, a message would have words only;
/// a test holds that they do.
fn regex(text: &str) -> Option<Regex> {
    Regex::new(text).ok()
}

fn finds(text: &str) -> Vec<std::ops::Range<usize>> {
    static VALUE: LazyLock<Option<Regex>> = LazyLock::new(|| regex(VALUES));
    let found = VALUE.iter().flat_map(|values| values.find_iter(text));
    found.map(|value| value.range()).collect()
}

/// As inline code, on one line.
fn code(value: &str) -> String {
    static ID: LazyLock<Option<Regex>> = LazyLock::new(|| regex(REQUEST_ID));
    let value = ID
        .as_ref()
        .map_or(value.into(), |id| id.replace_all(value, "request …"));
    let mut short: String = value.chars().take(MAX_VALUE).collect();
    if short.len() < value.len() {
        short.push('…');
    }
    match short.contains('`') {
        true => format!("`` {short} ``"),
        false => format!("`{short}`"),
    }
}

fn escaped(words: &str) -> String {
    static ODD: LazyLock<Option<Regex>> = LazyLock::new(|| regex(SPECIAL));
    let escape = |found: &Captures<'_>| format!("\\{}", found.get(0).map_or("", |m| m.as_str()));
    let escaped = ODD.as_ref().map(|odd| odd.replace_all(words, escape));
    escaped.map_or(words.to_owned(), |words| words.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_patterns_compile() {
        for text in [VALUES, REQUEST_ID, SPECIAL] {
            assert!(regex(text).is_some(), "{text}");
        }
    }

    #[test]
    fn names_and_values_are_code_and_words_are_the_key() {
        for (text, key, shown) in [
            ("is required", "is required", "is required"),
            (
                r#""boss" is not a role"#,
                "is not a role",
                r#"`"boss"` is not a role"#,
            ),
            (
                "Intercom's id, which isn't it",
                "Intercom's id, which isn't it",
                "Intercom's id, which isn't it",
            ),
            (
                "value[0].field: is odd",
                "is odd",
                "`value[0].field:` is odd",
            ),
            (
                "{{a has no closing }}",
                "has no closing }}",
                "`{{a` has no closing }}",
            ),
            ("{{ a | b }} is odd", "is odd", "`{{ a | b }}` is odd"),
            (
                "compare role with 'user'",
                "compare role with",
                "compare role with `'user'`",
            ),
            (
                "write custom_attributes.plan",
                "write",
                "write `custom_attributes.plan`",
            ),
            (
                "give seconds (1717254245)",
                "give seconds ()",
                "give seconds (`1717254245`)",
            ),
            (
                "Intercom failed (503, request 0f9e8d7c-1): Sorry",
                "Intercom failed",
                "Intercom failed `(503, request …): Sorry`",
            ),
            ("write <= instead", "write <= instead", r"write \<= instead"),
            ("quote it: `a b`", "quote it:", "quote it: `` `a b` ``"),
            (
                r#"such as [{"a": {"b": 1}}], once"#,
                "such as , once",
                r#"such as `[{"a": {"b": 1}}]`, once"#,
            ),
        ] {
            let found = Wording::of(text);
            assert_eq!((&*found.key, &*found.shown), (key, shown));
        }
    }
}
