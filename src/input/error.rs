//! The errors of a call's inputs, each with its field, a message and a hint.

use super::phrases::{shortened, shown};
use super::template::TemplateError;
use crate::world::types::{ActionError, Failure, FailureReason, InputProblem, TextSpan};
use serde_json::Value;
use std::fmt;
use std::ops::Range;

/// One error of one input, without its field.
///
/// Its message is a clause that can follow the field's name, its hint one that can follow the
/// message and a semicolon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputError(Box<Inner>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Inner {
    /// The key of the value in its field.
    place: Option<String>,
    /// The invalid value, if the message shows it.
    subject: Option<String>,
    /// The rest of the message.
    problem: String,
    hint: String,
    /// Replaces problem and hint if the value must not be shown. The problem is then about the
    /// placeholder of the value.
    discreet: Option<(String, String)>,
    expression: Option<String>,
    span: Option<Range<usize>>,
}

impl InputError {
    /// An error whose message does not show the value. `problem` is the rest of the message.
    #[cold]
    #[inline(never)]
    pub fn new(problem: impl Into<String>, hint: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            place: None,
            subject: None,
            problem: problem.into(),
            hint: hint.into(),
            discreet: None,
            expression: None,
            span: None,
        }))
    }

    /// An invalid value. `problem` is the rest of a sentence that begins with it.
    pub fn of_value(value: &Value, problem: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(problem, hint).about(shown(value))
    }

    /// A placeholder without a value. `problem` is the rest of a sentence that begins with it.
    pub fn unresolved(
        expression: &str,
        problem: impl fmt::Display,
        hint: impl Into<String>,
    ) -> Self {
        let mut error = Self::new(format!("{expression} {problem}"), hint);
        error.0.expression = Some(expression.to_owned());
        error
    }

    /// The beginning of the message: the value, as it is shown.
    #[must_use]
    pub fn about(mut self, subject: impl Into<String>) -> Self {
        self.0.subject = Some(subject.into());
        self
    }

    /// Sets another problem and hint, for a value that must not be shown.
    #[must_use]
    pub fn or_discreetly(mut self, problem: impl Into<String>, hint: impl Into<String>) -> Self {
        self.0.discreet = Some((problem.into(), hint.into()));
        self
    }

    /// Sets the affected characters of the field's text.
    #[must_use]
    pub fn within(mut self, span: Range<usize>) -> Self {
        self.0.span = Some(span);
        self
    }

    /// Sets the placeholder of the value, and hides the value: the workflow context may contain
    /// secrets.
    #[must_use]
    pub fn with_source(mut self, expression: &str) -> Self {
        if self.0.expression.is_some() {
            return self;
        }
        self.0.span = None;
        if let Some((problem, hint)) = self.0.discreet.take() {
            (self.0.problem, self.0.hint) = (problem, hint);
        }
        self.about(expression)
    }

    /// Adds the key of the value in its field.
    #[must_use]
    pub fn at(mut self, key: &str) -> Self {
        self.0.place = Some(shortened(key));
        self
    }

    /// Shows the written text instead of the value, if a part of it is a placeholder.
    #[must_use]
    pub fn with_written(self, written: &str) -> Self {
        match self.0.subject {
            Some(_) => self.with_source(written),
            None => self,
        }
    }

    /// Adds that the value is literal text that looks like a placeholder.
    #[must_use]
    pub fn in_literal_text(mut self, expression: &str) -> Self {
        if self.0.expression.is_some() {
            return self;
        }
        self.0.problem = format!(
            "{} (it contains {expression}, and {NO_CONTEXT})",
            self.0.problem
        );
        self.0.expression = Some(expression.to_owned());
        self
    }

    /// Whether the value is a text of only white space.
    pub fn is_of_empty_text(&self) -> bool {
        let text = self.0.subject.as_deref().and_then(|subject| {
            let inside = subject.strip_prefix('"')?;
            inside.strip_suffix('"')
        });
        text.is_some_and(|text| text.trim().is_empty())
    }

    fn message(&self) -> String {
        let mut message = String::new();
        for (part, end) in [(&self.0.place, ": "), (&self.0.subject, " ")] {
            message.extend(part.iter().flat_map(|part| [part, end]));
        }
        message.push_str(&self.0.problem);
        message
    }

    fn into_problem(self, field: String) -> InputProblem {
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        InputProblem {
            field,
            message: self.message(),
            hint: Some(self.0.hint),
            expression: self.0.expression,
            span: self.0.span.map(|span| TextSpan {
                start: offset(span.start),
                end: offset(span.end),
            }),
        }
    }
}

/// On one line: `problem; hint`.
impl fmt::Display for InputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.message(), self.0.hint)
    }
}

impl From<TemplateError> for InputError {
    fn from(error: TemplateError) -> Self {
        Self::new(error.to_string(), error.hint())
    }
}

/// Why a placeholder is not resolved.
pub const NO_CONTEXT: &str = "the engine did not set WORKFLOW_CONTEXT";

/// The errors of one call, in the order of the fields.
#[derive(Debug, Default)]
pub struct InputErrors(Vec<InputProblem>);

impl InputErrors {
    /// Notes an error of a field.
    pub fn note(&mut self, field: impl Into<String>, error: InputError) {
        self.0.push(error.into_problem(field.into()));
    }

    /// Adds the errors of a record in a field.
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

    /// All of them.
    pub fn into_problems(self) -> Vec<InputProblem> {
        self.0
    }

    /// One line for each: `field: problem; hint`.
    #[cfg(test)]
    pub fn lines(&self) -> Vec<String> {
        let line = |problem: &InputProblem| {
            let hint = problem.hint.as_deref().unwrap_or("(no hint)");
            format!("{}: {}; {hint}", problem.field, problem.message)
        };
        self.0.iter().map(line).collect()
    }

    /// The action's error, with all of them.
    pub fn into_error(self, action: &str) -> ActionError {
        let problems = self.0;
        let line = |field: &str, text: &str| format!("{field}: {text}");
        let messages: Vec<_> = problems
            .iter()
            .map(|problem| line(&problem.field, &problem.message))
            .collect();
        let hint = match problems.as_slice() {
            [only] => only.hint.clone(),
            several => {
                let hints = several.iter().filter_map(|problem| {
                    let hint = problem.hint.as_ref()?;
                    Some(line(&problem.field, hint))
                });
                Some(hints.collect::<Vec<_>>().join("\n"))
            }
        };
        let unresolved = problems.iter().all(|problem| problem.expression.is_some());
        let reason = match unresolved {
            true => FailureReason::UnresolvedPlaceholder,
            false => FailureReason::InvalidInput,
        };
        let message = format!("{action}: {}", messages.join("\n"));
        ActionError::Permanent(Failure {
            problems,
            hint,
            ..Failure::new(reason, message)
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::panic)]
    use super::*;

    fn failure(errors: InputErrors) -> Failure {
        match errors.into_error("create-contact") {
            ActionError::Permanent(failure) => failure,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn message_and_hint_of_one_problem_stand_apart() {
        let mut errors = InputErrors::default();
        let error = InputError::of_value(&"boss".into(), "is not a role", "give user or lead");
        errors.note("role", error);
        let failure = failure(errors);
        assert_eq!(
            failure.message,
            r#"create-contact: role: "boss" is not a role"#
        );
        assert_eq!(failure.hint.as_deref(), Some("give user or lead"));
    }

    #[test]
    fn several_problems_are_a_line_each_in_both_parts() {
        let mut errors = InputErrors::default();
        errors.note("role", InputError::new("is required", "give user or lead"));
        let mut inner = InputErrors::default();
        inner.note("id", InputError::new("is required", "give an id"));
        errors.append("cc[1]", inner);
        let failure = failure(errors);
        assert_eq!(
            failure.message,
            "create-contact: role: is required\ncc[1].id: is required"
        );
        assert_eq!(
            failure.hint.as_deref(),
            Some("role: give user or lead\ncc[1].id: give an id")
        );
    }

    #[test]
    fn only_placeholders_missing_is_a_reason_of_its_own() {
        let missing = InputError::unresolved("{{a.b}}", "has no value", "correct its path");
        let mut errors = InputErrors::default();
        errors.note("owner_id", missing.clone());
        assert_eq!(failure(errors).reason, FailureReason::UnresolvedPlaceholder);

        let mut errors = InputErrors::default();
        errors.note("owner_id", missing);
        errors.note("role", InputError::new("is required", "give user or lead"));
        assert_eq!(failure(errors).reason, FailureReason::InvalidInput);
    }

    #[test]
    fn a_value_from_the_context_is_named_and_not_shown() {
        let seen = |error: InputError| {
            let InputProblem {
                message,
                hint,
                span,
                ..
            } = error.with_source("{{a}}").into_problem("field".to_owned());
            (message, hint.unwrap_or_default(), span.is_some())
        };
        let of_value = InputError::of_value(&"s3cret".into(), "is not a date", "give a date");
        let with_hint = InputError::of_value(&"s3cret".into(), "looks odd", "give s3")
            .or_discreetly("is not a date", "give a date");
        let within = InputError::new("expected a value, found \"s3cret\"", "quote s3cret")
            .within(3..9)
            .or_discreetly("is not a date", "give a date");
        for error in [of_value, with_hint, within] {
            let expected = (
                "{{a}} is not a date".to_owned(),
                "give a date".to_owned(),
                false,
            );
            assert_eq!(seen(error), expected);
        }
        let error = InputError::new("is empty", "give a date").at("key");
        assert_eq!(seen(error).0, "key: {{a}} is empty");
    }
}
