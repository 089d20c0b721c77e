//! What Link Company and Unlink Company share: the contact and the company, and which
//! of the two a 404 is about.

use crate::actions::{CHECK_COMPANY, CHECK_CONTACT, CompanyRef, ContactRef};
use crate::api::{Client, CompanyId, PathSegment};
use crate::input::InputReader;
use crate::world::types::{ActionError, Failure, FailureReason};

/// A contact and a company.
#[derive(Debug)]
pub struct Link {
    contact: ContactRef,
    company: CompanyRef,
}

impl Link {
    /// Reads both. `None` if an error was noted.
    pub fn read(input: &mut InputReader<'_>) -> Option<Self> {
        let contact = ContactRef::read(input);
        let company = CompanyRef::read(input);
        Some(Self {
            contact: contact?,
            company: company?,
        })
    }

    /// Intercom's ids of both, by at most one lookup each.
    ///
    /// # Errors
    /// As for [`ContactRef::resolve`] and [`CompanyRef::resolve`].
    pub fn resolve(
        &self,
        client: &mut Client<'_>,
    ) -> Result<(PathSegment, CompanyId), ActionError> {
        let contact = self.contact.resolve(client)?.into_segment();
        Ok((contact, self.company.resolve(client)?))
    }
}

/// The hint for a 404 that does not say which of the two ids is wrong.
pub const CHECK_BOTH: &str = "check contact_id and company_id, and the kinds of id that they are";

/// The code of a company that does not exist. A contact that does not exist has the
/// code `not_found` (`docs/intercom-api.md`, Companies).
const COMPANY_NOT_FOUND: &str = "company_not_found";

/// Says in the hint which id was wrong, by the code of a 404.
pub fn which_was_wrong(error: ActionError) -> ActionError {
    match error {
        ActionError::Permanent(failure) if failure.reason == FailureReason::NotFound => {
            let hint = match failure.codes.iter().map(String::as_str).next() {
                Some(COMPANY_NOT_FOUND) => CHECK_COMPANY,
                Some("not_found") => CHECK_CONTACT,
                _ => CHECK_BOTH,
            };
            ActionError::Permanent(Failure {
                hint: Some(hint.to_owned()),
                ..failure
            })
        }
        other => other,
    }
}
