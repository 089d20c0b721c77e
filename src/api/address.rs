//! Intercom's address: the host of a region, or another URL.

use super::variables::{BASE_URL, DEFAULT_REGION, REGION};
use crate::input::{InputError, list_names};
use std::fmt;

/// Scheme, host and path prefix of every request's URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl {
    /// Whether the scheme is `https`, not `http`.
    pub secure: bool,
    /// Host, and port if given.
    pub authority: String,
    /// A path prefix without a slash at its end. Mostly empty.
    pub prefix: String,
}

impl BaseUrl {
    fn parse(text: &str) -> Option<Self> {
        let url = SplitUrl::parse(text)?;
        if url.rest.contains(['?', '#']) {
            return None;
        }
        Some(Self {
            secure: url.secure,
            authority: url.authority.to_owned(),
            prefix: url.rest.trim_end_matches('/').to_owned(),
        })
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.secure { "https" } else { "http" };
        write!(f, "{scheme}://{}{}", self.authority, self.prefix)
    }
}

/// The parts of an absolute `http` or `https` URL with a host and without a user name,
/// backslash, space or control character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SplitUrl<'a> {
    /// Whether the scheme is `https`, not `http`.
    pub secure: bool,
    /// Host, and port if given.
    pub authority: &'a str,
    /// Path, query and fragment; may be empty.
    pub rest: &'a str,
}

impl<'a> SplitUrl<'a> {
    /// Splits a URL. `None` if it is invalid.
    pub fn parse(text: &'a str) -> Option<Self> {
        let (secure, after) = match text.strip_prefix("https://") {
            Some(after) => (true, after),
            None => (false, text.strip_prefix("http://")?),
        };
        let end = after.find(['/', '?', '#']).unwrap_or(after.len());
        let (authority, rest) = after.split_at_checked(end)?;
        let odd = |c: char| c.is_whitespace() || c.is_control() || c == '\\';
        if authority.is_empty() || authority.contains('@') || after.contains(odd) {
            return None;
        }
        Some(Self {
            secure,
            authority,
            rest,
        })
    }
}

/// The setting that the address comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Endpoint {
    /// `INTERCOM_REGION`, or its default.
    Region(&'static Region),
    /// `INTERCOM_BASE_URL`.
    BaseUrl(String),
}

impl Endpoint {
    /// The hint for a refused token.
    pub fn hint(&self) -> String {
        match self {
            Self::Region(here) => {
                let others: Vec<&str> = REGIONS
                    .iter()
                    .map(|region| region.name)
                    .filter(|name| *name != here.name)
                    .collect();
                let others = list_names(&others, "or");
                format!(
                    "issue a new token, or set {} to {others} if the workspace is there ({self})",
                    REGION.name
                )
            }
            Self::BaseUrl(_) => format!(
                "check that the address leads to the token's workspace ({self}), or issue a new token"
            ),
        }
    }

    /// A note if the token's workspace is in another region. `region` is its name in the
    /// response of `/me`.
    pub fn elsewhere(&self, region: &str) -> Option<String> {
        let Self::Region(here) = self else {
            return None;
        };
        let there = Region::named(region).filter(|there| there != here)?;
        Some(format!(
            "{self}, and the workspace is in the region {region}: set {} to {}",
            REGION.name, there.name
        ))
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Region(region) => write!(f, "{} is {}", REGION.name, region.name),
            Self::BaseUrl(url) => write!(f, "{} is {url}", BASE_URL.name),
        }
    }
}

/// A region with its names and hosts.
#[derive(Debug, PartialEq, Eq)]
pub struct Region {
    /// The name in `INTERCOM_REGION`.
    pub name: &'static str,
    /// Another name in responses: the API's description shows `US`, but clients of the live API
    /// compare with `Europe` and `Australia`.
    spelled_out: &'static str,
    /// The API's host.
    api_host: &'static str,
    /// The host of the web pages.
    pub app_host: &'static str,
}

impl Region {
    /// Whether it is the default.
    pub fn is_default(&self) -> bool {
        self.name == DEFAULT_REGION
    }

    /// The region with a name, in either spelling and any case.
    fn named(name: &str) -> Option<&'static Self> {
        let is_name = |known: &str| known.eq_ignore_ascii_case(name);
        REGIONS
            .iter()
            .find(|region| is_name(region.name) || is_name(region.spelled_out))
    }
}

/// The regions (`docs/intercom-api.md`, Regions).
static REGIONS: [Region; 3] = [
    Region {
        name: "us",
        spelled_out: "United States",
        api_host: "api.intercom.io",
        app_host: "app.intercom.com",
    },
    Region {
        name: "eu",
        spelled_out: "Europe",
        api_host: "api.eu.intercom.io",
        app_host: "app.eu.intercom.com",
    },
    Region {
        name: "au",
        spelled_out: "Australia",
        api_host: "api.au.intercom.io",
        app_host: "app.au.intercom.com",
    },
];

/// The value of `INTERCOM_REGION` for any name of a region, such as that in the result of
/// `test-connection`: `eu` for `EU` or `Europe`.
pub fn region_named(name: &str) -> Option<&'static str> {
    Region::named(name).map(|region| region.name)
}

/// The API's hosts of all regions, which the connector must reach.
pub fn hosts() -> impl Iterator<Item = &'static str> {
    REGIONS.iter().map(|region| region.api_host)
}

/// The address in the variable [`BASE_URL`].
///
/// # Errors
/// It is not a base URL.
pub fn by_url(url: &str) -> Result<(BaseUrl, Endpoint), InputError> {
    let base = BaseUrl::parse(url).ok_or_else(|| {
        let hint = "give a scheme, a host and optionally a path, such as http://127.0.0.1:8080";
        InputError::of_value(&url.into(), "is not a base URL", hint)
    })?;
    Ok((base, Endpoint::BaseUrl(url.to_owned())))
}

/// The address of a region in the variable [`REGION`].
///
/// # Errors
/// The region does not exist.
pub fn by_region(name: Option<&str>) -> Result<(BaseUrl, Endpoint), InputError> {
    let name = name.unwrap_or(DEFAULT_REGION);
    let known = |region: &&Region| name.eq_ignore_ascii_case(region.name);
    let region = REGIONS.iter().find(known).ok_or_else(|| {
        let names = REGIONS.each_ref().map(|region| region.name);
        let hint = format!("set it to {}", list_names(&names, "or"));
        InputError::of_value(&name.into(), "is not a region", hint)
    })?;
    let base = BaseUrl {
        secure: true,
        authority: region.api_host.to_owned(),
        prefix: String::new(),
    };
    Ok((base, Endpoint::Region(region)))
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
            let (base, _) = by_region(Some(region)).unwrap();
            assert!(base.secure);
            assert_eq!(base.authority, host);
        }
        assert!(by_region(Some("mars")).is_err());
    }

    #[test]
    fn the_variable_s_description_lists_the_regions() {
        let names = REGIONS.each_ref().map(|region| region.name);
        assert!(REGION.description.contains(&list_names(&names, "or")));
    }

    #[test]
    fn a_workspace_in_another_region_gets_a_note() {
        for (setting, region, hint) in [
            ("us", "EU", Some("set INTERCOM_REGION to eu")),
            ("us", "Europe", Some("set INTERCOM_REGION to eu")),
            ("eu", "United States", Some("set INTERCOM_REGION to us")),
            ("eu", "Australia", Some("set INTERCOM_REGION to au")),
            ("eu", "EU", None),
            ("AU", "au", None),
            ("us", "Atlantis", None),
        ] {
            let (_, place) = by_region(Some(setting)).unwrap();
            let note = place.elsewhere(region);
            assert_eq!(note.is_some(), hint.is_some(), "{setting} {region}");
            assert!(note.unwrap_or_default().contains(hint.unwrap_or_default()));
        }
        let double = Endpoint::BaseUrl("http://127.0.0.1:1".to_owned());
        assert_eq!(double.elsewhere("EU"), None);
    }

    #[test]
    fn a_base_url_is_split() {
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
            let (base, endpoint) = by_url(url).unwrap();
            assert_eq!(endpoint, Endpoint::BaseUrl(url.to_owned()));
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
            "https://a?q",
            "https://a\\b",
            "https://a b",
        ] {
            assert!(by_url(url).is_err(), "{url}");
        }
    }
}
