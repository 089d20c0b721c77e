//! The path of a custom action: on Intercom's host, below its root, and built
//! so that no value can add a segment or a query.

use crate::api::PathSegment;
use crate::input::{
    FromInput, InputError, Part, Patch, Placeholder, Resolve, Template, unexpected,
};
use percent_encoding::percent_decode_str;
use serde_json::Value;

/// An encoded path that begins with a slash, and the parameters that were written
/// after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiPath {
    /// The path.
    pub path: String,
    /// The parameters, by name and value.
    pub query: Vec<(String, String)>,
}

/// The hint for text that is not a path.
const A_PATH: &str = "give the path alone, such as /companies";

impl ApiPath {
    /// Splits the path into segments before it resolves placeholders. Only text
    /// that is one placeholder may resolve to a whole path, which is then checked
    /// like any other and can't have parameters.
    ///
    /// # Errors
    /// A part that a path can't have, or that can't be resolved.
    pub fn read(resolve: Resolve<'_>, written: Value) -> Result<Patch<Self>, InputError> {
        let text = match written.as_str() {
            Some(text) if resolve.whole(&written).is_none() => text,
            _ => return Patch::parse(resolve.json(written)?),
        };
        if !resolve.expands() {
            let literal = [Part::Literal(text.to_owned())];
            return Builder::new(text)
                .build(&literal, resolve)
                .map(Patch::Value);
        }
        let template = Template::parse(text)?;
        let built = Builder::new(text).build(template.parts(), resolve);
        built.map(Patch::Value)
    }
}

impl FromInput for ApiPath {
    const EXPECTED: &'static str = "a path on Intercom's host, such as /companies";

    fn from_value(value: Value) -> Result<Self, InputError> {
        let Some(text) = value.as_str() else {
            return Err(unexpected::<Self>(&value, "is not a path"));
        };
        if text.contains('?') {
            let refusal = ("has a query", "put its parameters into query");
            return Err(refused(&value, refusal));
        }
        let literal = [Part::Literal(text.to_owned())];
        let nothing = Resolve::new(crate::input::Context::NONE);
        Builder::new(text).build(&literal, nothing)
    }
}

/// What is wrong with a path, as the rest of a sentence, and what to do about it.
type Refusal = (&'static str, &'static str);

fn refused(path: &Value, (problem, hint): Refusal) -> InputError {
    InputError::of_value(path, problem, hint)
}

/// Builds the path from its parts: literal parts are checked, values become (parts
/// of) single segments or parameters.
struct Builder<'a> {
    written: &'a str,
    segments: Vec<String>,
    query: Vec<Parameter>,
}

/// A parameter that is being read.
#[derive(Default)]
struct Parameter {
    name: String,
    /// `None` up to the equals sign.
    value: Option<String>,
}

impl<'a> Builder<'a> {
    fn new(written: &'a str) -> Self {
        Self {
            written,
            segments: vec![String::new()],
            query: Vec::new(),
        }
    }

    fn build(mut self, parts: &[Part], resolve: Resolve<'_>) -> Result<ApiPath, InputError> {
        for part in parts {
            match part {
                Part::Literal(text) => self.literal(text)?,
                Part::Placeholder(placeholder) => {
                    let value = resolve.part(part)?;
                    self.value(placeholder, &value)?;
                }
            }
        }
        Ok(ApiPath {
            path: self.path()?,
            query: self.parameters()?,
        })
    }

    fn refuse(&self, refusal: Refusal) -> InputError {
        refused(&self.written.into(), refusal)
    }

    fn literal(&mut self, text: &str) -> Result<(), InputError> {
        check_literal(text).map_err(|refusal| self.refuse(refusal))?;
        let (path, query) = match text.split_once('?') {
            _ if !self.query.is_empty() => ("", Some(text)),
            Some((path, query)) => (path, Some(query)),
            None => (text, None),
        };
        check_path(path).map_err(|refusal| self.refuse(refusal))?;
        let mut pieces = path.split('/').map(decoded);
        if let (Some(segment), Some(first)) = (self.segments.last_mut(), pieces.next()) {
            segment.push_str(&first);
        }
        self.segments.extend(pieces);
        match query {
            Some(query) => self.parameters_of(query),
            None => Ok(()),
        }
    }

    /// Reads a literal part of the query.
    fn parameters_of(&mut self, text: &str) -> Result<(), InputError> {
        if text.contains('+') {
            let hint = "write %2B for it, or %20 for a space";
            return Err(self.refuse(("has a + in its query", hint)));
        }
        if self.query.is_empty() {
            self.query.push(Parameter::default());
        }
        for (index, piece) in text.split('&').enumerate() {
            if index > 0 {
                self.query.push(Parameter::default());
            }
            let Some(parameter) = self.query.last_mut() else {
                continue;
            };
            match (&mut parameter.value, piece.split_once('=')) {
                (Some(value), _) => value.push_str(&decoded(piece)),
                (none, Some((name, value))) => {
                    parameter.name.push_str(&decoded(name));
                    *none = Some(decoded(value));
                }
                (None, None) => parameter.name.push_str(&decoded(piece)),
            }
        }
        Ok(())
    }

    fn value(&mut self, placeholder: &Placeholder, value: &str) -> Result<(), InputError> {
        let expression = &placeholder.expression;
        match (self.query.last_mut(), self.segments.last_mut()) {
            (
                Some(Parameter {
                    value: Some(text), ..
                }),
                _,
            ) => text.push_str(value),
            (Some(_), _) => {
                let problem = "is part of a parameter's name, and names are not resolved";
                let problem = format!("{expression} {problem}");
                return Err(InputError::new(problem, "write the name itself"));
            }
            (None, _) if value.is_empty() => {
                let problem =
                    format!("{expression} is empty text, and a part of a path can't be empty");
                return Err(InputError::new(problem, "give it a value in the workflow"));
            }
            (None, Some(segment)) => segment.push_str(value),
            (None, None) => {}
        }
        Ok(())
    }

    fn path(&self) -> Result<String, InputError> {
        let mut segments = self.segments.iter();
        if segments.next().is_some_and(|before| !before.is_empty()) || segments.len() == 0 {
            return Err(self.refuse(("does not begin with a slash", A_PATH)));
        }
        let mut path = String::new();
        for segment in segments {
            if segment.is_empty() {
                return Err(self.refuse(("ends in a slash", "leave that slash out")));
            }
            path.push('/');
            let encoded = PathSegment::encode(segment).map_err(|_| {
                let problem = "has a part that leads to another path, or control characters";
                self.refuse((problem, "leave that part out"))
            })?;
            path.push_str(&encoded.to_string());
        }
        Ok(path)
    }

    fn parameters(&self) -> Result<Vec<(String, String)>, InputError> {
        let parameters = self.query.iter();
        let pairs = parameters.map(|Parameter { name, value }| match value {
            Some(value) if !name.is_empty() => Ok((name.clone(), value.clone())),
            _ => {
                let problem = "has a parameter that is not name=value";
                Err(self.refuse((problem, "put it into query")))
            }
        });
        pairs.collect()
    }
}

/// Checks a literal part before the query.
fn check_path(text: &str) -> Result<(), Refusal> {
    if text.contains("://") {
        let problem = "is an absolute URL, and the connector calls Intercom's API only";
        return Err((problem, A_PATH));
    }
    if text.contains("//") {
        let problem = "has two slashes side by side, which could lead to another host";
        return Err((problem, "write one slash"));
    }
    Ok(())
}

/// Checks a literal part.
fn check_literal(text: &str) -> Result<(), Refusal> {
    if text.contains('\\') {
        return Err(("contains a backslash", "write %5C for it, or a slash"));
    }
    if text.contains(char::is_control) {
        return Err(("contains control characters", "leave them out"));
    }
    if text.contains('#') {
        let problem = "has a fragment, which is never sent";
        return Err((problem, "leave it out, or write %23 for #"));
    }
    if text.chars().any(char::is_whitespace) {
        return Err(("contains spaces", "write %20 for a space"));
    }
    Ok(())
}

/// Decodes a segment, which is encoded again when written: `a%2Fb` stays one
/// segment, and `%2e%2e` is recognised.
fn decoded(segment: &str) -> String {
    percent_decode_str(segment).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::input::Context;
    use proptest::prelude::*;
    use serde_json::json;

    fn path(text: &str, value: &str) -> Result<String, String> {
        let context = Context::parse(&json!({"v": value}).to_string()).unwrap();
        match ApiPath::read(Resolve::new(&context), text.into()) {
            Ok(Patch::Value(ApiPath { path, query })) => {
                let shown = query.iter().map(|(name, value)| format!(" {name}={value}"));
                Ok(path + &shown.collect::<String>())
            }
            other => Err(format!("{other:?}")),
        }
    }

    #[test]
    fn paths_are_built_by_segments() {
        for (text, value, expected) in [
            ("/companies", "", "/companies"),
            ("/contacts/{{v}}/tags", "abc", "/contacts/abc/tags"),
            (
                "/contacts/{{v}}",
                "a/../b?c=d#e",
                "/contacts/a%2F..%2Fb%3Fc%3Dd%23e",
            ),
            ("/a/x-{{v}}.json", "..", "/a/x-...json"),
            ("/find/a%2Fb", "", "/find/a%2Fb"),
            ("/find/é", "", "/find/%C3%A9"),
            ("{{v}}", "/companies/list", "/companies/list"),
            ("/a?b=c", "", "/a b=c"),
            ("/a?b=c%26d&e=", "", "/a b=c&d e="),
            (
                "/a/{{v}}?b={{v}}&c=x{{v}}y",
                "1&d=2",
                "/a/1%26d%3D2 b=1&d=2 c=x1&d=2y",
            ),
            ("/a?next=https://b/?c", "", "/a next=https://b/?c"),
            ("/a?b={{v}}", "", "/a b="),
        ] {
            assert_eq!(path(text, value).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn paths_that_leave_the_api_are_refused() {
        for (text, value, message) in [
            ("https://example.org/x", "", "is an absolute URL"),
            ("//example.org/x", "", "two slashes"),
            ("/a//b", "", "two slashes"),
            ("/a/../b", "", "leads to another path"),
            ("/a/%2e%2E/b", "", "leads to another path"),
            ("/a/./b", "", "leads to another path"),
            ("/a\\b", "", "backslash"),
            ("/a\r\nHost: x", "", "control characters"),
            ("/a%0d%0ab", "", "control characters"),
            ("{{v}}", "/a?b=c", "put its parameters into query"),
            ("/a?", "", "not name=value"),
            ("/a?b", "", "not name=value"),
            ("/a?=b", "", "not name=value"),
            ("/a?b=c&", "", "not name=value"),
            ("/a?b=1+2", "", "write %2B"),
            ("/a?{{v}}=b", "c", "names are not resolved"),
            ("/a#b", "", "fragment"),
            ("/a b", "", "spaces"),
            ("companies", "", "does not begin with a slash"),
            ("", "", "does not begin with a slash"),
            ("/", "", "ends in a slash"),
            ("/companies/", "", "ends in a slash"),
            ("/a/{{v}}", "..", "leads to another path"),
            ("/a/{{v}}", "", "is empty text"),
            ("/a/.{{v}}", ".", "leads to another path"),
            (
                "{{v}}/x",
                "http://example.org",
                "does not begin with a slash",
            ),
            ("{{v}}", "https://example.org/x", "is an absolute URL"),
            ("{{v}}", "//example.org", "two slashes"),
        ] {
            let error = path(text, value).unwrap_err();
            assert!(error.contains(message), "{text} {value}: {error}");
        }
    }

    proptest! {
        #[test]
        fn a_value_never_leaves_its_segment(value in "[a-z./?#%\\\\: \r\n]{1,20}") {
            if let Ok(path) = path("/a/{{v}}/z", &value) {
                let segments: Vec<&str> = path.split('/').collect();
                prop_assert_eq!(segments.len(), 4);
                prop_assert!(segments.iter().skip(1).all(|s| !["", ".", ".."].contains(s)));
                prop_assert!(!path.contains(['?', '#', '\\', ' ', '\r', '\n']));
            }
        }
    }
}
