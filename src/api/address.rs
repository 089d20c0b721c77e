//! Where Intercom's API is: the regions' hosts, or another address in their
//! place.

use crate::input::{Problem, list_names, quoted};
use std::fmt;

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

/// The base URL that the two variables lead to: a URL wins over the region.
///
/// # Errors
/// The variable that can't be used, and why.
pub fn base_url(
    url: Option<&str>,
    region: Option<&str>,
) -> Result<(BaseUrl, Place), (&'static str, Problem)> {
    if let Some(url) = url {
        let base = BaseUrl::parse(url).ok_or_else(|| {
            let message = format!(
                "{} is not a base URL; give scheme, host and perhaps a path, such as http://127.0.0.1:8080",
                quoted(url)
            );
            ("INTERCOM_BASE_URL", Problem::new(message))
        })?;
        return Ok((base, Place::BaseUrl(url.to_owned())));
    }
    let region = region.unwrap_or("us");
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn regions_have_hosts() {
        for (region, host) in [
            ("us", "api.intercom.io"),
            ("eu", "api.eu.intercom.io"),
            ("AU", "api.au.intercom.io"),
        ] {
            let (base, _) = base_url(None, Some(region)).unwrap();
            assert!(base.secure);
            assert_eq!(base.authority, host);
        }
        assert!(base_url(None, Some("mars")).is_err());
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
            let (base, place) = base_url(Some(url), Some("eu")).unwrap();
            assert_eq!(place, Place::BaseUrl(url.to_owned()));
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
            assert!(base_url(Some(url), None).is_err(), "{url}");
        }
    }
}
