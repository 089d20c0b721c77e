//! Validation of requests against the published API description.

use bytes::Bytes;
use http::Request;

use super::response::ApiError;
use crate::openapi::Description;

/// Validates requests, and keeps what the description does not allow.
#[derive(Debug)]
pub struct Violations {
    description: Option<Description>,
    found: Vec<String>,
}

impl Violations {
    /// Validates against `description`, or not at all if `None`.
    pub fn new(description: Option<Description>) -> Self {
        Self {
            description,
            found: Vec::new(),
        }
    }

    /// All violations so far: operation, path in the body, and problem.
    pub fn found(&self) -> &[String] {
        &self.found
    }

    /// Validates the body of a request. An operation that the description does
    /// not have passes: Intercom publishes it in several files.
    ///
    /// # Errors
    ///
    /// 400 `parameter_invalid`, which names the path in the body.
    pub fn check(&mut self, request: &Request<Bytes>) -> Result<(), ApiError> {
        let (method, path) = (request.method().as_str(), request.uri().path());
        let description = self.description.as_ref();
        let Some(operation) = description.and_then(|all| all.operation(method, path)) else {
            return Ok(());
        };
        let violations = operation.violations(request.body()).join("; ");
        if violations.is_empty() {
            return Ok(());
        }
        self.found.push(format!("{method} {path}: {violations}"));
        Err(ApiError::invalid(format!(
            "the API description does not allow this: {violations}"
        )))
    }
}
