//! Reading the lists of a workspace's configuration (`docs/intercom-api.md`, Lists to
//! pick from).

use serde_json::{Map, Value, json};

use crate::intercom::call::Call;
use crate::intercom::lists::{LISTS, Paging};
use crate::intercom::response::{ApiError, Success};
use crate::intercom::route::{Access, Route, route};
use crate::intercom::state::State;

/// The routes of the lists, which come before those with a parameter in the same place.
pub const ROUTES: [Route; 10] = [
    route(Access::Idempotent, "GET", "/teams", list),
    route(Access::Idempotent, "GET", "/segments", list),
    route(Access::Idempotent, "GET", "/audiences", list),
    route(Access::Idempotent, "GET", "/macros", list),
    route(Access::Idempotent, "GET", "/subscription_types", list),
    route(Access::Idempotent, "GET", "/data_attributes", list),
    route(Access::Idempotent, "GET", "/conversations/attributes", list),
    route(Access::Idempotent, "GET", "/away_status_reasons", list),
    route(Access::Idempotent, "GET", "/brands", list),
    route(Access::Idempotent, "GET", "/emails", list),
];

/// The longest page of a list.
const MAX_PER_PAGE: usize = 50;

/// Default rows per page.
const PER_PAGE: usize = 20;

fn list(_: &mut State, call: &Call<'_>) -> Result<Success, ApiError> {
    let path = call.request.uri().path();
    let list = LISTS.iter().find(|list| list.path == path);
    let list = list.ok_or_else(|| ApiError::not_found("the list does not exist"))?;
    let mut rows = (list.rows)();
    if let Some(model) = call.parameter("model") {
        rows.retain(|row| row.get("model") == Some(&json!(model)));
    }
    let mut body = Map::new();
    body.insert("type".to_owned(), list.kind.into());
    if list.paging != Paging::None {
        let page = Page::read(call, list.paging, rows.len())?;
        rows = rows
            .into_iter()
            .skip(page.start())
            .take(page.size)
            .collect();
        body.extend(page.facts(list.paging));
    }
    body.insert(list.key.to_owned(), rows.into());
    Ok(Success::Json(body.into()))
}

/// A page, by its number from 1.
struct Page {
    number: usize,
    size: usize,
    total: usize,
}

impl Page {
    fn read(call: &Call<'_>, paging: Paging, rows: usize) -> Result<Self, ApiError> {
        let number = |name: &str, default: usize| match call.parameter(name) {
            None => Ok(default),
            Some(text) => {
                let number = text.parse().ok().filter(|number| *number > 0);
                number.ok_or_else(|| ApiError::invalid("is not a valid number").with_field(name))
            }
        };
        let size = number("per_page", PER_PAGE)?;
        if size > MAX_PER_PAGE {
            return Err(ApiError::invalid("is more than 50").with_field("per_page"));
        }
        // A cursor is the number of its page.
        let parameter = match paging {
            Paging::Cursor => "starting_after",
            _ => "page",
        };
        Ok(Self {
            number: number(parameter, 1)?,
            size,
            total: rows.div_ceil(size).max(1),
        })
    }

    fn start(&self) -> usize {
        (self.number - 1).saturating_mul(self.size)
    }

    fn facts(&self, paging: Paging) -> Map<String, Value> {
        let next = (self.number < self.total).then(|| (self.number + 1).to_string());
        let facts = match paging {
            Paging::Cursor => {
                let next = next.map(|cursor| json!({ "starting_after": cursor }));
                json!({ "pages": { "type": "pages", "per_page": self.size, "next": next } })
            }
            Paging::NumberBeside => {
                json!({ "page": self.number, "per_page": self.size, "total_pages": self.total })
            }
            Paging::Number | Paging::None => json!({ "pages": {
                "type": "pages", "page": self.number, "per_page": self.size,
                "total_pages": self.total,
            } }),
        };
        match facts {
            Value::Object(facts) => facts,
            _ => Map::new(),
        }
    }
}
