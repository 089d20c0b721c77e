//! The connector's configuration, read from environment variables at each call.

use super::address::{BaseUrl, Place, base_url};
use super::variables::value;
use super::version::Version;
use crate::input::{Context, Problem, Problems, quoted};
use std::time::Duration;

/// All that the environment says, but for [`super::Credentials`].
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where the API is.
    pub base: BaseUrl,
    /// What the base comes from.
    pub place: Place,
    /// The API version to ask for.
    pub version: Version,
    /// How long each phase of a request may take.
    pub timeout: Duration,
    /// The most bytes of an answer's body to take.
    pub max_body: usize,
    /// What placeholders look into.
    pub context: Context,
}

/// How long to wait for Intercom, per phase. Its own limit is undocumented (API
/// facts 4); the official SDKs wait 20 to 60 s. Shorter turns slow searches
/// into errors, longer keeps a workflow hanging.
const DEFAULT_TIMEOUT_MS: u64 = 30_000;

/// The longest time-out that can be asked for, an hour: beyond it the number is
/// more likely a mistake of units.
const MAX_TIMEOUT_MS: u64 = 3_600_000;

/// The most bytes of a body: a page of 150 contacts is about 1 MB, and twice
/// the body has to fit into the sandbox's memory.
const MAX_BODY_BYTES: usize = 16 * 1024 * 1024;

impl Settings {
    /// Reads the variables, given as name and value. An empty value counts as
    /// not set. None where a problem was noted: all variables that can't be
    /// used, by name.
    pub fn read(variables: &[(String, String)], problems: &mut Problems) -> Option<Self> {
        let variable = |name: &str| value(variables, name);
        let mut keep = |name: &'static str, problem| problems.note(name, problem);

        let base = base_url(variable("INTERCOM_BASE_URL"), variable("INTERCOM_REGION"))
            .map_err(|(name, problem)| keep(name, problem));
        let version = Version::parse(variable("INTERCOM_VERSION").unwrap_or(Version::DEFAULT))
            .map_err(|problem| keep("INTERCOM_VERSION", problem));
        let timeout = timeout(variable("INTERCOM_TIMEOUT_MS"))
            .map_err(|problem| keep("INTERCOM_TIMEOUT_MS", problem));
        let context = match variable("WORKFLOW_CONTEXT") {
            None => Ok(Context::default()),
            Some(text) => Context::parse(text)
                .map_err(|message| keep("WORKFLOW_CONTEXT", Problem::new(message))),
        };
        match (base, version, timeout, context) {
            (Ok((base, place)), Ok(version), Ok(timeout), Ok(context)) => Some(Self {
                base,
                place,
                version,
                timeout,
                max_body: MAX_BODY_BYTES,
                context,
            }),
            _ => None,
        }
    }
}

fn timeout(text: Option<&str>) -> Result<Duration, Problem> {
    let Some(text) = text else {
        return Ok(Duration::from_millis(DEFAULT_TIMEOUT_MS));
    };
    match text.parse() {
        Ok(ms @ 1..=MAX_TIMEOUT_MS) => Ok(Duration::from_millis(ms)),
        _ => Err(Problem::new(format!(
            "{} is not a time-out; give milliseconds from 1 to {MAX_TIMEOUT_MS}, such as {DEFAULT_TIMEOUT_MS}",
            quoted(text)
        ))),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Option<Settings> {
        let variables: Vec<_> = variables
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        Settings::read(&variables, &mut Problems::default())
    }

    #[test]
    fn timeouts_are_milliseconds() {
        assert_eq!(
            read(&[("INTERCOM_TIMEOUT_MS", "5000")])
                .unwrap()
                .timeout
                .as_secs(),
            5
        );
        for text in ["0", "-1", "5s", "99999999"] {
            assert!(read(&[("INTERCOM_TIMEOUT_MS", text)]).is_none(), "{text}");
        }
    }
}
