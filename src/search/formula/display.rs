//! Prints a formula in canonical form, which parses back to the same tree.

use super::ast::{Condition, Connective, Literal, ParsedFormula, Tree, Written};
use super::operator::Takes;
use super::words::is_keyword;
use crate::input::Part;
use std::fmt::{Display, Formatter, Result};

impl Display for ParsedFormula {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        self.0.fmt(f)
    }
}

impl Display for Tree<Condition<Written>> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Leaf(condition) => condition.fmt(f),
            Self::Not(inner) => write!(f, "NOT {}", Member(inner)),
            Self::Group(connective, parts) => {
                for (index, part) in parts.iter().enumerate() {
                    if index > 0 {
                        write!(f, " {} ", connective.name())?;
                    }
                    match part {
                        // AND binds tighter: inside OR it needs no parentheses.
                        Self::Group(Connective::And, _) if *connective == Connective::Or => {
                            part.fmt(f)?;
                        }
                        _ => Member(part).fmt(f)?,
                    }
                }
                Ok(())
            }
        }
    }
}

/// A tree, in parentheses if it is a group.
struct Member<'a>(&'a Tree<Condition<Written>>);

impl Display for Member<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self.0 {
            Tree::Group(..) => write!(f, "({})", self.0),
            tree => tree.fmt(f),
        }
    }
}

impl Display for Condition<Written> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let operator = self.operator.name();
        write!(f, "{} {operator}", Name(&self.field))?;
        let mut values = self.operands.iter().map(|operand| &operand.value);
        match (self.operator.takes(), values.next()) {
            (Takes::Nothing, _) | (_, None) => Ok(()),
            (Takes::Value, Some(value)) => write!(f, " {value}"),
            (Takes::Range, Some(first)) => {
                write!(f, " {first} AND")?;
                values.try_for_each(|value| write!(f, " {value}"))
            }
            (Takes::List, Some(first)) => {
                write!(f, " ({first}")?;
                values.try_for_each(|value| write!(f, ", {value}"))?;
                f.write_str(")")
            }
        }
    }
}

/// A field's name, in back-quotes if it is not plain.
struct Name<'a>(&'a str);

impl Display for Name<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let plain = |part: &str| {
            part.starts_with(|c: char| (c.is_alphanumeric() && !c.is_ascii_digit()) || c == '_')
                && part
                    .chars()
                    .all(|c| c.is_alphanumeric() || "_-".contains(c))
        };
        if self.0.split('.').all(plain) && !is_keyword(self.0) {
            return f.write_str(self.0);
        }
        write!(f, "`{}`", self.0.replace('`', "``"))
    }
}

impl Display for Written {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Literal(Literal::Text(text)) => write!(f, "'{}'", escaped(text)),
            Self::Literal(Literal::Number(text) | Literal::Date(text)) => f.write_str(text),
            Self::Literal(Literal::Flag(true)) => f.write_str("TRUE"),
            Self::Literal(Literal::Flag(false)) => f.write_str("FALSE"),
            Self::Literal(Literal::Null) => f.write_str("NULL"),
            Self::Placeholder(placeholder) => f.write_str(&placeholder.expression),
            Self::Text(parts) => {
                f.write_str("'")?;
                for part in parts {
                    match part {
                        Part::Literal(text) => f.write_str(&escaped(text))?,
                        Part::Placeholder(placeholder) => f.write_str(&placeholder.expression)?,
                    }
                }
                f.write_str("'")
            }
        }
    }
}

fn escaped(text: &str) -> String {
    let text = text.replace('\\', r"\\").replace('\'', "''");
    ["{{", "<<"]
        .into_iter()
        .fold(text, |text, opening| with_escaped(&text, opening))
}

/// From the right: of three braces, the last two open a placeholder.
fn with_escaped(text: &str, opening: &str) -> String {
    let mut pieces: Vec<&str> = text.rsplit(opening).collect();
    pieces.reverse();
    pieces.join(&format!(r"\{opening}"))
}
