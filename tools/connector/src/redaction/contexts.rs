//! The workflow context of a recording, in which the texts of an input are resolved as in the
//! component.

use intercom_connector::internals::{Context, Resolve, number_text};
use serde_json::Value;

/// The context's variable.
const VARIABLE: &str = "WORKFLOW_CONTEXT";

/// The context before and after a visitor.
pub(super) struct Contexts {
    found: Context,
    left: Context,
}

impl Contexts {
    /// `None` without a context: then all text is literal.
    pub(super) fn of<'a>(
        found: impl Fn(&str) -> Option<&'a String>,
        left: impl Fn(&str) -> Option<&'a String>,
    ) -> Option<Self> {
        let found = found(VARIABLE).filter(|text| !text.trim().is_empty())?;
        // An invalid context fails the action, whatever its input is.
        let read = |text: &str| Context::parse(text).unwrap_or_default();
        Some(Self {
            found: read(found),
            left: read(left(VARIABLE)?),
        })
    }

    /// The value that a text was resolved to; `None` without a value, or if it is neither text
    /// nor a number.
    pub(super) fn found(&self, text: &str) -> Option<String> {
        resolved(&self.found, text)
    }

    /// The value that a text is resolved to after the visit.
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
