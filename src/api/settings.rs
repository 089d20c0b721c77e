//! The connector's configuration, read from environment variables at each call.

use crate::input::{Context, Problem, Problems, list_names, quoted};
use std::fmt;
use std::time::Duration;

/// All that the environment says.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The access token, or the engine's placeholder for it.
    pub token: Token,
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
    /// Reads the variables, given as name and value.
    ///
    /// # Errors
    /// All variables that are missing or can't be used, by name.
    pub fn read(variables: &[(String, String)]) -> Result<Self, Problems> {
        let variable = |name: &str| {
            let (_, value) = variables.iter().find(|(n, _)| n == name)?;
            Some(value.as_str())
        };
        let mut problems = Problems::default();
        let mut keep = |name: &'static str, problem| problems.note(name, problem);

        let token = Token::parse(variable("INTERCOM_ACCESS_TOKEN"))
            .map_err(|problem| keep("INTERCOM_ACCESS_TOKEN", problem));
        let base = base_url(variable("INTERCOM_BASE_URL"), variable("INTERCOM_REGION"))
            .map_err(|(name, problem)| keep(name, problem));
        let version = Version::parse(variable("INTERCOM_VERSION").unwrap_or(Version::DEFAULT))
            .map_err(|problem| keep("INTERCOM_VERSION", problem));
        let timeout = timeout(variable("INTERCOM_TIMEOUT_MS"))
            .map_err(|problem| keep("INTERCOM_TIMEOUT_MS", problem));
        let context = match variable("WORKFLOW_CONTEXT") {
            None | Some("") => Ok(Context::default()),
            Some(text) => Context::parse(text)
                .map_err(|message| keep("WORKFLOW_CONTEXT", Problem::new(message))),
        };
        match (token, base, version, timeout, context) {
            (Ok(token), Ok((base, place)), Ok(version), Ok(timeout), Ok(context)) => Ok(Self {
                token,
                base,
                place,
                version,
                timeout,
                max_body: MAX_BODY_BYTES,
                context,
            }),
            _ => Err(problems),
        }
    }
}

/// An access token, sent verbatim: it may be an engine's placeholder, which the
/// engine replaces on the way out. Its `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    fn parse(text: Option<&str>) -> Result<Self, Problem> {
        match text {
            None | Some("") => Err(Problem::new(
                "is not set; give the access token of your Intercom app, or the engine's placeholder for it",
            )),
            Some(text) if text.contains(|c: char| c.is_control()) => Err(Problem::new(
                "holds a line break or another control character, which no header can carry; \
                 give the token alone",
            )),
            Some(text) => Ok(Self(text.to_owned())),
        }
    }

    /// The value of the `Authorization` header.
    pub fn authorization(&self) -> String {
        format!("Bearer {}", self.0)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(redacted)")
    }
}

/// The scheme, host and path that every request starts with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl {
    /// `https` rather than `http`.
    pub secure: bool,
    /// Host, and port where there is one.
    pub authority: String,
    /// A path before the API's own, without a slash at its end; mostly empty.
    pub prefix: String,
}

impl BaseUrl {
    fn parse(text: &str) -> Option<Self> {
        let (secure, rest) = match text.strip_prefix("https://") {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix("http://")?),
        };
        let (authority, prefix) = match rest.find('/') {
            Some(at) => rest.split_at_checked(at)?,
            None => (rest, ""),
        };
        let odd = |c: char| c.is_whitespace() || c.is_control() || "?#\\@".contains(c);
        if authority.is_empty() || rest.contains(odd) {
            return None;
        }
        Some(Self {
            secure,
            authority: authority.to_owned(),
            prefix: prefix.trim_end_matches('/').to_owned(),
        })
    }
}

/// What decided where requests go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// `INTERCOM_REGION`, or its default.
    Region(&'static str),
    /// `INTERCOM_BASE_URL`.
    BaseUrl(String),
}

impl Place {
    /// The way out when a token is refused here.
    pub fn advice(&self) -> String {
        match self {
            Self::Region(here) => {
                let others: Vec<&str> = REGIONS
                    .iter()
                    .map(|(name, _)| *name)
                    .filter(|name| name != here)
                    .collect();
                let others = list_names(&others, "or");
                format!(
                    "{self}: for a workspace in another region set {others}, else issue a new token"
                )
            }
            Self::BaseUrl(_) => format!(
                "{self}: check that it leads to the token's workspace, else issue a new token"
            ),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Region(name) => write!(f, "INTERCOM_REGION is {name}"),
            Self::BaseUrl(url) => write!(f, "INTERCOM_BASE_URL is {url}"),
        }
    }
}

/// The regions and their hosts (API facts 1).
const REGIONS: [(&str, &str); 3] = [
    ("us", "api.intercom.io"),
    ("eu", "api.eu.intercom.io"),
    ("au", "api.au.intercom.io"),
];

/// The hosts of all regions: what the connector must reach.
pub fn hosts() -> impl Iterator<Item = &'static str> {
    REGIONS.into_iter().map(|(_, host)| host)
}

fn base_url(
    url: Option<&str>,
    region: Option<&str>,
) -> Result<(BaseUrl, Place), (&'static str, Problem)> {
    if let Some(url) = url.filter(|url| !url.is_empty()) {
        let base = BaseUrl::parse(url).ok_or_else(|| {
            let message = format!(
                "{} is not a base URL; give scheme, host and perhaps a path, such as http://127.0.0.1:8080",
                quoted(url)
            );
            ("INTERCOM_BASE_URL", Problem::new(message))
        })?;
        return Ok((base, Place::BaseUrl(url.to_owned())));
    }
    let region = region.filter(|region| !region.is_empty()).unwrap_or("us");
    let (name, host) = REGIONS
        .into_iter()
        .find(|(name, _)| region.eq_ignore_ascii_case(name))
        .ok_or_else(|| {
            let message = format!("{} is not a region; give us, eu or au", quoted(region));
            ("INTERCOM_REGION", Problem::new(message))
        })?;
    let base = BaseUrl {
        secure: true,
        authority: host.to_owned(),
        prefix: String::new(),
    };
    Ok((base, Place::Region(name)))
}

/// A version of Intercom's API. Later versions compare as greater; `Preview`
/// and `Unstable`, which have no number, as the greatest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Version {
    /// `2.16` and the like.
    Numbered(u16, u16),
    /// The version that is being worked on.
    Preview,
    /// The older name of [`Version::Preview`].
    Unstable,
}

impl Version {
    /// The version this connector is written against.
    pub const DEFAULT: &'static str = "2.16";

    /// Reads a version as the header has it.
    ///
    /// # Errors
    /// What is no version.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let part = |part: &str| {
            let digits = !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
            digits.then(|| part.parse().ok()).flatten()
        };
        let numbered = || {
            let (major, minor) = text.split_once('.')?;
            Some(Self::Numbered(part(major)?, part(minor)?))
        };
        match text {
            "Preview" => Ok(Self::Preview),
            "Unstable" => Ok(Self::Unstable),
            _ => numbered().ok_or_else(|| {
                Problem::new(format!(
                    "{} is not an API version; give one such as {}, or Preview",
                    quoted(text),
                    Self::DEFAULT
                ))
            }),
        }
    }

    /// Whether an owner's id is a JSON integer: up to 2.15 it is, then text
    /// (API facts 2.1).
    pub fn has_integer_owner(self) -> bool {
        self <= Self::Numbered(2, 15)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Numbered(major, minor) => write!(f, "{major}.{minor}"),
            Self::Preview => f.write_str("Preview"),
            Self::Unstable => f.write_str("Unstable"),
        }
    }
}

fn timeout(text: Option<&str>) -> Result<Duration, Problem> {
    let Some(text) = text.filter(|text| !text.is_empty()) else {
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

    fn read(variables: &[(&str, &str)]) -> Result<Settings, Problems> {
        let variables: Vec<_> = [("INTERCOM_ACCESS_TOKEN", "dG9rOmE=")]
            .iter()
            .chain(variables)
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        Settings::read(&variables)
    }

    #[test]
    fn regions_have_hosts() {
        for (region, host) in [
            ("", "api.intercom.io"),
            ("eu", "api.eu.intercom.io"),
            ("AU", "api.au.intercom.io"),
        ] {
            let settings = read(&[("INTERCOM_REGION", region)]).unwrap();
            assert!(settings.base.secure);
            assert_eq!(settings.base.authority, host);
        }
        assert!(read(&[("INTERCOM_REGION", "mars")]).is_err());
    }

    #[test]
    fn a_base_url_wins_over_the_region() {
        for (url, secure, authority, prefix) in [
            ("http://127.0.0.1:8080", false, "127.0.0.1:8080", ""),
            (
                "https://proxy.example/intercom/",
                true,
                "proxy.example",
                "/intercom",
            ),
            ("http://[::1]:80/", false, "[::1]:80", ""),
        ] {
            let base = read(&[("INTERCOM_BASE_URL", url), ("INTERCOM_REGION", "eu")])
                .unwrap()
                .base;
            let expected = BaseUrl {
                secure,
                authority: authority.into(),
                prefix: prefix.into(),
            };
            assert_eq!(base, expected);
        }
        for url in [
            "api.intercom.io",
            "ftp://x",
            "https://",
            "https://a@b",
            "https://a/?q",
            "https://a b",
        ] {
            assert!(read(&[("INTERCOM_BASE_URL", url)]).is_err(), "{url}");
        }
    }

    #[test]
    fn versions_compare_by_number() {
        let version = |text| Version::parse(text).unwrap();
        assert!(version("2.9") < version("2.16"));
        assert!(version("2.17") < version("Preview"));
        assert!(version("2.15").has_integer_owner() && !version("2.16").has_integer_owner());
        for text in ["2", "2.", "latest", "2.16.1", "+2.1", "preview"] {
            assert!(Version::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_token_is_sent_verbatim_and_never_shown() {
        let settings = read(&[]).unwrap();
        assert_eq!(settings.token.authorization(), "Bearer dG9rOmE=");
        assert!(!format!("{settings:?}").contains("dG9rOmE="));
        assert!(Settings::read(&[]).is_err());
        assert!(Token::parse(Some("abc\n")).is_err());
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
            assert!(read(&[("INTERCOM_TIMEOUT_MS", text)]).is_err(), "{text}");
        }
    }
}
