//! The egress of an engine: a policy, and the access token hidden from the component.

use std::sync::Arc;

use connector_egress::{Egress, Policy, PolicyError, SecretError, Secrets, TrustError};
use connector_host::{Environment, Manifest, Transport};

/// Why egress cannot be set up.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub enum EgressSetupError {
    /// The component may not reach the address.
    Policy(#[from] PolicyError),
    /// The TLS library does not start.
    Trust(#[from] TrustError),
    /// The token cannot be hidden from the component.
    Secret(#[from] SecretError),
}

/// The environment that a sandbox may see, and its egress in front of `network`.
///
/// # Errors
///
/// When the manifest or the environment names an invalid host, or the token
/// cannot be hidden.
pub fn egress(
    manifest: &Manifest,
    mut environment: Environment,
    network: Arc<dyn Transport>,
) -> Result<(Environment, Egress), EgressSetupError> {
    let policy = Arc::new(Policy::new(manifest, &environment, None)?);
    let mut secrets = Secrets::default();
    if let Some(variable) = manifest.secret() {
        secrets.hide(&mut environment, variable)?;
    }
    let egress = Egress::new(policy, Arc::new(secrets), network);
    Ok((environment, egress))
}
