//! How long a 429 asks to wait.
//!
//! Intercom's windows are 10 seconds and end at `X-RateLimit-Reset`, in Unix
//! seconds (API facts 4). The sandbox has no wall clock; the answer's own `Date`
//! is the clock that counts. `Retry-After` is not documented, but proxies send
//! it.

use super::exchange::Headers;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;

/// The longest wait that is believed, in seconds: an hour. Intercom's windows
/// last 10 s; more is a clock gone wrong, and waiting for it would hang the
/// workflow.
const MAX_WAIT_S: i64 = 3600;

/// The wait in milliseconds; none where the answer does not say, or says
/// something that cannot be believed.
pub fn wait_ms(headers: &Headers) -> Option<u64> {
    let seconds = until_reset(headers).or_else(|| retry_after(headers))?;
    u64::try_from(seconds).ok()?.checked_mul(1000)
}

fn until_reset(headers: &Headers) -> Option<i64> {
    let reset: i64 = headers.get("x-ratelimit-reset")?.trim().parse().ok()?;
    believable(reset.checked_sub(date(headers.get("date")?)?)?)
}

fn retry_after(headers: &Headers) -> Option<i64> {
    let text = headers.get("retry-after")?.trim();
    match text.parse::<i64>() {
        Ok(seconds) => believable(seconds),
        Err(_) => believable(date(text)?.checked_sub(date(headers.get("date")?)?)?),
    }
}

/// A time in the past means that waiting is over.
fn believable(seconds: i64) -> Option<i64> {
    (seconds <= MAX_WAIT_S).then_some(seconds.max(0))
}

fn date(text: &str) -> Option<i64> {
    let date = OffsetDateTime::parse(text.trim(), &Rfc2822).ok()?;
    Some(date.unix_timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    const DATE: &str = "Tue, 14 Nov 2023 22:13:20 GMT"; // 1700000000

    #[test]
    fn the_reset_wins_over_retry_after() {
        let cases: &[(&[(&str, &str)], Option<u64>)] = &[
            (
                &[("X-RateLimit-Reset", "1700000007"), ("Date", DATE)],
                Some(7000),
            ),
            (
                &[
                    ("X-RateLimit-Reset", "1700000007"),
                    ("Date", DATE),
                    ("Retry-After", "3"),
                ],
                Some(7000),
            ),
            (
                &[("X-RateLimit-Reset", "1699999999"), ("Date", DATE)],
                Some(0),
            ),
            (&[("X-RateLimit-Reset", "1731536000"), ("Date", DATE)], None),
            (&[("X-RateLimit-Reset", "1700000007")], None),
            (
                &[
                    ("X-RateLimit-Reset", "soon"),
                    ("Date", DATE),
                    ("Retry-After", "3"),
                ],
                Some(3000),
            ),
            (
                &[
                    ("Retry-After", "Tue, 14 Nov 2023 22:13:25 GMT"),
                    ("Date", DATE),
                ],
                Some(5000),
            ),
            (&[("Retry-After", "-3")], Some(0)),
            (&[("Retry-After", "99999999999999999999")], None),
            (&[], None),
        ];
        for (headers, expected) in cases {
            let headers = Headers(
                headers
                    .iter()
                    .map(|(n, v)| ((*n).into(), (*v).into()))
                    .collect(),
            );
            assert_eq!(wait_ms(&headers), *expected, "{headers:?}");
        }
    }
}
