//! The list of tools: one for each action of the manifest, and a few that find and call the
//! other actions of the catalogue, which would be too long for a list.

use std::sync::Arc;

use rmcp::model::{JsonObject, Tool, ToolAnnotations};
use serde_json::{Value, json};

use super::exposure::Exposed;
use connector_host::manifest::{Action, Effect};
use connector_host::schema::{Audience, agent_description, input_schema, output_schema};

/// The tools of a server.
pub struct Toolbox {
    prefix: String,
    tools: Vec<Tool>,
    /// The actions behind them.
    pub(super) exposed: Exposed,
}

/// Maximum size of the list of tools, in bytes of JSON: about 6,000 tokens at the start of each
/// conversation. One client dropped a list twice as long.
const MAX_LIST: usize = 23 * 1024;

/// The meaning of a tool's name.
pub(super) enum Route<'a> {
    /// An action of the manifest.
    Action(&'a Action),
    /// A tool of the server.
    Own(Own),
}

/// The tools that are not actions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Own {
    Catalogue,
    Describe,
    Preview,
    ReadAction,
    WriteAction,
    More,
}

/// Maximum number of actions in one description: schemas are long.
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
                "Finds further actions, which are not in the list of tools, by words or group. \
                 Without either, lists the groups."
            }
            Self::Describe => "Describes actions in full: inputs, outputs, effect.",
            Self::Preview => {
                "Shows the HTTP requests that an action would send first, and checks its input. \
                 Sends nothing."
            }
            Self::ReadAction => {
                "Runs an action of the catalogue that changes nothing. `describe` returns its \
                 inputs."
            }
            Self::WriteAction => {
                "Runs an action of the catalogue that changes something. `describe` returns its \
                 inputs."
            }
            Self::More => "Returns the rest of a result that was cut, by the result's `more`.",
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

    /// Whether the tool has something to do.
    fn is_offered(self, exposed: &Exposed) -> bool {
        let mut others = exposed.others.iter();
        match self {
            Self::Catalogue | Self::Describe => !exposed.others.is_empty(),
            Self::ReadAction => others.any(|action| action.effect == Effect::Read),
            Self::WriteAction => others.any(|action| action.effect != Effect::Read),
            Self::Preview | Self::More => true,
        }
    }

    fn tool(self, prefix: &str, exposed: &Exposed) -> Tool {
        let name = format!("{prefix}{}", self.name());
        Tool::new(name, self.description(), bare(self.input()))
            .with_annotations(self.annotations(exposed))
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
    /// Tools for these actions, each name with `prefix`. If the list would be too long, it has
    /// shorter schemas, and actions that still do not fit are only in the catalogue.
    pub fn new(mut exposed: Exposed, prefix: String) -> Self {
        let actions = std::mem::take(&mut exposed.tools);
        // Tool names must be unique.
        let is_own = |action: &Action| Own::ALL.iter().any(|own| own.name() == action.id);
        let (taken, actions): (Vec<_>, Vec<_>) = actions.into_iter().partition(is_own);
        exposed.others.extend(taken);

        let own = Own::ALL.iter().map(|own| own.tool(&prefix, &exposed));
        let room = MAX_LIST.saturating_sub(own.map(|tool| size_of(&tool)).sum());
        let whole = actions
            .iter()
            .map(|it| size_of(&of_action(it, &prefix, false)));
        let lean = whole.sum::<usize>() > room;

        let (mut tools, mut used) = (Vec::new(), 0);
        for action in actions {
            let tool = of_action(&action, &prefix, lean);
            let size = size_of(&tool);
            if used + size > room {
                exposed.others.push(action);
                continue;
            }
            used += size;
            tools.push(tool);
            exposed.tools.push(action);
        }
        let own = Own::ALL.iter().filter(|own| own.is_offered(&exposed));
        tools.extend(own.map(|own| own.tool(&prefix, &exposed)));
        Self {
            prefix,
            tools,
            exposed,
        }
    }

    /// All tools, always in the same order.
    pub fn list(&self) -> Vec<Tool> {
        self.tools.clone()
    }

    /// The tool with this name.
    pub(super) fn route(&self, name: &str) -> Option<Route<'_>> {
        let id = name.strip_prefix(self.prefix.as_str())?;
        let mut own = Own::ALL.into_iter();
        let own = own.find(|own| own.name() == id && own.is_offered(&self.exposed));
        if let Some(own) = own {
            return Some(Route::Own(own));
        }
        let mut actions = self.exposed.tools.iter();
        actions.find(|action| action.id == id).map(Route::Action)
    }

    /// The name of the tool of an action, or of one of the server's tools.
    pub(super) fn name(&self, id: &str) -> String {
        format!("{}{id}", self.prefix)
    }
}

fn of_action(action: &Action, prefix: &str, lean: bool) -> Tool {
    let audience = Audience::ToolList { lean };
    let name = format!("{prefix}{}", action.id);
    let input = bare(input_schema(action, audience));
    let mut tool =
        Tool::new(name, agent_description(action), input).with_annotations(annotations(action));
    if !lean {
        tool.title = Some(action.title.clone());
    }
    // An agent uses the data of reads; of a write, it needs to know only that it succeeded.
    if !lean || action.effect == Effect::Read {
        tool = tool.with_raw_output_schema(bare(output_schema(action, audience)));
    }
    tool
}

fn size_of(tool: &Tool) -> usize {
    // Serialising a tool cannot fail. Plus one byte for the comma.
    serde_json::to_string(tool).map_or(0, |json| json.len() + 1)
}

/// Hints for the client. An idempotent write may overwrite; a `write-once` action adds something
/// with each call.
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

/// The schema without parts that the tool already has or that every reader assumes.
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
