//! The attachments of a reply: URLs of images.

use crate::input::{FromInput, InputError, unexpected};
use serde_json::Value;

/// Maximum number of attachments of a reply (`docs/intercom-api.md`, Conversations).
const MAX: usize = 10;

/// URLs to attach.
#[derive(Debug, PartialEq, Eq)]
pub struct AttachmentUrls(pub Vec<String>);

impl FromInput for AttachmentUrls {
    const EXPECTED: &'static str = "a list of URLs, such as [\"https://example.com/receipt.png\"]";

    /// One URL counts as a list of one.
    fn from_value(value: Value) -> Result<Self, InputError> {
        let items = match value {
            Value::Array(items) => items,
            one => vec![one],
        };
        if items.len() > MAX {
            let problem = format!(
                "has {} URLs, and Intercom accepts at most {MAX}",
                items.len()
            );
            return Err(InputError::new(
                problem,
                "send the others in a second reply",
            ));
        }
        items
            .into_iter()
            .map(url)
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

fn url(value: Value) -> Result<String, InputError> {
    let text = value.as_str().unwrap_or_default().trim();
    let lower = text.to_ascii_lowercase();
    let rest = ["https://", "http://"]
        .iter()
        .find_map(|scheme| lower.strip_prefix(scheme));
    match rest.is_some_and(|rest| !rest.is_empty()) && !text.contains(char::is_whitespace) {
        true => Ok(text.to_owned()),
        false => Err(unexpected::<AttachmentUrls>(&value, "is not a URL")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn at_most_ten_urls_are_taken() {
        let urls = |count: usize| json!(vec!["https://example.com/a.png"; count]);
        for (value, count) in [
            (urls(10), Some(10)),
            (urls(11), None),
            (json!([]), Some(0)),
            (json!("https://example.com/a.png"), Some(1)),
            (json!([" http://example.com/a.png "]), Some(1)),
            (json!(["https://"]), None),
            (json!(["data:image/png;base64,AAAA"]), None),
            (json!(["https://example.com/a b.png"]), None),
            (json!([7]), None),
            (json!({}), None),
        ] {
            let read = AttachmentUrls::from_value(value.clone());
            assert_eq!(read.ok().map(|urls| urls.0.len()), count, "{value}");
        }
    }
}
