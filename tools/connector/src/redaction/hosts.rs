//! Hosts of requests, which may be shown, and their schemes.

use super::detect;
use super::public_examples;

/// The hosts of requests. Their URLs are parsed; other URLs are links, which are replaced as a
/// whole.
#[derive(Debug, Clone, Default)]
pub(super) struct Hosts(Vec<String>);

impl Hosts {
    /// The hosts of these URLs, and Intercom's.
    pub(super) fn of<'a>(urls: impl Iterator<Item = &'a str>) -> Self {
        Self(urls.filter_map(detect::host).map(str::to_owned).collect())
    }

    /// Whether a URL has one of these hosts.
    pub(super) fn has(&self, url: &str) -> bool {
        detect::host(url).is_some_and(|host| {
            is_intercom(host)
                || public_examples::is_local(host)
                || self.0.iter().any(|known| known == host)
        })
    }
}

/// Whether `host` is one of Intercom's and is a valid host name: the text before a URL's first
/// slash may be anything.
pub(super) fn is_intercom(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    if !host
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b"-.".contains(&b))
    {
        return false;
    }
    let below = |domain| {
        host.strip_suffix(domain)
            .is_some_and(|sub| sub.is_empty() || sub.ends_with('.'))
    };
    below("intercom.io") || below("intercom.com")
}

/// Whether the text before `://` is a scheme of requests. Anything else may contain secrets.
pub(super) fn is_web(scheme: &str) -> bool {
    ["http", "https"]
        .iter()
        .any(|web| scheme.eq_ignore_ascii_case(web))
}
