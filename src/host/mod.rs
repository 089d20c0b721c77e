//! The host as WASI 0.2 offers it: the environment, outgoing HTTP and a clock.
//! The only room that names `wasi`.
//!
//! Each call crosses the sandbox's wall, so there are no more than these; a test
//! of the harness (`tests/host_calls.rs`) knows them by name. Once an action:
//!
//! - `get-environment`, all variables together; `now`, when the action's time
//!   began. It is read again only after a wait.
//!
//! For each request:
//!
//! - `subscribe-duration`: what is left of the action's time, which ends every
//!   wait.
//! - `from-list`: all headers together; the request; its scheme, authority and
//!   path, and its method where that is not GET.
//! - The options: an object and two time-outs; `handle` takes them and the
//!   request.
//! - `body` and `finish`, which ends the body: hosts wait for that even where
//!   there is none. Between them, for a body: `write`, its stream; `check-write`,
//!   how much the host takes; `write`, for each such piece. A wait
//!   (`subscribe`, `poll`) only where that is nothing.
//! - `subscribe`, `poll` and `get`: the answer; its status.
//! - `headers` and `entries`: all headers together.
//! - `consume` and `stream`: its body; `read` for each piece, and once more for
//!   its end where its length was not announced. A wait (`subscribe`, `subscribe-duration`, `poll`) only where the
//!   next piece has yet to come.
//! - Every object is handed back, but for those that `handle` and `finish` take.

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
    /// What an action needs of the host. The environment is read here, once a
    /// call.
    pub fn context(&mut self) -> HostContext<'_> {
        HostContext {
            variables: wasi::cli::environment::get_environment(),
            transport: &mut self.http,
            clock: &mut self.clock,
        }
    }
}
