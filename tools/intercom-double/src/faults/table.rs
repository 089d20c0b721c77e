//! The faults, one row each.

use super::fault::{Body, Delivery, Endpoint, Fault, Header, Response, Step};
use Step::Respond;

/// No fault: the server behaves.
pub static NONE: Fault = fault("none", "nothing is wrong", &[Respond(Response::VALID)]);

const NESTED: usize = 100_000;
const HEADERS: usize = 100_000;
const GIB: u64 = 1 << 30;

/// A year, in seconds.
const YEAR: i64 = 365 * 24 * 60 * 60;

/// An id with the special characters of paths, queries and headers, and one that is
/// not ASCII; as JSON text.
const ODD_ID: &str = r#"../7 a\"b?c=d&e#f%2e\r\né"#;

/// `{}` in gzip.
const EMPTY_OBJECT_IN_GZIP: &[u8] = &[
    31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 171, 174, 5, 0, 67, 191, 166, 163, 2, 0, 0, 0,
];

/// The error page of a gateway.
const HTML: Body = Body::Bytes(b"<html><body><h1>Something went wrong</h1></body></html>");

const NEXT_A: Body = Body::Prefixed(r#""pages":{"type":"pages","next":{"starting_after":"a"}}"#);
const NEXT_B: Body = Body::Prefixed(r#""pages":{"type":"pages","next":{"starting_after":"b"}}"#);

/// All faults, in the order of a request's path: to the server, at the server,
/// errors, and malformed responses.
pub static FAULTS: [Fault; 52] = [
    at(Endpoint::ClosedPort, "refused", "the port is closed"),
    at(
        Endpoint::UnknownHost,
        "unknown-name",
        "the host name does not exist",
    ),
    at(Endpoint::NoTls, "no-tls", "the host does not support TLS"),
    fault(
        "reset-unread",
        "the connection is reset before the request is read",
        &[Step::ResetUnread],
    ),
    fault(
        "reset-read",
        "the connection is reset after the request is read",
        &[Step::ResetRead],
    ),
    fault("no-http", "the response is not HTTP", &[Step::NotHttp]),
    fault("silence", "no response arrives", &[Step::Silence]),
    fault(
        "slow-head",
        "the response's head arrives byte by byte and never ends",
        &[Respond(Response::with_delivery(Delivery::SlowHead))],
    ),
    fault(
        "continue-only",
        "100 Continue arrives, and nothing after it",
        &[Step::ContinueOnly],
    ),
    fault(
        "continue-first",
        "100 Continue arrives before the response",
        &[Respond(Response::with_delivery(Delivery::AfterContinue))],
    ),
    fault(
        "reset-halfway",
        "the connection is reset in the middle of the response's body",
        &[Respond(Response::with_delivery(Delivery::ResetHalfway))],
    ),
    fault(
        "stalled-body",
        "half of the response's body arrives, and nothing after it",
        &[Respond(Response::with_delivery(Delivery::StalledBody))],
    ),
    fault(
        "slow-body",
        "the response's body arrives byte by byte and never ends",
        &[Respond(Response::with_delivery(Delivery::SlowBody))],
    ),
    fault(
        "announced-longer",
        "Content-Length is larger than the body",
        &[Respond(Response::with_delivery(Delivery::LengthTooLarge))],
    ),
    fault(
        "announced-shorter",
        "Content-Length is half of the body",
        &[Respond(Response::with_delivery(Delivery::LengthTooSmall))],
    ),
    fault(
        "bad-chunk",
        "the second chunk of the body has no size",
        &[Respond(Response::with_delivery(Delivery::BadChunk))],
    ),
    fault(
        "many-headers",
        "the response has 100,000 headers",
        &[Respond(Response {
            headers: &[Header::Padding(HEADERS)],
            ..Response::VALID
        })],
    ),
    fault(
        "408",
        "408 every time",
        &[Respond(Response::error(408, "request_timeout"))],
    ),
    fault(
        "429-reset",
        "429 with X-RateLimit-Reset in a second; then success",
        &[
            Respond(Response::rate_limit(&[Header::ResetIn(1)])),
            Respond(Response::VALID),
        ],
    ),
    fault(
        "429-retry-after",
        "429 with Retry-After of a second; then success",
        &[
            Respond(Response::rate_limit(&[Header::Literal("Retry-After", "1")])),
            Respond(Response::VALID),
        ],
    ),
    fault(
        "429-no-wait",
        "429 without a wait; then success",
        &[Respond(Response::rate_limit(&[])), Respond(Response::VALID)],
    ),
    fault(
        "429-past",
        "429 with X-RateLimit-Reset a minute ago; then success",
        &[
            Respond(Response::rate_limit(&[Header::ResetIn(-60)])),
            Respond(Response::VALID),
        ],
    ),
    fault(
        "429-next-year",
        "429 with X-RateLimit-Reset in a year; then success",
        &[
            Respond(Response::rate_limit(&[Header::ResetIn(YEAR)])),
            Respond(Response::VALID),
        ],
    ),
    fault(
        "429-long",
        "429 with X-RateLimit-Reset in a minute, longer than the retry budget",
        &[Respond(Response::rate_limit(&[Header::ResetIn(60)]))],
    ),
    fault(
        "429",
        "429 every time",
        &[Respond(Response::rate_limit(&[]))],
    ),
    fault(
        "500-once",
        "500, then success",
        &[
            Respond(Response::error(500, "server_error")),
            Respond(Response::VALID),
        ],
    ),
    fault(
        "502",
        "502 with an HTML page, every time",
        &[Respond(page(502))],
    ),
    fault(
        "503",
        "503 every time",
        &[Respond(Response::error(503, "service_unavailable"))],
    ),
    fault(
        "504",
        "504 with an HTML page, every time",
        &[Respond(page(504))],
    ),
    fault("html", "200 with an HTML page", &[Respond(page(200))]),
    fault("html-400", "400 with an HTML page", &[Respond(page(400))]),
    fault("html-401", "401 with an HTML page", &[Respond(page(401))]),
    fault("html-403", "403 with an HTML page", &[Respond(page(403))]),
    fault(
        "error-list-200",
        "200 with a list of errors",
        &[Respond(Response::error(200, "parameter_invalid"))],
    ),
    fault(
        "other-json",
        "200 with a JSON object that is not Intercom's",
        &[Respond(Response::with_body(Body::Bytes(
            br#"{"error":"login required"}"#,
        )))],
    ),
    fault(
        "null-list",
        "null in place of a list",
        &[Respond(Response::with_body(Body::Bytes(
            br#"{"type":"list","data":null,"admins":null}"#,
        )))],
    ),
    fault(
        "wrong-type",
        "a valid response, declared as HTML",
        &[Respond(Response {
            content_type: "text/html",
            ..Response::VALID
        })],
    ),
    fault(
        "empty",
        "200 without a body",
        &[Respond(Response::with_body(Body::Bytes(b"")))],
    ),
    fault(
        "truncated",
        "half of the JSON",
        &[Respond(Response::with_body(Body::Half))],
    ),
    fault(
        "gzip",
        "an unrequested compressed body",
        &[Respond(Response {
            headers: &[Header::Literal("Content-Encoding", "gzip")],
            body: Body::Bytes(EMPTY_OBJECT_IN_GZIP),
            ..Response::VALID
        })],
    ),
    fault(
        "not-utf-8",
        "text that is not UTF-8",
        // UTF-16.
        &[Respond(Response::with_body(Body::Bytes(b"\xff\xfe{\0}\0")))],
    ),
    fault(
        "nested",
        "JSON nested 100,000 levels deep",
        &[Respond(Response::with_body(Body::Nested(NESTED)))],
    ),
    fault(
        "long",
        "a body of 1 GiB",
        &[Respond(Response {
            delivery: Delivery::Chunked,
            ..Response::with_body(Body::Padded(GIB))
        })],
    ),
    fault(
        "long-announced",
        "a body of 1 GiB, with Content-Length",
        &[Respond(Response::with_body(Body::Padded(GIB)))],
    ),
    fault(
        "nan",
        "NaN in the JSON",
        &[Respond(Response::with_body(Body::Prefixed(
            r#""balance":NaN"#,
        )))],
    ),
    fault(
        "huge-numbers",
        "numbers too large for any machine type",
        &[Respond(Response::with_body(Body::Prefixed(
            r#""balance":1e999,"count":-340282366920938463463374607431768211456"#,
        )))],
    ),
    fault(
        "duplicate-keys",
        "each key twice, with another value first",
        &[Respond(Response::with_body(Body::Prefixed(
            r#""type":"other","id":"other","name":7,"data":null,"access_token":null"#,
        )))],
    ),
    fault(
        "other-type",
        "an object of another type",
        &[Respond(Response::with_body(Body::Bytes(
            br#"{"type":"ticket_state","id":"73","category":"resolved"}"#,
        )))],
    ),
    fault(
        "same-cursor",
        "every page of a search names itself as the next",
        &[Respond(Response::with_body(NEXT_A))],
    ),
    fault(
        "cursor-loop",
        "two pages of a search name each other as the next",
        &[
            Respond(Response::with_body(NEXT_A)),
            Respond(Response::with_body(NEXT_B)),
            Respond(Response::with_body(NEXT_A)),
        ],
    ),
    fault(
        "lost-cursor",
        "the next page of a search is a URL in place of a cursor",
        &[Respond(Response::with_body(Body::Prefixed(
            r#""total_count":9,"pages":{"type":"pages","next":"https://elsewhere.example/"}"#,
        )))],
    ),
    fault(
        "odd-id",
        "an object whose id has the special characters of paths, queries and headers",
        &[Respond(Response::with_body(Body::WithId(ODD_ID)))],
    ),
];

/// The fault of this name, or [`NONE`].
pub fn fault_named(name: &str) -> Option<&'static Fault> {
    let mut all = std::iter::once(&NONE).chain(&FAULTS);
    all.find(|fault| fault.name == name)
}

const fn fault(name: &'static str, description: &'static str, script: &'static [Step]) -> Fault {
    Fault {
        name,
        description,
        endpoint: Endpoint::Server,
        script,
    }
}

/// A fault whose requests never reach the server as HTTP.
const fn at(endpoint: Endpoint, name: &'static str, description: &'static str) -> Fault {
    Fault {
        endpoint,
        ..fault(name, description, &[])
    }
}

/// An HTML page with this status.
const fn page(status: u16) -> Response {
    Response {
        status,
        content_type: "text/html",
        ..Response::with_body(HTML)
    }
}
