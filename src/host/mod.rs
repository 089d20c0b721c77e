//! The host as WASI 0.2 offers it: the environment, outgoing HTTP and a clock.
//! The only room that names `wasi`.

mod body;
mod clock;
mod errors;
mod http;

use crate::actions::Surroundings;
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
    pub fn surroundings(&mut self) -> Surroundings<'_> {
        Surroundings {
            variables: wasi::cli::environment::get_environment(),
            transport: &mut self.http,
            clock: &mut self.clock,
        }
    }
}
