//! Scheme, host and port as one value; its text parses back to it.

use std::fmt;
use std::net::IpAddr;

use http::Uri;

/// The target of a connection.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Origin {
    /// Whether the scheme is `https`, not `http`.
    pub secure: bool,
    /// The host.
    pub host: Host,
    /// The port; by default the scheme's.
    pub port: u16,
}

/// A host of a URL.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Host {
    /// A name in lower case, which must be resolved.
    Name(String),
    /// An address.
    Ip(IpAddr),
}

impl Host {
    /// Whether this is the machine itself: a loopback address, or `localhost`, whose addresses
    /// must be loopback addresses.
    pub fn is_loopback(&self) -> bool {
        match self {
            Self::Name(name) => name == LOCALHOST,
            Self::Ip(ip) => ip.is_loopback(),
        }
    }

    /// Names have letters, digits, hyphens, underscores and dots, and neither begin nor end with
    /// a dot. Other spellings of the same host, such as `%61pi.example` or `api.example.`, are
    /// refused.
    fn parse(text: &str) -> Option<Self> {
        let bracketed = text
            .strip_prefix('[')
            .and_then(|text| text.strip_suffix(']'));
        if let Some(address) = bracketed {
            return Some(Self::Ip(IpAddr::V6(address.parse().ok()?)));
        }
        if let Ok(address) = text.parse() {
            return Some(Self::Ip(IpAddr::V4(address)));
        }
        let of_a_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        let is_name = !text.is_empty()
            && text.chars().all(of_a_name)
            && !text.starts_with('.')
            && !text.ends_with('.');
        is_name.then(|| Self::Name(text.to_ascii_lowercase()))
    }
}

/// The name of the machine itself.
const LOCALHOST: &str = "localhost";

impl Origin {
    /// The origin of an absolute URL without a user name; `None` otherwise.
    pub fn of(uri: &Uri) -> Option<Self> {
        let secure = match uri.scheme_str()? {
            "https" => true,
            "http" => false,
            _ => return None,
        };
        let authority = uri.authority()?;
        if authority.as_str().contains('@') {
            return None;
        }
        Some(Self {
            secure,
            host: Host::parse(authority.host())?,
            port: port(authority.as_str(), authority.host(), secure)?,
        })
    }

    /// Parses `api.example`, `api.example:8443`, `[::1]:8080` or a URL without a path. The
    /// default scheme is `https`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.strip_suffix('/').unwrap_or(text);
        let url = match text.contains("://") {
            true => text.to_owned(),
            false => format!("https://{text}"),
        };
        let uri: Uri = url.parse().ok()?;
        let is_bare = matches!(uri.path(), "" | "/") && uri.query().is_none();
        is_bare.then(|| Self::of(&uri)).flatten()
    }
}

/// The port after the host, or the scheme's; `None` if the text after the host is not a port.
fn port(authority: &str, host: &str, secure: bool) -> Option<u16> {
    match authority.strip_prefix(host)? {
        "" => Some(if secure { 443 } else { 80 }),
        rest => rest.strip_prefix(':')?.parse().ok(),
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::Ip(IpAddr::V4(ip)) => write!(f, "{ip}"),
            Self::Ip(IpAddr::V6(ip)) => write!(f, "[{ip}]"),
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { secure, host, port } = self;
        match (secure, port) {
            (true, 443) => write!(f, "https://{host}"),
            (false, 80) => write!(f, "http://{host}"),
            (true, port) => write!(f, "https://{host}:{port}"),
            (false, port) => write!(f, "http://{host}:{port}"),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn origins_are_read_and_written() {
        for (text, written) in [
            ("api.example", "https://api.example"),
            ("API.Example", "https://api.example"),
            ("api.example:443", "https://api.example"),
            ("api.example:8443", "https://api.example:8443"),
            ("http://127.0.0.1:8080/", "http://127.0.0.1:8080"),
            ("http://[::1]", "http://[::1]"),
            ("[2001:db8::0:1]:8443", "https://[2001:db8::1]:8443"),
            ("http://localhost:80", "http://localhost"),
        ] {
            let origin = Origin::parse(text).unwrap();
            assert_eq!(origin.to_string(), written);
            assert_eq!(Origin::parse(written).unwrap(), origin, "{text}");
        }
    }

    #[test]
    fn what_is_no_origin() {
        for text in [
            "",
            ":443",
            "ftp://api.example",
            "https://api.example/path",
            "https://api.example?query",
            "user@api.example",
            "user:pass@api.example",
            "api.example.",
            ".api.example",
            "api%2eexample",
            "api.example:99999",
            "api.example:",
            "[::1",
            "[not-an-address]",
            "bücher.example",
            "*.example",
        ] {
            assert_eq!(Origin::parse(text), None, "{text}");
        }
    }

    #[test]
    fn other_spellings_of_an_address_are_names() {
        for text in ["2130706433", "0x7f.1", "127.1", "0177.0.0.1"] {
            let origin = Origin::parse(text).unwrap();
            assert!(matches!(origin.host, Host::Name(_)), "{text}");
            assert!(!origin.host.is_loopback(), "{text}");
        }
    }
}
