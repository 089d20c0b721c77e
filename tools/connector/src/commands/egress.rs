//! Arguments of the egress policy and trust roots, and the egress built from them.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use super::CommandError;
use connector_egress::{Egress, Grants, Network, Origin, Policy, Secrets, Trust};
use connector_host::{Environment, Manifest, Transport};

/// What a component may reach.
#[derive(Debug, Default, Args)]
pub struct EgressArguments {
    /// What this engine grants, a TOML file; without it, everything that the component's
    /// manifest declares
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// Also trust the certificate authorities in this PEM file
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
}

impl EgressArguments {
    /// The egress of the connector with this manifest. Replaces the access token in the
    /// environment by a placeholder. The token is sent to these origins only, if any are given.
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

/// The variables whose values the component must not see: the token's by the manifest, and those
/// whose name says that they are tokens, whatever the manifest says.
fn tokens(manifest: &Manifest, environment: &Environment) -> Vec<String> {
    let is_token =
        |name: &&String| manifest.secret() == Some(name.as_str()) || name.ends_with("_TOKEN");
    environment.keys().filter(is_token).cloned().collect()
}
