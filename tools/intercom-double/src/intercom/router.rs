//! Routes requests to operations, without a socket: checks the token, the rate
//! limit, the script, the version and the API description, then calls the
//! operation.

use bytes::Bytes;
use http::{HeaderName, Request, Response};

use super::call::Call;
use super::operations::{
    companies, contacts, conversations, events, lists, merge, messages, notes, oauth, search, tags,
    tickets, workspace,
};
use super::response::{self, ApiError, Success};
use super::route::{Access, Parameters, Route, route};
use super::script::Intervention;
use super::state::State;
use super::version::{self, Version};
use crate::http::ResponseDelay;

/// All routes. A route with a literal segment instead of a parameter comes first.
const TABLES: [&[Route]; 8] = [
    &ROUTES,
    &lists::ROUTES,
    &tags::ROUTES,
    &notes::ROUTES,
    &events::ROUTES,
    &companies::ROUTES,
    &conversations::ROUTES,
    &tickets::ROUTES,
];

const ROUTES: [Route; 15] = [
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
    route: Option<(&Route, Parameters)>,
    request: &Request<Bytes>,
    now: i64,
) -> Result<Success, ApiError> {
    let version = Version::requested(request.headers())?;
    let (route, Parameters { id, other }) =
        route.ok_or_else(|| ApiError::not_found("the path does not exist"))?;
    if route.access == Access::WriteOnce {
        state.ledger.record_write(request);
    }
    state.violations.check(request)?;
    let call = Call {
        request,
        id,
        other,
        version,
        now,
    };
    (route.operation)(state, &call)
}

/// The route of a method and path, with its parameters.
fn find(method: &str, path: &str) -> Option<(&'static Route, Parameters)> {
    let routes = TABLES.iter().flat_map(|routes| routes.iter());
    routes
        .filter(|route| route.method == method)
        .find_map(|route| Some((route, Parameters::of(route.path, path)?)))
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
            (
                "DELETE",
                "/contacts/7/companies/c1",
                Some(("/contacts/{id}/companies/{other}", "7 c1")),
            ),
            ("GET", "/there/is/none", None),
        ] {
            let found = find(method, path);
            let found = found.map(|(route, Parameters { id, other })| {
                (route.path, format!("{id} {other}").trim().to_owned())
            });
            let found = found.as_ref().map(|(path, ids)| (*path, ids.as_str()));
            assert_eq!(found, expected, "{method} {path}");
        }
    }
}
