//! Tags on contacts, companies, conversations and tickets (`docs/intercom-api.md`,
//! Tags).

mod company;
pub mod tag;
mod tag_ref;
pub mod untag;

use crate::actions::{Target, TargetId};
use crate::api::{AdminId, Expected};
use serde_json::Value;

/// What the response to a request about a tag must be.
const TAG: Expected = Expected::Object {
    types: &["tag"],
    id: None,
};

/// The admin who changes the tags of an object, as in a body. A contact's tags need none.
fn admin(target: &Target) -> Option<Value> {
    match target.id {
        TargetId::Contact(_) => None,
        _ => target.admin.as_ref().map(AdminId::as_text),
    }
}
