//! The rate limit: so many requests in ten seconds, told in every answer
//! (`docs/intercom-api.md`, Rate limits).

use http::StatusCode;

use super::answer::Refusal;

/// The length of a window, in seconds (`docs/intercom-api.md`, Rate limits).
const LENGTH: i64 = 10;

/// What is told to be the limit of a window when none is kept: a sixth of the
/// 10,000 a minute that Intercom allows an app.
const TOLD: u32 = 1667;

/// The current window. Windows start at whole tens of seconds.
#[derive(Debug)]
pub struct Window {
    kept: Option<u32>,
    start: i64,
    used: u32,
}

impl Window {
    /// Windows that allow `limit` requests each, or any number.
    pub fn new(limit: Option<u32>) -> Self {
        Self {
            kept: limit,
            start: 0,
            used: 0,
        }
    }

    /// Takes a request out of the window that `now`, in Unix seconds, is in.
    ///
    /// # Errors
    ///
    /// 429 `rate_limit_exceeded` if the window allows no more.
    pub fn take(&mut self, now: i64) -> Result<(), Refusal> {
        let start = now - now.rem_euclid(LENGTH);
        if start != self.start {
            (self.start, self.used) = (start, 0);
        }
        if let Some(limit) = self.kept.filter(|limit| self.used >= *limit) {
            return Err(Refusal::new(
                StatusCode::TOO_MANY_REQUESTS,
                "rate_limit_exceeded",
                format!("Exceeded rate limit of {limit} in {LENGTH}_seconds"),
            ));
        }
        self.used = self.used.saturating_add(1);
        Ok(())
    }

    /// The headers that tell of the window.
    pub fn headers(&self) -> [(&'static str, String); 3] {
        let limit = self.kept.unwrap_or(TOLD);
        [
            ("x-ratelimit-limit", limit.to_string()),
            (
                "x-ratelimit-remaining",
                limit.saturating_sub(self.used).to_string(),
            ),
            ("x-ratelimit-reset", (self.start + LENGTH).to_string()),
        ]
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn told(window: &Window) -> String {
        window.headers().map(|(_, value)| value).join(" ")
    }

    #[test]
    fn a_window_allows_its_limit_and_the_next_one_starts_anew() {
        let mut window = Window::new(Some(2));
        for (now, allowed, headers) in [
            (101, true, "2 1 110"),
            (109, true, "2 0 110"),
            (109, false, "2 0 110"),
            (110, true, "2 1 120"),
        ] {
            assert_eq!(window.take(now).is_ok(), allowed, "{now}");
            assert_eq!(told(&window), headers, "{now}");
        }
    }

    #[test]
    fn without_a_limit_every_request_passes() {
        let mut window = Window::new(None);
        assert!((0..5000).all(|_| window.take(7).is_ok()));
        assert_eq!(told(&window), "1667 0 10");
    }
}
