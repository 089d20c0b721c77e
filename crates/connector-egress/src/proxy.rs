//! The proxy that the operator's environment names.
//!
//! | Variable | Meaning |
//! |---|---|
//! | `HTTPS_PROXY`, else `ALL_PROXY` | the proxy, `http://host:port` or `http://user:password@host:port` |
//! | `NO_PROXY` | hosts without the proxy, separated by commas, including their subdomains |
//! | `HTTP_PROXY` | ignored: plain HTTP is allowed to loopback only |
//!
//! Lower-case names are accepted too. A loopback address, or `localhost`, is never reached
//! through a proxy, since it would be another machine there.
//!
//! The policy is checked before the proxy, and TLS is end to end with the host behind it. But
//! the proxy resolves the host's name, so the proxy must refuse private addresses. The proxy
//! itself may have any address.

use std::fmt;
use std::sync::Arc;

use http::Uri;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::proxy::Tunnel;
use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tower_service::Service;

use crate::error_chain::innermost;
use crate::origin::Origin;

/// The variables of the proxy, in order of precedence.
const PROXY: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];

/// The variables of the exceptions.
const EXCEPT: [&str; 2] = ["NO_PROXY", "no_proxy"];

/// The operator's proxy settings.
#[derive(Debug, Clone, Default)]
pub struct Proxies(Option<Arc<Proxy>>);

/// A proxy, and its hosts.
pub(crate) struct Proxy {
    /// Its variable.
    variable: &'static str,
    /// `None` if the variable's value is invalid.
    address: Option<Intercept>,
    /// Matches hosts without an exception.
    takes: Matcher,
}

/// Why a proxy failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProxyError {
    /// The variable's value is not an address of a supported proxy.
    #[error("{variable} is not a supported proxy; give http://host:port, or unset it")]
    Unusable {
        /// The variable.
        variable: &'static str,
    },
    /// It is unreachable, or refused.
    #[error(
        "the proxy {proxy} ({variable}) failed: {detail}. Check that it runs and \
         allows this host, put user:password@ before its host if it needs a login, or add this \
         host to NO_PROXY"
    )]
    Refused {
        /// The proxy's variable.
        variable: &'static str,
        /// Its host and port.
        proxy: String,
        /// The error of the proxy or the system.
        detail: String,
    },
}

impl Proxies {
    /// The settings of this process's environment.
    pub fn of_environment() -> Self {
        Self::read(|name| std::env::var(name).ok())
    }

    /// The settings of these variables.
    pub fn read(variable: impl Fn(&str) -> Option<String>) -> Self {
        let first = |names: &[&'static str]| {
            let mut given = names.iter().map(|name| (*name, variable(name)));
            given.find_map(|(name, value)| Some((name, value.filter(|value| !value.is_empty())?)))
        };
        let proxy = first(&PROXY).map(|(variable, url)| {
            let except = first(&EXCEPT).map(|(_, hosts)| hosts);
            Arc::new(Proxy {
                variable,
                address: address(url),
                takes: Matcher::builder()
                    .https("http://any")
                    .no(except.unwrap_or_default())
                    .build(),
            })
        });
        Self(proxy)
    }

    /// The proxy for `origin`, whose URL is `uri`.
    pub(crate) fn to(&self, origin: &Origin, uri: &Uri) -> Option<Arc<Proxy>> {
        let proxy = self.0.as_ref()?;
        let is_taken = !origin.host.is_loopback() && proxy.takes.intercept(uri).is_some();
        is_taken.then(|| Arc::clone(proxy))
    }
}

/// The proxy of a URL; `None` if its scheme is not supported.
fn address(url: String) -> Option<Intercept> {
    let any = Uri::from_static("https://any");
    let address = Matcher::builder().https(url).build().intercept(&any);
    address.filter(|address| address.uri().scheme_str() == Some("http"))
}

impl Proxy {
    /// A connection through the proxy to `uri`.
    pub(crate) async fn tunnel(&self, uri: Uri) -> Result<TokioIo<TcpStream>, ProxyError> {
        let variable = self.variable;
        let Some(address) = &self.address else {
            return Err(ProxyError::Unusable { variable });
        };
        let mut tcp = HttpConnector::new();
        tcp.set_nodelay(true);
        let mut tunnel = Tunnel::new(address.uri().clone(), tcp);
        if let Some(credentials) = address.basic_auth() {
            tunnel = tunnel.with_auth(credentials.clone());
        }
        let connected = tunnel.call(uri).await;
        connected.map_err(|error| ProxyError::Refused {
            variable,
            proxy: self.name(),
            detail: innermost(&error).to_string(),
        })
    }

    /// Its host and port, without credentials.
    fn name(&self) -> String {
        let address = self.address.as_ref();
        let authority = address.and_then(|address| address.uri().authority());
        authority.map(ToString::to_string).unwrap_or_default()
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Proxy({}={:?})", self.variable, self.name())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    /// The proxy of `variables` for `url`: a proxy, none, or an invalid one.
    fn route(variables: &[(&str, &str)], url: &str) -> String {
        let value = |name: &str| {
            let mut given = variables.iter().filter(|(given, _)| *given == name);
            given.next().map(|(_, value)| (*value).to_owned())
        };
        let proxies = Proxies::read(value);
        assert!(!format!("{proxies:?}").contains("secret"), "{proxies:?}");
        let uri = url.parse().unwrap();
        match proxies.to(&Origin::parse(url).unwrap(), &uri) {
            None => "direct".to_owned(),
            Some(proxy) if proxy.address.is_none() => format!("{} unusable", proxy.variable),
            Some(proxy) => format!("{} {}", proxy.variable, proxy.name()),
        }
    }

    #[test]
    fn the_variables_choose_the_way() {
        const URL: &str = "https://api.example";
        let proxy = ("HTTPS_PROXY", "http://me:secret@proxy.example:3128");
        for (variables, url, expected) in [
            (&[][..], URL, "direct"),
            (&[proxy], URL, "HTTPS_PROXY proxy.example:3128"),
            (
                &[("https_proxy", "proxy.example:1")],
                URL,
                "https_proxy proxy.example:1",
            ),
            (
                &[("ALL_PROXY", "http://all.example")],
                URL,
                "ALL_PROXY all.example",
            ),
            (
                &[("all_proxy", "http://all.example")],
                URL,
                "all_proxy all.example",
            ),
            (
                &[("ALL_PROXY", "http://all.example"), proxy],
                URL,
                "HTTPS_PROXY proxy.example:3128",
            ),
            (&[("HTTPS_PROXY", "")], URL, "direct"),
            (&[("HTTP_PROXY", "http://plain.example")], URL, "direct"),
            // Exceptions: hosts, subdomains, addresses, everything.
            (
                &[proxy, ("NO_PROXY", "other.example, api.example")],
                URL,
                "direct",
            ),
            (&[proxy, ("no_proxy", ".example")], URL, "direct"),
            (&[proxy, ("NO_PROXY", "*")], URL, "direct"),
            (
                &[proxy, ("NO_PROXY", "pi.example")],
                URL,
                "HTTPS_PROXY proxy.example:3128",
            ),
            (
                &[proxy, ("NO_PROXY", "192.0.2.0/24")],
                "https://192.0.2.7",
                "direct",
            ),
            // Loopback is never reached through a proxy.
            (&[proxy], "https://localhost:8443", "direct"),
            (&[proxy], "https://127.0.0.1:8443", "direct"),
            (&[proxy], "https://[::1]:8443", "direct"),
            // An invalid proxy is not bypassed, unless it is not needed.
            (
                &[("HTTPS_PROXY", "socks5://me:secret@proxy.example")],
                URL,
                "HTTPS_PROXY unusable",
            ),
            (
                &[("HTTPS_PROXY", "https://proxy.example")],
                URL,
                "HTTPS_PROXY unusable",
            ),
            (&[("ALL_PROXY", "me:secret@")], URL, "ALL_PROXY unusable"),
            (
                &[("ALL_PROXY", "::"), ("NO_PROXY", "api.example")],
                URL,
                "direct",
            ),
        ] {
            assert_eq!(route(variables, url), expected, "{variables:?}");
        }
    }
}
