//! Tells the words of a message from the names and values of its case.

use std::sync::LazyLock;

use regex::{Captures, Regex};

/// Names and values, in the order in which they are tried: the facts of a response and its own
/// text; texts in quotes; JSON; placeholders; URLs; whatever has a digit; names with an
/// underscore.
const VALUES: &str = concat!(
    r#"\((?:[^()]*, )?(?:\d{3}\b[^()]*)\)(?:: .*)?"#,
    r#"|"[^"]*"|\B'[^']*'\B|`[^`]*`"#,
    r#"|\[?\{".*?\}\]?|\["[^\]]*\]"#,
    r#"|\{\{[^{}]*[^{} ]\}\}|<<[^<>]*>>|\\*\{\{[^\s,;]*"#,
    r#"|https?://[^\s,;]+"#,
    r#"|[\w./:+-]*\d(?:[\w./:%+\[\]-]*\w)?"#,
    r#"|\w*_\w+(?:\.\w+)*"#,
);

/// If the pattern does not compile, a message has words only; a test holds that it does.
static PATTERN: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(VALUES).ok());

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
        let Some(pattern) = &*PATTERN else {
            return Self {
                key: text.to_owned(),
                shown: escaped(text),
            };
        };
        let key = pattern.replace_all(text, "");
        let key: Vec<&str> = key.split_whitespace().collect();
        let mut shown = String::new();
        let mut end = 0;
        for value in pattern.find_iter(text) {
            let words = text.get(end..value.start()).unwrap_or_default();
            shown.push_str(&escaped(words));
            shown.push_str(&code(value.as_str()));
            end = value.end();
        }
        shown.push_str(&escaped(text.get(end..).unwrap_or_default()));
        Self {
            key: key.join(" "),
            shown,
        }
    }
}

/// As inline code, on one line.
fn code(value: &str) -> String {
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
    static SPECIAL: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"[\\<*\[\]|]").ok());
    let escape = |found: &Captures<'_>| format!("\\{}", found.get(0).map_or("", |m| m.as_str()));
    match &*SPECIAL {
        Some(special) => special.replace_all(words, escape).into_owned(),
        None => words.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pattern_compiles() {
        assert!(PATTERN.is_some());
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
                "compare role with 'user'",
                "compare role with",
                "compare role with `'user'`",
            ),
            (
                "Intercom's id, which isn't it",
                "Intercom's id, which isn't it",
                "Intercom's id, which isn't it",
            ),
            (
                "{{a.b}} has no value",
                "has no value",
                "`{{a.b}}` has no value",
            ),
            (
                "{{a has no closing }}",
                "has no closing }}",
                "`{{a` has no closing }}",
            ),
            (
                "write custom_attributes.plan",
                "write",
                "write `custom_attributes.plan`",
            ),
            (
                "give seconds (1717254245)",
                "give seconds",
                "give seconds `(1717254245)`",
            ),
            (
                "Intercom failed (503 down, request 1f): (Sorry)",
                "Intercom failed",
                "Intercom failed `(503 down, request 1f): (Sorry)`",
            ),
            ("write <= instead", "write <= instead", r"write \<= instead"),
            ("quote it: `a b`", "quote it:", "quote it: `` `a b` ``"),
            (
                r#"such as [{"a": 1}], once"#,
                "such as , once",
                r#"such as `[{"a": 1}]`, once"#,
            ),
        ] {
            let found = Wording::of(text);
            assert_eq!((&*found.key, &*found.shown), (key, shown));
        }
    }
}
