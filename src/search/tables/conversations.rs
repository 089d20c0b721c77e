//! Conversations (`docs/intercom-api.md`, Search).

use crate::api::field::{Choice, Field, Kind, search};
use crate::search::fields::{EVERY, Table};

/// The search for conversations.
pub static CONVERSATIONS: Table = Table {
    rows: "conversations",
    fields: &FIELDS,
    attributes: &["custom_attributes.", "custom_attribute."],
    attribute_hint: "write custom_attributes.{name} for a custom attribute",
    exact_dates: EVERY,
    exact_attributes: Some(EVERY),
    per_page: 20,
    example: ("state", "open"),
    expected: "a formula, such as state = 'open' AND created_at > '2023-01-01', or a JSON filter",
    meanings: &[
        (
            &[
                "status",
                "is_open",
                "closed",
                "is_closed",
                "snoozed",
                "conversation_state",
            ],
            "write state = 'open', 'closed' or 'snoozed'",
        ),
        (
            &[
                "contact",
                "contacts",
                "contact_id",
                "user_id",
                "lead_id",
                "customer_id",
            ],
            "write contact_ids and Intercom's id of a contact",
        ),
        (
            &["email", "contact_email", "user_email"],
            "write source.author.email for the person who started it, or contact_ids",
        ),
        (
            &[
                "assignee",
                "assignee_id",
                "admin_id",
                "owner_id",
                "assigned_to",
                "admin",
            ],
            "write admin_assignee_id and the admin's id, or team_assignee_id and the team's",
        ),
        (
            &["team", "team_id", "inbox", "inbox_id"],
            "write team_assignee_id and the team's id",
        ),
        (
            &["teammate_id", "teammates", "participant_id"],
            "write teammate_ids and an admin's id",
        ),
        (
            &["tag", "tags", "tag_id", "tag_name", "tag_names"],
            "write tag_ids and the tag's id, not its name",
        ),
        (&["subject", "title"], "write source.subject"),
        (
            &["body", "text", "message", "content"],
            "write source.body = 'refund', one word of the first message",
        ),
        (
            &["channel", "type", "source", "source_type"],
            "write source.type = 'email'",
        ),
        (
            &["rating", "csat", "score"],
            "write conversation_rating.score",
        ),
        (
            &[
                "last_reply_at",
                "last_contact_reply_at",
                "last_admin_reply_at",
            ],
            "write statistics.last_contact_reply_at or statistics.last_admin_reply_at",
        ),
        (
            &["closed_at", "last_close_at"],
            "write statistics.last_close_at",
        ),
        (
            &["compan*"],
            "search contacts of the company, then write contact_ids IN (…)",
        ),
    ],
};

const STATE: Choice = Choice {
    noun: "a state",
    values: &["open", "closed", "snoozed"],
    listed: "'open', 'closed' or 'snoozed'",
};

/// `conversation_rating.admin_d` is the description's spelling; whether the API's is
/// unknown, so both are here.
const FIELDS: [Field; 57] = [
    search("id", Kind::Text),
    search("created_at", Kind::Date),
    search("updated_at", Kind::Date),
    search("source.type", Kind::Text),
    search("source.id", Kind::Text),
    search("source.delivered_as", Kind::Text),
    search("source.subject", Kind::Text),
    search("source.body", Kind::Text),
    search("source.author.id", Kind::Text),
    search("source.author.type", Kind::Text),
    search("source.author.name", Kind::Text),
    search("source.author.email", Kind::Email),
    search("source.url", Kind::Text),
    search("contact_ids", Kind::Ids),
    search("teammate_ids", Kind::Ids),
    search("admin_assignee_id", Kind::Number),
    search("team_assignee_id", Kind::Number),
    search("channel_initiated", Kind::Text),
    search("open", Kind::Flag),
    search("read", Kind::Flag),
    search("state", Kind::Choice(&STATE)),
    search("waiting_since", Kind::Date),
    search("snoozed_until", Kind::Date),
    search("tag_ids", Kind::Ids),
    search("priority", Kind::Text),
    search("statistics.time_to_assignment", Kind::Number),
    search("statistics.time_to_admin_reply", Kind::Number),
    search("statistics.time_to_first_close", Kind::Number),
    search("statistics.time_to_last_close", Kind::Number),
    search("statistics.median_time_to_reply", Kind::Number),
    search("statistics.first_contact_reply_at", Kind::Date),
    search("statistics.first_assignment_at", Kind::Date),
    search("statistics.first_admin_reply_at", Kind::Date),
    search("statistics.first_close_at", Kind::Date),
    search("statistics.last_assignment_at", Kind::Date),
    search("statistics.last_assignment_admin_reply_at", Kind::Date),
    search("statistics.last_contact_reply_at", Kind::Date),
    search("statistics.last_admin_reply_at", Kind::Date),
    search("statistics.last_close_at", Kind::Date),
    search("statistics.last_closed_by_id", Kind::Text),
    search("statistics.count_reopens", Kind::Number),
    search("statistics.count_assignments", Kind::Number),
    search("statistics.count_conversation_parts", Kind::Number),
    search("conversation_rating.requested_at", Kind::Date),
    search("conversation_rating.replied_at", Kind::Date),
    search("conversation_rating.score", Kind::Number),
    search("conversation_rating.remark", Kind::Text),
    search("conversation_rating.contact_id", Kind::Text),
    search("conversation_rating.admin_id", Kind::Text),
    search("conversation_rating.admin_d", Kind::Text),
    search("ai_agent_participated", Kind::Flag),
    search("ai_agent.resolution_state", Kind::Text),
    search("ai_agent.last_answer_type", Kind::Text),
    search("ai_agent.rating", Kind::Number),
    search("ai_agent.rating_remark", Kind::Text),
    search("ai_agent.source_type", Kind::Text),
    search("ai_agent.source_title", Kind::Text),
];
