//! How actions refer to a contact: `contact_id`, and `contact_id_kind`, the kind of that id. An
//! action whose endpoint accepts Intercom's id only looks it up; one whose endpoint accepts the
//! other kinds sends them unchanged.

use crate::api::{Client, ContactId, Expected, Method, NotFound, PathSegment, Request};
use crate::input::{
    Email, ExternalId, FromInput, InputError, InputReader, Need, Record, list_names, unexpected,
};
use crate::world::allowed::events as allowed;
use crate::world::types::{ActionError, FailureReason};
use serde_json::{Value, json};

/// A contact as the input refers to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ContactRef {
    /// By Intercom's id.
    Id(ContactId),
    /// By the id in the caller's own system. Users have one; leads rarely.
    ExternalId(ExternalKey),
    /// By its email, which several contacts may share.
    Email(Email),
}

/// The input that holds the id.
const ID: &str = "contact_id";

/// The input that holds the kind of the id.
const KIND: &str = "contact_id_kind";

/// The hint for a contact's id that is not found, where it may be of any kind.
pub const CHECK_CONTACT: &str = "check contact_id, which is in the URL of the contact's page; for \
                                 an external_id or an email, set contact_id_kind";

impl ContactRef {
    /// Reads a contact that must be given. `None` if an error was noted.
    pub fn read(input: &mut InputReader<'_>) -> Option<Self> {
        Self::read_for(input, Need::Value(""))?
    }

    /// Reads a contact with a need, such as `Need::Value("for a contact's reply")`.
    /// `None` if an error was noted.
    pub fn read_for(input: &mut InputReader<'_>, need: Need<'_>) -> Option<Option<Self>> {
        let kinds = &allowed::CONTACT_ID_KIND;
        let kind = input.choice(KIND, Need::Nothing, kinds, "is not a kind of contact id");
        let given = match kind.flatten() {
            None | Some("id") => input.read(ID, need)?.value().map(Self::Id),
            Some("external_id") => input.read(ID, need)?.value().map(Self::ExternalId),
            Some(_) => {
                let email = input.read(ID, need)?.value();
                email.map(|Written(email)| Self::Email(email))
            }
        };
        // A kind without an id is not an error: a workflow may set the kind always, and the id
        // only sometimes.
        kind.map(|_| given)
    }

    /// Intercom's id of the contact: the one that was given, or the one that a single
    /// lookup finds.
    ///
    /// # Errors
    /// The contact is not found, was merged, or several match; or the lookup failed.
    /// Lookups only read, so they are retried whatever the action does.
    pub fn resolve(&self, client: &mut Client<'_>) -> Result<ContactId, ActionError> {
        match self {
            Self::Id(id) => Ok(id.clone()),
            Self::ExternalId(key) => by_external_id(key, client),
            Self::Email(email) => by_email(email, client),
        }
    }
}

/// A contact in a list, such as `[{"contact_id": "25", "contact_id_kind":
/// "external_id"}]`.
impl Record for ContactRef {
    const EXPECTED: &'static str = "a list such as [{\"contact_id\": \"con_abc123456\"}]";

    fn read(input: &mut InputReader<'_>) -> Option<Self> {
        Self::read(input)
    }
}

/// An external id that a path can hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExternalKey {
    text: String,
    segment: PathSegment,
}

impl ExternalKey {
    /// The id as in a body or a query.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The path of the user with this id.
    pub fn path(&self) -> String {
        format!("/contacts/find_by_external_id/{}", self.segment)
    }
}

impl FromInput for ExternalKey {
    const EXPECTED: &'static str = ExternalId::EXPECTED;

    fn from_value(value: Value) -> Result<Self, InputError> {
        let ExternalId(text) = ExternalId::from_value(value)?;
        let segment = PathSegment::encode(&text)
            .map_err(|_| unexpected::<Self>(&text.as_str().into(), "is not an id"))?;
        Ok(Self { text, segment })
    }
}

/// An email as written. Only the lookup checks its form: every kind must accept the example of
/// `contact_id`, which forms and engines use.
struct Written(Email);

impl FromInput for Written {
    const EXPECTED: &'static str = Email::EXPECTED;

    fn from_value(value: Value) -> Result<Self, InputError> {
        let text = value.as_str().unwrap_or_default().trim();
        match text.is_empty() || text.contains(|c: char| c.is_whitespace() || c.is_control()) {
            false => Ok(Self(Email(text.to_owned()))),
            true => Err(unexpected::<Self>(&value, "is not an email address")),
        }
    }
}

const NO_EXTERNAL_ID: NotFound = NotFound {
    problem: "contact_id: no contact has this external_id",
    hint: "check it; for a lead or an archived user, give Intercom's id instead",
};

fn by_external_id(key: &ExternalKey, client: &mut Client<'_>) -> Result<ContactId, ActionError> {
    let request = Request::new(Method::Get, key.path())
        .expecting(Expected::contact(None))
        .looking_up(NO_EXTERNAL_ID);
    let (id, _) = client
        .send(&request)?
        .into_document(|contact| contact.text("id"))?;
    usable(id, client)
}

const NO_EMAIL: NotFound = NotFound {
    problem: "contact_id: no contact has this email",
    hint: "check it; for a contact that is minutes old, archived or merged, give its id instead",
};

/// Maximum number of contacts whose ids an error names.
const MAX_NAMED: u8 = 10;

fn by_email(Email(email): &Email, client: &mut Client<'_>) -> Result<ContactId, ActionError> {
    let body = json!({
        "query": {"field": "email", "operator": "=", "value": email},
        "pagination": {"per_page": MAX_NAMED},
    });
    let request = Request::new(Method::Post, "/contacts/search")
        .with_body(body)
        .looking_up(NO_EMAIL);
    let ((ids, total), _) = client.send(&request)?.into_list("data", |page| {
        let rows = page.list("data").into_iter();
        let ids: Vec<_> = rows.map(|row| row.object().text("id")).collect();
        (ids, page.integer("total_count"))
    })?;
    let total = total.and_then(|total| usize::try_from(total).ok());
    match (total.unwrap_or_default().max(ids.len()), ids) {
        (0, _) => Err(client.not_found(NO_EMAIL)),
        (1, ids) => usable(ids.into_iter().flatten().next(), client),
        (many, ids) => Err(several(many, &ids, client)),
    }
}

fn several(many: usize, ids: &[Option<String>], client: &Client<'_>) -> ActionError {
    let ids: Vec<&str> = ids.iter().flatten().map(String::as_str).collect();
    let first = if ids.len() < many {
        "the first are "
    } else {
        ""
    };
    let problem = format!(
        "{many} contacts have this email: {first}{}",
        list_names(&ids, "and")
    );
    let hint = "give the id of one of them, without contact_id_kind";
    client.invalid_input(ID, InputError::new(problem, hint))
}

/// The id in a response, for the path of the next request.
fn usable(id: Option<String>, client: &Client<'_>) -> Result<ContactId, ActionError> {
    let id = id.and_then(|id| ContactId::from_value(id.into()).ok());
    id.ok_or_else(|| {
        let problem = "Intercom returned a contact without a usable id";
        let hint = "check INTERCOM_VERSION, or give contact_id as Intercom's id";
        client.failed(FailureReason::MalformedResponse, problem, hint)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::{Context, Notes, RawInput};

    /// The contact of an input, or the errors.
    fn read(input: &str) -> Result<Option<ContactRef>, String> {
        let (context, notes) = (Context::default(), Notes::default());
        let input = RawInput::from_json(input).unwrap_or_default();
        let mut reader = InputReader::new(input, &context, &notes);
        let read = ContactRef::read_for(&mut reader, Need::Nothing);
        let lines = reader.finish().0.lines();
        read.ok_or(lines.join("\n"))
    }

    fn id(text: &str) -> Option<ContactRef> {
        ContactId::from_value(text.into()).ok().map(ContactRef::Id)
    }

    #[test]
    fn the_kind_says_whose_id_it_is() {
        let key = ExternalKey::from_value("a/b".into()).ok();
        for (input, contact) in [
            (r#"{"contact_id": "c1"}"#, id("c1")),
            (r#"{"contact_id": 25, "contact_id_kind": null}"#, id("25")),
            (
                r#"{"contact_id": "a@b", "contact_id_kind": "id"}"#,
                id("a@b"),
            ),
            (
                r#"{"contact_id": "a/b", "contact_id_kind": "external_id"}"#,
                key.map(ContactRef::ExternalId),
            ),
            (
                r#"{"contact_id": " a@b", "contact_id_kind": " Email"}"#,
                Some(ContactRef::Email(Email("a@b".to_owned()))),
            ),
            (r#"{"contact_id_kind": "email"}"#, None),
        ] {
            assert_eq!(read(input), Ok(contact), "{input}");
        }
    }

    #[test]
    fn errors_follow_the_kind() {
        for (input, error) in [
            (
                r#"{"contact_id": "Ann Lee", "contact_id_kind": "email"}"#,
                "contact_id: \"Ann Lee\" is not an email address; give an address such as \
                 name@example.com",
            ),
            (
                r#"{"contact_id": "..", "contact_id_kind": "external_id"}"#,
                "contact_id: \"..\" is not an id; give the contact's id in your own system, as \
                 text or a whole number",
            ),
            (
                r#"{"contact_id": "c1", "contact_id_kind": "phone"}"#,
                "contact_id_kind: \"phone\" is not a kind of contact id; give id, external_id or \
                 email",
            ),
        ] {
            assert_eq!(read(input), Err(error.to_owned()), "{input}");
        }
    }
}
