//! The connector's configuration, read from environment variables at each call.

use super::address::{BaseUrl, Place, base_url};
use super::numbers::{self, Number};
use super::retry::Policy;
use super::timeouts::Timeouts;
use super::variables::value;
use super::version::Version;
use crate::input::{Context, Problem, Problems};
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
    /// How long each phase of a request, and the whole action, may take.
    pub timeouts: Timeouts,
    /// How often and how long the action may wait and repeat requests.
    pub retries: Policy,
    /// What the waits are picked by; none where the clock's reading will do.
    pub jitter_seed: Option<u64>,
    /// The most bytes of an answer's body to take.
    pub max_body: usize,
    /// What placeholders look into.
    pub context: Context,
}

impl Settings {
    /// Reads the variables, given as name and value. An empty value counts as
    /// not set. None where a problem was noted: all variables that can't be
    /// used, by name.
    pub fn read(variables: &[(String, String)], problems: &mut Problems) -> Option<Self> {
        let mut reader = Reader {
            variables,
            problems,
        };
        // Every variable is read before any problem ends it.
        let base = base_url(
            reader.text("INTERCOM_BASE_URL"),
            reader.text("INTERCOM_REGION"),
        );
        let base = base
            .map_err(|(name, problem)| reader.problems.note(name, problem))
            .ok();
        let version = reader.text("INTERCOM_VERSION").unwrap_or(Version::DEFAULT);
        let version = reader.keep("INTERCOM_VERSION", Version::parse(version));
        let timeouts = reader.timeouts();
        let max_retries = reader.number(numbers::MAX_RETRIES);
        let budget = reader.number(numbers::RETRY_BUDGET);
        let max_body = reader.number(numbers::MAX_BODY);
        let jitter_seed = reader.given(numbers::JITTER_SEED);
        let context = reader
            .text("WORKFLOW_CONTEXT")
            .map(|text| Context::parse(text).map_err(Problem::new));
        let context = reader.keep("WORKFLOW_CONTEXT", context.transpose());
        let (base, place) = base?;
        Some(Self {
            base,
            place,
            version: version?,
            timeouts: timeouts?,
            retries: Policy {
                max_retries: max_retries?,
                budget: Duration::from_millis(budget?),
            },
            jitter_seed: jitter_seed?,
            max_body: usize::try_from(max_body?).unwrap_or(usize::MAX),
            context: context?.unwrap_or_default(),
        })
    }
}

/// Reads variables one by one; every problem is noted.
struct Reader<'a> {
    variables: &'a [(String, String)],
    problems: &'a mut Problems,
}

impl<'a> Reader<'a> {
    fn text(&self, name: &str) -> Option<&'a str> {
        value(self.variables, name)
    }

    fn keep<T>(&mut self, name: &str, result: Result<T, Problem>) -> Option<T> {
        result
            .map_err(|problem| self.problems.note(name, problem))
            .ok()
    }

    /// A number that is there or not; none where it can't be used.
    fn given(&mut self, number: Number) -> Option<Option<u64>> {
        let parsed = self.text(number.name).map(|text| number.parse(text));
        self.keep(number.name, parsed.transpose())
    }

    fn number(&mut self, number: Number) -> Option<u64> {
        Some(self.given(number)?.unwrap_or(number.default))
    }

    /// A phase without a variable of its own has the one of all phases.
    fn timeouts(&mut self) -> Option<Timeouts> {
        let all = self.number(numbers::TIMEOUT);
        let mut read = |number, default: Option<u64>| {
            let given = self.given(number)?;
            given.or(default).map(Duration::from_millis)
        };
        let connect = read(numbers::CONNECT_TIMEOUT, all);
        let first_byte = read(numbers::FIRST_BYTE_TIMEOUT, all);
        let between_bytes = read(numbers::BETWEEN_BYTES_TIMEOUT, all);
        let action = read(
            numbers::ACTION_TIMEOUT,
            Some(numbers::ACTION_TIMEOUT.default),
        );
        all?;
        Some(Timeouts {
            connect: connect?,
            first_byte: first_byte?,
            between_bytes: between_bytes?,
            action: action?,
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn read(variables: &[(&str, &str)]) -> (Option<Settings>, Problems) {
        let variables: Vec<_> = variables
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        let mut problems = Problems::default();
        (Settings::read(&variables, &mut problems), problems)
    }

    #[test]
    fn a_phase_has_its_own_timeout_or_the_one_of_all() {
        let (settings, _) = read(&[
            ("INTERCOM_TIMEOUT_MS", "5000"),
            ("INTERCOM_CONNECT_TIMEOUT_MS", "1000"),
        ]);
        let timeouts = settings.unwrap().timeouts;
        assert_eq!(timeouts.connect.as_millis(), 1000);
        assert_eq!(timeouts.first_byte.as_millis(), 5000);
        assert_eq!(timeouts.between_bytes.as_millis(), 5000);
        assert_eq!(timeouts.action.as_millis(), 120_000);
    }

    #[test]
    fn every_variable_that_cannot_be_used_is_told() {
        let (settings, problems) = read(&[
            ("INTERCOM_MAX_RETRIES", "many"),
            ("INTERCOM_TIMEOUT_MS", "5s"),
            ("INTERCOM_ACTION_TIMEOUT_MS", "0"),
            ("INTERCOM_JITTER_SEED", "x"),
        ]);
        assert!(settings.is_none());
        let told = format!("{problems:?}");
        for name in [
            "INTERCOM_MAX_RETRIES",
            "INTERCOM_TIMEOUT_MS",
            "INTERCOM_ACTION_TIMEOUT_MS",
            "INTERCOM_JITTER_SEED",
        ] {
            assert!(told.contains(name), "{told}");
        }
    }
}
