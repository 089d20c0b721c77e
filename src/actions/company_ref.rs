//! How actions refer to a company: `company_id`, and `company_id_kind`, the kind of that id. Most
//! endpoints accept Intercom's id only, and people know their own.

use crate::api::{Client, CompanyId, Method, NotFound, Object, Query, Request};
use crate::input::{ExternalId, FromInput, InputError, InputReader, Need, unexpected};
use crate::world::allowed::companies as allowed;
use crate::world::types::{ActionError, FailureReason};
use serde_json::Value;

/// A company as the input refers to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CompanyRef {
    /// By Intercom's id.
    Id(CompanyId),
    /// By the `company_id` in the caller's own system.
    Own(OwnCompanyId),
}

/// The input that holds the id.
const ID: &str = "company_id";

/// The input that holds the kind of the id.
const KIND: &str = "company_id_kind";

/// The hint for a company's id that is not found, where it may be of either kind.
pub const CHECK_COMPANY: &str = "check company_id, which is Intercom's id as upsert-company and \
                                 list-companies return it; for your own id, set company_id_kind to \
                                 company_id";

impl CompanyRef {
    /// Reads a company that must be given. `None` if an error was noted.
    pub fn read(input: &mut InputReader<'_>) -> Option<Self> {
        Self::read_for(input, Need::Value(""))?
    }

    /// Reads a company with a need. `None` if an error was noted.
    pub fn read_for(input: &mut InputReader<'_>, need: Need<'_>) -> Option<Option<Self>> {
        let kinds = &allowed::COMPANY_ID_KIND;
        let kind = input.choice(KIND, Need::Nothing, kinds, "is not a kind of company id");
        let given = match kind.flatten() {
            None | Some("id") => input.read(ID, need)?.value().map(Self::Id),
            Some(_) => input.read(ID, need)?.value().map(Self::Own),
        };
        kind.map(|_| given)
    }

    /// Intercom's id of the company: the one that was given, or the one that a single
    /// lookup finds.
    ///
    /// # Errors
    /// The company is not found, or the lookup failed. The lookup only reads, so it is
    /// retried whatever the action does.
    pub fn resolve(&self, client: &mut Client<'_>) -> Result<CompanyId, ActionError> {
        match self {
            Self::Id(id) => Ok(id.clone()),
            Self::Own(id) => by_own_id(id, client),
        }
    }
}

/// A company's id in the caller's own system: text, or a whole number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnCompanyId(pub String);

impl FromInput for OwnCompanyId {
    const EXPECTED: &'static str = "the company's id in your own system, as text or a whole number";

    fn from_value(value: Value) -> Result<Self, InputError> {
        match ExternalId::from_value(value.clone()) {
            Ok(ExternalId(id)) if !id.trim().is_empty() => Ok(Self(id)),
            _ => Err(unexpected::<Self>(&value, "is not an id")),
        }
    }
}

const NO_COMPANY: NotFound = NotFound {
    problem: "company_id: no company has this company_id",
    hint: "check it, or create the company with upsert-company; for Intercom's id, set \
           company_id_kind to id",
};

fn by_own_id(id: &OwnCompanyId, client: &mut Client<'_>) -> Result<CompanyId, ActionError> {
    let OwnCompanyId(own) = id;
    let mut request = Request::new(Method::Get, "/companies").looking_up(NO_COMPANY);
    request.query = Query(vec![(ID.to_owned(), own.clone())]);
    let (found, _) = client.send(&request)?.into_document(found)?;
    match found {
        Some(id) if id.is_empty() => Err(client.not_found(NO_COMPANY)),
        Some(id) => CompanyId::from_value(id.into()).map_err(|_| unreadable(client)),
        None => Err(unreadable(client)),
    }
}

/// The id of the company in a response: the company itself, or a list of it
/// (`docs/intercom-api.md`, Companies). Empty for an empty list.
fn found(body: &Object<'_>) -> Option<String> {
    if !body.is_list("data") {
        return body.text("id");
    }
    match body.list("data").first() {
        Some(company) => company.object().text("id"),
        None => Some(String::new()),
    }
}

fn unreadable(client: &Client<'_>) -> ActionError {
    let problem = "Intercom returned a company without a usable id";
    let hint = "check INTERCOM_VERSION, or give company_id as Intercom's id";
    client.failed(FailureReason::MalformedResponse, problem, hint)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::{Context, Notes, RawInput};

    #[test]
    fn the_kind_says_whose_id_it_is() {
        let own = |id: &str| Some(CompanyRef::Own(OwnCompanyId(id.to_owned())));
        for (input, company) in [
            (
                r#"{"company_id": 42, "company_id_kind": "company_id"}"#,
                own("42"),
            ),
            (
                r#"{"company_id": "a/b c", "company_id_kind": "company_id"}"#,
                own("a/b c"),
            ),
            (
                r#"{"company_id": "", "company_id_kind": "company_id"}"#,
                None,
            ),
            (r#"{"company_id": "a b"}"#, None),
            (r#"{"company_id": "7", "company_id_kind": "name"}"#, None),
            (
                r#"{"company_id": "7"}"#,
                CompanyId::from_value("7".into()).ok().map(CompanyRef::Id),
            ),
        ] {
            let (context, notes) = (Context::default(), Notes::default());
            let input_of = RawInput::from_json(input).unwrap_or_default();
            let mut reader = InputReader::new(input_of, &context, &notes);
            let read = CompanyRef::read(&mut reader);
            assert_eq!(reader.finish().0.is_empty(), company.is_some(), "{input}");
            assert_eq!(read.filter(|_| company.is_some()), company, "{input}");
        }
    }
}
