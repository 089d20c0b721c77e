//! WASI 0.2: the environment, outgoing HTTP and a clock. The only module that uses `wasi`.
//!
//! Each call leaves the sandbox, so their number is minimal; a test of the host calls lists
//! them. Once per action:
//!
//! - `get-environment`: all variables. `now`: the start of the action's time; read again only
//!   after a wait.
//!
//! For each request:
//!
//! - `subscribe-duration`: the rest of the action's time, which ends every wait.
//! - `from-list`: all headers. The request; its scheme, authority and path; its
//!   method, unless that is GET.
//! - The options: an object and two timeouts. `handle` takes them and the request.
//! - `body` and `finish`: hosts wait for the end even of an absent body. Between them, for a
//!   body: `write`, its stream; for each chunk `check-write`, how much the host accepts, and
//!   `write`. A wait (`subscribe`, `poll`) only if that is nothing.
//! - `subscribe`, `poll` and `get`: the response. Its status.
//! - `headers` and `entries`: all headers.
//! - `consume` and `stream`: the body. `read` for each chunk, and once more for the end of a
//!   body of unannounced length. A wait (`subscribe`, `subscribe-duration`, `poll`) only if the
//!   next chunk is not available yet.
//! - A drop of every object, except those that `handle` and `finish` consume.

mod body;
mod clock;
mod errors;
mod http;

use crate::actions::HostContext;
use clock::MonotonicClock;
use http::WasiHttp;

/// The host of this component.
#[derive(Debug, Default)]
pub struct Host {
    http: WasiHttp,
    clock: MonotonicClock,
}

impl Host {
    /// The environment of an action, read once per call.
    pub fn context(&mut self) -> HostContext<'_> {
        HostContext {
            variables: wasi::cli::environment::get_environment(),
            transport: &mut self.http,
            clock: &mut self.clock,
        }
    }
}
