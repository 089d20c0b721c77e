//! Points in time: ISO 8601 or Unix seconds in, Unix seconds out.
//!
//! Intercom takes seconds only and stores milliseconds as the year 50,000
//! (`docs/intercom-api.md`, Ids and times), so what looks like milliseconds is
//! refused.

use super::error::InputError;
use super::numbers::number_text;
use super::values::{FromInput, unexpected};
use serde_json::Value;
use time::format_description::well_known::Iso8601;
use time::{Date, OffsetDateTime, PrimitiveDateTime, Time, UtcDateTime};

/// A point in time in whole Unix seconds, within the years 1 to 9999.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timestamp(i64);

/// 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z. The latter, read as
/// milliseconds, is in 1978: no later date in milliseconds passes for seconds.
const FIRST: i64 = -62_135_596_800;
const LAST: i64 = 253_402_300_799;

impl Timestamp {
    /// The Unix seconds.
    pub fn seconds(self) -> i64 {
        self.0
    }

    /// Reads Unix seconds.
    ///
    /// # Errors
    /// Seconds outside of the years 1 to 9999.
    pub fn from_seconds(seconds: i64) -> Result<Self, InputError> {
        match seconds {
            FIRST..=LAST => Ok(Self(seconds)),
            _ => Err(out_of_range(seconds)),
        }
    }

    /// Reads ISO 8601 (UTC where no offset is given, midnight where no time is)
    /// or Unix seconds written as digits.
    ///
    /// # Errors
    /// The text, and what is accepted.
    pub fn parse(text: &str) -> Result<Self, InputError> {
        let text = text.trim();
        let digits = text.strip_prefix('-').unwrap_or(text);
        if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return match text.parse() {
                Ok(seconds) => Self::from_seconds(seconds),
                Err(_) => Err(refused(&Value::String(text.to_owned()), "is out of range")),
            };
        }
        let date = iso_8601(text)
            .ok_or_else(|| refused(&Value::String(text.to_owned()), "is not a date"))?;
        match date.unix_timestamp() {
            seconds @ FIRST..=LAST => Ok(Self(seconds)),
            _ => Err(refused(
                &Value::String(text.to_owned()),
                "is outside of the years 1 to 9999",
            )),
        }
    }
}

fn iso_8601(text: &str) -> Option<OffsetDateTime> {
    // Signed years would parse as ISO 8601's expanded form.
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

fn refused(value: &Value, what: &str) -> InputError {
    unexpected::<Timestamp>(value, what)
}

/// Too many seconds are mostly milliseconds: then suggests the seconds.
fn out_of_range(seconds: i64) -> InputError {
    let in_seconds = seconds / 1000;
    match UtcDateTime::from_unix_timestamp(in_seconds) {
        Ok(date) if seconds > LAST && (FIRST..=LAST).contains(&in_seconds) => {
            let (day, time) = (date.date(), date.time());
            let (month, day_of_month) = (u8::from(day.month()), day.day());
            let (hour, minute, second) = time.as_hms();
            let problem = format!(
                "looks like milliseconds; give seconds ({in_seconds}) or ISO 8601 \
                 ({:04}-{month:02}-{day_of_month:02}T{hour:02}:{minute:02}:{second:02}Z)",
                day.year()
            );
            InputError::of_value(&seconds.into(), problem)
                .or_discreetly("looks like milliseconds; give seconds or ISO 8601")
        }
        _ => refused(&seconds.into(), "is outside of the years 1 to 9999"),
    }
}

impl FromInput for Timestamp {
    const EXPECTED: &'static str =
        "ISO 8601, such as 2024-06-01T15:04:05Z, or Unix seconds, such as 1717254245";

    fn from_value(value: Value) -> Result<Self, InputError> {
        match &value {
            Value::String(text) => Self::parse(text),
            Value::Number(number) => match number_text(number).parse() {
                Ok(seconds) => Self::from_seconds(seconds),
                Err(_) => Err(refused(&value, "is not a whole number of seconds")),
            },
            _ => Err(refused(&value, "is not a date")),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::error::InputErrors;
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn message(error: InputError) -> String {
        let mut errors = InputErrors::default();
        errors.note("date", error);
        format!("{:?}", errors.into_error("test"))
    }

    fn read(value: Value) -> Result<i64, String> {
        Timestamp::from_value(value)
            .map(Timestamp::seconds)
            .map_err(message)
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
            (json!(1_398_456_947.0), 1_398_456_947),
            (json!("-1"), -1),
            (json!("1969-12-31T23:59:59Z"), -1),
            (json!("0001-01-01"), FIRST),
            (json!("9999-12-31T23:59:59Z"), LAST),
        ] {
            assert_eq!(read(value.clone()), Ok(seconds), "{value}");
        }
    }

    #[test]
    fn milliseconds_are_refused_with_the_seconds() {
        let expected = "1700000000000 looks like milliseconds; give seconds (1700000000) or ISO 8601 (2023-11-14T22:13:20Z)";
        for value in [json!(1_700_000_000_000_i64), json!("1700000000000")] {
            assert!(read(value).unwrap_err().contains(expected));
        }
    }

    #[test]
    fn what_is_no_date_is_refused() {
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
        fn seconds_come_back(seconds in FIRST..=LAST) {
            prop_assert_eq!(read(json!(seconds)), Ok(seconds));
            prop_assert_eq!(read(json!(seconds.to_string())), Ok(seconds));
        }

        /// A point in time is the same in whichever zone it is written.
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
