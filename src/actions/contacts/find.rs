//! Get Contact By Id and Search Contacts (`docs/intercom-api.md`, Search).

use super::output::{about, contact, row};
use crate::actions::Action;
use crate::api::{Advice, Client, Method, Request, Settings, Token};
use crate::input::{ContactId, Fields, Form, PathSegment, list_names};
use crate::search::rows::{Match, RowFilter};
use crate::search::{Arrival, CompiledFilter, Filter, Pagination, Walk};
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
    type Credentials = Token;
    type Output = Contact;

    fn read(fields: &mut Fields<'_>, _: &Settings, _: &Token) -> Option<Self> {
        let id = fields.required::<ContactId>("contact_id")?.into_segment();
        Some(Self { id })
    }

    fn perform(&self, client: &mut Client<'_>) -> Result<Contact, ActionError> {
        let request = Request::object(Method::Get, "/contacts", &self.id);
        contact(client.send(&request)?)
    }
}

/// `POST /contacts/search`
#[derive(Debug)]
pub struct SearchContacts {
    filter: CompiledFilter,
    pagination: Pagination,
}

impl Action for SearchContacts {
    const ID: &'static str = "search-contacts";
    const ADVICE: Advice = Advice {
        not_found: "Check INTERCOM_BASE_URL and INTERCOM_VERSION",
        conflict: "Try again later",
        outcome: "Try again; it only reads",
    };
    type Credentials = Token;
    type Output = ContactPage;

    fn read(fields: &mut Fields<'_>, settings: &Settings, _: &Token) -> Option<Self> {
        let filter = fields.required::<Filter>("filter_formula");
        let pagination = fields.optional("pagination_parameters");
        let filter = match filter?.compile(settings.version) {
            Ok(filter) => filter,
            Err(problems) => {
                for problem in problems {
                    fields.note("filter_formula", problem);
                }
                return None;
            }
        };
        Some(Self {
            filter,
            pagination: pagination?.unwrap_or_default(),
        })
    }

    fn perform(&self, client: &mut Client<'_>) -> Result<ContactPage, ActionError> {
        let mut walk = Walk::new(&self.pagination);
        let (mut contacts, mut bytes) = (Vec::new(), 0_usize);
        let mut response = String::new();
        while walk.goes_on() {
            let answer = client.send(&self.request_at(&walk))?;
            let (found, body) = answer.into_list("data", |answer| {
                let rows = answer.list("data");
                let wanted = walk.take(about(answer, rows.len()));
                let wanted = rows.get(wanted).unwrap_or_default();
                bytes += wanted.iter().map(|row| row.json().len()).sum::<usize>();
                client.hold(bytes + answer.as_json().len())?;
                contacts.extend(wanted.iter().map(|wanted| row(*wanted)));
                Ok(())
            })?;
            found?;
            response = body.json;
        }
        let Arrival {
            page,
            total,
            next_page,
            mut notes,
        } = walk.arrive();
        if let Some(filter) = &self.filter.rows {
            notes.extend(narrow(&mut contacts, filter));
        }
        Ok(ContactPage {
            contacts,
            total_count: total,
            page,
            next_page,
            notes,
            response,
        })
    }
}

impl SearchContacts {
    fn request_at(&self, walk: &Walk<'_>) -> Request {
        let mut body = Map::new();
        body.insert("query".to_owned(), self.filter.query.clone());
        if let Some(pagination) = walk.request() {
            body.insert("pagination".to_owned(), pagination);
        }
        if let Some(sort) = self.pagination.sort() {
            body.insert("sort".to_owned(), sort);
        }
        Request::new(Method::Post, "/contacts/search")
            .with_body(Value::Object(body))
            .reading()
    }
}

/// Leaves out the contacts that Intercom found only because it compares dates by
/// the day; says so.
fn narrow(contacts: &mut Vec<Contact>, filter: &RowFilter) -> Vec<String> {
    let (found, mut unknown) = (contacts.len(), 0);
    contacts.retain(|contact| {
        let row = serde_json::from_str(&contact.response).unwrap_or_default();
        let matches = filter.matches(&row);
        unknown += usize::from(matches == Match::Unknown);
        matches != Match::No
    });
    let fields = list_names(&filter.fields(), "and");
    let mut notes = vec![format!(
        "Intercom compares {fields} by the whole day: {} of the {found} contacts it found did not \
         match to the second and are left out; total_count still counts such contacts",
        found - contacts.len()
    )];
    if unknown > 0 {
        notes.push(format!(
            "{unknown} of the contacts could not be checked to the second, since their rows do not \
             carry all that the filter asks for"
        ));
    }
    notes
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
