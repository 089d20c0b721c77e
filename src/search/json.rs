//! Filters as JSON, read into the same tree as a formula.
//!
//! Three shapes: Intercom's own group `{"operator", "value": […]}`, a single
//! filter `{"field", "operator", "value"}`, and the group
//! `{"operator", "conditions": […]}`.

use super::fields::Table;
use super::formula::{
    Condition, Connective, FormulaError, Literal, Location, MAX_DEPTH, Operand, Operator, Takes,
    Tree, Written,
};
use crate::input::{Template, list_names, nearest, quoted, shortened, shown};
use serde_json::{Map, Value};

/// A filter read from JSON.
#[derive(Debug, Clone, PartialEq)]
pub struct ParsedJson {
    /// The conditions.
    pub tree: Tree<Condition<Written>>,
    /// Whether it is Intercom's own query, in which a number means what it means to
    /// Intercom: up to API version 2.16, the day that a timestamp is in.
    pub native: bool,
}

type Parsed<T> = Result<T, FormulaError>;

/// Reads a JSON filter. `templates` as for a formula.
///
/// # Errors
/// The first error, with its path.
pub fn parse(value: &Value, table: &Table, templates: bool) -> Parsed<ParsedJson> {
    let mut reader = Reader {
        table,
        templates,
        native: true,
    };
    let tree = reader.node(value, String::new(), 0)?;
    Ok(ParsedJson {
        tree,
        native: reader.native,
    })
}

struct Reader<'t> {
    table: &'t Table,
    templates: bool,
    native: bool,
}

fn mistake(path: &str, problem: impl Into<String>, hint: impl Into<String>) -> FormulaError {
    FormulaError::at(&Location::Path(path.to_owned()), problem, hint)
}

fn join(path: &str, key: &str) -> String {
    match path {
        "" => key.to_owned(),
        _ => format!("{path}.{key}"),
    }
}

impl Reader<'_> {
    /// The text of a key. It is never a template.
    fn plain<'a>(&self, map: &'a Map<String, Value>, key: &str, path: &str) -> Parsed<&'a str> {
        let found = map.get(key).unwrap_or(&Value::Null);
        found.as_str().ok_or_else(|| {
            let problem = format!("{} is not text", shown(found));
            mistake(&join(path, key), problem, self.a_filter())
        })
    }

    fn a_filter(&self) -> String {
        format!("give a JSON object such as {}", self.table.json_filter())
    }

    fn node(
        &mut self,
        value: &Value,
        path: String,
        depth: usize,
    ) -> Parsed<Tree<Condition<Written>>> {
        let Some(map) = value.as_object() else {
            let problem = format!("{} is not a filter", shown(value));
            return Err(mistake(&path, problem, self.a_filter()));
        };
        if depth > MAX_DEPTH {
            let problem = format!("is nested more than {MAX_DEPTH} levels deep");
            return Err(mistake(
                &path,
                problem,
                "merge groups with the same operator",
            ));
        }
        let keys: &[&str] = match (map.contains_key("field"), map.contains_key("conditions")) {
            (true, _) => &["field", "operator", "value"],
            (false, true) => &["operator", "conditions"],
            (false, false) => &["operator", "value"],
        };
        if let Some(key) = map.keys().find(|key| !keys.contains(&key.as_str())) {
            let hint = match nearest(key, keys.iter().copied()) {
                Some(near) => format!("write {near} if you meant that"),
                None => format!("give {}", list_names(keys, "and")),
            };
            let problem = format!("{} is not a key of a filter", quoted(key));
            return Err(mistake(&path, problem, hint));
        }
        match keys {
            ["field", ..] => self.condition(map, &path).map(Tree::Leaf),
            [_, list, ..] => self.group(map, list, &path, depth),
            _ => Err(mistake(&path, "is not a filter", self.a_filter())),
        }
    }

    fn group(
        &mut self,
        map: &Map<String, Value>,
        list: &str,
        path: &str,
        depth: usize,
    ) -> Parsed<Tree<Condition<Written>>> {
        let operator = self.plain(map, "operator", path)?;
        let connective = [Connective::And, Connective::Or]
            .into_iter()
            .find(|connective| connective.name().eq_ignore_ascii_case(operator))
            .ok_or_else(|| {
                let problem = format!("{} is not AND or OR", quoted(operator));
                let hint = "give AND or OR, or add a field";
                mistake(&join(path, "operator"), problem, hint)
            })?;
        self.native &= list == "value";
        let path = join(path, list);
        let items = map.get(list).and_then(Value::as_array).map(Vec::as_slice);
        let Some(items @ [_, ..]) = items else {
            let found = shown(map.get(list).unwrap_or(&Value::Null));
            let problem = format!("{found} is not a list of filters");
            let hint = format!("give at least one, such as [{}]", self.table.json_filter());
            return Err(mistake(&path, problem, hint));
        };
        let parts = items
            .iter()
            .enumerate()
            .map(|(index, item)| self.node(item, format!("{path}[{index}]"), depth + 1));
        let parts: Vec<_> = parts.collect::<Result<_, _>>()?;
        Ok(Tree::join(connective, parts))
    }

    fn condition(&self, map: &Map<String, Value>, path: &str) -> Parsed<Condition<Written>> {
        let field = self.plain(map, "field", path)?.to_owned();
        let written = self.plain(map, "operator", path)?;
        let operator_path = join(path, "operator");
        let operator = Operator::parse(written).ok_or_else(|| {
            let hint = match Operator::nearest(written) {
                Some(near) => format!("write {near} if you meant that"),
                None => "give one such as =, !=, <, >, ~, ^, $, IN or NIN".to_owned(),
            };
            let problem = format!("{} is not an operator", quoted(written));
            mistake(&operator_path, problem, hint)
        })?;
        let path_of_value = join(path, "value");
        let value = match (map.get("value"), operator.takes()) {
            (Some(value), _) => value,
            (None, Takes::Nothing) => &Value::Null,
            // A missing value was lost: JSON serializers drop undefined values.
            (None, _) => {
                let field = shortened(&field);
                let problem = format!("{field} {} has no value", operator.name());
                let hint = match operator {
                    Operator::Equal => "add a value, or null to find those without one",
                    Operator::NotEqual => "add a value, or null to find those with any",
                    _ => "add a value",
                };
                return Err(mistake(path, problem, hint));
            }
        };
        let (operator, values) = match (operator.takes(), value) {
            (Takes::Value, Value::Null) if operator == Operator::Equal => {
                (Operator::IsNull, &[][..])
            }
            (Takes::Value, Value::Null) if operator == Operator::NotEqual => {
                (Operator::IsNotNull, &[][..])
            }
            (Takes::Nothing, Value::Null) => (operator, &[][..]),
            (Takes::List | Takes::Range, Value::Array(values)) => (operator, values.as_slice()),
            (Takes::Value, Value::Array(_)) => {
                let problem = format!("is a list, and {} takes one value", operator.name());
                return Err(mistake(&path_of_value, problem, "use IN for a list"));
            }
            _ => (operator, std::slice::from_ref(value)),
        };
        let fits = match operator.takes() {
            Takes::Nothing => values.is_empty(),
            Takes::Value => values.len() == 1,
            Takes::Range => values.len() == 2,
            Takes::List => !values.is_empty(),
        };
        if !fits {
            let problem = format!("{} does not fit {}", shown(value), operator.name());
            let hint = match operator.takes() {
                Takes::Nothing => "leave the value out",
                Takes::Value => "give one value",
                Takes::Range => "give a list of two values",
                Takes::List => "give a list of at least one value",
            };
            return Err(mistake(&path_of_value, problem, hint));
        }
        let operands = values
            .iter()
            .map(|value| self.operand(value, &path_of_value));
        Ok(Condition {
            field,
            field_location: Location::Path(join(path, "field")),
            operator,
            operator_location: Location::Path(operator_path),
            operands: operands.collect::<Result<_, _>>()?,
        })
    }

    fn operand(&self, value: &Value, path: &str) -> Parsed<Operand<Written>> {
        let value = match value {
            Value::String(text) => self.text(text, path)?,
            Value::Number(number) => Written::Literal(Literal::Number(number.to_string())),
            Value::Bool(flag) => Written::Literal(Literal::Flag(*flag)),
            Value::Null => Written::Literal(Literal::Null),
            Value::Array(_) | Value::Object(_) => {
                let problem = format!("{} is not a value", shown(value));
                let hint = "give text, a number, true, false or null";
                return Err(mistake(path, problem, hint));
            }
        };
        Ok(Operand {
            value,
            location: Location::Path(path.to_owned()),
            source: None,
        })
    }

    fn text(&self, text: &str, path: &str) -> Parsed<Written> {
        if !self.templates {
            return Ok(Written::Literal(Literal::Text(text.to_owned())));
        }
        let template = Template::parse(text)
            .map_err(|error| mistake(path, error.to_string(), error.hint()))?;
        Ok(match template.placeholder() {
            Some(placeholder) => Written::Placeholder(placeholder.clone()),
            None => Written::Text(template.parts().to_vec()),
        })
    }
}
