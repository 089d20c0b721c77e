//! What is known of a component after it was driven: data for the checks.

use connector_host::bindings::{plugin as wit, types};

use super::events::Events;
use super::input::Input;
use super::script::{Script, Sent};
use crate::inspect::Inspection;

/// The component's file, and whether a host can use it.
#[derive(Debug)]
pub struct File {
    /// What the file says.
    pub inspection: Inspection,
    /// Why no host can run it, if none can.
    pub unusable: Option<String>,
}

/// What a component says about itself, and what its calls did.
#[derive(Debug)]
pub struct Facts {
    /// The manifest.
    pub manifest: wit::ConnectorManifest,
    /// The manifest of further calls, with what is special about each.
    pub again: Vec<(&'static str, wit::ConnectorManifest)>,
    /// The whole catalogue.
    pub catalogue: Vec<wit::ActionSummary>,
    /// Narrower queries of the catalogue, and what they gave.
    pub searches: Vec<(wit::CatalogueQuery, Vec<wit::ActionSummary>)>,
    /// The ids that `describe` was asked for, some of them unknown.
    pub asked: Vec<String>,
    /// What it returned.
    pub described: Vec<wit::Action>,
    /// What it says is wrong with its configuration, where only the variables are set
    /// that actions need.
    pub problems: Vec<types::InputProblem>,
    /// What came of documents that define actions.
    pub definitions: Definitions,
    /// Requests that were sent by any of these calls.
    pub sent_by_descriptions: Vec<Sent>,
    /// What must not be shown: the values of secret variables and inputs.
    pub secrets: Vec<String>,
    /// Every input that was tried, with what came of it.
    pub probes: Vec<Probe>,
    /// What its triggers did.
    pub events: Events,
}

/// Calls of actions that documents define.
#[derive(Debug)]
pub struct Definitions {
    /// Those that the document does not define.
    pub refused: Vec<Defined>,
    /// One that it defines, if the connector reads definitions from its environment.
    pub taken: Option<Taken>,
}

/// A preview and a call of an action of a document, without inputs.
#[derive(Debug)]
pub struct Defined {
    /// What is special about it.
    pub what: String,
    /// Its preview.
    pub preview: Call<Vec<wit::HttpRequest>>,
    /// The call.
    pub invoke: Call<String>,
}

/// An action that a document defines, given with the call and in the environment.
#[derive(Debug)]
pub struct Taken {
    /// Its id.
    pub action: String,
    /// Given with the call.
    pub by_argument: Defined,
    /// In the environment.
    pub by_variable: Defined,
    /// The ids of the manifest's actions then.
    pub listed: Vec<String>,
    /// The fields of all problems where the environment has a document that can't be
    /// read.
    pub problems: Vec<String>,
    /// The ids of the manifest's actions then.
    pub beside_unreadable: Vec<String>,
}

/// One input, and what the component did with it.
#[derive(Debug)]
pub struct Probe {
    /// The input.
    pub input: Input,
    /// Its preview.
    pub preview: Call<Vec<wit::HttpRequest>>,
    /// Its preview without secret variables, of inputs that are made of examples.
    pub bare: Option<Call<Vec<wit::HttpRequest>>>,
    /// Calls of it, each with what the service did.
    pub invokes: Vec<(Script, Call<String>)>,
}

/// One call: the requests that it sent, and how it ended. The outer error is that of
/// a sandbox that did not return.
#[derive(Debug)]
pub struct Call<T> {
    /// The requests, in order.
    pub sent: Vec<Sent>,
    /// How it ended.
    pub ended: Result<Result<T, types::ActionError>, String>,
}

impl Probe {
    /// Its previews.
    pub fn previews(&self) -> impl Iterator<Item = &Call<Vec<wit::HttpRequest>>> {
        [&self.preview].into_iter().chain(&self.bare)
    }
}

impl<T> Call<T> {
    /// The action's error, if it ended with one.
    pub fn error(&self) -> Option<&types::ActionError> {
        self.ended.as_ref().ok()?.as_ref().err()
    }

    /// What it returned.
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

    /// Every action: those of the manifest, then those that only the catalogue has.
    pub fn actions(&self) -> impl Iterator<Item = &wit::Action> {
        let further = self.described.iter();
        let further = further.filter(|found| {
            let mut listed = self.manifest.actions.iter();
            let mut catalogue = self.catalogue.iter();
            catalogue.any(|action| action.id == found.id) && !listed.any(|it| it.id == found.id)
        });
        self.manifest.actions.iter().chain(further)
    }

    /// Every call of an action by `invoke`, with its input and what the service did.
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
