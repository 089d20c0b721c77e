//! The dates that fields are compared with.

use super::fields::Granularity;
use crate::input::Timestamp;

/// A date that a field is compared with, in Unix seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// A whole day, by its midnight in UTC.
    Day(i64),
    /// A second.
    Second(i64),
    /// The day that a second is in, in the workspace's time zone: the meaning of a
    /// number in Intercom's own query.
    DayOf(i64),
}

/// Seconds of a day.
pub const DAY: i64 = 86_400;

impl Moment {
    /// Parses a date: ISO 8601 without a time is a day; ISO 8601 with a time, and
    /// Unix seconds, are a second.
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

    /// Whether comparing by whole days finds more than asked.
    pub fn is_coarsened(self, granularity: Granularity) -> bool {
        granularity == Granularity::Day && matches!(self, Self::Second(_))
    }
}
