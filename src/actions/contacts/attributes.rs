//! The fields of a contact that Create Contact and Update Contact share: what
//! the page calls them, what the API calls them, and what they can hold.

use crate::api::{Settings, Version};
use crate::input::{
    AdminId, Email, Fields, Flag, FromInput, Given, Need, Object, Problem, Text, Timestamp, shown,
};
use serde_json::{Map, Value};

/// One field of a contact.
struct Attribute {
    /// The input's name, from the reference page.
    input: &'static str,
    /// The API's name (`docs/intercom-api.md`, Contacts).
    api: &'static str,
    kind: Kind,
    /// Whether the API takes null, which empties the field.
    nullable: bool,
}

#[derive(Clone, Copy)]
enum Kind {
    Role,
    Text,
    Email,
    Timestamp,
    Admin,
    Flag,
    Object,
}

const fn attribute(
    input: &'static str,
    api: &'static str,
    kind: Kind,
    nullable: bool,
) -> Attribute {
    Attribute {
        input,
        api,
        kind,
        nullable,
    }
}

const ATTRIBUTES: [Attribute; 11] = [
    attribute("role", "role", Kind::Role, false),
    attribute("email", "email", Kind::Email, false),
    attribute("name", "name", Kind::Text, true),
    attribute("external_id", "external_id", Kind::Text, false),
    attribute("phone", "phone", Kind::Text, true),
    attribute("avatar", "avatar", Kind::Text, true),
    attribute("signed_up_date", "signed_up_at", Kind::Timestamp, true),
    attribute("last_seen_date", "last_seen_at", Kind::Timestamp, true),
    attribute("owner_id", "owner_id", Kind::Admin, true),
    attribute(
        "unsubscribe_from_email",
        "unsubscribed_from_emails",
        Kind::Flag,
        true,
    ),
    attribute("custom_attribute", "custom_attributes", Kind::Object, true),
];

/// The role of a contact: `user` or `lead` (`docs/reference.md`, Role).
struct Role(&'static str);

impl FromInput for Role {
    const EXPECTED: &'static str = "user or lead";

    fn from_value(value: Value) -> Result<Self, Problem> {
        match value.as_str() {
            Some("user") => Ok(Self("user")),
            Some("lead") => Ok(Self("lead")),
            _ => Err(Problem::new(format!(
                "{} is not a role; give {}",
                shown(&value),
                Self::EXPECTED
            ))),
        }
    }
}

/// Reads the fields into the body of a request; none where a problem was noted.
pub fn read(
    fields: &mut Fields<'_>,
    settings: &Settings,
    required: &[&str],
) -> Option<Map<String, Value>> {
    // Every field is read before any problem ends it: the caller hears of all.
    let values = ATTRIBUTES.map(|attribute| {
        let is_required = required.contains(&attribute.input);
        let value = attribute.read(fields, settings.version, is_required);
        (attribute.api.to_owned(), value)
    });
    let mut body = Map::new();
    for (name, value) in values {
        match value? {
            Given::Absent => {}
            Given::Null => _ = body.insert(name, Value::Null),
            Given::Value(value) => _ = body.insert(name, value),
        }
    }
    Some(body)
}

impl Attribute {
    fn read(
        &self,
        fields: &mut Fields<'_>,
        version: Version,
        required: bool,
    ) -> Option<Given<Value>> {
        let name = self.input;
        let need = match (required, self.nullable) {
            (true, _) => Need::Value(""),
            (false, true) => Need::Nothing,
            (false, false) => Need::NotNull,
        };
        Some(match self.kind {
            Kind::Role => fields.read(name, need)?.map(|Role(role)| role.into()),
            Kind::Text => fields.read(name, need)?.map(|Text(text)| text.into()),
            Kind::Email => fields.read(name, need)?.map(|Email(email)| email.into()),
            Kind::Timestamp => {
                let time = fields.read(name, need)?;
                time.map(|time: Timestamp| time.seconds().into())
            }
            Kind::Admin => fields.read(name, need)?.map(|id: AdminId| {
                if version.has_integer_owner() {
                    id.as_integer()
                } else {
                    id.as_text()
                }
            }),
            Kind::Flag => fields.read(name, need)?.map(|Flag(flag)| flag.into()),
            Kind::Object => fields.read(name, need)?.map(|Object(map)| map.into()),
        })
    }
}
