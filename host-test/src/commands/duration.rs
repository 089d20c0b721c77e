//! How long a command goes on, as it is given on the command line.

use std::time::Duration;

/// Reads `500ms`, `60s`, `5m` or `2h`.
///
/// # Errors
///
/// What is no duration, in words for the command line.
pub fn parse(text: &str) -> Result<Duration, String> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let unit_ms = match unit {
        "ms" => Some(1),
        "s" => Some(1000),
        "m" => Some(60_000),
        "h" => Some(3_600_000),
        _ => None,
    };
    let number: Option<u64> = number.parse().ok();
    let total = number.zip(unit_ms).and_then(|(n, ms)| n.checked_mul(ms));
    let total = total.ok_or_else(|| "give a number and ms, s, m or h, such as 60s".to_owned())?;
    Ok(Duration::from_millis(total))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_a_number_and_a_unit() {
        for (text, ms) in [
            ("500ms", Some(500)),
            ("60s", Some(60_000)),
            ("5m", Some(300_000)),
            ("2h", Some(7_200_000)),
            ("0s", Some(0)),
            ("60", None),
            ("s", None),
            ("1.5s", None),
            ("-1s", None),
            ("1 s", None),
            ("ä", None),
            ("18446744073709551615h", None),
        ] {
            assert_eq!(parse(text).ok(), ms.map(Duration::from_millis), "{text}");
        }
    }
}
