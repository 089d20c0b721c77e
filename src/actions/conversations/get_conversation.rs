//! Get Conversation.

use super::response::conversation;
use crate::actions::Action;
use crate::api::{
    Client, ConversationId, Expected, Hints, Method, PathSegment, Request, Settings, Token,
};
use crate::input::{Flag, InputReader, Need};
use crate::world::allowed::conversations as allowed;
use crate::world::conversations::Conversation;
use crate::world::types::ActionError;

/// `GET /conversations/{id}`
#[derive(Debug)]
pub struct GetConversation {
    id: PathSegment,
    display_as: Option<&'static str>,
    translated: Option<Flag>,
}

impl Action for GetConversation {
    const HINTS: Hints = Hints {
        not_found: super::CHECK_CONVERSATION,
        ..Hints::OF_READS
    };
    type Credentials = Token;

    fn read(input: &mut InputReader<'_>, _: &Settings, _: &Token) -> Option<Self> {
        let id = input.required::<ConversationId>("conversation_id");
        let forms = &allowed::DISPLAY_AS;
        let display_as = input.choice("display_as", Need::Nothing, forms, "is not a text format");
        let translated = input.optional("include_translations");
        Some(Self {
            id: id?.into_segment(),
            display_as: display_as?,
            translated: translated?,
        })
    }

    fn perform(&self, client: &mut Client<'_>) -> Result<Conversation, ActionError> {
        let mut request = Request::new(Method::Get, format!("/conversations/{}", self.id))
            .expecting(Expected::Object {
                types: &["conversation"],
                id: Some(self.id.clone()),
            });
        let mut query = |name: &str, value: String| request.query.0.push((name.to_owned(), value));
        if let Some(form) = self.display_as {
            query("display_as", form.to_owned());
        }
        if let Some(Flag(translated)) = self.translated {
            query("include_translations", translated.to_string());
        }
        conversation(client.send(&request)?)
    }
}
