//! The fields of a contact that a request can set, and their types
//! (`docs/intercom-api.md`, Contacts).

use http::StatusCode;
use serde_json::{Map, Value, json};

use crate::intercom::response::ApiError;
use crate::intercom::version::Version;
use crate::intercom::workspace::{Admin, Workspace};

/// The type of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FieldType {
    Text,
    /// Text that identifies the contact; empty text clears the field.
    Identifier,
    Email,
    Boolean,
    Seconds,
    Owner,
    Attributes,
}

/// Every field with its type, and whether null clears it.
const FIELDS: [(&str, FieldType, bool); 12] = [
    ("role", FieldType::Text, false),
    ("external_id", FieldType::Identifier, false),
    ("email", FieldType::Email, false),
    ("email_verified", FieldType::Boolean, true),
    ("phone", FieldType::Text, true),
    ("name", FieldType::Text, true),
    ("avatar", FieldType::Text, true),
    ("signed_up_at", FieldType::Seconds, true),
    ("last_seen_at", FieldType::Seconds, true),
    ("owner_id", FieldType::Owner, true),
    ("unsubscribed_from_emails", FieldType::Boolean, true),
    ("custom_attributes", FieldType::Attributes, true),
];

/// The fields that responses show as they are stored.
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

/// The maximum length of a custom attribute's name and text, in characters
/// (`docs/intercom-api.md`, Custom attributes).
const MAX_ATTRIBUTE_NAME: usize = 190;
const MAX_ATTRIBUTE_TEXT: usize = 255;

/// Validated changes to fields.
#[derive(Debug, Clone, PartialEq)]
pub struct Changes(Map<String, Value>);

impl Changes {
    /// Reads the body of a request. Unknown fields are ignored, as Intercom does.
    ///
    /// # Errors
    ///
    /// 400 `parameter_invalid`, with the first field whose value is invalid.
    pub fn read(
        body: &Map<String, Value>,
        version: Version,
        workspace: &Workspace,
    ) -> Result<Self, ApiError> {
        let mut changes = Map::new();
        for (name, field_type, nullable) in FIELDS {
            let read = match body.get(name) {
                None => continue,
                Some(Value::Null) if nullable => Ok(field_type.cleared()),
                Some(value) => field_type.read(value, version, workspace),
            };
            let value = read.map_err(|message| ApiError::invalid(message).with_field(name))?;
            changes.insert(name.to_owned(), value);
        }
        let verified = changes.shift_remove("email_verified").is_some();
        match changes.get("email") {
            None | Some(Value::Null) if verified => {
                Err(ApiError::invalid("needs an email in the same request")
                    .with_field("email_verified"))
            }
            _ => Ok(Self(changes)),
        }
    }

    /// Changes that the double itself makes, and so need no validation.
    pub fn unchecked<const N: usize>(fields: [(&str, Value); N]) -> Self {
        let fields = fields.into_iter();
        Self(
            fields
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
        )
    }

    /// Checks the changes as the fields of a new contact. The default role is
    /// user.
    ///
    /// # Errors
    ///
    /// 400 if they do not identify a user, or the role is unknown.
    pub fn for_new_contact(mut self) -> Result<Self, ApiError> {
        let role = match self.0.get("role").map(Value::as_str) {
            None => "user",
            Some(Some(role @ ("user" | "lead"))) => role,
            Some(_) => {
                return Err(
                    ApiError::invalid("is not a role; give user or lead").with_field("role")
                );
            }
        };
        let has = |name| self.0.get(name).is_some_and(|value| !value.is_null());
        if role == "user" && !has("email") && !has("external_id") {
            return Err(ApiError::new(
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

    /// Checks the changes for a contact with this role. An unknown role is ignored
    /// (`docs/intercom-api.md`, Contacts).
    ///
    /// # Errors
    ///
    /// 400 `client_error` if they would convert a user to a lead.
    pub fn for_role(mut self, role: &str) -> Result<Self, ApiError> {
        match self.0.get("role").and_then(Value::as_str) {
            Some("lead") if role == "user" => Err(ApiError::new(
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

impl FieldType {
    /// The value of a cleared field.
    fn cleared(self) -> Value {
        match self {
            Self::Boolean => Value::Bool(false),
            _ => Value::Null,
        }
    }

    /// Validates a value, and returns it as it is stored.
    fn read(self, value: &Value, version: Version, workspace: &Workspace) -> Result<Value, String> {
        let expected = |what: &str| Err(format!("is {value}; give {what}"));
        match (self, value) {
            (Self::Identifier | Self::Email, Value::String(text)) if text.is_empty() => {
                Ok(Value::Null)
            }
            (Self::Email, Value::String(text)) if !is_email(text) => expected("an email address"),
            (Self::Text | Self::Identifier | Self::Email, Value::String(_))
            | (Self::Boolean, Value::Bool(_)) => Ok(value.clone()),
            (Self::Text | Self::Identifier | Self::Email, _) => expected("text"),
            (Self::Boolean, _) => expected("true or false"),
            (Self::Seconds, Value::Number(number)) if number.as_i64().is_some() => {
                Ok(value.clone())
            }
            (Self::Seconds, _) => expected("Unix seconds"),
            (Self::Owner, _) => owner(value, version, workspace),
            (Self::Attributes, Value::Object(object)) => attributes(object),
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

/// Reads an admin's id: an integer up to version 2.15, text in later ones.
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

fn attributes(object: &Map<String, Value>) -> Result<Value, String> {
    let mut read = Map::new();
    for (name, value) in object {
        let value = match value {
            _ if name.chars().count() > MAX_ATTRIBUTE_NAME || name.contains(['.', '$']) => {
                return Err(format!(
                    "has an attribute {name:?}; use up to {MAX_ATTRIBUTE_NAME} characters, without \
                     dots and dollar signs"
                ));
            }
            Value::String(text) if text.chars().count() > MAX_ATTRIBUTE_TEXT => {
                return Err(format!(
                    "has a text in {name} that is too long; give up to {MAX_ATTRIBUTE_TEXT} characters"
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

/// A list of ids, which references instances of a custom object
/// (`docs/intercom-api.md`, Custom attributes).
fn instances(name: &str, ids: &[Value]) -> Value {
    let instances: Vec<Value> = ids.iter().map(|id| json!({ "id": id })).collect();
    json!({ "type": format!("{name}.list"), "instances": instances })
}
