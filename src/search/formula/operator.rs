//! The operators: how each is written, what it takes, and its opposite.

/// What compares a field with values.
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

/// What an operator takes.
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

/// All operators, the way each is printed, and its opposite. Opposites split
/// the contacts that have a value in two, and no contact counts in both.
const OPERATORS: [(Operator, &str, Operator); 18] = [
    (Operator::Equal, "=", Operator::NotEqual),
    (Operator::NotEqual, "!=", Operator::Equal),
    (Operator::Less, "<", Operator::GreaterOrEqual),
    (Operator::LessOrEqual, "<=", Operator::Greater),
    (Operator::Greater, ">", Operator::LessOrEqual),
    (Operator::GreaterOrEqual, ">=", Operator::Less),
    (Operator::Contains, "CONTAINS", Operator::NotContains),
    (Operator::NotContains, "NOT CONTAINS", Operator::Contains),
    (Operator::StartsWith, "STARTS WITH", Operator::NotStartsWith),
    (
        Operator::NotStartsWith,
        "NOT STARTS WITH",
        Operator::StartsWith,
    ),
    (Operator::EndsWith, "ENDS WITH", Operator::NotEndsWith),
    (Operator::NotEndsWith, "NOT ENDS WITH", Operator::EndsWith),
    (Operator::In, "IN", Operator::NotIn),
    (Operator::NotIn, "NOT IN", Operator::In),
    (Operator::Between, "BETWEEN", Operator::NotBetween),
    (Operator::NotBetween, "NOT BETWEEN", Operator::Between),
    (Operator::IsNull, "IS NULL", Operator::IsNotNull),
    (Operator::IsNotNull, "IS NOT NULL", Operator::IsNull),
];

/// Other ways to write them; `NIN` is Intercom's own.
const SYNONYMS: [(&str, Operator); 7] = [
    ("==", Operator::Equal),
    ("<>", Operator::NotEqual),
    ("~", Operator::Contains),
    ("!~", Operator::NotContains),
    ("^", Operator::StartsWith),
    ("$", Operator::EndsWith),
    ("NIN", Operator::NotIn),
];

impl Operator {
    /// Every way to write an operator, each with the operator.
    pub fn spellings() -> impl Iterator<Item = (&'static str, Self)> {
        let printed = OPERATORS
            .iter()
            .map(|(operator, text, _)| (*text, *operator));
        printed.chain(SYNONYMS)
    }

    /// Reads an operator that stands alone, in any case.
    pub fn parse(text: &str) -> Option<Self> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let text = words.join(" ");
        Self::spellings()
            .find(|(spelling, _)| spelling.eq_ignore_ascii_case(&text))
            .map(|(_, operator)| operator)
    }

    fn row(self) -> (&'static str, Self) {
        OPERATORS
            .iter()
            .find(|(operator, ..)| *operator == self)
            .map_or(("=", Self::NotEqual), |(_, text, opposite)| {
                (*text, *opposite)
            })
    }

    /// The way it is printed.
    pub fn name(self) -> &'static str {
        self.row().0
    }

    /// What holds when this does not.
    #[must_use]
    pub fn opposite(self) -> Self {
        self.row().1
    }

    /// What it takes.
    pub fn takes(self) -> Takes {
        match self {
            Self::IsNull | Self::IsNotNull => Takes::Nothing,
            Self::In | Self::NotIn => Takes::List,
            Self::Between | Self::NotBetween => Takes::Range,
            _ => Takes::Value,
        }
    }

    /// Whether it looks into text, so that whatever it takes is text.
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
    fn every_operator_is_in_the_table_once_with_its_opposite() {
        for (operator, text, opposite) in OPERATORS {
            assert_eq!(operator.name(), text);
            assert_eq!(operator.opposite(), opposite);
            assert_eq!(opposite.opposite(), operator);
            assert_eq!(operator.takes(), opposite.takes());
            assert_eq!(Operator::parse(&text.to_lowercase()), Some(operator));
        }
    }
}
