//! Resolves a parsed filter's placeholders: each becomes a value. No value can add
//! or change a condition, whatever it contains.

use super::formula::{Condition, Literal, Operand, Operator, Takes, Tree, Written};
use crate::input::{InputError, Part, Resolve, number_text};
use serde_json::Value;

/// A filter with its placeholders resolved.
pub type FilledFormula = Tree<Condition<Literal>>;

/// Resolves all placeholders.
///
/// # Errors
/// The first placeholder without a value, or with one that no operator accepts.
pub fn fill(
    tree: Tree<Condition<Written>>,
    resolve: Resolve<'_>,
) -> Result<FilledFormula, InputError> {
    tree.try_map(&mut |condition: Condition<Written>| {
        let mut operands = Vec::with_capacity(condition.operands.len());
        for operand in condition.operands {
            fill_operand(operand, condition.operator, resolve, &mut operands)?;
        }
        Ok(Condition {
            field: condition.field,
            field_location: condition.field_location,
            operator: condition.operator,
            operator_location: condition.operator_location,
            operands,
        })
    })
}

fn fill_operand(
    operand: Operand<Written>,
    operator: Operator,
    resolve: Resolve<'_>,
    filled: &mut Vec<Operand<Literal>>,
) -> Result<(), InputError> {
    let mut push = |value, source: Option<&str>| {
        filled.push(Operand {
            value,
            location: operand.location.clone(),
            source: source.map(str::to_owned),
        });
    };
    match operand.value {
        Written::Literal(literal) => push(literal, None),
        Written::Text(parts) => {
            let texts = parts.iter().map(|part| resolve.part(part));
            let text = texts.collect::<Result<String, _>>()?;
            let source = parts.iter().find_map(|part| match part {
                Part::Placeholder(placeholder) => Some(placeholder.expression.as_str()),
                Part::Literal(_) => None,
            });
            push(Literal::Text(text), source);
        }
        Written::Placeholder(placeholder) => {
            let expression = &placeholder.expression;
            let list = match resolve.placeholder(&placeholder)? {
                Value::Array(items) if operator.takes() == Takes::List => items.as_slice(),
                value => std::slice::from_ref(value),
            };
            if list.is_empty() {
                let name = operator.name();
                return Err(InputError::new(
                    format!("{expression} is an empty list, and {name} needs at least one value"),
                    "skip the search if the list is empty",
                ));
            }
            for value in list {
                push(literal(value, expression, operator)?, Some(expression));
            }
        }
    }
    Ok(())
}

fn literal(value: &Value, expression: &str, operator: Operator) -> Result<Literal, InputError> {
    match value {
        Value::String(text) => Ok(Literal::Text(text.clone())),
        Value::Number(number) => Ok(Literal::Number(number_text(number))),
        Value::Bool(flag) => Ok(Literal::Flag(*flag)),
        Value::Null => Err(InputError::unresolved(
            expression,
            "is null, and this placeholder needs a value",
            "write IS NULL to find those without one",
        )),
        Value::Array(_) | Value::Object(_) => {
            let (name, takes_list) = (operator.name(), operator.takes() == Takes::List);
            let found = match value.is_array() {
                true => "a list",
                false => "an object",
            };
            let (takes, hint) = match (takes_list, value.is_array()) {
                (true, true) => ("texts, numbers or dates", "give a flat list"),
                (true, false) => ("texts, numbers or dates", "give a list of them"),
                (false, true) => ("one text, number or date", "use IN for a list"),
                (false, false) => (
                    "one text, number or date",
                    "give one of the object's values",
                ),
            };
            let problem = format!("{expression} is {found}, and {name} takes {takes}");
            Err(InputError::new(problem, hint))
        }
    }
}
