//! Pages by cursor: a cursor says after which row the next page starts, so that
//! rows which come and go do not move the others.

use std::cmp::Ordering;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::StatusCode;
use serde_json::{Value, json};

use super::key::Key;
use crate::intercom::answer::Refusal;
use crate::intercom::router::Call;

/// The most rows of a page (`docs/intercom-api.md`, Pages).
const MAX_PER_PAGE: u64 = 150;

/// A row with what it is sorted by. Of two with the same key, the id decides.
#[derive(Debug)]
pub struct Row<'a, T> {
    pub key: Key,
    pub id: &'a str,
    pub item: T,
}

/// Which page is wanted.
#[derive(Debug)]
pub struct Paging {
    per_page: u64,
    after: Option<Cursor>,
}

/// The last row of a page, and the number of the page after it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Cursor {
    key: Key,
    id: String,
    page: u64,
}

/// Some rows of all.
#[derive(Debug)]
pub struct Page<T> {
    items: Vec<T>,
    number: u64,
    per_page: u64,
    total: u64,
    next: Option<Cursor>,
}

impl Paging {
    /// Reads the `pagination` of a body.
    ///
    /// # Errors
    ///
    /// 400 for a page of less than one row or more than 150, and for a cursor
    /// that no page gave.
    pub fn of_body(pagination: Option<&Value>, per_page: u64) -> Result<Self, Refusal> {
        let given = |name| {
            let value = pagination.and_then(|pagination| pagination.get(name));
            value.filter(|value| !value.is_null())
        };
        let per_page = given("per_page").map_or(Some(per_page), Value::as_u64);
        let after = given("starting_after").map(|cursor| cursor.as_str().unwrap_or_default());
        Self::new(per_page, after)
    }

    /// Reads the parameters of a query.
    ///
    /// # Errors
    ///
    /// As [`Self::of_body`].
    pub fn of_query(call: &Call<'_>, per_page: u64) -> Result<Self, Refusal> {
        let given = call.parameter("per_page");
        let per_page = given.map_or(Some(per_page), |text| text.parse().ok());
        Self::new(per_page, call.parameter("starting_after").as_deref())
    }

    fn new(per_page: Option<u64>, after: Option<&str>) -> Result<Self, Refusal> {
        let per_page = per_page.filter(|rows| (1..=MAX_PER_PAGE).contains(rows));
        let per_page = per_page.ok_or_else(|| {
            Refusal::invalid(format!("is not a number of rows from 1 to {MAX_PER_PAGE}"))
                .about("per_page")
        })?;
        let after = after.map(Cursor::decode).transpose()?;
        Ok(Self { per_page, after })
    }

    /// The page of `rows` that is wanted, in either order.
    pub fn cut<T>(&self, mut rows: Vec<Row<'_, T>>, ascending: bool) -> Page<T> {
        let order = |one: (&Key, &str), other: (&Key, &str)| match ascending {
            true => one.cmp(&other),
            false => other.cmp(&one),
        };
        rows.sort_by(|a, b| order((&a.key, a.id), (&b.key, b.id)));
        let total = rows.len() as u64;
        let past = |row: &Row<'_, T>, cursor: &Cursor| {
            order((&row.key, row.id), (&cursor.key, &cursor.id)) == Ordering::Greater
        };
        rows.retain(|row| self.after.as_ref().is_none_or(|cursor| past(row, cursor)));
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

    fn decode(text: &str) -> Result<Self, Refusal> {
        let read = || {
            let json = STANDARD.decode(text).ok()?;
            let (key, id, page): (Value, String, u64) = serde_json::from_slice(&json).ok()?;
            let key = Key::of(&key);
            Some(Self { key, id, page })
        };
        read().ok_or_else(|| {
            let message = format!("{text:?} is not the cursor of a page");
            Refusal::new(StatusCode::BAD_REQUEST, "client_error", message).about("starting_after")
        })
    }
}

impl<T> Page<T> {
    /// The page as answers show it; the last one names no next one.
    pub fn to_json(&self, shown: impl FnMut(&T) -> Value) -> Value {
        let data: Vec<Value> = self.items.iter().map(shown).collect();
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
        json!({ "type": "list", "data": data, "total_count": self.total, "pages": pages })
    }
}
