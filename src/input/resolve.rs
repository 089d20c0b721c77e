//! Resolves placeholders: as values, not as text, and only once.
//!
//! A value replaces its placeholder as a value: it cannot add a key, a condition or a path
//! segment, and placeholders in it stay text.

use super::context::{Context, within};
use super::error::{InputError, NO_CONTEXT};
use super::notes::Notes;
use super::numbers::number_text;
use super::template::{Part, Placeholder, Template};
use serde_json::{Map, Value};

mod json;

/// Resolves placeholders in the workflow context.
#[derive(Debug, Clone, Copy)]
pub struct Resolve<'a> {
    source: Source<'a>,
    notes: Option<&'a Notes>,
}

/// The values of placeholders.
#[derive(Debug, Clone, Copy)]
enum Source<'a> {
    Context(&'a Context),
    /// The text of a definition: the root `inputs` refers to the inputs of the call, if given;
    /// other roots to the context.
    Definition(&'a Context, &'a Map<String, Value>),
    /// The text is a value of the context, in which placeholders are not resolved.
    Value,
    /// There is no context, since the engine resolves placeholders itself: text that looks like
    /// a placeholder is literal.
    Nothing,
}

/// The hint without a context.
const SET_CONTEXT: &str = "have the engine set WORKFLOW_CONTEXT, or write the value itself";

/// The value of an optional placeholder whose path does not exist.
const ABSENT: &Value = &Value::Null;

impl<'a> Resolve<'a> {
    /// Resolves in a context. Without one, all text is literal.
    pub fn new(context: &'a Context) -> Self {
        let source = match context.is_given() {
            true => Source::Context(context),
            false => Source::Nothing,
        };
        Self {
            source,
            notes: None,
        }
    }

    /// For the text of a definition, which is never literal: its placeholders can also refer to
    /// these inputs.
    #[must_use]
    pub fn in_definition(self, inputs: &'a Map<String, Value>) -> Self {
        let context = match self.source {
            Source::Context(context) | Source::Definition(context, _) => context,
            Source::Value | Source::Nothing => Context::NONE,
        };
        let source = Source::Definition(context, inputs);
        Self { source, ..self }
    }

    /// Stores notes for the caller.
    #[must_use]
    pub fn with_notes(self, notes: &'a Notes) -> Self {
        let notes = Some(notes);
        Self { notes, ..self }
    }

    /// Whether text can have placeholders.
    pub fn expands(self) -> bool {
        matches!(self.source, Source::Context(_) | Source::Definition(..))
    }

    /// The first text in a value that looks like a placeholder, if there is no context.
    pub fn unresolvable(self, written: &Value) -> Option<String> {
        match self.source {
            Source::Nothing => first_placeholder(written),
            Source::Context(_) | Source::Definition(..) | Source::Value => None,
        }
    }

    /// The value of one placeholder, with its type. It may be null, also for an optional
    /// placeholder whose path does not exist, and for an input that is not given.
    ///
    /// # Errors
    /// The placeholder has no value.
    pub fn placeholder(self, placeholder: &Placeholder) -> Result<&'a Value, InputError> {
        let expression = &placeholder.expression;
        let found = match (self.source, placeholder.input()) {
            (Source::Definition(_, inputs), Some(name)) => match inputs.get(name) {
                Some(value) => within(value, &placeholder.path, 2),
                None => return Ok(ABSENT),
            },
            (Source::Context(context) | Source::Definition(context, _), _)
                if context.is_given() =>
            {
                context.look_up(&placeholder.path)
            }
            _ => {
                let why = format!("has no value: {NO_CONTEXT}");
                return Err(InputError::unresolved(expression, why, SET_CONTEXT));
            }
        };
        match found {
            Ok(value) => Ok(value),
            Err(missing) if missing.leads_nowhere && placeholder.optional => Ok(ABSENT),
            Err(missing) => Err(InputError::unresolved(
                expression,
                missing.why,
                missing.hint,
            )),
        }
    }

    /// Whether a placeholder without a value is left out: it is optional, or an input that is
    /// not given.
    pub fn is_optional(self, placeholder: &Placeholder) -> bool {
        match (self.source, placeholder.input()) {
            (Source::Definition(_, inputs), Some(name)) if !inputs.contains_key(name) => true,
            _ => placeholder.optional,
        }
    }

    /// The text of one part: a literal unchanged, a value as text.
    ///
    /// # Errors
    /// The placeholder has no value, or null, which has no text.
    pub fn part(self, part: &Part) -> Result<String, InputError> {
        match part {
            Part::Literal(text) => Ok(text.clone()),
            Part::Placeholder(placeholder) => match self.placeholder(placeholder)? {
                Value::Null => Err(InputError::unresolved(
                    &placeholder.expression,
                    "is null, which has no text",
                    "give it a value in the workflow, or write ? after its path",
                )),
                Value::String(text) => Ok(text.clone()),
                Value::Number(number) => Ok(number_text(number)),
                value => Ok(value.to_string()),
            },
        }
    }

    /// Resolves a text's placeholders. Text that is exactly one placeholder becomes the value
    /// with its type; other text stays text, with an empty string for an optional placeholder
    /// without a value.
    ///
    /// # Errors
    /// An invalid template, or a placeholder without a value.
    pub fn text(self, text: &str) -> Result<Value, InputError> {
        if !self.expands() {
            return Ok(text.into());
        }
        let template = Template::parse(text)?;
        if let Some(placeholder) = template.placeholder() {
            return self.placeholder(placeholder).cloned();
        }
        let parts = template.parts().iter().map(|part| match part {
            Part::Placeholder(placeholder)
                if self.is_optional(placeholder) && self.placeholder(placeholder)?.is_null() =>
            {
                Ok(String::new())
            }
            part => self.part(part),
        });
        parts.collect::<Result<String, _>>().map(Value::String)
    }

    /// Opens a list or record: a placeholder becomes its value, in which nothing is resolved;
    /// other values are resolved field by field.
    ///
    /// # Errors
    /// The placeholder has no value.
    pub fn open(self, written: Value) -> Result<(Value, Self), InputError> {
        let Some(placeholder) = self.whole(&written) else {
            return Ok((written, self));
        };
        let source = Source::Value;
        Ok((
            self.placeholder(&placeholder)?.clone(),
            Self { source, ..self },
        ))
    }

    /// The placeholder that the whole value consists of, if it is one.
    pub fn whole(self, written: &Value) -> Option<Placeholder> {
        let text = written.as_str().filter(|_| self.expands())?;
        if !text.starts_with(['{', '<']) {
            return None;
        }
        Template::parse(text).ok()?.placeholder().cloned()
    }

    /// Notes what happens to a field whose placeholder is null. An optional placeholder needs no
    /// note.
    pub fn note_null(self, placeholder: &Placeholder, so: &str) {
        if !self.is_optional(placeholder) {
            self.note(format!("{} is null, so {so}", placeholder.expression));
        }
    }

    /// Adds a note for the caller.
    pub fn note(self, note: impl Into<String>) {
        if let Some(notes) = self.notes {
            notes.add(note);
        }
    }
}

/// The first text in a value that looks like a placeholder.
pub fn first_placeholder(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Template::find(text),
        Value::Array(items) => items.iter().find_map(first_placeholder),
        Value::Object(map) => map
            .iter()
            .find_map(|(key, value)| Template::find(key).or_else(|| first_placeholder(value))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn resolve(context: Value, text: Value) -> Result<Value, String> {
        let context = Context::parse(&context.to_string()).unwrap();
        let resolved = Resolve::new(&context).json(text);
        let mut errors = super::super::InputErrors::default();
        resolved.map_err(|error| {
            errors.note("field", error);
            match errors.into_error("test") {
                crate::world::types::ActionError::Permanent(failure) => failure.message,
                _ => String::new(),
            }
        })
    }

    #[test]
    fn a_whole_placeholder_keeps_the_type_of_its_value() {
        let context = json!({"a": {"n": 7, "b": true, "l": [1], "z": null, "s": "x"}});
        for (text, expected) in [
            ("{{a.n}}", json!(7)),
            ("{{a.b}}", json!(true)),
            ("<<a.l>>", json!([1])),
            ("{{a.z}}", json!(null)),
            ("n={{a.n}}", json!("n=7")),
            ("l={{a.l}}, s=<<a.s>>", json!("l=[1], s=x")),
        ] {
            assert_eq!(
                resolve(context.clone(), json!(text)).unwrap(),
                expected,
                "{text}"
            );
        }
    }

    #[test]
    fn null_inside_text_is_a_problem() {
        let error = resolve(json!({"a": null}), json!("x {{a}}")).unwrap_err();
        assert_eq!(error, "test: field: {{a}} is null, which has no text");
    }

    #[test]
    fn a_placeholder_in_a_key_is_refused() {
        for value in [
            json!({"{{a}}": 1}),
            json!({"x": [{"pre_<<a.b>>": 1}]}),
            json!({"{{a?}}": null}),
        ] {
            let error = resolve(json!({"a": 1}), value.clone()).unwrap_err();
            assert!(error.contains("keys are not resolved"), "{value}: {error}");
        }
        // In a value of the context, a key is literal.
        let context = json!({"a": {"{{b}}": 1}});
        assert_eq!(
            resolve(context, json!("{{a}}")).unwrap(),
            json!({"{{b}}": 1})
        );
    }

    #[test]
    fn what_is_optional_is_left_out() {
        let context = json!({"a": {"z": null, "n": 25.0}});
        for (written, expected) in [
            (json!("{{a.gone?}}"), json!(null)),
            (json!("{{gone.x.y?}}"), json!(null)),
            (json!("Hi {{a.gone?}}!"), json!("Hi !")),
            (json!("Hi {{a.z?}}!"), json!("Hi !")),
            (
                json!({"x": "{{a.gone?}}", "y": "{{a.z}}", "z": "{{a.z?}}"}),
                json!({"y": null}),
            ),
            (json!(["{{a.gone?}}", "{{a.n?}}"]), json!([25.0])),
            (json!("no. {{a.n}}"), json!("no. 25")),
        ] {
            let resolved = resolve(context.clone(), written.clone());
            assert_eq!(resolved.unwrap(), expected, "{written}");
        }
        assert!(resolve(context, json!("{{a.gone}}")).is_err());
    }

    #[test]
    fn without_a_context_text_is_literal() {
        for text in [
            "{{settings.crm_key}}",
            "Ann << Co",
            r"\{{x}}",
            "{{",
            "a {{b}} c",
        ] {
            let resolved = Resolve::new(Context::NONE).json(json!({ text: [text] }));
            assert_eq!(resolved, Ok(json!({ text: [text] })), "{text}");
        }
    }

    proptest! {
        /// A value replaces its placeholder and nothing else, whatever it contains.
        #[test]
        fn values_never_inject(value in r#"[a-z"{}<>\\,:\[\] ]{0,30}"#) {
            let template = json!({"whole": "{{v}}", "inside": "a{{v}}b"});
            let expected = json!({"whole": value, "inside": format!("a{value}b")});
            prop_assert_eq!(resolve(json!({"v": value}), template).unwrap(), expected);
        }
    }
}
