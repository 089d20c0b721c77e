//! Collects the messages that cases expect.

use std::io;
use std::path::{Path, PathBuf};

use connector_cases::{ActionFailure, Case, Expect, FailureFacts, FixtureError};

/// One message of an error, and its hint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The reason of the error, by its name in the contract.
    pub reason: String,
    /// The action or trigger of the case.
    pub action: String,
    /// The field, if the message is about one.
    pub field: Option<String>,
    /// What is wrong.
    pub problem: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl Message {
    /// The action and the field, as in a message.
    pub fn place(&self) -> String {
        match &self.field {
            Some(field) => format!("{}: {field}", self.action),
            None => self.action.clone(),
        }
    }
}

/// The messages that these cases expect.
pub fn of_cases(cases: &[Case]) -> Vec<Message> {
    let failed = cases.iter().filter_map(|case| match &case.expect {
        Some(Expect::Error(ActionFailure::Permanent(facts) | ActionFailure::Retryable(facts))) => {
            Some((case, facts))
        }
        _ => None,
    });
    let messages = failed.flat_map(|(case, facts)| of_failure(&case.name.action, facts));
    messages.collect()
}

fn of_failure(action: &str, facts: &FailureFacts) -> Vec<Message> {
    let message = |field, problem: &str, hint| Message {
        reason: facts.reason.clone(),
        action: action.to_owned(),
        field,
        problem: problem.to_owned(),
        hint,
    };
    if facts.problems.is_empty() {
        // The message begins with the action's name.
        let problem = facts.message.split_once(": ");
        let problem = problem.map_or(&*facts.message, |(_, problem)| problem);
        return vec![message(None, problem, facts.hint.clone())];
    }
    let problems = facts.problems.iter();
    let messages = problems.map(|problem| {
        let field = Some(problem.field.clone());
        message(field, &problem.message, problem.hint.clone())
    });
    messages.collect()
}

/// The messages of the search language, from the text files in `folder`: a line with the message
/// precedes each line with a hint. A file that is named for an object is of its search; the
/// others are of `search-contacts`.
///
/// # Errors
///
/// When a file cannot be read.
pub fn of_search_cases(folder: &Path) -> Result<Vec<Message>, FixtureError> {
    let mut messages = Vec::new();
    for path in files(folder).map_err(unreadable(folder))? {
        let text = std::fs::read_to_string(&path).map_err(unreadable(&path))?;
        let action = match path.file_stem().and_then(|stem| stem.to_str()) {
            Some(object @ ("conversations" | "tickets")) => format!("search-{object}"),
            _ => "search-contacts".to_owned(),
        };
        messages.extend(of_search_text(&action, &text));
    }
    Ok(messages)
}

fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder)?.map(|entry| Ok(entry?.path()));
    let mut paths = entries.collect::<io::Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}

fn unreadable(path: &Path) -> impl Fn(io::Error) -> FixtureError {
    let path = path.to_owned();
    move |source| FixtureError::Read {
        path: path.clone(),
        source,
    }
}

fn of_search_text(action: &str, text: &str) -> Vec<Message> {
    let pairs = text.lines().zip(text.lines().skip(1));
    let messages = pairs.filter_map(|(problem, hint)| {
        Some(Message {
            reason: "invalid-input".to_owned(),
            action: action.to_owned(),
            field: Some("filter_formula".to_owned()),
            problem: problem.to_owned(),
            hint: Some(hint.strip_prefix("  hint: ")?.to_owned()),
        })
    });
    messages.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_hint_of_a_search_has_the_message_above_it() {
        let text = "## two mistakes\nrol = 1\n=>\n\"rol\" is not a field\n  hint: write role\n  \
                    span: 0..3 rol\nis odd\n  hint: mend it\n";
        let found = of_search_text("search-contacts", text);
        let found = found.iter().map(|message| {
            let hint = message.hint.as_deref().unwrap_or_default();
            (message.problem.as_str(), hint)
        });
        let expected = [
            ("\"rol\" is not a field", "write role"),
            ("is odd", "mend it"),
        ];
        assert_eq!(found.collect::<Vec<_>>(), expected);
    }
}
