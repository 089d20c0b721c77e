//! Finding contacts: `POST /contacts/search` and `GET /contacts`
//! (`docs/intercom-api.md`, Search).

mod fields;
mod key;
mod page;
mod query;

use http::StatusCode;
use serde_json::{Map, Value};

use super::answer::{Answer, Refusal};
use super::contacts::{self, Contact};
use super::router::Call;
use super::state::State;
use key::Key;
use page::{Paging, Row};
use query::Query;

/// Rows of a page if the request does not say (`docs/intercom-api.md`, Pages).
const SEARCHED: u64 = 50;
const LISTED: u64 = 10;

/// `POST /contacts/search`
pub fn search(state: &mut State, call: &Call<'_>) -> Result<Answer, Refusal> {
    let body = call.object()?;
    let query = body.get("query").cloned().unwrap_or_default();
    let query = Query::parse(&query, call.version)?;
    let sort = Sort::read(&body, call)?;
    let paging = Paging::of_body(body.get("pagination"), SEARCHED)?;
    let found = state
        .contacts
        .all_live()
        .filter(|contact| query.matches(contact));
    Ok(page(state, call, found, &sort, &paging))
}

/// `GET /contacts`
pub fn list(state: &mut State, call: &Call<'_>) -> Result<Answer, Refusal> {
    let paging = Paging::of_query(call, LISTED)?;
    let all = state.contacts.all_live();
    Ok(page(state, call, all, &Sort::default(), &paging))
}

fn page<'a>(
    state: &'a State,
    call: &Call<'_>,
    found: impl Iterator<Item = &'a Contact>,
    sort: &Sort,
    paging: &Paging,
) -> Answer {
    let rows = found.map(|contact| Row {
        key: sort.key(contact),
        id: contact.id(),
        item: contact,
    });
    let page = paging.cut(rows.collect(), sort.ascending);
    Answer::Json(page.to_json(|contact| contacts::shown(state, call, contact)))
}

/// The order of the rows. Intercom's own order, by the last request of a
/// contact's browser, means nothing where there are no browsers: without a sort
/// the newest contact comes first.
#[derive(Debug, Default)]
struct Sort {
    field: Option<String>,
    ascending: bool,
}

impl Sort {
    fn read(body: &Map<String, Value>, call: &Call<'_>) -> Result<Self, Refusal> {
        let Some(sort) = body.get("sort").filter(|sort| !sort.is_null()) else {
            return Ok(Self::default());
        };
        let ascending = match sort.get("order") {
            None => false,
            Some(order) if order == "descending" => false,
            Some(order) if order == "ascending" => true,
            Some(order) => {
                let order = order
                    .as_str()
                    .map_or_else(|| order.to_string(), str::to_owned);
                return Err(Refusal::new(
                    StatusCode::BAD_REQUEST,
                    "invalid_sort_order",
                    format!("Invalid sort order '{order}'. Must be one of: ascending, descending"),
                ));
            }
        };
        let field = sort.get("field").and_then(Value::as_str);
        match field.map(|field| (field, fields::kind(field, call.version))) {
            None => Ok(Self {
                field: None,
                ascending,
            }),
            Some((field, Some(_))) => Ok(Self {
                field: Some(field.to_owned()),
                ascending,
            }),
            Some((field, None)) => Err(Refusal::invalid(format!(
                "{field:?} is not a field to sort contacts by"
            ))),
        }
    }

    fn key(&self, contact: &Contact) -> Key {
        let field = self.field.as_deref();
        field.map_or(Key::Absent, |field| Key::of(&fields::value(contact, field)))
    }
}
