//! The dates that fields are compared with.

use super::fields::Granularity;
use crate::input::Timestamp;

/// What a date is compared with, in Unix seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// A day, by its midnight in UTC: all of the day is meant.
    Day(i64),
    /// A second.
    Second(i64),
    /// The day that a second is in, wherever the workspace is: what a number
    /// means in Intercom's own query.
    DayOf(i64),
}

/// Seconds of a day.
pub const DAY: i64 = 86_400;

impl Moment {
    /// Reads a date: ISO 8601 without a time is a day, with one a second, and
    /// so are Unix seconds.
    pub fn parse(text: &str) -> Option<Self> {
        let seconds = Timestamp::parse(text).ok()?.seconds();
        let digits = text.trim().trim_start_matches(['+', '-']);
        let has_time = digits.contains(['T', 't', ' ', ':']);
        Some(
            match has_time || digits.bytes().all(|b| b.is_ascii_digit()) {
                true => Self::Second(seconds),
                false => Self::Day(seconds),
            },
        )
    }

    /// Whether comparing by whole days gives more than was asked for.
    pub fn is_coarsened(self, granularity: Granularity) -> bool {
        granularity == Granularity::Day && matches!(self, Self::Second(_))
    }
}
