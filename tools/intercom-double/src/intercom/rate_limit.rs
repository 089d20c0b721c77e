//! The rate limit: requests per window of ten seconds, reported in the headers
//! of every response (`docs/intercom-api.md`, Rate limits).

use http::StatusCode;

use super::response::ApiError;

/// The length of a window, in seconds (`docs/intercom-api.md`, Rate limits).
const WINDOW: i64 = 10;

/// The limit that the headers report when there is none: a sixth of the 10,000
/// requests a minute that Intercom allows an app.
const REPORTED_LIMIT: u32 = 1667;

/// The rate limit and its current window. Windows start at multiples of ten
/// seconds.
#[derive(Debug)]
pub struct RateLimit {
    limit: Option<u32>,
    start: i64,
    used: u32,
}

impl RateLimit {
    /// Allows `limit` requests in each window; unlimited if `None`.
    pub fn new(limit: Option<u32>) -> Self {
        Self {
            limit,
            start: 0,
            used: 0,
        }
    }

    /// Counts a request in the window that contains `now`, in Unix seconds.
    ///
    /// # Errors
    ///
    /// 429 `rate_limit_exceeded` if the window is used up.
    pub fn check(&mut self, now: i64) -> Result<(), ApiError> {
        let start = now - now.rem_euclid(WINDOW);
        if start != self.start {
            (self.start, self.used) = (start, 0);
        }
        if let Some(limit) = self.limit.filter(|limit| self.used >= *limit) {
            return Err(ApiError::new(
                StatusCode::TOO_MANY_REQUESTS,
                "rate_limit_exceeded",
                format!("Exceeded rate limit of {limit} in {WINDOW}_seconds"),
            ));
        }
        self.used = self.used.saturating_add(1);
        Ok(())
    }

    /// The rate limit headers for the current window.
    pub fn headers(&self) -> [(&'static str, String); 3] {
        let limit = self.limit.unwrap_or(REPORTED_LIMIT);
        [
            ("x-ratelimit-limit", limit.to_string()),
            (
                "x-ratelimit-remaining",
                limit.saturating_sub(self.used).to_string(),
            ),
            ("x-ratelimit-reset", (self.start + WINDOW).to_string()),
        ]
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn headers(rate_limit: &RateLimit) -> String {
        rate_limit.headers().map(|(_, value)| value).join(" ")
    }

    #[test]
    fn each_window_allows_the_limit() {
        let mut rate_limit = RateLimit::new(Some(2));
        for (now, allowed, expected) in [
            (101, true, "2 1 110"),
            (109, true, "2 0 110"),
            (109, false, "2 0 110"),
            (110, true, "2 1 120"),
        ] {
            assert_eq!(rate_limit.check(now).is_ok(), allowed, "{now}");
            assert_eq!(headers(&rate_limit), expected, "{now}");
        }
    }

    #[test]
    fn without_a_limit_every_request_is_allowed() {
        let mut rate_limit = RateLimit::new(None);
        assert!((0..5000).all(|_| rate_limit.check(7).is_ok()));
        assert_eq!(headers(&rate_limit), "1667 0 10");
    }
}
