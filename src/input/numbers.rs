//! JSON numbers as text. Programs whose numbers are all floats write ids as `25.0` or `1e2`;
//! Intercom would treat the text of such a number as another id.

use serde_json::Number;

/// Maximum number of digits of an integer: more than any id has; `1e999999999` would be a
/// gigabyte.
const MAX_DIGITS: usize = 40;

/// A number as text: an integer as digits, in any notation.
pub fn number_text(number: &Number) -> String {
    integer(number).unwrap_or_else(|| number.to_string())
}

/// The digits of a number that is an integer, such as `25` for `25.0`.
pub fn integer(number: &Number) -> Option<String> {
    let written = number.to_string();
    let (sign, unsigned) = match written.strip_prefix('-') {
        Some(unsigned) => ("-", unsigned),
        None => ("", written.as_str()),
    };
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i64>().ok()?),
        None => (unsigned, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    // The position of the decimal point in the digits.
    let point = i64::try_from(whole.len()).ok()?.checked_add(exponent)?;
    if digits.bytes().all(|digit| digit == b'0') {
        return Some("0".to_owned());
    }
    let point = usize::try_from(point).ok()?;
    let (kept, dropped) = digits
        .split_at_checked(point)
        .unwrap_or((digits.as_str(), ""));
    let is_whole = dropped.bytes().all(|digit| digit == b'0');
    let kept = kept.trim_start_matches('0');
    let zeros = point.saturating_sub(digits.len());
    if exponent != 0 && zeros.saturating_add(kept.len()) > MAX_DIGITS {
        return None;
    }
    (is_whole && !kept.is_empty()).then(|| format!("{sign}{kept}{}", "0".repeat(zeros)))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    fn number(text: &str) -> Number {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn integers_are_written_in_digits() {
        for (written, text) in [
            ("25", Some("25")),
            ("25.0", Some("25")),
            ("-5.00", Some("-5")),
            ("1e2", Some("100")),
            ("1.5E+1", Some("15")),
            ("1200e-2", Some("12")),
            ("0.0", Some("0")),
            ("-0", Some("0")),
            ("0.05e2", Some("5")),
            ("12345678901234567890123.0", Some("12345678901234567890123")),
            ("25.5", None),
            ("1e-2", None),
            ("0.05", None),
            ("1e999999999", None),
            ("1e99999999999999999999", None),
        ] {
            assert_eq!(integer(&number(written)).as_deref(), text, "{written}");
        }
        assert_eq!(number_text(&number("155.5")), "155.5");
    }

    proptest! {
        #[test]
        fn any_number_is_its_own_value(text in "-?(0|[1-9][0-9]{0,5})([.][0-9]{1,4})?(e[+-]?[0-9]{1,2})?") {
            if let Some(digits) = integer(&number(&text)) {
                prop_assert_eq!(digits.parse::<f64>().unwrap(), text.parse::<f64>().unwrap());
            }
        }
    }
}
