//! Finding contacts, conversations and tickets (`docs/intercom-api.md`, Search).

use serde_json::Value;

use super::contacts::contact_json;
use crate::intercom::call::Call;
use crate::intercom::inbox::Shelf;
use crate::intercom::response::{ApiError, Success};
use crate::intercom::search::{PageRequest, Query, Row, Rules, Searched, Sort, Table};
use crate::intercom::state::State;

/// Rows per page by default (`docs/intercom-api.md`, Pages).
const SEARCH_PAGE: u64 = 50;
const LIST_PAGE: u64 = 10;

/// The same in the searches for conversations and tickets.
const INBOX_PAGE: u64 = 20;

/// `POST /contacts/search`
pub fn search(state: &mut State, call: &Call<'_>) -> Result<Success, ApiError> {
    let search = Search::read(state, call, Table::Contacts, SEARCH_PAGE)?;
    let rows = state.contacts.searched(call.now);
    let rows = rows.map(|contact| (contact.id(), contact));
    Ok(Success::Json(
        search.page(rows, |contact| contact_json(state, call, contact)),
    ))
}

/// `POST /conversations/search`
pub fn conversations(state: &mut State, call: &Call<'_>) -> Result<Success, ApiError> {
    let search = Search::read(state, call, Table::Conversations, INBOX_PAGE)?;
    Ok(inbox(&search, &state.inbox.conversations, call.now))
}

/// `POST /tickets/search`
pub fn tickets(state: &mut State, call: &Call<'_>) -> Result<Success, ApiError> {
    let search = Search::read(state, call, Table::Tickets, INBOX_PAGE)?;
    Ok(inbox(&search, &state.inbox.tickets, call.now))
}

fn inbox(search: &Search, shelf: &Shelf, now: i64) -> Success {
    let rows = shelf.index.at(now);
    let rows = rows.map(|row| (row["id"].as_str().unwrap_or_default(), row));
    let mut page = search.page(rows, |row| (*row).clone());
    let name = search.table.rows();
    if let Some(page) = page.as_object_mut() {
        let rows = page.shift_remove("data").unwrap_or_default();
        page.insert(name.to_owned(), rows);
        let kind = name.trim_end_matches('s');
        page.insert("type".to_owned(), format!("{kind}.list").into());
    }
    Success::Json(page)
}

/// `GET /contacts`
pub fn list(state: &mut State, call: &Call<'_>) -> Result<Success, ApiError> {
    let request = PageRequest::from_query(
        call.parameter("per_page").as_deref(),
        call.parameter("starting_after").as_deref(),
        LIST_PAGE,
    )?;
    let search = Search {
        table: Table::Contacts,
        query: Query::All(Vec::new()),
        sort: Sort::default(),
        request,
    };
    let rows = state.contacts.all_live();
    let rows = rows.map(|contact| (contact.id(), contact));
    Ok(Success::Json(
        search.page(rows, |contact| contact_json(state, call, contact)),
    ))
}

/// A search as a request asks for it.
struct Search {
    table: Table,
    query: Query,
    sort: Sort,
    request: PageRequest,
}

impl Search {
    fn read(state: &State, call: &Call<'_>, table: Table, per_page: u64) -> Result<Self, ApiError> {
        let body = call.object()?;
        let rules = Rules {
            table,
            version: call.version,
            utc_offset: state.workspace.utc_offset,
        };
        let query = body.get("query").cloned().unwrap_or_default();
        Ok(Self {
            table,
            query: Query::parse(&query, rules)?,
            sort: Sort::read(body.get("sort"), rules)?,
            request: PageRequest::from_body(body.get("pagination"), per_page)?,
        })
    }

    /// The requested page of the rows that match, each with its id.
    fn page<'a, T: Searched + 'a>(
        &self,
        rows: impl Iterator<Item = (&'a str, &'a T)>,
        mut to_json: impl FnMut(&'a T) -> Value,
    ) -> Value {
        let found = rows.filter(|(_, row)| self.query.matches(*row));
        let found = found.map(|(id, item)| Row {
            key: self.sort.key(item),
            id,
            item,
        });
        let page = self.request.page(found.collect(), self.sort.ascending);
        page.to_json(|item| to_json(item))
    }
}
