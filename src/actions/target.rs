//! How actions on several kinds of objects refer to one: `target` is the kind, the input of that
//! kind the object, and `admin_id` the admin who acts.

use super::company_ref::{CHECK_COMPANY, CompanyRef};
use super::contact_ref::{CHECK_CONTACT, ContactRef};
use crate::api::{AdminId, Client, ConversationId, NotFound, TicketId};
use crate::input::{FromInput, InputError, InputReader, Need, unexpected};
use crate::world::allowed::tags as allowed;
use crate::world::types::ActionError;
use serde_json::Value;

/// An object, and the admin who acts on it.
#[derive(Debug)]
pub struct Target {
    /// The object.
    pub id: TargetId,
    /// The admin. Always given for a conversation or ticket.
    pub admin: Option<AdminId>,
}

/// An object by its id.
#[derive(Debug)]
pub enum TargetId {
    /// A contact.
    Contact(ContactRef),
    /// A company.
    Company(CompanyRef),
    /// A conversation.
    Conversation(ConversationId),
    /// A ticket.
    Ticket(TicketId),
}

impl Target {
    /// Reads a target. `None` if an error was noted.
    pub fn read(input: &mut InputReader<'_>) -> Option<Self> {
        let kind = input.required::<Kind>("target");
        let needed = |of: Kind| match kind {
            Some(kind) if kind == of => Need::Value(of.why()),
            _ => Need::Nothing,
        };
        let contact = ContactRef::read_for(input, needed(Kind::Contact));
        let company = CompanyRef::read_for(input, needed(Kind::Company));
        let conversation = input.read("conversation_id", needed(Kind::Conversation));
        let ticket = input.read("ticket_id", needed(Kind::Ticket));
        let needs_admin = matches!(kind, Some(Kind::Conversation | Kind::Ticket));
        let admin = match needs_admin {
            true => input
                .required_for("admin_id", "for a conversation or ticket")
                .map(Some),
            false => input.optional("admin_id"),
        };
        // Each is `None` if an error was noted. All are read first, so that the caller gets all
        // errors.
        let ids = [
            contact.map(|id| id.map(TargetId::Contact)),
            company.map(|id| id.map(TargetId::Company)),
            conversation.map(|id| id.value().map(TargetId::Conversation)),
            ticket.map(|id| id.value().map(TargetId::Ticket)),
        ];
        let all_read = ids.iter().all(Option::is_some);
        let id = kind?.only(ids.into_iter().flatten().flatten(), input);
        let id = id.filter(|_| all_read);
        Some(Self {
            id: id?,
            admin: admin?,
        })
    }
}

impl TargetId {
    /// The path of the object, such as `/contacts/con_abc123456`. Looks up a contact or company
    /// that is not given by Intercom's id.
    ///
    /// # Errors
    /// As for [`ContactRef::resolve`] and [`CompanyRef::resolve`].
    pub fn path(&self, client: &mut Client<'_>) -> Result<String, ActionError> {
        Ok(match self {
            Self::Contact(contact) => {
                let id = contact.resolve(client)?.into_segment();
                format!("/contacts/{id}")
            }
            Self::Company(company) => {
                let id = company.resolve(client)?.into_segment();
                format!("/companies/{id}")
            }
            Self::Conversation(id) => format!("/conversations/{}", id.clone().into_segment()),
            Self::Ticket(id) => format!("/tickets/{}", id.clone().into_segment()),
        })
    }

    /// What a 404 of the object means.
    pub fn not_found(&self) -> NotFound {
        match self {
            Self::Contact(_) => NotFound {
                problem: "contact_id: Intercom has no such contact",
                hint: CHECK_CONTACT,
            },
            Self::Company(_) => NotFound {
                problem: "company_id: Intercom has no such company",
                hint: CHECK_COMPANY,
            },
            Self::Conversation(_) => NotFound {
                problem: "conversation_id: Intercom has no such conversation",
                hint: "check conversation_id, which is in the URL of the conversation in the \
                       inbox; it is not the id of a message",
            },
            Self::Ticket(_) => NotFound {
                problem: "ticket_id: Intercom has no such ticket",
                hint: "check ticket_id, which is Intercom's id and not the number in the inbox",
            },
        }
    }

    fn kind(&self) -> Kind {
        match self {
            Self::Contact(_) => Kind::Contact,
            Self::Company(_) => Kind::Company,
            Self::Conversation(_) => Kind::Conversation,
            Self::Ticket(_) => Kind::Ticket,
        }
    }
}

/// The kind of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Contact,
    Company,
    Conversation,
    Ticket,
}

impl FromInput for Kind {
    const EXPECTED: &'static str = allowed::TARGET.listed;

    fn from_value(value: Value) -> Result<Self, InputError> {
        match allowed::TARGET.find(value.as_str()) {
            Some("contact") => Ok(Self::Contact),
            Some("company") => Ok(Self::Company),
            Some("conversation") => Ok(Self::Conversation),
            Some("ticket") => Ok(Self::Ticket),
            _ => Err(unexpected::<Self>(&value, "is not a kind of target")),
        }
    }
}

impl Kind {
    /// Why its input is required.
    fn why(self) -> &'static str {
        match self {
            Self::Contact => "for a contact",
            Self::Company => "for a company",
            Self::Conversation => "for a conversation",
            Self::Ticket => "for a ticket",
        }
    }

    /// The input that holds its id, and its name.
    fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Contact => ("contact_id", "contact"),
            Self::Company => ("company_id", "company"),
            Self::Conversation => ("conversation_id", "conversation"),
            Self::Ticket => ("ticket_id", "ticket"),
        }
    }

    /// The id of this kind. An id of another kind is an error: it would be unclear which object is
    /// meant.
    fn only(
        self,
        ids: impl Iterator<Item = TargetId>,
        input: &mut InputReader<'_>,
    ) -> Option<TargetId> {
        let (wanted, others): (Vec<_>, Vec<_>) = ids.partition(|id| id.kind() == self);
        for other in &others {
            let (field, name) = other.kind().names();
            let (_, target) = self.names();
            let problem = format!("is for a {name}, but target is {target}");
            let hint = format!("leave it out, or set target to {name}");
            input.note(field, InputError::new(problem, hint));
        }
        wanted.into_iter().next().filter(|_| others.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::{Context, Notes, RawInput};
    use crate::world::allowed::notes;

    /// The errors of an input; empty if it is read.
    fn errors(input: &str) -> String {
        let (context, noted) = (Context::default(), Notes::default());
        let input = RawInput::from_json(input).unwrap_or_default();
        let mut reader = InputReader::new(input, &context, &noted);
        let target = Target::read(&mut reader);
        let lines = reader.finish().0.lines().join("\n");
        assert_eq!(target.is_none(), !lines.is_empty(), "{lines}");
        lines
    }

    #[test]
    fn a_target_has_its_id_and_no_other() {
        for (input, expected) in [
            (r#"{"target": "contact", "contact_id": "c1"}"#, ""),
            (
                r#"{"target": " Company", "company_id": 7, "company_id_kind": "company_id"}"#,
                "",
            ),
            (
                r#"{"target": "ticket", "ticket_id": 494, "admin_id": 814860}"#,
                "",
            ),
            (
                r#"{"target": "ticket"}"#,
                "ticket_id: is required for a ticket; give Intercom's id of the ticket, such as \
                 494, which is not the number in the inbox; search-tickets finds it\n\
                 admin_id: is required for a conversation or ticket; give the digits of an \
                 admin's id, such as 814860; list-choices with kind admins shows them",
            ),
            (
                r#"{"target": "contact", "contact_id": "c1", "conversation_id": "9"}"#,
                "conversation_id: is for a conversation, but target is contact; leave it out, or \
                 set target to conversation",
            ),
            (
                r#"{"target": "contact", "company_id": "9"}"#,
                "contact_id: is required for a contact; give the contact's id from the URL of its \
                 page in Intercom, such as con_abc123456\n\
                 company_id: is for a company, but target is contact; leave it out, or set \
                 target to company",
            ),
            (
                r#"{"target": "user", "contact_id": "c1"}"#,
                "target: \"user\" is not a kind of target; give contact, company, conversation \
                 or ticket",
            ),
        ] {
            assert_eq!(errors(input), expected, "{input}");
        }
    }

    #[test]
    fn tags_and_notes_have_the_same_targets() {
        assert_eq!(allowed::TARGET.values, notes::TARGET.values);
    }
}
