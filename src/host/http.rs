//! One request over `wasi:http`, from connecting to the last byte.
//!
//! The host enforces the timeouts of connecting and of the first byte. This module enforces the
//! one between bytes, since wasmtime 48 returns no code for a body that it ended and some hosts
//! have no such timeout; and that of the whole action, which a slow body could exceed on any
//! host.

use super::body;
use super::clock::{Deadline, Elapsed, nanoseconds};
use super::errors::{from_code, from_header};
use crate::api::{
    BodyCut, Headers, Method, Phase, Response, SendError, SendErrorKind, Timeouts, Transport,
    WireRequest,
};
use crate::input::shortened;
use wasi::http::outgoing_handler;
use wasi::http::types as wasi_http;
use wasi::io::streams::StreamError;

/// Sends requests through the host's outgoing handler.
#[derive(Debug, Default)]
pub struct WasiHttp;

/// Maximum length of a header's value, in bytes: eight times the longest of Intercom's, a
/// `Link`.
const MAX_HEADER_BYTES: usize = 8 * 1024;

impl Transport for WasiHttp {
    fn send(&mut self, request: &WireRequest) -> Result<Response, SendError> {
        let deadline = Deadline::after(request.timeouts.action);
        let outgoing = outgoing(request)?;
        let body = outgoing
            .body()
            .map_err(|()| unsent("the host returned no body to write"))?;
        let options = options(&request.timeouts);
        let future = outgoing_handler::handle(outgoing, Some(options)).map_err(from_code)?;
        // A response is more informative than a failed write: a server may refuse a request
        // before it has read everything.
        let written = write(body, &request.body, &deadline);
        deadline
            .wait(&future.subscribe())
            .map_err(|Elapsed| SendError {
                kind: SendErrorKind::Timeout(Phase::Action),
                ..lost("response timeout")
            })?;
        match future.get() {
            Some(Ok(Ok(response))) => Ok(read(&response, request, &deadline)),
            Some(Ok(Err(code))) => Err(from_code(code)),
            _ => Err(lost(
                written.err().unwrap_or("the host returned no response"),
            )),
        }
    }
}

/// The request was not sent.
fn unsent(detail: &str) -> SendError {
    let detail = detail.to_owned();
    SendError {
        kind: SendErrorKind::Network,
        maybe_received: false,
        detail,
    }
}

/// The request may have been sent.
fn lost(detail: &str) -> SendError {
    SendError {
        maybe_received: true,
        ..unsent(detail)
    }
}

fn outgoing(request: &WireRequest) -> Result<wasi_http::OutgoingRequest, SendError> {
    let scheme = if request.secure {
        wasi_http::Scheme::Https
    } else {
        wasi_http::Scheme::Http
    };
    let outgoing = wasi_http::OutgoingRequest::new(outgoing_headers(request)?);
    let refused = |what: &str, value: &str| SendError {
        kind: SendErrorKind::Unsendable,
        ..unsent(&format!("the host refused the {what} {}", shortened(value)))
    };
    // GET is the default.
    if request.method != Method::Get {
        outgoing
            .set_method(&method(request.method))
            .map_err(|()| refused("method", request.method.name()))?;
    }
    outgoing
        .set_scheme(Some(&scheme))
        .map_err(|()| refused("scheme of", &request.authority))?;
    outgoing
        .set_authority(Some(&request.authority))
        .map_err(|()| refused("address", &request.authority))?;
    outgoing
        .set_path_with_query(Some(&request.path_with_query))
        .map_err(|()| refused("path", &request.path_with_query))?;
    Ok(outgoing)
}

fn outgoing_headers(request: &WireRequest) -> Result<wasi_http::Fields, SendError> {
    let mut list: Vec<_> = request
        .headers
        .iter()
        .map(|(name, value)| (name.clone(), value.clone().into_bytes()))
        .collect();
    // Without a length, hosts send an absent body as an empty chunked one.
    if !request.body.is_empty() || !matches!(request.method, Method::Get | Method::Head) {
        let length = request.body.len().to_string();
        list.push(("content-length".to_owned(), length.into_bytes()));
    }
    wasi_http::Fields::from_list(&list).or_else(|_| one_by_one(&list))
}

/// Finds the header that the host refuses.
fn one_by_one(list: &[(String, Vec<u8>)]) -> Result<wasi_http::Fields, SendError> {
    let headers = wasi_http::Fields::new();
    for (name, value) in list {
        headers
            .append(name, value)
            .map_err(|error| from_header(name, error))?;
    }
    Ok(headers)
}

fn method(method: Method) -> wasi_http::Method {
    match method {
        Method::Get => wasi_http::Method::Get,
        Method::Head => wasi_http::Method::Head,
        Method::Post => wasi_http::Method::Post,
        Method::Put => wasi_http::Method::Put,
        Method::Patch => wasi_http::Method::Patch,
        Method::Delete => wasi_http::Method::Delete,
    }
}

/// The timeouts. A host may not support them.
fn options(timeouts: &Timeouts) -> wasi_http::RequestOptions {
    let options = wasi_http::RequestOptions::new();
    _ = options.set_connect_timeout(Some(nanoseconds(timeouts.connect)));
    _ = options.set_first_byte_timeout(Some(nanoseconds(timeouts.first_byte)));
    options
}

/// Writes a body and ends it, even if it is empty.
fn write(
    body: wasi_http::OutgoingBody,
    bytes: &[u8],
    deadline: &Deadline,
) -> Result<(), &'static str> {
    let written = match bytes {
        [] => Ok(()),
        bytes => write_all(&body, bytes, deadline),
    };
    wasi_http::OutgoingBody::finish(body, None).map_err(|_| {
        "the request was not accepted \
    completely"
    })?;
    written
}

fn write_all(
    body: &wasi_http::OutgoingBody,
    mut bytes: &[u8],
    deadline: &Deadline,
) -> Result<(), &'static str> {
    let closed = |_: StreamError| "the connection closed while the request was sent";
    let stream = body
        .write()
        .map_err(|()| "the host returned no stream to write")?;
    while !bytes.is_empty() {
        let room = usize::try_from(stream.check_write().map_err(closed)?).unwrap_or(usize::MAX);
        if room == 0 {
            deadline
                .wait(&stream.subscribe())
                .map_err(|Elapsed| "the request was not accepted in time")?;
            continue;
        }
        let (now, later) = bytes.split_at(room.min(bytes.len()));
        stream.write(now).map_err(closed)?;
        bytes = later;
    }
    Ok(())
}

fn read(
    response: &wasi_http::IncomingResponse,
    request: &WireRequest,
    deadline: &Deadline,
) -> Response {
    let headers = headers(response);
    let announced = match request.method {
        // It would be the length of a GET's body.
        Method::Head => None,
        _ => headers.get("content-length").and_then(|n| n.parse().ok()),
    };
    let limits = body::Limits {
        bytes: request.max_body,
        announced,
        pause: request.timeouts.between_bytes,
        deadline,
    };
    let (body, cut) = match announced {
        Some(length) if limits.bytes < length => {
            (Vec::new(), Some(BodyCut::TooLarge(limits.bytes)))
        }
        _ => body::read(response, limits),
    };
    Response {
        status: response.status(),
        headers,
        body,
        cut,
    }
}

/// The headers that the connector reads. Gets all headers in one call: separate calls cost more
/// than the unread ones, whose size the host limits.
fn headers(response: &wasi_http::IncomingResponse) -> Headers {
    let read = |(name, value): (String, Vec<u8>)| {
        let name = name.to_ascii_lowercase();
        let fits = value.len() <= MAX_HEADER_BYTES && Headers::READ.contains(&name.as_str());
        fits.then(|| (name, String::from_utf8_lossy(&value).into_owned()))
    };
    let all = response.headers().entries();
    Headers(all.into_iter().filter_map(read).collect())
}
