//! Underlines the part of an input's text that a problem is about.

use serde_json::Value;

use crate::bindings::types::TextSpan;

/// Characters of a long text to show on each side of the part.
const CONTEXT_CHARS: usize = 60;

/// Maximum length of the underline, in characters.
const MAX_CARETS: usize = 40;

/// `text` on one line, with carets under the part on the next. Of a long text, only the
/// surroundings of the part are shown.
pub fn underline(text: &str, span: TextSpan) -> String {
    let characters: Vec<char> = text.chars().collect();
    let position = |at: u32| usize::try_from(at).unwrap_or(usize::MAX);
    let start = position(span.start).min(characters.len());
    let carets = position(span.end).saturating_sub(start);
    let carets = carets.clamp(1, MAX_CARETS);
    let first = start.saturating_sub(CONTEXT_CHARS);
    let last = start + carets.max(CONTEXT_CHARS);

    let mut line = String::from(if first > 0 { "  …" } else { "  " });
    let indent = line.chars().count() + (start - first);
    let shown = characters.iter().take(last).skip(first);
    line.extend(shown.map(|c| if c.is_control() { ' ' } else { *c }));
    if characters.len() > last {
        line.push('…');
    }
    format!("{line}\n{}{}", " ".repeat(indent), "^".repeat(carets))
}

/// The text at a problem's field, such as `filter_formula` or `cc[1].contact_id`.
pub fn text_of<'a>(input: &'a Value, field: &str) -> Option<&'a str> {
    let mut value = input;
    for part in field.split('.') {
        let (name, indexes) = part.split_once('[').unwrap_or((part, ""));
        value = value.get(name)?;
        for index in indexes.split_terminator('[') {
            value = value.get(index.strip_suffix(']')?.parse::<usize>().ok()?)?;
        }
    }
    value.as_str()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn carets_stand_under_the_part() {
        for (text, start, end, expected) in [
            ("a = ", 4, 4, "  a = \n      ^"),
            ("a = bcd", 4, 7, "  a = bcd\n      ^^^"),
            ("é\n=\tb", 4, 5, "  é = b\n      ^"),
            // An invalid span draws no more carets than the text has characters.
            ("ab", 7, 9, "  ab\n    ^^^^^^^"),
        ] {
            assert_eq!(underline(text, TextSpan { start, end }), expected, "{text}");
        }
    }

    #[test]
    fn long_texts_are_shown_around_the_part() {
        let text = format!("{}X{}", "a".repeat(200), "b".repeat(200));
        let (before, after) = ("a".repeat(60), "b".repeat(59));
        let expected = format!("  …{before}X{after}…\n{}^", " ".repeat(63));
        let span = TextSpan {
            start: 200,
            end: 201,
        };
        assert_eq!(underline(&text, span), expected);
    }

    #[test]
    fn fields_are_found_by_their_path() {
        let input = json!({"a": "x", "cc": [{}, {"b": "y"}], "n": 1, "m": [["z"]]});
        for (field, text) in [
            ("a", Some("x")),
            ("cc[1].b", Some("y")),
            ("m[0][0]", Some("z")),
            ("cc[2].b", None),
            ("cc[x].b", None),
            ("n", None),
            ("b", None),
        ] {
            assert_eq!(text_of(&input, field), text, "{field}");
        }
    }
}
