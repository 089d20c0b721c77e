//! A search's filter: read from a formula or from JSON, then compiled for an
//! API version.

use super::check::check;
use super::compile::compile;
use super::events::{self, EventFields, EventFilter};
use super::fields::Table;
use super::fill::{FilledFormula, fill};
use super::formula::{FormulaError, ParsedFormula};
use super::json;
use super::pagination::Pagination;
use super::rows::RowFilter;
use super::values::Rules;
use crate::api::Version;
use crate::input::{INPUT, InputError, Patch, Resolve};
use serde_json::{Map, Value};

/// A filter with its placeholders resolved. Its fields are not checked yet, since
/// that depends on the API version.
#[derive(Debug, Clone, PartialEq)]
pub struct Filter {
    table: &'static Table,
    tree: FilledFormula,
    native: bool,
    /// The formula, for errors. Empty for JSON.
    text: String,
    /// The placeholder that resolved to the whole filter, if any.
    source: Option<String>,
    /// The pagination and order, if the filter is the body of a whole search request.
    pagination: Option<Pagination>,
}

/// A filter as it is sent to Intercom.
#[derive(Debug, Clone, PartialEq)]
pub struct CompiledFilter {
    /// The query, as JSON.
    pub query: String,
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
    /// Reads a filter of a search. Text that is one placeholder takes a whole filter.
    /// Other text is parsed before its placeholders are resolved, so no value can add
    /// a condition.
    ///
    /// # Errors
    /// The first error of its form; [`Filter::compile`] finds those of its fields.
    pub fn read(
        table: &'static Table,
        resolve: Resolve<'_>,
        written: Value,
    ) -> Result<Patch<Self>, InputError> {
        let source = resolve.whole(&written);
        let (value, resolve) = resolve.open(written)?;
        let templates = resolve.expands();
        let filter = match &value {
            Value::Null => return Ok(Patch::Null),
            Value::String(text) => Self::from_text(table, text, resolve, templates),
            Value::Object(_) => Self::from_json(table, &value, resolve, templates),
            other => {
                let hint = format!("give {}", table.expected);
                Err(InputError::of_value(other, "is not a filter", hint))
            }
        };
        let Some(source) = source.map(|placeholder| placeholder.expression) else {
            return filter.map(Patch::Value);
        };
        let filter = filter.map_err(|error| error.with_source(&source))?;
        let source = Some(source);
        Ok(Patch::Value(Self { source, ..filter }))
    }

    /// Compiles the filter for an API version.
    ///
    /// # Errors
    /// Everything that Intercom would reject or misinterpret.
    pub fn compile(&self, version: Version) -> Result<CompiledFilter, Vec<InputError>> {
        let rules = Rules {
            table: self.table,
            version,
            native: self.native,
        };
        let compiled = check(&self.tree, rules).and_then(|checked| {
            // A list of dates or tags becomes one condition for each.
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
        compiled.map_err(|errors| errors.into_iter().map(|error| self.told(error)).collect())
    }

    /// Checks the filter as one of events.
    ///
    /// # Errors
    /// Fields that the events lack, and operators and values that do not fit theirs.
    pub fn for_events(&self, fields: &dyn EventFields) -> Result<EventFilter, Vec<InputError>> {
        let checked = events::check(self.tree.clone(), fields);
        checked.map_err(|errors| errors.into_iter().map(|error| self.told(error)).collect())
    }

    /// An error as one of the input. What came from the context is not shown.
    fn told(&self, error: FormulaError) -> InputError {
        let error = error.into_input_error(&self.text);
        match &self.source {
            Some(expression) => error.with_source(expression),
            None => error,
        }
    }

    /// The pagination that came with the filter.
    pub fn pagination(&self) -> Option<&Pagination> {
        self.pagination.as_ref()
    }

    fn from_text(
        table: &'static Table,
        text: &str,
        resolve: Resolve<'_>,
        templates: bool,
    ) -> Result<Self, InputError> {
        let brace = text.trim_start().starts_with('{') && !text.trim_start().starts_with("{{");
        if brace {
            let example = table.condition();
            let hint = format!(
                "give a JSON object with placeholders inside quotes, or a formula such as {example}"
            );
            let json = INPUT
                .parse(text, &hint)
                .map_err(|error| error.about("starts like JSON, but"))?;
            return Self::from_json(table, &json, resolve, templates);
        }
        if text.trim().is_empty() {
            let hint = format!("give {}", table.expected);
            return Err(InputError::new("is empty", hint));
        }
        if text.len() > MAX_BYTES {
            let length = text.len();
            let problem = format!("is {length} bytes long, and a formula has at most {MAX_BYTES}");
            return Err(InputError::new(problem, MORE));
        }
        let parsed = ParsedFormula::parse_with(text, table, templates)
            .map_err(|error| error.into_input_error(text))?;
        let tree = fill(parsed.0, resolve)?;
        Self::within_bounds(table, tree, false, text)
    }

    fn from_json(
        table: &'static Table,
        value: &Value,
        resolve: Resolve<'_>,
        templates: bool,
    ) -> Result<Self, InputError> {
        if let Some(search) = value.as_object().filter(|_| is_search(value)) {
            return Self::from_search(table, search, resolve, templates);
        }
        let parsed =
            json::parse(value, table, templates).map_err(|error| error.into_input_error(""))?;
        let tree = fill(parsed.tree, resolve)?;
        Self::within_bounds(table, tree, parsed.native, "")
    }

    /// Reads the body of Intercom's own request: `query`, `pagination` and `sort`.
    fn from_search(
        table: &'static Table,
        search: &Map<String, Value>,
        resolve: Resolve<'_>,
        templates: bool,
    ) -> Result<Self, InputError> {
        let mut pagination = match search.get("pagination") {
            None | Some(Value::Null) => Map::new(),
            Some(Value::Object(map)) => map.clone(),
            Some(other) => {
                let hint = r#"give one such as {"per_page": 50}"#;
                let error = InputError::of_value(other, "is not a JSON object", hint);
                return Err(error.at("pagination"));
            }
        };
        for (key, value) in search {
            match key.as_str() {
                "query" | "pagination" => {}
                "sort" => _ = pagination.insert(key.clone(), value.clone()),
                _ => {
                    let key = key.as_str().into();
                    let hint = "give query, pagination and sort only";
                    return Err(InputError::of_value(&key, "is not a key of a search", hint));
                }
            }
        }
        let query = search.get("query").unwrap_or(&Value::Null);
        if is_search(query) {
            let error = InputError::new("contains another query", "give the inner one");
            return Err(error.at("query"));
        }
        let filter = Self::from_json(table, query, resolve, templates)?;
        let pagination = match templates {
            true => Pagination::read(table, resolve, pagination.into())?.value(),
            false => Some(Pagination::from_value(table, pagination.into())?),
        };
        Ok(Self {
            pagination: pagination.filter(|given| *given != Pagination::new(table)),
            ..filter
        })
    }

    fn within_bounds(
        table: &'static Table,
        tree: FilledFormula,
        native: bool,
        text: &str,
    ) -> Result<Self, InputError> {
        let values = tree.sum(&|condition| condition.operands.len());
        let lists = "put values of one field into IN (…)";
        for (found, what, most, hint) in [
            (tree.leaves(), "conditions", MAX_CONDITIONS, lists),
            (values, "values", MAX_VALUES, MORE),
        ] {
            if found > most {
                return Err(too_many(found, what, most, hint).into_input_error(text));
            }
        }
        Ok(Self {
            table,
            tree,
            native,
            text: text.to_owned(),
            source: None,
            pagination: None,
        })
    }
}

fn is_search(value: &Value) -> bool {
    value.get("query").is_some()
}

/// The hint for a filter that is too large for one search.
const MORE: &str = "search more than once";

fn too_many(found: usize, what: &str, most: usize, hint: &str) -> FormulaError {
    let problem = format!("has {found} {what}, and the maximum is {most}");
    FormulaError::whole(problem, hint)
}
