//! The component, as the form uses it.

use std::fmt;

use serde_json::Value;

/// A problem of one input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where it is, such as `owner_id` or `cc[1].contact_id`.
    pub field: String,
    /// Message and hint.
    pub message: String,
}

/// A component that runs one action.
pub trait Component {
    /// The problems that a preview of the action finds in `input`; empty if it finds none or
    /// fails otherwise.
    fn problems(&self, input: &Value) -> impl Future<Output = Vec<Problem>>;

    /// The result of another action, or one line that says why it failed.
    fn list(&self, action: &str, input: &Value) -> impl Future<Output = Result<Value, String>>;
}

impl Problem {
    /// Whether the problem concerns the input at `place`, or a part of it.
    pub fn is_at(&self, place: &str) -> bool {
        let part = self.field.strip_prefix(place);
        part.is_some_and(|part| part.is_empty() || part.starts_with(['.', '[']))
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_belongs_to_its_field_and_to_those_around_it() {
        let problem = Problem {
            field: "cc[1].contact_id".to_owned(),
            message: String::new(),
        };
        for (place, is_at) in [
            ("cc", true),
            ("cc[1]", true),
            ("cc[1].contact_id", true),
            ("cc[1].contact", false),
            ("cc[11]", false),
            ("c", false),
        ] {
            assert_eq!(problem.is_at(place), is_at, "{place}");
        }
    }
}
