//! Errors in a filter, shown as the formula with a caret under the location, what
//! was found, and a hint.

use crate::input::InputError;
use std::ops::Range;

/// A location in a filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    /// A range of a formula's text, in bytes.
    Span(Range<usize>),
    /// A path in a JSON filter: `value[0].operator`.
    Path(String),
}

/// An error in a filter. Boxed, since every step of the parser passes it on: inline
/// it costs the component kilobytes of code that copies it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormulaError(Box<Mistake>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Mistake {
    /// Its location. `None` if it is about the whole filter.
    location: Option<Location>,
    /// What was found, and what was expected.
    title: String,
    /// The hint, shown beside the caret.
    advice: String,
}

/// Characters of a long formula shown on each side of the caret: with the hint they
/// still fit a form field.
const CONTEXT_CHARS: usize = 60;

/// Maximum length of the underline, in characters.
const MAX_CARETS: usize = 40;

impl FormulaError {
    /// An error at a location.
    #[cold]
    #[inline(never)]
    pub fn at(location: &Location, title: impl Into<String>, advice: impl Into<String>) -> Self {
        Self::new(Some(location.clone()), title.into(), advice.into())
    }

    /// An error of the whole filter.
    #[cold]
    #[inline(never)]
    pub fn whole(title: impl Into<String>, advice: impl Into<String>) -> Self {
        Self::new(None, title.into(), advice.into())
    }

    fn new(location: Option<Location>, title: String, advice: String) -> Self {
        Self(Box::new(Mistake {
            location,
            title,
            advice,
        }))
    }

    /// What was found, and what was expected.
    pub fn title(&self) -> &str {
        &self.0.title
    }

    /// The message. `text` is the formula, empty for JSON.
    pub fn render(&self, text: &str) -> String {
        let Mistake {
            location,
            title,
            advice,
        } = &*self.0;
        match location {
            None => format!("{title}; {advice}"),
            Some(Location::Path(path)) => format!("{path}: {title}; {advice}"),
            Some(Location::Span(span)) => {
                format!("{title}\n{} {advice}", underlined(text, span))
            }
        }
    }

    /// The error as one of the input.
    pub fn into_input_error(self, text: &str) -> InputError {
        InputError::new(self.render(text))
    }
}

/// The formula on one line, and carets under the span on the next.
fn underlined(text: &str, span: &Range<usize>) -> String {
    let before = text.get(..span.start).unwrap_or_default();
    let within = text.get(span.clone()).unwrap_or_default();
    let after = text.get(span.end..).unwrap_or_default();

    let skipped = before.chars().count().saturating_sub(CONTEXT_CHARS);
    let mut line = String::from("  ");
    if skipped > 0 {
        line.push('…');
    }
    line.extend(before.chars().skip(skipped).map(on_one_line));
    let column = line.chars().count();
    let carets = within.chars().count().clamp(1, MAX_CARETS);

    let rest: Vec<char> = within.chars().chain(after.chars()).collect();
    let shown = carets.max(CONTEXT_CHARS);
    line.extend(rest.iter().take(shown).copied().map(on_one_line));
    if rest.len() > shown {
        line.push('…');
    }
    format!("{line}\n{}{}", " ".repeat(column), "^".repeat(carets))
}

fn on_one_line(char: char) -> char {
    if char.is_control() { ' ' } else { char }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered(text: &str, span: Range<usize>) -> String {
        FormulaError::at(&Location::Span(span), "title", "advice").render(text)
    }

    #[test]
    fn carets_stand_under_the_place() {
        for (text, span, expected) in [
            ("a = ", 4..4, "title\n  a = \n      ^ advice"),
            ("a = bcd", 4..7, "title\n  a = bcd\n      ^^^ advice"),
            ("é\n=\tb", 5..6, "title\n  é = b\n      ^ advice"),
        ] {
            assert_eq!(rendered(text, span), expected);
        }
    }

    #[test]
    fn long_formulas_are_shown_around_the_place() {
        let text = format!("{}X{}", "a".repeat(200), "b".repeat(200));
        let shown = rendered(&text, 200..201);
        assert_eq!(
            shown,
            format!(
                "title\n  …{}X{}…\n{}^ advice",
                "a".repeat(60),
                "b".repeat(59),
                " ".repeat(63)
            )
        );
    }
}
