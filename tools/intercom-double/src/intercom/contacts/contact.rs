//! One contact: its fields and its JSON (`docs/intercom-api.md`, Contacts).

use serde_json::{Map, Value, json};

use super::fields::Changes;
use crate::intercom::search::{CUSTOM, Searched};
use crate::intercom::version::Version;

/// Fields that are always null: nothing in the double sets them.
const NEVER_SET: [&str; 28] = [
    "last_replied_at",
    "last_email_opened_at",
    "last_email_clicked_at",
    "language_override",
    "browser",
    "browser_version",
    "browser_language",
    "os",
    "android_app_name",
    "android_app_version",
    "android_device",
    "android_os_version",
    "android_sdk_version",
    "android_last_seen_at",
    "ios_app_name",
    "ios_app_version",
    "ios_device",
    "ios_os_version",
    "ios_sdk_version",
    "ios_last_seen_at",
    "utm_campaign",
    "utm_content",
    "utm_medium",
    "utm_source",
    "utm_term",
    "referrer",
    "enabled_push_messaging",
    "sms_consent",
];

/// Lists that are always empty, with the last segment of their URL.
const LISTS: [(&str, &str); 5] = [
    ("tags", "tags"),
    ("notes", "notes"),
    ("companies", "companies"),
    ("opted_out_subscription_types", "subscriptions"),
    ("opted_in_subscription_types", "subscriptions"),
];

/// A contact, live or archived.
#[derive(Debug, Clone)]
pub struct Contact {
    id: String,
    /// The fields that were ever set, by their names in the API.
    fields: Map<String, Value>,
    /// Whether it is archived: still readable and writable, but not searchable.
    pub archived: bool,
    /// The contacts that were merged into this one.
    pub merge_history: Vec<Value>,
}

impl Searched for Contact {
    fn value(&self, field: &str) -> Value {
        match (field, field.strip_prefix(CUSTOM)) {
            (_, Some(attribute)) => {
                let attributes = self.field("custom_attributes");
                attributes.get(attribute).cloned().unwrap_or_default()
            }
            ("formatted_phone", _) => self.field("phone"),
            ("marked_email_as_spam" | "has_hard_bounced", _) => Value::Bool(false),
            _ => self.field(field),
        }
    }
}

/// A value that is unique to a contact.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Identity {
    /// The external id of a contact.
    ExternalId(String),
    /// The email of a user, in lower case. Leads may share an email.
    Email(String),
}

impl Contact {
    /// Creates a contact at `now`, in Unix seconds.
    pub fn new(id: String, changes: Changes, now: i64) -> Self {
        let mut contact = Self {
            id,
            fields: Map::new(),
            archived: false,
            merge_history: Vec::new(),
        };
        contact.set("created_at", json!(now));
        contact.apply(changes, now);
        contact
    }

    /// The id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The role: `user` or `lead`.
    pub fn role(&self) -> &str {
        self.text("role").unwrap_or_default()
    }

    /// The value of a field; null if it was never set.
    pub fn field(&self, name: &str) -> Value {
        match name {
            "id" => json!(self.id),
            _ => self.fields.get(name).cloned().unwrap_or_default(),
        }
    }

    /// The value of a field, if it is a string.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.fields.get(name)?.as_str()
    }

    /// Sets one field.
    pub fn set(&mut self, name: &str, value: Value) {
        self.fields.insert(name.to_owned(), value);
    }

    /// Applies changes. Custom attributes change one by one; null removes one.
    pub fn apply(&mut self, changes: Changes, now: i64) {
        for (name, value) in changes.into_fields() {
            match (name.as_str(), value) {
                ("custom_attributes", Value::Object(changes)) => self.set_attributes(changes),
                (_, value) => self.set(&name, value),
            }
        }
        let domain = self.text("email").and_then(|email| email.split('@').nth(1));
        let domain = json!(domain);
        self.set("email_domain", domain);
        self.set("updated_at", json!(now));
    }

    fn set_attributes(&mut self, changes: Map<String, Value>) {
        let mut attributes = self.attributes();
        for (name, value) in changes {
            if value.is_null() {
                attributes.shift_remove(&name);
            } else {
                attributes.insert(name, value);
            }
        }
        self.set("custom_attributes", Value::Object(attributes));
    }

    fn attributes(&self) -> Map<String, Value> {
        match self.field("custom_attributes") {
            Value::Object(attributes) => attributes,
            _ => Map::new(),
        }
    }

    /// Takes over the fields of `other` that this contact lacks, except for its
    /// email and external id.
    pub fn merge_from(&mut self, other: &Self) {
        let mut attributes = other.attributes();
        attributes.extend(self.attributes());
        for (name, value) in &other.fields {
            let is_identity = matches!(name.as_str(), "email" | "email_domain" | "external_id");
            if self.field(name).is_null() && !is_identity {
                self.set(name, value.clone());
            }
        }
        self.set("custom_attributes", Value::Object(attributes));
    }

    /// The values that no other contact may have.
    pub fn identities(&self) -> Vec<Identity> {
        let external_id = self.text("external_id").map(str::to_owned);
        let email = self.text("email").filter(|_| self.role() == "user");
        let email = email.map(|email| Identity::Email(email.to_lowercase()));
        external_id
            .map(Identity::ExternalId)
            .into_iter()
            .chain(email)
            .collect()
    }

    /// The contact as responses show it.
    pub fn to_json(&self, workspace: &str, version: Version, with_history: bool) -> Value {
        let mut all = Map::new();
        let mut put = |name: &str, value: Value| all.insert(name.to_owned(), value);
        put("type", json!("contact"));
        put("id", json!(self.id));
        put("workspace_id", json!(workspace));
        for name in super::fields::STORED {
            put(name, self.field(name));
        }
        put("owner_id", self.owner(version));
        put("avatar", self.avatar());
        put("custom_attributes", Value::Object(self.attributes()));
        put("has_hard_bounced", json!(false));
        put("marked_email_as_spam", json!(false));
        put("unsubscribed_from_sms", json!(false));
        for name in NEVER_SET {
            put(name, Value::Null);
        }
        for (name, segment) in LISTS {
            put(name, self.empty_list(segment));
        }
        put("location", location());
        put("social_profiles", json!({ "type": "list", "data": [] }));
        if with_history && self.role() == "user" {
            put("merge_history", json!(self.merge_history));
        }
        Value::Object(all)
    }

    fn owner(&self, version: Version) -> Value {
        let id = self.field("owner_id");
        let number = id.as_str().and_then(|id| id.parse::<u64>().ok());
        match number {
            Some(number) if version.has_integer_owner() => json!(number),
            _ => id,
        }
    }

    fn avatar(&self) -> Value {
        match self.field("avatar") {
            Value::Null => Value::Null,
            url => json!({ "type": "avatar", "image_url": url }),
        }
    }

    fn empty_list(&self, segment: &str) -> Value {
        let url = format!("/contacts/{}/{segment}", self.id);
        json!({ "type": "list", "data": [], "url": url, "total_count": 0, "has_more": false })
    }
}

fn location() -> Value {
    json!({
        "type": "location",
        "country": null,
        "region": null,
        "city": null,
        "country_code": null,
        "continent_code": null,
    })
}
