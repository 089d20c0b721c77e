//! Drives a component: asks what it offers, and calls its actions with all inputs.

use std::collections::BTreeSet;
use std::sync::Arc;

use connector_host::bindings::plugin as wit;
use connector_host::{ConnectorPre, Environment};
use tokio::task::JoinSet;

use super::clause::Finding;
use super::describe::Asked;
use super::facts::{Call, Facts, Probe};
use super::input::{Input, Kind, Maker, SECRET, UNKNOWN_ACTION};
use super::odd;
use super::script::{Script, Scripted};

/// The variable that every connector may read.
const CONTEXT: &str = "WORKFLOW_CONTEXT";

/// What a variable that is needed and not secret is set to.
const VALUE: &str = "conform";

/// What came of driving a component.
#[derive(Debug)]
pub struct Observed {
    /// The calls that did not return.
    pub crashes: Vec<Finding>,
    /// The rest, unless it does not even say what it offers.
    pub facts: Option<Facts>,
}

/// How to drive a component.
#[derive(Debug, Clone, Copy)]
pub struct Options<'a> {
    /// Variables of its environment beside those that its actions need.
    pub given: &'a Environment,
    /// Whether odd values are tried in all inputs at once alone.
    pub quick: bool,
}

/// Drives a component.
pub async fn gather(connector: &ConnectorPre, options: Options<'_>) -> Observed {
    match described(connector, options.given).await {
        Err(crash) => Observed {
            crashes: vec![crash],
            facts: None,
        },
        Ok(mut facts) => {
            facts.probes = probes(connector, options, &facts).await;
            Observed {
                crashes: crashes(&facts.probes),
                facts: Some(facts),
            }
        }
    }
}

/// What the component says that it offers.
async fn described(connector: &ConnectorPre, given: &Environment) -> Result<Facts, Finding> {
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
        sent_by_descriptions: sent,
        probes: Vec::new(),
    })
}

fn query(words: &str) -> wit::CatalogueQuery {
    wit::CatalogueQuery {
        words: words.to_owned(),
        group: None,
        effect: None,
    }
}

/// Queries that narrow a catalogue: by each group with each title, each group and each
/// effect, and by words that nothing has.
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

/// The variables that are set for an action that needs these.
fn environment<'a>(
    manifest: &wit::ConnectorManifest,
    needed: impl Iterator<Item = &'a String>,
    given: &Environment,
) -> Environment {
    let is_secret = |name: &String| {
        let mut variables = manifest.variables.iter();
        variables.any(|variable| variable.name == *name && variable.secret)
    };
    let needed = needed.map(|name| {
        let value = if is_secret(name) { SECRET } else { VALUE };
        (name.clone(), value.to_owned())
    });
    let mut environment: Environment = needed.collect();
    environment.extend(given.clone());
    environment
}

/// The values that must not be shown.
fn secrets(manifest: &wit::ConnectorManifest, given: &Environment) -> Vec<String> {
    let secret = manifest.variables.iter().filter(|variable| variable.secret);
    let values = secret.filter_map(|variable| given.get(&variable.name).cloned());
    values.chain([SECRET.to_owned()]).collect()
}

/// Tries every input, many at once.
async fn probes(connector: &ConnectorPre, options: Options<'_>, facts: &Facts) -> Vec<Probe> {
    let mut running = JoinSet::new();
    let plan = plan(connector, options, facts).await;
    for (number, (input, set)) in plan.into_iter().enumerate() {
        let trial = Trial::new(connector, facts, &input.action, set);
        running.spawn(async move { (number, trial.probe(input).await) });
    }
    let mut probes = running.join_all().await;
    probes.sort_by_key(|(number, _)| *number);
    probes.into_iter().map(|(_, probe)| probe).collect()
}

/// All inputs to try, with the variables that are set.
async fn plan(
    connector: &ConnectorPre,
    Options { given, quick }: Options<'_>,
    facts: &Facts,
) -> Vec<(Input, Environment)> {
    let mut plan = Vec::new();
    for action in facts.actions() {
        let set = environment(&facts.manifest, action.variables.iter(), given);
        let maker = complete(connector, facts, action, &set).await;
        // Of actions that only the catalogue has, there may be hundreds.
        let is_listed = facts.manifest.actions.iter().any(|it| it.id == action.id);
        let inputs = maker.inputs(quick || !is_listed).into_iter();
        plan.extend(inputs.map(|input| (input, set.clone())));
        let choices = action
            .inputs
            .iter()
            .filter_map(|field| field.choices.as_ref());
        for choices in choices {
            if let Some(lister) = facts.action(&choices.action) {
                let set = environment(&facts.manifest, lister.variables.iter(), given);
                let input = Maker::new(lister).raw(Kind::Choices, choices.input.clone());
                plan.push((input, set));
            }
        }
    }
    plan.extend(odd_variables(facts, given));
    plan.push((unknown_action(), given.clone()));
    plan
}

/// A maker of inputs that has those, too, which the action asks for where the manifest
/// can't say that it needs them.
async fn complete<'a>(
    connector: &ConnectorPre,
    facts: &Facts,
    action: &'a wit::Action,
    set: &Environment,
) -> Maker<'a> {
    let mut maker = Maker::new(action);
    for _ in &action.inputs {
        let input = maker.required();
        let trial = Trial::new(connector, facts, &action.id, set.clone());
        let preview = trial.with_context(&input).previewed(&input).await;
        if !preview
            .failure()
            .is_some_and(|refusal| maker.complete(refusal))
        {
            break;
        }
    }
    maker
}

fn unknown_action() -> Input {
    Input {
        action: UNKNOWN_ACTION.to_owned(),
        kind: Kind::UnknownAction,
        json: "{}".to_owned(),
        context: None,
        variable: None,
    }
}

/// The first action with odd values in each variable.
fn odd_variables(facts: &Facts, given: &Environment) -> Vec<(Input, Environment)> {
    let Some(action) = facts.manifest.actions.first() else {
        return Vec::new();
    };
    let set = environment(&facts.manifest, action.variables.iter(), given);
    let names = facts.manifest.variables.iter();
    let names: BTreeSet<&str> = names
        .map(|variable| variable.name.as_str())
        .chain([CONTEXT])
        .collect();
    let values = names.into_iter().flat_map(|name| {
        let values = odd::VARIABLES.into_iter();
        values.map(move |value| (name.to_owned(), value.to_owned()))
    });
    let maker = Maker::new(action);
    let odd = values.map(|(name, value)| {
        let input = Input {
            variable: Some((name.clone(), value.clone())),
            kind: Kind::Odd(String::new()),
            ..maker.required()
        };
        let mut set = set.clone();
        set.insert(name, value);
        (input, set)
    });
    odd.collect()
}

/// What is needed to try one input.
struct Trial {
    connector: ConnectorPre,
    odd: Arc<str>,
    set: Environment,
    bare: Environment,
}

impl Trial {
    fn new(connector: &ConnectorPre, facts: &Facts, action: &str, set: Environment) -> Self {
        let outputs = facts.action(action).map(|action| action.outputs.as_slice());
        let secret = facts.manifest.variables.iter();
        let secret = secret.filter(|variable| variable.secret);
        let mut bare = set.clone();
        bare.retain(|name, _| !secret.clone().any(|variable| variable.name == *name));
        Self {
            connector: connector.clone(),
            odd: Arc::from(odd::response(outputs.unwrap_or_default())),
            set,
            bare,
        }
    }

    /// Sets the workflow context of an input, unless one is set.
    fn with_context(mut self, input: &Input) -> Self {
        if let Some(context) = &input.context {
            for environment in [&mut self.set, &mut self.bare] {
                let context = || context.clone();
                environment
                    .entry(CONTEXT.to_owned())
                    .or_insert_with(context);
            }
        }
        self
    }

    async fn previewed(&self, input: &Input) -> Call<Vec<wit::HttpRequest>> {
        self.preview(&self.set, input).await
    }

    async fn probe(self, input: Input) -> Probe {
        let this = self.with_context(&input);
        this.tried(input).await
    }

    async fn tried(&self, input: Input) -> Probe {
        let scripts: &[Script] = match input.kind {
            Kind::Example(_) | Kind::Full => &Script::ALL,
            _ => &[Script::Empty],
        };
        let mut invokes = Vec::new();
        for script in scripts {
            invokes.push((*script, self.invoke(*script, &input).await));
        }
        let bare = match input.kind {
            Kind::Example(_) | Kind::Optional(_) | Kind::Full => {
                Some(self.preview(&self.bare, &input).await)
            }
            _ => None,
        };
        Probe {
            preview: self.preview(&self.set, &input).await,
            bare,
            invokes,
            input,
        }
    }

    async fn preview(&self, set: &Environment, input: &Input) -> Call<Vec<wit::HttpRequest>> {
        let service = Scripted::new(Script::Empty, &self.odd);
        let transport = Arc::new(service.clone());
        let ended = async {
            let mut sandbox = self.connector.sandbox(set, transport).await?;
            sandbox.preview(&input.action, &input.json).await
        };
        let ended = ended.await.map_err(|error| error.to_string());
        Call {
            sent: service.sent(),
            ended,
        }
    }

    async fn invoke(&self, script: Script, input: &Input) -> Call<String> {
        let service = Scripted::new(script, &self.odd);
        let transport = Arc::new(service.clone());
        let ended = async {
            let mut sandbox = self.connector.sandbox(&self.set, transport).await?;
            sandbox.invoke(&input.action, &input.json).await
        };
        let ended = ended.await.map_err(|error| error.to_string());
        Call {
            sent: service.sent(),
            ended,
        }
    }
}

/// The calls that did not return.
fn crashes(probes: &[Probe]) -> Vec<Finding> {
    let mut crashes = Vec::new();
    for probe in probes {
        let place = probe.input.place();
        for call in probe.previews() {
            let crash = call.ended.as_ref().err();
            crashes.extend(crash.map(|crash| format!("preview of {place}: {crash}")));
        }
        for (script, call) in &probe.invokes {
            let crash = call.ended.as_ref().err();
            crashes.extend(crash.map(|crash| format!("{place}, with {}: {crash}", script.name())));
        }
    }
    crashes
}
