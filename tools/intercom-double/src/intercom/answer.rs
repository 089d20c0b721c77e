//! What a request is answered with: JSON, a way on to another place, or a
//! refusal in the shape that Intercom's errors have (`docs/intercom-api.md`,
//! Errors).

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Response, StatusCode, header};
use serde_json::{Value, json};

/// An answer to a request that was carried out.
#[derive(Debug, PartialEq)]
pub enum Answer {
    /// 200 with this body.
    Json(Value),
    /// 302 to this URL.
    Redirect(String),
}

/// Why a request was not carried out.
#[derive(Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The answer's status.
    pub status: StatusCode,
    /// Intercom's code, such as `not_found`.
    pub code: &'static str,
    /// What it says to a person.
    pub message: String,
    /// The field of the body that it is about.
    pub field: Option<String>,
    /// The `Link` header.
    pub link: Option<String>,
}

impl Refusal {
    /// A refusal by status, code and message.
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

    /// The same refusal, about a field.
    pub fn about(self, field: impl Into<String>) -> Self {
        Self {
            field: Some(field.into()),
            ..self
        }
    }

    /// The same refusal, with a `Link` header.
    pub fn linked(self, link: String) -> Self {
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

/// The response that says what came of a request.
pub fn response(outcome: Result<Answer, Refusal>, request_id: &str) -> Response<Bytes> {
    let (status, extra, body) = match outcome {
        Ok(Answer::Json(body)) => (StatusCode::OK, None, Some(body)),
        Ok(Answer::Redirect(to)) => (StatusCode::FOUND, Some((header::LOCATION, to)), None),
        Err(refusal) => {
            let body = refusal.body(request_id);
            let link = refusal.link.map(|link| (header::LINK, link));
            (refusal.status, link, Some(body))
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
        set(&mut response, name, &value);
    }
    set(
        &mut response,
        HeaderName::from_static("x-request-id"),
        request_id,
    );
    response
}

/// Sets a header. What no header can hold is left out: it could only come from
/// a request that echoes it.
pub fn set(response: &mut Response<Bytes>, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}
