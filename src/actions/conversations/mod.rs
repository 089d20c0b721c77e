//! Conversations with contacts (`docs/intercom-api.md`, Conversations).

mod attachments;
pub mod get_conversation;
pub mod manage_conversation;
pub mod reply_to_conversation;
mod response;
pub mod search_conversations;

pub use response::{assignee, contact_ids};

use crate::api::Expected;

/// The hint for a conversation's id that is not found.
const CHECK_CONVERSATION: &str = "check conversation_id, which is in the URL of the conversation \
                                  in the inbox; it is not the id of a message";

/// The hint where the id of the admin may be wrong, too.
const CHECK_CONVERSATION_AND_ADMIN: &str = "check conversation_id, which is in the URL of the \
                                            conversation in the inbox, and admin_id (list-choices \
                                            with kind admins shows them)";

/// Any conversation: a reply to a merged one is in the other.
const CONVERSATION: Expected = Expected::Object {
    types: &["conversation"],
    id: None,
};
