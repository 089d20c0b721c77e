//! The host as WASI 0.2 offers it: the environment and outgoing HTTP. The only
//! room that names `wasi`.

mod errors;
mod http;

use crate::actions::Surroundings;
use http::WasiHttp;

/// The host that runs this component.
#[derive(Debug, Default)]
pub struct Host {
    http: WasiHttp,
}

impl Host {
    /// What an action needs of the host. The environment is read here, once a
    /// call.
    pub fn surroundings(&mut self) -> Surroundings<'_> {
        Surroundings {
            variables: wasi::cli::environment::get_environment(),
            transport: &mut self.http,
        }
    }
}
