//! Times: reads ISO 8601, a day as `YYYYMMDD`, or Unix seconds; writes Unix seconds.
//!
//! Intercom reads any number as Unix seconds (`docs/intercom-api.md`, Ids and times), so digits
//! that cannot be a contact's date are refused: see [`super::digits`].

use super::digits::{self, DateError, Precision};
use super::error::InputError;
use super::numbers::number_text;
use super::phrases::{quoted, shortened, shown};
use super::values::FromInput;
use serde_json::Value;
use time::format_description::well_known::Iso8601;
use time::{Date, OffsetDateTime, PrimitiveDateTime, Time};

/// A time in whole Unix seconds, in the years 1 to 9999.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timestamp(i64);

/// 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z.
const FIRST: i64 = -62_135_596_800;
const LAST: i64 = 253_402_300_799;

impl Timestamp {
    /// The Unix seconds.
    pub fn seconds(self) -> i64 {
        self.0
    }

    /// As ISO 8601, in UTC: `2024-06-01T15:04:05Z`.
    pub fn to_iso_8601(self) -> String {
        let Ok(time) = OffsetDateTime::from_unix_timestamp(self.0) else {
            return self.0.to_string();
        };
        format!(
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z",
            time.year(),
            u8::from(time.month()),
            time.day(),
            time.hour(),
            time.minute(),
            time.second()
        )
    }

    /// Parses ISO 8601 (by default UTC and midnight), a day as `YYYYMMDD`, or Unix seconds.
    ///
    /// # Errors
    /// The text, and what is accepted.
    pub fn parse(text: &str) -> Result<Self, InputError> {
        Self::parse_with_precision(text)
            .map(|(read, _)| read)
            .map_err(|error| match text.trim() {
                // Digits are shown as digits, whether they were text or a number.
                text if digits::is_number(text) => refused(shortened(text), &error),
                text => refused(quoted(text), &error),
            })
    }

    /// Parses a time. Also returns whether the text is a day or a second.
    ///
    /// # Errors
    /// What the text looks like, if it is not a time.
    pub fn parse_with_precision(text: &str) -> Result<(Self, Precision), DateError> {
        let text = text.trim();
        if digits::is_number(text) {
            return digits::read(text).map(|(seconds, precision)| (Self(seconds), precision));
        }
        let date = iso_8601(text).ok_or_else(|| DateError::new("is not a date"))?;
        let has_time = text.contains(['T', 't', ' ', ':']);
        let precision = match has_time {
            true => Precision::Second,
            false => Precision::Day,
        };
        match date.unix_timestamp() {
            seconds @ FIRST..=LAST => Ok((Self(seconds), precision)),
            _ => Err(DateError::new("is outside of the years 1 to 9999")),
        }
    }
}

fn iso_8601(text: &str) -> Option<OffsetDateTime> {
    // Signed years would parse as ISO 8601's expanded format.
    if !text.starts_with(|first: char| first.is_ascii_digit()) {
        return None;
    }
    // Databases and people write a space instead of the T.
    let text = match text.split_once(' ') {
        Some((date, time)) => format!("{date}T{time}"),
        None => text.to_owned(),
    };
    OffsetDateTime::parse(&text, &Iso8601::DEFAULT)
        .or_else(|_| {
            PrimitiveDateTime::parse(&text, &Iso8601::DEFAULT).map(PrimitiveDateTime::assume_utc)
        })
        .or_else(|_| {
            Date::parse(&text, &Iso8601::DEFAULT)
                .map(|date| PrimitiveDateTime::new(date, Time::MIDNIGHT).assume_utc())
        })
        .ok()
}

fn refused(shown: String, error: &DateError) -> InputError {
    let DateError { problem, hint } = error;
    let expected = format!("give {}", Timestamp::EXPECTED);
    // The hint of a date follows from its value.
    let hint = hint.as_ref().unwrap_or(&expected);
    InputError::new(problem, hint)
        .about(shown)
        .or_discreetly(problem, &expected)
}

impl FromInput for Timestamp {
    const EXPECTED: &'static str =
        "ISO 8601, such as 2024-06-01T15:04:05Z, or Unix seconds, such as 1717254245";

    fn from_value(value: Value) -> Result<Self, InputError> {
        match &value {
            Value::String(text) => Self::parse(text),
            Value::Number(number) => Self::parse_with_precision(&number_text(number))
                .map(|(read, _)| read)
                .map_err(|error| refused(shown(&value), &error)),
            _ => Err(refused(shown(&value), &DateError::new("is not a date"))),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;
    use time::UtcDateTime;

    fn read(value: Value) -> Result<i64, String> {
        Timestamp::from_value(value)
            .map(Timestamp::seconds)
            .map_err(|error| error.to_string())
    }

    #[test]
    fn iso_8601_and_unix_seconds_are_read() {
        for (value, seconds) in [
            (json!("2014-04-25T16:15:47-04:00"), 1_398_456_947),
            (json!("2014-04-25T20:15:47Z"), 1_398_456_947),
            (json!("2014-04-25T20:15:47"), 1_398_456_947),
            (json!("2014-04-25 20:15:47"), 1_398_456_947),
            (json!("2014-04-25T20:15:47.999Z"), 1_398_456_947),
            (json!("20140425T201547Z"), 1_398_456_947),
            (json!("2014-04-25T20:15Z"), 1_398_456_900),
            (json!("2024-06-01"), 1_717_200_000),
            (json!("1398456947"), 1_398_456_947),
            (json!(1_398_456_947), 1_398_456_947),
            (json!("20240601"), 1_717_200_000),
            (json!(20_240_601), 1_717_200_000),
            (json!(" 20240229 "), 1_709_164_800),
            (json!("00010101"), FIRST),
            (json!(100_000_000), 100_000_000),
            (json!("99999999999"), 99_999_999_999),
            (json!(1_398_456_947.0), 1_398_456_947),
            (json!("1969-12-31T23:59:59Z"), -1),
            (json!("0001-01-01"), FIRST),
            (json!("9999-12-31T23:59:59Z"), LAST),
        ] {
            assert_eq!(read(value.clone()), Ok(seconds), "{value}");
        }
    }

    /// Digits that Intercom would store as a day of 1970, or of a distant century.
    #[test]
    fn digits_that_are_no_date_are_refused_by_what_they_look_like() {
        for (value, problem) in [
            (json!(0), "0 is zero, which is not a date"),
            (json!("-0"), "-0 is zero, which is not a date"),
            (
                json!(2024),
                "2024 looks like a year; give a whole date, such as 2024-01-01",
            ),
            (
                json!("1999"),
                "1999 looks like a year; give a whole date, such as 1999-01-01",
            ),
            (
                json!(45_444),
                "45444 looks like a spreadsheet's day number; give its date, 2024-06-01",
            ),
            (
                json!(45_444.75),
                "45444.75 looks like a spreadsheet's day number; give its date, 2024-06-01",
            ),
            (
                json!("25569"),
                "25569 looks like a spreadsheet's day number; give its date, 1970-01-01",
            ),
            (
                json!(202_406),
                "202406 looks like a year and a month; give a whole date, such as 2024-06-01",
            ),
            (
                json!(20_241_301),
                "20241301 looks like a day as YYYYMMDD, but that day does not exist",
            ),
            (
                json!("20230229"),
                "looks like a day as YYYYMMDD, but that day does not exist",
            ),
            (json!(7), "7 is too small for Unix seconds"),
            (json!(99_999_999), "99999999 is too small for Unix seconds"),
            (json!(-1), "-1 is too small for Unix seconds"),
            (json!("-1700000000"), "is too small for Unix seconds"),
            (
                json!(1_700_000_000_000_i64),
                "1700000000000 looks like milliseconds; give seconds (1700000000) or ISO 8601 (2023-11-14T22:13:20Z)",
            ),
            (
                json!("1700000000000"),
                "looks like milliseconds; give seconds (1700000000) or ISO 8601 (2023-11-14T22:13:20Z)",
            ),
            (
                json!(253_402_300_799_i64),
                "looks like milliseconds; give seconds (253402300)",
            ),
            (
                json!(1_700_000_000_000_000_i64),
                "looks like microseconds; give seconds (1700000000)",
            ),
            (
                json!("1700000000000000000"),
                "looks like nanoseconds; give seconds (1700000000)",
            ),
            (
                json!("20240601150405"),
                "looks like a date and a time without separators; give 2024-06-01T15:04:05Z",
            ),
            (
                json!(202_406_011_504_i64),
                "looks like a date and a time without separators; give 2024-06-01T15:04:00Z",
            ),
            (
                json!(1_700_000_000.5),
                "1700000000.5 is not a whole number of seconds",
            ),
            (json!("99999999999999999999999"), "is too large for a date"),
        ] {
            let error = read(value.clone()).unwrap_err();
            assert!(error.contains(problem), "{value}: {error}");
        }
    }

    #[test]
    fn an_invalid_date_is_refused() {
        for value in [
            json!(""),
            json!("soon"),
            json!("2024-13-01"),
            json!("2024-02-30"),
            json!("0000-01-01"),
            json!("0001-01-01T00:00:00+01:00"),
            json!("+12024-01-01"),
            json!("-2024-01-01"),
            json!("1700000000.5"),
            json!(1_700_000_000.5),
            json!("99999999999999999999999"),
            json!(i64::MIN),
            json!(i64::MAX),
            json!(true),
            json!({}),
        ] {
            assert!(read(value.clone()).is_err(), "{value} should be refused");
        }
    }

    proptest! {
        #[test]
        fn seconds_come_back(seconds in 100_000_000..100_000_000_000_i64) {
            prop_assert_eq!(read(json!(seconds)), Ok(seconds));
            prop_assert_eq!(read(json!(seconds.to_string())), Ok(seconds));
        }

        /// No other number is a date, but for a day as YYYYMMDD.
        #[test]
        fn other_numbers_are_refused(number in any::<i64>(), small in -100_000_000..10_000_000_i64) {
            if !(10_000_000..100_000_000_000).contains(&number) {
                prop_assert!(read(json!(number)).is_err());
            }
            prop_assert!(read(json!(small)).is_err());
        }

        /// A time is the same in any zone.
        #[test]
        fn dates_come_back(seconds in FIRST..=LAST, half_hours in -28..=28_i64) {
            let offset = half_hours * 1800;
            let Ok(date) = UtcDateTime::from_unix_timestamp(seconds + offset) else {
                return Ok(());
            };
            prop_assume!((1..=9999).contains(&date.year()));
            let (month, day) = (u8::from(date.month()), date.day());
            let (hour, minute, second) = date.time().as_hms();
            let sign = if offset < 0 { '-' } else { '+' };
            let text = format!(
                "{:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{sign}{:02}:{:02}",
                date.year(), offset.abs() / 3600, offset.abs() / 60 % 60,
            );
            prop_assert_eq!(read(json!(text.clone())), Ok(seconds), "{}", text);
        }

        #[test]
        fn any_text_is_read_or_refused(text in "[0-9TZ:+. W-]{0,30}") {
            let _ = Timestamp::parse(&text);
        }
    }
}
