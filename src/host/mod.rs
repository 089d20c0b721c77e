//! The host as WASI 0.2 offers it: the environment, outgoing HTTP and a clock. The
//! only module that names `wasi`.
//!
//! Each call leaves the sandbox, so there are no more than these, which a test of
//! the host calls lists. Once per action:
//!
//! - `get-environment`: all variables. `now`: the start of the action's time; read
//!   again only after a wait.
//!
//! For each request:
//!
//! - `subscribe-duration`: what is left of the action's time, which ends every
//!   wait.
//! - `from-list`: all headers. The request; its scheme, authority and path; its
//!   method, unless that is GET.
//! - The options: an object and two timeouts. `handle` takes them and the request.
//! - `body` and `finish`: hosts wait for the end even of an absent body. Between
//!   them, for a body: `write`, its stream; for each piece `check-write`, how much
//!   the host takes, and `write`. A wait (`subscribe`, `poll`) only if that is
//!   nothing.
//! - `subscribe`, `poll` and `get`: the response. Its status.
//! - `headers` and `entries`: all headers.
//! - `consume` and `stream`: the body. `read` for each piece, and once more for the
//!   end of a body of unannounced length. A wait (`subscribe`,
//!   `subscribe-duration`, `poll`) only if the next piece has yet to come.
//! - A drop of every object, except those that `handle` and `finish` take.

mod body;
mod clock;
mod errors;
mod http;

use crate::actions::HostContext;
use clock::MonotonicClock;
use http::WasiHttp;

/// The host that runs this component.
#[derive(Debug, Default)]
pub struct Host {
    http: WasiHttp,
    clock: MonotonicClock,
}

impl Host {
    /// What an action needs. Reads the environment, once per call.
    pub fn context(&mut self) -> HostContext<'_> {
        HostContext {
            variables: wasi::cli::environment::get_environment(),
            transport: &mut self.http,
            clock: &mut self.clock,
        }
    }
}
