//! The wait that a response asks for.
//!
//! Intercom's windows are 10 seconds and end at `X-RateLimit-Reset`, in Unix
//! seconds (`docs/intercom-api.md`, Rate limits). The sandbox has no wall
//! clock, so the response's own `Date` is the current time. `Retry-After` is not
//! documented, but proxies send it.

use super::exchange::{Headers, Response};
use time::{Date, Month, Time, UtcDateTime};

/// Maximum credible wait, in seconds: an hour. Intercom's windows last 10 s; more
/// means a wrong clock, and waiting for it would hang the workflow.
const MAX_WAIT_S: i64 = 3600;

/// The wait that a response asks for, in milliseconds. `None` if it asks for none,
/// or for one that is not credible. Every response says when the window ends, but
/// only a 429 asks to wait for it.
pub fn wait_ms(response: &Response) -> Option<u64> {
    let Response {
        status, headers, ..
    } = response;
    let reset = if *status == 429 {
        until_reset(headers)
    } else {
        None
    };
    // A window that is over does not undo the wait that a proxy asks for.
    let seconds = reset.max(retry_after(headers))?;
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

/// A time in the past means that waiting is over.
fn credible(seconds: i64) -> Option<i64> {
    (seconds <= MAX_WAIT_S).then_some(seconds.max(0))
}

/// The Unix seconds of a date as HTTP writes it: `Tue, 14 Nov 2023 22:13:20 GMT`.
/// The two obsolete forms that servers no longer send are unknown.
fn date(text: &str) -> Option<i64> {
    let (_, date) = text.trim().strip_suffix(" GMT")?.split_once(", ")?;
    let mut parts = date.split([' ', ':']);
    let mut next = || parts.next();
    let day = next()?.parse().ok()?;
    let month = next()?;
    let month = MONTHS.into_iter().find(|(name, _)| *name == month)?.1;
    let date = Date::from_calendar_date(next()?.parse().ok()?, month, day).ok()?;
    let mut number = || next()?.parse().ok();
    let time = Time::from_hms(number()?, number()?, number()?).ok()?;
    Some(UtcDateTime::new(date, time).unix_timestamp())
}

const MONTHS: [(&str, Month); 12] = [
    ("Jan", Month::January),
    ("Feb", Month::February),
    ("Mar", Month::March),
    ("Apr", Month::April),
    ("May", Month::May),
    ("Jun", Month::June),
    ("Jul", Month::July),
    ("Aug", Month::August),
    ("Sep", Month::September),
    ("Oct", Month::October),
    ("Nov", Month::November),
    ("Dec", Month::December),
];

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
    fn dates_are_read_as_http_writes_them() {
        for (text, seconds) in [
            ("Thu, 01 Jan 1970 00:00:00 GMT", Some(0)),
            (" Thu, 29 Feb 2024 23:59:59 GMT ", Some(1_709_251_199)),
            ("Fri, 29 Feb 2023 23:59:59 GMT", None),
            ("Tue, 14 Nov 2023 22:13 GMT", None),
            ("Tue, 14 Nov 2023 22:13:20 +0100", None),
            ("Tuesday, 14-Nov-23 22:13:20 GMT", None),
            ("", None),
        ] {
            assert_eq!(date(text), seconds, "{text}");
        }
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
