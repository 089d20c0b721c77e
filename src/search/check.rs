//! Checks a filter against the table of its search: every field exists, every operator
//! fits its field, every value has the field's type. Also pushes negation inward,
//! and expands operators that the API does not have.

use super::comparison::{Comparand, Comparator, Comparison};
use super::fields::{Field, Table};
use super::fill::FilledFormula;
use super::formula::{
    Condition, Connective, FormulaError, Literal, Operator, Takes, Tree, quoted_part,
};
use super::suggestions::suggestion_or_attribute;
use super::values::{Rules, Type, read, type_of};
use crate::input::{list_names, shortened};
use serde_json::Value;
use std::collections::BTreeMap;

/// A checked filter: comparisons, joined by AND and OR.
pub type CheckedFilter = Tree<Comparison>;

/// Checks a filter.
///
/// # Errors
/// All errors, in reading order.
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
            // Check every part, so that all errors are reported.
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
    let field = find(condition, rules.table)?;
    let operator = match negated {
        true => condition.operator.opposite(),
        false => condition.operator,
    };
    let kind = type_of(&field, condition, rules);
    if !kind.fits(condition.operator) {
        return Err(FormulaError::at(
            &condition.operator_location,
            format!(
                "{} does not compare {}",
                quoted_part(condition.operator.name()),
                kind.noun()
            ),
            format!(
                "compare {} with {}",
                shortened(&condition.field),
                list_names(&kind.operators(), "or")
            ),
        ));
    }
    let mut values = Vec::with_capacity(condition.operands.len());
    let mut known = BTreeMap::new();
    for operand in &condition.operands {
        let value = read(kind, operand, condition, &field, rules)?;
        if operator.takes() != Takes::List || known.insert(value.key(), values.len()).is_none() {
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
    let comparators = comparators
        .iter()
        .chain(comparators.last().into_iter().cycle());
    let comparisons = values.into_iter().zip(comparators);
    let leaves = comparisons.map(|(with, comparator)| {
        Tree::Leaf(Comparison {
            field: field.clone(),
            comparator: *comparator,
            with,
        })
    });
    Ok(Tree::join(connective, leaves))
}

fn find(condition: &Condition<Literal>, table: &Table) -> Checked<Field> {
    let written = &condition.field;
    table.find(written).ok_or_else(|| {
        let problem = format!("{} is not a field of {}", quoted_part(written), table.rows);
        FormulaError::at(
            &condition.field_location,
            problem,
            suggestion_or_attribute(table, written),
        )
    })
}

/// Expands an operator into the API's comparators, one per value, the last for all
/// that follow. `None` if the API can't express it.
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

/// Merges several values into one list.
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
    let problem = match name.strip_prefix("NOT ") {
        Some(_) => format!("Intercom has no {name}"),
        None => format!("Intercom has no NOT {name}, which the NOT before it needs"),
    };
    let hint = "write NOT CONTAINS, the nearest that Intercom has";
    FormulaError::at(&condition.operator_location, problem, hint)
}
