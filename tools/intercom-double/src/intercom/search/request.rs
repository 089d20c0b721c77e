//! The body of a search request.

use serde_json::{Map, Value};

use super::fields::{Rules, Table};
use super::page::{Page, PageRequest, Row};
use super::query::Query;
use super::sort::Sort;
use crate::intercom::response::ApiError;

/// The rows, their order, and the page.
#[derive(Debug)]
pub struct Search {
    query: Query,
    sort: Sort,
    request: PageRequest,
}

impl Search {
    /// Parses the body of a search, with this default of rows per page.
    ///
    /// # Errors
    ///
    /// Those of [`Query::parse`], [`Sort::read`] and [`PageRequest::from_body`].
    pub fn read(
        table: &Table,
        body: &Map<String, Value>,
        rules: Rules,
        per_page: u64,
    ) -> Result<Self, ApiError> {
        let query = body.get("query").cloned().unwrap_or_default();
        Ok(Self {
            query: Query::parse(table, &query, rules)?,
            sort: Sort::read(table, body.get("sort"), rules)?,
            request: PageRequest::from_body(body.get("pagination"), per_page)?,
        })
    }

    /// All rows, newest first.
    pub fn all(request: PageRequest) -> Self {
        Self {
            query: Query::All(Vec::new()),
            sort: Sort::default(),
            request,
        }
    }

    /// The requested page of the matching rows, each with its id. `value` is the value of a
    /// row's field.
    pub fn page<'a, T>(
        &self,
        rows: impl Iterator<Item = (&'a str, &'a T)>,
        value: impl Fn(&T, &str) -> Value,
    ) -> Page<&'a T> {
        let found = rows.filter(|(_, row)| self.query.matches(&|field| value(row, field)));
        let found = found.map(|(id, item)| Row {
            key: self.sort.key(&|field| value(item, field)),
            id,
            item,
        });
        self.request.page(found.collect(), self.sort.ascending)
    }
}
