//! Classifies the HTTP client's errors: of the nested errors, the innermost known one decides.

use std::io;

use hyper_util::client::legacy::Error as ClientError;
use rustls::CertificateError;

use crate::error::{CertificateProblem, EgressError};
use crate::error_chain::{again, find, innermost};
use crate::origin::Origin;
use crate::proxy::ProxyError;
use crate::resolver::LookupError;

impl EgressError {
    pub(crate) fn of_client(error: &ClientError, origin: &Origin) -> Self {
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
