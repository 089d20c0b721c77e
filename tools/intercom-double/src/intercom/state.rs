//! All that a double remembers.

use super::contacts::Contacts;
use super::description::Misfits;
use super::messages::Messages;
use super::script::Script;
use super::sign_in::SignIn;
use super::window::Window;
use super::workspace::Workspace;
use super::{Options, seed};
use crate::ledger::Ledger;

/// The state of a double; each part is kept by the module of its name.
#[derive(Debug)]
pub struct State {
    pub(super) workspace: Workspace,
    pub(super) contacts: Contacts,
    pub(super) messages: Messages,
    pub(super) sign_in: SignIn,
    pub(super) window: Window,
    pub(super) misfits: Misfits,
    pub(super) script: Script,
    pub(super) ledger: Ledger,
    requests: u64,
}

impl State {
    /// The state that a double starts with, at `now`, in Unix seconds.
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
            messages: Messages::default(),
            sign_in: SignIn::new(client, &tokens),
            window: Window::new(rate_limit),
            misfits: Misfits::new(description),
            script: Script::default(),
            ledger: Ledger::default(),
            requests: 0,
        }
    }

    /// The id of the next request: in the form of Intercom's, counted, so that
    /// what a test prints is the same every time.
    pub(super) fn next_request_id(&mut self) -> String {
        self.requests += 1;
        format!("00000000-0000-4000-8000-{:012x}", self.requests)
    }
}
