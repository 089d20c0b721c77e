//! Converts bodies that are not JSON to JSON.

use super::exchange::Response;
use super::responder::Unusable;

/// A text as a JSON string of at most this many bytes.
pub fn json_string(text: &str, most: usize) -> Result<String, Unusable> {
    let escaped = text
        .bytes()
        .filter(|byte| matches!(byte, b'"' | b'\\' | ..=0x1f));
    // An escape has up to six bytes.
    let more = escaped.count().saturating_mul(5).saturating_add(2);
    let length = text.len().saturating_add(more);
    if length > most {
        let why = format!("as a JSON string it is larger than {most} bytes");
        return Err(Unusable::unreadable(why));
    }
    let mut json = Vec::with_capacity(length);
    let written = serde_json::to_writer(&mut json, text);
    let json = written.ok().and_then(|()| String::from_utf8(json).ok());
    json.ok_or_else(|| Unusable::unreadable("it is not JSON"))
}

/// Bytes as a JSON object of at most this many bytes.
pub fn encoded(response: &Response, most: usize) -> Result<String, Unusable> {
    let length = response.body.len().div_ceil(3).saturating_mul(4);
    if length > most {
        let why = format!("as base64 it is larger than {most} bytes");
        return Err(Unusable::unreadable(why));
    }
    let mut json = serde_json::Map::new();
    for (key, header) in [
        ("media_type", "content-type"),
        ("content_encoding", "content-encoding"),
    ] {
        let value = response.headers.get(header);
        json.extend(value.map(|value| (key.to_owned(), value.into())));
    }
    json.insert("bytes".to_owned(), response.body.len().into());
    json.insert("base64".to_owned(), base64(&response.body).into());
    Ok(serde_json::Value::Object(json).to_string())
}

/// Bytes in base64 (RFC 4648, with padding).
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |index| u32::from(chunk.get(index).copied().unwrap_or_default());
        let group = byte(0) << 16 | byte(1) << 8 | byte(2);
        for position in 0..4 {
            let digit = DIGITS.get((group >> (18 - 6 * position) & 63) as usize);
            let digit = digit.filter(|_| position <= chunk.len());
            text.push(digit.map_or('=', |digit| char::from(*digit)));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_become_base64() {
        // The examples of RFC 4648.
        for (bytes, text) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
        assert_eq!(base64(&[0xfb, 0xff]), "+/8=");
    }
}
