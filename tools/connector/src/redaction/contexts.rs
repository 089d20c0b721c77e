//! The workflow context of a recording, in which the texts of an input are resolved
//! as the component does it.

use intercom_connector::internals::{Context, Resolve, number_text};
use serde_json::Value;

/// The variable that has it.
const VARIABLE: &str = "WORKFLOW_CONTEXT";

/// The context as a visitor found it, and as it left it.
pub(super) struct Contexts {
    found: Context,
    left: Context,
}

impl Contexts {
    /// None where no context was given: all text is literal then.
    pub(super) fn of<'a>(
        found: impl Fn(&str) -> Option<&'a String>,
        left: impl Fn(&str) -> Option<&'a String>,
    ) -> Option<Self> {
        let found = found(VARIABLE).filter(|text| !text.trim().is_empty())?;
        // What can't be read fails the action, whatever its input is.
        let read = |text: &str| Context::parse(text).unwrap_or_default();
        Some(Self {
            found: read(found),
            left: read(left(VARIABLE)?),
        })
    }

    /// What a text was resolved to: none where it has no value, or one that is not a
    /// text or a number.
    pub(super) fn found(&self, text: &str) -> Option<String> {
        resolved(&self.found, text)
    }

    /// What a text is resolved to now.
    pub(super) fn left(&self, text: &str) -> Option<String> {
        resolved(&self.left, text)
    }
}

fn resolved(context: &Context, text: &str) -> Option<String> {
    match Resolve::new(context).text(text).ok()? {
        Value::String(text) => Some(text),
        Value::Number(number) => Some(number_text(&number)),
        _ => None,
    }
}
