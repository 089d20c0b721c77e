//! Writes what happened into a case as what is expected.

use serde_json::Value;

use crate::case::read_json;
use crate::response::refer;
use crate::{Case, Expect, Failure, FixtureError, Outcome};
use connector_host::atomic;

/// What blessing a case came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blessed {
    /// The case passed already.
    Unchanged,
    /// Its `expect` was written.
    Written,
    /// Its requests are not as recorded, so its result means nothing.
    Refused,
}

/// Rewrites the `expect` of `case` from `outcome`, unless the exchange itself
/// failed. The rest of `case.json` stays, keys in their order.
///
/// # Errors
///
/// When `case.json` cannot be read or written.
pub fn bless(case: &Case, outcome: &Outcome) -> Result<Blessed, FixtureError> {
    if outcome.passed() {
        return Ok(Blessed::Unchanged);
    }
    let only_judged = outcome.failures.iter().all(|failure| {
        matches!(
            failure,
            Failure::Different(_) | Failure::NothingExpected { .. } | Failure::Reference(_)
        )
    });
    match &outcome.result {
        Some(found) if only_judged => write(case, found).map(|()| Blessed::Written),
        _ => Ok(Blessed::Refused),
    }
}

fn write(case: &Case, found: &Expect) -> Result<(), FixtureError> {
    let path = case.folder.join("case.json");
    let expect = match found {
        Expect::Ok(value) => Expect::Ok(refer(value, &case.exchanges)),
        error => error.clone(),
    };
    let mut file: serde_json::Map<String, Value> = read_json(&path)?;
    let json = |source| FixtureError::Json {
        path: path.clone(),
        source,
    };
    file.insert(
        "expect".to_owned(),
        serde_json::to_value(expect).map_err(json)?,
    );
    let mut text = serde_json::to_string_pretty(&file).map_err(json)?;
    text.push('\n');
    atomic::write(&path, text.as_bytes()).map_err(|source| FixtureError::Write {
        path: path.clone(),
        source,
    })
}
