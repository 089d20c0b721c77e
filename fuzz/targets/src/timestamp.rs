//! Points in time: a parsed one is within the accepted years, and parses again in
//! any notation.

use intercom_connector::internals::{FromInput, Timestamp};
use serde_json::Value;

/// A date as it may stand in an input: the bytes as text, and as JSON.
pub fn timestamp(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let read = Timestamp::parse(text);
    if let Ok(read) = &read {
        comes_back(*read);
    }
    if let Some(expected) = plain_date(text) {
        assert_eq!(read.ok().map(Timestamp::seconds), expected, "{text}");
    }
    if let Ok(value) = serde_json::from_str::<Value>(text) {
        let of_json = Timestamp::from_value(value.clone());
        match of_json {
            Ok(read) => comes_back(read),
            Err(problem) => assert!(problem.to_string().contains("; give "), "{problem:?}"),
        }
    }
}

fn comes_back(read: Timestamp) {
    let seconds = read.seconds();
    for text in [iso_8601(seconds, 'T'), iso_8601(seconds, ' ')] {
        assert_eq!(Timestamp::parse(&text).ok(), Some(read), "{text}");
    }
    // As digits, where these can be a contact's date: never as another one.
    let digits = (100_000_000..100_000_000_000).contains(&seconds);
    let expected = digits.then_some(read);
    for text in [seconds.to_string(), format!(" {seconds}\n")] {
        let found = Timestamp::parse(&text).ok();
        assert_eq!(found.filter(|_| !is_a_day(&text)), expected, "{text}");
    }
    let found = Timestamp::from_value(Value::from(seconds)).ok();
    assert_eq!(found.filter(|_| !is_a_day(&seconds.to_string())), expected);
}

/// Eight digits can be a day as `YYYYMMDD`.
fn is_a_day(text: &str) -> bool {
    text.trim().len() == 8
}

const DAY: i64 = 86_400;

/// `YYYY-MM-DDThh:mm:ssZ`
fn iso_8601(seconds: i64, separator: char) -> String {
    let (days, rest) = (seconds.div_euclid(DAY), seconds.rem_euclid(DAY));
    let (year, month, day) = civil(days);
    let (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60);
    format!("{year:04}-{month:02}-{day:02}{separator}{hour:02}:{minute:02}:{second:02}Z")
}

/// Year, month and day of a day counted from 1970, in the Gregorian calendar:
/// years begin in March, so that the leap day is the last.
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    (era * 400 + year + i64::from(month <= 2), month, day)
}

/// What `YYYY-MM-DD` means: none where the text has another form, none within
/// where there is no such day.
fn plain_date(text: &str) -> Option<Option<i64>> {
    let mut parts = text.split('-');
    let mut part = |length: usize| {
        let part = parts.next().filter(|part| part.len() == length)?;
        let digits = part.bytes().all(|byte| byte.is_ascii_digit());
        part.parse::<i64>().ok().filter(|_| digits)
    };
    let date = (part(4)?, part(2)?, part(2)?);
    if parts.next().is_some() {
        return None;
    }
    // Found by going through the days around: what `civil` gives is a day.
    let guess = ((date.0 - 1970) * 146_097).div_euclid(400) + (date.1 - 1) * 30;
    let days = (guess - 10..guess + 50).find(|days| civil(*days) == date);
    Some(days.filter(|_| date.0 >= 1).map(|days| days * DAY))
}
