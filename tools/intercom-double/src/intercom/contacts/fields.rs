//! The fields of a contact that a request can set: what each may hold
//! (`docs/intercom-api.md`, Contacts).

use http::StatusCode;
use serde_json::{Map, Value, json};

use crate::intercom::answer::Refusal;
use crate::intercom::version::Version;
use crate::intercom::workspace::{Admin, Workspace};

/// What a field may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Text,
    /// Text that names the contact; if empty, it is as if it were not set.
    Name,
    Email,
    Flag,
    Seconds,
    Owner,
    Attributes,
}

/// Every field with its shape, and whether null clears it.
const FIELDS: [(&str, Shape, bool); 12] = [
    ("role", Shape::Text, false),
    ("external_id", Shape::Name, false),
    ("email", Shape::Email, false),
    ("email_verified", Shape::Flag, true),
    ("phone", Shape::Text, true),
    ("name", Shape::Text, true),
    ("avatar", Shape::Text, true),
    ("signed_up_at", Shape::Seconds, true),
    ("last_seen_at", Shape::Seconds, true),
    ("owner_id", Shape::Owner, true),
    ("unsubscribed_from_emails", Shape::Flag, true),
    ("custom_attributes", Shape::Attributes, true),
];

/// The fields that answers show as they are stored.
pub const STORED: [&str; 12] = [
    "external_id",
    "role",
    "email",
    "email_domain",
    "phone",
    "name",
    "unsubscribed_from_emails",
    "created_at",
    "updated_at",
    "signed_up_at",
    "last_seen_at",
    "last_contacted_at",
];

/// The longest name and text of a custom attribute, in characters
/// (`docs/intercom-api.md`, Custom attributes).
const MAX_ATTRIBUTE_NAME: usize = 190;
const MAX_ATTRIBUTE_TEXT: usize = 255;

/// Fields to set, each with a value that it may hold.
#[derive(Debug, Clone, PartialEq)]
pub struct Changes(Map<String, Value>);

impl Changes {
    /// Reads the body of a request. Fields that a contact does not have are left
    /// out in silence, as Intercom does.
    ///
    /// # Errors
    ///
    /// 400 `parameter_invalid`, about the first field whose value is not fitting.
    pub fn read(
        body: &Map<String, Value>,
        version: Version,
        workspace: &Workspace,
    ) -> Result<Self, Refusal> {
        let mut changes = Map::new();
        for (name, shape, nullable) in FIELDS {
            let read = match body.get(name) {
                None => continue,
                Some(Value::Null) if nullable => Ok(shape.cleared()),
                Some(value) => shape.read(value, version, workspace),
            };
            let value = read.map_err(|message| Refusal::invalid(message).about(name))?;
            changes.insert(name.to_owned(), value);
        }
        let verified = changes.shift_remove("email_verified").is_some();
        match changes.get("email") {
            None | Some(Value::Null) if verified => {
                Err(Refusal::invalid("needs an email in the same request").about("email_verified"))
            }
            _ => Ok(Self(changes)),
        }
    }

    /// Fields that need no reading, since the double itself wrote them.
    pub fn trusted<const N: usize>(fields: [(&str, Value); N]) -> Self {
        let fields = fields.into_iter();
        Self(
            fields
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
        )
    }

    /// The changes as those of a contact that is made: a user, unless they say
    /// otherwise.
    ///
    /// # Errors
    ///
    /// 400 if they do not say who it is, or name a role that there is not.
    pub fn of_a_new_contact(mut self) -> Result<Self, Refusal> {
        let role = match self.0.get("role").map(Value::as_str) {
            None => "user",
            Some(Some(role @ ("user" | "lead"))) => role,
            Some(_) => {
                return Err(Refusal::invalid("is no role; give user or lead").about("role"));
            }
        };
        let given = |name| self.0.get(name).is_some_and(|value| !value.is_null());
        if role == "user" && !given("email") && !given("external_id") {
            return Err(Refusal::new(
                StatusCode::BAD_REQUEST,
                "parameter_missing",
                "a user needs an email or an external_id",
            ));
        }
        let role = json!(role);
        self.0.insert("role".to_owned(), role);
        self.0
            .entry("unsubscribed_from_emails")
            .or_insert(Value::Bool(false));
        Ok(self)
    }

    /// The changes as those of a contact with this role. Roles that there are
    /// not are left out in silence (`docs/intercom-api.md`, Contacts).
    ///
    /// # Errors
    ///
    /// 400 `client_error` if they would make a user a lead.
    pub fn of_a(mut self, role: &str) -> Result<Self, Refusal> {
        match self.0.get("role").and_then(Value::as_str) {
            Some("lead") if role == "user" => Err(Refusal::new(
                StatusCode::BAD_REQUEST,
                "client_error",
                "a user can't be converted to a lead",
            )),
            Some("user" | "lead") => Ok(self),
            _ => {
                self.0.shift_remove("role");
                Ok(self)
            }
        }
    }

    /// The fields by name.
    pub fn into_fields(self) -> Map<String, Value> {
        self.0
    }
}

impl Shape {
    /// What a field holds that was cleared.
    fn cleared(self) -> Value {
        match self {
            Self::Flag => Value::Bool(false),
            _ => Value::Null,
        }
    }

    /// The value as it is stored.
    fn read(self, value: &Value, version: Version, workspace: &Workspace) -> Result<Value, String> {
        let expected = |what: &str| Err(format!("is {value}; give {what}"));
        match (self, value) {
            (Self::Name | Self::Email, Value::String(text)) if text.is_empty() => Ok(Value::Null),
            (Self::Email, Value::String(text)) if !is_email(text) => expected("an email address"),
            (Self::Text | Self::Name | Self::Email, Value::String(_))
            | (Self::Flag, Value::Bool(_)) => Ok(value.clone()),
            (Self::Text | Self::Name | Self::Email, _) => expected("text"),
            (Self::Flag, _) => expected("true or false"),
            (Self::Seconds, Value::Number(number)) if number.as_i64().is_some() => {
                Ok(value.clone())
            }
            (Self::Seconds, _) => expected("Unix seconds"),
            (Self::Owner, _) => owner(value, version, workspace),
            (Self::Attributes, Value::Object(given)) => attributes(given),
            (Self::Attributes, _) => expected("an object"),
        }
    }
}

fn is_email(text: &str) -> bool {
    let sides = text.split_once('@');
    sides.is_some_and(|(name, domain)| {
        !name.is_empty() && !domain.is_empty() && !domain.contains('@')
    })
}

/// The id of an admin: an integer up to version 2.15, from then on text.
fn owner(value: &Value, version: Version, workspace: &Workspace) -> Result<Value, String> {
    let (fits, kind) = match version.has_integer_owner() {
        true => (value.is_u64(), "an integer"),
        false => (value.is_string(), "text"),
    };
    if !fits {
        return Err(format!("is {value}; this version of the API takes {kind}"));
    }
    match workspace.admin(value) {
        Some(admin) => Ok(json!(Admin::id(admin))),
        None => Err("The owner specified is not a member of the workspace".to_owned()),
    }
}

fn attributes(given: &Map<String, Value>) -> Result<Value, String> {
    let mut read = Map::new();
    for (name, value) in given {
        let value = match value {
            _ if name.chars().count() > MAX_ATTRIBUTE_NAME || name.contains(['.', '$']) => {
                return Err(format!(
                    "has an attribute {name:?}; a name has up to {MAX_ATTRIBUTE_NAME} characters, \
                     none of them a dot or a dollar sign"
                ));
            }
            Value::String(text) if text.chars().count() > MAX_ATTRIBUTE_TEXT => {
                return Err(format!(
                    "has text in {name} that is longer than {MAX_ATTRIBUTE_TEXT} characters"
                ));
            }
            Value::Object(_) => return Err(format!("has an object in {name}; give a plain value")),
            Value::Array(ids) => instances(name, ids),
            plain => plain.clone(),
        };
        read.insert(name.clone(), value);
    }
    Ok(Value::Object(read))
}

/// A list of ids associates instances of a custom object
/// (`docs/intercom-api.md`, Custom attributes).
fn instances(name: &str, ids: &[Value]) -> Value {
    let instances: Vec<Value> = ids.iter().map(|id| json!({ "id": id })).collect();
    json!({ "type": format!("{name}.list"), "instances": instances })
}
