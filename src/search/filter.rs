//! A search's filter: read from a formula or from JSON, then compiled for an
//! API version.

use super::check::check;
use super::compile::compile;
use super::fill::{FilledFormula, fill};
use super::formula::{FormulaError, ParsedFormula};
use super::json;
use super::pagination::Pagination;
use super::rows::RowFilter;
use super::values::Rules;
use crate::api::Version;
use crate::input::{FromInput, INPUT, InputError, Patch, Resolve, quoted, shown};
use serde_json::{Map, Value};

/// A filter with its placeholders resolved. Its fields are not checked yet, since
/// that depends on the API version.
#[derive(Debug, Clone, PartialEq)]
pub struct Filter {
    tree: FilledFormula,
    native: bool,
    /// The formula, for errors. Empty for JSON.
    text: String,
    /// The pagination and order of a whole search of Intercom's.
    pagination: Option<Pagination>,
}

/// A filter as Intercom takes it.
#[derive(Debug, Clone, PartialEq)]
pub struct CompiledFilter {
    /// The query.
    pub query: Value,
    /// The filter of the rows, if the query finds too many.
    pub rows: Option<RowFilter>,
}

/// Maximum size of a formula, in bytes. Fifteen groups of fifteen long conditions
/// stay below; more is a mistake, such as data instead of a formula.
const MAX_BYTES: usize = 32 * 1024;

/// Maximum number of conditions of a filter. A list counts as one, unless it holds
/// dates or tags, which become one each. Four times what Intercom could accept, so
/// a filter may still be simplified.
const MAX_CONDITIONS: usize = 900;

/// Maximum number of values of a filter, all lists together. Each is compared with
/// the others: 5000 take a tenth of a second, 50,000 would take ten.
const MAX_VALUES: usize = 5000;

impl Filter {
    /// Compiles the filter for an API version.
    ///
    /// # Errors
    /// Everything that Intercom would refuse, or get wrong.
    pub fn compile(&self, version: Version) -> Result<CompiledFilter, Vec<InputError>> {
        let rules = Rules {
            version,
            native: self.native,
        };
        let compiled = check(&self.tree, rules).and_then(|checked| {
            // A list of dates or tags is a condition for each.
            let conditions = checked.leaves();
            if conditions > MAX_CONDITIONS {
                return Err(vec![too_many(
                    conditions,
                    "conditions",
                    MAX_CONDITIONS,
                    MORE,
                )]);
            }
            let query = compile(&checked, version).map_err(|error| vec![error])?;
            let rows = RowFilter::of(&checked, version);
            Ok(CompiledFilter { query, rows })
        });
        compiled.map_err(|errors| {
            let errors = errors.into_iter();
            errors
                .map(|error| error.into_input_error(&self.text))
                .collect()
        })
    }

    /// The pagination that came with the filter.
    pub fn pagination(&self) -> Option<&Pagination> {
        self.pagination.as_ref()
    }

    fn from_text(text: &str, resolve: Resolve<'_>, templates: bool) -> Result<Self, InputError> {
        let brace = text.trim_start().starts_with('{') && !text.trim_start().starts_with("{{");
        if brace {
            const HINT: &str = "give a JSON object with placeholders inside quotes, or a \
                                   formula such as role = 'user'";
            let json = INPUT
                .parse(text, HINT)
                .map_err(|what| InputError::new(format!("starts as JSON, but {what}")))?;
            return Self::from_json(&json, resolve, templates);
        }
        if text.trim().is_empty() {
            return Err(InputError::new(format!(
                "is empty; give {}",
                Self::EXPECTED
            )));
        }
        if text.len() > MAX_BYTES {
            let length = text.len();
            return Err(InputError::new(format!(
                "is {length} bytes long; a formula has at most {MAX_BYTES}"
            )));
        }
        let parsed = ParsedFormula::parse_with(text, templates)
            .map_err(|error| error.into_input_error(text))?;
        let tree = fill(parsed.0, resolve)?;
        Self::within_bounds(tree, false, text)
    }

    fn from_json(value: &Value, resolve: Resolve<'_>, templates: bool) -> Result<Self, InputError> {
        if let Some(search) = value.as_object().filter(|_| is_search(value)) {
            return Self::from_search(search, resolve, templates);
        }
        let parsed = json::parse(value, templates).map_err(|error| error.into_input_error(""))?;
        let tree = fill(parsed.tree, resolve)?;
        Self::within_bounds(tree, parsed.native, "")
    }

    /// Reads the body of Intercom's own request: `query`, `pagination` and `sort`.
    fn from_search(
        search: &Map<String, Value>,
        resolve: Resolve<'_>,
        templates: bool,
    ) -> Result<Self, InputError> {
        let mut pagination = match search.get("pagination") {
            None | Some(Value::Null) => Map::new(),
            Some(Value::Object(map)) => map.clone(),
            Some(other) => {
                let message = format!("pagination: {} is not a JSON object", shown(other));
                return Err(InputError::new(message));
            }
        };
        for (key, value) in search {
            match key.as_str() {
                "query" | "pagination" => {}
                "sort" => _ = pagination.insert(key.clone(), value.clone()),
                _ => {
                    return Err(InputError::new(format!(
                        "{} is not a key of a search; it has query, pagination and sort",
                        quoted(key)
                    )));
                }
            }
        }
        let query = search.get("query").unwrap_or(&Value::Null);
        if is_search(query) {
            return Err(InputError::new(
                "query holds another query; give the inner one",
            ));
        }
        let filter = Self::from_json(query, resolve, templates)?;
        let pagination = match templates {
            true => Pagination::read(resolve, pagination.into())?.value(),
            false => Some(Pagination::from_value(pagination.into())?),
        };
        Ok(Self {
            pagination: pagination.filter(|given| *given != Pagination::default()),
            ..filter
        })
    }

    fn within_bounds(tree: FilledFormula, native: bool, text: &str) -> Result<Self, InputError> {
        let values = tree.sum(&|condition| condition.operands.len());
        let lists = "put values of one field into IN (…)";
        for (found, what, most, advice) in [
            (tree.leaves(), "conditions", MAX_CONDITIONS, lists),
            (values, "values", MAX_VALUES, MORE),
        ] {
            if found > most {
                return Err(too_many(found, what, most, advice).into_input_error(text));
            }
        }
        Ok(Self {
            tree,
            native,
            text: text.to_owned(),
            pagination: None,
        })
    }
}

fn is_search(value: &Value) -> bool {
    value.get("query").is_some()
}

/// The hint for a filter that is too large for one search.
const MORE: &str = "search more than once";

fn too_many(found: usize, what: &str, most: usize, advice: &str) -> FormulaError {
    let title = format!("has {found} {what}, at most {most} are read");
    FormulaError::whole(title, advice)
}

impl FromInput for Filter {
    const EXPECTED: &'static str = "a formula, such as role = 'user' AND signed_up_date > \
                                    '2023-01-01', or a JSON filter";
    const FREE_TEXT: bool = true;

    /// Text that is one placeholder takes a whole filter. Other text is parsed
    /// before its placeholders are resolved, so no value can add a condition.
    fn read(resolve: Resolve<'_>, written: Value) -> Result<Patch<Self>, InputError> {
        let (value, resolve) = resolve.open(written)?;
        let templates = resolve.expands();
        let filter = match &value {
            Value::Null => return Ok(Patch::Null),
            Value::String(text) => Self::from_text(text, resolve, templates),
            Value::Object(_) => Self::from_json(&value, resolve, templates),
            other => Err(InputError::new(format!(
                "{} is not a filter; give {}",
                shown(other),
                Self::EXPECTED
            ))),
        };
        filter.map(Patch::Value)
    }

    fn from_value(value: Value) -> Result<Self, InputError> {
        match Self::read(Resolve::new(crate::input::Context::NONE), value)? {
            Patch::Value(filter) => Ok(filter),
            Patch::Absent | Patch::Null => {
                Err(InputError::new(format!("is null; give {}", Self::EXPECTED)))
            }
        }
    }
}
