//! The recorded cases that costs are measured on.

use std::path::PathBuf;

use super::Canned;
use connector_cases::{Case, Exchange, FixtureError};
use connector_host::Manifest;
use host_test::build::workspace;

/// A search that costs more than its action's example: its formula has nested
/// groups.
const EXPENSIVE: &str = "search-contacts/formula-nested";

/// The example of each action, in the manifest's order.
///
/// # Errors
///
/// When a case cannot be read, or an action has no example or several.
pub fn examples(manifest: &Manifest) -> Result<Vec<Case>, FixtureError> {
    connector_cases::examples(&fixtures(), manifest)
}

/// The example of each action, and a more expensive search. Each sends one request at
/// most.
///
/// # Errors
///
/// As for [`examples`].
pub fn measured(manifest: &Manifest) -> Result<Vec<Case>, FixtureError> {
    let mut cases = examples(manifest)?;
    cases.push(case(EXPENSIVE)?);
    Ok(cases)
}

/// Reads the case with this name.
///
/// # Errors
///
/// When the case cannot be read.
pub fn case(name: &str) -> Result<Case, FixtureError> {
    Case::read(&fixtures().join(name))
}

/// A transport that responds with the case's first response.
pub fn canned(case: &Case) -> Canned {
    let body = case.exchanges.first().and_then(Exchange::response_json);
    Canned::new(body.map(|body| body.to_string()).unwrap_or_default())
}

fn fixtures() -> PathBuf {
    workspace().join("fixtures")
}
