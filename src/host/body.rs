//! The body of an answer over `wasi:io`: as much of it as is wanted, in as
//! little memory as will do.

use super::clock::Deadline;
use super::errors::from_code;
use crate::api::{BodyCut, Phase, SendErrorKind};
use std::time::Duration;
use wasi::http::types as wasi_http;
use wasi::io::streams::{InputStream, StreamError};

/// The most bytes to ask of a stream at once, and of a block: large enough for
/// one read per contact and a few per page of them on most hosts, and small in
/// the sandbox's memory.
const BLOCK_BYTES: usize = 64 * 1024;

/// How much of a body to read, and how long to wait for it.
#[derive(Debug, Clone, Copy)]
pub struct Limits<'a> {
    /// The most bytes.
    pub bytes: usize,
    /// How many bytes there are, where that was announced: nothing is asked for
    /// after them.
    pub announced: Option<usize>,
    /// The longest time between two pieces.
    pub pause: Duration,
    /// The end of the action's time.
    pub deadline: &'a Deadline,
}

/// Reads a body within its limits, and why it is not whole, where it is not.
pub fn read(
    response: &wasi_http::IncomingResponse,
    limits: Limits<'_>,
) -> (Vec<u8>, Option<BodyCut>) {
    let mut blocks = Blocks::default();
    let cut = read_blocks(response, limits, &mut blocks).err();
    (blocks.joined(), cut)
}

fn read_blocks(
    response: &wasi_http::IncomingResponse,
    limits: Limits<'_>,
    blocks: &mut Blocks,
) -> Result<(), BodyCut> {
    let none = |what: &str| BodyCut::Broken(what.to_owned());
    let incoming = response
        .consume()
        .map_err(|()| none("the host gave no body"))?;
    let stream = incoming
        .stream()
        .map_err(|()| none("the host gave no stream to read"))?;
    let mut read = 0;
    while limits.announced != Some(read)
        && let Some(chunk) = chunk(&stream)?
    {
        if chunk.is_empty() {
            limits
                .deadline
                .wait_between_bytes(&stream.subscribe(), limits.pause)
                .map_err(BodyCut::TimedOut)?;
            continue;
        }
        read += chunk.len();
        if read > limits.bytes {
            return Err(BodyCut::TooLarge(limits.bytes));
        }
        blocks.append(chunk);
    }
    Ok(())
}

/// The next piece of a body, empty where it has yet to come; none at its end.
fn chunk(stream: &InputStream) -> Result<Option<Vec<u8>>, BodyCut> {
    match stream.read(BLOCK_BYTES as u64) {
        Ok(chunk) => Ok(Some(chunk)),
        Err(StreamError::Closed) => Ok(None),
        Err(StreamError::LastOperationFailed(error)) => {
            // The error's own text is the host's business: it may be a backtrace.
            let error = wasi_http::http_error_code(&error).map(from_code);
            Err(match error {
                Some(error) if matches!(error.kind, SendErrorKind::Timeout(_)) => {
                    BodyCut::TimedOut(Phase::BetweenBytes)
                }
                Some(error) => BodyCut::Broken(error.detail),
                None => BodyCut::Broken("connection closed".to_owned()),
            })
        }
    }
}

/// Bytes in blocks, the chunks that they came in; small ones are put together. A
/// single buffer that grows would hold its old and its new self at once, and
/// leave holes in the memory that a large result does not fit into.
#[derive(Default)]
struct Blocks(Vec<Vec<u8>>);

impl Blocks {
    fn append(&mut self, chunk: Vec<u8>) {
        match self.0.last_mut() {
            Some(block) if block.len() + chunk.len() <= BLOCK_BYTES => {
                block.extend_from_slice(&chunk);
            }
            _ => self.0.push(chunk),
        }
    }

    /// All bytes; a body of one block is not copied.
    fn joined(mut self) -> Vec<u8> {
        match self.0.as_mut_slice() {
            [block] => std::mem::take(block),
            blocks => blocks.concat(),
        }
    }
}
