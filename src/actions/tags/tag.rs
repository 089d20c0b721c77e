//! Tag: adds a tag to an object, by the tag's name or id (`docs/intercom-api.md`,
//! Tags).

use super::tag_ref::{Found, KnownTag, TagId, TagRef, unknown};
use super::{TAG, company};
use crate::actions::{Action, Body, Target, TargetId, into_record};
use crate::api::{CORRECT_INPUT, Client, Hints, Method, NotFound, Request, Settings, Token};
use crate::input::{Flag, FromInput, InputError, InputReader};
use crate::world::tags::TagState;
use crate::world::types::{ActionError, FailureReason};
use serde_json::json;

/// `POST /{contacts, conversations, tickets}/{id}/tags`, or `POST /tags` for a company
#[derive(Debug)]
pub struct Tag {
    target: Target,
    tag: TagRef,
    create_missing: bool,
}

impl Action for Tag {
    const HINTS: Hints = Hints {
        not_found: "check INTERCOM_BASE_URL and INTERCOM_VERSION",
        no_effect: "nothing was tagged",
        conflict: CORRECT_INPUT,
        outcome: "run it again, since the object has the tag once either way",
    };
    type Credentials = Token;

    fn read(input: &mut InputReader<'_>, _: &Settings, _: &Token) -> Option<Self> {
        let target = Target::read(input);
        let tag = TagRef::read(input);
        let create = input.optional::<Flag>("create_missing");
        let create_missing = create?.is_some_and(|Flag(create)| create);
        if create_missing && matches!(tag, Some(TagRef::Id(_))) {
            let problem = "is true, and a tag can't be created by its id";
            let hint = "leave it out, or give the tag's name";
            input.note("create_missing", InputError::new(problem, hint));
        }
        Some(Self {
            target: target?,
            tag: tag?,
            create_missing,
        })
    }

    fn perform(&self, client: &mut Client<'_>) -> Result<TagState, ActionError> {
        let Target { id: target, .. } = &self.target;
        if let TargetId::Company(company) = target {
            let (tag, note) = self.tag(client)?;
            let mut state = company::mark(company, &tag, true, client)?;
            state.notes.extend(note);
            return Ok(tag.fill(state));
        }
        // Before the tag, which is not created for an object that does not exist.
        let path = target.path(client)?;
        let (tag, note) = self.tag(client)?;
        let request = Request {
            not_found: Some(self.not_found()),
            ..Request::new(Method::Post, format!("{path}/tags"))
                .with_body(self.body(&tag))
                .expecting(TAG)
        };
        let mut state: TagState = into_record(client.send(&request)?)?;
        state.tagged = Some(true);
        state.notes.extend(note);
        Ok(tag.fill(state))
    }
}

impl Tag {
    /// The tag, and a note if it was created.
    fn tag(&self, client: &mut Client<'_>) -> Result<(KnownTag, Option<String>), ActionError> {
        let near = match self.tag.find(client)? {
            Found::Tag(tag) => return Ok((tag, None)),
            Found::None { near } => near,
        };
        match &self.tag {
            TagRef::Name(name) if self.create_missing => {
                let tag = create(name.as_str(), client)?;
                Ok((tag, Some("no tag had this name: it was created".to_owned())))
            }
            _ => Err(unknown(near.as_deref(), client)),
        }
    }

    fn body(&self, tag: &KnownTag) -> Body {
        let mut body = Body::default();
        body.set("id", tag.id.as_str());
        body.set_some("admin_id", super::admin(&self.target));
        body
    }

    /// A tag that was found by its name exists, so only the target can be missing.
    fn not_found(&self) -> NotFound {
        match self.tag {
            TagRef::Name(_) => self.target.id.not_found(),
            TagRef::Id(_) => NotFound {
                problem: "Intercom has no such tag, or no such object to tag",
                hint: "check tag (list-choices with kind tags shows ids) and the id of the tagged \
                       object",
            },
        }
    }
}

impl KnownTag {
    /// Completes what the response lacks.
    pub fn fill(self, state: TagState) -> TagState {
        TagState {
            id: state.id.or_else(|| Some(self.id.as_str().to_owned())),
            name: state.name.or(self.name),
            ..state
        }
    }
}

/// Creates a tag. Intercom returns the existing one if there is one of this name.
fn create(name: &str, client: &mut Client<'_>) -> Result<KnownTag, ActionError> {
    let request = Request::new(Method::Post, "/tags")
        .with_body(json!({ "name": name }))
        .expecting(TAG);
    let (id, _) = client.send(&request)?.into_document(|tag| tag.text("id"))?;
    let id = id.and_then(|id| TagId::from_value(id.into()).ok());
    match id {
        Some(id) => Ok(KnownTag {
            id,
            name: Some(name.to_owned()),
        }),
        None => {
            let problem = "the tag was created, but Intercom returned no usable id";
            let hint = "run it again, which finds the tag by its name";
            Err(client.failed(FailureReason::MalformedResponse, problem, hint))
        }
    }
}
