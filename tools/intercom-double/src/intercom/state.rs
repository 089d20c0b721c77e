//! Everything that a double remembers.

use super::auth::Auth;
use super::contacts::Contacts;
use super::inbox::Inbox;
use super::messages::Messages;
use super::options::Options;
use super::rate_limit::RateLimit;
use super::script::Script;
use super::seed;
use super::violations::Violations;
use super::workspace::Workspace;
use crate::ledger::Ledger;

/// The state of a double.
#[derive(Debug)]
pub struct State {
    pub(super) workspace: Workspace,
    pub(super) contacts: Contacts,
    pub(super) inbox: Inbox,
    pub(super) messages: Messages,
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
            inbox: Inbox::default(),
            messages: Messages::default(),
            auth: Auth::new(client, &tokens),
            rate_limit: RateLimit::new(rate_limit),
            violations: Violations::new(description),
            script: Script::default(),
            ledger: Ledger::default(),
            requests: 0,
        }
    }

    /// Sets how long after it happens a change is found by searches, in seconds. It
    /// holds for changes from now on.
    pub fn set_index_lag(&mut self, seconds: i64) {
        self.contacts.index.lag = seconds;
        self.inbox.conversations.index.lag = seconds;
        self.inbox.tickets.index.lag = seconds;
    }

    /// Sets how far the workspace's time zone is ahead of UTC, in seconds. Searches for
    /// contacts compare dates by its days; `GET /me` still says UTC.
    pub fn set_utc_offset(&mut self, seconds: i64) {
        self.workspace.utc_offset = seconds;
    }

    /// The next request id. It has the format of Intercom's, but is a counter,
    /// so that the output of a test is reproducible.
    pub(super) fn next_request_id(&mut self) -> String {
        self.requests += 1;
        format!("00000000-0000-4000-8000-{:012x}", self.requests)
    }
}
