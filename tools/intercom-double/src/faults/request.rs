//! A request as the socket sees it: its head by looking, its body by reading.

use std::io;
use std::time::Duration;

use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;

use super::fault::Fault;
use super::table::fault_named;

/// The longest head, in bytes: ten times what an action sends.
const MAX_HEAD: usize = 16 * 1024;

/// The longest body, in bytes: a client gone wrong does not fill the memory.
const MAX_BODY: usize = 1 << 20;

/// How long to wait for the rest of a head: a system tells that bytes are there,
/// but not that more came. Nearly every head comes at once.
const PAUSE: Duration = Duration::from_millis(1);

/// What was asked, of which fault, and by which call.
#[derive(Debug)]
pub(super) struct Asked {
    pub fault: &'static Fault,
    pub call: u64,
    pub method: String,
    /// The path without the segments of fault and call, and without the query.
    pub path: String,
    head: usize,
    length: Length,
}

/// How long a body is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Length {
    Bytes(usize),
    Chunked,
}

/// What stands at the beginning of a connection, or comes next on it.
#[derive(Debug)]
pub(super) enum Arrived {
    /// The head of a request.
    Request(Asked),
    /// Something else.
    Other,
    /// Nothing more.
    End,
}

/// Looks at the next request, and leaves it unread.
pub(super) async fn look(stream: &TcpStream) -> io::Result<Arrived> {
    let mut buffer = vec![0; MAX_HEAD];
    loop {
        let seen = stream.peek(&mut buffer).await?;
        let seen = buffer.get(..seen).unwrap_or_default();
        if seen.is_empty() {
            return Ok(Arrived::End);
        }
        if !seen.first().is_some_and(u8::is_ascii_uppercase) || seen.len() == MAX_HEAD {
            return Ok(Arrived::Other);
        }
        if let Some(end) = position(seen, b"\r\n\r\n") {
            let (head, _) = seen.split_at(end);
            let asked = std::str::from_utf8(head).ok().and_then(Asked::parse);
            return Ok(asked.map_or(Arrived::Other, Arrived::Request));
        }
        tokio::time::sleep(PAUSE).await;
    }
}

impl Asked {
    /// Reads a head, without the empty line that ends it.
    fn parse(head: &str) -> Option<Self> {
        let mut lines = head.split("\r\n");
        let mut first = lines.next()?.split(' ');
        let (method, target) = (first.next()?, first.next()?);
        let path = target.split('?').next()?.strip_prefix('/')?;
        let (fault, path) = path.split_once('/')?;
        let (call, path) = path.split_once('/')?;
        let mut length = Length::Bytes(0);
        for (name, value) in lines.filter_map(|line| line.split_once(':')) {
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = Length::Bytes(value.trim().parse().ok()?),
                "transfer-encoding" => length = Length::Chunked,
                _ => {}
            }
        }
        Some(Self {
            fault: fault_named(fault)?,
            call: call.parse().ok()?,
            method: method.to_owned(),
            path: format!("/{path}"),
            head: head.len() + b"\r\n\r\n".len(),
            length,
        })
    }

    /// Reads the request, from its head to the end of its body.
    pub async fn read(&self, stream: &mut TcpStream) -> io::Result<()> {
        let mut request = Vec::new();
        loop {
            let body = request.get(self.head..).unwrap_or_default();
            if request.len() >= self.head && self.is_whole(body) {
                return Ok(());
            }
            if body.len() > MAX_BODY || stream.read_buf(&mut request).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
    }

    fn is_whole(&self, body: &[u8]) -> bool {
        match self.length {
            Length::Bytes(length) => body.len() >= length,
            Length::Chunked => body.ends_with(b"0\r\n\r\n"),
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
    fn a_head_tells_fault_call_and_operation() {
        let asked = Asked::parse(
            "POST /503/17/contacts/search?x=1 HTTP/1.1\r\nHost: h\r\nContent-Length: 2",
        )
        .unwrap();
        assert_eq!((asked.fault.name, asked.call), ("503", 17));
        assert_eq!(
            (asked.method.as_str(), asked.path.as_str()),
            ("POST", "/contacts/search")
        );
        assert_eq!(asked.length, Length::Bytes(2));
        let chunked = "PUT /none/1/x HTTP/1.1\r\ntransfer-encoding: chunked";
        assert_eq!(Asked::parse(chunked).unwrap().length, Length::Chunked);
    }

    #[test]
    fn what_names_no_fault_and_call_is_no_request_to_a_fault() {
        for head in [
            "",
            "GET / HTTP/1.1",
            "GET /contacts/1 HTTP/1.1",
            "GET /unheard-of/1/me HTTP/1.1",
            "GET /503/first/me HTTP/1.1",
            "GET /503/1 HTTP/1.1",
        ] {
            assert!(Asked::parse(head).is_none(), "{head}");
        }
    }
}
