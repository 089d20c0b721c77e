//! The faults, one row each.

use super::fault::{Answer, Body, Delivery, Fault, Header, Place, Step};
use Step::Answer as Answers;

/// The double without a fault: what every other row is one step away from.
pub static NONE: Fault = fault("none", "nothing is wrong", &[Answers(Answer::GOOD)]);

const NESTED: usize = 100_000;
const HEADERS: usize = 100_000;
const GIB: u64 = 1 << 30;

/// A year, in seconds.
const YEAR: i64 = 365 * 24 * 60 * 60;

/// An id that would lead elsewhere in a path, a query or a header, and is not
/// ASCII. As JSON has it.
const ODD_ID: &str = r#"../7 a\"b?c=d&e#f%2e\r\né"#;

/// `{}` in gzip.
const EMPTY_OBJECT_IN_GZIP: &[u8] = &[
    31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 171, 174, 5, 0, 67, 191, 166, 163, 2, 0, 0, 0,
];

/// What a gateway says in place of the server behind it.
const HTML: Body = Body::Bytes(b"<html><body><h1>Something went wrong</h1></body></html>");

const NEXT_A: Body = Body::Before(r#""pages":{"type":"pages","next":{"starting_after":"a"}}"#);
const NEXT_B: Body = Body::Before(r#""pages":{"type":"pages","next":{"starting_after":"b"}}"#);

/// All faults, in the order of the way that a request takes: to the server, at
/// the server, refusals, and answers that are odd in one way or another.
pub static FAULTS: [Fault; 52] = [
    at(Place::ClosedPort, "refused", "nobody listens on the port"),
    at(
        Place::NoSuchName,
        "unknown-name",
        "the host's name is not found",
    ),
    at(Place::NoTls, "no-tls", "the host does not speak TLS"),
    fault(
        "reset-unread",
        "the connection is reset before the request is read",
        &[Step::ResetUnread],
    ),
    fault(
        "reset-read",
        "the connection is reset once the request is read",
        &[Step::ResetRead],
    ),
    fault("no-http", "the answer is no HTTP", &[Step::NoHttp]),
    fault("silence", "no answer comes", &[Step::Silence]),
    fault(
        "slow-head",
        "the answer's head comes byte by byte and never ends",
        &[Answers(Answer::sent(Delivery::SlowHead))],
    ),
    fault(
        "continue-only",
        "100 Continue comes, and nothing after it",
        &[Step::ContinueOnly],
    ),
    fault(
        "continue-first",
        "100 Continue comes before the answer",
        &[Answers(Answer::sent(Delivery::AfterContinue))],
    ),
    fault(
        "reset-halfway",
        "the connection is reset in the middle of the answer's body",
        &[Answers(Answer::sent(Delivery::ResetHalfway))],
    ),
    fault(
        "stalled-body",
        "half of the answer's body comes, and nothing after it",
        &[Answers(Answer::sent(Delivery::StalledBody))],
    ),
    fault(
        "slow-body",
        "the answer's body comes byte by byte and never ends",
        &[Answers(Answer::sent(Delivery::SlowBody))],
    ),
    fault(
        "announced-longer",
        "Content-Length is larger than the body",
        &[Answers(Answer::sent(Delivery::AnnouncedLonger))],
    ),
    fault(
        "announced-shorter",
        "Content-Length is half of the body",
        &[Answers(Answer::sent(Delivery::AnnouncedShorter))],
    ),
    fault(
        "bad-chunk",
        "the second chunk of the body has no size",
        &[Answers(Answer::sent(Delivery::BadChunk))],
    ),
    fault(
        "many-headers",
        "the answer has 100,000 headers",
        &[Answers(Answer {
            headers: &[Header::Padding(HEADERS)],
            ..Answer::GOOD
        })],
    ),
    fault(
        "408",
        "408 for ever",
        &[Answers(Answer::refusal(408, "request_timeout"))],
    ),
    fault(
        "429-reset",
        "429, and X-RateLimit-Reset in a second; then success",
        &[
            Answers(Answer::rate_limit(&[Header::ResetIn(1)])),
            Answers(Answer::GOOD),
        ],
    ),
    fault(
        "429-retry-after",
        "429, and Retry-After of a second; then success",
        &[
            Answers(Answer::rate_limit(&[Header::Is("Retry-After", "1")])),
            Answers(Answer::GOOD),
        ],
    ),
    fault(
        "429-no-wait",
        "429 that names no wait; then success",
        &[Answers(Answer::rate_limit(&[])), Answers(Answer::GOOD)],
    ),
    fault(
        "429-past",
        "429, and X-RateLimit-Reset a minute ago; then success",
        &[
            Answers(Answer::rate_limit(&[Header::ResetIn(-60)])),
            Answers(Answer::GOOD),
        ],
    ),
    fault(
        "429-next-year",
        "429, and X-RateLimit-Reset in a year; then success",
        &[
            Answers(Answer::rate_limit(&[Header::ResetIn(YEAR)])),
            Answers(Answer::GOOD),
        ],
    ),
    fault(
        "429-long",
        "429, and X-RateLimit-Reset in a minute: longer than the retry budget",
        &[Answers(Answer::rate_limit(&[Header::ResetIn(60)]))],
    ),
    fault("429", "429 for ever", &[Answers(Answer::rate_limit(&[]))]),
    fault(
        "500-once",
        "500, then success",
        &[
            Answers(Answer::refusal(500, "server_error")),
            Answers(Answer::GOOD),
        ],
    ),
    fault(
        "502",
        "502 with a page of HTML, for ever",
        &[Answers(page(502))],
    ),
    fault(
        "503",
        "503 for ever",
        &[Answers(Answer::refusal(503, "service_unavailable"))],
    ),
    fault(
        "504",
        "504 with a page of HTML, for ever",
        &[Answers(page(504))],
    ),
    fault("html", "200 with a page of HTML", &[Answers(page(200))]),
    fault("html-400", "400 with a page of HTML", &[Answers(page(400))]),
    fault("html-401", "401 with a page of HTML", &[Answers(page(401))]),
    fault("html-403", "403 with a page of HTML", &[Answers(page(403))]),
    fault(
        "error-list-200",
        "200 with a list of errors",
        &[Answers(Answer::refusal(200, "parameter_invalid"))],
    ),
    fault(
        "other-json",
        "200 with an object of somebody else",
        &[Answers(Answer::with(Body::Bytes(
            br#"{"error":"login required"}"#,
        )))],
    ),
    fault(
        "null-list",
        "null in the place of a list",
        &[Answers(Answer::with(Body::Bytes(
            br#"{"type":"list","data":null,"admins":null}"#,
        )))],
    ),
    fault(
        "wrong-type",
        "the good answer, declared as HTML",
        &[Answers(Answer {
            content_type: "text/html",
            ..Answer::GOOD
        })],
    ),
    fault(
        "empty",
        "200 without a body",
        &[Answers(Answer::with(Body::Bytes(b"")))],
    ),
    fault(
        "truncated",
        "half of the JSON",
        &[Answers(Answer::with(Body::Half))],
    ),
    fault(
        "gzip",
        "a compressed body, which nobody asked for",
        &[Answers(Answer {
            headers: &[Header::Is("Content-Encoding", "gzip")],
            body: Body::Bytes(EMPTY_OBJECT_IN_GZIP),
            ..Answer::GOOD
        })],
    ),
    fault(
        "not-utf-8",
        "text that is not UTF-8",
        &[Answers(Answer::with(Body::Bytes(b"{\"id\":\"\xc3\x28\"}")))],
    ),
    fault(
        "nested",
        "JSON nested 100,000 levels deep",
        &[Answers(Answer::with(Body::Nested(NESTED)))],
    ),
    fault(
        "long",
        "a body of 1 GiB",
        &[Answers(Answer {
            delivery: Delivery::Chunked,
            ..Answer::with(Body::Long(GIB))
        })],
    ),
    fault(
        "long-announced",
        "a body of 1 GiB, with its length in the head",
        &[Answers(Answer::with(Body::Long(GIB)))],
    ),
    fault(
        "nan",
        "NaN in the JSON",
        &[Answers(Answer::with(Body::Before(r#""balance":NaN"#)))],
    ),
    fault(
        "huge-numbers",
        "numbers that no type of a machine can hold",
        &[Answers(Answer::with(Body::Before(
            r#""balance":1e999,"count":-340282366920938463463374607431768211456"#,
        )))],
    ),
    fault(
        "duplicate-keys",
        "each key twice, with another value first",
        &[Answers(Answer::with(Body::Before(
            r#""type":"other","id":"other","name":7,"data":null,"access_token":null"#,
        )))],
    ),
    fault(
        "other-type",
        "an object of another type",
        &[Answers(Answer::with(Body::Bytes(
            br#"{"type":"ticket_state","id":"73","category":"resolved"}"#,
        )))],
    ),
    fault(
        "same-cursor",
        "every page of a search names itself as the next",
        &[Answers(Answer::with(NEXT_A))],
    ),
    fault(
        "cursor-loop",
        "two pages of a search name each other as the next",
        &[
            Answers(Answer::with(NEXT_A)),
            Answers(Answer::with(NEXT_B)),
            Answers(Answer::with(NEXT_A)),
        ],
    ),
    fault(
        "lost-cursor",
        "the next page of a search is a URL in place of a cursor",
        &[Answers(Answer::with(Body::Before(
            r#""total_count":9,"pages":{"type":"pages","next":"https://elsewhere.example/"}"#,
        )))],
    ),
    fault(
        "odd-id",
        "an object whose id holds what paths, queries and lines are made of",
        &[Answers(Answer::with(Body::WithId(ODD_ID)))],
    ),
];

/// The fault of this name, or [`NONE`].
pub fn fault_named(name: &str) -> Option<&'static Fault> {
    let mut all = std::iter::once(&NONE).chain(&FAULTS);
    all.find(|fault| fault.name == name)
}

const fn fault(name: &'static str, what: &'static str, script: &'static [Step]) -> Fault {
    Fault {
        name,
        what,
        place: Place::Server,
        script,
    }
}

/// A fault that no request arrives at.
const fn at(place: Place, name: &'static str, what: &'static str) -> Fault {
    Fault {
        place,
        ..fault(name, what, &[])
    }
}

/// A page of HTML with this status.
const fn page(status: u16) -> Answer {
    Answer {
        status,
        content_type: "text/html",
        ..Answer::with(HTML)
    }
}
