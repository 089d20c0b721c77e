//! The requirements of a field, and the errors of any field.

use crate::input::error::{InputError, NO_CONTEXT};
use crate::input::phrases::{list_names, nearest, quoted, shown};
use crate::input::resolve::first_placeholder;
use crate::input::template::{Part, Placeholder, Template};
use serde_json::Value;

/// The requirements of a field, in addition to its type.
#[derive(Debug, Clone, Copy)]
pub enum Need<'a> {
    /// Optional and nullable.
    Nothing,
    /// Optional but not nullable, for a reason such as `and this field can't be empty`.
    NotNull(&'a str),
    /// Required, possibly for a reason, such as `for an email`.
    Value(&'a str),
}

/// A required field that is absent.
pub fn missing(why: &str, expected: &str) -> InputError {
    InputError::new(
        format!("is required{}", because(why)),
        format!("give {expected}"),
    )
}

/// An unknown input. `hint` is for a name that people expect.
pub fn unknown(name: &str, known: &[&str], hint: Option<&str>) -> InputError {
    let near = nearest(name, known.iter().copied());
    let hint = match (hint, near) {
        (Some(hint), _) => hint.to_owned(),
        (None, Some(near)) => format!("write {near} if you meant that"),
        (None, None) if known.is_empty() => "leave it out".to_owned(),
        (None, None) => format!("leave it out, or write {}", list_names(known, "or")),
    };
    InputError::new("is not an input of this action", hint)
}

/// Text that looks like a placeholder, without a context and in a field that does not accept
/// such text.
pub fn without_context(expression: &str, expected: &str) -> InputError {
    InputError::unresolved(
        expression,
        format!("has no value: {NO_CONTEXT}"),
        format!("give {expected}, or have the engine set WORKFLOW_CONTEXT"),
    )
}

/// The error of a value that is not a list, or not a record.
pub fn not(value: &Value, what: &str, expected: &str, from: Option<&Placeholder>) -> InputError {
    let error = InputError::of_value(value, format!("is not {what}"), format!("give {expected}"));
    match from {
        Some(placeholder) => error.with_source(&placeholder.expression),
        None => error,
    }
}

/// A null that is not accepted. Names its placeholder.
pub fn null(placeholder: Option<&Placeholder>, need: Need<'_>, expected: &str) -> InputError {
    let (problem, hint) = match need {
        Need::Value(why) => (
            format!("is null, but required{}", because(why)),
            format!("give {expected}"),
        ),
        Need::NotNull(why) => (
            format!("is null, {why}"),
            format!("leave it out, or give {expected}"),
        ),
        Need::Nothing => ("is null".to_owned(), format!("give {expected}")),
    };
    match placeholder {
        Some(Placeholder { expression, .. }) => {
            let hint = format!("give {expression} a value in the workflow");
            InputError::unresolved(expression, problem, hint)
        }
        None => InputError::new(problem, hint),
    }
}

fn because(why: &str) -> String {
    if why.is_empty() {
        String::new()
    } else {
        format!(" {why}")
    }
}

/// Names the placeholder of a value, or the text around it, instead of the value.
pub fn name_source(error: InputError, written: &Value) -> InputError {
    let Some(text) = written.as_str() else {
        return match first_placeholder(written) {
            Some(_) => error.with_written(&shown(written)),
            None => error,
        };
    };
    let Ok(template) = Template::parse(text) else {
        return error;
    };
    match template.placeholder() {
        Some(placeholder) => error.with_source(&placeholder.expression),
        None if template.parts().iter().any(is_placeholder) => error.with_written(&quoted(text)),
        None => error,
    }
}

fn is_placeholder(part: &Part) -> bool {
    matches!(part, Part::Placeholder(_))
}
