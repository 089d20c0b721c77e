//! A release: the files that users of a connector download.
//!
//! | Module | What it is for |
//! |---|---|
//! | [`contents`](contents()) | the files that need no other program: component, WIT, schemas, pages |
//! | [`packages`] | the packages for npm and PyPI, which Node.js and Python make |
//! | [`files`] | the files by name, their checksums, and the folder |
//!
//! Nothing is written before all files are made, so a folder has a whole release or none.

mod contents;
mod files;
mod packages;

pub use contents::{Contents, ContentsError, contents};
pub use files::{Files, FolderError, ensure_empty};
pub use packages::{Package, PackageError};
