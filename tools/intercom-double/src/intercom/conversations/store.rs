//! The conversations of a workspace.

use std::collections::BTreeMap;

use super::conversation::Conversation;
use crate::intercom::parts::Author;
use crate::intercom::response::ApiError;
use crate::intercom::search::Index;

/// All conversations by their ids, in the order of their creation.
#[derive(Debug, Default)]
pub struct Conversations {
    by_id: BTreeMap<String, Conversation>,
    /// What searches find.
    pub index: Index<Conversation>,
}

/// The first id, with as many digits as Intercom's.
const FIRST: usize = 215_500_001;

impl Conversations {
    /// Opens one with a contact's message, and returns its id.
    pub fn open(&mut self, contact: &str, author: &Author, body: &str, now: i64) -> String {
        let id = (FIRST + self.by_id.len()).to_string();
        let new = Conversation::new(id.clone(), contact.to_owned(), author, body, now);
        self.store(new, now);
        id
    }

    /// The conversation with this id.
    ///
    /// # Errors
    ///
    /// 404 `not_found`.
    pub fn find(&self, id: &str) -> Result<&Conversation, ApiError> {
        self.by_id.get(id).ok_or_else(missing)
    }

    /// Stores a conversation that changed at `now`, in Unix seconds.
    pub fn store(&mut self, conversation: Conversation, now: i64) {
        let id = conversation.id().to_owned();
        self.index.put(&id, conversation.clone(), now);
        self.by_id.insert(id, conversation);
    }
}

/// Intercom's message, which does not say what is missing.
fn missing() -> ApiError {
    ApiError::not_found("Resource Not Found")
}
