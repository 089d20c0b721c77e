//! The variables for a component under test.

use connector_host::Environment;
use connector_host::bindings::plugin as wit;

use super::input::SECRET;

/// The variable that every connector may read.
pub const CONTEXT: &str = "WORKFLOW_CONTEXT";

/// The variable that may define actions.
pub const ACTIONS: &str = "WORKFLOW_ACTIONS";

/// The value of required variables that are not secret.
const VALUE: &str = "conform";

/// The variables for an action that needs these.
pub fn environment<'a>(
    manifest: &wit::ConnectorManifest,
    needed: impl Iterator<Item = &'a String>,
    given: &Environment,
) -> Environment {
    let is_secret = |name: &String| {
        let mut variables = manifest.variables.iter();
        variables.any(|variable| variable.name == *name && variable.secret)
    };
    let needed = needed.map(|name| {
        let value = if is_secret(name) { SECRET } else { VALUE };
        (name.clone(), value.to_owned())
    });
    let mut environment: Environment = needed.collect();
    environment.extend(given.clone());
    environment
}

/// The values that must not be shown.
pub fn secrets(manifest: &wit::ConnectorManifest, given: &Environment) -> Vec<String> {
    let secret = manifest.variables.iter().filter(|variable| variable.secret);
    let values = secret.filter_map(|variable| given.get(&variable.name).cloned());
    values.chain([SECRET.to_owned()]).collect()
}
