//! Values and names in errors and notes.

use serde_json::Value;

/// Maximum length of a value in an error, in characters: enough to recognise it, short enough
/// for a log line.
const SHOWN_CHARS: usize = 60;

/// A value for an error: JSON, shortened.
pub fn shown(value: &Value) -> String {
    shortened(&value.to_string())
}

/// A text for an error: in quotes, shortened.
pub fn quoted(text: &str) -> String {
    shown(&text.into())
}

/// Text, shortened for an error.
pub fn shortened(text: &str) -> String {
    match text.char_indices().nth(SHOWN_CHARS) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
    }
}

/// Names in a sentence: `a, b and c`.
pub fn list_names(names: &[&str], last: &str) -> String {
    match names {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., end] => format!("{} {last} {end}", first.join(", ")),
    }
}

/// Minimum similarity of a suggested name (Jaro-Winkler; 1 is equal). A lower one suggests
/// unrelated names.
const ALIKE: f64 = 0.8;

/// Maximum length of the compared names, in bytes. The time grows with the product of the
/// lengths: two names of a megabyte would take hours.
const LONGEST_NAME: usize = 200;

/// The name that is most similar to the given one, if any is similar.
pub fn nearest<'a>(written: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let plain = |name: &str| name.to_ascii_lowercase().replace(['-', ' '], "_");
    if written.len() > LONGEST_NAME {
        return None;
    }
    let written = plain(written);
    names
        .into_iter()
        .filter(|name| name.len() <= LONGEST_NAME)
        .map(|name| (strsim::jaro_winkler(&written, &plain(name)), name))
        .filter(|(likeness, _)| *likeness >= ALIKE)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_suggested_only_when_near() {
        let names = ["email", "external_id", "phone"];
        assert_eq!(nearest("emial", names), Some("email"));
        assert_eq!(nearest("externalId", names), Some("external_id"));
        assert_eq!(nearest("External-Id", names), Some("external_id"));
        assert_eq!(nearest("zzz", names), None);
    }

    #[test]
    fn long_values_are_shortened_by_characters() {
        assert_eq!(shortened("short"), "short");
        let long = "é".repeat(100);
        assert_eq!(shortened(&long).chars().count(), SHOWN_CHARS + 1);
    }
}
