//! The calls of the fault matrix: one of each action that sends a request.

use std::sync::Arc;

use connector_cases::{Case, FixtureError};
use connector_host::manifest::Effect;
use connector_host::{Environment, Manifest};

use crate::load::cases;

/// A call of an action.
#[derive(Debug)]
pub struct Call {
    /// The action's id.
    pub action: String,
    /// The effect of a retry.
    pub effect: Effect,
    /// Its input.
    pub input: String,
    /// The variables that the input needs, such as the workflow's context.
    pub environment: Environment,
}

/// A call of each action that sends a request, with the input of the action's
/// example, in the manifest's order.
///
/// # Errors
///
/// When a case cannot be read, or an action has no example or several.
pub fn calls(manifest: &Manifest) -> Result<Vec<Arc<Call>>, FixtureError> {
    let examples = cases::examples(manifest)?;
    let calls = manifest.actions.iter().zip(examples);
    let calls = calls.filter(|(_, example)| !example.exchanges.is_empty());
    Ok(calls
        .map(|(action, example)| Arc::new(Call::of(example, action.effect)))
        .collect())
}

impl Call {
    fn of(example: Case, effect: Effect) -> Self {
        Self {
            action: example.name.action,
            effect,
            input: example.input,
            environment: example.environment,
        }
    }
}
