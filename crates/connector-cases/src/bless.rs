//! Writes the actual outcome into a case as the expected one.

use serde_json::Value;

use crate::case::read_json;
use crate::response::refer;
use crate::{Case, Expect, Failure, FixtureError, Outcome};
use connector_host::atomic;

/// The result of blessing a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blessed {
    /// The case passed already.
    Unchanged,
    /// Its `expect` was written.
    Written,
    /// Its requests differ from the recorded ones, so its outcome is meaningless.
    Refused,
}

/// Rewrites the `expect` of `case.json` from `outcome`, unless the requests failed. The rest and
/// the order of its keys stay.
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
