//! Resolving placeholders: structural, never textual, and never twice.
//!
//! A value replaces its placeholder as a value: it cannot add a key, a condition
//! or a path segment, and placeholders inside it stay text.

use super::bounds::INPUT;
use super::context::Context;
use super::error::{InputError, shortened};
use super::template::{Part, Placeholder, Template};
use serde_json::Value;

/// Looks values up in the workflow context.
#[derive(Debug, Clone, Copy)]
pub struct Resolve<'a> {
    /// `None` inside a value from the context: values are never expanded again.
    context: Option<&'a Context>,
}

impl<'a> Resolve<'a> {
    /// Resolves against a context.
    pub fn new(context: &'a Context) -> Self {
        Self {
            context: Some(context),
        }
    }

    /// The value of one placeholder, with its type. It may be null.
    ///
    /// # Errors
    /// The placeholder has no value.
    pub fn placeholder(self, placeholder: &Placeholder) -> Result<&'a Value, InputError> {
        let found = match self.context {
            Some(context) => context.look_up(&placeholder.path),
            None => Context::NONE.look_up(&placeholder.path),
        };
        found.map_err(|missing| InputError::unresolved(&placeholder.expression, missing))
    }

    /// The text of one part: a literal as it is, a value as text.
    ///
    /// # Errors
    /// The placeholder has no value, or null, which has no text.
    pub fn part(self, part: &Part) -> Result<String, InputError> {
        match part {
            Part::Literal(text) => Ok(text.clone()),
            Part::Placeholder(placeholder) => match self.placeholder(placeholder)? {
                Value::Null => Err(InputError::unresolved(
                    &placeholder.expression,
                    "is null, which has no text; give it a value in the workflow",
                )),
                Value::String(text) => Ok(text.clone()),
                value => Ok(value.to_string()),
            },
        }
    }

    /// Resolves a text's placeholders. Text that is one placeholder takes the value
    /// with its type; other text stays text.
    ///
    /// # Errors
    /// An invalid template, or a placeholder without a value.
    pub fn text(self, text: &str) -> Result<Value, InputError> {
        if self.context.is_none() {
            return Ok(text.into());
        }
        let template = Template::parse(text).map_err(|error| InputError::new(error.to_string()))?;
        if let Some(placeholder) = template.placeholder() {
            return self.placeholder(placeholder).cloned();
        }
        let parts = template.parts().iter().map(|part| self.part(part));
        parts.collect::<Result<String, _>>().map(Value::String)
    }

    /// Opens a list or record: a placeholder becomes its value, inside which nothing
    /// is resolved; anything else stays, to be resolved field by field.
    ///
    /// # Errors
    /// The placeholder has no value.
    pub fn open(self, written: Value) -> Result<(Value, Self), InputError> {
        match written.as_str().map(Template::parse) {
            Some(Ok(template)) if self.context.is_some() => match template.placeholder() {
                Some(placeholder) => Ok((
                    self.placeholder(placeholder)?.clone(),
                    Self { context: None },
                )),
                None => Ok((written, self)),
            },
            _ => Ok((written, self)),
        }
    }

    /// An input of type `json`: a JSON text, a text that is one placeholder, or
    /// (from `invoke`) a JSON value as it is. The JSON is read before its
    /// placeholders are resolved, so no value can change its structure.
    ///
    /// # Errors
    /// The text is not JSON, or too large, or as for [`Resolve::json`].
    pub fn json_input(self, value: Value) -> Result<Value, InputError> {
        let Value::String(text) = &value else {
            return self.json(value);
        };
        if let Ok(template) = Template::parse(text)
            && let Some(placeholder) = template.placeholder()
        {
            return self.placeholder(placeholder).cloned();
        }
        const HINT: &str = "give JSON, with placeholders inside quotes, such as \
                               {\"plan\": \"{{settings.plan}}\"}";
        let value = INPUT.parse(text, HINT);
        let value = value.map_err(|what| InputError::new(format!("{} {what}", shortened(text))))?;
        self.json(value)
    }

    /// Resolves the placeholders of all strings in a JSON value. Keys stay as they
    /// are.
    ///
    /// # Errors
    /// As for [`Resolve::text`], the first in reading order.
    pub fn json(self, value: Value) -> Result<Value, InputError> {
        match value {
            Value::String(text) => self.text(&text),
            Value::Array(mut items) => {
                for item in &mut items {
                    *item = self.json(item.take())?;
                }
                Ok(Value::Array(items))
            }
            Value::Object(mut map) => {
                for value in map.values_mut() {
                    *value = self.json(value.take())?;
                }
                Ok(Value::Object(map))
            }
            plain => Ok(plain),
        }
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
        assert_eq!(
            error,
            "test: field: {{a}} is null, which has no text; give it a value in the workflow"
        );
    }

    #[test]
    fn keys_are_not_templates() {
        let value = json!({"{{a}}": "{{a}}"});
        assert_eq!(
            resolve(json!({"a": 1}), value).unwrap(),
            json!({"{{a}}": 1})
        );
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
