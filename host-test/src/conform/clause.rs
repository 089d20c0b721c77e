//! A clause of the contract, and its check.

use super::facts::{Facts, File};

/// A violation of a clause: the place, the observation, and the requirement.
pub type Finding = String;

/// One numbered clause of `wit/README.md`.
#[derive(Debug)]
pub struct Clause {
    /// Its number.
    pub number: &'static str,
    /// Its text.
    pub promise: &'static str,
    /// Its check.
    pub check: Check,
}

/// The check of a clause, by the data that it uses; each returns the violations.
#[derive(Debug, Clone, Copy)]
pub enum Check {
    /// The component's file.
    File(fn(&File) -> Vec<Finding>),
    /// The calls that did not return.
    Crashes(fn(&[Finding]) -> Vec<Finding>),
    /// The manifest, and the outcomes of the calls.
    Facts(fn(&Facts) -> Vec<Finding>),
}

/// The verdict of a clause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// No violation was found.
    Kept,
    /// The violations; at least one.
    Broken(Vec<Finding>),
    /// Not checked, since another clause is broken.
    NotChecked,
}

impl Verdict {
    /// The verdict of a check; `None` if it could not be made.
    pub(super) fn of(found: Option<Vec<Finding>>) -> Self {
        match found {
            None => Self::NotChecked,
            Some(findings) if findings.is_empty() => Self::Kept,
            Some(findings) => Self::Broken(findings),
        }
    }
}
