//! The bodies of answers: small good ones, one for each operation that the
//! connector's actions use, and what can be made of them.

use std::borrow::Cow;

use super::fault::Body;
use super::request::Asked;

/// The id of every good object.
const ID: &str = "6762f0dd1bb69f9f2193bb83";

/// How a body is sent.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Content {
    pub text: Cow<'static, [u8]>,
    /// How many bytes of white space follow it.
    pub padding: u64,
}

impl Content {
    /// Its length in bytes, white space included.
    pub fn length(&self) -> u64 {
        self.text.len() as u64 + self.padding
    }
}

/// The body of an answer to what was asked.
pub(super) fn content(body: Body, asked: &Asked) -> Content {
    let good = || good(asked, ID);
    let text = match body {
        Body::Bytes(bytes) => return plain(bytes.into()),
        Body::Good => good(),
        Body::Half => {
            let mut text = good();
            text.truncate(text.len() / 2);
            text
        }
        Body::Before(members) => good().replacen('{', &format!("{{{members},"), 1),
        Body::WithId(id) => self::good(asked, id),
        Body::Refusal(code) => format!(
            r#"{{"type":"error.list","request_id":"f-1","errors":[{{"code":"{code}","message":"on purpose"}}]}}"#
        ),
        Body::Nested(levels) => {
            let (open, close) = ("[".repeat(levels), "]".repeat(levels));
            format!(r#"{{"id":"{ID}","name":{open}{close}}}"#)
        }
        Body::Long(bytes) => {
            let text = good();
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

/// The good answer to what was asked, about an object of this id (JSON text
/// without its quotes). All ASCII, so that it can be cut anywhere.
fn good(asked: &Asked, id: &str) -> String {
    let contact = format!(r#"{{"type":"contact","id":"{id}","role":"user","name":"Ada"}}"#);
    let admin = format!(r#""type":"admin","id":"{id}","name":"Ada","email":"ada@example.com""#);
    match (asked.method.as_str(), asked.path.as_str()) {
        ("POST", "/contacts/search") => {
            format!(r#"{{"type":"list","data":[{contact}],"total_count":1}}"#)
        }
        (_, path) if path.starts_with("/contacts") => contact,
        ("POST", "/messages") => {
            format!(r#"{{"type":"admin_message","id":"{id}","message_type":"inapp","body":"Hi"}}"#)
        }
        ("GET", "/me") => format!(r#"{{{admin},"app":{{"id_code":"a1","region":"US"}}}}"#),
        ("GET", "/admins") => format!(r#"{{"type":"admin.list","admins":[{{{admin}}}]}}"#),
        ("POST", "/auth/eagle/token") => {
            format!(r#"{{"token_type":"Bearer","access_token":"{id}"}}"#)
        }
        _ => format!(r#"{{"type":"thing","id":"{id}"}}"#),
    }
}
