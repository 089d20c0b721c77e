//! From a request to its answer, without a socket: what every request has to
//! pass, and which operation answers it.

use bytes::Bytes;
use http::{HeaderName, Request, Response};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use super::answer::{self, Answer, Refusal};
use super::script::Cue;
use super::state::State;
use super::version::{self, Version};
use super::{contacts, messages, search, sign_in, workspace};
use crate::http::HeldBack;

/// An operation: what it is given, and what comes of it.
type Operation = fn(&mut State, &Call<'_>) -> Result<Answer, Refusal>;

/// What an operation is given.
#[derive(Debug)]
pub struct Call<'a> {
    /// The request.
    pub request: &'a Request<Bytes>,
    /// What stands in the path for `{id}`, decoded; else nothing.
    pub id: String,
    /// The version of the API that is asked for.
    pub version: Version,
    /// The time, in Unix seconds.
    pub now: i64,
}

impl Call<'_> {
    /// The body, which must be a JSON object.
    ///
    /// # Errors
    ///
    /// 400 `parameter_invalid`.
    pub fn object(&self) -> Result<Map<String, Value>, Refusal> {
        serde_json::from_slice(self.request.body())
            .map_err(|error| Refusal::invalid(format!("the body is not a JSON object: {error}")))
    }

    /// A parameter of the query, decoded.
    pub fn parameter(&self, name: &str) -> Option<String> {
        let query = self.request.uri().query().unwrap_or_default();
        form_urlencoded::parse(query.as_bytes())
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.into_owned())
    }
}

/// Who may use a route, and what the ledger makes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Use {
    /// Anybody, without a token.
    Open,
    /// With a token; sent twice it does no harm.
    Repeatable,
    /// With a token; sent twice it may do its work twice.
    Once,
}

struct Route {
    used: Use,
    method: &'static str,
    path: &'static str,
    operation: Operation,
}

const fn route(used: Use, method: &'static str, path: &'static str, operation: Operation) -> Route {
    Route {
        used,
        method,
        path,
        operation,
    }
}

/// All routes. `{id}` stands for one segment; a literal segment comes before it.
const ROUTES: [Route; 15] = [
    route(Use::Open, "GET", "/oauth", sign_in::authorize),
    route(Use::Open, "POST", "/auth/eagle/token", sign_in::exchange),
    route(Use::Repeatable, "GET", "/me", workspace::me),
    route(Use::Repeatable, "GET", "/admins", workspace::admins),
    route(Use::Once, "POST", "/messages", messages::send),
    route(Use::Once, "POST", "/contacts", contacts::create),
    route(Use::Once, "POST", "/contacts/merge", contacts::merge),
    route(Use::Repeatable, "POST", "/contacts/search", search::search),
    route(Use::Repeatable, "GET", "/contacts", search::list),
    route(
        Use::Repeatable,
        "GET",
        "/contacts/find_by_external_id/{id}",
        contacts::find_by_external_id,
    ),
    route(Use::Repeatable, "GET", "/contacts/{id}", contacts::get),
    route(Use::Repeatable, "PUT", "/contacts/{id}", contacts::update),
    route(
        Use::Repeatable,
        "DELETE",
        "/contacts/{id}",
        contacts::delete,
    ),
    route(
        Use::Repeatable,
        "POST",
        "/contacts/{id}/archive",
        contacts::archive,
    ),
    route(
        Use::Repeatable,
        "POST",
        "/contacts/{id}/unarchive",
        contacts::unarchive,
    ),
];

/// Answers a request that came at `now`, in Unix seconds.
pub fn answer(state: &mut State, request: &Request<Bytes>, now: i64) -> Response<Bytes> {
    let found = find(request.method().as_str(), request.uri().path());
    let open = matches!(&found, Some((route, _)) if route.used == Use::Open);
    let admitted = !open && state.sign_in.admits(request.headers());
    let outcome = match (open, admitted) {
        (false, false) => Err(Refusal::unauthorized("Access Token Invalid")),
        (false, true) => state.window.take(now),
        (true, _) => Ok(()),
    };
    let cue = match &outcome {
        Ok(()) => state.script.cue(request),
        Err(_) => Cue::default(),
    };
    let outcome = outcome.and_then(|()| match cue.refusal {
        Some(refusal) => Err(refusal),
        None => perform(state, found, request, now),
    });
    let mut response = answer::response(outcome, &state.next_request_id());
    if let Some(version) = request.headers().get(version::HEADER) {
        let echo = HeaderName::from_static(version::HEADER);
        response.headers_mut().insert(echo, version.clone());
    }
    if admitted {
        for (name, value) in state.window.headers() {
            answer::set(&mut response, HeaderName::from_static(name), &value);
        }
    }
    if !cue.hold.is_zero() {
        response.extensions_mut().insert(HeldBack(cue.hold));
    }
    state.ledger.exchange(request, response.status());
    response
}

fn perform(
    state: &mut State,
    found: Option<(&Route, String)>,
    request: &Request<Bytes>,
    now: i64,
) -> Result<Answer, Refusal> {
    let version = Version::asked_for(request.headers())?;
    let (route, id) = found.ok_or_else(|| Refusal::not_found("there is nothing at this path"))?;
    if route.used == Use::Once {
        state.ledger.write(request);
    }
    state.misfits.judge(request)?;
    let call = Call {
        request,
        id,
        version,
        now,
    };
    (route.operation)(state, &call)
}

/// The route of a method and path, with what stands for `{id}`.
fn find(method: &str, path: &str) -> Option<(&'static Route, String)> {
    let methods = ROUTES.iter().filter(|route| route.method == method);
    methods
        .filter_map(|route| Some((route, variable(route.path, path)?)))
        .next()
}

/// What stands in `path` for the variable of `template`, decoded; nothing if the
/// template has none. `None` if they do not match.
fn variable(template: &str, path: &str) -> Option<String> {
    let mut found = String::new();
    let (mut template, mut path) = (template.split('/'), path.split('/'));
    loop {
        match (template.next(), path.next()) {
            (None, None) => return Some(found),
            (Some("{id}"), Some(segment)) if !segment.is_empty() => {
                found = percent_decode_str(segment).decode_utf8().ok()?.into_owned();
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
