//! Writes cases from real exchanges: recorded from a call, or imported from a HAR file. It knows
//! Intercom's endpoints, by which an import names its cases.

mod archive;
mod draft;
mod import;
mod recorder;
mod utc;

pub use draft::{Draft, DraftError};
pub use import::{Imported, Skipped, drafts, import};
pub use recorder::{Recorder, Unrepeatable};
