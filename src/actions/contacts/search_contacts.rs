//! Search Contacts (`docs/intercom-api.md`, Search).

use super::response::{row, write_row};
use crate::actions::search::{Endpoint, Search};
use crate::actions::{Action, HostContext, run_with};
use crate::api::{Client, Hints, Settings, Token};
use crate::input::{InputReader, RawInput};
use crate::search::tables::CONTACTS;
use crate::world::contacts::ContactPage;
use crate::world::types::ActionError;

/// `POST /contacts/search`
#[derive(Debug)]
pub struct SearchContacts(Search);

/// Where it is in the API.
pub const ENDPOINT: Endpoint = Endpoint {
    table: &CONTACTS,
    path: "/contacts/search",
    rows: "data",
    nested: false,
};

impl Action for SearchContacts {
    const HINTS: Hints = Hints::OF_READS;
    type Credentials = Token;

    fn read(input: &mut InputReader<'_>, settings: &Settings, _: &Token) -> Option<Self> {
        Search::read(&ENDPOINT, input, settings).map(Self)
    }

    fn perform(&self, client: &mut Client<'_>) -> Result<ContactPage, ActionError> {
        let mut contacts = Vec::new();
        let found = self.0.perform(client, &mut |page| {
            contacts.extend(page.iter().map(|item| row(*item)));
        })?;
        Ok(ContactPage {
            contacts,
            total_count: found.total,
            page: found.page,
            next_page: found.next_page,
            notes: found.notes,
            response: found.response,
        })
    }

    fn run_as_json(input: RawInput, host: HostContext<'_>) -> Result<String, ActionError> {
        run_with::<Self, _>(input, host, |Self(search), client, notes| {
            search.perform_as_json(client, notes, "contacts", write_row)
        })
    }
}
