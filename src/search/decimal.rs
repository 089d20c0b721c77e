//! Decimal numbers, compared by value: 5, 5.0 and 5e0 are one.
//!
//! Floating point would need tables for parsing that are larger than this component
//! can afford, and would treat neighbouring integers above 2^53 as equal.

use std::cmp::Ordering;

/// A decimal number: `0.digits` times ten to the power of `exponent`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decimal {
    is_negative: bool,
    /// Without zeros at either end; empty for zero.
    digits: String,
    exponent: i64,
}

impl Decimal {
    /// Parses digits with an optional sign, fraction and exponent.
    pub fn parse(text: &str) -> Option<Self> {
        let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
        let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
            None => (unsigned, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all = format!("{whole}{fraction}");
        if all.is_empty() || !all.bytes().all(|digit| digit.is_ascii_digit()) {
            return None;
        }
        let digits = all.trim_start_matches('0');
        if digits.is_empty() {
            let (is_negative, digits, exponent) = (false, String::new(), i64::MIN);
            return Some(Self {
                is_negative,
                digits,
                exponent,
            });
        }
        let leading = (all.len() - digits.len()) as i64;
        Some(Self {
            is_negative: text.starts_with('-'),
            digits: digits.trim_end_matches('0').to_owned(),
            exponent: whole.len() as i64 + i64::from(exponent) - leading,
        })
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        let size = |number: &Self| (number.exponent, number.digits.clone());
        match (self.is_negative, other.is_negative) {
            (false, false) => size(self).cmp(&size(other)),
            (true, true) => size(other).cmp(&size(self)),
            (is_negative, _) if is_negative => Ordering::Less,
            _ => Ordering::Greater,
        }
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_are_ordered_by_value() {
        let ascending = [
            "-1e9", "-5.5", "-0.05", "0", "0.05", "0.5", "5", "5.25", "50", "1e2",
        ];
        let numbers: Vec<_> = ascending.map(|text| Decimal::parse(text).unwrap()).into();
        assert!(numbers.is_sorted_by(|a, b| a < b), "{numbers:?}");
    }

    #[test]
    fn one_value_has_many_spellings() {
        for (one, other) in [
            ("5", "5.0"),
            ("5", "5e0"),
            ("500", "5E+2"),
            ("0", "-0.00"),
            ("0.5", "+00.50"),
            ("9007199254740993", "9007199254740993.0"),
        ] {
            assert_eq!(Decimal::parse(one), Decimal::parse(other), "{one} {other}");
        }
        assert_ne!(
            Decimal::parse("9007199254740993"),
            Decimal::parse("9007199254740992")
        );
        for text in ["", "-", ".", "5x", "1e", "1e99999999999", "0x5", "five"] {
            assert_eq!(Decimal::parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn they_are_ordered_as_integers_are(a in any::<i64>(), b in any::<i64>(), zeros in 0..4usize) {
            let a_written = format!("{a}.{}", "0".repeat(zeros + 1));
            let (x, y) = (Decimal::parse(&a_written).unwrap(), Decimal::parse(&b.to_string()).unwrap());
            prop_assert_eq!(x.cmp(&y), a.cmp(&b));
        }
    }
}
