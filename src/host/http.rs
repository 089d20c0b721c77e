//! One request over `wasi:http`, from connecting to the last byte.

use super::errors::{from_code, from_header};
use crate::api::{
    BodyCut, Headers, Method, Response, SendError, SendErrorKind, Transport, WireRequest,
};
use std::time::Duration;
use wasi::http::outgoing_handler;
use wasi::http::types as wasi_http;
use wasi::io::streams::{InputStream, OutputStream, StreamError};

/// Sends by the host's outgoing handler.
#[derive(Debug, Default)]
pub struct WasiHttp;

/// The most bytes to ask of a stream at once: large enough for one read per
/// page of contacts on most hosts, and small in the sandbox's memory.
const READ_BYTES: u64 = 64 * 1024;

impl Transport for WasiHttp {
    fn send(&mut self, request: &WireRequest) -> Result<Response, SendError> {
        let outgoing = outgoing(request)?;
        let body = outgoing
            .body()
            .map_err(|()| unsent("the host gave no body to write"))?;
        let options = options(request.timeout);
        let future = outgoing_handler::handle(outgoing, Some(options)).map_err(from_code)?;
        // A body that cannot be written says less than the answer, or the lack
        // of one: a server may refuse before it has read everything.
        let written = write(body, &request.body);
        future.subscribe().block();
        match future.get() {
            Some(Ok(Ok(response))) => Ok(read(&response, request.max_body)),
            Some(Ok(Err(code))) => Err(from_code(code)),
            _ => Err(lost(written.err().unwrap_or("the host gave no answer"))),
        }
    }
}

/// The request never left.
fn unsent(detail: &str) -> SendError {
    let detail = detail.to_owned();
    SendError {
        kind: SendErrorKind::Network,
        maybe_received: false,
        detail,
    }
}

/// The request may have left.
fn lost(detail: &str) -> SendError {
    SendError {
        maybe_received: true,
        ..unsent(detail)
    }
}

fn outgoing(request: &WireRequest) -> Result<wasi_http::OutgoingRequest, SendError> {
    let headers = wasi_http::Fields::new();
    for (name, value) in &request.headers {
        headers
            .append(name, value.as_bytes())
            .map_err(|error| from_header(name, error))?;
    }
    if !request.body.is_empty() {
        let length = request.body.len().to_string();
        headers
            .append("content-length", length.as_bytes())
            .map_err(|error| from_header("content-length", error))?;
    }
    let scheme = if request.secure {
        wasi_http::Scheme::Https
    } else {
        wasi_http::Scheme::Http
    };
    let outgoing = wasi_http::OutgoingRequest::new(headers);
    let refused = |what: &str, value: &str| unsent(&format!("the host refused the {what} {value}"));
    outgoing
        .set_method(&method(request.method))
        .map_err(|()| refused("method", request.method.name()))?;
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

/// Time-outs are a request to the host, which may not support them all.
fn options(timeout: Duration) -> wasi_http::RequestOptions {
    let nanoseconds = u64::try_from(timeout.as_nanos()).ok();
    let options = wasi_http::RequestOptions::new();
    _ = options.set_connect_timeout(nanoseconds);
    _ = options.set_first_byte_timeout(nanoseconds);
    _ = options.set_between_bytes_timeout(nanoseconds);
    options
}

fn write(body: wasi_http::OutgoingBody, bytes: &[u8]) -> Result<(), &'static str> {
    let stream = body
        .write()
        .map_err(|()| "the host gave no stream to write")?;
    let written = write_all(&stream, bytes);
    drop(stream);
    wasi_http::OutgoingBody::finish(body, None).map_err(|_| "the request was not taken whole")?;
    written.map_err(|_| "the connection closed while the request was sent")
}

fn write_all(stream: &OutputStream, mut bytes: &[u8]) -> Result<(), StreamError> {
    let ready = stream.subscribe();
    while !bytes.is_empty() {
        ready.block();
        let room = usize::try_from(stream.check_write()?).unwrap_or(usize::MAX);
        let (now, later) = bytes.split_at(room.min(bytes.len()));
        stream.write(now)?;
        bytes = later;
    }
    Ok(())
}

fn read(response: &wasi_http::IncomingResponse, limit: usize) -> Response {
    let status = response.status();
    let headers = response
        .headers()
        .entries()
        .into_iter()
        .map(|(name, value)| (name, String::from_utf8_lossy(&value).into_owned()))
        .collect();
    let mut body = Vec::new();
    let cut = match response.consume() {
        Ok(incoming) => {
            let cut = match incoming.stream() {
                Ok(stream) => read_all(&stream, limit, &mut body).err(),
                Err(()) => Some(BodyCut::Broken(
                    "the host gave no stream to read".to_owned(),
                )),
            };
            drop(incoming);
            cut
        }
        Err(()) => Some(BodyCut::Broken("the host gave no body".to_owned())),
    };
    Response {
        status,
        headers: Headers(headers),
        body,
        cut,
    }
}

fn read_all(stream: &InputStream, limit: usize, body: &mut Vec<u8>) -> Result<(), BodyCut> {
    loop {
        match stream.blocking_read(READ_BYTES) {
            Ok(chunk) => body.extend_from_slice(&chunk),
            Err(StreamError::Closed) => return Ok(()),
            Err(StreamError::LastOperationFailed(error)) => {
                // The error's own text is the host's business: it may be a backtrace.
                let detail = match wasi_http::http_error_code(&error) {
                    Some(code) => from_code(code).detail,
                    None => "connection closed".to_owned(),
                };
                return Err(BodyCut::Broken(detail));
            }
        }
        if body.len() > limit {
            return Err(BodyCut::TooLarge(limit));
        }
    }
}
