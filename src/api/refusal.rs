//! Parses the body of an error response, in any of Intercom's formats (`docs/intercom-api.md`,
//! Errors), or another.

use super::document::{Document, Object, RESPONSE};
use super::exchange::{Headers, Response};
use super::structure::ALL;

/// The useful parts of an error's body.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Refusal {
    /// Intercom's codes, an open list.
    pub codes: Vec<String>,
    /// Intercom's messages for people.
    pub messages: Vec<String>,
    /// Intercom's id of the request.
    pub request_id: Option<String>,
    /// Whether the body has one of the formats of Intercom's errors.
    pub recognised: bool,
}

/// Maximum size of an error's body that is read and shown: a server's mistake must not become a
/// megabyte of error message. Intercom sends one error of a sentence or two. A longer text is
/// dropped, not cut: half of an echoed secret would not be recognised.
const MAX_BYTES: usize = 256 * 1024;
const MOST_ERRORS: usize = 20;
const MESSAGE_BYTES: usize = 2000;
const CODE_BYTES: usize = 100;

/// A prefix that some servers write before JSON.
pub const BYTE_ORDER_MARK: char = '\u{feff}';

impl Refusal {
    /// Parses the body and headers of a response.
    pub fn read(response: &Response) -> Self {
        let body = response.body.get(..).filter(|body| body.len() <= MAX_BYTES);
        let text = String::from_utf8_lossy(body.unwrap_or_default());
        let text = RESPONSE.clean(text.trim_start_matches(BYTE_ORDER_MARK));
        let text = text.map(|(text, _)| text.into_owned()).unwrap_or_default();
        let document = Document::parse(text, ALL).ok();
        let body = document.as_ref().and_then(Document::object);
        Self::of(&body.unwrap_or_default(), &response.headers)
    }

    /// Parses an error's body, with its headers.
    pub fn of(body: &Object<'_>, headers: &Headers) -> Self {
        let mut refusal = Self {
            request_id: body
                .text("request_id")
                .or_else(|| request_id(headers))
                .filter(|id| id.len() <= CODE_BYTES),
            recognised: body.is_list("errors")
                || body.object_json("errors").is_some()
                || body.text("error_key").is_some()
                || body.text("type").is_some_and(|kind| kind == "error"),
            ..Self::default()
        };
        for error in body.list("errors").into_iter().take(MOST_ERRORS) {
            refusal.add(&error.object(), "code");
        }
        refusal.add(body, "error_key");
        if let Some(errors) = body.object_json("errors") {
            refusal.add_by_field(errors);
        }
        refusal
    }

    /// The data of the headers alone, for a response whose body is not an error.
    pub fn of_headers(headers: &Headers) -> Self {
        Self::of(&Object::default(), headers)
    }

    /// Whether one of the codes equals this one.
    pub fn has_code(&self, code: &str) -> bool {
        self.codes.iter().any(|found| found == code)
    }

    /// The status that the codes stand for, if they came with a success.
    pub fn status(&self) -> u16 {
        let code = self.codes.first().map_or("", String::as_str);
        match code {
            "unauthorized" | "missing_authorization" => 401,
            _ if code.starts_with("token_") => 401,
            "action_forbidden" | "forbidden" | "api_plan_restricted" => 403,
            "conflict" | "resource_conflict" | "unique_user_constraint" => 409,
            "contact_merged" => 410,
            "rate_limit_exceeded" | "too_many_requests" => 429,
            "request_timeout" => 408,
            "server_error" | "service_unavailable" => 503,
            _ if code.ends_with("not_found") && code != "parameter_not_found" => 404,
            _ => 400,
        }
    }

    /// `{"code", "message", "field"}`, or `{"error_key", "message"}`.
    fn add(&mut self, error: &Object<'_>, code: &str) {
        let code = error.text(code);
        self.codes
            .extend(code.filter(|code| code.len() <= CODE_BYTES));
        let Some(message) = error.text("message") else {
            return;
        };
        let message = match error.text("field") {
            Some(field) => format!("{field}: {message}"),
            None => message,
        };
        self.say(message);
    }

    /// `{"errors": {"field": "message"}}`.
    fn add_by_field(&mut self, errors: &str) {
        let by_field: serde_json::Map<String, serde_json::Value> =
            serde_json::from_str(errors).unwrap_or_default();
        for (field, message) in by_field.into_iter().take(MOST_ERRORS) {
            let message = message
                .as_str()
                .map_or_else(|| message.to_string(), str::to_owned);
            self.say(format!("{field}: {message}"));
        }
    }

    fn say(&mut self, message: String) {
        self.messages.push(match message.len() {
            ..=MESSAGE_BYTES => message,
            long => format!("a message of {long} bytes, left out here"),
        });
    }

    /// Intercom's message as the end of a clause: `: …`, or empty.
    pub fn said(&self) -> String {
        match self.messages.join("; ") {
            said if said.is_empty() => String::new(),
            said => format!(": {said}"),
        }
    }
}

/// Intercom's id of the request, from the headers of its response.
pub fn request_id(headers: &Headers) -> Option<String> {
    headers.get("x-request-id").map(str::to_owned)
}

/// The id in `… already exists with id=6762f0dd1bb69f9f2193bb83`: the only place where a
/// conflict names the existing object (`docs/intercom-api.md`, Conflicts and merges).
pub fn existing_id(message: &str) -> Option<String> {
    let (_, after) = message.split_once("id=")?;
    let id: String = after
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
        .collect();
    (!id.is_empty()).then_some(id)
}

/// The id in `Link: </contacts/{id}>; rel="canonical"` (`docs/intercom-api.md`,
/// Conflicts and merges).
pub fn canonical_id(link: &str) -> Option<String> {
    let target = link
        .split(',')
        .filter(|part| part.contains("canonical"))
        .find_map(|part| part.trim().strip_prefix('<')?.split_once('>'))?
        .0;
    let id = target.rsplit('/').next()?;
    let is_id = !id.is_empty() && id.len() <= CODE_BYTES && !id.contains(char::is_whitespace);
    is_id.then(|| id.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Refusal {
        Refusal::read(&Response {
            status: 400,
            headers: Headers(vec![("X-Request-Id".into(), "h1".into())]),
            body: body.into(),
            cut: None,
        })
    }

    fn refusal(codes: &[&str], messages: &[&str], id: &str) -> Refusal {
        let recognised = !codes.is_empty() || !messages.is_empty();
        let owned = |list: &[&str]| list.iter().map(|s| (*s).to_owned()).collect();
        Refusal {
            codes: owned(codes),
            messages: owned(messages),
            request_id: Some(id.into()),
            recognised,
        }
    }

    #[test]
    fn every_documented_shape_is_read() {
        for (body, expected) in [
            (
                r#"{"type":"error.list","request_id":"r1","errors":[{"code":"a","message":"m","field":"f"},{"code":"b"}]}"#,
                refusal(&["a", "b"], &["f: m"], "r1"),
            ),
            (
                r#"{"type":"error","request_id":"r1","message":"m"}"#,
                refusal(&[], &["m"], "r1"),
            ),
            (
                r#"{"error_key":"k","message":"m"}"#,
                refusal(&["k"], &["m"], "h1"),
            ),
            (
                r#"{"errors":{"email":"taken"}}"#,
                refusal(&[], &["email: taken"], "h1"),
            ),
            (r#"{"request_id":null,"errors":7}"#, refusal(&[], &[], "h1")),
            ("<html>", refusal(&[], &[], "h1")),
            ("", refusal(&[], &[], "h1")),
        ] {
            assert_eq!(read(body), expected, "{body}");
        }
    }

    #[test]
    fn ids_are_found_where_intercom_puts_them() {
        let message = "A contact matching those details already exists with id=6762f0dd1b";
        assert_eq!(existing_id(message).as_deref(), Some("6762f0dd1b"));
        assert_eq!(existing_id("Multiple users match"), None);
        assert_eq!(
            canonical_id(r#"</contacts/abc>; rel="canonical""#).as_deref(),
            Some("abc")
        );
        assert_eq!(
            canonical_id(r#"<https://x/y>; rel="next", <https://h/contacts/abc>; rel=canonical"#)
                .as_deref(),
            Some("abc")
        );
        assert_eq!(canonical_id("</contacts/abc>; rel=next"), None);
    }
}
