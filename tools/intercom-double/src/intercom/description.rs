//! Requests held against the published API description, where it is at hand.

use bytes::Bytes;
use http::Request;

use super::answer::Refusal;
use crate::openapi::Description;

/// Finds the requests that the description does not allow, and keeps count.
#[derive(Debug)]
pub struct Misfits {
    description: Option<Description>,
    found: Vec<String>,
}

impl Misfits {
    /// Judges by `description`, or not at all.
    pub fn new(description: Option<Description>) -> Self {
        Self {
            description,
            found: Vec::new(),
        }
    }

    /// What was found so far: operation, place and what is wrong there.
    pub fn found(&self) -> &[String] {
        &self.found
    }

    /// Judges the body of a request. Operations that the description leaves out
    /// may be part of another file of it, so they pass.
    ///
    /// # Errors
    ///
    /// 400 `parameter_invalid`, telling the place.
    pub fn judge(&mut self, request: &Request<Bytes>) -> Result<(), Refusal> {
        let (method, path) = (request.method().as_str(), request.uri().path());
        let described = self.description.as_ref();
        let Some(operation) = described.and_then(|all| all.operation(method, path)) else {
            return Ok(());
        };
        let complaints = operation.complaints(request.body()).join("; ");
        if complaints.is_empty() {
            return Ok(());
        }
        self.found.push(format!("{method} {path}: {complaints}"));
        Err(Refusal::invalid(format!(
            "the API description does not allow this: {complaints}"
        )))
    }
}
