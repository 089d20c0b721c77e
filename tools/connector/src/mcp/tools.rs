//! The list of tools: one for each action of the manifest, and a few through which an
//! agent finds and calls the rest of the catalogue, which is too long for a list.

use std::sync::Arc;

use rmcp::model::{JsonObject, Tool, ToolAnnotations};
use serde_json::{Value, json};

use super::exposure::Exposed;
use connector_host::manifest::{Action, Effect};
use connector_host::schema::{Audience, agent_description, input_schema, output_schema};

/// The tools of a server.
pub struct Toolbox {
    prefix: String,
    /// The actions behind them.
    pub(super) exposed: Exposed,
}

/// What a tool's name stands for.
pub(super) enum Route<'a> {
    /// An action of the manifest.
    Action(&'a Action),
    /// A tool of the server's own.
    Own(Own),
}

/// The tools that are no action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Own {
    Catalogue,
    Describe,
    Preview,
    ReadAction,
    WriteAction,
    More,
}

/// Maximum number of actions that one call describes: their schemas are long.
pub(super) const MAX_DESCRIBED: usize = 10;

impl Own {
    const ALL: [Self; 6] = [
        Self::Catalogue,
        Self::Describe,
        Self::ReadAction,
        Self::WriteAction,
        Self::Preview,
        Self::More,
    ];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Catalogue => "catalogue",
            Self::Describe => "describe",
            Self::Preview => "preview",
            Self::ReadAction => "read-action",
            Self::WriteAction => "write-action",
            Self::More => "more",
        }
    }

    fn description(self) -> &'static str {
        match self {
            Self::Catalogue => {
                "Finds further actions, which are no tools of their own, by words or group. \
                 Without either, lists the groups."
            }
            Self::Describe => "Describes actions whole: inputs, outputs, effect.",
            Self::Preview => {
                "Shows the HTTP requests that an action would send first, and checks its input. \
                 Sends nothing."
            }
            Self::ReadAction => {
                "Runs an action of the catalogue that changes nothing. `describe` tells its input."
            }
            Self::WriteAction => {
                "Runs an action of the catalogue that changes something. `describe` tells its \
                 input."
            }
            Self::More => "Returns what was cut off a result, by the result's `more`.",
        }
    }

    fn input(self) -> Value {
        let text = || json!({ "type": "string" });
        let (properties, required) = match self {
            Self::Catalogue => (json!({ "words": text(), "group": text() }), json!([])),
            Self::Describe => {
                let ids = json!({
                    "type": "array",
                    "items": text(),
                    "minItems": 1,
                    "maxItems": MAX_DESCRIBED,
                });
                (json!({ "actions": ids }), json!(["actions"]))
            }
            Self::Preview | Self::ReadAction | Self::WriteAction => {
                let input = json!({ "type": "object", "additionalProperties": true });
                let properties = json!({ "action": text(), "input": input });
                (properties, json!(["action", "input"]))
            }
            Self::More => (json!({ "cursor": text() }), json!(["cursor"])),
        };
        json!({
            "type": "object",
            "properties": properties,
            "required": required,
            "additionalProperties": false,
        })
    }

    /// Whether there is something for it to do.
    fn is_offered(self, exposed: &Exposed) -> bool {
        let mut others = exposed.others.iter();
        match self {
            Self::Catalogue | Self::Describe => !exposed.others.is_empty(),
            Self::ReadAction => others.any(|action| action.effect == Effect::Read),
            Self::WriteAction => others.any(|action| action.effect != Effect::Read),
            Self::Preview | Self::More => true,
        }
    }

    fn annotations(self, exposed: &Exposed) -> ToolAnnotations {
        match self {
            Self::ReadAction => ToolAnnotations::new().read_only(true),
            Self::WriteAction => {
                let overwrites = exposed.others.iter().any(overwrites);
                ToolAnnotations::new()
                    .read_only(false)
                    .destructive(overwrites)
            }
            _ => ToolAnnotations::new().read_only(true).open_world(false),
        }
    }
}

impl Toolbox {
    /// Tools for these actions, each name with `prefix` before it.
    pub fn new(exposed: Exposed, prefix: String) -> Self {
        Self { prefix, exposed }
    }

    /// All tools, the same ones in the same order whenever asked.
    pub fn list(&self) -> Vec<Tool> {
        let actions = self.actions().map(|action| self.of_action(action));
        let own = Own::ALL.into_iter();
        let own = own.filter(|own| own.is_offered(&self.exposed));
        actions.chain(own.map(|own| self.of_own(own))).collect()
    }

    /// What the tool with this name is.
    pub(super) fn route(&self, name: &str) -> Option<Route<'_>> {
        let id = name.strip_prefix(self.prefix.as_str())?;
        let mut own = Own::ALL.into_iter();
        let own = own.find(|own| own.name() == id && own.is_offered(&self.exposed));
        if let Some(own) = own {
            return Some(Route::Own(own));
        }
        self.actions()
            .find(|action| action.id == id)
            .map(Route::Action)
    }

    /// The name of the tool that is an action, or of one of the server's own.
    pub(super) fn name(&self, id: &str) -> String {
        format!("{}{id}", self.prefix)
    }

    /// The actions that are tools. One with the name of an own tool is in `preview`
    /// alone.
    fn actions(&self) -> impl Iterator<Item = &Action> {
        let is_free = |action: &&Action| Own::ALL.iter().all(|own| own.name() != action.id);
        self.exposed.tools.iter().filter(is_free)
    }

    fn of_action(&self, action: &Action) -> Tool {
        let input = bare(input_schema(action, Audience::ToolList));
        let output = bare(output_schema(action, Audience::ToolList));
        Tool::new(self.name(&action.id), agent_description(action), input)
            .with_title(action.title.as_str())
            .with_raw_output_schema(output)
            .with_annotations(annotations(action))
    }

    fn of_own(&self, own: Own) -> Tool {
        Tool::new(self.name(own.name()), own.description(), bare(own.input()))
            .with_annotations(own.annotations(&self.exposed))
    }
}

/// Hints for the client. What is repeatable may overwrite, and what may happen twice
/// adds something each time.
fn annotations(action: &Action) -> ToolAnnotations {
    let hints = ToolAnnotations::new();
    match action.effect {
        Effect::Read => hints.read_only(true),
        Effect::WriteIdempotent => hints
            .read_only(false)
            .destructive(overwrites(action))
            .idempotent(true),
        Effect::WriteOnce => hints.read_only(false).destructive(overwrites(action)),
    }
}

fn overwrites(action: &Action) -> bool {
    action.destructive || action.effect == Effect::WriteIdempotent
}

/// A schema without what a tool has beside it or every reader assumes.
fn bare(schema: Value) -> Arc<JsonObject> {
    let Value::Object(mut schema) = schema else {
        return Arc::default();
    };
    schema.shift_remove("$schema");
    schema.shift_remove("description");
    if schema.get("required").is_some_and(|it| *it == json!([])) {
        schema.shift_remove("required");
    }
    Arc::new(schema)
}
