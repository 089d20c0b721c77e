//! Digits as dates: a day as `YYYYMMDD`, Unix seconds, or something else, which the error names.
//!
//! Unix seconds are accepted if they can be a contact's date: nine to eleven digits, from 1973
//! to 5138. Smaller numbers are years, a spreadsheet's days and zeros, larger ones are
//! milliseconds and times without separators.

use time::format_description::well_known::Iso8601;
use time::{Date, Duration, Month, PrimitiveDateTime, Time, UtcDateTime};

/// The meaning of a text as a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Precision {
    /// A day, without a time.
    Day,
    /// A second.
    Second,
}

/// Why a value is not a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DateError {
    /// What the value is or looks like, without the value: `looks like a year`.
    pub problem: String,
    /// The hint, if it follows from what the value looks like.
    pub hint: Option<String>,
}

impl DateError {
    /// The error of a value that does not show what was meant.
    #[cold]
    #[inline(never)]
    pub fn new(problem: &str) -> Self {
        let problem = problem.to_owned();
        Self {
            problem,
            hint: None,
        }
    }
}

/// The first and the last accepted Unix second.
const FIRST: i64 = 100_000_000;
const LAST: i64 = 99_999_999_999;

/// Whether a text is a number, not ISO 8601.
pub fn is_number(text: &str) -> bool {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_digits(whole) && is_digits(fraction)
}

/// Reads a number as a day or as Unix seconds.
///
/// # Errors
/// What the number looks like.
pub fn read(text: &str) -> Result<(i64, Precision), DateError> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let Ok(number) = whole.parse::<i64>() else {
        return Err(DateError::new("is too large for a date"));
    };
    let is_whole = fraction.bytes().all(|digit| digit == b'0');
    if let (8, true, Some(day)) = (whole.len(), is_whole, day(whole)) {
        return Ok((seconds(day, Time::MIDNIGHT), Precision::Day));
    }
    match (number, is_whole) {
        (FIRST..=LAST, true) => Ok((number, Precision::Second)),
        (FIRST..=LAST, false) => Err(DateError::new("is not a whole number of seconds")),
        _ => Err(looks_like(number, whole)),
    }
}

/// Says what a number looks like that is not a date.
fn looks_like(number: i64, digits: &str) -> DateError {
    let look = |what: &str, hint: String| DateError {
        problem: format!("looks like {what}"),
        hint: Some(hint),
    };
    if let Some((date, time)) = date_and_time(digits) {
        let written = written(date, time);
        let what = "a date and a time without separators";
        return look(what, format!("give {written}"));
    }
    let divided = |what: &str, seconds: i64| match UtcDateTime::from_unix_timestamp(seconds) {
        Ok(date) => {
            let written = written(date.date(), date.time());
            look(
                what,
                format!("give seconds ({seconds}) or ISO 8601 ({written})"),
            )
        }
        Err(_) => DateError::new("is too large for a date"),
    };
    match number {
        0 => DateError::new("is zero, which is not a date"),
        1000..=9999 => look(
            "a year",
            format!("give a whole date, such as {number}-01-01"),
        ),
        10_000..=99_999 => match spreadsheet_day(number) {
            Some(day) => look(
                "a spreadsheet's day number",
                format!("give its date, {}", written_day(day)),
            ),
            None => DateError::new("is too small for Unix seconds"),
        },
        100_001..=999_912 if day(&format!("{digits}01")).is_some() => {
            let (year, month) = (number / 100, number % 100);
            let hint = format!("give a whole date, such as {year}-{month:02}-01");
            look("a year and a month", hint)
        }
        19_000_000..=21_001_231 => look(
            "a day as YYYYMMDD, but that day does not exist",
            "give a date that exists".to_owned(),
        ),
        ..FIRST => DateError::new("is too small for Unix seconds"),
        FIRST..=99_999_999_999_999 => divided("milliseconds", number / 1000),
        100_000_000_000_000..=99_999_999_999_999_999 => divided("microseconds", number / 1_000_000),
        _ => divided("nanoseconds", number / 1_000_000_000),
    }
}

/// The day with these eight digits.
fn day(digits: &str) -> Option<Date> {
    let is_plain = digits.len() == 8 && digits.bytes().all(|byte| byte.is_ascii_digit());
    let date = Date::parse(digits, &Iso8601::DEFAULT).ok();
    date.filter(|date| is_plain && date.year() >= 1)
}

/// The date and time with these twelve or fourteen digits, if the year is a recent one: other
/// digits are probably milliseconds.
fn date_and_time(digits: &str) -> Option<(Date, Time)> {
    let date = day(digits.get(..8)?)?;
    let part = |at: usize| digits.get(at..at + 2)?.parse::<u8>().ok();
    let second = match digits.len() {
        12 => 0,
        14 => part(12)?,
        _ => return None,
    };
    let time = Time::from_hms(part(8)?, part(10)?, second).ok()?;
    (1900..=2100).contains(&date.year()).then_some((date, time))
}

/// The date of a spreadsheet's day number: days since 1899-12-30.
fn spreadsheet_day(number: i64) -> Option<Date> {
    let start = Date::from_calendar_date(1899, Month::December, 30).ok()?;
    start.checked_add(Duration::days(number))
}

fn seconds(date: Date, time: Time) -> i64 {
    PrimitiveDateTime::new(date, time)
        .assume_utc()
        .unix_timestamp()
}

fn written_day(date: Date) -> String {
    format!(
        "{:04}-{:02}-{:02}",
        date.year(),
        u8::from(date.month()),
        date.day()
    )
}

fn written(date: Date, time: Time) -> String {
    let (hour, minute, second) = time.as_hms();
    format!("{}T{hour:02}:{minute:02}:{second:02}Z", written_day(date))
}
