//! The files of a case.

mod case_format;
