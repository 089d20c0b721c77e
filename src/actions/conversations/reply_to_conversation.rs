//! Reply To Conversation: a comment or a note of an admin, or a comment of a contact
//! (`docs/intercom-api.md`, Conversations).

use super::attachments::AttachmentUrls;
use super::response::conversation;
use crate::actions::{Action, ContactRef};
use crate::api::{
    AdminId, Client, ConversationId, Hints, Method, NotFound, PathSegment, Request, Settings, Token,
};
use crate::input::{
    Email, Flag, FromInput, InputError, InputReader, Need, Text, Timestamp, unexpected,
};
use crate::world::allowed::conversations as allowed;
use crate::world::conversations::Conversation;
use crate::world::types::ActionError;
use serde_json::{Map, Value};

/// `POST /conversations/{id}/reply`
#[derive(Debug)]
pub struct ReplyToConversation {
    id: PathSegment,
    body: Map<String, Value>,
    not_found: NotFound,
}

impl Action for ReplyToConversation {
    const HINTS: Hints = Hints {
        not_found: super::CHECK_CONVERSATION,
        no_effect: "nothing was sent",
        conflict: "correct what Intercom names",
        outcome: "see with get-conversation whether its last part is this reply before sending it \
                  again",
    };
    type Credentials = Token;

    fn read(input: &mut InputReader<'_>, _: &Settings, _: &Token) -> Option<Self> {
        let id = input.required::<ConversationId>("conversation_id");
        let author = Author::read(input);
        let kind = input.optional::<MessageType>("message_type");
        let text = input.required::<Text>("body");
        let attachments = input.optional::<AttachmentUrls>("attachment_urls");
        let created_at = input.optional::<Timestamp>("created_at");
        let MessageType(kind) = kind?.unwrap_or(MessageType(COMMENT));
        let (author, Text(text)) = (author?, text?);
        if let (NOTE, Author::Contact(_)) = (kind, &author) {
            let problem = "is note, and contacts write no notes";
            let hint = "give comment, or reply_as admin with an admin_id";
            input.note("message_type", InputError::new(problem, hint));
        }
        if text.trim().is_empty() {
            input.note(
                "body",
                InputError::new("is empty", "give the text of the reply"),
            );
        }
        let mut body = Map::new();
        body.insert("message_type".into(), kind.into());
        let not_found = author.not_found();
        author.write(&mut body);
        body.insert("body".into(), text.into());
        if let Some(AttachmentUrls(urls)) = attachments?.filter(|urls| !urls.0.is_empty()) {
            body.insert("attachment_urls".into(), urls.into());
        }
        if let Some(time) = created_at? {
            body.insert("created_at".into(), time.seconds().into());
        }
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

/// The inputs of the one kind of author, which the other does not have.
const OF_ADMINS: [&str; 2] = ["admin_id", "skip_notifications"];
const OF_CONTACTS: [&str; 2] = ["contact_id", "contact_id_kind"];

impl Author {
    fn read(input: &mut InputReader<'_>) -> Option<Self> {
        let ReplyAs(kind) = input.required("reply_as").unwrap_or_default();
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
        match kind {
            "admin" => {
                refuse(input, contact.is_some(), OF_CONTACTS, "admin", "contact");
                let id = admin?;
                Some(Self::Admin {
                    id,
                    skip_notifications,
                })
            }
            "contact" => {
                let given = admin.is_some() || skip_notifications.is_some();
                refuse(input, given, OF_ADMINS, "contact", "admin");
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
                       inbox, and that contact_id and contact_id_kind name a contact",
            },
        }
    }

    fn write(self, body: &mut Map<String, Value>) {
        let mut put = |name: &str, value: Value| body.insert(name.to_owned(), value);
        match self {
            Self::Admin {
                id,
                skip_notifications,
            } => {
                put("type", "admin".into());
                put("admin_id", id.as_text());
                skip_notifications.map(|skip| put("skip_notifications", skip.into()));
            }
            Self::Contact(contact) => {
                put("type", "user".into());
                match contact {
                    ContactRef::Id(id) => put("intercom_user_id", id.as_str().into()),
                    ContactRef::ExternalId(key) => put("user_id", key.as_str().into()),
                    ContactRef::Email(Email(email)) => put("email", email.into()),
                };
            }
        }
    }
}

/// Notes inputs that belong to the other kind of author: which of the two replies is
/// then unclear, and a reply can't be taken back.
fn refuse(input: &mut InputReader<'_>, given: bool, names: [&str; 2], kind: &str, other: &str) {
    if given {
        let [first, second] = names;
        let problem =
            format!("is {kind}, but {first} or {second} is given, for a reply as {other}");
        let hint = format!("leave {first} and {second} out, or give reply_as {other}");
        input.note("reply_as", InputError::new(problem, hint));
    }
}

/// As whom a reply is sent.
#[derive(Default, Clone, Copy)]
struct ReplyAs(&'static str);

impl FromInput for ReplyAs {
    const EXPECTED: &'static str = allowed::REPLY_AS.listed;

    fn from_value(value: Value) -> Result<Self, InputError> {
        let known = allowed::REPLY_AS.find(value.as_str());
        known
            .map(Self)
            .ok_or_else(|| unexpected::<Self>(&value, "is not who replies"))
    }
}

/// Who sees the reply.
struct MessageType(&'static str);

impl FromInput for MessageType {
    const EXPECTED: &'static str = allowed::MESSAGE_TYPE.listed;

    fn from_value(value: Value) -> Result<Self, InputError> {
        let known = allowed::MESSAGE_TYPE.find(value.as_str());
        known
            .map(Self)
            .ok_or_else(|| unexpected::<Self>(&value, "is not a message type"))
    }
}
