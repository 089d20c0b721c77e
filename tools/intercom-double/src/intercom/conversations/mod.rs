//! Conversations: their state, assignees and parts (`docs/intercom-api.md`,
//! Conversations).

mod conversation;
mod fields;
mod store;

pub use conversation::{Conversation, Status};
pub use fields::CONVERSATIONS;
pub use store::Conversations;

/// The teams of every double: id and name.
pub const TEAMS: [(&str, &str); 2] = [("5017691", "Support"), ("5017692", "Billing")];
