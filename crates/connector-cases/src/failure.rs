//! The failures of a case as text.

use std::fmt;

use serde_json::Value;

use crate::HttpRequest;
use crate::diff::{self, Difference};
use crate::matching::Mismatch;
use crate::response::ReferenceError;
use connector_host::SandboxError;

/// One failure of a case.
#[derive(Debug)]
pub enum Failure {
    /// A request that was not recorded.
    Unmatched {
        /// The request's number, from 1.
        number: usize,
        /// The request.
        sent: HttpRequest,
        /// Why no recorded exchange matches.
        mismatch: Mismatch,
    },
    /// A recorded exchange that no request matched.
    Unused {
        /// The exchange's number, from 1.
        number: usize,
        /// Its request.
        recorded: HttpRequest,
    },
    /// The outcome is not the expected one.
    Different(Vec<Difference>),
    /// The case has no expected outcome.
    NothingExpected {
        /// The actual outcome, in the form of `expect`.
        found: Value,
    },
    /// The expected result contains an invalid reference.
    Reference(ReferenceError),
    /// The action succeeded, but its result is not JSON.
    NotJson(String),
    /// The sandbox failed.
    Sandbox(SandboxError),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unmatched {
                number,
                sent,
                mismatch,
            } => unmatched(f, *number, sent, mismatch),
            Self::Unused { number, recorded } => write!(
                f,
                "exchange {number} was not requested\n  recorded {recorded}\n  \
                 if intended: remove it from exchange.har"
            ),
            Self::Different(differences) => {
                write!(f, "the outcome differs in {}", count(differences))?;
                for difference in differences {
                    write!(
                        f,
                        "\n  {}\n    expected {}\n    found    {}",
                        difference.place, difference.recorded, difference.found
                    )?;
                }
                write!(
                    f,
                    "\n  if intended: replay --bless, and read the new outcome"
                )
            }
            Self::NothingExpected { found } => write!(
                f,
                "case.json has no expect\n  found    {}\n  \
                 if intended: replay --bless, and read the new outcome",
                diff::show(Some(found))
            ),
            Self::Reference(error) => write!(f, "expect.ok: {error}"),
            Self::NotJson(result) => write!(f, "the result is not JSON: {result:?}"),
            Self::Sandbox(error) => write!(f, "{error}"),
        }
    }
}

fn unmatched(
    f: &mut fmt::Formatter<'_>,
    number: usize,
    sent: &HttpRequest,
    mismatch: &Mismatch,
) -> fmt::Result {
    writeln!(f, "request {number} matches no recorded exchange")?;
    writeln!(f, "  sent     {sent}")?;
    match mismatch {
        Mismatch::NothingRecorded => writeln!(f, "  nearest  none, nothing is recorded")?,
        Mismatch::AlreadyAnswered { exchange } => {
            writeln!(f, "  nearest  exchange {exchange}, the same, already used")?;
        }
        Mismatch::Nearest {
            exchange,
            differences,
        } => nearest(f, *exchange, differences)?,
    }
    write!(f, "  if intended: add it to exchange.har")
}

fn nearest(f: &mut fmt::Formatter<'_>, exchange: usize, differences: &[Difference]) -> fmt::Result {
    if let [only] = differences {
        writeln!(
            f,
            "  nearest  exchange {exchange}, one difference: {}",
            only.place
        )?;
        return writeln!(
            f,
            "           recorded {}, sent {}",
            only.recorded, only.found
        );
    }
    let places: Vec<&str> = differences
        .iter()
        .map(|found| found.place.as_str())
        .collect();
    let places = places.join(", ");
    writeln!(
        f,
        "  nearest  exchange {exchange}, {} differences: {places}",
        differences.len()
    )?;
    for Difference {
        place,
        recorded,
        found,
    } in differences
    {
        writeln!(f, "           {place}: recorded {recorded}, sent {found}")?;
    }
    Ok(())
}

fn count(differences: &[Difference]) -> String {
    match differences.len() {
        1 => "one place".to_owned(),
        many => format!("{many} places"),
    }
}

impl fmt::Display for HttpRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path)?;
        let mut mark = '?';
        for (name, value) in &self.query {
            write!(f, "{mark}{name}={value}")?;
            mark = '&';
        }
        Ok(())
    }
}
