//! Collects a component's descriptions, and calls its actions with all inputs.

use std::collections::BTreeSet;

use connector_host::bindings::plugin as wit;
use connector_host::{ConnectorPre, Environment};
use tokio::task::JoinSet;

use super::clause::Finding;
use super::describe::described;
use super::environment::{CONTEXT, environment};
use super::events::driven;
use super::facts::{Facts, Probe};
use super::input::{Effort, Input, Kind, Maker, UNKNOWN_ACTION};
use super::odd;
use super::trial::Trial;

/// The data about a component.
#[derive(Debug)]
pub struct Observed {
    /// The calls that did not return.
    pub crashes: Vec<Finding>,
    /// The rest; `None` without a manifest.
    pub facts: Option<Facts>,
}

/// How to run a component.
#[derive(Debug, Clone, Copy)]
pub struct Options<'a> {
    /// Variables of its environment in addition to those that its actions need.
    pub given: &'a Environment,
    /// Whether to try invalid values only in all inputs at once.
    pub quick: bool,
}

/// Collects the data about a component.
pub async fn gather(connector: &ConnectorPre, options: Options<'_>) -> Observed {
    match described(connector, options.given).await {
        Err(crash) => Observed {
            crashes: vec![crash],
            facts: None,
        },
        Ok(mut facts) => {
            facts.probes = probes(connector, options, &facts).await;
            facts.events = driven(connector, &facts.manifest, options.given, options.quick).await;
            let mut crashes = crashes(&facts.probes);
            crashes.extend(facts.events.crashes());
            Observed {
                crashes,
                facts: Some(facts),
            }
        }
    }
}

/// Tries every input, many concurrently.
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

/// All inputs to try, with their variables.
async fn plan(
    connector: &ConnectorPre,
    Options { given, quick }: Options<'_>,
    facts: &Facts,
) -> Vec<(Input, Environment)> {
    let mut plan = Vec::new();
    for action in facts.actions() {
        let set = environment(&facts.manifest, action.variables.iter(), given);
        let maker = complete(connector, facts, action, &set).await;
        let is_listed = facts.manifest.actions.iter().any(|it| it.id == action.id);
        let effort = match (is_listed, quick) {
            (true, false) => Effort::Thorough,
            (true, true) => Effort::Quick,
            // There may be hundreds of actions.
            (false, _) => Effort::Brief,
        };
        let inputs = maker.inputs(effort).into_iter();
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

/// A maker whose inputs include those that the action requires although the manifest does not
/// say so.
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

/// The first action with invalid values in each variable.
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
