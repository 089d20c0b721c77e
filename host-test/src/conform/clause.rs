//! A promise of the contract, and how it is checked.

use super::facts::{Facts, File};

/// What was seen that breaks a clause: the place, what is wrong there, and what the
/// contract asks for.
pub type Finding = String;

/// One numbered promise of `wit/README.md`.
#[derive(Debug)]
pub struct Clause {
    /// Its number there.
    pub number: &'static str,
    /// Its text there.
    pub promise: &'static str,
    /// What it is held against.
    pub check: Check,
}

/// What a clause is held against; each gives what breaks it.
#[derive(Debug, Clone, Copy)]
pub enum Check {
    /// The component's file.
    File(fn(&File) -> Vec<Finding>),
    /// The calls that did not return.
    Crashes(fn(&[Finding]) -> Vec<Finding>),
    /// What it says about itself, and what its calls did.
    Facts(fn(&Facts) -> Vec<Finding>),
}

/// How a clause stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing broke it.
    Kept,
    /// These broke it; at least one.
    Broken(Vec<Finding>),
    /// It could not be checked, since another clause is broken.
    NotChecked,
}

impl Verdict {
    /// The verdict of a check that found this, or that could not be made.
    pub(super) fn of(found: Option<Vec<Finding>>) -> Self {
        match found {
            None => Self::NotChecked,
            Some(findings) if findings.is_empty() => Self::Kept,
            Some(findings) => Self::Broken(findings),
        }
    }
}
