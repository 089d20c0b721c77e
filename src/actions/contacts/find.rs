//! Get Contact By Id and Search Contacts (API facts 2.3 and 2.4).

use super::output::{contact, page};
use crate::actions::Action;
use crate::api::{Advice, Client, Method, Request, Settings};
use crate::input::{ContactId, Fields, Form, PathSegment};
use crate::search::{Filter, Pagination};
use crate::world::contacts::{Contact, ContactPage, GetContactByIdInput, SearchContactsInput};
use crate::world::types::ActionError;
use serde_json::{Map, Value};

/// The way out when a contact's id leads nowhere.
pub const CHECK_CONTACT_ID: &str = "Check contact_id: it is in the URL of the contact's page, and \
                                    differs from external_id and between workspaces";

/// `GET /contacts/{id}`
#[derive(Debug)]
pub struct GetContactById {
    id: PathSegment,
}

impl Action for GetContactById {
    const ID: &'static str = "get-contact-by-id";
    const ADVICE: Advice = Advice {
        not_found: CHECK_CONTACT_ID,
        conflict: "Try again later",
        outcome: "Try again; it only reads",
    };
    type Output = Contact;

    fn read(fields: &mut Fields<'_>, _: &Settings) -> Option<Self> {
        let id = fields.required::<ContactId>("contact_id")?.into_segment();
        Some(Self { id })
    }

    fn request(&self) -> Request {
        Request::object(Method::Get, "/contacts", &self.id)
    }

    fn perform(&self, client: &mut Client<'_>) -> Result<Contact, ActionError> {
        Ok(contact(client.send(&self.request())?.into_document()?))
    }
}

/// `POST /contacts/search`
#[derive(Debug)]
pub struct SearchContacts {
    filter: Filter,
    pagination: Pagination,
}

impl Action for SearchContacts {
    const ID: &'static str = "search-contacts";
    const ADVICE: Advice = Advice {
        not_found: "Check INTERCOM_BASE_URL and INTERCOM_VERSION",
        conflict: "Try again later",
        outcome: "Try again; it only reads",
    };
    type Output = ContactPage;

    fn read(fields: &mut Fields<'_>, _: &Settings) -> Option<Self> {
        let filter = fields.required("filter_formula");
        let pagination = fields.optional("pagination_parameters");
        Some(Self {
            filter: filter?,
            pagination: pagination?.unwrap_or_default(),
        })
    }

    fn request(&self) -> Request {
        let mut body = Map::new();
        body.insert("query".to_owned(), self.filter.query());
        if let Some(pagination) = self.pagination.to_json() {
            body.insert("pagination".to_owned(), pagination);
        }
        Request::new(Method::Post, "/contacts/search")
            .with_body(Value::Object(body))
            .reading()
    }

    fn perform(&self, client: &mut Client<'_>) -> Result<ContactPage, ActionError> {
        let body = client.send(&self.request())?.into_document()?;
        Ok(page(body, &self.pagination))
    }
}

impl From<GetContactByIdInput> for Form {
    fn from(input: GetContactByIdInput) -> Self {
        Form::default().with("contact_id", input.contact_id)
    }
}

impl From<SearchContactsInput> for Form {
    fn from(input: SearchContactsInput) -> Self {
        Form::default()
            .with("filter_formula", input.filter_formula)
            .with_option("pagination_parameters", input.pagination_parameters)
    }
}
