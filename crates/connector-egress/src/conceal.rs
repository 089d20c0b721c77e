//! Removes secrets from responses, so that a component cannot learn one from an echo.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use http::{HeaderValue, Response};
use http_body::{Body, Frame};
use http_body_util::BodyExt;
use wasmtime_wasi_http::{Error, WasiBody};

/// The replacement of a secret in a response: of the same length, since `content-length` is
/// already sent.
const CONCEALED: u8 = b'*';

/// Removes verbatim occurrences of `secrets` from a response's head and body.
pub(crate) fn in_response(secrets: Vec<Bytes>, response: Response<WasiBody>) -> Response<WasiBody> {
    let (mut head, body) = response.into_parts();
    for value in head.headers.values_mut() {
        if !holds_one(&secrets, value.as_bytes()) {
            continue;
        }
        let mut bytes = value.as_bytes().to_vec();
        conceal(&secrets, &mut bytes);
        if let Ok(concealed) = HeaderValue::from_bytes(&bytes) {
            *value = concealed;
        }
    }
    let body = ConcealedBody {
        inner: body,
        longest: secrets.iter().map(Bytes::len).max().unwrap_or(1),
        secrets,
        held: BytesMut::new(),
    };
    Response::from_parts(head, body.boxed_unsync())
}

fn holds_one(secrets: &[Bytes], bytes: &[u8]) -> bool {
    let holds = |secret: &Bytes| memchr::memmem::find(bytes, secret).is_some();
    secrets.iter().any(holds)
}

/// Conceals each of `secrets` in `bytes`.
fn conceal(secrets: &[Bytes], bytes: &mut [u8]) {
    for secret in secrets {
        let places: Vec<usize> = memchr::memmem::find_iter(bytes, secret).collect();
        for place in places {
            if let Some(part) = bytes.get_mut(place..place + secret.len()) {
                part.fill(CONCEALED);
            }
        }
    }
}

/// A body without secrets. It holds back enough bytes to find a secret across two chunks.
struct ConcealedBody {
    inner: WasiBody,
    secrets: Vec<Bytes>,
    longest: usize,
    held: BytesMut,
}

impl ConcealedBody {
    /// Adds the next chunk. Returns the bytes in which no secret can begin any more: all of them
    /// after the last chunk, which is not copied if it is the only one.
    fn pass(&mut self, piece: Bytes) -> Bytes {
        let last = self.inner.is_end_stream();
        if last && self.held.is_empty() && !holds_one(&self.secrets, &piece) {
            return piece;
        }
        self.held.extend_from_slice(&piece);
        conceal(&self.secrets, &mut self.held);
        let back = if last { 0 } else { self.longest - 1 };
        let safe = self.held.len().saturating_sub(back);
        self.held.split_to(safe).freeze()
    }
}

impl Body for ConcealedBody {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        loop {
            let frame = match ready!(Pin::new(&mut self.inner).poll_frame(context)) {
                Some(Ok(frame)) => frame.into_data(),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None if self.held.is_empty() => return Poll::Ready(None),
                None => {
                    let rest = self.held.split().freeze();
                    return Poll::Ready(Some(Ok(Frame::data(rest))));
                }
            };
            // Trailers come last; the connector ignores them.
            let Ok(piece) = frame else { continue };
            let passed = self.pass(piece);
            if !passed.is_empty() {
                return Poll::Ready(Some(Ok(Frame::data(passed))));
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.held.is_empty() && self.inner.is_end_stream()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::collections::VecDeque;

    use super::*;

    /// A body in chunks, which may know its last one.
    struct Pieces {
        left: VecDeque<&'static str>,
        knows_its_end: bool,
    }

    impl Body for Pieces {
        type Data = Bytes;
        type Error = Error;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
            let piece = self.left.pop_front();
            Poll::Ready(piece.map(|piece| Ok(Frame::data(piece.into()))))
        }

        fn is_end_stream(&self) -> bool {
            self.knows_its_end && self.left.is_empty()
        }
    }

    /// A body of these chunks, through `in_response`.
    async fn passed(
        secrets: &[&'static str],
        pieces: &[&'static str],
        knows_its_end: bool,
    ) -> String {
        let left = pieces.iter().copied().collect();
        let body = Pieces {
            left,
            knows_its_end,
        };
        let body = body.boxed_unsync();
        let secrets = secrets
            .iter()
            .map(|secret| Bytes::from_static(secret.as_bytes()));
        let response = in_response(secrets.collect(), Response::new(body));
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    #[tokio::test]
    async fn secrets_are_concealed_wherever_a_body_is_cut() {
        for (pieces, expected) in [
            (&["say secret!"][..], "say ******!"),
            (&["say se", "cret!"], "say ******!"),
            (&["s", "e", "c", "r", "e", "t"], "******"),
            (&["secretsecret", "secre"], "************secre"),
            (&["", "nothing", ""], "nothing"),
            (&[], ""),
        ] {
            for knows_its_end in [false, true] {
                let passed = passed(&["secret"], pieces, knows_its_end).await;
                assert_eq!(passed, expected, "{pieces:?} {knows_its_end}");
            }
        }
        let two = passed(&["secret", "hi"], &["hi the", "re sec", "ret"], false).await;
        assert_eq!(two, "** there ******");
    }
}
