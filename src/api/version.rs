//! The versions of Intercom's API.

use crate::input::InputError;
use std::fmt;

/// A version of Intercom's API. Later versions compare as greater, and unnumbered ones
/// (`Preview`, `Unstable`) as the greatest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Version {
    /// A version such as `2.16`.
    Numbered(u16, u16),
    /// The version under development.
    Preview,
    /// The older name of [`Version::Preview`].
    Unstable,
}

impl Version {
    /// The version that this connector is written for.
    pub const DEFAULT: &'static str = "2.16";

    /// Parses a version in the format of the header.
    ///
    /// # Errors
    /// The text is not a version.
    pub fn parse(text: &str) -> Result<Self, InputError> {
        let part = |part: &str| {
            let digits = !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
            digits.then(|| part.parse().ok()).flatten()
        };
        let numbered = || {
            let (major, minor) = text.split_once('.')?;
            Some(Self::Numbered(part(major)?, part(minor)?))
        };
        match text {
            "Preview" => Ok(Self::Preview),
            "Unstable" => Ok(Self::Unstable),
            _ => numbered().ok_or_else(|| {
                let hint = format!("set it to a version such as {}, or Preview", Self::DEFAULT);
                InputError::of_value(&text.into(), "is not an API version", hint)
            }),
        }
    }

    /// Whether an owner's id is a JSON integer (up to 2.15) or text (`docs/intercom-api.md`,
    /// Versions).
    pub fn has_integer_owner(self) -> bool {
        self <= Self::Numbered(2, 15)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Numbered(major, minor) => write!(f, "{major}.{minor}"),
            Self::Preview => f.write_str("Preview"),
            Self::Unstable => f.write_str("Unstable"),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn versions_compare_by_number() {
        let version = |text| Version::parse(text).unwrap();
        assert!(version("2.9") < version("2.16"));
        assert!(version("2.17") < version("Preview"));
        assert!(version("2.15").has_integer_owner() && !version("2.16").has_integer_owner());
        for text in ["2", "2.", "latest", "2.16.1", "+2.1", "preview"] {
            assert!(Version::parse(text).is_err(), "{text}");
        }
    }
}
