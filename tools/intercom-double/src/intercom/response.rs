//! Responses: JSON, a redirect, or an error in Intercom's format
//! (`docs/intercom-api.md`, Errors).

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Response, StatusCode, header};
use serde_json::{Value, json};

/// The response to an executed request.
#[derive(Debug, PartialEq)]
pub enum Success {
    /// 200 with this body.
    Json(Value),
    /// 202 without a body.
    Accepted,
    /// 302 to this URL.
    Redirect(String),
}

/// The response to a refused request.
#[derive(Debug, PartialEq, Eq)]
pub struct ApiError {
    /// The HTTP status.
    pub status: StatusCode,
    /// Intercom's error code, such as `not_found`.
    pub code: &'static str,
    /// The message for a person.
    pub message: String,
    /// The invalid field of the body.
    pub field: Option<String>,
    /// The value of the `Link` header.
    pub link: Option<String>,
}

impl ApiError {
    /// An error with this status, code and message.
    pub fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
            field: None,
            link: None,
        }
    }

    /// 400 `parameter_invalid`.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "parameter_invalid", message)
    }

    /// 404 `not_found`.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", message)
    }

    /// 401 `unauthorized`.
    pub fn unauthorized(message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "unauthorized", message)
    }

    /// Names the invalid field.
    pub fn with_field(self, field: impl Into<String>) -> Self {
        Self {
            field: Some(field.into()),
            ..self
        }
    }

    /// Adds a `Link` header.
    pub fn with_link(self, link: String) -> Self {
        Self {
            link: Some(link),
            ..self
        }
    }

    fn body(&self, request_id: &str) -> Value {
        let mut error = json!({ "code": self.code, "message": self.message });
        if let (Some(error), Some(field)) = (error.as_object_mut(), &self.field) {
            error.insert("field".to_owned(), json!(field));
        }
        json!({ "type": "error.list", "request_id": request_id, "errors": [error] })
    }
}

/// Builds the HTTP response for the result of an operation.
pub fn build(result: Result<Success, ApiError>, request_id: &str) -> Response<Bytes> {
    let (status, extra, body) = match result {
        Ok(Success::Json(body)) => (StatusCode::OK, None, Some(body)),
        Ok(Success::Accepted) => (StatusCode::ACCEPTED, None, None),
        Ok(Success::Redirect(url)) => (StatusCode::FOUND, Some((header::LOCATION, url)), None),
        Err(error) => {
            let body = error.body(request_id);
            let link = error.link.map(|link| (header::LINK, link));
            (error.status, link, Some(body))
        }
    };
    let bytes = body.as_ref().map(Value::to_string).unwrap_or_default();
    let mut response = Response::new(Bytes::from(bytes));
    *response.status_mut() = status;
    if body.is_some() {
        let json = HeaderValue::from_static("application/json; charset=utf-8");
        response.headers_mut().insert(header::CONTENT_TYPE, json);
    }
    if let Some((name, value)) = extra {
        set_header(&mut response, name, &value);
    }
    set_header(
        &mut response,
        HeaderName::from_static("x-request-id"),
        request_id,
    );
    response
}

/// Sets a header. Skips a value that is invalid in a header: only an echo of the request could
/// contain one.
pub fn set_header(response: &mut Response<Bytes>, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}
