//! The path of a custom action: on Intercom's host, below its root, and built
//! so that no value can add a segment or a query.

use crate::api::PathSegment;
use crate::input::{FromInput, InputError, Part, Patch, Resolve, Template, unexpected};
use percent_encoding::percent_decode_str;
use serde_json::Value;

/// An encoded path that begins with a slash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiPath(pub String);

impl FromInput for ApiPath {
    const EXPECTED: &'static str = "a path on Intercom's host, such as /companies";

    /// Splits the path into segments before it resolves placeholders. Only text
    /// that is one placeholder may resolve to a whole path, which is then checked
    /// like any other.
    fn read(resolve: Resolve<'_>, written: Value) -> Result<Patch<Self>, InputError> {
        let Some(text) = written.as_str() else {
            return Patch::parse(resolve.json(written)?);
        };
        let template = Template::parse(text).map_err(|error| InputError::new(error.to_string()))?;
        if template.placeholder().is_some() {
            return Patch::parse(resolve.text(text)?);
        }
        build(text, template.parts(), |part| resolve.part(part)).map(Patch::Value)
    }

    fn from_value(value: Value) -> Result<Self, InputError> {
        match value.as_str() {
            Some(text) => build(text, &[Part::Literal(text.to_owned())], |_| {
                Ok(String::new())
            }),
            None => Err(refused(&value, "is not a path")),
        }
    }
}

fn refused(path: &Value, what: &str) -> InputError {
    unexpected::<ApiPath>(path, what)
}

/// Builds the path: literal parts are checked, values become (parts of) single
/// segments.
fn build(
    written: &str,
    parts: &[Part],
    resolve: impl Fn(&Part) -> Result<String, InputError>,
) -> Result<ApiPath, InputError> {
    let refuse = |what: &str| refused(&written.into(), what);
    let mut segments = vec![String::new()];
    for part in parts {
        match part {
            Part::Literal(text) => {
                check_literal(text).map_err(refuse)?;
                let mut pieces = text.split('/');
                let first = pieces.next().unwrap_or_default();
                if let Some(segment) = segments.last_mut() {
                    segment.push_str(&decoded(first));
                }
                segments.extend(pieces.map(decoded));
            }
            Part::Placeholder(placeholder) => {
                let value = resolve(part)?;
                if value.is_empty() {
                    let message = "is empty text, which no part of a path can be";
                    return Err(InputError::new(format!(
                        "{} {message}",
                        placeholder.expression
                    )));
                }
                if let Some(segment) = segments.last_mut() {
                    segment.push_str(&value);
                }
            }
        }
    }
    let mut segments = segments.iter();
    if segments.next().is_some_and(|before| !before.is_empty()) || segments.len() == 0 {
        return Err(refuse("does not begin with a slash"));
    }
    let mut path = String::new();
    for segment in segments {
        if segment.is_empty() {
            return Err(refuse("ends in a slash"));
        }
        path.push('/');
        let encoded = PathSegment::encode(segment)
            .map_err(|_| refuse("has a part that leads to another path, or control characters"))?;
        path.push_str(&encoded.to_string());
    }
    Ok(ApiPath(path))
}

/// What is wrong with a literal part, as the rest of a sentence.
fn check_literal(text: &str) -> Result<(), &'static str> {
    if text.contains("://") {
        return Err("is an absolute URL, and the connector reaches Intercom's API only");
    }
    if text.contains("//") {
        return Err("has two slashes side by side, which could lead to another host");
    }
    if text.contains('\\') {
        return Err("has a backslash");
    }
    if text.contains(char::is_control) {
        return Err("has control characters");
    }
    if text.contains('?') {
        return Err("has a query; put its parameters into query");
    }
    if text.contains('#') {
        return Err("has a fragment, which is never sent");
    }
    if text.chars().any(char::is_whitespace) {
        return Err("has spaces");
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
            Ok(Patch::Value(ApiPath(path))) => Ok(path),
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
            ("/a?b=c", "", "put its parameters into query"),
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
