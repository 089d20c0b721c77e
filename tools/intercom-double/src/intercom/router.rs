//! Routes requests to operations, without a socket: checks the token, the rate
//! limit, the script, the version and the API description, then calls the
//! operation.

use bytes::Bytes;
use http::{HeaderName, Request, Response};
use percent_encoding::percent_decode_str;

use super::call::Call;
use super::operations::{contacts, inbox, merge, messages, oauth, search, workspace};
use super::response::{self, ApiError, Success};
use super::script::Intervention;
use super::state::State;
use super::version::{self, Version};
use crate::http::ResponseDelay;

type Operation = fn(&mut State, &Call<'_>) -> Result<Success, ApiError>;

/// Who may use a route, and whether the ledger records its requests as writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Access {
    /// Needs no token.
    Public,
    /// Needs a token; a retry is harmless.
    Idempotent,
    /// Needs a token; a retry may take effect twice.
    WriteOnce,
}

struct Route {
    access: Access,
    method: &'static str,
    path: &'static str,
    operation: Operation,
}

const fn route(
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

/// All routes. `{id}` matches one segment; a route with a literal segment in its
/// place comes first.
const ROUTES: [Route; 24] = [
    route(Access::Public, "GET", "/oauth", oauth::authorize),
    route(Access::Public, "POST", "/auth/eagle/token", oauth::exchange),
    route(Access::Idempotent, "GET", "/me", workspace::me),
    route(Access::Idempotent, "GET", "/admins", workspace::admins),
    route(Access::WriteOnce, "POST", "/messages", messages::send),
    route(Access::WriteOnce, "POST", "/contacts", contacts::create),
    route(Access::WriteOnce, "POST", "/contacts/merge", merge::merge),
    route(
        Access::Idempotent,
        "POST",
        "/contacts/search",
        search::search,
    ),
    route(Access::Idempotent, "GET", "/contacts", search::list),
    route(
        Access::Idempotent,
        "GET",
        "/contacts/find_by_external_id/{id}",
        contacts::find_by_external_id,
    ),
    route(Access::Idempotent, "GET", "/contacts/{id}", contacts::get),
    route(
        Access::Idempotent,
        "PUT",
        "/contacts/{id}",
        contacts::update,
    ),
    route(
        Access::Idempotent,
        "DELETE",
        "/contacts/{id}",
        contacts::delete,
    ),
    route(
        Access::Idempotent,
        "POST",
        "/contacts/{id}/archive",
        contacts::archive,
    ),
    route(
        Access::Idempotent,
        "POST",
        "/contacts/{id}/unarchive",
        contacts::unarchive,
    ),
    route(
        Access::Idempotent,
        "POST",
        "/conversations/search",
        search::conversations,
    ),
    route(Access::WriteOnce, "POST", "/conversations", inbox::begin),
    route(
        Access::Idempotent,
        "GET",
        "/conversations/{id}",
        inbox::conversation,
    ),
    route(
        Access::WriteOnce,
        "POST",
        "/conversations/{id}/reply",
        inbox::reply_to_conversation,
    ),
    route(
        Access::Idempotent,
        "POST",
        "/tickets/search",
        search::tickets,
    ),
    route(Access::WriteOnce, "POST", "/tickets", inbox::create_ticket),
    route(Access::Idempotent, "GET", "/tickets/{id}", inbox::ticket),
    route(
        Access::Idempotent,
        "PUT",
        "/tickets/{id}",
        inbox::update_ticket,
    ),
    route(
        Access::WriteOnce,
        "POST",
        "/tickets/{id}/reply",
        inbox::reply_to_ticket,
    ),
];

/// Responds to a request that arrived at `now`, in Unix seconds.
pub fn respond(state: &mut State, request: &Request<Bytes>, now: i64) -> Response<Bytes> {
    let route = find(request.method().as_str(), request.uri().path());
    let public = matches!(&route, Some((route, _)) if route.access == Access::Public);
    let authenticated = !public && state.auth.accepts(request.headers());
    let admitted = match (public, authenticated) {
        (false, false) => Err(ApiError::unauthorized("Access Token Invalid")),
        (false, true) => state.rate_limit.check(now),
        (true, _) => Ok(()),
    };
    let intervention = match &admitted {
        Ok(()) => state.script.next(request),
        Err(_) => Intervention::default(),
    };
    let result = admitted.and_then(|()| match intervention.error {
        Some(error) => Err(error),
        None => perform(state, route, request, now),
    });
    let mut response = response::build(result, &state.next_request_id());
    if let Some(version) = request.headers().get(version::HEADER) {
        let echo = HeaderName::from_static(version::HEADER);
        response.headers_mut().insert(echo, version.clone());
    }
    if authenticated {
        for (name, value) in state.rate_limit.headers() {
            response::set_header(&mut response, HeaderName::from_static(name), &value);
        }
    }
    if !intervention.delay.is_zero() {
        let delay = ResponseDelay(intervention.delay);
        response.extensions_mut().insert(delay);
    }
    state.ledger.record_exchange(request, response.status());
    response
}

fn perform(
    state: &mut State,
    route: Option<(&Route, String)>,
    request: &Request<Bytes>,
    now: i64,
) -> Result<Success, ApiError> {
    let version = Version::requested(request.headers())?;
    let (route, id) = route.ok_or_else(|| ApiError::not_found("there is no such path"))?;
    if route.access == Access::WriteOnce {
        state.ledger.record_write(request);
    }
    state.violations.check(request)?;
    let call = Call {
        request,
        id,
        version,
        now,
    };
    (route.operation)(state, &call)
}

/// The route of a method and path, with the value of `{id}`.
fn find(method: &str, path: &str) -> Option<(&'static Route, String)> {
    let methods = ROUTES.iter().filter(|route| route.method == method);
    methods
        .filter_map(|route| Some((route, match_path(route.path, path)?)))
        .next()
}

/// The decoded value of `{id}` in a path; empty if the template has none. `None` if
/// the path does not match.
fn match_path(template: &str, path: &str) -> Option<String> {
    let mut id = String::new();
    let (mut template, mut path) = (template.split('/'), path.split('/'));
    loop {
        match (template.next(), path.next()) {
            (None, None) => return Some(id),
            (Some("{id}"), Some(segment)) if !segment.is_empty() => {
                id = percent_decode_str(segment).decode_utf8().ok()?.into_owned();
            }
            (Some(literal), Some(segment)) if literal == segment => {}
            _ => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_finds_its_route() {
        for (method, path, expected) in [
            ("GET", "/me", Some(("/me", ""))),
            ("GET", "/contacts", Some(("/contacts", ""))),
            ("GET", "/contacts/7", Some(("/contacts/{id}", "7"))),
            ("GET", "/contacts/a%2Fb", Some(("/contacts/{id}", "a/b"))),
            ("POST", "/contacts/search", Some(("/contacts/search", ""))),
            (
                "GET",
                "/contacts/find_by_external_id/7",
                Some(("/contacts/find_by_external_id/{id}", "7")),
            ),
            (
                "POST",
                "/contacts/7/archive",
                Some(("/contacts/{id}/archive", "7")),
            ),
            ("POST", "/contacts/7", None),
            ("GET", "/contacts/", None),
            ("GET", "/contacts/7/", None),
            ("GET", "/contacts/%FF", None),
            ("PATCH", "/contacts/7", None),
            ("GET", "/companies", None),
        ] {
            let found = find(method, path);
            let found = found.as_ref().map(|(route, id)| (route.path, id.as_str()));
            assert_eq!(found, expected, "{method} {path}");
        }
    }
}
