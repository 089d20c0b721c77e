//! Tickets (`docs/intercom-api.md`, Tickets).

mod attributes;
pub mod create_ticket;
mod response;
pub mod search_tickets;
mod state;
pub mod update_ticket;

/// The hint for a ticket's id that is not found.
const CHECK_TICKET: &str = "check ticket_id, which is Intercom's id and not the number in the \
                            inbox (search-tickets finds it)";

/// Names that people expect to be inputs.
const ELSEWHERE: [(&str, &str); 7] = [
    ("ticket_attributes", "write attributes"),
    ("_default_title_", "write title"),
    ("_default_description_", "write description"),
    ("ticket_state", "write state"),
    ("ticket_state_id", "write state"),
    ("state_id", "write state"),
    ("conversation_to_link_id", "write conversation_id"),
];
