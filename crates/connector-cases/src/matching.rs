//! Compares a sent request with a recorded one.

use crate::diff::{self, Difference};
use crate::{Body, HttpRequest};

/// A recorded header value that matches any non-empty value; redaction replaces secrets by it.
pub const REDACTED: &str = "REDACTED";

/// Why a request matches no recorded exchange.
#[derive(Debug, Clone, PartialEq)]
pub enum Mismatch {
    /// Nothing was recorded.
    NothingRecorded,
    /// A recorded request matches, but each exchange is used once.
    AlreadyAnswered {
        /// The exchange's number, from 1.
        exchange: usize,
    },
    /// The recorded request that is most similar.
    Nearest {
        /// The exchange's number, from 1.
        exchange: usize,
        /// The differences; at least one.
        differences: Vec<Difference>,
    },
}

/// The recorded request that is most similar to `sent`, unused exchanges first. `recorded` says
/// for each whether it is used.
pub fn nearest<'a>(
    recorded: impl Iterator<Item = (&'a HttpRequest, bool)>,
    sent: &HttpRequest,
) -> Mismatch {
    let candidates = recorded
        .zip(1..)
        .map(|((request, used), exchange)| (differences(request, sent), used, exchange));
    match candidates.min_by_key(|(differences, used, _)| (differences.len(), *used)) {
        None => Mismatch::NothingRecorded,
        Some((differences, _, exchange)) if differences.is_empty() => {
            Mismatch::AlreadyAnswered { exchange }
        }
        Some((differences, _, exchange)) => Mismatch::Nearest {
            exchange,
            differences,
        },
    }
}

/// The differences between `sent` and `recorded`; empty if they match.
///
/// Recorded headers are required, others are ignored. JSON bodies compare by value.
pub fn differences(recorded: &HttpRequest, sent: &HttpRequest) -> Vec<Difference> {
    let mut found = Vec::new();
    let parts = [
        ("method", &recorded.method, &sent.method),
        ("host", &recorded.origin, &sent.origin),
        ("path", &recorded.path, &sent.path),
    ];
    for (place, recorded, sent) in parts {
        if recorded != sent {
            found.push(Difference::text(place, recorded, sent));
        }
    }
    found.extend(query(&recorded.query, &sent.query));
    found.extend(headers(&recorded.headers, &sent.headers));
    found.extend(body(recorded.body.as_ref(), sent.body.as_ref()));
    found
}

/// Parameters that only one side has; both sides are sorted.
fn query(recorded: &[(String, String)], sent: &[(String, String)]) -> Vec<Difference> {
    let mut missing: Vec<_> = recorded.to_vec();
    let mut added = Vec::new();
    for pair in sent {
        match missing.iter().position(|recorded| recorded == pair) {
            Some(position) => drop(missing.remove(position)),
            None => added.push(pair.clone()),
        }
    }
    let lost = missing.iter().map(|(name, value)| {
        Difference::text(&format!("query {name}"), &format!("{value:?}"), "nothing")
    });
    let new = added.iter().map(|(name, value)| {
        Difference::text(&format!("query {name}"), "nothing", &format!("{value:?}"))
    });
    lost.chain(new).collect()
}

fn headers(recorded: &[(String, String)], sent: &[(String, String)]) -> Vec<Difference> {
    let mut found = Vec::new();
    for (name, value) in recorded {
        let values: Vec<&str> = sent
            .iter()
            .filter(|(sent, _)| sent == name)
            .map(|(_, value)| value.as_str())
            .collect();
        let matches = |sent: &&str| *sent == value || (value == REDACTED && !sent.is_empty());
        if !values.iter().any(matches) {
            let sent = match values.as_slice() {
                [] => "nothing".to_owned(),
                values => format!("{:?}", values.join(", ")),
            };
            found.push(Difference::text(
                &format!("header {name}"),
                &format!("{value:?}"),
                &sent,
            ));
        }
    }
    found
}

fn body(recorded: Option<&Body>, sent: Option<&Body>) -> Vec<Difference> {
    match (recorded, sent) {
        (Some(Body::Json(recorded)), Some(Body::Json(sent))) => diff::json("body", recorded, sent),
        (recorded, sent) if recorded == sent => Vec::new(),
        (recorded, sent) => vec![Difference::text("body", &show(recorded), &show(sent))],
    }
}

fn show(body: Option<&Body>) -> String {
    match body {
        None => "nothing".to_owned(),
        Some(Body::Json(value)) => diff::show(Some(value)),
        Some(Body::Text(text)) => {
            diff::show(Some(&text.as_str().into())).replace("(string)", "(text)")
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use http::Request;

    use super::*;

    fn request(method: &str, url: &str, body: &str) -> HttpRequest {
        let request = Request::builder().method(method).uri(url);
        let (head, ()) = request.body(()).unwrap().into_parts();
        HttpRequest::sent(&head, body.as_bytes()).unwrap()
    }

    #[test]
    fn what_counts_as_the_same_request() {
        let base = "https://api.intercom.io/contacts";
        let table = [
            ("same", base, "", base, "", ""),
            (
                "port that is implied",
                base,
                "",
                "https://api.intercom.io:443/contacts",
                "",
                "",
            ),
            (
                "other port",
                base,
                "",
                "https://api.intercom.io:8443/contacts",
                "",
                "host",
            ),
            (
                "other scheme",
                base,
                "",
                "http://api.intercom.io/contacts",
                "",
                "host",
            ),
            (
                "host in capitals",
                base,
                "",
                "https://API.intercom.io/contacts",
                "",
                "",
            ),
            (
                "query in any order",
                "http://h/?a=1&b=2",
                "",
                "http://h/?b=2&a=1",
                "",
                "",
            ),
            (
                "query encoded otherwise",
                "http://h/?a=x%20y",
                "",
                "http://h/?a=x+y",
                "",
                "",
            ),
            (
                "repeats count",
                "http://h/?a=1&a=1",
                "",
                "http://h/?a=1",
                "",
                "query a",
            ),
            (
                "path encoded otherwise",
                "http://h/a%2Fb",
                "",
                "http://h/a/b",
                "",
                "path",
            ),
            (
                "JSON by value",
                base,
                r#"{"a":1,"b":[]}"#,
                base,
                r#"{ "b": [], "a": 1 }"#,
                "",
            ),
            (
                "JSON order of lists",
                base,
                "[1,2]",
                base,
                "[2,1]",
                "body[0], body[1]",
            ),
            ("text by text", base, "a=1", base, "a=2", "body"),
            ("body or none", base, "{}", base, "", "body"),
            ("none or body", base, "", base, "{}", "body"),
        ];
        for (about, recorded, recorded_body, sent, sent_body, expected) in table {
            let recorded = request("POST", recorded, recorded_body);
            let sent = request("POST", sent, sent_body);
            let found = differences(&recorded, &sent);
            let places: Vec<_> = found.iter().map(|found| found.place.as_str()).collect();
            assert_eq!(places.join(", "), expected, "{about}");
        }
    }

    #[test]
    fn of_equally_near_exchanges_the_unused_one_is_named() {
        let recorded = request("GET", "http://h/a", "");
        let sent = request("GET", "http://h/b", "");
        let found = nearest([(&recorded, true), (&recorded, false)].into_iter(), &sent);
        assert!(
            matches!(found, Mismatch::Nearest { exchange: 2, .. }),
            "{found:?}"
        );
    }
}
