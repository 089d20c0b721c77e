//! Tags on contacts, companies, conversations and tickets (`docs/intercom-api.md`,
//! Tags).

mod company;
pub mod tag;
mod tag_ref;
pub mod untag;

use crate::api::Expected;

/// What the response to a request about a tag has to be.
const TAG: Expected = Expected::Object {
    types: &["tag"],
    id: None,
};
