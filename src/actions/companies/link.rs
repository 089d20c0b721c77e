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
pub const CHECK_BOTH: &str = "check contact_id, company_id and their kinds";

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_says_which_id_was_wrong() {
        for (reason, codes, hint) in [
            (
                FailureReason::NotFound,
                &["company_not_found"][..],
                CHECK_COMPANY,
            ),
            (FailureReason::NotFound, &["not_found"], CHECK_CONTACT),
            (FailureReason::NotFound, &[], CHECK_BOTH),
            (FailureReason::Rejected, &["not_found"], "as it was"),
        ] {
            let failure = Failure {
                hint: Some("as it was".to_owned()),
                codes: codes.iter().map(|code| (*code).to_owned()).collect(),
                ..Failure::new(reason, "link-company: …".to_owned())
            };
            let said = match which_was_wrong(ActionError::Permanent(failure)) {
                ActionError::Permanent(failure) => failure.hint,
                _ => None,
            };
            assert_eq!(said.as_deref(), Some(hint), "{codes:?}");
        }
    }
}
