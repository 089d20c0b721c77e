//! Actions that documents define: of an OpenAPI document, the operations without inputs.

use serde_json::Value;

use crate::exports::workflow::plugin::plugin::{Action, ConnectorManifest, Effect};
use crate::exports::workflow::plugin::types::{ActionError, InputProblem};
use crate::request::{self, Request};
use crate::{fault, offer, respond};

/// The variable that may hold a document.
pub const ACTIONS: &str = "WORKFLOW_ACTIONS";

/// The operations of a document: path and id. `None` if it can't be read.
fn operations(document: &str) -> Option<Vec<(String, String)>> {
    let document: Value = serde_json::from_str(document).ok()?;
    let paths = document["paths"].as_object()?.iter();
    let operations = paths.map(|(path, item)| {
        let id = item["get"]["operationId"].as_str()?;
        Some((path.clone(), id.to_owned()))
    });
    operations.collect()
}

/// The request of an action that a document defines.
pub fn request(document: &str, action: &str, token: &str) -> Result<Request, ActionError> {
    if fault::is("7.1-other") && action == "list-things" {
        return request::of(action, &Default::default(), token).ok_or_else(respond::undefined);
    }
    let found = operations(document).and_then(|operations| {
        let mut operations = operations.into_iter();
        operations.find(|(_, id)| id == action)
    });
    if found.is_none() && fault::is("7.1-sends") {
        let _ = request::send(&request::of("list-things", &Default::default(), token));
    }
    let (path, _) = found.ok_or_else(|| fault::of_undefined(respond::undefined()))?;
    Ok(Request {
        method: "GET",
        secure: true,
        host: offer::HOST.to_owned(),
        path,
        token: token.to_owned(),
        body: None,
    })
}

/// The document of the environment.
pub fn document() -> Option<String> {
    request::variable(ACTIONS).filter(|document| !document.is_empty())
}

/// The document of the environment, if it defines this action.
pub fn of_environment(action: &str) -> Option<String> {
    let document = document()?;
    let operations = operations(&document)?;
    let is_known = operations.iter().any(|(_, id)| id == action);
    is_known.then_some(document)
}

/// Adds the actions of the environment to a manifest.
pub fn in_manifest(manifest: &mut ConnectorManifest) {
    let operations = document().map(|document| operations(&document));
    if operations == Some(None) && fault::is("7.4-actions") {
        manifest.actions.clear();
    }
    let operations = operations.flatten().unwrap_or_default();
    let defined = operations.iter().map(|(_, id)| defined(id));
    match () {
        () if fault::is("7.2-listed") => {}
        () if fault::is("7.2-first") => _ = manifest.actions.splice(0..0, defined).count(),
        () => manifest.actions.extend(defined),
    }
}

fn defined(id: &str) -> Action {
    offer::action(id, Effect::Read, vec![], vec![])
}

/// What is wrong with the document of the environment.
pub fn problem() -> Option<InputProblem> {
    let is_unread = document().is_some_and(|document| operations(&document).is_none());
    let name = match fault::is("7.4-name") {
        true => offer::REGION,
        false => ACTIONS,
    };
    (is_unread && !fault::is("7.4-problems")).then(|| respond::problem(name, "is no document"))
}
