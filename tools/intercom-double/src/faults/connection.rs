//! One connection to a fault server: peeks at each request, and runs the matching step of the
//! script.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep, timeout};

use super::bodies::{Content, content};
use super::fault::{Delivery, Header, Response, Step};
use super::log::RequestLog;
use super::request::{Peeked, RequestHead, peek};

/// The longest wait for a client: longer than any timeout of a test, and finite if
/// the client has none.
const MAX_WAIT: Duration = Duration::from_secs(60);

/// The interval between bytes of a slow response: a fraction of the shortest
/// timeout, with few wake-ups.
const BYTE_INTERVAL: Duration = Duration::from_millis(50);

/// The server's fixed clock, as `Date` and in Unix seconds. It is years behind,
/// since a client must compute waits from the response's own `Date`.
const NOW: (&str, i64) = ("Tue, 14 Nov 2023 22:13:20 GMT", 1_700_000_000);

/// Padding is sent in blocks of this many bytes.
const BLOCK: usize = 64 * 1024;

/// What to do with a connection after a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    Request,
    Close,
}

/// Serves the requests of a connection.
pub(super) async fn serve(mut stream: TcpStream, log: RequestLog) {
    // Sends small responses without delay; if it fails, they are only slower.
    let _ = stream.set_nodelay(true);
    // A client may disconnect at any time.
    while let Ok(Next::Request) = exchange(&mut stream, &log).await {}
}

async fn exchange(stream: &mut TcpStream, log: &RequestLog) -> io::Result<Next> {
    let request = match peek(stream).await? {
        Peeked::Request(request) => request,
        Peeked::End => return Ok(Next::Close),
        Peeked::Other => return not_http(stream).await,
    };
    let number = log.record_head(request.call);
    let step = request.fault.step(number).unwrap_or(&Step::ResetUnread);
    if matches!(step, Step::ResetUnread) {
        return reset(stream);
    }
    request.read(stream).await?;
    log.record_request(request.call, step);
    match step {
        Step::ResetUnread | Step::ResetRead => reset(stream),
        Step::Silence => silence(stream).await,
        Step::NotHttp => not_http(stream).await,
        Step::ContinueOnly => {
            send(stream, &[CONTINUE]).await?;
            silence(stream).await
        }
        Step::Respond(response) => respond(stream, response, &request).await,
    }
}

const CONTINUE: &[u8] = b"HTTP/1.1 100 Continue\r\n\r\n";

/// Makes dropping the stream reset the connection instead of closing it in order.
fn reset(stream: &TcpStream) -> io::Result<Next> {
    stream.set_zero_linger()?;
    Ok(Next::Close)
}

/// Sends nothing until the client disconnects.
async fn silence(stream: &mut TcpStream) -> io::Result<Next> {
    let mut rest = [0; 64];
    let disconnected = async { while stream.read(&mut rest).await.is_ok_and(|read| read > 0) {} };
    // Both outcomes mean: close.
    let _ = timeout(MAX_WAIT, disconnected).await;
    Ok(Next::Close)
}

async fn not_http(stream: &mut TcpStream) -> io::Result<Next> {
    send(stream, &[b"220 mail.example.com ESMTP\r\n"]).await?;
    close(stream).await
}

async fn respond(
    stream: &mut TcpStream,
    response: &Response,
    request: &RequestHead,
) -> io::Result<Next> {
    let content = content(response.body, request);
    let head = head(response, &content);
    let (head, body) = (head.as_bytes(), content.text.as_ref());
    let (first, second) = body.split_at_checked(body.len() / 2).unwrap_or_default();
    match response.delivery {
        Delivery::Whole => {
            send(stream, &[head, body]).await?;
            pad(stream, content.padding).await?;
            Ok(Next::Request)
        }
        Delivery::AfterContinue => {
            send(stream, &[CONTINUE]).await?;
            send(stream, &[head, body]).await?;
            pad(stream, content.padding).await?;
            Ok(Next::Request)
        }
        Delivery::Chunked => {
            let size = format!("{:x}\r\n", content.length());
            send(stream, &[head, size.as_bytes(), body]).await?;
            pad(stream, content.padding).await?;
            send(stream, &[b"\r\n0\r\n\r\n"]).await?;
            Ok(Next::Request)
        }
        Delivery::LengthTooLarge | Delivery::LengthTooSmall => {
            send(stream, &[head, body]).await?;
            close(stream).await
        }
        Delivery::BadChunk => {
            let size = format!("{:x}\r\n", first.len());
            send(stream, &[head, size.as_bytes(), first]).await?;
            send(stream, &[b"\r\nno size\r\n", second, b"\r\n0\r\n\r\n"]).await?;
            close(stream).await
        }
        Delivery::ResetHalfway => {
            send(stream, &[head, first]).await?;
            // A reset may discard bytes that the client has not read yet.
            sleep(BYTE_INTERVAL).await;
            reset(stream)
        }
        Delivery::SlowHead => send_slowly(stream, head.trim_ascii_end()).await,
        Delivery::StalledBody => {
            send(stream, &[head, first]).await?;
            silence(stream).await
        }
        Delivery::SlowBody => {
            send(stream, &[head, first]).await?;
            send_slowly(stream, b"").await
        }
    }
}

/// Sends the parts in one write.
async fn send(stream: &mut TcpStream, parts: &[&[u8]]) -> io::Result<()> {
    stream.write_all(&parts.concat()).await
}

/// Closes the connection in order.
async fn close(stream: &mut TcpStream) -> io::Result<Next> {
    stream.shutdown().await?;
    Ok(Next::Close)
}

/// Sends byte by byte, then spaces, as long as the client reads. In a head, the
/// spaces extend the last header's value.
async fn send_slowly(stream: &mut TcpStream, bytes: &[u8]) -> io::Result<Next> {
    let end = Instant::now() + MAX_WAIT;
    let mut bytes = bytes.iter();
    while Instant::now() < end {
        stream.write_all(&[*bytes.next().unwrap_or(&b' ')]).await?;
        sleep(BYTE_INTERVAL).await;
    }
    Ok(Next::Close)
}

async fn pad(stream: &mut TcpStream, padding: u64) -> io::Result<()> {
    static SPACES: [u8; BLOCK] = [b' '; BLOCK];
    let mut left = padding;
    while left > 0 {
        let now = left.min(BLOCK as u64);
        let block = SPACES.get(..now as usize).unwrap_or(&SPACES);
        stream.write_all(block).await?;
        left -= now;
    }
    Ok(())
}

fn head(response: &Response, content: &Content) -> String {
    let (date, now) = NOW;
    let mut head = format!(
        "HTTP/1.1 {} X\r\nDate: {date}\r\nX-Request-Id: f-1\r\nContent-Type: {}\r\n",
        response.status, response.content_type,
    );
    let length = content.length();
    let framing = match response.delivery {
        Delivery::Chunked | Delivery::BadChunk => "Transfer-Encoding: chunked".to_owned(),
        Delivery::LengthTooLarge => format!("Content-Length: {}", 2 * length),
        Delivery::LengthTooSmall => format!("Content-Length: {}", length / 2),
        Delivery::SlowBody => format!("Content-Length: {}", 1000 * length),
        _ => format!("Content-Length: {length}"),
    };
    head.push_str(&framing);
    head.push_str("\r\n");
    for header in response.headers {
        head.push_str(&match *header {
            Header::Literal(name, value) => format!("{name}: {value}\r\n"),
            Header::ResetIn(seconds) => format!("X-RateLimit-Reset: {}\r\n", now + seconds),
            Header::Padding(count) => "X-Padding: 1\r\n".repeat(count),
        });
    }
    head.push_str("\r\n");
    head
}
