//! The arguments that say where a component's requests may go and whom they
//! trust, and the way out that follows from them.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use super::CommandError;
use connector_egress::{Egress, Grants, Network, Origin, Policy, Secrets, Trust};
use connector_host::{Environment, Manifest, Transport};

/// What a component may reach.
#[derive(Debug, Default, Args)]
pub struct EgressArguments {
    /// What this engine grants, a TOML file; without it, what the component's
    /// manifest declares
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// Trust the certificate authorities in this PEM file, too
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
}

impl EgressArguments {
    /// The way out for the connector with this manifest. Its access token is
    /// taken out of the environment, which keeps a placeholder, and goes to these
    /// origins only, if any are given.
    pub(super) fn open(
        &self,
        manifest: &Manifest,
        environment: &mut Environment,
        origins: Option<Vec<Origin>>,
    ) -> Result<Arc<dyn Transport>, CommandError> {
        let grants = self.policy.as_deref().map(Grants::read).transpose()?;
        let policy = Arc::new(Policy::new(manifest, environment, grants)?);
        let trust = match &self.ca {
            None => Trust::system(),
            Some(path) => Trust::system().and_file(path)?,
        };
        let network = Arc::new(Network::new(Arc::clone(&policy), &trust)?);
        let mut secrets = Secrets::default();
        for variable in tokens(manifest, environment) {
            secrets.hide(environment, &variable)?;
        }
        if let Some(origins) = origins {
            secrets.bind(origins);
        }
        Ok(Arc::new(Egress::new(policy, Arc::new(secrets), network)))
    }
}

/// The variables whose values the component must not see: the one that its
/// manifest calls the token, and whatever is one by its name, so that a manifest
/// can't say otherwise.
fn tokens(manifest: &Manifest, environment: &Environment) -> Vec<String> {
    let is_token =
        |name: &&String| manifest.secret() == Some(name.as_str()) || name.ends_with("_TOKEN");
    environment.keys().filter(is_token).cloned().collect()
}
