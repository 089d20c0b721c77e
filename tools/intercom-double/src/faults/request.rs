//! Reads requests from a socket: peeks at the head, then reads the whole.

use std::io;
use std::time::Duration;

use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;

use super::fault::Fault;
use super::table::fault_named;

/// The maximum size of a head, in bytes: ten times that of an action.
const MAX_HEAD: usize = 16 * 1024;

/// The maximum size of a body, in bytes: a broken client must not exhaust memory.
const MAX_BODY: usize = 1 << 20;

/// The interval between peeks at an incomplete head: the system signals that there
/// are bytes, but not that there are more. Nearly every head arrives at once.
const PEEK_INTERVAL: Duration = Duration::from_millis(1);

/// The head of a request, with its fault and its call.
#[derive(Debug)]
pub(super) struct RequestHead {
    pub fault: &'static Fault,
    pub call: u64,
    pub method: String,
    /// The path without the segments of fault and call, and without the query.
    pub path: String,
    /// The size of the head, in bytes.
    size: usize,
    length: BodyLength,
}

/// The declared length of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum BodyLength {
    Bytes(usize),
    Chunked,
}

/// What a connection has next.
#[derive(Debug)]
pub(super) enum Peeked {
    /// The head of a request.
    Request(RequestHead),
    /// Anything else.
    Other,
    /// The end of the connection.
    End,
}

/// Peeks at the next request without reading it.
pub(super) async fn peek(stream: &TcpStream) -> io::Result<Peeked> {
    let mut buffer = vec![0; MAX_HEAD];
    loop {
        let seen = stream.peek(&mut buffer).await?;
        let seen = buffer.get(..seen).unwrap_or_default();
        if seen.is_empty() {
            return Ok(Peeked::End);
        }
        if !seen.first().is_some_and(u8::is_ascii_uppercase) || seen.len() == MAX_HEAD {
            return Ok(Peeked::Other);
        }
        if let Some(end) = position(seen, b"\r\n\r\n") {
            let (head, _) = seen.split_at(end);
            let head = std::str::from_utf8(head).ok().and_then(RequestHead::parse);
            return Ok(head.map_or(Peeked::Other, Peeked::Request));
        }
        tokio::time::sleep(PEEK_INTERVAL).await;
    }
}

impl RequestHead {
    /// Parses a head, without its final empty line.
    fn parse(head: &str) -> Option<Self> {
        let mut lines = head.split("\r\n");
        let mut first = lines.next()?.split(' ');
        let (method, target) = (first.next()?, first.next()?);
        let path = target.split('?').next()?.strip_prefix('/')?;
        let (fault, path) = path.split_once('/')?;
        let (call, path) = path.split_once('/')?;
        let mut length = BodyLength::Bytes(0);
        for (name, value) in lines.filter_map(|line| line.split_once(':')) {
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = BodyLength::Bytes(value.trim().parse().ok()?),
                "transfer-encoding" => length = BodyLength::Chunked,
                _ => {}
            }
        }
        Some(Self {
            fault: fault_named(fault)?,
            call: call.parse().ok()?,
            method: method.to_owned(),
            path: format!("/{path}"),
            size: head.len() + b"\r\n\r\n".len(),
            length,
        })
    }

    /// Reads the request, from its head to the end of its body.
    pub async fn read(&self, stream: &mut TcpStream) -> io::Result<()> {
        let mut request = Vec::new();
        loop {
            let body = request.get(self.size..).unwrap_or_default();
            if request.len() >= self.size && self.is_complete(body) {
                return Ok(());
            }
            if body.len() > MAX_BODY || stream.read_buf(&mut request).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
    }

    fn is_complete(&self, body: &[u8]) -> bool {
        match self.length {
            BodyLength::Bytes(length) => body.len() >= length,
            BodyLength::Chunked => body.ends_with(b"0\r\n\r\n"),
        }
    }
}

fn position(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len()).position(|window| window == part)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_head_has_fault_call_and_operation() {
        let head = RequestHead::parse(
            "POST /503/17/contacts/search?x=1 HTTP/1.1\r\nHost: h\r\nContent-Length: 2",
        )
        .unwrap();
        assert_eq!((head.fault.name, head.call), ("503", 17));
        assert_eq!(
            (head.method.as_str(), head.path.as_str()),
            ("POST", "/contacts/search")
        );
        assert_eq!(head.length, BodyLength::Bytes(2));
        let chunked = "PUT /none/1/x HTTP/1.1\r\ntransfer-encoding: chunked";
        assert_eq!(
            RequestHead::parse(chunked).unwrap().length,
            BodyLength::Chunked
        );
    }

    #[test]
    fn a_path_without_fault_and_call_is_rejected() {
        for head in [
            "",
            "GET / HTTP/1.1",
            "GET /contacts/1 HTTP/1.1",
            "GET /unheard-of/1/me HTTP/1.1",
            "GET /503/first/me HTTP/1.1",
            "GET /503/1 HTTP/1.1",
        ] {
            assert!(RequestHead::parse(head).is_none(), "{head}");
        }
    }
}
