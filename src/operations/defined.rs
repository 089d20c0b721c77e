//! Custom actions: from `WORKFLOW_ACTIONS`, or from an argument of a call. One OpenAPI document
//! or a list of them, since a document has only one operation for each path and method.

use super::openapi::{self, Problem, Reference};
use super::operation::Operation;
use crate::input::{Bounds, InputError, InputErrors, Part, Placeholder, Template};
use serde_json::Value;

/// The actions of a definition, and its problems.
#[derive(Debug, Default)]
pub struct Defined {
    /// The actions without a problem, in the document's order.
    pub operations: Vec<Operation>,
    problems: Vec<Problem>,
    /// Why the text is unreadable.
    unreadable: Option<InputError>,
}

/// Limits of a document. Linux limits a variable to 128 KiB; sixty actions need 40.
pub const MAX_DOCUMENT: Bounds = Bounds {
    bytes: 512 * 1024,
    values: 50_000,
};

/// Maximum number of problems in an error: as many as a person corrects at once.
const MAX_SHOWN: usize = 30;

impl Defined {
    /// Parses a document, or a list of documents, or only one action of them. `is_taken` knows
    /// the ids of all other actions.
    pub fn read(text: &str, only: Option<&str>, is_taken: &dyn Fn(&str) -> bool) -> Self {
        let hint = "give an OpenAPI document as JSON";
        match MAX_DOCUMENT.parse(text, hint) {
            Ok(Value::Array(documents)) => {
                let mut defined = Self::default();
                for (index, document) in documents.iter().enumerate() {
                    defined.add(document, only, &format!("/{index}"), is_taken);
                }
                defined
            }
            Ok(document) => {
                let mut defined = Self::default();
                defined.add(&document, only, "", is_taken);
                defined
            }
            Err(error) => Self {
                unreadable: Some(error),
                ..Self::default()
            },
        }
    }

    /// Adds the actions of a document at a place.
    fn add(
        &mut self,
        document: &Value,
        only: Option<&str>,
        place: &str,
        is_taken: &dyn Fn(&str) -> bool,
    ) {
        let read = {
            let is_own = |id: &str| self.find(id).is_some();
            openapi::read(document, only, &|id| is_own(id) || is_taken(id), references)
        };
        self.operations.extend(read.operations);
        let problems = read.problems.into_iter().map(|problem| Problem {
            pointer: format!("{place}{}", problem.pointer),
            ..problem
        });
        self.problems.extend(problems);
    }

    /// The action with an id.
    pub fn find(&self, id: &str) -> Option<&Operation> {
        self.operations.iter().find(|operation| operation.id == id)
    }

    /// Whether there are problems.
    pub fn has_problems(&self) -> bool {
        self.unreadable.is_some() || !self.problems.is_empty()
    }

    /// Notes the problems under a variable or argument.
    pub fn note(&self, field: &str, errors: &mut InputErrors) {
        if let Some(error) = &self.unreadable {
            errors.note(field, error.clone());
        }
        for problem in self.problems.iter().take(MAX_SHOWN) {
            errors.note(field, error(problem));
        }
        let more = self.problems.len().saturating_sub(MAX_SHOWN);
        if more > 0 {
            let message = format!("there are {more} more problems");
            errors.note(field, InputError::new(message, "correct these first"));
        }
    }
}

/// The placeholders in a text that refer to inputs.
pub fn references(text: &str) -> Result<Vec<Reference>, (String, String)> {
    let template = Template::parse(text).map_err(|error| (error.to_string(), error.hint()))?;
    let is_whole = template.placeholder().is_some();
    let placeholders = template.parts().iter().filter_map(|part| match part {
        Part::Placeholder(placeholder) if placeholder.is_of_inputs() => Some(placeholder),
        _ => None,
    });
    let reference = |placeholder: &Placeholder| Reference {
        expression: placeholder.expression.clone(),
        input: placeholder.input().unwrap_or_default().to_owned(),
        is_whole,
    };
    Ok(placeholders.map(reference).collect())
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
    InputError::new(format!("{place}{message}"), hint.as_str())
}
