//! The conversations of a workspace.

use std::collections::BTreeMap;

use super::conversation::{Author, Conversation};
use crate::intercom::response::ApiError;

/// All conversations by their ids, in the order of their creation.
#[derive(Debug, Default)]
pub struct Conversations {
    by_id: BTreeMap<String, Conversation>,
}

/// The first id, with as many digits as Intercom's.
const FIRST: usize = 215_500_001;

impl Conversations {
    /// Opens one with a contact's message, and returns its id.
    pub fn open(&mut self, contact: &str, author: &Author, body: &str, now: i64) -> String {
        let id = (FIRST + self.by_id.len()).to_string();
        let new = Conversation::new(id.clone(), contact.to_owned(), author, body, now);
        self.by_id.insert(id.clone(), new);
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

    /// The same to be changed.
    ///
    /// # Errors
    ///
    /// 404 `not_found`.
    pub fn find_mut(&mut self, id: &str) -> Result<&mut Conversation, ApiError> {
        self.by_id.get_mut(id).ok_or_else(missing)
    }

    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = &Conversation> {
        self.by_id.values()
    }
}

/// Intercom's message, which does not say what is missing.
fn missing() -> ApiError {
    ApiError::not_found("Resource Not Found")
}
