//! Finding contacts (`docs/intercom-api.md`, Search).

use super::contacts::contact_json;
use crate::intercom::call::Call;
use crate::intercom::contacts::Contact;
use crate::intercom::response::{ApiError, Success};
use crate::intercom::search::{CONTACTS, PageRequest, Query, Row, Sort, fields};
use crate::intercom::state::State;

/// Rows per page by default (`docs/intercom-api.md`, Pages).
const SEARCH_PAGE: u64 = 50;
const LIST_PAGE: u64 = 10;

/// `POST /contacts/search`
pub fn search(state: &mut State, call: &Call<'_>) -> Result<Success, ApiError> {
    let body = call.object()?;
    let query = body.get("query").cloned().unwrap_or_default();
    let query = Query::parse(&CONTACTS, &query, call.version)?;
    let sort = Sort::read(&CONTACTS, body.get("sort"), call.version)?;
    let request = PageRequest::from_body(body.get("pagination"), SEARCH_PAGE)?;
    let found = state
        .contacts
        .all_live()
        .filter(|contact| query.matches(&|field| fields::value(contact, field)));
    Ok(page(state, call, found, &sort, &request))
}

/// `GET /contacts`
pub fn list(state: &mut State, call: &Call<'_>) -> Result<Success, ApiError> {
    let request = PageRequest::from_query(
        call.parameter("per_page").as_deref(),
        call.parameter("starting_after").as_deref(),
        LIST_PAGE,
    )?;
    let all = state.contacts.all_live();
    Ok(page(state, call, all, &Sort::default(), &request))
}

fn page<'a>(
    state: &'a State,
    call: &Call<'_>,
    found: impl Iterator<Item = &'a Contact>,
    sort: &Sort,
    request: &PageRequest,
) -> Success {
    let rows = found.map(|contact| Row {
        key: sort.key(&|field| fields::value(contact, field)),
        id: contact.id(),
        item: contact,
    });
    let page = request.page(rows.collect(), sort.ascending);
    Success::Json(page.to_json(|contact| contact_json(state, call, contact)))
}
