//! Reads the body of a response over `wasi:io` with little memory.

use super::clock::Deadline;
use super::errors::from_code;
use crate::api::{BodyCut, Phase, SendErrorKind};
use std::time::Duration;
use wasi::http::types as wasi_http;
use wasi::io::streams::{InputStream, StreamError};

/// Maximum size of a block, and of a read of a body of unannounced size, in bytes: one
/// read per contact and a few per page of them on most hosts, and little of the
/// sandbox's memory.
const BLOCK_BYTES: usize = 64 * 1024;

/// Maximum size of any read, in bytes. A body of announced size is read at once where
/// the host has all of it.
const READ_BYTES: usize = 1024 * 1024;

/// How much of a body to read, and how long to wait for it.
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
    let mut blocks = Blocks {
        announced: limits.announced.unwrap_or_default(),
        blocks: Vec::new(),
    };
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
        .map_err(|()| none("the host returned no body"))?;
    let stream = incoming
        .stream()
        .map_err(|()| none("the host returned no stream to read"))?;
    let mut read = 0;
    while limits.announced != Some(read)
        && let Some(chunk) = chunk(&stream, size_of_read(limits.announced, read))?
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

fn size_of_read(announced: Option<usize>, read: usize) -> usize {
    let rest = announced.map(|announced| announced.saturating_sub(read));
    rest.unwrap_or(BLOCK_BYTES).min(READ_BYTES)
}

/// The next bytes of a body, at most so many: empty if they have yet to come, `None` at
/// the end.
fn chunk(stream: &InputStream, most: usize) -> Result<Option<Vec<u8>>, BodyCut> {
    match stream.read(most as u64) {
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

/// Bytes in blocks: one of the announced size, or else the chunks that came, small ones
/// merged. A single growing buffer would take twice the memory while it is copied, and
/// leave holes that a large result does not fit into.
struct Blocks {
    /// The announced size, 0 if none is.
    announced: usize,
    blocks: Vec<Vec<u8>>,
}

impl Blocks {
    fn append(&mut self, chunk: Vec<u8>) {
        let is_first = self.blocks.is_empty();
        if is_first && chunk.len() < self.announced {
            self.blocks.push(Vec::with_capacity(self.announced));
        }
        match self.blocks.last_mut() {
            Some(block) if block.len() + chunk.len() <= block.capacity().max(BLOCK_BYTES) => {
                block.extend_from_slice(&chunk);
            }
            _ => self.blocks.push(chunk),
        }
    }

    /// All bytes. A single block is not copied.
    fn joined(mut self) -> Vec<u8> {
        match self.blocks.as_mut_slice() {
            [block] => std::mem::take(block),
            blocks => blocks.concat(),
        }
    }
}
