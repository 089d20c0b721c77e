//! The OAuth flow (`docs/intercom-api.md`, OAuth).

use std::collections::BTreeMap;

use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};

use crate::intercom::call::Call;
use crate::intercom::response::{ApiError, Success};
use crate::intercom::state::State;

/// `GET /oauth`: the redirect that the browser gets once the person has pressed
/// Authorize.
pub fn authorize(state: &mut State, call: &Call<'_>) -> Result<Success, ApiError> {
    let required = |name: &str| {
        call.parameter(name)
            .ok_or_else(|| ApiError::invalid("is missing from the query").with_field(name))
    };
    let (client_id, oauth_state) = (required("client_id")?, required("state")?);
    let client = state.auth.client();
    if client_id != client.id {
        return Err(ApiError::invalid("is not an app of this double").with_field("client_id"));
    }
    let redirect_uri = call.parameter("redirect_uri");
    let redirect_uri = redirect_uri.unwrap_or_else(|| client.redirect_uri.clone());
    let separator = if redirect_uri.contains('?') { '&' } else { '?' };
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("code", &state.auth.issue_code())
        .append_pair("state", &oauth_state)
        .finish();
    Ok(Success::Redirect(format!(
        "{redirect_uri}{separator}{query}"
    )))
}

/// `POST /auth/eagle/token`: exchanges a code for a token; a code works once.
pub fn exchange(state: &mut State, call: &Call<'_>) -> Result<Success, ApiError> {
    let fields = fields(call.request);
    let field = |name| fields.get(name).map(String::as_str).unwrap_or_default();
    let token = state
        .auth
        .exchange(field("client_id"), field("client_secret"), field("code"))
        .ok_or_else(|| ApiError::unauthorized("Unauthorized Code"))?;
    Ok(Success::Json(json!({
        "token_type": "Bearer",
        "token": token,
        "access_token": token,
    })))
}

/// The string fields of a body that is a JSON object or a form: clients send
/// either.
fn fields(request: &Request<Bytes>) -> BTreeMap<String, String> {
    let body = request.body();
    match serde_json::from_slice(body) {
        Ok(Value::Object(object)) => object
            .into_iter()
            .filter_map(|(name, value)| Some((name, value.as_str()?.to_owned())))
            .collect(),
        _ => form_urlencoded::parse(body).into_owned().collect(),
    }
}
