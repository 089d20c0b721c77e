//! Reads what the HTTP client says went wrong: its errors are layers, of which
//! the innermost that we know is the one that matters.

use std::error::Error as StdError;
use std::io;

use hyper_util::client::legacy::Error as ClientError;
use rustls::CertificateError;

use super::error::{CertificateProblem, EgressError};
use super::origin::Origin;
use super::proxy::ProxyError;
use super::resolver::LookupError;

impl EgressError {
    pub(super) fn of_client(error: &ClientError, origin: &Origin) -> Self {
        let origin = origin.clone();
        if let Some(lookup) = find::<LookupError>(error) {
            return match lookup {
                LookupError::Refused(refusal) => Self::Refused(refusal.clone()),
                LookupError::Failed(source) => Self::Lookup {
                    origin,
                    source: again(source),
                },
            };
        }
        if let Some(proxy) = find::<ProxyError>(error) {
            let source = proxy.clone();
            return Self::Proxy { origin, source };
        }
        if let Some(tls) = find::<rustls::Error>(error) {
            return of_tls(tls, origin);
        }
        let io = find::<io::Error>(error);
        if error.is_connect() {
            let source = io.map_or_else(|| io::Error::other(error.to_string()), again);
            return Self::Connect { origin, source };
        }
        let hyper = find::<hyper::Error>(error);
        let odd = hyper.is_some_and(hyper::Error::is_parse);
        Self::Exchange {
            origin,
            closed: !odd,
            detail: innermost(error).to_string(),
        }
    }
}

fn of_tls(error: &rustls::Error, origin: Origin) -> EgressError {
    let rustls::Error::InvalidCertificate(certificate) = error else {
        let detail = error.to_string();
        return EgressError::Tls { origin, detail };
    };
    use CertificateError as C;
    let problem = match certificate {
        C::NotValidForName | C::NotValidForNameContext { .. } => CertificateProblem::OtherName,
        C::Expired | C::ExpiredContext { .. } => CertificateProblem::Expired,
        C::NotValidYet | C::NotValidYetContext { .. } => CertificateProblem::NotYetValid,
        C::UnknownIssuer => CertificateProblem::UnknownIssuer,
        other => CertificateProblem::Other(format!("{other:?}")),
    };
    EgressError::Certificate { origin, problem }
}

/// The first error of this type in the chain.
fn find<'a, E: StdError + 'static>(error: &'a (dyn StdError + 'static)) -> Option<&'a E> {
    chain(error).find_map(|layer| layer.downcast_ref())
}

pub(super) fn innermost<'a>(error: &'a (dyn StdError + 'static)) -> &'a (dyn StdError + 'static) {
    chain(error).last().unwrap_or(error)
}

/// An error and those that it comes from.
fn chain<'a>(
    error: &'a (dyn StdError + 'static),
) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |layer| within(*layer))
}

/// The error that another comes from. An `io::Error` that wraps one gives only
/// what is behind that as its source.
fn within<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a (dyn StdError + 'static)> {
    let wrapped = error.downcast_ref().and_then(io::Error::get_ref);
    match wrapped {
        Some(wrapped) => Some(wrapped),
        None => error.source(),
    }
}

/// The same error once more, which `io::Error` cannot do itself.
pub(super) fn again(error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), error.to_string())
}
