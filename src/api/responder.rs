//! Decides who sent a response: Intercom for this request, Intercom for something else, or
//! another server such as a proxy, a gateway or a login page.
//!
//! Another server is recognised by what it sends, not by what is missing: a body that Intercom
//! does not send there, without the version that Intercom echoes in every response
//! (`docs/intercom-api.md`, Requests and responses). `X-Request-Id` alone proves nothing, since
//! gateways send it too.

use super::document::Object;
use super::exchange::{Headers, Response};
use super::path::PathSegment;
use std::fmt;

/// The expected response to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expected {
    /// Any response of Intercom, including redirects.
    Anything,
    /// JSON.
    Json,
    /// No body.
    Nothing,
    /// One object: of one of these types, or the one with this id. Without an id to
    /// ask for, an object without a type passes that has any id.
    Object {
        /// The values of `type`.
        types: &'static [&'static str],
        /// The requested id.
        id: Option<PathSegment>,
    },
}

/// The types of a contact: by API version, `contact` or its role.
pub const CONTACT_TYPES: &[&str] = &["contact", "user", "lead"];

impl Expected {
    /// The contact with this id, or a new one.
    pub fn contact(id: Option<&PathSegment>) -> Self {
        Self::Object {
            types: CONTACT_TYPES,
            id: id.cloned(),
        }
    }

    /// Whether a redirect may be the response.
    pub fn takes_redirects(&self) -> bool {
        *self == Self::Anything
    }

    /// Whether an object is the requested one.
    pub fn fits(&self, object: &Object<'_>) -> bool {
        let Self::Object { types, id } = self else {
            return true;
        };
        let kind = object.plain("type");
        if kind.as_ref().is_some_and(|kind| types.contains(&&**kind)) {
            return true;
        }
        match (object.text("id"), id) {
            (Some(found), Some(id)) => PathSegment::encode(&found).is_ok_and(|found| found == *id),
            (Some(_), None) => kind.is_none(),
            (None, _) => false,
        }
    }
}

/// Whether an object is Intercom's list of errors.
pub fn is_error_list(object: &Object<'_>) -> bool {
    object.plain("type").as_deref() == Some("error.list") && object.is_list("errors")
}

/// Whether a response is certainly Intercom's.
pub fn is_intercoms(headers: &Headers) -> bool {
    headers.get("intercom-version").is_some()
}

/// The status of a proxy that requires credentials.
const PROXY_AUTHENTICATION: u16 = 407;

/// Whether a response with an error status is not Intercom's, given that its body is not in the
/// format of Intercom's errors.
pub fn is_foreign_error(response: &Response) -> bool {
    let text = std::str::from_utf8(&response.body).unwrap_or_default();
    let says_so = match Form::of(text, &response.headers) {
        Form::Html | Form::Text | Form::Json => response.cut.is_none(),
        Form::Unclear => false,
    };
    !is_intercoms(&response.headers) && (says_so || response.status == PROXY_AUTHENTICATION)
}

/// Whether a success is not from Intercom, given that its body is not the object that
/// was requested.
pub fn is_foreign_success(text: &str, headers: &Headers, expected: &Expected) -> bool {
    let says_so = match Form::of(text, headers) {
        Form::Html => true,
        // Intercom exports CSV, and some lists are not in an object.
        Form::Text => *expected != Expected::Anything,
        Form::Json => matches!(expected, Expected::Object { .. } | Expected::Nothing),
        Form::Unclear => false,
    };
    !is_intercoms(headers) && says_so
}

/// The kind of a body, as far as it identifies its sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// HTML or XML.
    Html,
    /// Other text.
    Text,
    /// Complete JSON.
    Json,
    /// Nothing, or the beginning of JSON.
    Unclear,
}

impl Form {
    fn of(text: &str, headers: &Headers) -> Self {
        let text = text.trim_start();
        let kind = headers.get("content-type").unwrap_or_default();
        match text.chars().next() {
            None => Self::Unclear,
            Some('<') => Self::Html,
            _ if serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok() => Self::Json,
            Some('{' | '[') => Self::Unclear,
            Some(_) if kind.contains("html") => Self::Html,
            Some(_) if kind.contains("json") => Self::Unclear,
            Some(_) => Self::Text,
        }
    }
}

/// Maximum length of an excerpt, in characters.
const EXCERPT_CHARS: usize = 200;

/// The beginning of a response that is not Intercom's, for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excerpt {
    media_type: Option<String>,
    text: String,
}

impl Excerpt {
    /// Cuts a body's text between two words, so that an echoed secret stays whole and is
    /// recognised. Line breaks and control characters become spaces.
    pub fn of(text: &str, headers: &Headers) -> Self {
        let media_type = headers.get("content-type").and_then(|kind| {
            let kind = kind.split(';').next()?.trim();
            let fits = !kind.is_empty() && kind.len() <= 60 && kind.is_ascii();
            fits.then(|| kind.to_owned())
        });
        // More than the excerpt, in case of white space.
        let beginning: String = text.chars().take(20 * EXCERPT_CHARS).collect();
        let printable = |c: char| if c.is_control() { ' ' } else { c };
        let plain: String = beginning.chars().map(printable).collect();
        let words: Vec<&str> = plain.split_whitespace().collect();
        let plain = words.join(" ");
        let text = match plain.char_indices().nth(EXCERPT_CHARS) {
            None if beginning.len() == text.len() => plain,
            None => String::new(),
            Some((end, _)) => {
                let cut = plain.get(..end).unwrap_or_default();
                let whole = cut.rsplit_once(' ').map_or("", |(words, _)| words);
                format!("{whole}…")
            }
        };
        Self { media_type, text }
    }

    /// `(text/html, 403): <html>…`, with the status.
    pub fn with_status(&self, status: u16) -> String {
        let kind = self.media_type.as_ref();
        let kind = kind.map(|kind| format!("{kind}, ")).unwrap_or_default();
        match self.text.as_str() {
            "" => format!("({kind}{status})"),
            text => format!("({kind}{status}): {}", text.trim_end_matches('.')),
        }
    }
}

/// Why a success is unusable.
#[derive(Debug)]
pub enum Unusable {
    /// It is not the response to this request.
    Other {
        /// Whether it is not Intercom's.
        foreign: bool,
        /// Its beginning.
        excerpt: Excerpt,
    },
    /// It is Intercom's list of errors.
    Refusal(super::refusal::Refusal),
    /// It is unreadable.
    Unreadable {
        /// The reason, as the rest of a sentence.
        why: String,
        /// Whether a retry may help: the body is incomplete.
        incomplete: bool,
    },
}

impl Unusable {
    /// It is complete but unreadable.
    pub fn unreadable(why: impl fmt::Display) -> Self {
        Self::Unreadable {
            why: why.to_string(),
            incomplete: false,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::api::{ALL, Document};

    const OURS: (&str, &str) = ("intercom-version", "2.16");
    const HTML: (&str, &str) = ("content-type", "text/html; charset=utf-8");
    const JSON: (&str, &str) = ("content-type", "application/json");
    const TEXT: (&str, &str) = ("content-type", "text/plain");

    fn response(status: u16, headers: &[(&str, &str)], body: &str) -> Response {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Response {
            status,
            headers: Headers(headers.iter().map(owned).collect()),
            body: body.into(),
            cut: None,
        }
    }

    #[test]
    fn somebody_else_shows_in_what_came() {
        for (status, headers, body, foreign) in [
            (403, &[HTML][..], "<html>", true),
            (403, &[HTML, OURS], "<html>", false),
            (403, &[HTML, ("x-request-id", "r1")], "<html>", true),
            (401, &[JSON], r#"{"error": "login required"}"#, true),
            (401, &[JSON, OURS], r#"{"error": "login required"}"#, false),
            (400, &[TEXT], "The plain HTTP request was sent", true),
            (400, &[], "\n <!doctype html>", true),
            (400, &[JSON], r#"{"type": "error.li"#, false),
            (401, &[HTML], "", false),
            (401, &[], "", false),
            (407, &[], "", true),
        ] {
            let response = response(status, headers, body);
            assert_eq!(is_foreign_error(&response), foreign, "{status} {body}");
        }
    }

    #[test]
    fn an_object_is_recognised_by_its_type_or_id() {
        let one = PathSegment::encode("c/1").ok();
        let asked = Expected::contact(one.as_ref());
        let new = Expected::contact(None);
        for (object, fits_asked, fits_new) in [
            (r#"{"type": "contact"}"#, true, true),
            (r#"{"type": "user", "id": "c2"}"#, true, true),
            (r#"{"id": "c/1"}"#, true, true),
            (r#"{"type": "thing", "id": "c/1"}"#, true, false),
            (r#"{"id": "c2"}"#, false, true),
            (r#"{"type": "ticket", "id": "7"}"#, false, false),
            (r#"{"error": "login required"}"#, false, false),
            ("{}", false, false),
        ] {
            let document = Document::parse(object.to_owned(), ALL).unwrap();
            let object = document.object().unwrap_or_default();
            let fits = (asked.fits(&object), new.fits(&object));
            assert_eq!(fits, (fits_asked, fits_new), "{}", object.as_json());
            assert!(Expected::Anything.fits(&object));
        }
    }

    #[test]
    fn an_excerpt_ends_between_words() {
        let headers = response(200, &[HTML], "").headers;
        for (text, expected) in [
            ("", "(text/html, 403)".to_owned()),
            (
                "<h1>\r\n\tNo\u{1b}[2J</h1>.",
                "(text/html, 403): <h1> No [2J</h1>".to_owned(),
            ),
            (
                &format!("{} secret{}", "a".repeat(190), "x".repeat(100)),
                format!("(text/html, 403): {}…", "a".repeat(190)),
            ),
            (&"s".repeat(300), "(text/html, 403): …".to_owned()),
        ] {
            assert_eq!(Excerpt::of(text, &headers).with_status(403), expected);
        }
    }
}
