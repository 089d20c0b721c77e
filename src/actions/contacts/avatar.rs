//! The avatar of a contact: a URL, or the object that Intercom sends
//! (`docs/intercom-api.md`, Contacts).

use crate::input::{FromInput, InputError, Patch, Resolve, unexpected};
use serde_json::Value;

/// The URL of an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Avatar(pub String);

/// The key of the URL in the object.
const URL: &str = "image_url";

impl FromInput for Avatar {
    const EXPECTED: &'static str =
        "the URL of an image, or the avatar of a contact as Intercom sent it";

    /// The object of a contact without an image counts as null.
    fn read(resolve: Resolve<'_>, written: Value) -> Result<Patch<Self>, InputError> {
        match resolve.json(written)? {
            Value::Object(avatar) => match avatar.get(URL) {
                Some(url) => Patch::parse(url.clone()),
                None => Err(unexpected::<Self>(
                    &Value::Object(avatar),
                    "has no image_url",
                )),
            },
            url => Patch::parse(url),
        }
    }

    fn from_value(value: Value) -> Result<Self, InputError> {
        match value {
            Value::String(url) => Ok(Self(url.trim().to_owned())),
            other => Err(unexpected::<Self>(&other, "is not a URL")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::Context;
    use serde_json::json;

    #[test]
    fn the_object_that_intercom_sends_is_taken() {
        for (written, url) in [
            (
                json!("https://example.com/a.png"),
                Some("https://example.com/a.png"),
            ),
            (
                json!({"type": "avatar", "image_url": "https://example.com/a.png"}),
                Some("https://example.com/a.png"),
            ),
            (
                json!({"image_url": "https://example.com/a.png"}),
                Some("https://example.com/a.png"),
            ),
            (json!({"url": "https://example.com/a.png"}), None),
            (json!({"image_url": 7}), None),
            (json!({}), None),
            (json!(7), None),
            (json!(["https://example.com/a.png"]), None),
        ] {
            let read = Avatar::read(Resolve::new(Context::NONE), written.clone());
            let read = read.ok().and_then(Patch::value);
            assert_eq!(read.map(|avatar| avatar.0).as_deref(), url, "{written}");
        }
        let none = json!({"type": "avatar", "image_url": null});
        assert_eq!(
            Avatar::read(Resolve::new(Context::NONE), none),
            Ok(Patch::Null)
        );
    }
}
