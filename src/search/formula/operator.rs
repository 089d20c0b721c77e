//! The operators: their spellings, values and opposites.

use crate::input::nearest;

/// Compares a field with values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it; the table has the spellings")]
pub enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Contains,
    NotContains,
    StartsWith,
    NotStartsWith,
    EndsWith,
    NotEndsWith,
    In,
    NotIn,
    Between,
    NotBetween,
    IsNull,
    IsNotNull,
}

/// The values that an operator takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// Nothing.
    Nothing,
    /// One value.
    Value,
    /// Two values, `BETWEEN` them.
    Range,
    /// Values in parentheses.
    List,
}

/// All spellings of the operators. The first of each is printed. `NIN` is Intercom's
/// own.
pub const SPELLINGS: [(&str, Operator); 25] = [
    ("=", Operator::Equal),
    ("==", Operator::Equal),
    ("!=", Operator::NotEqual),
    ("<>", Operator::NotEqual),
    ("<", Operator::Less),
    ("<=", Operator::LessOrEqual),
    (">", Operator::Greater),
    (">=", Operator::GreaterOrEqual),
    ("CONTAINS", Operator::Contains),
    ("~", Operator::Contains),
    ("NOT CONTAINS", Operator::NotContains),
    ("!~", Operator::NotContains),
    ("STARTS WITH", Operator::StartsWith),
    ("^", Operator::StartsWith),
    ("NOT STARTS WITH", Operator::NotStartsWith),
    ("ENDS WITH", Operator::EndsWith),
    ("$", Operator::EndsWith),
    ("NOT ENDS WITH", Operator::NotEndsWith),
    ("IN", Operator::In),
    ("NOT IN", Operator::NotIn),
    ("NIN", Operator::NotIn),
    ("BETWEEN", Operator::Between),
    ("NOT BETWEEN", Operator::NotBetween),
    ("IS NULL", Operator::IsNull),
    ("IS NOT NULL", Operator::IsNotNull),
];

/// For the contacts that have a value, exactly one of an operator and its opposite holds.
const OPPOSITES: [(Operator, Operator); 9] = [
    (Operator::Equal, Operator::NotEqual),
    (Operator::Less, Operator::GreaterOrEqual),
    (Operator::LessOrEqual, Operator::Greater),
    (Operator::Contains, Operator::NotContains),
    (Operator::StartsWith, Operator::NotStartsWith),
    (Operator::EndsWith, Operator::NotEndsWith),
    (Operator::In, Operator::NotIn),
    (Operator::Between, Operator::NotBetween),
    (Operator::IsNull, Operator::IsNotNull),
];

impl Operator {
    /// Parses an operator, in any case.
    pub fn parse(text: &str) -> Option<Self> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let text = words.join(" ");
        let found = SPELLINGS
            .iter()
            .find(|(spelling, _)| spelling.eq_ignore_ascii_case(&text))?;
        Some(found.1)
    }

    /// The spelled-out operator nearest to a word, for errors.
    pub fn nearest(word: &str) -> Option<&'static str> {
        let words = SPELLINGS.iter().map(|(spelling, _)| *spelling);
        nearest(word, words.filter(|spelling| spelling.len() > 2))
    }

    /// The spelling that is printed.
    pub fn name(self) -> &'static str {
        let row = SPELLINGS.iter().find(|(_, operator)| *operator == self);
        row.map_or("", |(spelling, _)| spelling)
    }

    /// The operator that holds if this one does not.
    #[must_use]
    pub fn opposite(self) -> Self {
        for (one, other) in OPPOSITES {
            if one == self {
                return other;
            }
            if other == self {
                return one;
            }
        }
        self
    }

    /// The values that it takes.
    pub fn takes(self) -> Takes {
        match self {
            Self::IsNull | Self::IsNotNull => Takes::Nothing,
            Self::In | Self::NotIn => Takes::List,
            Self::Between | Self::NotBetween => Takes::Range,
            _ => Takes::Value,
        }
    }

    /// Whether it searches within text, so its values are text.
    pub fn is_textual(self) -> bool {
        matches!(
            self,
            Self::Contains
                | Self::NotContains
                | Self::StartsWith
                | Self::NotStartsWith
                | Self::EndsWith
                | Self::NotEndsWith
        )
    }

    /// Whether it needs an order among the values.
    pub fn is_ordering(self) -> bool {
        matches!(
            self,
            Self::Less
                | Self::LessOrEqual
                | Self::Greater
                | Self::GreaterOrEqual
                | Self::Between
                | Self::NotBetween
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operator_has_a_name_and_an_opposite() {
        for (spelling, operator) in SPELLINGS {
            assert_eq!(Operator::parse(&spelling.to_lowercase()), Some(operator));
            assert_eq!(Operator::parse(operator.name()), Some(operator));
            assert_ne!(operator.opposite(), operator);
            assert_eq!(operator.opposite().opposite(), operator);
            assert_eq!(operator.takes(), operator.opposite().takes());
        }
    }
}
