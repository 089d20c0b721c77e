//! Untag: removes a tag from an object, by the tag's name or id (`docs/intercom-api.md`,
//! Tags).

use super::tag_ref::{Found, KnownTag, TagRef};
use super::{TAG, company};
use crate::actions::{Action, FromResponse, Target, TargetId, WithBody};
use crate::api::{
    CORRECT_INPUT, Client, Hints, Method, NotFound, Object, Request, Settings, SuccessResponse,
    Token,
};
use crate::input::InputReader;
use crate::world::tags::TagState;
use crate::world::types::{ActionError, FailureReason};
use serde_json::json;

/// `DELETE /{contacts, conversations, tickets}/{id}/tags/{tag_id}`, or `POST /tags` for
/// a company
#[derive(Debug)]
pub struct Untag {
    target: Target,
    tag: TagRef,
}

impl Action for Untag {
    const HINTS: Hints = Hints {
        not_found: "check INTERCOM_BASE_URL and INTERCOM_VERSION",
        no_effect: "nothing was changed",
        conflict: CORRECT_INPUT,
        outcome: "run it again, since the object is without the tag either way",
    };
    type Credentials = Token;

    fn read(input: &mut InputReader<'_>, _: &Settings, _: &Token) -> Option<Self> {
        let target = Target::read(input);
        let tag = TagRef::read(input);
        Some(Self {
            target: target?,
            tag: tag?,
        })
    }

    fn perform(&self, client: &mut Client<'_>) -> Result<TagState, ActionError> {
        let Target { id: target, .. } = &self.target;
        let path = match target {
            TargetId::Company(_) => String::new(),
            other => other.path(client)?,
        };
        let tag = match self.tag.find(client)? {
            Found::Tag(tag) => tag,
            Found::None { .. } => return Ok(nothing("no tag has this name")),
        };
        if let TargetId::Company(company) = target {
            let state = company::mark(company, &tag, false, client)?;
            return Ok(tag.fill(state));
        }
        match client.send(&self.request(&path, &tag)) {
            Ok(response) => Ok(tag.fill(removed(response)?)),
            Err(error) if self.was_absent(&error, &path, &tag, client)? => {
                Ok(tag.fill(nothing("it did not have the tag")))
            }
            Err(error) => Err(error),
        }
    }
}

impl Untag {
    fn request(&self, path: &str, tag: &KnownTag) -> Request {
        let path = format!("{path}/tags/{}", tag.id.segment());
        let mut request = Request::new(Method::Delete, path).expecting(TAG);
        request.not_found = Some(self.target.id.not_found());
        if let Some(admin) = super::admin(&self.target) {
            request = request.with_body(json!({"admin_id": admin}));
        }
        request
    }

    /// Whether an error means that the target did not have the tag. Conversations and tickets have
    /// an error code for it; a contact's tags are read.
    fn was_absent(
        &self,
        error: &ActionError,
        path: &str,
        tag: &KnownTag,
        client: &mut Client<'_>,
    ) -> Result<bool, ActionError> {
        let ActionError::Permanent(failure) = error else {
            return Ok(false);
        };
        if failure.reason != FailureReason::NotFound {
            return Ok(false);
        }
        match self.target.id {
            TargetId::Contact(_) => {
                let not_found = self.target.id.not_found();
                Ok(!carries(path, tag, not_found, client)?)
            }
            _ => Ok(failure.codes.iter().any(|code| code == "tag_not_found")),
        }
    }
}

/// Whether a contact has a tag.
fn carries(
    path: &str,
    tag: &KnownTag,
    not_found: NotFound,
    client: &mut Client<'_>,
) -> Result<bool, ActionError> {
    let request = Request::new(Method::Get, format!("{path}/tags")).looking_up(not_found);
    let (carries, _) = client.send(&request)?.into_list("data", |page| {
        let mut tags = page.list("data").into_iter().map(|row| row.object());
        tags.any(|row| row.text("id").as_deref() == Some(tag.id.as_str()))
    })?;
    Ok(carries)
}

/// The state after a removal. A retried DELETE may find the tag already removed; the response then
/// has no tag.
fn removed(response: SuccessResponse<'_>) -> Result<TagState, ActionError> {
    let (state, body) = match response.status() {
        400.. => (TagState::read(&Object::default()), response.into_any()?),
        _ => response.into_document(TagState::read)?,
    };
    let state = state.with_body(body);
    Ok(TagState {
        tagged: Some(false),
        ..state
    })
}

/// The state where there was nothing to remove.
fn nothing(why: &str) -> TagState {
    TagState {
        id: None,
        name: None,
        tagged: Some(false),
        notes: vec![format!("there was nothing to remove: {why}")],
        response: "null".to_owned(),
    }
}
