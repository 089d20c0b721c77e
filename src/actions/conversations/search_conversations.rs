//! Search Conversations (`docs/intercom-api.md`, Search).

use super::response::row;
use crate::actions::search::{Endpoint, Search};
use crate::actions::{Action, HostContext, ToJson, run_with};
use crate::api::{Client, Hints, Settings, Token};
use crate::input::{InputReader, RawInput};
use crate::search::tables::CONVERSATIONS;
use crate::world::conversations::ConversationPage;
use crate::world::types::ActionError;

/// `POST /conversations/search`
#[derive(Debug)]
pub struct SearchConversations(Search);

/// Where it is in the API.
pub const ENDPOINT: Endpoint = Endpoint {
    table: &CONVERSATIONS,
    path: "/conversations/search",
    rows: "conversations",
    nested: true,
};

impl Action for SearchConversations {
    const HINTS: Hints = Hints::OF_READS;
    type Credentials = Token;

    fn read(input: &mut InputReader<'_>, settings: &Settings, _: &Token) -> Option<Self> {
        Search::read(&ENDPOINT, input, settings).map(Self)
    }

    fn perform(&self, client: &mut Client<'_>) -> Result<ConversationPage, ActionError> {
        let mut conversations = Vec::new();
        let found = self.0.perform(client, &mut |page| {
            conversations.extend(page.iter().map(|item| row(*item)));
        })?;
        Ok(ConversationPage {
            conversations,
            total_count: found.total,
            page: found.page,
            next_page: found.next_page,
            notes: found.notes,
            response: found.response,
        })
    }

    fn run_as_json(input: RawInput, host: HostContext<'_>) -> Result<String, ActionError> {
        run_with::<Self, _>(input, host, |Self(search), client, notes| {
            search.perform_as_json(client, notes, "conversations", |item, json| {
                row(item).write(json)
            })
        })
    }
}
