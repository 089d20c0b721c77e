//! The wait that a response requests.
//!
//! Intercom's windows are 10 seconds and end at `X-RateLimit-Reset`, in Unix
//! seconds (`docs/intercom-api.md`, Rate limits). The sandbox has no wall
//! clock, so the response's own `Date` is the current time. `Retry-After` is not
//! documented, but proxies send it.

use super::exchange::{Headers, Response};
use std::time::SystemTime;

/// Maximum plausible wait, in seconds: an hour. Intercom's windows last 10 s; more means a wrong
/// clock, and waiting for it would block the workflow.
const MAX_WAIT_S: i64 = 3600;

/// The wait that a response requests, in milliseconds. `None` if it requests none, or an
/// implausible one. Every response says when the window ends, but only a 429 requires the wait.
pub fn wait_ms(response: &Response) -> Option<u64> {
    let Response {
        status, headers, ..
    } = response;
    let reset = if *status == 429 {
        until_reset(headers)
    } else {
        None
    };
    // A window that is over does not cancel the wait that a proxy requests.
    let seconds = reset.max(retry_after(headers))?;
    u64::try_from(seconds).ok()?.checked_mul(1000)
}

/// When a response was sent, in Unix seconds.
pub fn sent_at(headers: &Headers) -> Option<i64> {
    date(headers.get("date")?)
}

/// The wait for the next window, in milliseconds, if a response says that the current one is
/// used up.
pub fn exhausted_ms(headers: &Headers) -> Option<u64> {
    let remaining = headers.get("x-ratelimit-remaining")?.trim();
    if remaining != "0" {
        return None;
    }
    let seconds = until_reset(headers)?;
    u64::try_from(seconds).ok()?.checked_mul(1000)
}

fn until_reset(headers: &Headers) -> Option<i64> {
    let reset: i64 = headers.get("x-ratelimit-reset")?.trim().parse().ok()?;
    credible(reset.checked_sub(date(headers.get("date")?)?)?)
}

fn retry_after(headers: &Headers) -> Option<i64> {
    let text = headers.get("retry-after")?.trim();
    match text.parse::<i64>() {
        Ok(seconds) => credible(seconds),
        Err(_) => credible(date(text)?.checked_sub(date(headers.get("date")?)?)?),
    }
}

/// A time in the past needs no wait.
fn credible(seconds: i64) -> Option<i64> {
    (seconds <= MAX_WAIT_S).then_some(seconds.max(0))
}

fn date(text: &str) -> Option<i64> {
    let date = httpdate::parse_http_date(text.trim()).ok()?;
    let since = date.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    since.as_secs().try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const DATE: (&str, &str) = ("Date", "Tue, 14 Nov 2023 22:13:20 GMT"); // 1700000000

    fn wait(status: u16, headers: &[(&str, &str)]) -> Option<u64> {
        let headers = headers
            .iter()
            .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()));
        wait_ms(&Response {
            status,
            headers: Headers(headers.collect()),
            body: Vec::new(),
            cut: None,
        })
    }

    #[test]
    fn the_longer_wait_wins() {
        type Case<'a> = (&'a [(&'a str, &'a str)], Option<u64>);
        let cases: &[Case<'_>] = &[
            (&[("X-RateLimit-Reset", "1700000007"), DATE], Some(7000)),
            (
                &[
                    ("X-RateLimit-Reset", "1700000007"),
                    DATE,
                    ("Retry-After", "3"),
                ],
                Some(7000),
            ),
            (&[("X-RateLimit-Reset", "1699999999"), DATE], Some(0)),
            (
                &[
                    ("X-RateLimit-Reset", "1699999999"),
                    DATE,
                    ("Retry-After", "7"),
                ],
                Some(7000),
            ),
            (
                &[
                    ("X-RateLimit-Reset", "1700000002"),
                    DATE,
                    ("Retry-After", "7"),
                ],
                Some(7000),
            ),
            (
                &[
                    ("X-RateLimit-Reset", "1731536000"),
                    DATE,
                    ("Retry-After", "7"),
                ],
                Some(7000),
            ),
            (&[("X-RateLimit-Reset", "1731536000"), DATE], None),
            (&[("X-RateLimit-Reset", "1700000007")], None),
            (
                &[("X-RateLimit-Reset", "soon"), DATE, ("Retry-After", "3")],
                Some(3000),
            ),
            (
                &[("Retry-After", "Tue, 14 Nov 2023 22:13:25 GMT"), DATE],
                Some(5000),
            ),
            (&[("Retry-After", "-3")], Some(0)),
            (&[("Retry-After", "99999999999999999999")], None),
            (&[], None),
        ];
        for (headers, expected) in cases {
            assert_eq!(wait(429, headers), *expected, "{headers:?}");
        }
    }

    #[test]
    fn the_last_request_of_a_window_is_known() {
        let wait = |remaining: &str| {
            let headers = [
                ("X-RateLimit-Remaining", remaining),
                ("X-RateLimit-Reset", "1700000007"),
                DATE,
            ];
            let headers = headers.map(|(n, v)| (n.to_owned(), v.to_owned()));
            exhausted_ms(&Headers(headers.to_vec()))
        };
        assert_eq!(wait("0"), Some(7000));
        assert_eq!(wait("1"), None);
        assert_eq!(wait("none"), None);
    }

    #[test]
    fn only_a_429_waits_for_the_window() {
        assert_eq!(
            wait(503, &[("X-RateLimit-Reset", "1700000007"), DATE]),
            None
        );
        assert_eq!(wait(503, &[("Retry-After", "3")]), Some(3000));
    }
}
