//! Calls custom actions, and actions that their document does not define.

use std::sync::Arc;

use connector_host::bindings::plugin as wit;
use connector_host::bindings::types::ActionError;
use connector_host::{ConnectorPre, Environment, Sandbox, SandboxError};

use super::clause::Finding;
use super::environment::ACTIONS;
use super::facts::{Call, Defined, Definitions, Taken};
use super::input::UNKNOWN_ACTION;
use super::script::{Script, Scripted};

/// The action of [`DOCUMENT`].
const ACTION: &str = "conform-action";

/// A document with one action without inputs, which every connector with custom actions can
/// read.
const DOCUMENT: &str = r#"{
    "openapi": "3.1.0",
    "info": {"title": "Conform", "version": "1"},
    "paths": {"/conform": {"get": {"operationId": "conform-action"}}}
}"#;

/// Texts that are not documents.
const UNREADABLE: [&str; 5] = ["", "{", "null", "[[]]", r#"{"openapi": 3, "paths": 1}"#];

/// Calls the custom actions with these variables.
///
/// # Errors
///
/// When a call does not return.
pub async fn defined(
    connector: &ConnectorPre,
    manifest: &wit::ConnectorManifest,
    set: &Environment,
) -> Result<Definitions, Finding> {
    let caller = Caller { connector, set };
    let mut refused = Vec::new();
    for document in UNREADABLE {
        let what = format!("the document {document:?}");
        refused.push(caller.called(what, Some(document), ACTION).await?);
    }
    let what = "an unknown action".to_owned();
    refused.push(caller.called(what, Some(DOCUMENT), UNKNOWN_ACTION).await?);
    if let Some(action) = manifest.actions.first() {
        let what = "an action of the manifest".to_owned();
        refused.push(caller.called(what, Some(DOCUMENT), &action.id).await?);
    }
    let reads = manifest
        .variables
        .iter()
        .any(|variable| variable.name == ACTIONS);
    let taken = match reads {
        true => Some(caller.taken().await?),
        false => None,
    };
    Ok(Definitions { refused, taken })
}

/// Makes calls with these variables.
struct Caller<'a> {
    connector: &'a ConnectorPre,
    set: &'a Environment,
}

impl Caller<'_> {
    /// The calls of a connector that reads custom actions from its environment.
    async fn taken(&self) -> Result<Taken, Finding> {
        let what = "an action of the document".to_owned();
        let (set, unreadable) = (self.with(DOCUMENT), self.with("{"));
        let named = Caller { set: &set, ..*self };
        let unreadable = Caller {
            set: &unreadable,
            ..*self
        };
        let problems = unreadable.sandbox().await?.0.problems().await;
        let problems = problems.map_err(|error| format!("problems: {error}"))?;
        Ok(Taken {
            action: ACTION.to_owned(),
            by_argument: self.called(what.clone(), Some(DOCUMENT), ACTION).await?,
            by_variable: named.called(what, None, ACTION).await?,
            listed: named.listed().await?,
            problems: problems.into_iter().map(|problem| problem.field).collect(),
            beside_unreadable: unreadable.listed().await?,
        })
    }

    /// The variables, with a document.
    fn with(&self, document: &str) -> Environment {
        let mut set = self.set.clone();
        set.insert(ACTIONS.to_owned(), document.to_owned());
        set
    }

    async fn sandbox(&self) -> Result<(Sandbox, Scripted), Finding> {
        let service = Scripted::new(Script::Empty, &Arc::from("{}"));
        let transport = Arc::new(service.clone());
        let sandbox = self.connector.sandbox(self.set, transport).await;
        Ok((sandbox.map_err(|error| error.to_string())?, service))
    }

    /// The ids of the manifest's actions.
    async fn listed(&self) -> Result<Vec<String>, Finding> {
        let manifest = self.sandbox().await?.0.manifest().await;
        let manifest = manifest.map_err(|error| format!("manifest: {error}"))?;
        Ok(manifest
            .actions
            .into_iter()
            .map(|action| action.id)
            .collect())
    }

    /// Previews and runs a custom action, of a document or of the environment.
    async fn called(
        &self,
        what: String,
        document: Option<&str>,
        action: &str,
    ) -> Result<Defined, Finding> {
        let (mut sandbox, service) = self.sandbox().await?;
        let ended = match document {
            Some(document) => sandbox.preview_defined(document, action, "{}").await,
            None => sandbox.preview(action, "{}").await,
        };
        let preview = call(&what, &service, ended)?;
        let (mut sandbox, service) = self.sandbox().await?;
        let ended = match document {
            Some(document) => sandbox.invoke_defined(document, action, "{}").await,
            None => sandbox.invoke(action, "{}").await,
        };
        let invoke = call(&what, &service, ended)?;
        Ok(Defined {
            what,
            preview,
            invoke,
        })
    }
}

/// The result of a call that returned.
fn call<T>(
    what: &str,
    service: &Scripted,
    ended: Result<Result<T, ActionError>, SandboxError>,
) -> Result<Call<T>, Finding> {
    let ended = ended.map_err(|error| format!("{what}: did not return: {error}"))?;
    Ok(Call {
        sent: service.sent(),
        ended: Ok(ended),
    })
}
