//! The bodies of responses: a small valid one for each operation that the
//! connector's actions use, and variations of it.

use std::borrow::Cow;

use super::fault::Body;
use super::request::RequestHead;

/// The id of every valid object.
const ID: &str = "6762f0dd1bb69f9f2193bb83";

/// A body as bytes.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Content {
    pub text: Cow<'static, [u8]>,
    /// How many spaces follow it.
    pub padding: u64,
}

impl Content {
    /// The length in bytes, padding included.
    pub fn length(&self) -> u64 {
        self.text.len() as u64 + self.padding
    }
}

/// The body of the response to a request.
pub(super) fn content(body: Body, request: &RequestHead) -> Content {
    let valid = || valid(request, ID);
    let text = match body {
        Body::Bytes(bytes) => return plain(bytes.into()),
        Body::Valid => valid(),
        Body::Half => {
            let mut text = valid();
            text.truncate(text.len() / 2);
            text
        }
        Body::Prefixed(members) => valid().replacen('{', &format!("{{{members},"), 1),
        Body::WithId(id) => self::valid(request, id),
        Body::Error(code) => format!(
            r#"{{"type":"error.list","request_id":"f-1","errors":[{{"code":"{code}","message":"on purpose"}}]}}"#
        ),
        Body::Nested(levels) => {
            let (open, close) = ("[".repeat(levels), "]".repeat(levels));
            format!(r#"{{"id":"{ID}","name":{open}{close}}}"#)
        }
        Body::Padded(bytes) => {
            let text = valid();
            return Content {
                padding: bytes.saturating_sub(text.len() as u64),
                ..plain(text.into_bytes().into())
            };
        }
    };
    plain(text.into_bytes().into())
}

fn plain(text: Cow<'static, [u8]>) -> Content {
    Content { text, padding: 0 }
}

/// The valid body for a request, with an object of this id (JSON text without
/// quotes). ASCII only, so that it can be cut anywhere.
fn valid(request: &RequestHead, id: &str) -> String {
    let contact = format!(r#"{{"type":"contact","id":"{id}","role":"user","name":"Ada"}}"#);
    let admin = format!(r#""type":"admin","id":"{id}","name":"Ada","email":"ada@example.com""#);
    let object = |kind: &str| format!(r#"{{"type":"{kind}","id":"{id}","name":"Ada"}}"#);
    let list =
        |key: &str, row: String| format!(r#"{{"type":"list","{key}":[{row}],"total_count":1}}"#);
    match (request.method.as_str(), request.path.as_str()) {
        ("POST", "/contacts/search") => list("data", contact),
        ("POST", "/conversations/search") => list("conversations", object("conversation")),
        ("POST", "/tickets/search") => list("tickets", object("ticket")),
        ("POST", "/companies/list") => list("data", object("company")),
        ("GET", "/tags") => list("data", object("tag")),
        ("POST", "/messages") => {
            format!(r#"{{"type":"admin_message","id":"{id}","message_type":"inapp","body":"Hi"}}"#)
        }
        ("GET", "/me") => format!(r#"{{{admin},"app":{{"id_code":"a1","region":"US"}}}}"#),
        ("GET", "/admins") => format!(r#"{{"type":"admin.list","admins":[{{{admin}}}]}}"#),
        ("POST", "/events") => String::new(),
        ("POST", "/auth/eagle/token") => {
            format!(r#"{{"token_type":"Bearer","access_token":"{id}"}}"#)
        }
        (_, path) => kind(path).map_or(contact, object),
    }
}

/// The type of the object that an operation returns, if it is no contact.
fn kind(path: &str) -> Option<&'static str> {
    let mut segments = path.split('/').skip(1);
    let (first, second) = (segments.next()?, segments.nth(1));
    match (first, second) {
        (_, Some("tags")) | ("tags", _) => Some("tag"),
        (_, Some("notes")) => Some("note"),
        (_, Some("companies")) | ("companies", _) => Some("company"),
        ("contacts", _) => None,
        ("conversations", _) => Some("conversation"),
        ("tickets", _) => Some("ticket"),
        _ => Some("thing"),
    }
}
