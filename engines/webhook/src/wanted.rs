//! Selects events: those of the triggers in `WEBHOOK_TRIGGERS`, separated by commas, that match
//! the inputs in `WEBHOOK_INPUT`, a JSON object.

use crate::workflow::plugin::triggers::{self, Event};
use crate::{explain, wire};

/// A selection of events.
pub struct Wanted {
    /// All triggers if empty.
    triggers: Vec<String>,
    /// The inputs of the triggers, a JSON object.
    input: String,
}

impl Wanted {
    /// The selection in the variables; without them, all events.
    pub fn from_environment() -> Self {
        let triggers = wire::variable("WEBHOOK_TRIGGERS").unwrap_or_default();
        let triggers = triggers.split(',').map(str::trim);
        Self {
            triggers: triggers
                .filter(|id| !id.is_empty())
                .map(str::to_owned)
                .collect(),
            input: wire::variable("WEBHOOK_INPUT").unwrap_or_else(|| "{}".to_owned()),
        }
    }

    /// Whether an event is selected. Fails if the inputs are invalid.
    pub fn has(&self, event: &Event) -> Result<bool, String> {
        if !self.triggers.is_empty() && !self.triggers.contains(&event.trigger) {
            return Ok(false);
        }
        triggers::matches(&event.trigger, &self.input, event)
            .map_err(|error| format!("WEBHOOK_INPUT: {}", explain(error)))
    }
}
