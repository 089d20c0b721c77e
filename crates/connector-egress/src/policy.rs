//! Decides which requests are allowed: those that the connector declares and the engine grants.

use std::net::IpAddr;

use http::{Method, Uri};
use percent_encoding::percent_decode_str;

use crate::address::is_public;
use crate::grants::{Grant, Grants, PolicyError};
use crate::origin::{Host, Origin};
use crate::refusal::Refusal;
use connector_host::{Environment, Manifest};

/// The rules of one connector in one engine.
#[derive(Debug, Clone)]
pub struct Policy {
    declared: Vec<Origin>,
    grants: Grants,
}

impl Policy {
    /// The policy for the connector with this manifest and environment. Without grants,
    /// everything declared is granted.
    ///
    /// A URL that the operator sets in one of the connector's variables (another base URL: a
    /// proxy, a test double) counts as declared.
    ///
    /// # Errors
    ///
    /// When the manifest declares an invalid host.
    pub fn new(
        manifest: &Manifest,
        environment: &Environment,
        grants: Option<Grants>,
    ) -> Result<Self, PolicyError> {
        let hosts = manifest.hosts.iter();
        let hosts = hosts
            .map(|host| Origin::parse(host).ok_or_else(|| PolicyError::Declared(host.clone())))
            .collect::<Result<Vec<_>, _>>()?;
        let stand_ins = stand_ins(manifest, environment);
        Ok(Self {
            grants: grants.unwrap_or_else(|| all_declared(&hosts, &stand_ins)),
            declared: hosts.into_iter().chain(stand_ins).collect(),
        })
    }

    /// The origins of the manifest and of the operator's variables.
    pub fn declared(&self) -> &[Origin] {
        &self.declared
    }

    /// Checks that a request is allowed. Returns its origin.
    ///
    /// # Errors
    ///
    /// When it is not allowed.
    pub fn check(&self, method: &Method, uri: &Uri) -> Result<Origin, Refusal> {
        let Some(origin) = Origin::of(uri) else {
            let host = uri.host().unwrap_or_default().to_owned();
            return Err(Refusal::Address { host });
        };
        if !origin.secure && !origin.host.is_loopback() {
            return Err(Refusal::NotEncrypted { origin });
        }
        if !self.declared.contains(&origin) {
            let declared = self.declared.clone();
            return Err(Refusal::NotDeclared { origin, declared });
        }
        let granted: Vec<&Grant> = self.grants_of(&origin).collect();
        if granted.is_empty() {
            let granted = self.grants.0.iter().map(|grant| grant.origin.clone());
            let granted = granted.collect();
            return Err(Refusal::NotGranted { origin, granted });
        }
        let granted = allowing_method(granted, method, &origin)?;
        let granted = allowing_path(granted, uri.path(), &origin)?;
        match origin.host {
            Host::Ip(address) if !granted.iter().any(|grant| may_be(grant, address)) => {
                let host = origin.host.to_string();
                Err(Refusal::PrivateAddress { host, address })
            }
            _ => Ok(origin),
        }
    }

    /// Whether this origin's host may have this address.
    pub(crate) fn allows_address(&self, origin: &Origin, address: IpAddr) -> bool {
        if origin.host.is_loopback() && !address.is_loopback() {
            return false;
        }
        self.grants_of(origin).any(|grant| may_be(grant, address))
    }

    fn grants_of(&self, origin: &Origin) -> impl Iterator<Item = &Grant> {
        let grants = self.grants.0.iter();
        grants.filter(move |grant| grant.origin == *origin)
    }
}

/// The origins of the URLs in the connector's variables. Only the operator sets them, so the
/// operator allows them.
fn stand_ins(manifest: &Manifest, environment: &Environment) -> Vec<Origin> {
    let plain = manifest
        .variables
        .iter()
        .filter(|variable| !variable.secret);
    plain
        .filter_map(|variable| environment.get(&variable.name)?.parse().ok())
        .filter_map(|uri| Origin::of(&uri))
        .collect()
}

/// The grants of an engine without its own. Hosts of the manifest must be public, since they are
/// the author's; an address in a variable is the operator's.
fn all_declared(hosts: &[Origin], stand_ins: &[Origin]) -> Grants {
    let of_the_operator = stand_ins.iter().map(|origin| Grant {
        private_addresses: matches!(origin.host, Host::Ip(_)) || origin.host.is_loopback(),
        ..Grant::all_of(origin.clone())
    });
    let of_the_author = hosts.iter().cloned().map(Grant::all_of);
    Grants(of_the_author.chain(of_the_operator).collect())
}

fn may_be(grant: &Grant, address: IpAddr) -> bool {
    grant.private_addresses || is_public(address)
}

fn allowing_method<'a>(
    grants: Vec<&'a Grant>,
    method: &Method,
    origin: &Origin,
) -> Result<Vec<&'a Grant>, Refusal> {
    let named = |grant: &&Grant| match &grant.methods {
        None => true,
        Some(methods) => methods.contains(method),
    };
    let allowing: Vec<_> = grants.iter().copied().filter(named).collect();
    if allowing.is_empty() || is_never_granted(method) {
        let granted = grants.iter().filter_map(|grant| grant.methods.as_ref());
        return Err(Refusal::Method {
            method: method.clone(),
            origin: origin.clone(),
            granted: granted.flatten().cloned().collect(),
        });
    }
    Ok(allowing)
}

/// TRACE returns a request's headers, including the token; CONNECT opens a tunnel. Servers may
/// accept both in lower case.
fn is_never_granted(method: &Method) -> bool {
    let never = [Method::CONNECT, Method::TRACE];
    never
        .iter()
        .any(|never| method.as_str().eq_ignore_ascii_case(never.as_str()))
}

fn allowing_path<'a>(
    grants: Vec<&'a Grant>,
    path: &str,
    origin: &Origin,
) -> Result<Vec<&'a Grant>, Refusal> {
    let below = |grant: &&Grant| match &grant.paths {
        None => true,
        Some(prefixes) => !climbs(path) && prefixes.iter().any(|prefix| is_below(path, prefix)),
    };
    let allowing: Vec<_> = grants.iter().copied().filter(below).collect();
    if allowing.is_empty() {
        let granted = grants.iter().filter_map(|grant| grant.paths.as_ref());
        return Err(Refusal::Path {
            path: path.to_owned(),
            origin: origin.clone(),
            granted: granted.flatten().cloned().collect(),
        });
    }
    Ok(allowing)
}

/// Whether `path` is `prefix`, or `prefix` with further segments.
fn is_below(path: &str, prefix: &str) -> bool {
    let prefix = prefix.trim_end_matches('/');
    let rest = path.strip_prefix(prefix);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Whether a server might interpret `path` as another one: `.` or `..` segments in any encoding,
/// with or without parameters (`..;x`).
fn climbs(path: &str) -> bool {
    let decoded = percent_decode_str(path).decode_utf8_lossy();
    let segments = decoded.split(['/', '\\']);
    let mut names = segments.map(|segment| segment.split(';').next().unwrap_or_default());
    names.any(|name| matches!(name, "." | ".."))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]

    use super::*;
    use connector_host::manifest::Variable;

    fn manifest(hosts: &[&str]) -> Manifest {
        let variable = |name: &str, secret| Variable {
            name: name.to_owned(),
            secret,
            ..Variable::default()
        };
        Manifest {
            name: "t".to_owned(),
            hosts: hosts.iter().map(|host| (*host).to_owned()).collect(),
            variables: vec![variable("BASE", false), variable("SECRET", true)],
            ..Manifest::default()
        }
    }

    fn check(policy: &Policy, method: &str, url: &str) -> &'static str {
        let uri = url.parse().unwrap();
        match policy.check(&method.parse().unwrap(), &uri) {
            Ok(_) => "passes",
            Err(Refusal::Address { .. }) => "address",
            Err(Refusal::NotEncrypted { .. }) => "not encrypted",
            Err(Refusal::NotDeclared { .. }) => "not declared",
            Err(Refusal::NotGranted { .. }) => "not granted",
            Err(Refusal::Method { .. }) => "method",
            Err(Refusal::Path { .. }) => "path",
            Err(Refusal::OtherPlace { .. }) => "other place",
            Err(Refusal::PrivateAddress { .. }) => "private address",
        }
    }

    #[test]
    fn requests_are_declared_and_granted() {
        let grants = r#"
            [[grant]]
            host = "a.example"
            methods = ["GET"]
            paths = ["/contacts/"]
            [[grant]]
            host = "a.example"
            methods = ["POST"]
            [[grant]]
            host = "undeclared.example"
            [[grant]]
            host = "10.0.0.7"
            private-addresses = false
        "#;
        let hosts = manifest(&["a.example", "b.example", "10.0.0.7"]);
        let grants = Some(grants.parse().unwrap());
        let policy = Policy::new(&hosts, &Environment::new(), grants).unwrap();
        for (method, url, expected) in [
            ("GET", "https://a.example/contacts", "passes"),
            ("GET", "https://A.EXAMPLE:443/contacts/7?q=1", "passes"),
            ("GET", "https://a.example/contactsx", "path"),
            ("GET", "https://a.example/contacts/../admins", "path"),
            ("GET", "https://a.example/contacts/%2E%2e/admins", "path"),
            ("GET", "https://a.example/contacts/..%2fadmins", "path"),
            ("GET", "https://a.example/contacts/%5c..%5cadmins", "path"),
            ("POST", "https://a.example/anything", "passes"),
            ("PUT", "https://a.example/contacts", "method"),
            ("TRACE", "https://a.example/contacts", "method"),
            ("trace", "https://a.example/contacts", "method"),
            ("post", "https://a.example/anything", "method"),
            ("GET", "https://a.example/contacts/..;x/admins", "path"),
            ("CONNECT", "https://a.example/", "method"),
            ("GET", "http://a.example/contacts", "not encrypted"),
            ("GET", "https://a.example:8443/contacts", "not declared"),
            ("GET", "https://b.example/contacts", "not granted"),
            ("GET", "https://undeclared.example/", "not declared"),
            ("GET", "https://10.0.0.7/", "private address"),
            ("GET", "https://me@a.example/contacts", "address"),
            ("GET", "https://a.example@b.example/", "address"),
            ("GET", "https://a.example./contacts", "address"),
            ("GET", "/contacts", "address"),
        ] {
            assert_eq!(check(&policy, method, url), expected, "{method} {url}");
        }
    }

    #[test]
    fn without_grants_all_that_is_declared_passes() {
        let hosts = manifest(&["a.example", "127.0.0.1"]);
        let environment = [
            ("BASE", "http://127.0.0.1:8080/v1"),
            ("SECRET", "https://s.example"),
            ("OTHER", "https://o.example"),
        ];
        let environment = environment.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let policy = Policy::new(&hosts, &environment.into(), None).unwrap();
        for (url, expected) in [
            ("https://a.example/", "passes"),
            ("http://127.0.0.1:8080/v1/me", "passes"),
            ("http://127.0.0.1:8081/", "not declared"),
            // A host of the manifest must not resolve to a private address.
            ("https://127.0.0.1/", "private address"),
            ("https://s.example/", "not declared"),
            ("https://o.example/", "not declared"),
        ] {
            assert_eq!(check(&policy, "GET", url), expected, "{url}");
        }
    }

    #[test]
    fn names_have_public_addresses_unless_granted() {
        let grants = r#"
            [[grant]]
            host = "a.example"
            [[grant]]
            host = "inside.example"
            private-addresses = true
            [[grant]]
            host = "http://localhost:1"
            [[grant]]
            host = "localhost:2"
            private-addresses = false
        "#;
        let grants = Some(grants.parse().unwrap());
        let policy = Policy::new(&manifest(&[]), &Environment::new(), grants).unwrap();
        for (origin, address, expected) in [
            ("a.example", "1.1.1.1", true),
            ("a.example", "10.0.0.1", false),
            ("a.example", "::ffff:127.0.0.1", false),
            ("inside.example", "10.0.0.1", true),
            // A grant is for its port only.
            ("inside.example:8443", "10.0.0.1", false),
            ("A.EXAMPLE", "1.1.1.1", true),
            ("http://localhost:1", "127.0.0.1", true),
            ("http://localhost:1", "10.0.0.1", false),
            ("http://localhost:1", "1.1.1.1", false),
            ("localhost:2", "127.0.0.1", false),
            ("unknown.example", "1.1.1.1", false),
        ] {
            let parsed = Origin::parse(origin).unwrap();
            let allowed = policy.allows_address(&parsed, address.parse().unwrap());
            assert_eq!(allowed, expected, "{origin} {address}");
        }
    }

    #[test]
    fn a_manifest_with_no_host_in_hosts_is_refused() {
        let made = Policy::new(&manifest(&["https://a/b"]), &Environment::new(), None);
        let Err(error) = made else { panic!() };
        assert!(error.to_string().contains("https://a/b"), "{error}");
    }
}
