//! Checks a filter against the field table: every field exists, every operator
//! fits its field, every value is of the field's type. Negation is pushed
//! inward on the way, and what no operator of the API says alone is spelled out.

use super::comparison::{Comparand, Comparator, Comparison};
use super::dates::Moment;
use super::fields::{Field, Kind, example};
use super::fill::FilledFormula;
use super::formula::{
    Condition, Connective, FormulaError, Literal, Operand, Operator, Takes, Tree,
};
use crate::api::Version;
use crate::input::{list_names, shortened};
use serde_json::Value;

/// A filter that was checked: comparisons, joined by AND and OR.
pub type CheckedFilter = Tree<Comparison>;

/// What a value is read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Type {
    Text,
    Role,
    AdminId,
    /// An admin's id where it is a number, up to API version 2.15.
    AdminNumber,
    Number,
    Flag,
    Date,
    Tag,
}

impl Type {
    fn noun(self) -> &'static str {
        match self {
            Self::Text | Self::Role | Self::AdminId => "text",
            Self::Number | Self::AdminNumber => "a number",
            Self::Flag => "true or false",
            Self::Date => "a date",
            Self::Tag => "a tag",
        }
    }

    /// The operators that Intercom, or a rewrite of ours, has for the type.
    fn operators(self) -> &'static [&'static str] {
        match self {
            Self::Text | Self::Role | Self::AdminId => &[
                "=",
                "!=",
                "IN",
                "NOT IN",
                "CONTAINS",
                "STARTS WITH",
                "ENDS WITH",
                "IS NULL",
            ],
            Self::Number | Self::AdminNumber | Self::Date => &[
                "=", "!=", "IN", "NOT IN", "<", "<=", ">", ">=", "BETWEEN", "IS NULL",
            ],
            Self::Flag | Self::Tag => &["=", "!=", "IN", "NOT IN", "IS NULL"],
        }
    }

    fn fits(self, operator: Operator) -> bool {
        match self {
            Self::Text | Self::Role | Self::AdminId => !operator.is_ordering(),
            Self::Number | Self::AdminNumber | Self::Date => !operator.is_textual(),
            Self::Flag | Self::Tag => !operator.is_textual() && !operator.is_ordering(),
        }
    }
}

/// What checking depends on.
#[derive(Debug, Clone, Copy)]
pub struct Rules {
    /// The API version.
    pub version: Version,
    /// Whether numbers in dates mean the day they are in: see
    /// [`super::json::ParsedJson::native`].
    pub native: bool,
}

/// Checks a filter.
///
/// # Errors
/// All mistakes, in reading order.
pub fn check(tree: &FilledFormula, rules: Rules) -> Result<CheckedFilter, Vec<FormulaError>> {
    let mut errors = Vec::new();
    let checked = node(tree, false, rules, &mut errors);
    match checked {
        Some(checked) if errors.is_empty() => Ok(checked),
        _ => Err(errors),
    }
}

fn node(
    tree: &FilledFormula,
    negated: bool,
    rules: Rules,
    errors: &mut Vec<FormulaError>,
) -> Option<CheckedFilter> {
    match tree {
        Tree::Not(inner) => node(inner, !negated, rules, errors),
        Tree::Leaf(condition) => leaf(condition, negated, rules)
            .map_err(|error| errors.push(error))
            .ok(),
        Tree::Group(connective, parts) => {
            let connective = if negated {
                connective.dual()
            } else {
                *connective
            };
            // Every part is checked before any mistake ends it.
            let parts: Vec<_> = parts
                .iter()
                .map(|part| node(part, negated, rules, errors))
                .collect();
            let parts: Option<Vec<_>> = parts.into_iter().collect();
            Some(Tree::join(connective, parts?))
        }
    }
}

type Checked<T> = Result<T, FormulaError>;

fn leaf(condition: &Condition<Literal>, negated: bool, rules: Rules) -> Checked<CheckedFilter> {
    let field = find(condition)?;
    let operator = match negated {
        true => condition.operator.opposite(),
        false => condition.operator,
    };
    let kind = type_of(&field, condition, rules);
    if !kind.fits(condition.operator) {
        return Err(FormulaError::at(
            &condition.operator_place,
            format!(
                "{} does not compare {}",
                condition.operator.name(),
                kind.noun()
            ),
            format!(
                "{} takes {}",
                condition.field,
                list_names(kind.operators(), "or")
            ),
        ));
    }
    let mut values = Vec::new();
    for operand in &condition.operands {
        let value = read(kind, operand, condition, rules)?;
        if operator.takes() != Takes::List || !values.contains(&value) {
            values.push(value);
        }
    }
    let as_list = values.len() > 1
        && operator.takes() == Takes::List
        && !matches!(kind, Type::Date | Type::Tag);
    let (connective, comparators) =
        comparators(operator, as_list).ok_or_else(|| no_negation(condition))?;
    match operator.takes() {
        Takes::Nothing => values.push(Comparand::Value(Value::Null)),
        Takes::List if as_list => values = listed(values),
        _ => {}
    }
    let mut leaves = Vec::new();
    for (index, with) in values.into_iter().enumerate() {
        let comparator = comparators.get(index).or(comparators.last());
        leaves.push(Tree::Leaf(Comparison {
            field: field.clone(),
            comparator: comparator.copied().unwrap_or(Comparator::Equal),
            with,
        }));
    }
    Ok(Tree::join(connective, leaves))
}

fn find(condition: &Condition<Literal>) -> Checked<Field> {
    let written = &condition.field;
    Field::find(written).ok_or_else(|| {
        let advice = match Field::nearest(written) {
            Some(near) => format!("did you mean {near}?"),
            None => format!(
                "for a custom attribute write custom_attributes.{}",
                shortened(written)
            ),
        };
        let title = format!("{} is not a field of contacts", shortened(written));
        FormulaError::at(&condition.field_place, title, advice)
    })
}

fn type_of(field: &Field, condition: &Condition<Literal>, rules: Rules) -> Type {
    let operator = condition.operator;
    match field.kind {
        Kind::Text => Type::Text,
        Kind::Role if operator.is_textual() => Type::Text,
        Kind::Role => Type::Role,
        Kind::Owner if rules.version.has_integer_owner() => Type::AdminNumber,
        Kind::Owner => Type::AdminId,
        Kind::Flag => Type::Flag,
        Kind::Date => Type::Date,
        Kind::Tag => Type::Tag,
        Kind::Custom if operator.is_textual() => Type::Text,
        Kind::Custom => match condition.operands.first().map(|operand| &operand.value) {
            Some(Literal::Number(_)) => Type::Number,
            Some(Literal::Date(_)) => Type::Date,
            Some(Literal::Flag(_)) => Type::Flag,
            // Only a date has both quotes and an order.
            Some(Literal::Text(text))
                if operator.is_ordering() && Moment::parse(text).is_some() =>
            {
                Type::Date
            }
            _ => Type::Text,
        },
    }
}

/// Spells an operator out in the API's comparators, one a value, the last for
/// all that follow; none where the API has no way to say it.
fn comparators(operator: Operator, as_list: bool) -> Option<(Connective, &'static [Comparator])> {
    use Comparator as C;
    use Connective::{And, Or};
    Some(match operator {
        Operator::In if as_list => (And, &[C::In]),
        Operator::NotIn if as_list => (And, &[C::NotIn]),
        Operator::In => (Or, &[C::Equal]),
        Operator::NotIn => (And, &[C::NotEqual]),
        Operator::Equal | Operator::IsNull => (And, &[C::Equal]),
        Operator::NotEqual | Operator::IsNotNull => (And, &[C::NotEqual]),
        Operator::Less => (And, &[C::Less]),
        Operator::LessOrEqual => (And, &[C::AtMost]),
        Operator::Greater => (And, &[C::Greater]),
        Operator::GreaterOrEqual => (And, &[C::AtLeast]),
        Operator::Contains => (And, &[C::Contains]),
        Operator::NotContains => (And, &[C::NotContains]),
        Operator::StartsWith => (And, &[C::StartsWith]),
        Operator::EndsWith => (And, &[C::EndsWith]),
        Operator::Between => (And, &[C::AtLeast, C::AtMost]),
        Operator::NotBetween => (Or, &[C::Less, C::Greater]),
        Operator::NotStartsWith | Operator::NotEndsWith => return None,
    })
}

/// One list in place of several values.
fn listed(values: Vec<Comparand>) -> Vec<Comparand> {
    let mut list = Vec::new();
    for value in values {
        if let Comparand::Value(value) = value {
            list.push(value);
        }
    }
    vec![Comparand::Value(Value::Array(list))]
}

fn no_negation(condition: &Condition<Literal>) -> FormulaError {
    let name = condition.operator.name();
    let title = match name.strip_prefix("NOT ") {
        Some(_) => format!("Intercom has no {name}"),
        None => format!("Intercom has no NOT {name}, which the NOT before it asks for"),
    };
    let advice = "NOT CONTAINS is the nearest that it has";
    FormulaError::at(&condition.operator_place, title, advice)
}

/// Reads a value as a type.
fn read(
    kind: Type,
    operand: &Operand<Literal>,
    condition: &Condition<Literal>,
    rules: Rules,
) -> Checked<Comparand> {
    let mistake = |what: &str, advice: String| {
        let source = match &operand.source {
            Some(expression) => format!(" (it is the value of {expression})"),
            None => String::new(),
        };
        let shown = shown(&operand.value);
        FormulaError::at(&operand.place, format!("{shown} {what}{source}"), advice)
    };
    if operand.value == Literal::Null {
        let advice = format!("write {} IS NULL", condition.field);
        return Err(mistake("has no place in a comparison", advice));
    }
    if !suits_custom(kind, &operand.value, condition) {
        let what = format!("is not {}", kind.noun());
        return Err(mistake(&what, takes(condition, kind)));
    }
    let value = match kind {
        Type::Text => text(&operand.value).map(Value::from),
        Type::Role => text(&operand.value)
            .filter(|role| ["user", "lead"].contains(&role.as_str()))
            .map(Value::from),
        Type::Tag => text(&operand.value).map(Value::from),
        Type::AdminId => text(&operand.value)
            .filter(|id| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit()))
            .map(Value::from),
        Type::Number | Type::AdminNumber => number(&operand.value),
        Type::Flag => flag(&operand.value).map(Value::from),
        Type::Date => {
            return match moment(&operand.value, rules) {
                Some(moment) => Ok(Comparand::Moment(moment)),
                None => Err(mistake(&not_a_date(&operand.value), takes(condition, kind))),
            };
        }
    };
    let what = match kind {
        Type::Role => "is not a role".to_owned(),
        Type::AdminId | Type::AdminNumber => "is not an admin's id".to_owned(),
        Type::Tag => "is not a tag's id".to_owned(),
        _ => format!("is not {}", kind.noun()),
    };
    value
        .map(Comparand::Value)
        .ok_or_else(|| mistake(&what, takes(condition, kind)))
}

fn is_custom(condition: &Condition<Literal>) -> bool {
    Field::find(&condition.field).is_some_and(|field| field.kind == Kind::Custom)
}

/// A custom attribute's type is that of the first literal; the others must be
/// of it too, or the comparison would change with their order.
fn suits_custom(kind: Type, literal: &Literal, condition: &Condition<Literal>) -> bool {
    !is_custom(condition)
        || condition.operator.is_textual()
        || matches!(
            (kind, literal),
            (Type::Text, Literal::Text(_))
                | (Type::Number, Literal::Number(_))
                | (Type::Flag, Literal::Flag(_))
                | (Type::Date, Literal::Date(_) | Literal::Text(_))
        )
}

fn takes(condition: &Condition<Literal>, kind: Type) -> String {
    match is_custom(condition) {
        true => format!("here {} is compared with {}", condition.field, kind.noun()),
        false => format!("{} takes {}", condition.field, example(&condition.field)),
    }
}

fn shown(literal: &Literal) -> String {
    match literal {
        Literal::Text(text) => format!("'{}'", shortened(text)),
        Literal::Number(text) | Literal::Date(text) => shortened(text),
        Literal::Flag(flag) => flag.to_string(),
        Literal::Null => "NULL".to_owned(),
    }
}

/// The mistake in a date, told by the timestamp's own reader where it knows
/// more, as of milliseconds.
fn not_a_date(literal: &Literal) -> String {
    let milliseconds = match literal {
        Literal::Number(text) | Literal::Text(text) => text.parse::<i64>().ok(),
        _ => None,
    };
    match milliseconds {
        Some(number) if Moment::parse(&(number / 1000).to_string()).is_some() => {
            format!(
                "looks like milliseconds; seconds would be {}",
                number / 1000
            )
        }
        _ => "is not a date".to_owned(),
    }
}

fn text(literal: &Literal) -> Option<String> {
    match literal {
        Literal::Text(text) | Literal::Number(text) | Literal::Date(text) => Some(text.clone()),
        Literal::Flag(_) | Literal::Null => None,
    }
}

fn number(literal: &Literal) -> Option<Value> {
    let (Literal::Number(text) | Literal::Text(text)) = literal else {
        return None;
    };
    let unsigned = text
        .strip_prefix('-')
        .unwrap_or(text.strip_prefix('+').unwrap_or(text));
    let digits = match unsigned.trim_start_matches('0') {
        "" => "0".to_owned(),
        fraction if fraction.starts_with('.') => format!("0{fraction}"),
        digits => digits.to_owned(),
    };
    let sign = if text.starts_with('-') { "-" } else { "" };
    serde_json::from_str(&format!("{sign}{digits}"))
        .ok()
        .filter(Value::is_number)
}

fn flag(literal: &Literal) -> Option<bool> {
    match literal {
        Literal::Flag(flag) => Some(*flag),
        Literal::Text(text) if text.eq_ignore_ascii_case("true") => Some(true),
        Literal::Text(text) if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

fn moment(literal: &Literal, rules: Rules) -> Option<Moment> {
    let (Literal::Text(text) | Literal::Number(text) | Literal::Date(text)) = literal else {
        return None;
    };
    match Moment::parse(text)? {
        Moment::Second(second) if rules.native && text.trim().parse() == Ok(second) => {
            Some(Moment::DayOf(second))
        }
        moment => Some(moment),
    }
}
