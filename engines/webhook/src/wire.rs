//! The host: WASI's requests and responses, variables and the log.

use wasi::http::types::{
    Fields, IncomingRequest, Method, OutgoingBody, OutgoingResponse, ResponseOutparam,
};
use wasi::io::streams::StreamError;

use crate::workflow::plugin::plugin::HttpHeader;
use crate::workflow::plugin::triggers::{Delivery, HttpReply};

/// The maximum size of a body, in bytes: above what connectors accept, so that their error is
/// logged.
const MAX_BODY_BYTES: usize = 5 * 1024 * 1024;

/// The maximum that a stream accepts at once, in bytes, as WASI defines it.
const CHUNK_BYTES: usize = 4096;

/// The delivery in a request; the error is the status to reply.
pub(crate) fn delivery(request: IncomingRequest) -> Result<Delivery, u16> {
    let path = request.path_with_query().unwrap_or_default();
    let query = path.split_once('?').map_or("", |(_, query)| query);
    let headers = request.headers().entries().into_iter();
    Ok(Delivery {
        method: method(&request.method()).to_owned(),
        query: query.to_owned(),
        headers: headers
            .map(|(name, value)| HttpHeader {
                name,
                value: String::from_utf8_lossy(&value).into_owned(),
            })
            .collect(),
        body: body(&request)?,
        verified: false,
        received_at_ms: Some(now_ms()),
    })
}

fn method(method: &Method) -> &str {
    match method {
        Method::Get => "GET",
        Method::Head => "HEAD",
        Method::Post => "POST",
        Method::Put => "PUT",
        Method::Delete => "DELETE",
        Method::Connect => "CONNECT",
        Method::Options => "OPTIONS",
        Method::Trace => "TRACE",
        Method::Patch => "PATCH",
        Method::Other(name) => name,
    }
}

fn body(request: &IncomingRequest) -> Result<Vec<u8>, u16> {
    let incoming = request.consume().map_err(|()| 500_u16)?;
    let stream = incoming.stream().map_err(|()| 500_u16)?;
    let mut body = Vec::new();
    loop {
        match stream.blocking_read(64 * 1024) {
            Ok(piece) if body.len() + piece.len() > MAX_BODY_BYTES => return Err(413),
            Ok(piece) => body.extend(piece),
            Err(StreamError::Closed) => return Ok(body),
            // It was cut off.
            Err(StreamError::LastOperationFailed(_)) => return Err(400),
        }
    }
}

fn now_ms() -> u64 {
    let now = wasi::clocks::wall_clock::now();
    now.seconds * 1000 + u64::from(now.nanoseconds / 1_000_000)
}

/// Sends the reply. A closed connection is not an error.
pub(crate) fn respond(response: ResponseOutparam, reply: HttpReply) {
    let fields = Fields::new();
    for HttpHeader { name, value } in &reply.headers {
        let _ = fields.append(name, value.as_bytes());
    }
    let outgoing = OutgoingResponse::new(fields);
    let _ = outgoing.set_status_code(reply.status);
    let body = outgoing.body();
    ResponseOutparam::set(response, Ok(outgoing));
    if let Ok(body) = body {
        let _ = write(body, reply.body.as_bytes());
    }
}

/// Writes a whole body.
pub(crate) fn write(body: OutgoingBody, bytes: &[u8]) -> Result<(), String> {
    let stream = body.write().map_err(|()| "the body can't be written")?;
    for chunk in bytes.chunks(CHUNK_BYTES) {
        let written = stream.blocking_write_and_flush(chunk);
        written.map_err(|error| error.to_string())?;
    }
    drop(stream);
    OutgoingBody::finish(body, None).map_err(|error| error.to_string())
}

/// A variable, unless it is unset or empty.
pub fn variable(name: &str) -> Option<String> {
    let variables = wasi::cli::environment::get_environment();
    let found = variables.into_iter().find(|(key, _)| key == name);
    found
        .map(|(_, value)| value)
        .filter(|value| !value.is_empty())
}

/// Writes a line to the host's log, which is standard error.
pub fn log(line: &str) {
    let stream = wasi::cli::stderr::get_stderr();
    for chunk in format!("{line}\n").as_bytes().chunks(CHUNK_BYTES) {
        let _ = stream.blocking_write_and_flush(chunk);
    }
}
