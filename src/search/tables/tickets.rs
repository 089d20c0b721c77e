//! Tickets (`docs/intercom-api.md`, Search).

use crate::api::field::{Choice, Field, Kind, search};
use crate::search::fields::{EVERY, Table};

/// The search for tickets.
pub static TICKETS: Table = Table {
    rows: "tickets",
    fields: &FIELDS,
    // The API's name, and the one that the ticket's own field suggests.
    attributes: &["ticket_attribute.", "ticket_attributes."],
    attribute_hint: "write ticket_attribute. and the attribute's id, which is in the ticket's \
                     type, for a ticket attribute",
    exact_dates: EVERY,
    exact_attributes: Some(EVERY),
    per_page: 20,
    example: ("state", "submitted"),
    expected: "a formula, such as state = 'submitted' AND created_at > '2023-01-01', or a JSON \
               filter",
    meanings: &[
        (
            &[
                "ticket_state",
                "ticket_state_id",
                "state_id",
                "status",
                "ticket_status",
            ],
            "write state = 'submitted', 'in_progress', 'waiting_on_customer' or 'resolved'",
        ),
        (
            &["is_open", "closed", "is_closed"],
            "write open = true or open = false",
        ),
        (
            &["ticket_id", "number", "ticket_number"],
            "write id and Intercom's id of the ticket, which is not the number in the inbox",
        ),
        (
            &["type", "ticket_type", "type_id", "ticket_type_name"],
            "write ticket_type_id and the type's id",
        ),
        (
            &[
                "contact",
                "contacts",
                "contact_id",
                "user_id",
                "lead_id",
                "customer_id",
                "email",
            ],
            "write contact_ids and Intercom's id of a contact",
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
        (&["subject", "name", "_default_title_"], "write title"),
        (
            &["body", "text", "content", "_default_description_"],
            "write description",
        ),
        (
            &["tag", "tags", "tag_id", "tag_ids", "tag_name"],
            "leave it out, since tickets can't be searched by tags",
        ),
        (
            &["compan*"],
            "search contacts of the company, then write contact_ids IN (…)",
        ),
    ],
};

/// The names differ from those in a ticket.
const CATEGORY: Choice = Choice {
    noun: "a category",
    values: &["request", "task", "tracker"],
    listed: "'request' (customer tickets), 'task' (back-office) or 'tracker'",
};

const FIELDS: [Field; 14] = [
    search("id", Kind::Text),
    search("created_at", Kind::Date),
    search("updated_at", Kind::Date),
    search("title", Kind::Text),
    search("description", Kind::Text),
    search("category", Kind::Choice(&CATEGORY)),
    search("ticket_type_id", Kind::Text),
    search("contact_ids", Kind::Ids),
    search("teammate_ids", Kind::Ids),
    search("admin_assignee_id", Kind::Text),
    search("team_assignee_id", Kind::Text),
    search("open", Kind::Flag),
    search("state", Kind::Text),
    search("snoozed_until", Kind::Date),
];
