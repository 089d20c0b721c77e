//! The requests of actions, and the service.

use serde_json::{Value, json};
use wasi::cli::environment::get_environment;
use wasi::http::{outgoing_handler, types as http};
use wasi::io::streams::StreamError;

use crate::exports::workflow::plugin::plugin::{HttpHeader, HttpRequest};
use crate::input::Input;
use crate::{fault, offer};

pub const REDACTED: &str = "[redacted]";

#[derive(Clone)]
pub struct Request {
    pub method: &'static str,
    pub secure: bool,
    pub host: String,
    pub path: String,
    pub token: String,
    pub body: Option<Value>,
}

pub struct Response {
    pub status: u16,
    pub body: String,
    /// Whether the body came to its end.
    pub is_whole: bool,
    pub location: Option<String>,
}

/// Why there is no response.
#[derive(PartialEq)]
pub enum Lost {
    /// The request was not sent.
    Refused,
    /// It may have been.
    Unknown,
}

pub fn variable(name: &str) -> Option<String> {
    let mut variables = get_environment().into_iter();
    variables
        .find(|(known, _)| known == name)
        .map(|(_, value)| value)
}

/// The request of an action, if it sends one.
pub fn of(action: &str, input: &Input, token: &str) -> Option<Request> {
    let id = input.get("id").and_then(Value::as_str).unwrap_or_default();
    let thing = format!("/things/{}", encoded(id));
    let body = Value::Object(input.clone());
    let (method, path, body) = match action {
        "list-things" => ("GET", "/things".to_owned(), None),
        "get-thing" => ("GET", thing, None),
        "create-thing" => ("POST", "/things".to_owned(), Some(body)),
        "rename-thing" => ("PUT", thing, Some(body)),
        "exchange-code" => {
            let is_shown = token == REDACTED;
            let code = input.get("code").filter(|_| !is_shown).cloned();
            let code = code.unwrap_or_else(|| json!(REDACTED));
            (
                "POST",
                "/token".to_owned(),
                Some(json!({ "code": code, "secret": token })),
            )
        }
        _ => return None,
    };
    let mut request = Request {
        method,
        secure: true,
        host: offer::HOST.to_owned(),
        path,
        token: if action == "exchange-code" {
            String::new()
        } else {
            token.to_owned()
        },
        body,
    };
    fault::in_request(&mut request, id);
    Some(request)
}

/// Every byte but letters and digits as a percent code.
pub fn encoded(text: &str) -> String {
    let encode = |byte: u8| match byte.is_ascii_alphanumeric() {
        true => char::from(byte).to_string(),
        false => format!("%{byte:02X}"),
    };
    text.bytes().map(encode).collect()
}

pub fn shown(request: Request) -> HttpRequest {
    let scheme = if request.secure { "https" } else { "http" };
    let authorization = (!request.token.is_empty()).then(|| HttpHeader {
        name: "authorization".into(),
        value: format!("Bearer {}", request.token),
    });
    HttpRequest {
        method: request.method.into(),
        url: format!("{scheme}://{}{}", request.host, request.path),
        headers: authorization.into_iter().collect(),
        body: request.body.map(|body| body.to_string()),
    }
}

pub fn send(request: &Option<Request>) -> Result<Response, Lost> {
    let Some(request) = request else {
        return Err(Lost::Refused);
    };
    exchanged(request).unwrap_or(Err(Lost::Unknown))
}

fn exchanged(request: &Request) -> Option<Result<Response, Lost>> {
    let headers = http::Fields::new();
    if !request.token.is_empty() {
        let value = format!("Bearer {}", request.token).into_bytes();
        headers.append("authorization", &value).ok()?;
    }
    let outgoing = http::OutgoingRequest::new(headers);
    let method = match request.method {
        "GET" => http::Method::Get,
        "PUT" => http::Method::Put,
        _ => http::Method::Post,
    };
    let scheme = if request.secure {
        http::Scheme::Https
    } else {
        http::Scheme::Http
    };
    outgoing.set_method(&method).ok()?;
    outgoing.set_scheme(Some(&scheme)).ok()?;
    outgoing.set_authority(Some(&request.host)).ok()?;
    outgoing.set_path_with_query(Some(&request.path)).ok()?;
    let body = outgoing.body().ok()?;
    let response = outgoing_handler::handle(outgoing, None).ok()?;
    if let Some(text) = &request.body {
        let stream = body.write().ok()?;
        for piece in text.to_string().as_bytes().chunks(4096) {
            stream.blocking_write_and_flush(piece).ok()?;
        }
    }
    http::OutgoingBody::finish(body, None).ok()?;
    response.subscribe().block();
    Some(match response.get()?.ok()? {
        Ok(response) => Ok(read(&response)),
        Err(http::ErrorCode::ConnectionRefused) => Err(Lost::Refused),
        Err(_) => Err(Lost::Unknown),
    })
}

fn read(response: &http::IncomingResponse) -> Response {
    let location = response.headers().get("location").into_iter().next();
    let incoming = response.consume().ok();
    let stream = incoming
        .as_ref()
        .and_then(|incoming| incoming.stream().ok());
    let (mut bytes, mut is_whole) = (Vec::new(), false);
    if let Some(stream) = stream {
        loop {
            match stream.blocking_read(64 * 1024) {
                Ok(more) => bytes.extend(more),
                Err(end) => {
                    is_whole = matches!(end, StreamError::Closed);
                    break;
                }
            }
        }
    }
    Response {
        status: response.status(),
        body: String::from_utf8_lossy(&bytes).into_owned(),
        is_whole,
        location: location.and_then(|value| String::from_utf8(value).ok()),
    }
}
