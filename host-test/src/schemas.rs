//! The JSON Schemas of a component's actions, by id.

use connector_host::Manifest;
use connector_host::manifest::Action;
use connector_host::schema::{Audience, input_schema, output_schema};
use serde_json::{Map, Value, json};

/// The schemas of one action: `input` and `output`.
pub fn of_action(action: &Action, audience: Audience) -> Value {
    json!({
        "input": input_schema(action, audience),
        "output": output_schema(action, audience),
    })
}

/// The schemas of all actions, by id, in the manifest's order.
pub fn of_manifest(manifest: &Manifest, audience: Audience) -> Map<String, Value> {
    let actions = manifest.actions.iter();
    let schemas = actions.map(|action| (action.id.clone(), of_action(action, audience)));
    schemas.collect()
}
