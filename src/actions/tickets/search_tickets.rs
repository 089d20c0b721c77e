//! Search Tickets (`docs/intercom-api.md`, Search).

use super::response::row;
use crate::actions::search::{Endpoint, Search};
use crate::actions::{Action, HostContext, ToJson, run_with};
use crate::api::{Client, Hints, Settings, Token};
use crate::input::{InputReader, RawInput};
use crate::search::tables::TICKETS;
use crate::world::tickets::TicketPage;
use crate::world::types::ActionError;

/// `POST /tickets/search`
#[derive(Debug)]
pub struct SearchTickets(Search);

/// Where it is in the API.
pub const ENDPOINT: Endpoint = Endpoint {
    table: &TICKETS,
    path: "/tickets/search",
    rows: "tickets",
    nested: true,
};

impl Action for SearchTickets {
    const HINTS: Hints = Hints::OF_READS;
    type Credentials = Token;

    fn read(input: &mut InputReader<'_>, settings: &Settings, _: &Token) -> Option<Self> {
        Search::read(&ENDPOINT, input, settings).map(Self)
    }

    fn perform(&self, client: &mut Client<'_>) -> Result<TicketPage, ActionError> {
        let mut tickets = Vec::new();
        let found = self.0.perform(client, &mut |page| {
            tickets.extend(page.iter().map(|item| row(*item)));
        })?;
        Ok(TicketPage {
            tickets,
            total_count: found.total,
            page: found.page,
            next_page: found.next_page,
            notes: found.notes,
            response: found.response,
        })
    }

    fn run_as_json(input: RawInput, host: HostContext<'_>) -> Result<String, ActionError> {
        run_with::<Self, _>(input, host, |Self(search), client, notes| {
            search.perform_as_json(client, notes, "tickets", |item, json| row(item).write(json))
        })
    }
}
