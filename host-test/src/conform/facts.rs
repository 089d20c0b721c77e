//! The data about a component that checks use.

use connector_host::bindings::{plugin as wit, types};

use super::events::Events;
use super::input::Input;
use super::script::{Script, Sent};
use crate::inspect::Inspection;

/// The component's file, and whether a host can run it.
#[derive(Debug)]
pub struct File {
    /// The file's metadata.
    pub inspection: Inspection,
    /// Why no host can run it; `None` if one can.
    pub unusable: Option<String>,
}

/// A component's descriptions, and the outcomes of its calls.
#[derive(Debug)]
pub struct Facts {
    /// The manifest.
    pub manifest: wit::ConnectorManifest,
    /// The manifests of further calls, with the circumstances of each.
    pub again: Vec<(&'static str, wit::ConnectorManifest)>,
    /// The whole catalogue.
    pub catalogue: Vec<wit::ActionSummary>,
    /// Narrower queries of the catalogue, with their results.
    pub searches: Vec<(wit::CatalogueQuery, Vec<wit::ActionSummary>)>,
    /// The ids passed to `describe`, some of them unknown.
    pub asked: Vec<String>,
    /// Its result.
    pub described: Vec<wit::Action>,
    /// The result of `problems` if only the variables that actions need are set.
    pub problems: Vec<types::InputProblem>,
    /// The outcomes of custom actions.
    pub definitions: Definitions,
    /// Requests of any of these calls.
    pub sent_by_descriptions: Vec<Sent>,
    /// Values that must not be shown: those of secret variables and inputs.
    pub secrets: Vec<String>,
    /// Every input that was tried, with its outcomes.
    pub probes: Vec<Probe>,
    /// The outcomes of its triggers.
    pub events: Events,
}

/// Calls of custom actions.
#[derive(Debug)]
pub struct Definitions {
    /// Actions that the document does not define.
    pub refused: Vec<Defined>,
    /// An action that it defines, if the connector reads custom actions from its environment.
    pub taken: Option<Taken>,
}

/// A preview and a call of a custom action, without inputs.
#[derive(Debug)]
pub struct Defined {
    /// The circumstances.
    pub what: String,
    /// Its preview.
    pub preview: Call<Vec<wit::HttpRequest>>,
    /// The call.
    pub invoke: Call<String>,
}

/// A custom action, passed with the call and in the environment.
#[derive(Debug)]
pub struct Taken {
    /// Its id.
    pub action: String,
    /// Passed with the call.
    pub by_argument: Defined,
    /// From the environment.
    pub by_variable: Defined,
    /// The ids of the manifest's actions in that case.
    pub listed: Vec<String>,
    /// The fields of all problems with an unreadable document in the environment.
    pub problems: Vec<String>,
    /// The ids of the manifest's actions in that case.
    pub beside_unreadable: Vec<String>,
}

/// One input with its outcomes.
#[derive(Debug)]
pub struct Probe {
    /// The input.
    pub input: Input,
    /// Its preview.
    pub preview: Call<Vec<wit::HttpRequest>>,
    /// Its preview without secret variables, for inputs from examples.
    pub bare: Option<Call<Vec<wit::HttpRequest>>>,
    /// Its calls, each with the service's behaviour.
    pub invokes: Vec<(Script, Call<String>)>,
}

/// One call: its requests and its outcome. The outer error is that of a sandbox that did not
/// return.
#[derive(Debug)]
pub struct Call<T> {
    /// The requests, in order.
    pub sent: Vec<Sent>,
    /// The outcome.
    pub ended: Result<Result<T, types::ActionError>, String>,
}

impl Probe {
    /// Its previews.
    pub fn previews(&self) -> impl Iterator<Item = &Call<Vec<wit::HttpRequest>>> {
        [&self.preview].into_iter().chain(&self.bare)
    }
}

impl<T> Call<T> {
    /// The action's error, if it failed.
    pub fn error(&self) -> Option<&types::ActionError> {
        self.ended.as_ref().ok()?.as_ref().err()
    }

    /// The result.
    pub fn returned(&self) -> Option<&T> {
        self.ended.as_ref().ok()?.as_ref().ok()
    }

    /// The failure in the error.
    pub fn failure(&self) -> Option<&types::Failure> {
        match self.error()? {
            types::ActionError::ExecutionFailed => None,
            types::ActionError::Permanent(failure) | types::ActionError::Retryable(failure) => {
                Some(failure)
            }
        }
    }
}

/// The fields of an action or a trigger.
#[derive(Debug, Clone, Copy)]
pub struct Form<'a> {
    /// The action's or trigger's id.
    pub id: &'a str,
    /// Its inputs.
    pub inputs: &'a [wit::Field],
    /// Its outputs.
    pub outputs: &'a [wit::Field],
}

impl Facts {
    /// The fields of every action and trigger.
    pub fn forms(&self) -> impl Iterator<Item = Form<'_>> {
        let actions = self.actions().map(|action| Form {
            id: &action.id,
            inputs: &action.inputs,
            outputs: &action.outputs,
        });
        let triggers = self.manifest.triggers.iter();
        actions.chain(triggers.map(|trigger| Form {
            id: &trigger.id,
            inputs: &trigger.inputs,
            outputs: &trigger.outputs,
        }))
    }

    /// The action with this id.
    pub fn action(&self, id: &str) -> Option<&wit::Action> {
        self.actions().find(|action| action.id == id)
    }

    /// Every action: those of the manifest, then the others of the catalogue.
    pub fn actions(&self) -> impl Iterator<Item = &wit::Action> {
        let further = self.described.iter();
        let further = further.filter(|found| {
            let mut listed = self.manifest.actions.iter();
            let mut catalogue = self.catalogue.iter();
            catalogue.any(|action| action.id == found.id) && !listed.any(|it| it.id == found.id)
        });
        self.manifest.actions.iter().chain(further)
    }

    /// Every call of an action by `invoke`, with its input and the service's behaviour.
    pub fn invokes(&self) -> impl Iterator<Item = (&Input, Script, &Call<String>)> {
        self.probes.iter().flat_map(|probe| {
            let invokes = probe.invokes.iter();
            invokes.map(|(script, call)| (&probe.input, *script, call))
        })
    }

    /// The failure of every call, with its input.
    pub fn failures(&self) -> impl Iterator<Item = (&Input, &types::Failure)> {
        let previews = self.probes.iter().flat_map(|probe| {
            let failures = probe.previews().filter_map(Call::failure);
            failures.map(|failure| (&probe.input, failure))
        });
        let invokes = self.invokes();
        previews.chain(invokes.filter_map(|(input, _, call)| Some((input, call.failure()?))))
    }
}
