//! Create Contact and Update Contact (`docs/intercom-api.md`, Contacts).

use super::attributes;
use super::output::contact;
use crate::actions::Action;
use crate::api::{Advice, Client, Method, Request, Settings, Token};
use crate::input::{ContactId, Fields, Form, PathSegment, Problem};
use crate::world::contacts::{ClearableFields, Contact, CreateContactInput, UpdateContactInput};
use crate::world::types::ActionError;
use serde_json::{Map, Value};

/// `POST /contacts`
#[derive(Debug)]
pub struct CreateContact {
    body: Map<String, Value>,
}

impl Action for CreateContact {
    const ID: &'static str = "create-contact";
    const ADVICE: Advice = Advice {
        not_found: "Check INTERCOM_BASE_URL and INTERCOM_VERSION",
        conflict: "Nothing was created. Update the existing contact, or change the email or external_id",
        outcome: "Search for the contact by external_id or email before creating it again",
    };
    type Credentials = Token;
    type Output = Contact;

    fn read(fields: &mut Fields<'_>, settings: &Settings, _: &Token) -> Option<Self> {
        let body = attributes::read(fields, settings, &["role"])?;
        let given = |name| body.get(name).is_some_and(|value: &Value| value != "");
        let identified = given("email") || given("external_id");
        if body.get("role").is_some_and(|role| role == "user") && !identified {
            let message = "is not given, and a user needs an email or an external_id; give one of \
                           them, or make role lead";
            fields.note("email", Problem::new(message));
        }
        Some(Self { body })
    }

    fn perform(&self, client: &mut Client<'_>) -> Result<Contact, ActionError> {
        let request = Request::new(Method::Post, "/contacts").with_body(self.body.clone());
        contact(client.send(&request)?)
    }
}

/// `PUT /contacts/{id}`
#[derive(Debug)]
pub struct UpdateContact {
    id: PathSegment,
    body: Map<String, Value>,
}

impl Action for UpdateContact {
    const ID: &'static str = "update-contact";
    const ADVICE: Advice = Advice {
        not_found: super::find::CHECK_CONTACT_ID,
        conflict: "Nothing was changed. Give another email or external_id, or update that contact instead",
        outcome: "Repeat it; the same update leaves the same contact",
    };
    type Credentials = Token;
    type Output = Contact;

    fn read(fields: &mut Fields<'_>, settings: &Settings, _: &Token) -> Option<Self> {
        let id = fields.required::<ContactId>("contact_id");
        let body = attributes::read(fields, settings, &[]);
        Some(Self {
            id: id?.into_segment(),
            body: body?,
        })
    }

    fn perform(&self, client: &mut Client<'_>) -> Result<Contact, ActionError> {
        let request =
            Request::object(Method::Put, "/contacts", &self.id).with_body(self.body.clone());
        contact(client.send(&request)?)
    }
}

impl From<CreateContactInput> for Form {
    fn from(input: CreateContactInput) -> Self {
        Form::default()
            .with("role", input.role)
            .with_option("email", input.email)
            .with_option("name", input.name)
            .with_option("external_id", input.external_id)
            .with_option("phone", input.phone)
            .with_option("avatar", input.avatar)
            .with_option("signed_up_date", input.signed_up_date)
            .with_option("last_seen_date", input.last_seen_date)
            .with_option("owner_id", input.owner_id)
            .with_option("unsubscribe_from_email", input.unsubscribe_from_email)
            .with_option("custom_attribute", input.custom_attribute)
    }
}

impl From<UpdateContactInput> for Form {
    fn from(input: UpdateContactInput) -> Self {
        let cleared = CLEARABLE
            .into_iter()
            .filter(|(flag, _)| input.clear.contains(*flag));
        Form::default()
            .with("contact_id", input.contact_id)
            .with_option("role", input.role)
            .with_option("email", input.email)
            .with_option("name", input.name)
            .with_option("external_id", input.external_id)
            .with_option("phone", input.phone)
            .with_option("avatar", input.avatar)
            .with_option("signed_up_date", input.signed_up_date)
            .with_option("last_seen_date", input.last_seen_date)
            .with_option("owner_id", input.owner_id)
            .with_option("unsubscribe_from_email", input.unsubscribe_from_email)
            .with_option("custom_attribute", input.custom_attribute)
            .with_cleared(cleared.map(|(_, name)| name))
    }
}

const CLEARABLE: [(ClearableFields, &str); 8] = [
    (ClearableFields::NAME, "name"),
    (ClearableFields::PHONE, "phone"),
    (ClearableFields::AVATAR, "avatar"),
    (ClearableFields::SIGNED_UP_DATE, "signed_up_date"),
    (ClearableFields::LAST_SEEN_DATE, "last_seen_date"),
    (ClearableFields::OWNER_ID, "owner_id"),
    (
        ClearableFields::UNSUBSCRIBE_FROM_EMAIL,
        "unsubscribe_from_email",
    ),
    (ClearableFields::CUSTOM_ATTRIBUTE, "custom_attribute"),
];
