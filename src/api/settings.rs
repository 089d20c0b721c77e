//! The connector's configuration, read from environment variables in each call.

use super::address::{BaseUrl, Endpoint, by_region, by_url};
use super::numbers::{self, Number};
use super::retry::Policy;
use super::timeouts::Timeouts;
use super::variables::{self, BASE_URL, CONTEXT, REGION, Variable};
use super::version::Version;
use crate::input::{Context, InputError, InputErrors};
use std::time::Duration;

/// The settings of a call, except for [`super::Credentials`].
#[derive(Debug, Clone)]
pub struct Settings {
    /// The API's address.
    pub base: BaseUrl,
    /// The setting that the address comes from.
    pub endpoint: Endpoint,
    /// The API version to request.
    pub version: Version,
    /// The timeouts of the phases of a request, and of the whole action.
    pub timeouts: Timeouts,
    /// The limits on retries.
    pub retries: Policy,
    /// The seed of the jitter. `None` for the clock's reading.
    pub jitter_seed: Option<u64>,
    /// The maximum size of a response's body, in bytes.
    pub max_body: usize,
    /// The workflow context.
    pub context: Context,
}

impl Settings {
    /// Reads the variables, given as name and value. An empty value counts as not set. `None`
    /// after noting an error for each invalid variable.
    pub fn read(variables: &[(String, String)], errors: &mut InputErrors) -> Option<Self> {
        let mut reader = Reader { variables, errors };
        // Every variable is read before an error ends this.
        let base = match reader.text(BASE_URL) {
            Some(url) => reader.keep(BASE_URL.name, by_url(url)),
            None => reader.keep(REGION.name, by_region(reader.text(REGION))),
        };
        let version = reader.text(variables::VERSION).unwrap_or(Version::DEFAULT);
        let version = reader.keep(variables::VERSION.name, Version::parse(version));
        let timeouts = reader.timeouts();
        let max_retries = reader.number(numbers::MAX_RETRIES);
        let budget = reader.number(numbers::RETRY_BUDGET);
        let max_body = reader.number(numbers::MAX_BODY);
        let jitter_seed = reader.optional(numbers::JITTER_SEED);
        let context = reader.text(CONTEXT).map(Context::parse);
        let context = reader.keep(CONTEXT.name, context.transpose());
        let (base, endpoint) = base?;
        Some(Self {
            base,
            endpoint,
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

/// Reads variables one by one, and notes every error.
struct Reader<'a> {
    variables: &'a [(String, String)],
    errors: &'a mut InputErrors,
}

impl<'a> Reader<'a> {
    fn text(&self, variable: Variable) -> Option<&'a str> {
        variable.value(self.variables)
    }

    fn keep<T>(&mut self, name: &str, result: Result<T, InputError>) -> Option<T> {
        result.map_err(|error| self.errors.note(name, error)).ok()
    }

    /// A number, or its default if it has one. `None` if an error was noted.
    fn optional(&mut self, number: Number) -> Option<Option<u64>> {
        let text = variables::value(self.variables, number.name);
        let parsed = text.map(|text| number.parse(text)).transpose();
        Some(self.keep(number.name, parsed)?.or(number.default))
    }

    /// A number that has a default.
    fn number(&mut self, number: Number) -> Option<u64> {
        self.optional(number)?
    }

    /// A phase without its own variable has the general timeout.
    fn timeouts(&mut self) -> Option<Timeouts> {
        let all = self.number(numbers::TIMEOUT);
        let mut phase = |number| self.optional(number)?.or(all).map(Duration::from_millis);
        let connect = phase(numbers::CONNECT_TIMEOUT);
        let first_byte = phase(numbers::FIRST_BYTE_TIMEOUT);
        let between_bytes = phase(numbers::BETWEEN_BYTES_TIMEOUT);
        let action = phase(numbers::ACTION_TIMEOUT);
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

    fn read(variables: &[(&str, &str)]) -> (Option<Settings>, InputErrors) {
        let variables: Vec<_> = variables
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        let mut errors = InputErrors::default();
        (Settings::read(&variables, &mut errors), errors)
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
    fn every_invalid_variable_is_reported() {
        let (settings, errors) = read(&[
            ("INTERCOM_MAX_RETRIES", "many"),
            ("INTERCOM_TIMEOUT_MS", "5s"),
            ("INTERCOM_ACTION_TIMEOUT_MS", "0"),
            ("INTERCOM_JITTER_SEED", "x"),
        ]);
        assert!(settings.is_none());
        let reported = format!("{errors:?}");
        for name in [
            "INTERCOM_MAX_RETRIES",
            "INTERCOM_TIMEOUT_MS",
            "INTERCOM_ACTION_TIMEOUT_MS",
            "INTERCOM_JITTER_SEED",
        ] {
            assert!(reported.contains(name), "{reported}");
        }
    }
}
