//! The headers of a custom action: any but those that the connector or its
//! transport owns.

use super::pairs::Name;
use crate::input::{FromInput, InputError, InputReader, Record, unexpected};
use serde_json::Value;

/// A header's name and value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header(pub String, pub String);

/// A header's value. A number stays as it is written: 2.0 is a version.
struct Verbatim(String);

impl FromInput for Verbatim {
    const EXPECTED: &'static str = "text, a number, true or false";
    const FREE_TEXT: bool = true;

    fn from_value(value: Value) -> Result<Self, InputError> {
        match value {
            Value::String(text) => Ok(Self(text)),
            Value::Number(_) | Value::Bool(_) => Ok(Self(value.to_string())),
            other => Err(unexpected::<Self>(&other, "is not text")),
        }
    }
}

/// The headers that decide where a request goes, who sends it and how it is
/// framed. `Intercom-Version` and `Accept` are not among them: some endpoints need
/// another version, or return something other than JSON.
const OWNED: [&str; 15] = [
    "authorization",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "cookie",
    "expect",
    "host",
    "http2-settings",
    "keep-alive",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
];

/// The prefix of headers for proxies.
const OWNED_PREFIX: &str = "proxy-";

impl Record for Header {
    const EXPECTED: &'static str =
        "a list such as [{\"name\": \"Intercom-Version\", \"value\": \"2.15\"}]";

    fn read(input: &mut InputReader<'_>) -> Option<Self> {
        let name = input.required::<Name>("name").map(|Name(name)| name);
        let value = input.required::<Verbatim>("value");
        let value = value.map(|Verbatim(value)| value);
        if let Some(name) = &name
            && let Err((problem, hint)) = check_name(name)
        {
            let error = InputError::of_value(&Value::from(name.clone()), problem, hint);
            input.note("name", error);
        }
        if value
            .as_ref()
            .is_some_and(|value| value.contains(char::is_control))
        {
            let problem = "contains a line break or another control character";
            input.note("value", InputError::new(problem, "give one line"));
        }
        Some(Self(name?, value?))
    }
}

/// Checks a name. The error is the problem, as the rest of a sentence, and the hint.
fn check_name(name: &str) -> Result<(), (&'static str, &'static str)> {
    // RFC 9110's tchar.
    let allowed = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    if name.is_empty() || !name.chars().all(allowed) {
        let hint = "give letters, digits and hyphens, such as Intercom-Version";
        return Err(("is not a header name", hint));
    }
    let name = name.to_ascii_lowercase();
    if OWNED.contains(&name.as_str()) || name.starts_with(OWNED_PREFIX) {
        return Err(("is a header that the connector sets itself", "leave it out"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn owned_and_malformed_names_are_refused() {
        for name in [
            "Authorization",
            "HOST",
            "content-length",
            "Proxy-Authorization",
            "",
            "a b",
            "a:b",
            "a\r\n",
            "é",
        ] {
            assert!(check_name(name).is_err(), "{name}");
        }
        for name in ["Intercom-Version", "Accept", "X-Anything"] {
            assert!(check_name(name).is_ok(), "{name}");
        }
    }
}
