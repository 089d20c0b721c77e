//! Send Message: an email or an in-app message from an admin
//! (`docs/intercom-api.md`, Messages).

use super::{Action, JsonObject, Output};
use crate::api::{Advice, Client, Method, Object, Request, Settings, Token};
use crate::input::{
    AdminId, ContactId, Fields, Flag, Form, FromInput, Problem, Record, Text, shown,
};
use crate::world::messages::{self, Message, SendMessageInput};
use crate::world::types::ActionError;
use serde_json::{Map, Value, json};

/// `POST /messages`
#[derive(Debug)]
pub struct SendMessage {
    body: Map<String, Value>,
}

impl Action for SendMessage {
    const ID: &'static str = "send-message";
    const ADVICE: Advice = Advice {
        not_found: "Check that recipient_contact_id is a contact and from_id an admin (list-admins \
                    shows them); a contact made a moment ago can't be messaged yet",
        conflict: "Nothing was sent. Correct what it names",
        outcome: "Look at the contact's conversations before sending it again",
    };
    type Credentials = Token;
    type Output = Message;

    fn read(fields: &mut Fields<'_>, _: &Settings, _: &Token) -> Option<Self> {
        let recipient_type = fields.required::<RecipientType>("recipient_contact_type");
        let recipient_id = fields.required::<ContactId>("recipient_contact_id");
        let message_type = fields.required::<MessageType>("message_type");
        let from = fields.required::<AdminId>("from_id");
        let is_email = message_type == Some(MessageType::Email);
        let subject = of_email(fields, "subject", is_email);
        let text = fields.required::<Text>("body");
        let template = of_email(fields, "template", is_email);
        let cc = fields.list::<Recipient>("cc");
        let bcc = fields.list::<Recipient>("bcc");
        let opens = fields.optional::<Flag>("create_conversation_without_contact_reply");

        let to = Recipient {
            kind: recipient_type?,
            id: recipient_id?,
        };
        let Text(text) = text?;
        let mut body = Map::new();
        body.insert("message_type".into(), message_type?.on_the_wire().into());
        body.extend(subject?.map(|Text(subject)| ("subject".into(), subject.into())));
        body.insert("body".into(), text.into());
        body.extend(template?.map(|Text(template)| ("template".into(), template.into())));
        body.insert(
            "from".into(),
            json!({"type": "admin", "id": from?.as_integer()}),
        );
        body.insert("to".into(), to.to_json());
        body.extend(copies("cc", &cc?));
        body.extend(copies("bcc", &bcc?));
        body.extend(opens?.map(|Flag(opens)| {
            (
                "create_conversation_without_contact_reply".into(),
                opens.into(),
            )
        }));
        Some(Self { body })
    }

    fn perform(&self, client: &mut Client<'_>) -> Result<Message, ActionError> {
        let request = Request::new(Method::Post, "/messages").with_body(self.body.clone());
        let (message, body) = client.send(&request)?.into_document(read)?;
        Ok(Message {
            notes: body.notes,
            response: body.json,
            ..message
        })
    }
}

/// The fields of a message; its `response` is left to the caller.
fn read(message: &Object<'_>) -> Message {
    Message {
        id: message.text("id"),
        message_type: message.text("message_type"),
        subject: message.text("subject"),
        body: message.text("body"),
        created_at: message.integer("created_at"),
        conversation_id: message.text("conversation_id"),
        notes: Vec::new(),
        response: String::new(),
    }
}

/// A field that an email must have, and any other message can have.
fn of_email(fields: &mut Fields<'_>, name: &'static str, is_email: bool) -> Option<Option<Text>> {
    if is_email {
        fields.required_for(name, "for an email").map(Some)
    } else {
        fields.optional(name)
    }
}

fn copies(name: &str, recipients: &[Recipient]) -> Option<(String, Value)> {
    let recipients: Vec<Value> = recipients.iter().map(Recipient::to_json).collect();
    (!recipients.is_empty()).then(|| (name.to_owned(), recipients.into()))
}

/// How a message travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum MessageType {
    Email,
    InApp,
}

impl MessageType {
    /// The description's request enum says `in_app`; its response enum, the
    /// older documents and the official SDK say `inapp`, and recordings of the
    /// live API show that it works.
    fn on_the_wire(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::InApp => "inapp",
        }
    }
}

impl FromInput for MessageType {
    const EXPECTED: &'static str = "email or in-app";

    fn from_value(value: Value) -> Result<Self, Problem> {
        match value.as_str() {
            Some("email") => Ok(Self::Email),
            Some("in-app" | "in_app" | "inapp") => Ok(Self::InApp),
            _ => Err(Problem::new(format!(
                "{} is not a message type; give {}",
                shown(&value),
                Self::EXPECTED
            ))),
        }
    }
}

/// What kind of contact a message goes to. `contact` is accepted by the live
/// API (`docs/intercom-api.md`, Messages), for those who don't know which of
/// the two it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct RecipientType(&'static str);

impl FromInput for RecipientType {
    const EXPECTED: &'static str = "user, lead or contact";

    fn from_value(value: Value) -> Result<Self, Problem> {
        let known = ["user", "lead", "contact"]
            .into_iter()
            .find(|known| value == *known);
        known.map(Self).ok_or_else(|| {
            Problem::new(format!(
                "{} is not a recipient type; give {}",
                shown(&value),
                Self::EXPECTED
            ))
        })
    }
}

#[derive(Debug)]
struct Recipient {
    kind: RecipientType,
    id: ContactId,
}

impl Recipient {
    fn to_json(&self) -> Value {
        json!({"type": self.kind.0, "id": self.id.as_str()})
    }
}

impl Record for Recipient {
    const EXPECTED: &'static str =
        "a list such as [{\"contact_type\": \"user\", \"contact_id\": \"con_abc123456\"}]";

    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let kind = fields.required("contact_type");
        let id = fields.required("contact_id");
        Some(Self {
            kind: kind?,
            id: id?,
        })
    }
}

impl From<SendMessageInput> for Form {
    fn from(input: SendMessageInput) -> Self {
        Form::default()
            .with("recipient_contact_type", input.recipient_contact_type)
            .with("recipient_contact_id", input.recipient_contact_id)
            .with("message_type", input.message_type)
            .with("from_id", input.from_id)
            .with_option("subject", input.subject)
            .with("body", input.body)
            .with_option("template", input.template)
            .with_list("cc", input.cc)
            .with_list("bcc", input.bcc)
            .with_option(
                "create_conversation_without_contact_reply",
                input.create_conversation_without_contact_reply,
            )
    }
}

impl From<messages::Recipient> for Form {
    fn from(recipient: messages::Recipient) -> Self {
        Form::default()
            .with("contact_type", recipient.contact_type)
            .with("contact_id", recipient.contact_id)
    }
}

impl Output for Message {
    fn to_json(&self) -> String {
        JsonObject::default()
            .value("id", &self.id)
            .value("message_type", &self.message_type)
            .value("subject", &self.subject)
            .value("body", &self.body)
            .value("created_at", self.created_at)
            .value("conversation_id", &self.conversation_id)
            .value("notes", &self.notes)
            .json("response", &self.response)
            .finish()
    }
}
