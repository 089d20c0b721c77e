//! Finds by pattern, in any text, what a recording must not contain. Public examples are not
//! findings.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::ops::Range;
use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use percent_encoding::percent_decode_str;

use super::kind::Kind;
use super::object_id::{OBJECT_ID, UUID};
use super::opaque;
use super::pattern::{Pattern, slice};
use super::public_examples;

/// One finding in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Find {
    pub kind: Kind,
    /// Its range, in bytes.
    pub range: Range<usize>,
}

/// A JSON Web Token: three parts, of which the first two are JSON in base64.
static JWT: LazyLock<Pattern> = LazyLock::new(|| {
    Pattern::new(r"eyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]*)?(?:\.[A-Za-z0-9_.-]+)?")
});

/// An access token of Intercom: base64 of `tok:` and more.
static INTERCOM: LazyLock<Pattern> =
    LazyLock::new(|| Pattern::new(r"dG9r[A-Za-z0-9+/_-]{6,}={0,2}"));

/// The text after `Bearer`.
static BEARER: LazyLock<Pattern> =
    LazyLock::new(|| Pattern::new(r"(?i)\bbearer(?:\s|%20|\+)+([A-Za-z0-9._~+/=-]{8,})"));

/// Base64 text that is long enough for a name and a password: eleven characters encode eight.
static BASE64: LazyLock<Pattern> = LazyLock::new(|| Pattern::new(r"[A-Za-z0-9+/_-]{11,}={0,2}"));

/// A user name and a password, joined as in basic authentication: not two numbers, and not a
/// URL.
static CREDENTIALS: LazyLock<Pattern> =
    LazyLock::new(|| Pattern::new(r"^[\w.@+-]*[A-Za-z][\w.@+-]*:([!-.0-~][!-~]{3,})$"));

/// Up to the first character that ends a URL in prose, markup or JSON.
static URL: LazyLock<Pattern> = LazyLock::new(|| {
    Pattern::new(r#"(?i)\b(?:https?|wss?|ftp)://[^\s"'<>\\{}|^`]*[^\s"'<>\\{}|^`.,;:!?)\]]"#)
});

static EMAIL: LazyLock<Pattern> = LazyLock::new(|| {
    Pattern::new(
        r"[\p{L}\p{N}_](?:[\p{L}\p{N}.%+_~'-]*[\p{L}\p{N}_+-])?(?:@|%40)(?:[\p{L}\p{N}-]+\.)+\p{L}{2,}",
    )
});

/// An international number, or a North American one in its usual format.
static PHONE: LazyLock<Pattern> = LazyLock::new(|| {
    Pattern::new(
        r"(\+[0-9](?:[ ().-]{0,2}[0-9]){6,14}\b|\([0-9]{3}\) ?[0-9]{3}-[0-9]{4}\b|\b[0-9]{3}-[0-9]{3}-[0-9]{4}\b)",
    )
});

static IPV4: LazyLock<Pattern> =
    LazyLock::new(|| Pattern::new(r"\b[0-9]{1,3}(?:\.[0-9]{1,3}){3}\b"));

/// Groups and colons, which need a further check.
static IPV6: LazyLock<Pattern> =
    LazyLock::new(|| Pattern::new(r"(?i)[0-9a-z:]*:[0-9a-z]*:[0-9a-z:]*"));

/// An id in a message, such as `… already exists with id=6762f0dd1bb69f9f2193bb83`.
static ID_IN_PROSE: LazyLock<Pattern> =
    LazyLock::new(|| Pattern::new(r"\b(?:\w+_)?id=([A-Za-z0-9_-]{4,})"));

/// All findings of `kinds` in `text`. If two overlap, the kind that is first in `kinds` is used.
pub(super) fn finds(text: &str, kinds: &[Kind]) -> Vec<Find> {
    let mut found: Vec<Find> = Vec::new();
    for kind in kinds {
        for range in by_form(*kind, text) {
            let free = found
                .iter()
                .all(|other| range.end <= other.range.start || other.range.end <= range.start);
            if free && !range.is_empty() {
                found.push(Find { kind: *kind, range });
            }
        }
    }
    found.sort_by_key(|find| find.range.start);
    found
}

/// The kind of the whole `text`, if it is one of `kinds`.
pub(super) fn whole(text: &str, kinds: &[Kind]) -> Option<Kind> {
    match finds(text, kinds).as_slice() {
        [Find { kind, range }] if *range == (0..text.len()) => Some(*kind),
        _ => None,
    }
}

/// The ranges of URLs in `text`.
pub(super) fn urls(text: &str) -> Vec<Range<usize>> {
    URL.finds(text)
}

fn by_form(kind: Kind, text: &str) -> Vec<Range<usize>> {
    let keep = |ranges: Vec<Range<usize>>, theirs: &dyn Fn(&str) -> bool| {
        let mut ranges = ranges;
        ranges.retain(|range| theirs(text.get(range.clone()).unwrap_or_default()));
        ranges
    };
    match kind {
        Kind::Token => {
            let mut found = JWT.finds(text);
            found.extend(INTERCOM.finds(text));
            found.extend(BEARER.finds(text));
            found.extend(credentials(text));
            found.extend(opaque::finds(text));
            keep(found, &|token| !public_examples::is_text(token))
        }
        Kind::Link => keep(URL.finds(text), &|url| {
            !host(url).is_some_and(public_examples::is_domain)
        }),
        Kind::Email => keep(EMAIL.finds(text), &|email| {
            !public_examples::is_email(&decoded(email))
        }),
        Kind::Phone => keep(PHONE.finds(text), &|number| {
            !public_examples::is_phone(number)
        }),
        Kind::Address => {
            let mut found = keep(IPV4.finds(text), &|address| {
                let parsed = address.parse::<Ipv4Addr>();
                parsed.is_ok_and(|address| !public_examples::is_address(address.into()))
            });
            found.extend(keep(IPV6.finds(text), &is_public_ipv6));
            found
        }
        Kind::Id => {
            let mut found = UUID.finds(text);
            found.extend(OBJECT_ID.finds(text));
            found.extend(ID_IN_PROSE.finds(text));
            keep(found, &|id| !public_examples::is_text(id))
        }
        // These have no pattern: only names identify them.
        Kind::Secret | Kind::Cursor | Kind::Domain | Kind::Host | Kind::Name | Kind::Text => {
            Vec::new()
        }
    }
}

/// The ranges of base64 of a name and a password in `text`, as a whole or between slashes.
fn credentials(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for run in BASE64.finds(text) {
        let whole = text.get(run.clone()).unwrap_or_default();
        let mut start = run.start;
        for segment in whole.split('/') {
            let range = start..start + segment.len();
            start = range.end + 1;
            if segment.len() < whole.len() && is_credentials(segment) {
                found.push(range);
            }
        }
        if is_credentials(whole) {
            found.push(run);
        }
    }
    found
}

/// Whether `text` is base64 of a name and a password, and not of an example.
pub(super) fn is_credentials(text: &str) -> bool {
    decoded_base64(text).is_some_and(|decoded| {
        let password = CREDENTIALS.finds(&decoded).into_iter().next();
        password.is_some_and(|password| !public_examples::is_text(&slice(&decoded, &password)))
    })
}

/// The text that is base64-encoded in `text`, in either alphabet, with or without padding.
pub(super) fn decoded_base64(text: &str) -> Option<String> {
    let text = text.trim_end_matches('=');
    let decoded = STANDARD_NO_PAD
        .decode(text)
        .or_else(|_| URL_SAFE_NO_PAD.decode(text));
    String::from_utf8(decoded.ok()?).ok()
}

/// Text such as `a::b` parses as an address too; a real one has digits and at least three
/// groups.
fn is_public_ipv6(text: &str) -> bool {
    let groups = text.split(':').filter(|group| !group.is_empty()).count();
    let parsed = text.parse::<Ipv6Addr>();
    groups > 2
        && text.contains(|c: char| c.is_ascii_digit())
        && parsed.is_ok_and(|address| !public_examples::is_address(address.into()))
}

/// The host of a URL.
pub(super) fn host(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?;
    let port = host.rfind(':').filter(|at| {
        let after = host.get(at + 1..).unwrap_or_default();
        after.chars().all(|c| c.is_ascii_digit())
    });
    host.get(..port.unwrap_or(host.len()))
}

/// The finding at `range`, decoded.
pub(super) fn found(text: &str, find: &Find) -> String {
    let found = slice(text, &find.range);
    match find.kind {
        // Nothing else has both.
        Kind::Email if found.contains("%40") && !found.contains('@') => decoded(&found),
        _ => found,
    }
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Kind; 6] = [
        Kind::Link,
        Kind::Token,
        Kind::Email,
        Kind::Address,
        Kind::Id,
        Kind::Phone,
    ];

    #[test]
    fn every_pattern_compiles() {
        for pattern in [
            &JWT,
            &INTERCOM,
            &BEARER,
            &BASE64,
            &CREDENTIALS,
            &URL,
            &EMAIL,
            &PHONE,
            &IPV4,
            &IPV6,
            &UUID,
            &OBJECT_ID,
            &ID_IN_PROSE,
        ] {
            assert!(pattern.compiled());
        }
    }

    /// Marks the findings with square brackets.
    fn marked(text: &str) -> String {
        let mut marked = String::new();
        let mut from = 0;
        for Find { kind, range } in finds(text, &ALL) {
            let before = text.get(from..range.start).unwrap_or_default();
            marked.push_str(&format!("{before}[{kind}]"));
            from = range.end;
        }
        marked + text.get(from..).unwrap_or_default()
    }

    #[test]
    fn what_is_found_by_its_form() {
        let table = [
            ("mail jo.ha+x@acme.io, soon", "mail [email address], soon"),
            ("q=jo%40acme.io", "q=[email address]"),
            ("email = 'jo@acme.io'", "email = '[email address]'"),
            ("name@example.com and a@b", "name@example.com and a@b"),
            ("call +47 22 33 44 55 now", "call [phone number] now"),
            ("call (202) 555-7890.", "call [phone number]."),
            ("+1123456789 or +15550142", "+1123456789 or +15550142"),
            (
                "at 2014-04-25T16:15:47+02:00",
                "at 2014-04-25T16:15:47+02:00",
            ),
            (
                "from 8.8.8.8 to 127.0.0.1",
                "from [IP address] to 127.0.0.1",
            ),
            ("2a00:1450:4001:81c::200e", "[IP address]"),
            (
                "wasi:http/types and std::cafe::b1",
                "wasi:http/types and std::cafe::b1",
            ),
            ("see https://acme.io/u/jo?x=1.", "see [link]."),
            ("https://example.com/a.jpeg", "https://example.com/a.jpeg"),
            ("with id=6762f0dd1bb69f9f2193bb83", "with id=[id]"),
            ("with id=4711 or id=9", "with id=[id] or id=9"),
            ("req 9f2c1a00-77aa-4a10-9d3e-0123456789ab", "req [id]"),
            ("Bearer abcd-efgh", "Bearer [token]"),
            ("Bearer REDACTED", "Bearer REDACTED"),
            ("eyJhbGciOi.eyJzdWIi.c2ln", "[token]"),
            ("(dG9rOmFiY2RlZg==)", "([token])"),
            ("Basic dXNlcjpwYXNzd29yZA==", "Basic [token]"),
            ("of/YWRhOmh1bnRlcjI/or", "of/[token]/or"),
            // `a:b`, two numbers, a URL and a long word.
            ("YTpi MTc3MjQ0MDEwMDo0Mg==", "YTpi MTc3MjQ0MDEwMDo0Mg=="),
            ("aHR0cDovL2V4YW1wbGU=", "aHR0cDovL2V4YW1wbGU="),
            ("misconfigurations", "misconfigurations"),
            ("814860 con_abc123456", "814860 con_abc123456"),
        ];
        for (text, expected) in table {
            assert_eq!(marked(text), expected);
        }
    }

    #[test]
    fn hosts_of_urls() {
        for (url, expected) in [
            ("https://u:p@acme.io:8443/x", "acme.io"),
            ("http://[::1]:80/", "[::1]"),
            ("http://127.0.0.1?x", "127.0.0.1"),
        ] {
            assert_eq!(host(url), Some(expected));
        }
        assert_eq!(host("/contacts"), None);
    }
}
