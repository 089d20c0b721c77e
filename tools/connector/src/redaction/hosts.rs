//! Where requests go, as URLs tell it: hosts that may be shown, and schemes.

use super::detect;
use super::public_examples;

/// The hosts that requests go to. URLs that lead there are taken apart; others
/// are links, which are hidden whole.
#[derive(Debug, Clone, Default)]
pub(super) struct Hosts(Vec<String>);

impl Hosts {
    /// The hosts of these URLs, and Intercom's.
    pub(super) fn of<'a>(urls: impl Iterator<Item = &'a str>) -> Self {
        Self(urls.filter_map(detect::host).map(str::to_owned).collect())
    }

    /// Whether a URL leads to one of them.
    pub(super) fn has(&self, url: &str) -> bool {
        detect::host(url).is_some_and(|host| {
            is_intercom(host)
                || public_examples::is_local(host)
                || self.0.iter().any(|known| known == host)
        })
    }
}

/// Whether `host` is one of Intercom's own, and has the characters of a host's name:
/// what stands before a URL's first slash may be anything.
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

/// Whether what stands before `://` is a scheme that requests have. Anything else
/// may hold what is to be hidden.
pub(super) fn is_web(scheme: &str) -> bool {
    ["http", "https"]
        .iter()
        .any(|web| scheme.eq_ignore_ascii_case(web))
}
