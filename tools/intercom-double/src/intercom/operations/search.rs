//! Finding contacts (`docs/intercom-api.md`, Search).

use super::contacts::contact_json;
use crate::intercom::call::Call;
use crate::intercom::contacts::{CONTACTS, Contact};
use crate::intercom::response::{ApiError, Success};
use crate::intercom::search::{PageRequest, Search};
use crate::intercom::state::State;

/// Default rows per page (`docs/intercom-api.md`, Pages).
const SEARCH_PAGE: u64 = 50;
const LIST_PAGE: u64 = 10;

/// `POST /contacts/search`
pub fn search(state: &mut State, call: &Call<'_>) -> Result<Success, ApiError> {
    let search = Search::read(&CONTACTS, &call.object()?, state.rules(call), SEARCH_PAGE)?;
    let found = state.contacts.searched(call.now);
    Ok(page(state, call, &search, found))
}

/// `GET /contacts`
pub fn list(state: &mut State, call: &Call<'_>) -> Result<Success, ApiError> {
    let request = PageRequest::from_query(
        call.parameter("per_page").as_deref(),
        call.parameter("starting_after").as_deref(),
        LIST_PAGE,
    )?;
    let all = state.contacts.all_live();
    Ok(page(state, call, &Search::all(request), all))
}

fn page<'a>(
    state: &'a State,
    call: &Call<'_>,
    search: &Search,
    contacts: impl Iterator<Item = &'a Contact>,
) -> Success {
    let rows = contacts.map(|contact| (contact.id(), contact));
    let page = search.page(rows, |contact, field| contact.value(field));
    Success::Json(page.to_json(|contact| contact_json(state, call, contact)))
}
