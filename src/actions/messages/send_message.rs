//! Send Message: an email or an in-app message from an admin
//! (`docs/intercom-api.md`, Messages).

use crate::actions::{Action, Body, into_record};
use crate::api::{
    AdminId, CORRECT_INPUT, Client, ContactId, Expected, Hints, Method, Request, Settings, Token,
};
use crate::input::{Flag, FromInput, InputError, InputReader, Record, Text, unexpected};
use crate::world::allowed::messages as allowed;
use crate::world::messages::Message;
use crate::world::types::ActionError;
use serde_json::{Value, json};

/// `POST /messages`
#[derive(Debug)]
pub struct SendMessage {
    body: Body,
}

impl Action for SendMessage {
    const HINTS: Hints = Hints {
        not_found: "check recipient_contact_id and from_id (list-choices with kind admins shows \
                    admins); a contact created a moment ago can't be messaged yet",
        no_effect: "nothing was sent",
        conflict: CORRECT_INPUT,
        outcome: "check the contact's conversations before you send it again",
    };
    type Credentials = Token;

    fn read(input: &mut InputReader<'_>, _: &Settings, _: &Token) -> Option<Self> {
        let recipient_type = input.required::<RecipientType>("recipient_contact_type");
        let recipient_id = input.required::<ContactId>("recipient_contact_id");
        let message_type = input.required::<MessageType>("message_type");
        let from = input.required::<AdminId>("from_id");
        let is_email = message_type == Some(MessageType::Email);
        let subject = of_email(input, "subject", is_email);
        let text = input.required::<Text>("body");
        let template = of_email(input, "template", is_email);
        let cc = input.list::<Recipient>("cc");
        let bcc = input.list::<Recipient>("bcc");
        let opens = input.optional::<Flag>("create_conversation_without_contact_reply");

        let to = Recipient {
            kind: recipient_type?,
            id: recipient_id?,
        };
        let Text(text) = text?;
        let mut body = Body::default();
        body.set("message_type", message_type?.on_the_wire());
        body.set_some("subject", subject?.map(|Text(subject)| subject));
        body.set("body", text);
        body.set_some("template", template?.map(|Text(template)| template));
        body.set("from", json!({"type": "admin", "id": from?.as_integer()}));
        body.set("to", to.to_json());
        body.set_some("cc", copies(&cc?));
        body.set_some("bcc", copies(&bcc?));
        body.set_some(
            "create_conversation_without_contact_reply",
            opens?.map(|Flag(opens)| opens),
        );
        Some(Self { body })
    }

    fn perform(&self, client: &mut Client<'_>) -> Result<Message, ActionError> {
        let request = Request::new(Method::Post, "/messages")
            .with_body(self.body.clone())
            .expecting(MESSAGE);
        into_record(client.send(&request)?)
    }
}

/// What the response to a sent message must be.
const MESSAGE: Expected = Expected::Object {
    types: &["admin_message", "user_message", "message"],
    id: None,
};

/// A field that an email requires, and other messages may have.
fn of_email(
    input: &mut InputReader<'_>,
    name: &'static str,
    is_email: bool,
) -> Option<Option<Text>> {
    if is_email {
        input.required_for(name, "for an email").map(Some)
    } else {
        input.optional(name)
    }
}

fn copies(recipients: &[Recipient]) -> Option<Vec<Value>> {
    let recipients: Vec<Value> = recipients.iter().map(Recipient::to_json).collect();
    (!recipients.is_empty()).then_some(recipients)
}

/// How a message is sent.
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

    fn from_value(value: Value) -> Result<Self, InputError> {
        match allowed::MESSAGE_TYPE.find(value.as_str()) {
            Some("email") => Ok(Self::Email),
            // In its three spellings.
            Some(_) => Ok(Self::InApp),
            None => Err(unexpected::<Self>(&value, "is not a message type")),
        }
    }
}

/// What kind of contact a message goes to. The live API also accepts `contact`
/// (`docs/intercom-api.md`, Messages), for callers who don't know the kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct RecipientType(&'static str);

impl FromInput for RecipientType {
    const EXPECTED: &'static str = allowed::RECIPIENT_CONTACT_TYPE.listed;

    fn from_value(value: Value) -> Result<Self, InputError> {
        let known = allowed::RECIPIENT_CONTACT_TYPE.find(value.as_str());
        known
            .map(Self)
            .ok_or_else(|| unexpected::<Self>(&value, "is not a recipient type"))
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

    fn read(input: &mut InputReader<'_>) -> Option<Self> {
        let kind = input.required("contact_type");
        let id = input.required("contact_id");
        Some(Self {
            kind: kind?,
            id: id?,
        })
    }
}
