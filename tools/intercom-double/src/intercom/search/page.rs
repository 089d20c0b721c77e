//! Pages by cursor. A cursor names the last row of a page, so that rows which are
//! added or removed do not move the others.

use std::cmp::Ordering;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::StatusCode;
use serde_json::{Value, json};

use super::key::Key;
use crate::intercom::response::ApiError;

/// The maximum number of rows per page (`docs/intercom-api.md`, Pages).
const MAX_PER_PAGE: u64 = 150;

/// A row with its sort key. Rows with the same key sort by id.
#[derive(Debug)]
pub struct Row<'a, T> {
    pub key: Key,
    pub id: &'a str,
    pub item: T,
}

/// A request for a page.
#[derive(Debug)]
pub struct PageRequest {
    per_page: u64,
    after: Option<Cursor>,
}

/// The last row of a page, and the number of the next page.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Cursor {
    key: Key,
    id: String,
    page: u64,
}

/// One page of rows.
#[derive(Debug)]
pub struct Page<T> {
    items: Vec<T>,
    number: u64,
    per_page: u64,
    total: u64,
    next: Option<Cursor>,
}

impl PageRequest {
    /// Reads the `pagination` of a body.
    ///
    /// # Errors
    ///
    /// 400 for a page size outside 1–150, or an invalid cursor.
    pub fn from_body(pagination: Option<&Value>, default: u64) -> Result<Self, ApiError> {
        let field = |name| {
            let value = pagination.and_then(|pagination| pagination.get(name));
            value.filter(|value| !value.is_null())
        };
        let per_page = field("per_page").map_or(Some(default), Value::as_u64);
        let after = field("starting_after").map(|cursor| cursor.as_str().unwrap_or_default());
        Self::new(per_page, after)
    }

    /// Reads the query parameters.
    ///
    /// # Errors
    ///
    /// As [`Self::from_body`].
    pub fn from_query(
        per_page: Option<&str>,
        starting_after: Option<&str>,
        default: u64,
    ) -> Result<Self, ApiError> {
        let per_page = per_page.map_or(Some(default), |text| text.parse().ok());
        Self::new(per_page, starting_after)
    }

    fn new(per_page: Option<u64>, after: Option<&str>) -> Result<Self, ApiError> {
        let per_page = per_page.filter(|rows| (1..=MAX_PER_PAGE).contains(rows));
        let per_page = per_page.ok_or_else(|| {
            ApiError::invalid(format!("is not a page size; give 1 to {MAX_PER_PAGE}"))
                .with_field("per_page")
        })?;
        let after = after.map(Cursor::decode).transpose()?;
        Ok(Self { per_page, after })
    }

    /// Sorts `rows`, and returns the requested page.
    pub fn page<T>(&self, mut rows: Vec<Row<'_, T>>, ascending: bool) -> Page<T> {
        let order = |one: (&Key, &str), other: (&Key, &str)| match ascending {
            true => one.cmp(&other),
            false => other.cmp(&one),
        };
        rows.sort_by(|a, b| order((&a.key, a.id), (&b.key, b.id)));
        let total = rows.len() as u64;
        let is_after = |row: &Row<'_, T>, cursor: &Cursor| {
            order((&row.key, row.id), (&cursor.key, &cursor.id)) == Ordering::Greater
        };
        rows.retain(|row| {
            self.after
                .as_ref()
                .is_none_or(|cursor| is_after(row, cursor))
        });
        let number = self.after.as_ref().map_or(1, |cursor| cursor.page);
        let more = rows.len() as u64 > self.per_page;
        rows.truncate(usize::try_from(self.per_page).unwrap_or(usize::MAX));
        let next = rows.last().filter(|_| more).map(|row| Cursor {
            key: row.key.clone(),
            id: row.id.to_owned(),
            page: number + 1,
        });
        Page {
            items: rows.into_iter().map(|row| row.item).collect(),
            number,
            per_page: self.per_page,
            total,
            next,
        }
    }
}

impl Cursor {
    fn encode(&self) -> String {
        STANDARD.encode(json!([self.key.to_json(), self.id, self.page]).to_string())
    }

    fn decode(text: &str) -> Result<Self, ApiError> {
        let read = || {
            let json = STANDARD.decode(text).ok()?;
            let (key, id, page): (Value, String, u64) = serde_json::from_slice(&json).ok()?;
            let key = Key::of(&key);
            Some(Self { key, id, page })
        };
        read().ok_or_else(|| {
            let message = format!("{text:?} is not a cursor; give the starting_after of a page");
            ApiError::new(StatusCode::BAD_REQUEST, "client_error", message)
                .with_field("starting_after")
        })
    }
}

impl<T> Page<T> {
    /// The page as responses show it. The last page has no `next`.
    pub fn to_json(&self, to_json: impl FnMut(&T) -> Value) -> Value {
        self.named("list", "data", to_json)
    }

    /// The same with another type and another name of the rows.
    pub fn named(&self, kind: &str, rows: &str, to_json: impl FnMut(&T) -> Value) -> Value {
        let data: Vec<Value> = self.items.iter().map(to_json).collect();
        let mut pages = json!({
            "type": "pages",
            "page": self.number,
            "per_page": self.per_page,
            "total_pages": self.total.div_ceil(self.per_page),
        });
        if let (Some(pages), Some(next)) = (pages.as_object_mut(), &self.next) {
            let next = json!({ "page": next.page, "starting_after": next.encode() });
            pages.insert("next".to_owned(), next);
        }
        json!({ "type": kind, rows: data, "total_count": self.total, "pages": pages })
    }
}
