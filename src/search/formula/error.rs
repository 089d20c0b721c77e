//! Errors in a filter: where, what is wrong, and one thing to do about it.

use crate::input::{InputError, shortened};
use std::ops::Range;

/// A location in a filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    /// A range of a formula's text, in bytes.
    Span(Range<usize>),
    /// A path in a JSON filter: `value[0].operator`. Empty for the whole of it.
    Path(String),
}

/// An error in a filter. Boxed, since every step of the parser passes it on: inline
/// it costs the component kilobytes of code that copies it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormulaError(Box<Mistake>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Mistake {
    /// Its location. `None` if it is about the size of the whole filter.
    location: Option<Location>,
    /// What is wrong, on one line. It may quote the filter.
    problem: String,
    hint: String,
}

/// The hint for a filter whose text must not be shown.
const DISCREET_HINT: &str = "replace the placeholder with the filter itself to see more";

impl FormulaError {
    /// An error at a location.
    #[cold]
    #[inline(never)]
    pub fn at(location: &Location, problem: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(Some(location.clone()), problem.into(), hint.into())
    }

    /// An error of the whole filter's size. `problem` shows nothing of the filter, and
    /// reads after its name.
    #[cold]
    #[inline(never)]
    pub fn whole(problem: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(None, problem.into(), hint.into())
    }

    fn new(location: Option<Location>, problem: String, hint: String) -> Self {
        Self(Box::new(Mistake {
            location,
            problem,
            hint,
        }))
    }

    /// What is wrong.
    pub fn problem(&self) -> &str {
        &self.0.problem
    }

    /// Its range in the formula's text, in bytes.
    pub fn span(&self) -> Option<Range<usize>> {
        match &self.0.location {
            Some(Location::Span(span)) => Some(span.clone()),
            Some(Location::Path(_)) | None => None,
        }
    }

    /// The error as one of the input. `text` is the formula, empty for JSON.
    pub fn into_input_error(self, text: &str) -> InputError {
        let Mistake {
            location,
            problem,
            hint,
        } = *self.0;
        let unusable = |place: &str| format!("is not a usable filter: {place} is wrong");
        match location {
            None => InputError::new(problem, hint),
            Some(Location::Path(path)) => {
                let (problem, discreet) = match path.as_str() {
                    "" => (problem, "is not a usable filter".to_owned()),
                    _ => (format!("{path}: {problem}"), unusable(&path)),
                };
                InputError::new(problem, hint).or_discreetly(discreet, DISCREET_HINT)
            }
            Some(Location::Span(span)) => {
                let span = characters(text, &span);
                let place = format!("the part at character {}", span.start + 1);
                let error = InputError::new(problem, hint).within(span);
                error.or_discreetly(unusable(&place), DISCREET_HINT)
            }
        }
    }
}

/// A range of bytes as one of characters.
fn characters(text: &str, span: &Range<usize>) -> Range<usize> {
    let count = |end: usize| text.get(..end).unwrap_or(text).chars().count();
    count(span.start)..count(span.end)
}

/// A part of a formula as a message shows it: in quotes, on one line, shortened.
pub fn quoted_part(part: &str) -> String {
    let part = shortened(part).replace(char::is_control, " ");
    match part.starts_with(['\'', '"']) {
        true => part,
        false => format!("\"{part}\""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_count_characters() {
        for (text, bytes, expected) in [
            ("a = ", 4..4, 4..4),
            ("a = bcd", 4..7, 4..7),
            ("é\n=\tb", 5..6, 4..5),
            ("🦀🦀", 4..8, 1..2),
        ] {
            assert_eq!(characters(text, &bytes), expected, "{text}");
        }
    }

    #[test]
    fn parts_are_quoted_once_and_on_one_line() {
        for (part, expected) in [
            ("user", r#""user""#),
            ("'user'", "'user'"),
            ("\"a\nb\"", "\"a b\""),
            ("`a\tb`", "\"`a b`\""),
        ] {
            assert_eq!(quoted_part(part), expected);
        }
    }
}
