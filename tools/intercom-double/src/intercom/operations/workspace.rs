//! The workspace and its admins.

use serde_json::json;

use crate::intercom::call::Call;
use crate::intercom::response::{ApiError, Success};
use crate::intercom::state::State;
use crate::intercom::workspace::Admin;

/// `GET /me`: every token belongs to the first admin.
pub fn me(state: &mut State, _: &Call<'_>) -> Result<Success, ApiError> {
    Ok(Success::Json(state.workspace.to_json()))
}

/// `GET /admins`
pub fn admins(state: &mut State, _: &Call<'_>) -> Result<Success, ApiError> {
    let admins = state.workspace.admins().map(Admin::to_json);
    Ok(Success::Json(
        json!({ "type": "admin.list", "admins": admins }),
    ))
}
