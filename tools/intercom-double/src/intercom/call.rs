//! What an operation gets of a request.

use bytes::Bytes;
use http::Request;
use serde_json::{Map, Value};

use super::response::ApiError;
use super::version::Version;

/// One request to an operation.
#[derive(Debug)]
pub struct Call<'a> {
    /// The request.
    pub request: &'a Request<Bytes>,
    /// The decoded value of `{id}` in the path; empty if the path has none.
    pub id: String,
    /// The decoded value of `{other}` in the path; empty if the path has none.
    pub other: String,
    /// The requested version of the API.
    pub version: Version,
    /// The time, in Unix seconds.
    pub now: i64,
}

impl Call<'_> {
    /// Reads the body, which must be a JSON object.
    ///
    /// # Errors
    ///
    /// 400 `parameter_invalid`.
    pub fn object(&self) -> Result<Map<String, Value>, ApiError> {
        serde_json::from_slice(self.request.body())
            .map_err(|error| ApiError::invalid(format!("the body is not a JSON object: {error}")))
    }

    /// A query parameter, decoded.
    pub fn parameter(&self, name: &str) -> Option<String> {
        let query = self.request.uri().query().unwrap_or_default();
        form_urlencoded::parse(query.as_bytes())
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.into_owned())
    }
}
