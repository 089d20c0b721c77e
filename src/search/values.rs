//! Reads a condition's values as the type that its field has.

use super::comparison::Comparand;
use super::fields::{Field, Kind, Table};
use super::formula::{Condition, FormulaError, Literal, Operand, Operator, SPELLINGS};
use super::moment::Moment;
use crate::api::Version;
use crate::api::contact::is_date_attribute;
use crate::api::field::Choice;
use crate::input::{DateError, shortened};
use serde_json::{Number, Value};

/// What determines the meaning of a value.
#[derive(Debug, Clone, Copy)]
pub struct Rules {
    /// The search.
    pub table: &'static Table,
    /// The API version.
    pub version: Version,
    /// Whether a number for a date means the day that contains it: see
    /// [`super::json::ParsedJson::native`].
    pub native: bool,
}

/// What a value is read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Type {
    Text,
    Choice(&'static Choice),
    AdminId,
    /// An admin's id as a number, up to API version 2.15.
    AdminNumber,
    Number,
    Flag,
    Date,
    Tag,
    /// Ids, with lists.
    Ids,
}

impl Type {
    pub(super) fn noun(self) -> &'static str {
        match self {
            Self::Text | Self::Choice(_) | Self::AdminId => "text",
            Self::Number | Self::AdminNumber => "a number",
            Self::Flag => "true or false",
            Self::Date => "a date",
            Self::Tag => "a tag",
            Self::Ids => "an id",
        }
    }

    /// What is wrong with a value of another type.
    fn misfit(self) -> String {
        match self {
            Self::Choice(choice) => format!("is not {}", choice.noun),
            Self::AdminId | Self::AdminNumber => "is not an admin id".to_owned(),
            Self::Tag => "is not a tag id".to_owned(),
            Self::Flag => "is neither true nor false".to_owned(),
            _ => format!("is not {}", self.noun()),
        }
    }

    /// The names of the operators that fit.
    pub(super) fn operators(self) -> Vec<&'static str> {
        let mut names = Vec::new();
        for (spelling, operator) in SPELLINGS {
            // Without the negated spellings.
            let named = operator.name() == spelling && !spelling.starts_with("NOT ");
            if named && self.fits(operator) {
                names.push(spelling);
            }
        }
        names
    }

    /// Whether Intercom has the operator for the type, possibly after a rewrite.
    pub(super) fn fits(self, operator: Operator) -> bool {
        match self {
            Self::Text | Self::Choice(_) | Self::AdminId => !operator.is_ordering(),
            Self::Number | Self::AdminNumber | Self::Date => !operator.is_textual(),
            Self::Flag | Self::Tag | Self::Ids => !operator.is_textual() && !operator.is_ordering(),
        }
    }
}

/// The type that a condition's values are read as.
pub(super) fn type_of(field: &Field, condition: &Condition<Literal>, rules: Rules) -> Type {
    let operator = condition.operator;
    match field.kind {
        Kind::Text | Kind::Email => Type::Text,
        Kind::Choice(_) if operator.is_textual() => Type::Text,
        Kind::Choice(choice) => Type::Choice(choice),
        Kind::Owner if rules.version.has_integer_owner() => Type::AdminNumber,
        Kind::Owner => Type::AdminId,
        Kind::Flag => Type::Flag,
        Kind::Date => Type::Date,
        Kind::Number => Type::Number,
        Kind::Tag => Type::Tag,
        Kind::Ids => Type::Ids,
        Kind::Custom if operator.is_textual() => Type::Text,
        Kind::Custom => match condition.operands.first().map(|operand| &operand.value) {
            Some(Literal::Number(_)) => Type::Number,
            Some(Literal::Date(_)) => Type::Date,
            Some(Literal::Flag(_)) => Type::Flag,
            // Text has no order, so quoted text is a number or a date if it has the form of one.
            Some(literal @ Literal::Text(text)) if operator.is_ordering() => {
                match (number(literal), Moment::parse(text)) {
                    (Some(_), _) => Type::Number,
                    (None, Ok(_)) => Type::Date,
                    (None, Err(_)) => Type::Text,
                }
            }
            _ => Type::Text,
        },
    }
}

/// Reads a value as a type.
///
/// # Errors
/// The value is of another type.
pub(super) fn read(
    kind: Type,
    operand: &Operand<Literal>,
    condition: &Condition<Literal>,
    field: &Field,
    rules: Rules,
) -> Result<Comparand, FormulaError> {
    let mistake = |what: &str, hint: String| {
        FormulaError::at(
            &operand.location,
            format!("{} {what}", operand.shown()),
            hint,
        )
    };
    if operand.value == Literal::Null {
        let hint = format!("write {} IS NULL", shortened(&condition.field));
        return Err(mistake("can't be compared", hint));
    }
    if !suits_custom(kind, &operand.value, condition, field) {
        return Err(mistake(
            &kind.misfit(),
            takes(condition, kind, field, rules.table),
        ));
    }
    let no_date = |DateError { problem, hint }| {
        // A hint is derived from the value.
        let hint = hint.filter(|_| operand.source.is_none());
        mistake(
            &problem,
            hint.unwrap_or_else(|| takes(condition, kind, field, rules.table)),
        )
    };
    let value = match kind {
        Type::Text => operand.value.text().map(Value::from),
        Type::Choice(choice) => operand
            .value
            .text()
            .and_then(|text| choice.find(text))
            .map(Value::from),
        Type::Tag | Type::Ids => operand.value.text().map(Value::from),
        Type::AdminId => operand
            .value
            .text()
            .filter(|id| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit()))
            .map(Value::from),
        Type::Number | Type::AdminNumber => {
            if let (true, Literal::Number(digits)) = (is_date(condition, field), &operand.value) {
                Moment::parse(digits).map_err(no_date)?;
            }
            number(&operand.value)
        }
        Type::Flag => flag(&operand.value).map(Value::from),
        Type::Date => {
            let moment = moment(&operand.value, condition.operator, rules);
            return moment.map(Comparand::Moment).map_err(no_date);
        }
    };
    value
        .map(Comparand::Value)
        .ok_or_else(|| mistake(&kind.misfit(), takes(condition, kind, field, rules.table)))
}

/// Whether the field is a custom attribute that holds dates, by its name.
fn is_date(condition: &Condition<Literal>, field: &Field) -> bool {
    field.kind == Kind::Custom && is_date_attribute(&condition.field)
}

/// A custom attribute has the type of the first literal. The others must have it
/// too, or the meaning would depend on their order.
fn suits_custom(
    kind: Type,
    literal: &Literal,
    condition: &Condition<Literal>,
    field: &Field,
) -> bool {
    let quoted_number = kind == Type::Number
        && condition.operator.is_ordering()
        && matches!(literal, Literal::Text(_));
    field.kind != Kind::Custom
        || condition.operator.is_textual()
        || quoted_number
        || matches!(
            (kind, literal),
            (Type::Text, Literal::Text(_))
                | (Type::Number, Literal::Number(_))
                | (Type::Flag, Literal::Flag(_))
                | (Type::Date, Literal::Date(_) | Literal::Text(_))
        )
}

/// The hint for a value of another type.
fn takes(condition: &Condition<Literal>, kind: Type, field: &Field, table: &Table) -> String {
    let name = shortened(&condition.field);
    match field.kind {
        Kind::Custom => format!("compare {name} with {} here", kind.noun()),
        _ => format!("compare {name} with {}", table.example_of(&condition.field)),
    }
}

fn number(literal: &Literal) -> Option<Value> {
    let (Literal::Number(text) | Literal::Text(text)) = literal else {
        return None;
    };
    let text = text.trim();
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    // Without a digit this is not a number; unless one is first, not a JSON number.
    if !unsigned.starts_with(|first: char| first.is_ascii_digit() || first == '.')
        || !unsigned.contains(|digit: char| digit.is_ascii_digit())
    {
        return None;
    }
    let digits = match unsigned.trim_start_matches('0') {
        "" => "0".to_owned(),
        fraction if fraction.starts_with('.') => format!("0{fraction}"),
        digits => digits.to_owned(),
    };
    let sign = if text.starts_with('-') { "-" } else { "" };
    // Not parsed as JSON: its limits have not been checked.
    let number = format!("{sign}{digits}").parse::<Number>();
    number.ok().map(Value::Number)
}

fn flag(literal: &Literal) -> Option<bool> {
    match literal {
        Literal::Flag(flag) => Some(*flag),
        Literal::Text(text) if text.eq_ignore_ascii_case("true") => Some(true),
        Literal::Text(text) if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

fn moment(literal: &Literal, operator: Operator, rules: Rules) -> Result<Moment, DateError> {
    let (Literal::Text(text) | Literal::Number(text) | Literal::Date(text)) = literal else {
        return Err(DateError::new("is not a date"));
    };
    // Intercom's form for any date.
    if rules.native && operator == Operator::Greater && text == "0" {
        return Ok(Moment::DayOf(0));
    }
    match Moment::parse(text)? {
        Moment::Second(second) if rules.native && text.trim().parse() == Ok(second) => {
            Ok(Moment::DayOf(second))
        }
        moment => Ok(moment),
    }
}
