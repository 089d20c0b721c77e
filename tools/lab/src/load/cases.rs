//! One recorded case of each action: what its cost is measured on.

use super::Canned;
use connector_cases::{Case, Exchange, FixtureError};
use host_test::build::workspace;

/// A case of each action, with all of its inputs where there is such a case;
/// two searches. Each sends one request at the most.
pub const CASES: [&str; 11] = [
    "create-contact/every-field",
    "update-contact/every-field",
    "get-contact-by-id/page-example",
    "search-contacts/formula-nested",
    "search-contacts/page-size-150",
    "send-message/email",
    "custom-action/post-with-body",
    "test-connection/works",
    "list-admins/two",
    "authorize-url/every-field",
    "exchange-code/works",
];

/// Reads the case with this name, and what answers its request at once.
///
/// # Errors
///
/// When the case cannot be read.
pub fn case(name: &str) -> Result<(Case, Canned), FixtureError> {
    let case = Case::read(&workspace().join("fixtures").join(name))?;
    let answer = case.exchanges.first().and_then(Exchange::response_json);
    let canned = Canned::new(answer.unwrap_or_default().to_string());
    Ok((case, canned))
}
