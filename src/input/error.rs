//! The errors of a call's inputs, each with its field; and texts for errors.

use crate::world::types::{ActionError, Failure, FailureReason, InputProblem};
use serde_json::Value;
use std::fmt;

/// One error of one input, without its field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputError(Box<Inner>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Inner {
    /// The invalid value as the message shows it, if the message begins with it.
    given: Option<String>,
    /// The rest of the message.
    problem: String,
    /// What replaces `problem` if the value must not be shown.
    discreet: Option<String>,
    expression: Option<String>,
}

impl InputError {
    /// An error whose message shows nothing of the value.
    #[cold]
    #[inline(never)]
    pub fn new(problem: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            given: None,
            problem: problem.into(),
            discreet: None,
            expression: None,
        }))
    }

    /// An invalid value. `problem` is the rest of a sentence that starts with the
    /// value: what is wrong, what is accepted, and a hint.
    #[cold]
    #[inline(never)]
    pub fn of_value(value: &Value, problem: impl Into<String>) -> Self {
        Self::of_shown(shown(value), problem)
    }

    /// The same for a value as the message shows it.
    #[cold]
    #[inline(never)]
    pub fn of_shown(given: String, problem: impl Into<String>) -> Self {
        let mut error = Self::new(problem);
        error.0.given = Some(given);
        error
    }

    /// Gives another problem, for a value that must not be shown.
    #[must_use]
    pub fn or_discreetly(mut self, problem: impl Into<String>) -> Self {
        self.0.discreet = Some(problem.into());
        self
    }

    /// A placeholder without a value.
    #[cold]
    #[inline(never)]
    pub fn unresolved(expression: &str, why: impl fmt::Display) -> Self {
        let mut error = Self::new(format!("{expression} {why}"));
        error.0.expression = Some(expression.to_owned());
        error
    }

    /// Names the placeholder that the value came from, and no longer shows the
    /// value: the workflow context may hold secrets.
    #[must_use]
    pub fn with_source(mut self, expression: &str) -> Self {
        if self.0.expression.is_some() {
            return self;
        }
        if let Some(discreet) = self.0.discreet.take() {
            self.0.problem = discreet;
        }
        match &mut self.0.given {
            Some(given) => expression.clone_into(given),
            None => {
                self.0.problem = format!("{} (it is the value of {expression})", self.0.problem)
            }
        }
        self
    }

    /// Adds the key of the value within its field.
    #[must_use]
    pub fn at(mut self, key: &str) -> Self {
        let found = match &self.0.given {
            Some(given) => format!("{}: {given}", shortened(key)),
            None => format!("{}:", shortened(key)),
        };
        self.0.given = Some(found);
        self
    }

    /// Shows what was written in place of the value, where placeholders make a part
    /// of it.
    #[must_use]
    pub fn with_written(mut self, written: &str) -> Self {
        if self.0.given.is_some() {
            self = self.with_source(written);
        }
        self
    }

    /// Adds that the value is literal text that holds what looks like a placeholder.
    #[must_use]
    pub fn in_literal_text(mut self, expression: &str) -> Self {
        if self.0.expression.is_some() {
            return self;
        }
        self.0.problem = format!(
            "{}; it holds {expression}, and {NO_CONTEXT}",
            self.0.problem
        );
        self.0.expression = Some(expression.to_owned());
        self
    }

    /// Whether the value is a text without a character other than white space.
    pub fn is_of_empty_text(&self) -> bool {
        let text = self.0.given.as_deref().and_then(|given| {
            let inside = given.strip_prefix('"')?;
            inside.strip_suffix('"')
        });
        text.is_some_and(|text| text.trim().is_empty())
    }

    fn message(&self) -> String {
        match &self.0.given {
            Some(given) => format!("{given} {}", self.0.problem),
            None => self.0.problem.clone(),
        }
    }
}

/// Why a placeholder is not resolved.
pub const NO_CONTEXT: &str = "the engine gave no WORKFLOW_CONTEXT to resolve placeholders in";

/// The errors of one call, in the order of the fields.
#[derive(Debug, Default)]
pub struct InputErrors(Vec<InputProblem>);

impl InputErrors {
    /// Notes an error of a field.
    pub fn note(&mut self, field: impl Into<String>, error: InputError) {
        self.0.push(InputProblem {
            field: field.into(),
            message: error.message(),
            expression: error.0.expression,
        });
    }

    /// Adds the errors of a record inside a field.
    pub fn append(&mut self, place: &str, record: Self) {
        self.0
            .extend(record.0.into_iter().map(|error| InputProblem {
                field: format!("{place}.{}", error.field),
                ..error
            }));
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The action's error, with all of them.
    pub fn into_error(self, action: &str) -> ActionError {
        let lines: Vec<String> = self
            .0
            .iter()
            .map(|error| format!("{}: {}", error.field, error.message))
            .collect();
        let reason = if self.0.iter().all(|error| error.expression.is_some()) {
            FailureReason::UnresolvedPlaceholder(self.0)
        } else {
            FailureReason::InvalidInput(self.0)
        };
        ActionError::Permanent(Failure {
            reason,
            message: format!("{action}: {}", lines.join("\n")),
            status: None,
            request_id: None,
            codes: Vec::new(),
            retry_after_ms: None,
        })
    }
}

/// Maximum length of a value in an error, in characters: enough to recognise the
/// value, short enough for a log line.
const SHOWN_CHARS: usize = 60;

/// A value as an error shows it: JSON, shortened.
pub fn shown(value: &Value) -> String {
    shortened(&value.to_string())
}

/// A text as an error shows it: in quotes, shortened.
pub fn quoted(text: &str) -> String {
    shown(&text.into())
}

/// Text, shortened to what an error can show.
pub fn shortened(text: &str) -> String {
    match text.char_indices().nth(SHOWN_CHARS) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
    }
}

/// Names in a sentence: `a, b and c`.
pub fn list_names(names: &[&str], last: &str) -> String {
    match names {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., end] => format!("{} {last} {end}", first.join(", ")),
    }
}

/// Minimum likeness of a suggested name (Jaro-Winkler; 1 is equal). A lower one
/// suggests names that nobody meant.
const ALIKE: f64 = 0.8;

/// Maximum length of the names compared, in bytes. The time grows with the product
/// of the lengths: two names of a megabyte would take hours.
const LONGEST_NAME: usize = 200;

/// The name nearest to what was written, if any is near.
pub fn nearest<'a>(written: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let plain = |name: &str| name.to_ascii_lowercase().replace(['-', ' '], "_");
    if written.len() > LONGEST_NAME {
        return None;
    }
    let written = plain(written);
    names
        .into_iter()
        .filter(|name| name.len() <= LONGEST_NAME)
        .map(|name| (strsim::jaro_winkler(&written, &plain(name)), name))
        .filter(|(likeness, _)| *likeness >= ALIKE)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_suggested_only_when_near() {
        let names = ["email", "external_id", "phone"];
        assert_eq!(nearest("emial", names), Some("email"));
        assert_eq!(nearest("externalId", names), Some("external_id"));
        assert_eq!(nearest("External-Id", names), Some("external_id"));
        assert_eq!(nearest("zzz", names), None);
    }

    #[test]
    fn long_values_are_shortened_by_characters() {
        assert_eq!(shortened("short"), "short");
        let long = "é".repeat(100);
        assert_eq!(shortened(&long).chars().count(), SHOWN_CHARS + 1);
    }

    #[test]
    fn only_placeholders_missing_is_a_reason_of_its_own() {
        let mut errors = InputErrors::default();
        errors.note(
            "owner_id",
            InputError::unresolved("{{a.b}}", "has no value"),
        );
        assert!(matches!(
            errors.into_error("create-contact"),
            ActionError::Permanent(Failure {
                reason: FailureReason::UnresolvedPlaceholder(_),
                ..
            })
        ));
    }
}
