//! The fields that conversations can be searched by (`docs/intercom-api.md`, Search).

use serde_json::{Value, json};

use super::conversation::Conversation;
use crate::intercom::search::{Kind, Rules, Table};

/// The search for conversations.
pub const CONVERSATIONS: Table = Table {
    rows: "conversations",
    kind,
};

const TEXT: &str = "id source.type source.id source.delivered_as source.subject source.body \
    source.author.id source.author.type source.author.name source.author.email source.url \
    channel_initiated state priority statistics.last_closed_by_id conversation_rating.remark \
    conversation_rating.contact_id conversation_rating.admin_d ai_agent.resolution_state \
    ai_agent.last_answer_type ai_agent.rating_remark ai_agent.source_type ai_agent.source_title";

const NUMBERS: &str = "admin_assignee_id team_assignee_id statistics.time_to_assignment \
    statistics.time_to_admin_reply statistics.time_to_first_close statistics.time_to_last_close \
    statistics.median_time_to_reply statistics.count_reopens statistics.count_assignments \
    statistics.count_conversation_parts conversation_rating.score ai_agent.rating";

const DATES: &str = "created_at updated_at waiting_since snoozed_until \
    statistics.first_contact_reply_at statistics.first_assignment_at \
    statistics.first_admin_reply_at statistics.first_close_at statistics.last_assignment_at \
    statistics.last_assignment_admin_reply_at statistics.last_contact_reply_at \
    statistics.last_admin_reply_at statistics.last_close_at conversation_rating.requested_at \
    conversation_rating.replied_at";

/// Dates compare by the second in every version.
fn kind(field: &str, _: Rules) -> Option<Kind> {
    let among = |names: &str| names.split_whitespace().any(|name| name == field);
    match field {
        "open" | "read" | "ai_agent_participated" => Some(Kind::Boolean),
        "contact_ids" | "teammate_ids" | "tag_ids" => Some(Kind::Ids),
        _ if among(TEXT) => Some(Kind::Text),
        _ if among(NUMBERS) => Some(Kind::Number),
        _ if among(DATES) => Some(Kind::Second),
        _ if field.starts_with("custom_attributes.") => Some(Kind::Custom),
        _ => None,
    }
}

impl Conversation {
    /// The value of a field at a time.
    pub fn value(&self, field: &str, now: i64) -> Value {
        match field {
            "contact_ids" => json!([self.contact()]),
            "teammate_ids" | "tag_ids" => json!([]),
            _ => {
                let all = self.to_json(now, false);
                let path = format!("/{}", field.replace('.', "/"));
                all.pointer(&path).cloned().unwrap_or_default()
            }
        }
    }
}
