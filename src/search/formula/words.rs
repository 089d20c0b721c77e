//! The meaning of words and digits outside of quotes.

use super::ast::Literal;
use super::operator::SPELLINGS;
use crate::input::Timestamp;

/// The value that a keyword stands for.
pub fn word_literal(word: &str) -> Option<Literal> {
    let literals = [
        ("TRUE", Literal::Flag(true)),
        ("FALSE", Literal::Flag(false)),
        ("NULL", Literal::Null),
    ];
    let found = literals
        .into_iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(word));
    found.map(|(_, literal)| literal)
}

/// Words that are never a field unless quoted.
pub fn is_keyword(word: &str) -> bool {
    let is = |keyword: &str| keyword.eq_ignore_ascii_case(word);
    ["AND", "OR", "TRUE", "FALSE"].into_iter().any(is)
        || SPELLINGS
            .iter()
            .any(|(spelling, _)| spelling.split(' ').any(is))
}

/// A number or a date, written without quotes.
pub fn bare_literal(bare: &str) -> Option<Literal> {
    if is_number(bare) {
        return Some(Literal::Number(bare.to_owned()));
    }
    Timestamp::parse(bare).ok()?;
    Some(Literal::Date(bare.to_owned()))
}

/// A sign, digits, and perhaps a fraction. Phone numbers are numbers, too.
fn is_number(bare: &str) -> bool {
    let digits = bare.strip_prefix(['+', '-']).unwrap_or(bare);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    all_digits(whole) && all_digits(fraction)
}
