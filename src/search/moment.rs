//! The dates that fields are compared with.

use super::fields::Granularity;
use crate::input::{DateError, Precision, Timestamp};

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
    /// Parses a date: ISO 8601 without a time, and `YYYYMMDD`, is a day; ISO 8601
    /// with a time, and Unix seconds, are a second.
    ///
    /// # Errors
    /// What the text looks like, if it is not a date.
    pub fn parse(text: &str) -> Result<Self, DateError> {
        let (read, precision) = Timestamp::parse_with_precision(text)?;
        Ok(match precision {
            Precision::Day => Self::Day(read.seconds()),
            Precision::Second => Self::Second(read.seconds()),
        })
    }

    /// Whether comparing by whole days finds too many rows.
    pub fn is_coarsened(self, granularity: Granularity) -> bool {
        granularity == Granularity::Day && matches!(self, Self::Second(_))
    }
}
