//! Reply To Conversation: a comment or a note of an admin, or a comment of a contact
//! (`docs/intercom-api.md`, Conversations).

use super::attachments::AttachmentUrls;
use super::response::conversation;
use crate::actions::{Action, Body, ContactRef};
use crate::api::{
    AdminId, CORRECT_INPUT, Client, ConversationId, Hints, Method, NotFound, PathSegment, Request,
    Settings, Token,
};
use crate::input::{Email, Flag, InputError, InputReader, Need, Text, Timestamp, list_names};
use crate::world::allowed::conversations as allowed;
use crate::world::conversations::Conversation;
use crate::world::types::ActionError;

/// `POST /conversations/{id}/reply`
#[derive(Debug)]
pub struct ReplyToConversation {
    id: PathSegment,
    body: Body,
    not_found: NotFound,
}

impl Action for ReplyToConversation {
    const HINTS: Hints = Hints {
        not_found: super::CHECK_CONVERSATION,
        no_effect: "nothing was sent",
        conflict: CORRECT_INPUT,
        outcome: "check with get-conversation whether its last part is this reply before you send \
                  it again",
    };
    type Credentials = Token;

    fn read(input: &mut InputReader<'_>, _: &Settings, _: &Token) -> Option<Self> {
        let id = input.required::<ConversationId>("conversation_id");
        let author = Author::read(input);
        let kinds = &allowed::MESSAGE_TYPE;
        let kind = input.choice(
            "message_type",
            Need::Nothing,
            kinds,
            "is not a message type",
        );
        let text = input.required::<Text>("body");
        if text
            .as_ref()
            .is_some_and(|Text(text)| text.trim().is_empty())
        {
            input.note(
                "body",
                InputError::new("is empty", "give the text of the reply"),
            );
        }
        let attachments = input.optional::<AttachmentUrls>("attachment_urls");
        let created_at = input.optional::<Timestamp>("created_at");
        let kind = kind?.unwrap_or(COMMENT);
        let (author, Text(text)) = (author?, text?);
        if let (NOTE, Author::Contact(_)) = (kind, &author) {
            let problem = "is note, and a contact can't write notes";
            let hint = "give comment, or reply_as admin with an admin_id";
            input.note("message_type", InputError::new(problem, hint));
        }
        let mut body = Body::default();
        body.set("message_type", kind);
        let not_found = author.not_found();
        author.write(&mut body);
        body.set("body", text);
        let urls = attachments?.map(|AttachmentUrls(urls)| urls);
        body.set_some("attachment_urls", urls.filter(|urls| !urls.is_empty()));
        body.set_some("created_at", created_at?.map(Timestamp::seconds));
        Some(Self {
            id: id?.into_segment(),
            body,
            not_found,
        })
    }

    fn perform(&self, client: &mut Client<'_>) -> Result<Conversation, ActionError> {
        let path = format!("/conversations/{}/reply", self.id);
        let mut request = Request::new(Method::Post, path)
            .with_body(self.body.clone())
            .expecting(super::CONVERSATION);
        request.not_found = Some(self.not_found);
        conversation(client.send(&request)?)
    }
}

const COMMENT: &str = "comment";
const NOTE: &str = "note";

/// Who replies.
enum Author {
    Admin {
        id: AdminId,
        skip_notifications: Option<bool>,
    },
    Contact(ContactRef),
}

impl Author {
    fn read(input: &mut InputReader<'_>) -> Option<Self> {
        let (need, authors) = (Need::Value(""), &allowed::REPLY_AS);
        let kind = input.choice("reply_as", need, authors, "is not a kind of author");
        let kind = kind.flatten().unwrap_or_default();
        let (is_admin, is_contact) = (kind == "admin", kind == "contact");
        let need = |is_needed, why| match is_needed {
            true => Need::Value(why),
            false => Need::Nothing,
        };
        let admin = input.read::<AdminId>("admin_id", need(is_admin, "for an admin's reply"));
        let contact = ContactRef::read_for(input, need(is_contact, "for a contact's reply"));
        let skip = input.optional::<Flag>("skip_notifications");
        let (admin, contact, skip) = (admin?.value(), contact?, skip?);
        let skip_notifications = skip.map(|Flag(skip)| skip);
        let of_admins = [
            ("admin_id", admin.is_some()),
            ("skip_notifications", skip_notifications.is_some()),
        ];
        match kind {
            "admin" => {
                refuse(
                    input,
                    &[("contact_id", contact.is_some())],
                    "admin",
                    "contact",
                );
                let id = admin?;
                Some(Self::Admin {
                    id,
                    skip_notifications,
                })
            }
            "contact" => {
                refuse(input, &of_admins, "contact", "admin");
                contact.map(Self::Contact)
            }
            _ => None,
        }
    }

    fn not_found(&self) -> NotFound {
        match self {
            Self::Admin { .. } => NotFound {
                problem: "Intercom has no such conversation, or no such admin",
                hint: super::CHECK_CONVERSATION_AND_ADMIN,
            },
            Self::Contact(_) => NotFound {
                problem: "Intercom has no such conversation, or no such contact",
                hint: "check conversation_id, which is in the URL of the conversation in the \
                       inbox, contact_id and contact_id_kind",
            },
        }
    }

    fn write(self, body: &mut Body) {
        match self {
            Self::Admin {
                id,
                skip_notifications,
            } => {
                body.set("type", "admin");
                body.set("admin_id", id.as_text());
                body.set_some("skip_notifications", skip_notifications);
            }
            Self::Contact(contact) => {
                body.set("type", "user");
                match contact {
                    ContactRef::Id(id) => body.set("intercom_user_id", id.as_str()),
                    ContactRef::ExternalId(key) => body.set("user_id", key.as_str()),
                    ContactRef::Email(Email(email)) => body.set("email", email),
                }
            }
        }
    }
}

/// Notes inputs that belong to the other kind of author: which of the two replies is
/// then unclear, and a reply can't be taken back.
fn refuse(input: &mut InputReader<'_>, inputs: &[(&str, bool)], kind: &str, other: &str) {
    let given = inputs.iter().filter(|(_, is_given)| *is_given);
    let given: Vec<&str> = given.map(|(name, _)| *name).collect();
    if !given.is_empty() {
        let given = list_names(&given, "and");
        let problem = format!("is {kind}, but {given} is given, for a reply as {other}");
        let hint = format!("leave {given} out, or give reply_as {other}");
        input.note("reply_as", InputError::new(problem, hint));
    }
}
