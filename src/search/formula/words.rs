//! The meaning of words and digits outside of quotes.

use super::ast::Literal;
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
    let is = |keyword: &&str| keyword.eq_ignore_ascii_case(word);
    KEYWORDS.iter().any(is)
}

/// The words that join conditions, those of operators, and those that are values.
const KEYWORDS: [&str; 14] = [
    "AND", "OR", "TRUE", "FALSE", "NULL", "NOT", "IS", "IN", "NIN", "CONTAINS", "BETWEEN",
    "STARTS", "ENDS", "WITH",
];

/// A number or a date, written without quotes.
pub fn bare_literal(bare: &str) -> Option<Literal> {
    if is_number(bare) {
        return Some(Literal::Number(bare.to_owned()));
    }
    Timestamp::parse(bare).ok()?;
    Some(Literal::Date(bare.to_owned()))
}

/// A sign, digits, and optionally a fraction. A phone number is a number, too.
fn is_number(bare: &str) -> bool {
    let digits = bare.strip_prefix(['+', '-']).unwrap_or(bare);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    all_digits(whole) && all_digits(fraction)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::formula::operator::SPELLINGS;

    #[test]
    fn every_word_of_an_operator_is_a_keyword() {
        let words = SPELLINGS
            .iter()
            .flat_map(|(spelling, _)| spelling.split(' '));
        let is_word = |word: &&str| word.starts_with(char::is_alphabetic);
        for word in words.filter(is_word) {
            assert!(is_keyword(&word.to_lowercase()), "{word}");
        }
        assert!(!is_keyword("name"));
    }
}
