//! The versions of the API that the double knows, and what depends on them.

use http::{HeaderMap, StatusCode};

use super::answer::Refusal;

/// The header that asks for a version, and tells it in the answer.
pub const HEADER: &str = "intercom-version";

/// The last minor version of each major one (the API's description up to 2.16;
/// 2.17 is in Intercom's documents).
const LAST: [(u8, u8); 2] = [(1, 4), (2, 17)];

/// A version of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Version {
    /// `2.16` and the like.
    Numbered(u8, u8),
    /// `Preview`, also called `Unstable`.
    Preview,
}

impl Version {
    /// What the app is set to, for requests that do not ask for a version.
    pub const OF_THE_APP: Self = Self::Numbered(2, 16);

    /// The version that a request asks for.
    ///
    /// # Errors
    ///
    /// 400 `intercom_version_invalid` for what is no version.
    pub fn asked_for(headers: &HeaderMap) -> Result<Self, Refusal> {
        let Some(given) = headers.get(HEADER) else {
            return Ok(Self::OF_THE_APP);
        };
        let text = String::from_utf8_lossy(given.as_bytes());
        Self::parse(&text).ok_or_else(|| {
            let message = format!("Intercom-Version {text:?} is not a version of the API");
            Refusal::new(StatusCode::BAD_REQUEST, "intercom_version_invalid", message)
        })
    }

    fn parse(text: &str) -> Option<Self> {
        if matches!(text, "Preview" | "Unstable") {
            return Some(Self::Preview);
        }
        let known = LAST
            .into_iter()
            .flat_map(|(major, last)| (0..=last).map(move |minor| (major, minor)));
        known
            .map(|(major, minor)| (format!("{major}.{minor}"), Self::Numbered(major, minor)))
            .find_map(|(name, version)| (name == text).then_some(version))
    }

    /// Whether the id of an owner is an integer, not text
    /// (`docs/intercom-api.md`, Versions).
    pub fn has_integer_owner(self) -> bool {
        self <= Self::Numbered(2, 15)
    }

    /// Whether a merged contact is gone (410), not merely not found
    /// (`docs/intercom-api.md`, Conflicts and merges).
    pub fn tells_merges(self) -> bool {
        self >= Self::Numbered(2, 16)
    }

    /// Whether standard dates compare by the second, not by the day
    /// (`docs/intercom-api.md`, Search).
    pub fn compares_seconds(self) -> bool {
        self >= Self::Numbered(2, 17)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_those_that_there_are() {
        for (text, version) in [
            ("1.0", Some(Version::Numbered(1, 0))),
            ("2.9", Some(Version::Numbered(2, 9))),
            ("2.17", Some(Version::Numbered(2, 17))),
            ("Preview", Some(Version::Preview)),
            ("Unstable", Some(Version::Preview)),
            ("2.18", None),
            ("2.016", None),
            ("2", None),
            ("latest", None),
            ("", None),
        ] {
            assert_eq!(Version::parse(text), version, "{text}");
        }
        assert!(Version::Numbered(2, 9) < Version::Numbered(2, 16));
        assert!(Version::Preview.compares_seconds());
    }
}
