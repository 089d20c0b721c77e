//! One connection to a server of faults: looks at a request, plays the step of
//! the script that it meets, and so on until one side has enough.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep, timeout};

use super::bodies::{Content, content};
use super::fault::{Answer, Delivery, Header, Step};
use super::log::RequestLog;
use super::request::{Arrived, Asked, look};

/// How long a client is kept waiting at the most: longer than any time-out of a
/// test, and an end where the client has none.
const PATIENCE: Duration = Duration::from_secs(60);

/// How long from byte to byte where they come one by one: a fraction of the
/// shortest time-out, and few wake-ups.
const DRIP: Duration = Duration::from_millis(50);

/// The time by the server's clock, as `Date` has it and in Unix seconds. It
/// stands still, years ago: the clock that a wait is reckoned by is the
/// answer's own.
const NOW: (&str, i64) = ("Tue, 14 Nov 2023 22:13:20 GMT", 1_700_000_000);

/// White space is sent in blocks of this many bytes.
const BLOCK: usize = 64 * 1024;

/// Whether a connection can be used for another request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    Request,
    Close,
}

/// Plays what the requests of a connection meet.
pub(super) async fn serve(mut stream: TcpStream, book: RequestLog) {
    // Small answers go out at once; where that can't be set they go out late.
    let _ = stream.set_nodelay(true);
    // A client may go away whenever it likes.
    while let Ok(Next::Request) = exchange(&mut stream, &book).await {}
}

async fn exchange(stream: &mut TcpStream, book: &RequestLog) -> io::Result<Next> {
    let asked = match look(stream).await? {
        Arrived::Request(asked) => asked,
        Arrived::End => return Ok(Next::Close),
        Arrived::Other => return no_http(stream).await,
    };
    let number = book.arrived(asked.call);
    let step = asked.fault.step(number).unwrap_or(&Step::ResetUnread);
    if matches!(step, Step::ResetUnread) {
        return reset(stream);
    }
    asked.read(stream).await?;
    book.read(asked.call, step);
    match step {
        Step::ResetUnread | Step::ResetRead => reset(stream),
        Step::Silence => silence(stream).await,
        Step::NoHttp => no_http(stream).await,
        Step::ContinueOnly => {
            stream.write_all(CONTINUE).await?;
            silence(stream).await
        }
        Step::Answer(given) => answer(stream, given, &asked).await,
    }
}

const CONTINUE: &[u8] = b"HTTP/1.1 100 Continue\r\n\r\n";

/// Closes the connection by a reset, in place of the orderly end: dropping the
/// stream does that then.
fn reset(stream: &TcpStream) -> io::Result<Next> {
    stream.set_zero_linger()?;
    Ok(Next::Close)
}

/// Says nothing until the client goes away.
async fn silence(stream: &mut TcpStream) -> io::Result<Next> {
    let mut rest = [0; 64];
    let gone = async { while stream.read(&mut rest).await.is_ok_and(|read| read > 0) {} };
    // Either way it is over.
    let _ = timeout(PATIENCE, gone).await;
    Ok(Next::Close)
}

async fn no_http(stream: &mut TcpStream) -> io::Result<Next> {
    stream.write_all(b"220 mail.example.com ESMTP\r\n").await?;
    stream.shutdown().await?;
    Ok(Next::Close)
}

async fn answer(stream: &mut TcpStream, answer: &Answer, asked: &Asked) -> io::Result<Next> {
    let content = content(answer.body, asked);
    let head = head(answer, &content);
    let half = content.text.len() / 2;
    let (first, second) = content.text.split_at_checked(half).unwrap_or_default();
    match answer.delivery {
        Delivery::Whole | Delivery::AfterContinue => {
            if answer.delivery == Delivery::AfterContinue {
                stream.write_all(CONTINUE).await?;
            }
            stream
                .write_all(&[head.as_bytes(), &content.text].concat())
                .await?;
            pad(stream, content.padding).await?;
            Ok(Next::Request)
        }
        Delivery::Chunked => {
            stream.write_all(head.as_bytes()).await?;
            stream
                .write_all(format!("{:x}\r\n", content.length()).as_bytes())
                .await?;
            stream.write_all(&content.text).await?;
            pad(stream, content.padding).await?;
            stream.write_all(b"\r\n0\r\n\r\n").await?;
            Ok(Next::Request)
        }
        Delivery::AnnouncedLonger | Delivery::AnnouncedShorter => {
            stream
                .write_all(&[head.as_bytes(), &content.text].concat())
                .await?;
            stream.shutdown().await?;
            Ok(Next::Close)
        }
        Delivery::BadChunk => {
            stream
                .write_all(format!("{head}{:x}\r\n", first.len()).as_bytes())
                .await?;
            stream
                .write_all(&[first, b"\r\nno size\r\n", second, b"\r\n0\r\n\r\n"].concat())
                .await?;
            stream.shutdown().await?;
            Ok(Next::Close)
        }
        Delivery::ResetHalfway => {
            stream.write_all(&[head.as_bytes(), first].concat()).await?;
            // What is under way when a connection is reset may be lost.
            sleep(DRIP).await;
            reset(stream)
        }
        Delivery::SlowHead => drip(stream, head.trim_end().as_bytes()).await,
        Delivery::StalledBody => {
            stream.write_all(&[head.as_bytes(), first].concat()).await?;
            silence(stream).await
        }
        Delivery::SlowBody => {
            stream.write_all(&[head.as_bytes(), first].concat()).await?;
            drip(stream, b"").await
        }
    }
}

/// Sends byte by byte, and then white space or what passes for a header's value,
/// as long as the client takes it.
async fn drip(stream: &mut TcpStream, bytes: &[u8]) -> io::Result<Next> {
    let end = Instant::now() + PATIENCE;
    let mut bytes = bytes.iter();
    while Instant::now() < end {
        stream.write_all(&[*bytes.next().unwrap_or(&b' ')]).await?;
        sleep(DRIP).await;
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

fn head(answer: &Answer, content: &Content) -> String {
    let (date, now) = NOW;
    let mut head = format!(
        "HTTP/1.1 {} X\r\nDate: {date}\r\nX-Request-Id: f-1\r\nContent-Type: {}\r\n",
        answer.status, answer.content_type,
    );
    let length = content.length();
    let framing = match answer.delivery {
        Delivery::Chunked | Delivery::BadChunk => "Transfer-Encoding: chunked".to_owned(),
        Delivery::AnnouncedLonger => format!("Content-Length: {}", 2 * length),
        Delivery::AnnouncedShorter => format!("Content-Length: {}", length / 2),
        Delivery::SlowBody => format!("Content-Length: {}", 1000 * length),
        _ => format!("Content-Length: {length}"),
    };
    head.push_str(&framing);
    head.push_str("\r\n");
    for header in answer.headers {
        head.push_str(&match *header {
            Header::Is(name, value) => format!("{name}: {value}\r\n"),
            Header::ResetIn(seconds) => format!("X-RateLimit-Reset: {}\r\n", now + seconds),
            Header::Padding(many) => "X-Padding: 1\r\n".repeat(many),
        });
    }
    head.push_str("\r\n");
    head
}
