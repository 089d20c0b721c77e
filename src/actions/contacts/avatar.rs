//! The avatar of a contact: a URL, or the object that Intercom sends
//! (`docs/intercom-api.md`, Contacts).

use crate::input::{FromInput, InputError, Resolver, unexpected};
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
    const RESOLVE: Resolver = |resolve, written| match resolve.json(written)? {
        Value::Object(avatar) => match avatar.get(URL) {
            Some(url) => Ok(url.clone()),
            None => {
                let avatar = Value::Object(avatar);
                Err(unexpected::<Self>(&avatar, "has no image_url"))
            }
        },
        url => Ok(url),
    };

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
    use crate::input::{Context, Patch, Resolve};
    use serde_json::json;

    fn read(written: Value) -> Result<Patch<Avatar>, InputError> {
        Avatar::RESOLVE(Resolve::new(Context::NONE), written).and_then(Patch::parse)
    }

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
            let read = read(written.clone()).ok().and_then(Patch::value);
            assert_eq!(read.map(|avatar| avatar.0).as_deref(), url, "{written}");
        }
        let none = json!({"type": "avatar", "image_url": null});
        assert_eq!(read(none), Ok(Patch::Null));
    }
}
