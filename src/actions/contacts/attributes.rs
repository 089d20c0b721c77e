//! The fields of a contact that Create Contact and Update Contact share.

use super::avatar::Avatar;
use crate::actions::custom_attributes::CustomAttributes;
use crate::api::contact::FIELDS;
use crate::api::field::{Access, Field, Kind};
use crate::api::{AdminId, Settings, Version};
use crate::input::{
    Email, ExternalId, Flag, FromInput, InputError, InputReader, Need, Patch, Text, Timestamp,
    unexpected,
};
use crate::world::allowed::contacts as allowed;
use serde_json::{Map, Value};

/// The role of a contact.
pub struct Role(pub &'static str);

impl FromInput for Role {
    const EXPECTED: &'static str = allowed::ROLE.listed;

    fn from_value(value: Value) -> Result<Self, InputError> {
        let known = allowed::ROLE.find(value.as_str());
        known
            .map(Self)
            .ok_or_else(|| unexpected::<Self>(&value, "is not a role"))
    }
}

/// What people try to set on a contact, and the action that does.
const ELSEWHERE: [(&str, &str); 6] = [
    ("companies", COMPANIES),
    ("company", COMPANIES),
    ("company_id", COMPANIES),
    ("tags", TAGS),
    ("tag", TAGS),
    ("tag_id", TAGS),
];

const COMPANIES: &str = "add the contact to a company with link-company";

const TAGS: &str = "add tags with the action tag";

/// Reads the fields into the body of a request. `None` if an error was noted.
pub fn read(
    input: &mut InputReader<'_>,
    settings: &Settings,
    required: &[&str],
) -> Option<Map<String, Value>> {
    input.hint_at(&ELSEWHERE);
    let writable = FIELDS.iter().filter(|field| field.access != Access::Search);
    // Read every field, so that the caller gets all errors.
    let values: Vec<_> = writable
        .map(|field| {
            let is_required = required.contains(&field.page_name);
            let value = read_field(field, input, settings.version, is_required);
            (field.name.to_owned(), value)
        })
        .collect();
    let mut body = Map::new();
    for (name, value) in values {
        match value? {
            Patch::Absent => {}
            Patch::Null => _ = body.insert(name, Value::Null),
            Patch::Value(value) => _ = body.insert(name, value),
        }
    }
    Some(body)
}

fn read_field(
    field: &Field,
    input: &mut InputReader<'_>,
    version: Version,
    required: bool,
) -> Option<Patch<Value>> {
    let name = field.page_name;
    let need = match (required, field.access) {
        (true, _) => Need::Value(""),
        (false, Access::SetOrClear) => Need::Nothing,
        (false, _) => Need::NotNull("and Intercom can't clear this field"),
    };
    Some(match field.kind {
        Kind::Choice(_) => input.read(name, need)?.map(|Role(role)| role.into()),
        Kind::Text if name == "avatar" => input.read(name, need)?.map(|Avatar(url)| url.into()),
        Kind::Text if name == "external_id" => {
            input.read(name, need)?.map(|ExternalId(id)| id.into())
        }
        Kind::Text | Kind::Tag | Kind::Ids | Kind::Number => {
            input.read(name, need)?.map(|Text(text)| text.into())
        }
        Kind::Email => input.read(name, need)?.map(|Email(email)| email.into()),
        Kind::Date => {
            let time = input.read(name, need)?;
            time.map(|time: Timestamp| time.seconds().into())
        }
        Kind::Owner => input.read(name, need)?.map(|id: AdminId| {
            if version.has_integer_owner() {
                id.as_integer()
            } else {
                id.as_text()
            }
        }),
        Kind::Flag => input.read(name, need)?.map(|Flag(flag)| flag.into()),
        Kind::Custom => {
            let attributes = input.read(name, need)?;
            attributes.map(|CustomAttributes(map)| map.into())
        }
    })
}
