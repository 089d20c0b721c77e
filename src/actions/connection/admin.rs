//! Admins, read leniently from responses.

use crate::actions::FromResponse;
use crate::api::Object;
use crate::world::connection::Admin;

/// The admin that an object describes.
pub fn admin(object: &Object<'_>) -> Admin {
    Admin {
        response: object.as_json().to_owned(),
        ..Admin::read(object)
    }
}
