//! Routes: from method and path to an operation.

use percent_encoding::percent_decode_str;

use super::call::Call;
use super::response::{ApiError, Success};
use super::state::State;

/// Executes a request.
pub type Operation = fn(&mut State, &Call<'_>) -> Result<Success, ApiError>;

/// The access to a route, and whether the ledger records its requests as writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Needs no token.
    Public,
    /// Needs a token; a retry is harmless.
    Idempotent,
    /// Needs a token; a retry may take effect twice.
    WriteOnce,
}

/// One route.
#[derive(Debug)]
pub struct Route {
    pub access: Access,
    pub method: &'static str,
    /// The path. `{id}` and `{other}` match one segment each.
    pub path: &'static str,
    pub operation: Operation,
}

/// A route, for tables.
pub const fn route(
    access: Access,
    method: &'static str,
    path: &'static str,
    operation: Operation,
) -> Route {
    Route {
        access,
        method,
        path,
        operation,
    }
}

/// The decoded parameters of a path; empty if the route has none.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Parameters {
    pub id: String,
    pub other: String,
}

impl Parameters {
    /// The parameters of a path. `None` if it does not match the template.
    pub fn of(template: &str, path: &str) -> Option<Self> {
        let mut parameters = Self::default();
        let (mut template, mut path) = (template.split('/'), path.split('/'));
        loop {
            let (wanted, segment) = match (template.next(), path.next()) {
                (None, None) => return Some(parameters),
                (Some(wanted), Some(segment)) => (wanted, segment),
                _ => return None,
            };
            let parameter = match wanted {
                "{id}" => &mut parameters.id,
                "{other}" => &mut parameters.other,
                literal if literal == segment => continue,
                _ => return None,
            };
            if segment.is_empty() {
                return None;
            }
            *parameter = percent_decode_str(segment).decode_utf8().ok()?.into_owned();
        }
    }
}
