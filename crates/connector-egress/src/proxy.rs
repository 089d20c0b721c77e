//! The proxy that requests leave by, where the operator's environment names one.
//!
//! | Variable | What it says |
//! |---|---|
//! | `HTTPS_PROXY`, else `ALL_PROXY` | the proxy, `http://host:port` or `http://user:password@host:port` |
//! | `NO_PROXY` | hosts that are reached without it, separated by commas; those below a name, too |
//! | `HTTP_PROXY` | nothing here: it is for unencrypted requests, and none leave this machine |
//!
//! In lower case they mean the same. A loopback address, or `localhost`, is never
//! reached by a proxy, whatever they say: to a proxy that is another machine.
//!
//! The policy comes before a proxy, and TLS is spoken with the host behind
//! it. But the proxy looks the host's name up: whether its address is a public
//! one is the proxy's business then. The proxy itself may be anywhere.

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

/// Who names the proxy, in the order of asking.
const PROXY: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];

/// Who names what is reached without it.
const EXCEPT: [&str; 2] = ["NO_PROXY", "no_proxy"];

/// What the operator says about proxies.
#[derive(Debug, Clone, Default)]
pub struct Proxies(Option<Arc<Proxy>>);

/// A proxy, and for whom it is.
pub(crate) struct Proxy {
    /// The variable that names it.
    variable: &'static str,
    /// None where the variable holds nothing that can be used.
    address: Option<Intercept>,
    /// Takes a host unless it is excepted.
    takes: Matcher,
}

/// Why a proxy let nothing through.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProxyError {
    /// The variable holds no address of a proxy, or of one of another kind.
    #[error("{variable} holds no proxy that is known here; give http://host:port, or unset it")]
    Unusable {
        /// The variable.
        variable: &'static str,
    },
    /// It was not reached, or refused.
    #[error(
        "the proxy {proxy} ({variable}) let nothing through: {detail}. Check that it runs and \
         allows this host, put user:password@ before its host if it asks for one, or add this \
         host to NO_PROXY"
    )]
    Refused {
        /// The variable that names the proxy.
        variable: &'static str,
        /// Its host and port.
        proxy: String,
        /// What it said, or the system.
        detail: String,
    },
}

impl Proxies {
    /// What this process's environment says.
    pub fn of_environment() -> Self {
        Self::read(|name| std::env::var(name).ok())
    }

    /// What these variables say.
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

    /// The proxy that leads to `origin`, whose URL is `uri`.
    pub(crate) fn to(&self, origin: &Origin, uri: &Uri) -> Option<Arc<Proxy>> {
        let proxy = self.0.as_ref()?;
        let is_taken = !origin.host.is_loopback() && proxy.takes.intercept(uri).is_some();
        is_taken.then(|| Arc::clone(proxy))
    }
}

/// The proxy in a URL, without a scheme that is not spoken here.
fn address(url: String) -> Option<Intercept> {
    let any = Uri::from_static("https://any");
    let address = Matcher::builder().https(url).build().intercept(&any);
    address.filter(|address| address.uri().scheme_str() == Some("http"))
}

impl Proxy {
    /// A connection through the proxy to where `uri` leads.
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

    /// Its host and port, without what opens it.
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

    /// What `variables` say about `url`: the proxy, none, or nothing usable.
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
            // Excepted: hosts, what is below them, addresses, all.
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
            // This machine is never reached by another.
            (&[proxy], "https://localhost:8443", "direct"),
            (&[proxy], "https://127.0.0.1:8443", "direct"),
            (&[proxy], "https://[::1]:8443", "direct"),
            // What can't be used is not passed by, unless it is not needed.
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
