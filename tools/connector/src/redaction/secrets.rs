//! Finds known secrets in every encoding.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use super::pattern::Pattern;
use super::public_examples::REDACTED;

/// Minimum length of a secret to search for, in characters. Shorter texts occur in ordinary
/// words, and real secrets are longer.
pub(super) const SHORTEST: usize = 8;

/// Known secrets.
pub(super) struct Secrets(Vec<Pattern>);

impl Secrets {
    /// The secrets that are long enough.
    pub(super) fn new<'a>(secrets: impl IntoIterator<Item = &'a str>) -> Self {
        let mut secrets: Vec<&str> = secrets
            .into_iter()
            .filter(|secret| secret.chars().count() >= SHORTEST)
            .collect();
        // A secret that contains another one must be removed as a whole.
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        Self(secrets.into_iter().map(pattern).collect())
    }

    /// `text` without the secrets.
    pub(super) fn redact(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for pattern in &self.0 {
            for range in pattern.finds(&text).into_iter().rev() {
                text.replace_range(range, REDACTED);
            }
        }
        text
    }
}

/// A pattern for `secret` in plain text, percent-encoded, or with JSON or HTML escapes, in any
/// combination; and for base64 that contains it.
fn pattern(secret: &str) -> Pattern {
    let spelled: String = secret.chars().map(spellings).collect();
    let within = (0..3).filter_map(|offset| base64_core(secret.as_bytes(), offset));
    let forms: Vec<String> = within
        .map(|core| format!("[A-Za-z0-9+/_-]*{core}[A-Za-z0-9+/_-]*={{0,2}}"))
        .chain([spelled])
        .collect();
    Pattern::new(&format!("(?:{})", forms.join("|")))
}

/// One character in all its encodings.
fn spellings(character: char) -> String {
    let mut bytes = [0; 4];
    let percent: String = character
        .encode_utf8(&mut bytes)
        .bytes()
        .map(|byte| format!("%(?:25)*(?i:{byte:02x})"))
        .collect();
    let code = u32::from(character);
    let literal = regex::escape(&character.to_string());
    let mut forms = vec![
        literal.clone(),
        percent,
        format!(r"\\u(?i:{code:04x})"),
        format!("&#{code};"),
        format!("&#x(?i:{code:x});"),
    ];
    match character {
        ' ' => forms.push(r"\+".to_owned()),
        // As in a decoded query that should have been encoded.
        '+' => forms.push(" ".to_owned()),
        '"' => forms.extend([r#"\\""#.to_owned(), "&quot;".to_owned()]),
        '\\' | '/' => forms.push(format!(r"\\{literal}")),
        '\'' => forms.push("&apos;".to_owned()),
        '&' => forms.push("&amp;".to_owned()),
        '<' => forms.push("&lt;".to_owned()),
        '>' => forms.push("&gt;".to_owned()),
        _ => {}
    }
    // Longest first, so that `\"` does not lose only its quote.
    forms.sort_by_key(|form| std::cmp::Reverse(form.len()));
    format!("(?:{})", forms.join("|"))
}

/// The part of the base64 of `bytes` that does not depend on the surrounding bytes, at this
/// offset in a group of three.
fn base64_core(bytes: &[u8], before: usize) -> Option<String> {
    let mut padded = vec![0; before];
    padded.extend(bytes);
    let encoded = STANDARD_NO_PAD.encode(&padded);
    // Without the characters that encode parts of neighbouring bytes.
    let first = (before * 8).div_ceil(6);
    let last = padded.len() * 8 / 6;
    let core = encoded.get(first..last)?;
    let spelled = core.chars().map(|character| match character {
        '+' => r"(?:\+|-|%2[bB])".to_owned(),
        '/' => r"(?:/|_|\\/|%2[fF])".to_owned(),
        other => other.to_string(),
    });
    Some(spelled.collect())
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
    use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_form_is_found() {
        let secret = "dG9rOjEy/M+4\"å~=";
        let secrets = Secrets::new([secret, "short"]);
        let percent = utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string();
        let json = serde_json::Value::from(secret).to_string();
        let escaped: String = secret
            .chars()
            .map(|c| format!("\\u{:04X}", u32::from(c)))
            .collect();
        let html: String = secret
            .chars()
            .map(|c| format!("&#{};", u32::from(c)))
            .collect();
        for form in [
            secret.to_owned(),
            percent.clone(),
            percent.replace("%2F", "%2f"),
            percent.replace('%', "%25"),
            json.trim_matches('"').to_owned(),
            json.replace('/', "\\/").trim_matches('"').to_owned(),
            escaped,
            html,
            secret.replace('+', " "),
        ] {
            assert_eq!(
                secrets.redact(&format!("x {form} short")),
                "x REDACTED short"
            );
        }
        for before in ["", "a", "ab", "abc"] {
            for after in ["", "z", "zy"] {
                let text = format!("{before}{secret}{after}");
                let forms = [STANDARD.encode(&text), URL_SAFE_NO_PAD.encode(&text)];
                for form in forms {
                    assert_eq!(secrets.redact(&format!("<{form}>")), "<REDACTED>", "{text}");
                }
            }
        }
    }

    proptest! {
        #[test]
        fn no_secret_survives_alone_or_in_base64(
            secret in "[ -~]{8,40}", before in "[ -~]{0,5}", after in "[ -~]{0,5}",
        ) {
            let secrets = Secrets::new([secret.as_str()]);
            let text = format!("{before}{secret}{after}");
            prop_assert!(!secrets.redact(&text).contains(&secret));
            let encoded = STANDARD.encode(&text);
            prop_assert_eq!(secrets.redact(&encoded), REDACTED);
        }
    }
}
