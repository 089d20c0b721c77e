//! Reads a component's descriptions, in the contract's own types, so that values that are not
//! JSON are kept.

use std::collections::BTreeSet;
use std::fmt::Display;
use std::sync::Arc;
use std::time::Duration;

use connector_host::bindings::plugin as wit;
use connector_host::bindings::types::InputProblem;
use connector_host::{ConnectorPre, Environment, Sandbox};

use super::clause::Finding;
use super::define::defined;
use super::environment::{environment, secrets};
use super::events::Events;
use super::facts::Facts;
use super::input::UNKNOWN_ACTION;
use super::script::{Script, Scripted, Sent};

/// Timeout of a description.
const PATIENCE: Duration = Duration::from_secs(30);

/// The component's descriptions. No inputs are tried yet.
///
/// # Errors
///
/// When a call does not return.
pub async fn described(connector: &ConnectorPre, given: &Environment) -> Result<Facts, Finding> {
    let mut asked = Asked::new(connector, given).await?;
    let manifest = asked.manifest().await?;
    let needed = manifest.actions.iter().flat_map(|action| &action.variables);
    let set = environment(&manifest, needed, given);
    let mut asked_with = Asked::new(connector, &set).await?;
    let again = vec![
        ("in a second call", asked.manifest().await?),
        (
            "with the variables that actions need",
            asked_with.manifest().await?,
        ),
    ];
    let catalogue = asked.catalogue(&query("")).await?;
    let mut searches = Vec::new();
    for query in queries(&catalogue) {
        let found = asked.catalogue(&query).await?;
        searches.push((query, found));
    }
    let ids = catalogue.iter().rev().map(|action| action.id.clone());
    let ids: Vec<String> = ids.chain([UNKNOWN_ACTION.to_owned()]).collect();
    let described = asked.describe(&ids).await?;
    let problems = asked_with.problems().await?;
    let definitions = defined(connector, &manifest, &set).await?;
    let mut sent = asked.sent();
    sent.extend(asked_with.sent());
    Ok(Facts {
        secrets: secrets(&manifest, given),
        again,
        manifest,
        catalogue,
        searches,
        asked: ids,
        described,
        problems,
        definitions,
        sent_by_descriptions: sent,
        probes: Vec::new(),
        events: Events::default(),
    })
}

fn query(words: &str) -> wit::CatalogueQuery {
    wit::CatalogueQuery {
        words: words.to_owned(),
        group: None,
        effect: None,
    }
}

/// Queries that narrow a catalogue: each group with each title, each group, each effect, and
/// words that nothing matches.
fn queries(catalogue: &[wit::ActionSummary]) -> Vec<wit::CatalogueQuery> {
    let titles = catalogue.iter();
    let titles = titles.map(|action| query(&format!("{} {}", action.group, action.title)));
    let groups: BTreeSet<&String> = catalogue.iter().map(|action| &action.group).collect();
    let groups = groups.into_iter().map(|group| wit::CatalogueQuery {
        group: Some(group.clone()),
        ..query("")
    });
    let effects = [
        wit::Effect::Read,
        wit::Effect::WriteIdempotent,
        wit::Effect::WriteOnce,
    ];
    let effects = effects.into_iter().map(|effect| wit::CatalogueQuery {
        effect: Some(effect),
        ..query("")
    });
    let nothing = query(UNKNOWN_ACTION);
    titles
        .chain(groups)
        .chain(effects)
        .chain([nothing])
        .collect()
}

/// A sandbox for descriptions, with its service.
struct Asked {
    sandbox: Sandbox,
    service: Scripted,
}

impl Asked {
    /// A sandbox with these variables.
    async fn new(connector: &ConnectorPre, environment: &Environment) -> Result<Self, Finding> {
        let service = Scripted::new(Script::Empty, &Arc::from("{}"));
        let transport = Arc::new(service.clone());
        let sandbox = connector.sandbox(environment, transport).await;
        let sandbox = sandbox.map_err(|error| error.to_string())?;
        Ok(Self { sandbox, service })
    }

    /// The requests that it sent so far.
    fn sent(&self) -> Vec<Sent> {
        self.service.sent()
    }

    /// The manifest.
    async fn manifest(&mut self) -> Result<wit::ConnectorManifest, Finding> {
        let (plugin, store) = self.sandbox.plugin();
        let call = plugin.call_manifest(store);
        returned("manifest", call).await
    }

    /// The actions that a query selects.
    async fn catalogue(
        &mut self,
        query: &wit::CatalogueQuery,
    ) -> Result<Vec<wit::ActionSummary>, Finding> {
        let (plugin, store) = self.sandbox.plugin();
        let call = plugin.call_catalogue(store, query);
        returned("catalogue", call).await
    }

    /// The actions with these ids.
    async fn describe(&mut self, ids: &[String]) -> Result<Vec<wit::Action>, Finding> {
        let (plugin, store) = self.sandbox.plugin();
        let call = plugin.call_describe(store, ids);
        returned("describe", call).await
    }

    /// The problems of its configuration.
    async fn problems(&mut self) -> Result<Vec<InputProblem>, Finding> {
        let problems = self.sandbox.problems().await;
        problems.map_err(|error| format!("problems: did not return: {error:#}"))
    }
}

/// The result of a call.
async fn returned<T, E: Display>(
    name: &str,
    call: impl Future<Output = Result<T, E>>,
) -> Result<T, Finding> {
    match tokio::time::timeout(PATIENCE, call).await {
        Ok(Ok(returned)) => Ok(returned),
        Ok(Err(error)) => Err(format!("{name}: did not return: {error:#}")),
        Err(_) => Err(format!("{name}: did not return within {PATIENCE:?}")),
    }
}
