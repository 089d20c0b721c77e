//! Reads the body of a response over `wasi:io` with little memory.

use super::clock::Deadline;
use super::errors::from_code;
use crate::api::{BodyCut, Phase, SendErrorKind};
use std::time::Duration;
use wasi::http::types as wasi_http;
use wasi::io::streams::{InputStream, StreamError};

/// Maximum size of a read, and of a block, in bytes: on most hosts one read for a contact and a
/// few for a page of them, and little of the sandbox's memory.
const BLOCK_BYTES: usize = 64 * 1024;

/// The limits of reading a body.
#[derive(Debug, Clone, Copy)]
pub struct Limits<'a> {
    /// Maximum size, in bytes.
    pub bytes: usize,
    /// The announced size, if any: nothing beyond it is read.
    pub announced: Option<usize>,
    /// Timeout between two reads.
    pub pause: Duration,
    /// The end of the action's time.
    pub deadline: &'a Deadline,
}

/// Reads a body within its limits. Also returns why it is incomplete, if it is.
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

/// The next bytes of a body: empty if they are not available yet, `None` at the end.
fn chunk(stream: &InputStream) -> Result<Option<Vec<u8>>, BodyCut> {
    match stream.read(BLOCK_BYTES as u64) {
        Ok(chunk) => Ok(Some(chunk)),
        Err(StreamError::Closed) => Ok(None),
        Err(StreamError::LastOperationFailed(error)) => {
            // The error's own text may be a backtrace.
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

/// Bytes in blocks: the received chunks, with small ones merged. A single growing buffer would
/// need twice the memory while it is copied, and leave holes that are too small for a large
/// result.
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

    /// All bytes. A single block is not copied.
    fn joined(mut self) -> Vec<u8> {
        match self.0.as_mut_slice() {
            [block] => std::mem::take(block),
            blocks => blocks.concat(),
        }
    }
}
