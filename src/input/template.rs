//! Parses text with placeholders: `{{settings.admin}}`, `<<settings.admin>>`.
//!
//! Only the grammar; the context has the values.
//!
//! A backslash right before an opening delimiter makes it literal. Two are one backslash, so a
//! path such as `C:\\{{user}}` can be written; elsewhere a backslash is an ordinary character. A
//! `?` after the path makes the placeholder optional: `{{trigger.phone?}}`.
//!
//! ```
//! use intercom_connector::internals::{Part, Template};
//!
//! let template = Template::parse("Hello {{trigger.name}}!").unwrap();
//! assert!(matches!(template.parts(), [Part::Literal(_), Part::Placeholder(_), Part::Literal(_)]));
//! assert!(Template::parse(r"a literal \{{ brace").unwrap().placeholder().is_none());
//! ```

use super::path::Path;
use std::fmt;

/// Text, split into literal parts and placeholders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    parts: Vec<Part>,
}

/// One part of a [`Template`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Literal text, with `\{{`, `\<<` and the backslashes before them unescaped.
    Literal(String),
    /// A placeholder.
    Placeholder(Placeholder),
}

/// A placeholder: `{{…}}` or `<<…>>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placeholder {
    /// The placeholder as written, including its delimiters.
    pub expression: String,
    /// The path of its value.
    pub path: Path,
    /// Whether it is optional: a missing path is not an error.
    pub optional: bool,
}

impl Placeholder {
    /// The root of an action's inputs, in the texts of its definition.
    const INPUTS: &str = "inputs";

    /// Whether it refers to inputs, in the text of a definition.
    pub fn is_of_inputs(&self) -> bool {
        let root = self.path.steps().first();
        root.is_some_and(|root| root == Self::INPUTS)
    }

    /// The input that it refers to, in the text of a definition.
    pub fn input(&self) -> Option<&str> {
        let name = self.path.steps().get(1)?;
        self.is_of_inputs().then_some(name)
    }
}

/// Why a text is not a template. Displays as the rest of a sentence that begins with the field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateError {
    /// The text from the opening delimiter, shortened.
    found: String,
    open: &'static str,
    kind: TemplateErrorKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TemplateErrorKind {
    Unclosed { close: &'static str },
    NotAPath,
}

impl fmt::Display for TemplateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { found, kind, .. } = self;
        match kind {
            TemplateErrorKind::Unclosed { close } => {
                write!(f, "{found} has no closing {close}")
            }
            TemplateErrorKind::NotAPath => write!(
                f,
                "{found} is not a placeholder: its path is not dotted names and indexes"
            ),
        }
    }
}

impl TemplateError {
    /// The hint, a clause.
    pub fn hint(&self) -> String {
        let Self { open, kind, .. } = self;
        let correct = match kind {
            TemplateErrorKind::Unclosed { close } => format!("close it with {close}"),
            TemplateErrorKind::NotAPath => {
                "write a path such as settings.admin or steps.lookup.contacts.0.id".to_owned()
            }
        };
        format!("{correct}; for a literal {open} write \\{open}, which JSON spells \\\\{open}")
    }
}

/// The delimiters of placeholders, opening and closing.
const DELIMITERS: [(&str, &str); 2] = [("{{", "}}"), ("<<", ">>")];

/// Maximum length of a placeholder that [`Template::find`] finds, in bytes.
const FOUND_BYTES: usize = 300;

impl Template {
    /// Parses a text.
    ///
    /// # Errors
    /// A delimiter without its closing one, or text between delimiters that is not a path.
    pub fn parse(text: &str) -> Result<Self, TemplateError> {
        let mut parts = Vec::new();
        let mut literal = String::new();
        let mut rest = text;
        while let Some(next) = rest.chars().next() {
            if let Some((unescaped, after)) = Self::unescaped(rest) {
                literal.push_str(unescaped);
                rest = after;
            } else if let Some((placeholder, after)) = placeholder(rest)? {
                if !literal.is_empty() {
                    parts.push(Part::Literal(std::mem::take(&mut literal)));
                }
                parts.push(Part::Placeholder(placeholder));
                rest = after;
            } else {
                let (plain, after) = before_next(rest, next);
                literal.push_str(plain);
                rest = after;
            }
        }
        if !literal.is_empty() {
            parts.push(Part::Literal(literal));
        }
        Ok(Self { parts })
    }

    /// The parts, in order. Never two literals in a row; empty for an empty text.
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// The first placeholder in a text as written, whatever surrounds it.
    pub fn find(text: &str) -> Option<String> {
        let starts = text.char_indices().filter(|(_, c)| matches!(c, '{' | '<'));
        starts
            .filter_map(|(at, _)| text.get(at..))
            .find_map(|rest| {
                let rest = rest.get(..rest.floor_char_boundary(FOUND_BYTES))?;
                Some(placeholder(rest).ok()??.0.expression)
            })
    }

    /// Whether a text is exactly one placeholder.
    pub fn is_placeholder(text: &str) -> bool {
        Self::parse(text).is_ok_and(|template| template.placeholder().is_some())
    }

    /// The text of the backslashes before an opening delimiter, and the rest. An odd number
    /// makes the delimiter literal.
    pub fn unescaped(rest: &str) -> Option<(&str, &str)> {
        let after = rest.trim_start_matches('\\');
        let backslashes = rest.len() - after.len();
        let open = DELIMITERS.iter().find(|(open, _)| after.starts_with(open));
        let (open, _) = open.filter(|_| backslashes > 0)?;
        let literal = if backslashes % 2 == 1 { open.len() } else { 0 };
        // Half of the backslashes, and the delimiter after them.
        let (escaped, after) = rest.split_at_checked(backslashes + literal)?;
        Some((escaped.get(backslashes.div_ceil(2)..)?, after))
    }

    /// The placeholder, if the text is exactly one.
    pub fn placeholder(&self) -> Option<&Placeholder> {
        match self.parts.as_slice() {
            [Part::Placeholder(placeholder)] => Some(placeholder),
            _ => None,
        }
    }
}

/// The text before the next possible delimiter or escape. `first` is its first character, if
/// none begins there.
fn before_next(rest: &str, first: char) -> (&str, &str) {
    let skipped = first.len_utf8();
    let searched = rest.get(skipped..).unwrap_or_default();
    let next = searched.find(['{', '<', '\\']);
    let end = next.map_or(rest.len(), |at| skipped + at);
    rest.split_at_checked(end).unwrap_or((rest, ""))
}

/// The placeholder at the beginning of `rest`, and the text after it.
fn placeholder(rest: &str) -> Result<Option<(Placeholder, &str)>, TemplateError> {
    let Some((open, close, inside)) = DELIMITERS
        .iter()
        .find_map(|(open, close)| Some((*open, *close, rest.strip_prefix(open)?)))
    else {
        return Ok(None);
    };
    let error = |kind, found: &str| TemplateError {
        found: super::phrases::shortened(found),
        open,
        kind,
    };
    let Some((inner, after)) = split_unquoted(inside, close) else {
        return Err(error(TemplateErrorKind::Unclosed { close }, rest));
    };
    let expression = rest.strip_suffix(after).unwrap_or(rest);
    let inner = inner.trim();
    let (inner, optional) = match inner.strip_suffix('?') {
        Some(inner) => (inner.trim_end(), true),
        None => (inner, false),
    };
    let path = Path::parse(inner).ok_or_else(|| error(TemplateErrorKind::NotAPath, expression))?;
    let placeholder = Placeholder {
        expression: expression.to_owned(),
        path,
        optional,
    };
    Ok(Some((placeholder, after)))
}

/// Splits at the first `close` outside of double quotes.
fn split_unquoted<'a>(text: &'a str, close: &str) -> Option<(&'a str, &'a str)> {
    let mut quoted = false;
    let mut escaped = false;
    for (at, char) in text.char_indices() {
        if !quoted && let Some(after) = text.get(at..).and_then(|t| t.strip_prefix(close)) {
            return Some((text.get(..at)?, after));
        }
        if char == '"' && !escaped {
            quoted = !quoted;
        }
        escaped = quoted && char == '\\' && !escaped;
    }
    None
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_placeholder_ends_outside_of_quotes() {
        for text in ["<<a.b>>", "{{ a.b }}", r#"{{a["b"]}}"#] {
            let template = Template::parse(text).unwrap();
            assert_eq!(template.placeholder().unwrap().path.steps(), ["a", "b"]);
        }
        let template = Template::parse(r#"{{a["}} b"].c}}"#).unwrap();
        assert_eq!(
            template.placeholder().unwrap().path.steps(),
            ["a", "}} b", "c"]
        );
    }

    #[test]
    fn text_around_a_placeholder_stays() {
        let template = Template::parse("a {{b}} c << d >>").unwrap();
        let shown: Vec<String> = template
            .parts()
            .iter()
            .map(|part| match part {
                Part::Literal(text) => text.clone(),
                Part::Placeholder(p) => format!("[{}]", p.expression),
            })
            .collect();
        assert_eq!(shown, ["a ", "[{{b}}]", " c ", "[<< d >>]"]);
    }

    #[test]
    fn escapes_are_literal() {
        for (text, literal) in [
            (r"\{{x}}", "{{x}}"),
            (r"\<<x>>", "<<x>>"),
            (r"C:\dir", r"C:\dir"),
            (r"C:\\dir\", r"C:\\dir\"),
            (r"C:\{{x}}", "C:{{x}}"),
            (r"C:\\\{{x}}", r"C:\{{x}}"),
            (r"\\\\\<<x>>", r"\\<<x>>"),
            ("{ x } < y >", "{ x } < y >"),
        ] {
            let parts = vec![Part::Literal(literal.to_owned())];
            assert_eq!(Template::parse(text).unwrap(), Template { parts });
        }
    }

    #[test]
    fn two_backslashes_are_one_before_a_placeholder() {
        for (text, literal) in [
            (r"C:\\{{user}}", r"C:\"),
            (r"\\<<user>>", r"\"),
            (r"a\b\\\\{{user}}", r"a\b\\"),
        ] {
            let template = Template::parse(text).unwrap();
            let [Part::Literal(before), Part::Placeholder(_)] = template.parts() else {
                panic!("{template:?}")
            };
            assert_eq!(before, literal, "{text}");
        }
    }

    #[test]
    fn a_question_mark_makes_it_optional() {
        for (text, optional) in [
            ("{{a.b?}}", true),
            ("<< a.b ? >>", true),
            (r#"{{a["b?"]}}"#, false),
            ("{{a.b}}", false),
        ] {
            let template = Template::parse(text).unwrap();
            assert_eq!(template.placeholder().unwrap().optional, optional, "{text}");
        }
        assert!(Template::parse("{{a?.b}}").is_err());
    }

    #[test]
    fn a_placeholder_is_found_in_any_text() {
        for (text, found) in [
            ("{{a.b}}", Some("{{a.b}}")),
            ("Ann << Co, {{ x | y }} and <<b>>", Some("<<b>>")),
            (r"\{{{a}}", Some("{{a}}")),
            ("Ann << Co", None),
            ("{{é", None),
        ] {
            assert_eq!(Template::find(text).as_deref(), found, "{text}");
        }
    }

    #[test]
    fn mistakes_have_hints() {
        for (text, message) in [
            (
                "Hi {{name",
                r"{{name has no closing }}; close it with }}; for a literal {{ write \{{, which JSON spells \\{{",
            ),
            (
                "1 << 2",
                r"<< 2 has no closing >>; close it with >>; for a literal << write \<<, which JSON spells \\<<",
            ),
            (
                "{{ first_name | fallback }}",
                r"{{ first_name | fallback }} is not a placeholder: its path is not dotted names and indexes; write a path such as settings.admin or steps.lookup.contacts.0.id; for a literal {{ write \{{, which JSON spells \\{{",
            ),
            (
                "{{}}",
                r"{{}} is not a placeholder: its path is not dotted names and indexes; write a path such as settings.admin or steps.lookup.contacts.0.id; for a literal {{ write \{{, which JSON spells \\{{",
            ),
        ] {
            let error = Template::parse(text).unwrap_err();
            assert_eq!(format!("{error}; {}", error.hint()), message);
        }
    }

    proptest! {
        #[test]
        fn any_text_parses_or_is_refused(text in r#"[a-z{}<>\[\]"\\. 0-9é]{0,40}"#) {
            let _ = Template::parse(&text);
        }

        #[test]
        fn escaped_text_comes_back(text in r"[a-z{}<>. ]{0,40}") {
            let escaped = text.replace("{{", r"\{{").replace("<<", r"\<<");
            let template = Template::parse(&escaped);
            // `{{{` escapes to `\{{{`, whose rest may open again: those are refused.
            if let Ok(template) = template && template.parts().len() <= 1 {
                let whole: String = template.parts().iter().map(|p| match p {
                    Part::Literal(t) => t.as_str(),
                    Part::Placeholder(_) => "?",
                }).collect();
                prop_assert_eq!(whole, text);
            }
        }
    }
}
