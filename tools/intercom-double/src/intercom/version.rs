//! Versions of the API, and the behaviour that depends on them.

use http::{HeaderMap, StatusCode};

use super::response::ApiError;

/// The header that requests a version, and reports it in the response.
pub const HEADER: &str = "intercom-version";

/// The last minor version of each major one. The API description goes up to 2.16;
/// 2.17 is documented.
const LAST: [(u8, u8); 2] = [(1, 4), (2, 17)];

/// A version of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Version {
    /// A numbered version, such as `2.16`.
    Numbered(u8, u8),
    /// `Preview`, also called `Unstable`.
    Preview,
}

impl Version {
    /// The app's version, which applies to requests without the header.
    pub const APP_DEFAULT: Self = Self::Numbered(2, 16);

    /// The version that the headers request.
    ///
    /// # Errors
    ///
    /// 400 `intercom_version_invalid` for an unknown version.
    pub fn requested(headers: &HeaderMap) -> Result<Self, ApiError> {
        let Some(header) = headers.get(HEADER) else {
            return Ok(Self::APP_DEFAULT);
        };
        let text = String::from_utf8_lossy(header.as_bytes());
        Self::parse(&text).ok_or_else(|| {
            let message = format!("Intercom-Version {text:?} is not a version of the API");
            ApiError::new(StatusCode::BAD_REQUEST, "intercom_version_invalid", message)
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

    /// Whether `owner_id` is an integer rather than a string
    /// (`docs/intercom-api.md`, Versions).
    pub fn has_integer_owner(self) -> bool {
        self <= Self::Numbered(2, 15)
    }

    /// Whether a merged contact returns 410 with a link rather than 404
    /// (`docs/intercom-api.md`, Conflicts and merges).
    pub fn reports_merges(self) -> bool {
        self >= Self::Numbered(2, 16)
    }

    /// Whether standard dates compare by the second rather than by the day
    /// (`docs/intercom-api.md`, Search).
    pub fn compares_seconds(self) -> bool {
        self >= Self::Numbered(2, 17)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_released_versions_are_known() {
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
