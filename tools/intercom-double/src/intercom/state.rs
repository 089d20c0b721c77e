//! Everything that a double remembers.

use super::auth::Auth;
use super::call::Call;
use super::companies::Companies;
use super::contacts::Contacts;
use super::conversations::Conversations;
use super::events::Events;
use super::messages::Messages;
use super::notes::Notes;
use super::options::Options;
use super::rate_limit::RateLimit;
use super::script::Script;
use super::search::Rules;
use super::seed;
use super::tags::Tags;
use super::tickets::Tickets;
use super::violations::Violations;
use super::workspace::Workspace;
use crate::ledger::Ledger;

/// The state of a double.
#[derive(Debug)]
pub struct State {
    pub(super) workspace: Workspace,
    pub(super) contacts: Contacts,
    pub(super) companies: Companies,
    pub(super) messages: Messages,
    pub(super) conversations: Conversations,
    pub(super) tickets: Tickets,
    pub(super) tags: Tags,
    pub(super) notes: Notes,
    pub(super) events: Events,
    pub(super) auth: Auth,
    pub(super) rate_limit: RateLimit,
    pub(super) violations: Violations,
    pub(super) script: Script,
    pub(super) ledger: Ledger,
    requests: u64,
}

impl State {
    /// The initial state at `now`, in Unix seconds.
    pub fn new(options: Options, now: i64) -> Self {
        let Options {
            port: _,
            tokens,
            client,
            region,
            contacts,
            rate_limit,
            description,
        } = options;
        Self {
            workspace: Workspace::new(region),
            contacts: seed::contacts(contacts, now),
            companies: Companies::default(),
            messages: Messages::default(),
            conversations: Conversations::default(),
            tickets: Tickets::default(),
            tags: Tags::default(),
            notes: Notes::default(),
            events: Events::default(),
            auth: Auth::new(client, &tokens),
            rate_limit: RateLimit::new(rate_limit),
            violations: Violations::new(description),
            script: Script::default(),
            ledger: Ledger::default(),
            requests: 0,
        }
    }

    /// Sets how long a change takes to be found by searches, in seconds. Applies to later
    /// changes.
    pub fn set_index_lag(&mut self, seconds: i64) {
        self.contacts.index.lag = seconds;
        self.conversations.index.lag = seconds;
        self.tickets.index.lag = seconds;
    }

    /// Sets how far the workspace's time zone is ahead of UTC, in seconds. Searches for
    /// contacts compare dates by its days; `GET /me` still says UTC.
    pub fn set_utc_offset(&mut self, seconds: i64) {
        self.workspace.utc_offset = seconds;
    }

    /// How a search of this request compares fields.
    pub(super) fn rules(&self, call: &Call<'_>) -> Rules {
        Rules {
            version: call.version,
            utc_offset: self.workspace.utc_offset,
        }
    }

    /// The next request id. It has the format of Intercom's, but is a counter,
    /// so that the output of a test is reproducible.
    pub(super) fn next_request_id(&mut self) -> String {
        self.requests += 1;
        format!("00000000-0000-4000-8000-{:012x}", self.requests)
    }
}
