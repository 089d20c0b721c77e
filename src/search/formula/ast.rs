//! The formula as a tree: conditions, joined and negated.

use super::error::Location;
use super::operator::Operator;
use crate::input::{Part, Placeholder, shortened};

/// How the parts of a group are joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Connective {
    /// All of them hold.
    And,
    /// At least one holds.
    Or,
}

impl Connective {
    /// The keyword.
    pub fn name(self) -> &'static str {
        match self {
            Self::And => "AND",
            Self::Or => "OR",
        }
    }

    /// The other one, which negation makes of it.
    #[must_use]
    pub fn dual(self) -> Self {
        match self {
            Self::And => Self::Or,
            Self::Or => Self::And,
        }
    }
}

/// Leaves, joined and negated. The compiler's stages differ in their leaves;
/// from the check on, no tree holds a `Not`.
#[derive(Debug, Clone, PartialEq)]
pub enum Tree<L> {
    /// One leaf.
    Leaf(L),
    /// A negation.
    Not(Box<Self>),
    /// Joined parts, at least one.
    Group(Connective, Vec<Self>),
}

impl<L> Tree<L> {
    /// Joins trees. A single tree stays itself.
    pub fn join(connective: Connective, parts: impl IntoIterator<Item = Self>) -> Self {
        let mut parts = parts.into_iter();
        match (parts.next(), parts.next()) {
            (Some(only), None) => only,
            (first, second) => {
                let first = first.into_iter().chain(second);
                Self::Group(connective, first.chain(parts).collect())
            }
        }
    }

    /// Changes every leaf.
    ///
    /// # Errors
    /// The first error of a leaf.
    pub fn try_map<M, E>(self, change: &mut impl FnMut(L) -> Result<M, E>) -> Result<Tree<M>, E> {
        Ok(match self {
            Self::Leaf(leaf) => Tree::Leaf(change(leaf)?),
            Self::Not(inner) => Tree::Not(Box::new(inner.try_map(change)?)),
            Self::Group(connective, parts) => {
                let parts = parts.into_iter().map(|part| part.try_map(change));
                Tree::Group(connective, parts.collect::<Result<_, _>>()?)
            }
        })
    }

    /// The number of leaves.
    pub fn leaves(&self) -> usize {
        self.sum(&|_| 1)
    }

    /// The sum over all leaves.
    pub fn sum(&self, of: &impl Fn(&L) -> usize) -> usize {
        match self {
            Self::Leaf(leaf) => of(leaf),
            Self::Not(inner) => inner.sum(of),
            Self::Group(_, parts) => parts.iter().map(|part| part.sum(of)).sum(),
        }
    }
}

/// A field, an operator and its values. `V` is [`Written`] after parsing, and
/// [`Literal`] once placeholders are resolved.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition<V> {
    /// The field as written, without quotes.
    pub field: String,
    /// The field's location.
    pub field_location: Location,
    /// The operator.
    pub operator: Operator,
    /// The operator's location.
    pub operator_location: Location,
    /// The values, as many as [`Operator::takes`] says.
    pub operands: Vec<Operand<V>>,
}

/// One value of a condition, and its location.
#[derive(Debug, Clone, PartialEq)]
pub struct Operand<V> {
    /// The value.
    pub value: V,
    /// Its location.
    pub location: Location,
    /// The placeholder that it came from, once resolved.
    pub source: Option<String>,
}

/// A value as written, its placeholders unresolved.
#[derive(Debug, Clone, PartialEq)]
pub enum Written {
    /// A value without placeholders.
    Literal(Literal),
    /// Quoted text around placeholders: stays text.
    Text(Vec<Part>),
    /// A placeholder alone: takes the value with its type.
    Placeholder(Placeholder),
}

/// A value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Literal {
    /// Quoted text.
    Text(String),
    /// A number, digit by digit as written: `0025` may be an id.
    Number(String),
    /// A date written without quotes.
    Date(String),
    /// `TRUE` or `FALSE`.
    Flag(bool),
    /// `NULL`.
    Null,
}

impl Literal {
    /// What is written, without quotes; `None` for a flag and `NULL`.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) | Self::Number(text) | Self::Date(text) => Some(text),
            Self::Flag(_) | Self::Null => None,
        }
    }

    fn shown(&self) -> String {
        match self {
            Self::Text(text) => format!("'{}'", shortened(text)),
            Self::Number(text) | Self::Date(text) => shortened(text),
            Self::Flag(flag) => flag.to_string(),
            Self::Null => "NULL".to_owned(),
        }
    }
}

impl Operand<Literal> {
    /// The value in an error. A value from the context is shown as its placeholder: it may be a
    /// secret.
    pub fn shown(&self) -> String {
        let source = self.source.clone();
        source.unwrap_or_else(|| self.value.shown())
    }
}

/// A parsed formula, its placeholders unresolved.
#[derive(Debug, Clone, PartialEq)]
pub struct ParsedFormula(pub Tree<Condition<Written>>);
