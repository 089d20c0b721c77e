//! Whether Intercom sent a request: the signature of its raw body.

use crate::world::triggers::{Delivery, RefusalReason};
use hmac::digest::{KeyInit, Update};
use hmac::{Hmac, Mac};
use sha1::Sha1;
use sha2::Sha256;

/// The header of webhooks: `sha1=` and HMAC-SHA1 in hexadecimal digits.
pub const HEADER: &str = "x-hub-signature";

/// What stands before the digits in [`HEADER`].
pub const PREFIX: &str = "sha1=";

/// The header of calls about the app itself, that it was removed and whether it is
/// healthy: HMAC-SHA256 in hexadecimal digits (`docs/intercom-api.md`, Webhooks).
const BODY_HEADER: &str = "x-body-signature";

/// Verifies the signature, in constant time.
///
/// # Errors
/// Whether it is missing or wrong.
pub fn verify(delivery: &Delivery, secret: &str) -> Result<(), RefusalReason> {
    let (signature, is_right) = match (header(delivery, HEADER), header(delivery, BODY_HEADER)) {
        (Found::Nothing, Found::Nothing) => return Err(RefusalReason::Unsigned),
        (Found::Nothing, body) => (body.one(), is_right::<Hmac<Sha256>> as Verify),
        (hub, _) => (
            hub.one().and_then(|value| value.strip_prefix(PREFIX)),
            is_right::<Hmac<Sha1>> as Verify,
        ),
    };
    let bytes = signature.and_then(decoded);
    match bytes {
        Some(bytes) if is_right(secret, &delivery.body, &bytes) => Ok(()),
        _ => Err(RefusalReason::WrongSignature),
    }
}

type Verify = fn(&str, &[u8], &[u8]) -> bool;

fn is_right<M: Mac + KeyInit + Update>(secret: &str, body: &[u8], signature: &[u8]) -> bool {
    // A key of any length is valid.
    let Ok(mut mac) = <M as KeyInit>::new_from_slice(secret.as_bytes()) else {
        return false;
    };
    Mac::update(&mut mac, body);
    mac.verify_slice(signature).is_ok()
}

/// A header's values.
enum Found<'a> {
    Nothing,
    One(&'a str),
    /// Somebody added one; which is Intercom's can't be known.
    Several,
}

impl<'a> Found<'a> {
    fn one(&self) -> Option<&'a str> {
        match self {
            Self::One(value) => Some(value.trim()),
            Self::Nothing | Self::Several => None,
        }
    }
}

fn header<'a>(delivery: &'a Delivery, name: &str) -> Found<'a> {
    let headers = delivery.headers.iter();
    let mut found = headers.filter(|header| header.name.eq_ignore_ascii_case(name));
    match (found.next(), found.next()) {
        (None, _) => Found::Nothing,
        (Some(only), None) => Found::One(&only.value),
        (Some(_), Some(_)) => Found::Several,
    }
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
    use crate::world::plugin::HttpHeader;

    const SECRET: &str = "fixture-client-secret";
    const BODY: &str = r#"{"app_id":"ws_example"}"#;

    fn delivery(headers: &[(&str, &str)]) -> Delivery {
        let headers = headers.iter().map(|(name, value)| HttpHeader {
            name: (*name).to_owned(),
            value: (*value).to_owned(),
        });
        Delivery {
            method: "POST".to_owned(),
            query: String::new(),
            headers: headers.collect(),
            body: BODY.as_bytes().to_vec(),
            verified: false,
            received_at_ms: None,
        }
    }

    // Made by `printf '%s' BODY | openssl dgst -sha1 -hmac SECRET`, and -sha256.
    const SHA1: &str = "a0b82c144022e0260b97769878141e94e636396b";
    const SHA256: &str = "79106eaccfe3b6f723ec96a94fac6c2a084a88ea9cfbbfbffe4978a09f7818a9";

    #[test]
    fn the_right_signature_is_accepted_in_either_case() {
        for value in [
            format!("sha1={SHA1}"),
            format!("sha1={}", SHA1.to_uppercase()),
        ] {
            let signed = delivery(&[("X-Hub-Signature", &value)]);
            assert_eq!(verify(&signed, SECRET), Ok(()), "{value}");
        }
        let signed = delivery(&[("x-body-signature", SHA256)]);
        assert_eq!(verify(&signed, SECRET), Ok(()));
    }

    #[test]
    fn any_other_signature_is_wrong() {
        let right = format!("sha1={SHA1}");
        let cut = format!("sha1={}", SHA1.trim_end_matches('b'));
        let longer = format!("{right}00");
        for value in [
            "",
            "sha1=",
            SHA1,
            &cut,
            &longer,
            "sha1=zz",
            "sha256=00",
            "sha1=é",
        ] {
            let signed = delivery(&[("x-hub-signature", value)]);
            let found = verify(&signed, SECRET);
            assert_eq!(found, Err(RefusalReason::WrongSignature), "{value}");
        }
        let signed = delivery(&[("x-hub-signature", &right)]);
        assert_eq!(
            verify(&signed, "another"),
            Err(RefusalReason::WrongSignature)
        );
        let mut changed = signed;
        changed.body.push(b' ');
        assert_eq!(verify(&changed, SECRET), Err(RefusalReason::WrongSignature));
    }

    #[test]
    fn a_second_header_or_one_of_another_kind_does_not_help() {
        let right = format!("sha1={SHA1}");
        let twice = delivery(&[("x-hub-signature", &right), ("X-Hub-Signature", &right)]);
        assert_eq!(verify(&twice, SECRET), Err(RefusalReason::WrongSignature));
        let both = delivery(&[("x-hub-signature", "sha1=00"), ("x-body-signature", SHA256)]);
        assert_eq!(verify(&both, SECRET), Err(RefusalReason::WrongSignature));
        assert_eq!(verify(&delivery(&[]), SECRET), Err(RefusalReason::Unsigned));
    }
}
