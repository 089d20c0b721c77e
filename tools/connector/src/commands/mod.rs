//! The subcommands, one file each: arguments in, text out. The other modules do the work.

mod action;
pub mod call;
pub mod completions;
pub mod connect;
pub mod docs;
mod egress;
mod error;
mod host;
pub mod listen;
pub mod mcp;
pub mod playground;
pub mod record;
pub mod release;
pub mod sbom;
pub mod scan;

use command_output as output;
use connector_egress::{CertificateProblem, EgressError};
use connector_host::{TransportErrorSource, printable};

pub use error::CommandError;

/// Prints the host's errors of failed requests, and the option that may help.
fn print_causes(causes: &[TransportErrorSource]) {
    for cause in causes {
        output::error_line(printable::line(&cause.to_string()));
        if let Some(EgressError::Certificate {
            problem: CertificateProblem::UnknownIssuer,
            ..
        }) = cause.downcast_ref()
        {
            output::error_line(format_args!(
                "--ca FILE trusts the authorities in a PEM file"
            ));
        }
    }
}

/// Runs blocking work, such as a keyring that asks its owner, on another thread.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, CommandError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(CommandError::Interrupted)
}
