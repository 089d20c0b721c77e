//! The workflow context: the JSON object with the values of placeholders.

use super::bounds::{CONTEXT, LimitExceeded};
use super::error::InputError;
use super::path::Path;
use super::phrases::{list_names, nearest};
use super::repair::is_marked;
use serde_json::Value;

/// The values of placeholders, from the variable `WORKFLOW_CONTEXT`.
#[derive(Debug, Clone, Default)]
pub struct Context {
    /// `None` if the engine did not set it.
    root: Option<Value>,
    /// Whether it contains keys that no request may have, see [`is_marked`].
    marked: bool,
}

/// Why a placeholder has no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// The rest of a sentence that begins with the placeholder.
    pub why: String,
    /// What to do about it.
    pub hint: String,
    /// Whether the path does not exist; otherwise its value is unusable.
    pub leads_nowhere: bool,
}

impl Context {
    /// There is no context.
    pub const NONE: &'static Self = &Self {
        root: None,
        marked: false,
    };

    /// Parses the variable. An unusable value in it is an error only where it is used.
    ///
    /// # Errors
    /// The text is not a JSON object, or too large.
    pub fn parse(text: &str) -> Result<Self, InputError> {
        const HINT: &str = r#"give an object, such as {"settings": {"admin": "814860"}}"#;
        match CONTEXT.parse_marked(text, HINT)? {
            (root @ Value::Object(_), replaced) => Ok(Self {
                root: Some(root),
                marked: replaced.reserved,
            }),
            _ => Err(InputError::new("is not a JSON object", HINT)),
        }
    }

    /// Whether the engine set a context. If not, text has no placeholders.
    pub fn is_given(&self) -> bool {
        self.root.is_some()
    }

    /// The value at a path. It may be null.
    ///
    /// # Errors
    /// The step at which the path ends, the value there, and the nearest name.
    pub fn look_up(&self, path: &Path) -> Result<&Value, Missing> {
        let here = within(self.root.as_ref().unwrap_or(&Value::Null), path, 0)?;
        if self.marked && is_marked(here) {
            let what = LimitExceeded::RESERVED;
            return Err(Missing {
                why: format!("has no usable value: it {what}"),
                hint: "rename that key in the workflow".to_owned(),
                leads_nowhere: false,
            });
        }
        Ok(here)
    }
}

/// The value at a path; its first `root` steps are resolved.
///
/// # Errors
/// As for [`Context::look_up`].
pub fn within<'a>(root: &'a Value, path: &Path, steps: usize) -> Result<&'a Value, Missing> {
    let (walked, rest) = path.steps().split_at_checked(steps).unwrap_or_default();
    let mut walked: Vec<&str> = walked.iter().map(String::as_str).collect();
    let mut here = root;
    for step in rest {
        here = child(here, step).ok_or_else(|| missing(here, &walked, step))?;
        walked.push(step);
    }
    Ok(here)
}

fn child<'a>(value: &'a Value, step: &str) -> Option<&'a Value> {
    match value {
        Value::Object(map) => map.get(step),
        Value::Array(items) => items.get(step.parse::<usize>().ok()?),
        _ => None,
    }
}

/// Only names, since the context may contain secrets.
fn missing(here: &Value, walked: &[&str], step: &str) -> Missing {
    let place = if walked.is_empty() {
        "the workflow context".to_owned()
    } else {
        walked.join(".")
    };
    let mut near = None;
    let instead = match here {
        Value::Object(map) if map.is_empty() => format!("{place} is empty"),
        Value::Object(map) => {
            let names: Vec<&str> = map.keys().map(String::as_str).collect();
            near = nearest(step, names.iter().copied());
            format!("{place} has {}", list_names(&names, "and"))
        }
        Value::Array(items) => format!("{place} is a list of {}", items.len()),
        Value::Null => format!("{place} is null"),
        _ => format!("{place} is a single value"),
    };
    let hint = match near {
        Some(name) => {
            let path: Vec<&str> = walked.iter().copied().chain([name]).collect();
            format!("write {} if you meant that", path.join("."))
        }
        None => "correct its path, or write ? after it if it may be absent".to_owned(),
    };
    Missing {
        why: format!("has no value: {instead}"),
        hint,
        leads_nowhere: true,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::input::Template;

    fn look_up(expression: &str) -> Result<Value, String> {
        let context = Context::parse(
            r#"{"empty": {}, "settings": {"admin": "814860", "gone": null, "region": "us"},
                "steps": {"find": {"contacts": [{"id": "c1"}]}}}"#,
        )
        .unwrap();
        let template = Template::parse(expression).unwrap();
        let path = &template.placeholder().unwrap().path;
        context
            .look_up(path)
            .cloned()
            .map_err(|missing| format!("{}; {}", missing.why, missing.hint))
    }

    #[test]
    fn finds_values_by_name_and_index() {
        assert_eq!(look_up("{{settings.admin}}").unwrap(), "814860");
        assert_eq!(look_up("{{steps.find.contacts.0.id}}").unwrap(), "c1");
        assert_eq!(look_up("{{steps.find.contacts[0].id}}").unwrap(), "c1");
        assert_eq!(look_up("{{settings.gone}}").unwrap(), Value::Null);
    }

    #[test]
    fn says_what_is_there_instead() {
        const CORRECT: &str = "correct its path, or write ? after it if it may be absent";
        for (expression, instead, hint) in [
            (
                "{{settings.admn}}",
                "settings has admin, gone and region",
                "write settings.admin if you meant that",
            ),
            (
                "{{nothing.like.it}}",
                "the workflow context has empty, settings and steps",
                CORRECT,
            ),
            (
                "{{steps.find.contacts.7}}",
                "steps.find.contacts is a list of 1",
                CORRECT,
            ),
            (
                "{{settings.admin.id}}",
                "settings.admin is a single value",
                CORRECT,
            ),
            ("{{settings.gone.id}}", "settings.gone is null", CORRECT),
            ("{{empty.id}}", "empty is empty", CORRECT),
        ] {
            let expected = format!("has no value: {instead}; {hint}");
            assert_eq!(look_up(expression).unwrap_err(), expected, "{expression}");
        }
    }

    #[test]
    fn one_odd_text_does_not_affect_the_rest() {
        let context = Context::parse(
            "\u{feff}{\"odd\": {\"$serde_json::private::RawValue\": \"[[\"}, \
             \"in\": [{ \"\\u0024serde_json::private::Number\": \"1\"}], \
             \"name\": \"$serde_json::private::Number\", \"half\": \"a\\ud83d\"}",
        )
        .unwrap();
        let look_up = |expression: &str| {
            let template = Template::parse(expression).unwrap();
            let path = &template.placeholder().unwrap().path;
            context
                .look_up(path)
                .cloned()
                .map_err(|missing| missing.why)
        };
        assert_eq!(look_up("{{name}}").unwrap(), "$serde_json::private::Number");
        assert_eq!(look_up("{{half}}").unwrap(), "a\u{fffd}");
        for expression in ["{{odd}}", "{{in}}", "{{in.0}}"] {
            let error = look_up(expression).unwrap_err();
            assert!(error.contains("has no usable value"), "{error}");
        }
    }

    #[test]
    fn refuses_what_is_not_an_object() {
        for (text, problem) in [("[]", "is not a JSON object"), ("{", "is not JSON (")] {
            let error = format!("{:?}", Context::parse(text).unwrap_err());
            assert!(error.contains(problem), "{error}");
        }
    }
}
