//! Signs and verifies webhooks as a manifest says: for engines that verify at their
//! edge, so that the component never has the key.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::digest::KeyInit;
use hmac::{Hmac, Mac};
use sha1::Sha1;
use sha2::Sha256;

use crate::manifest::{Signature, SignatureAlgorithm, SignatureEncoding};

impl Signature {
    /// The value of the header for a raw body.
    pub fn sign(&self, key: &str, body: &[u8]) -> String {
        let bytes = match self.algorithm {
            SignatureAlgorithm::HmacSha1 => code::<Hmac<Sha1>>(key, body),
            SignatureAlgorithm::HmacSha256 => code::<Hmac<Sha256>>(key, body),
        };
        let written = match self.encoding {
            SignatureEncoding::Hex => bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
            SignatureEncoding::Base64 => STANDARD.encode(bytes),
        };
        format!("{}{written}", self.prefix)
    }

    /// Whether a header's value is the signature of a raw body. Takes as long for a
    /// wrong signature as for the right one.
    pub fn verify(&self, key: &str, body: &[u8], value: &str) -> bool {
        let written = value.trim().strip_prefix(self.prefix.as_str());
        let bytes = written.and_then(|written| match self.encoding {
            SignatureEncoding::Hex => decoded(written),
            SignatureEncoding::Base64 => STANDARD.decode(written).ok(),
        });
        let Some(bytes) = bytes else { return false };
        match self.algorithm {
            SignatureAlgorithm::HmacSha1 => is_code::<Hmac<Sha1>>(key, body, &bytes),
            SignatureAlgorithm::HmacSha256 => is_code::<Hmac<Sha256>>(key, body, &bytes),
        }
    }
}

/// The state after a body. A key of any length is valid, so that there always is one.
fn state<M: Mac + KeyInit>(key: &str, body: &[u8]) -> Option<M> {
    let mut mac = <M as KeyInit>::new_from_slice(key.as_bytes()).ok()?;
    mac.update(body);
    Some(mac)
}

fn code<M: Mac + KeyInit>(key: &str, body: &[u8]) -> Vec<u8> {
    let state = state::<M>(key, body);
    state.map_or_else(Vec::new, |mac| mac.finalize().into_bytes().to_vec())
}

fn is_code<M: Mac + KeyInit>(key: &str, body: &[u8], bytes: &[u8]) -> bool {
    state::<M>(key, body).is_some_and(|mac| mac.verify_slice(bytes).is_ok())
}

/// The bytes that hexadecimal digits stand for.
fn decoded(digits: &str) -> Option<Vec<u8>> {
    let value = |digit: &u8| char::from(*digit).to_digit(16);
    let pairs = digits.as_bytes().chunks(2).map(|pair| match pair {
        [high, low] => u8::try_from(value(high)? * 16 + value(low)?).ok(),
        _ => None,
    });
    pairs.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scheme(algorithm: SignatureAlgorithm, encoding: SignatureEncoding) -> Signature {
        Signature {
            header: "x-signature".to_owned(),
            prefix: "v1=".to_owned(),
            algorithm,
            encoding,
            variable: "KEY".to_owned(),
        }
    }

    // Made by `printf '%s' '{"a":1}' | openssl dgst -sha1 -hmac key`, and -sha256 -binary.
    #[test]
    fn signatures_are_those_of_openssl() {
        for (algorithm, encoding, expected) in [
            (
                SignatureAlgorithm::HmacSha1,
                SignatureEncoding::Hex,
                "v1=b5557a4b8f3cc308d19eb4f69f336392a31eef7b",
            ),
            (
                SignatureAlgorithm::HmacSha256,
                SignatureEncoding::Base64,
                "v1=iKZ/JLvNrtDmyZdAS7eadDuvRMa6svTCcyjjAJ0i40I=",
            ),
        ] {
            let scheme = scheme(algorithm, encoding);
            assert_eq!(scheme.sign("key", br#"{"a":1}"#), expected);
            assert!(scheme.verify("key", br#"{"a":1}"#, expected));
            for (key, body, value) in [
                ("other", r#"{"a":1}"#, expected),
                ("key", r#"{"a":2}"#, expected),
                ("key", r#"{"a":1}"#, expected.trim_start_matches("v1=")),
                ("key", r#"{"a":1}"#, "v1=00"),
                ("key", r#"{"a":1}"#, "v1="),
                ("key", r#"{"a":1}"#, "v1=é"),
            ] {
                assert!(
                    !scheme.verify(key, body.as_bytes(), value),
                    "{key} {body} {value}"
                );
            }
        }
    }
}
