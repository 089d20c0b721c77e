//! The exported functions of the world. `build/` generates those of the typed interfaces.

use crate::actions::{self, Action, run};
use crate::host::Host;
use crate::input::RawInput;
use crate::plugin::{
    catalogue, describe, invoke, invoke_defined, manifest, preview, preview_defined, problems,
};
use crate::world::types::{ActionError, InputProblem};
use crate::world::{self, plugin};
use crate::{triggers as events, world::triggers};

/// The component.
struct Connector;

// Only wasm can link the names of exports.
#[cfg(target_arch = "wasm32")]
mod abi {
    #![allow(unsafe_code, reason = "generated code of the component ABI")]
    use super::Connector;

    crate::world::export!(Connector with_types_in crate::world);
}

fn call<A: Action>(input: impl Into<RawInput>) -> Result<A::Output, ActionError> {
    run::<A>(input.into(), Host::default().context())
}

impl plugin::Guest for Connector {
    fn manifest() -> plugin::ConnectorManifest {
        manifest(&Host::default().context().variables)
    }

    fn catalogue(query: plugin::CatalogueQuery) -> Vec<plugin::ActionSummary> {
        catalogue(&query, &Host::default().context().variables)
    }

    fn describe(ids: Vec<String>) -> Vec<plugin::Action> {
        describe(&ids, &Host::default().context().variables)
    }

    fn problems() -> Vec<InputProblem> {
        problems(&Host::default().context().variables)
    }

    fn preview(action: String, input: String) -> Result<Vec<plugin::HttpRequest>, ActionError> {
        preview(&action, &input, Host::default().context().variables)
    }

    fn invoke(action: String, input: String) -> Result<String, ActionError> {
        invoke(&action, &input, Host::default().context())
    }

    fn invoke_defined(
        document: String,
        action: String,
        input: String,
    ) -> Result<String, ActionError> {
        invoke_defined(&document, &action, &input, Host::default().context())
    }

    fn preview_defined(
        document: String,
        action: String,
        input: String,
    ) -> Result<Vec<plugin::HttpRequest>, ActionError> {
        let variables = Host::default().context().variables;
        preview_defined(&document, &action, &input, variables)
    }
}

impl triggers::Guest for Connector {
    fn receive(delivery: triggers::Delivery) -> Result<triggers::DeliveryOutcome, ActionError> {
        events::receive(&delivery, &Host::default().context().variables)
    }

    fn matches(
        trigger: String,
        input: String,
        event: triggers::Event,
    ) -> Result<bool, ActionError> {
        let variables = Host::default().context().variables;
        events::matches(&trigger, &input, &event, &variables)
    }

    fn poll(
        trigger: String,
        input: String,
        cursor: Option<String>,
        now_ms: u64,
    ) -> Result<triggers::EventPage, ActionError> {
        let mut host = Host::default();
        events::poll(&trigger, &input, cursor.as_deref(), now_ms, host.context())
    }

    fn sample(trigger: String) -> Result<triggers::Event, ActionError> {
        events::sample(&trigger)
    }
}

include!(concat!(env!("OUT_DIR"), "/exports.rs"));
