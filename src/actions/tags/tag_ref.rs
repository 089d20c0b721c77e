//! How actions refer to a tag: `tag`, and `tag_kind`, which says whether it is a name or an id.
//! Intercom requires a tag's id for most objects and its name for companies; people know the name.

use super::TAG;
use crate::api::{Client, Method, NotFound, PathSegment, Request};
use crate::input::{FromInput, InputError, InputReader, id_text, nearest, quoted, unexpected};
use crate::world::allowed::tags as allowed;
use crate::world::types::{ActionError, FailureReason};
use serde_json::Value;

/// A tag as the input refers to it.
#[derive(Debug)]
pub enum TagRef {
    /// By its id.
    Id(TagId),
    /// By its name.
    Name(TagName),
}

/// A tag of the workspace, as far as known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownTag {
    /// Its id.
    pub id: TagId,
    /// Its name. Absent for a tag that was given by its id.
    pub name: Option<String>,
}

/// The tags of a workspace, searched for a name.
#[derive(Debug, PartialEq, Eq)]
pub enum Found {
    /// The tag of this name.
    Tag(KnownTag),
    /// No tag has the name; one may have a similar one.
    None {
        /// The similar name.
        near: Option<String>,
    },
}

impl TagRef {
    /// Reads a tag. `None` if an error was noted.
    pub fn read(input: &mut InputReader<'_>) -> Option<Self> {
        let kind = input.optional::<Kind>("tag_kind");
        let tag = match kind.flatten() {
            None | Some(Kind::Name) => input.required("tag").map(Self::Name),
            Some(Kind::Id) => input.required("tag").map(Self::Id),
        };
        tag.filter(|_| kind.is_some())
    }

    /// The tag, found by one request if it is given by its name.
    ///
    /// # Errors
    /// The request failed.
    pub fn find(&self, client: &mut Client<'_>) -> Result<Found, ActionError> {
        match self {
            Self::Id(id) => Ok(Found::Tag(KnownTag {
                id: id.clone(),
                name: None,
            })),
            Self::Name(name) => name.find(client),
        }
    }
}

impl KnownTag {
    /// Its name, read by one request if it is not known.
    ///
    /// # Errors
    /// There is no such tag, or the request failed.
    pub fn name(&self, client: &mut Client<'_>) -> Result<String, ActionError> {
        if let Some(name) = &self.name {
            return Ok(name.clone());
        }
        let request = Request::new(Method::Get, format!("/tags/{}", self.id.segment))
            .expecting(TAG)
            .looking_up(NO_TAG);
        let (name, _) = client
            .send(&request)?
            .into_document(|tag| tag.text("name"))?;
        name.ok_or_else(|| {
            let problem = "Intercom returned a tag without a usable name";
            let hint = "check INTERCOM_VERSION, or give tag as a name";
            client.failed(FailureReason::MalformedResponse, problem, hint)
        })
    }
}

const NO_TAG: NotFound = NotFound {
    problem: "tag: no tag has this id",
    hint: "check it (list-choices with kind tags shows ids); for a name, leave tag_kind out",
};

/// Whether a tag is given by its name or its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Name,
    Id,
}

impl FromInput for Kind {
    const EXPECTED: &'static str = allowed::TAG_KIND.listed;

    fn from_value(value: Value) -> Result<Self, InputError> {
        match allowed::TAG_KIND.find(value.as_str()) {
            Some("name") => Ok(Self::Name),
            Some(_) => Ok(Self::Id),
            None => Err(unexpected::<Self>(&value, "is not a kind of tag")),
        }
    }
}

/// The id of a tag: digits. A name would lead to a 404 that does not explain it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagId {
    text: String,
    segment: PathSegment,
}

impl TagId {
    /// The id as in a body.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The id as in a path.
    pub fn segment(&self) -> &PathSegment {
        &self.segment
    }
}

impl FromInput for TagId {
    const EXPECTED: &'static str =
        "the digits of a tag's id, such as 812345, or leave tag_kind out for its name";

    fn from_value(value: Value) -> Result<Self, InputError> {
        let refused = || unexpected::<Self>(&value, "is not a tag id");
        let text = id_text(&value, Self::EXPECTED).map_err(|_| refused())?;
        if !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(refused());
        }
        let segment = PathSegment::encode(&text).map_err(|_| refused())?;
        Ok(Self { text, segment })
    }
}

/// The name of a tag, without white space around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagName(String);

impl FromInput for TagName {
    const EXPECTED: &'static str = "the name of a tag, such as VIP";

    fn from_value(value: Value) -> Result<Self, InputError> {
        let text = id_text(&value, Self::EXPECTED).unwrap_or_default();
        match text.is_empty() {
            true => Err(unexpected::<Self>(&value, "is not a tag name")),
            false => Ok(Self(text)),
        }
    }
}

impl TagName {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn find(&self, client: &mut Client<'_>) -> Result<Found, ActionError> {
        let request = Request::new(Method::Get, "/tags");
        let (tags, _) = client.send(&request)?.into_list("data", |page| {
            let rows = page.list("data").into_iter().map(|row| row.object());
            let tags = rows.filter_map(|row| Some((row.text("name")?, row.text("id")?)));
            tags.collect::<Vec<_>>()
        })?;
        Ok(self.among(tags))
    }

    /// The tag of this name among names and ids. Intercom's names ignore case.
    fn among(&self, tags: Vec<(String, String)>) -> Found {
        let wanted = self.0.to_lowercase();
        let same = |name: &str| name.trim().to_lowercase() == wanted;
        let found = tags
            .iter()
            .find(|(name, _)| *name == self.0)
            .or_else(|| tags.iter().find(|(name, _)| same(name)));
        let known = found.and_then(|(name, id)| {
            let id = TagId::from_value(id.as_str().into()).ok()?;
            let name = Some(name.clone());
            Some(KnownTag { id, name })
        });
        match known {
            Some(tag) => Found::Tag(tag),
            None => {
                let near = nearest(&self.0, tags.iter().map(|(name, _)| name.as_str()));
                Found::None {
                    near: near.map(str::to_owned),
                }
            }
        }
    }
}

/// The error for a name that no tag has.
pub fn unknown(near: Option<&str>, client: &Client<'_>) -> ActionError {
    let near = near.map(|near| format!("write {} if you meant that, or ", quoted(near)));
    let hint = format!(
        "{}set create_missing to create it; for a tag's id, set tag_kind to id",
        near.unwrap_or_default()
    );
    client.failed(FailureReason::NotFound, "tag: no tag has this name", &hint)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use serde_json::json;

    fn among(name: &str, tags: &[(&str, &str)]) -> String {
        let owned = |(name, id): &(&str, &str)| ((*name).to_owned(), (*id).to_owned());
        let name = TagName::from_value(name.into()).unwrap();
        match name.among(tags.iter().map(owned).collect()) {
            Found::Tag(tag) => tag.id.text,
            Found::None { near } => format!("none, near {near:?}"),
        }
    }

    #[test]
    fn names_ignore_case_and_prefer_their_own() {
        let tags = [("vip", "1"), ("VIP", "2"), ("Beta tester", "3")];
        for (name, expected) in [
            ("VIP", "2"),
            ("Vip", "1"),
            (" beta TESTER ", "3"),
            ("Beta testers", "none, near Some(\"Beta tester\")"),
            ("Churned", "none, near None"),
        ] {
            assert_eq!(among(name, &tags), expected, "{name}");
        }
    }

    #[test]
    fn an_id_is_digits() {
        for (value, accepted) in [
            (json!("812345"), true),
            (json!(812_345), true),
            (json!("VIP"), false),
            (json!(""), false),
            (json!(-1), false),
            (json!(true), false),
        ] {
            assert_eq!(
                TagId::from_value(value.clone()).is_ok(),
                accepted,
                "{value}"
            );
        }
    }
}
