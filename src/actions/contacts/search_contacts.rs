//! Search Contacts (`docs/intercom-api.md`, Search).

use super::response::{page, row};
use crate::actions::Action;
use crate::api::{Client, Hints, Method, Request, Settings, Token};
use crate::input::{InputReader, list_names};
use crate::search::{CompiledFilter, Filter, Match, PageSummary, Pager, Pagination, RowFilter};
use crate::world::contacts::{Contact, ContactPage};
use crate::world::types::ActionError;
use serde_json::{Map, Value};

/// `POST /contacts/search`
#[derive(Debug)]
pub struct SearchContacts {
    filter: CompiledFilter,
    pagination: Pagination,
}

impl Action for SearchContacts {
    const HINTS: Hints = Hints::OF_READS;
    type Credentials = Token;

    fn read(input: &mut InputReader<'_>, settings: &Settings, _: &Token) -> Option<Self> {
        let filter = input.required::<Filter>("filter_formula");
        let pagination = input.optional("pagination_parameters");
        let filter = match filter?.compile(settings.version) {
            Ok(filter) => filter,
            Err(errors) => {
                for error in errors {
                    input.note("filter_formula", error);
                }
                return None;
            }
        };
        Some(Self {
            filter,
            pagination: pagination?.unwrap_or_default(),
        })
    }

    fn perform(&self, client: &mut Client<'_>) -> Result<ContactPage, ActionError> {
        let mut pager = Pager::new(&self.pagination);
        let (mut contacts, mut bytes) = (Vec::new(), 0_usize);
        let mut response = String::new();
        while let Some(pagination) = pager.next_request() {
            let received = client.send(&self.request(pagination))?;
            let (found, body) = received.into_list("data", |object| {
                let rows = object.list("data");
                let wanted = pager.record(page(object, rows.len()));
                let wanted = rows.get(wanted).unwrap_or_default();
                bytes += wanted.iter().map(|row| row.json().len()).sum::<usize>();
                client.hold(bytes + object.as_json().len())?;
                contacts.extend(wanted.iter().map(|wanted| row(*wanted)));
                Ok(())
            })?;
            found?;
            response = body.json;
        }
        let PageSummary {
            page,
            total,
            next_page,
            mut notes,
        } = pager.finish();
        if let Some(filter) = &self.filter.rows {
            notes.extend(narrow(&mut contacts, filter));
        }
        Ok(ContactPage {
            contacts,
            total_count: total,
            page,
            next_page,
            notes,
            response,
        })
    }
}

impl SearchContacts {
    fn request(&self, pagination: Map<String, Value>) -> Request {
        let mut body = Map::new();
        body.insert("query".to_owned(), self.filter.query.clone());
        if !pagination.is_empty() {
            body.insert("pagination".to_owned(), pagination.into());
        }
        if let Some(sort) = self.pagination.sort() {
            body.insert("sort".to_owned(), sort);
        }
        Request::new(Method::Post, "/contacts/search").with_body(body)
    }
}

/// Drops the contacts that Intercom found only because it compares dates by the
/// day. Returns notes that say so.
fn narrow(contacts: &mut Vec<Contact>, filter: &RowFilter) -> Vec<String> {
    let (found, mut unknown) = (contacts.len(), 0);
    contacts.retain(|contact| {
        let row = serde_json::from_str(&contact.response).unwrap_or_default();
        let matches = filter.matches(&row);
        unknown += usize::from(matches == Match::Unknown);
        matches != Match::No
    });
    let fields = list_names(&filter.fields(), "and");
    let mut notes = vec![format!(
        "Intercom compares {fields} by the whole day: {} of the {found} contacts it found did not \
         match to the second and are left out; total_count still counts such contacts",
        found - contacts.len()
    )];
    if unknown > 0 {
        notes.push(format!(
            "{unknown} of the contacts could not be checked to the second, since their rows do not \
             carry all that the filter asks for"
        ));
    }
    notes
}
