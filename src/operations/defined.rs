//! The actions that a user defines: a document in `WORKFLOW_ACTIONS`, or an argument
//! of a call.

use super::openapi::{self, Problem};
use super::operation::Operation;
use crate::input::{Bounds, InputError, InputErrors};

/// The actions of a document, and its problems.
#[derive(Debug, Default)]
pub struct Defined {
    /// The actions without a problem, in the document's order.
    pub operations: Vec<Operation>,
    problems: Vec<Problem>,
}

/// Limits of a document. Linux gives a variable 128 KiB; sixty actions take 40.
pub const MAX_DOCUMENT: Bounds = Bounds {
    bytes: 512 * 1024,
    values: 50_000,
};

/// Maximum number of problems that an error shows; a person corrects no more at once.
const MAX_SHOWN: usize = 30;

impl Defined {
    /// Reads a document. `is_taken` knows the ids of all other actions.
    pub fn read(document: &str, is_taken: &dyn Fn(&str) -> bool) -> Self {
        let hint = "give an OpenAPI document as JSON";
        let document = match MAX_DOCUMENT.parse(document, hint) {
            Ok(document) => document,
            Err(what) => return Self::unreadable(&what),
        };
        let read = openapi::read(&document, is_taken);
        Self {
            operations: read.operations,
            problems: read.problems,
        }
    }

    fn unreadable(what: &str) -> Self {
        let (message, hint) = what.rsplit_once("; ").unwrap_or((what, ""));
        let problem = Problem {
            pointer: String::new(),
            message: message.to_owned(),
            hint: hint.to_owned(),
        };
        Self {
            operations: Vec::new(),
            problems: vec![problem],
        }
    }

    /// The action with an id.
    pub fn find(&self, id: &str) -> Option<&Operation> {
        self.operations.iter().find(|operation| operation.id == id)
    }

    /// Notes the problems, as those of a variable or argument.
    pub fn note(&self, field: &str, errors: &mut InputErrors) {
        for problem in self.problems.iter().take(MAX_SHOWN) {
            errors.note(field, error(problem));
        }
        let more = self.problems.len().saturating_sub(MAX_SHOWN);
        if more > 0 {
            let message = format!("{more} more problems; correct these first");
            errors.note(field, InputError::new(message));
        }
    }
}

fn error(problem: &Problem) -> InputError {
    let Problem {
        pointer,
        message,
        hint,
    } = problem;
    let place = match pointer.as_str() {
        "" => String::new(),
        pointer => format!("{pointer}: "),
    };
    InputError::new(format!("{place}{message}; {hint}"))
}
