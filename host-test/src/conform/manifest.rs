//! Clauses about the manifest: its names and references.

use std::collections::BTreeSet;

use connector_host::bindings::plugin::{Choices, Condition, Effect, Field, FieldType, Requirement};
use serde_json::{Map, Value};

use super::clause::{Check, Clause, Finding};
use super::facts::{Facts, Form};
use super::fields::below;
use super::input::Kind;

pub const CLAUSES: &[Clause] = &[
    Clause {
        number: "2.1",
        promise: "`manifest`, `catalogue` and `describe` send nothing and need no variable; the \
                  manifest is the same in every call, whether or not the variables that actions \
                  need are set.",
        check: Check::Facts(is_constant),
    },
    Clause {
        number: "2.2",
        promise: "Ids of actions and triggers are unique and in kebab case.",
        check: Check::Facts(ids),
    },
    Clause {
        number: "2.3",
        promise: "Names of inputs and outputs are unique within their action or trigger and in \
                  snake case; a field of a list or record comes after it and is prefixed with \
                  its name.",
        check: Check::Facts(names),
    },
    Clause {
        number: "2.4",
        promise: "A condition names another input at the same level, and values that it can have.",
        check: Check::Facts(conditions),
    },
    Clause {
        number: "2.5",
        promise: "Choices name an action that reads, an input that it accepts, the list in its \
                  result, keys of the list's rows, and the input that searches.",
        check: Check::Facts(choices),
    },
];

fn is_constant(facts: &Facts) -> Vec<Finding> {
    let sent = facts.sent_by_descriptions.iter();
    let sent = sent.map(|sent| format!("it sent {} {}", sent.method, sent.url));
    let changed = facts
        .again
        .iter()
        .filter(|(_, again)| *again != facts.manifest);
    let changed = changed.map(|(when, _)| format!("the manifest differs {when}"));
    sent.chain(changed).collect()
}

fn ids(facts: &Facts) -> Vec<Finding> {
    let mut findings = Vec::new();
    let manifest = &facts.manifest;
    let actions: Vec<&str> = manifest.actions.iter().map(|action| &*action.id).collect();
    let triggers: Vec<&str> = manifest
        .triggers
        .iter()
        .map(|trigger| &*trigger.id)
        .collect();
    for (what, ids) in [("action", actions), ("trigger", triggers)] {
        findings.extend(twice(&ids).map(|id| format!("two {what}s have the id {id:?}")));
    }
    let mut ids = facts.forms().map(|form| form.id).collect::<Vec<_>>();
    ids.retain(|id| !is_in_case(id, '-'));
    findings.extend(ids.iter().map(|id| format!("{id:?} is not in kebab case")));
    findings
}

/// Items that occur twice in a list.
fn twice<'a>(items: &'a [&'a str]) -> impl Iterator<Item = &'a str> {
    let mut seen = BTreeSet::new();
    items
        .iter()
        .copied()
        .filter(move |item| !seen.insert(*item))
}

/// Whether a name is made of words of lower-case letters and digits, joined by `joint`.
fn is_in_case(name: &str, joint: char) -> bool {
    let is_word = |word: &str| {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        !word.is_empty() && word.chars().all(plain)
    };
    name.starts_with(|c: char| c.is_ascii_lowercase()) && name.split(joint).all(is_word)
}

fn names(facts: &Facts) -> Vec<Finding> {
    let mut findings = Vec::new();
    for form in facts.forms() {
        for (what, fields) in [("input", form.inputs), ("output", form.outputs)] {
            let names: Vec<&str> = fields.iter().map(|field| &*field.name).collect();
            let place = |name: &str| format!("{}, {what} {name:?}", form.id);
            findings.extend(twice(&names).map(|name| format!("{}: occurs twice", place(name))));
            for (number, field) in fields.iter().enumerate() {
                let before = fields.get(..number).unwrap_or_default();
                if let Some(wrong) = misnamed(before, &field.name) {
                    findings.push(format!("{}: {wrong}", place(&field.name)));
                }
            }
        }
    }
    findings
}

/// The problem of a field's name, given the fields before it.
fn misnamed(before: &[Field], name: &str) -> Option<&'static str> {
    let own = match name.rsplit_once('.') {
        None => name,
        Some((above, own)) => {
            let (parent, kind) = match above.strip_suffix("[]") {
                Some(list) => (list, FieldType::RecordList),
                None => (above, FieldType::Record),
            };
            let is_parent = |field: &Field| field.name == parent && field.type_ == kind;
            if !before.iter().any(is_parent) {
                return Some("no list or record of that name comes before it");
            }
            own
        }
    };
    (!is_in_case(own, '_')).then_some("is not in snake case")
}

fn conditions(facts: &Facts) -> Vec<Finding> {
    let mut findings = Vec::new();
    for form in facts.forms() {
        for field in form.inputs {
            let required = match &field.required {
                Requirement::When(condition) => Some(condition),
                _ => None,
            };
            let both = required.into_iter().chain(&field.applies_when);
            let wrong = both.filter_map(|condition| misled(form.inputs, field, condition));
            findings.extend(wrong.map(|wrong| format!("{}, {}: {wrong}", form.id, field.name)));
        }
    }
    findings
}

/// The problem of a field's condition.
fn misled(inputs: &[Field], field: &Field, condition: &Condition) -> Option<String> {
    let Condition {
        field: name,
        values,
    } = condition;
    let prefix = field.name.rfind('.').and_then(|end| field.name.get(..=end));
    let mut beside = below(inputs, prefix.unwrap_or_default());
    let other = beside.find(|(_, other)| other.name == *name && other.name != field.name);
    let Some((_, other)) = other else {
        return Some(format!(
            "its condition names {name:?}, which is not an input at its level"
        ));
    };
    let can_be = |value: &String| match other.type_ {
        FieldType::Flag => value == "true" || value == "false",
        _ => other.allowed.is_empty() || other.allowed.contains(value),
    };
    match values.iter().find(|value| !can_be(value)) {
        Some(value) => Some(format!(
            "its condition requires {value:?}, which {name} can't have"
        )),
        None if values.is_empty() => Some("its condition has no value".to_owned()),
        None => None,
    }
}

fn choices(facts: &Facts) -> Vec<Finding> {
    let mut findings = Vec::new();
    for form in facts.forms() {
        for field in form.inputs {
            let choices = field.choices.as_ref();
            let wrong = choices.and_then(|choices| unlisted(facts, choices));
            findings.extend(wrong.map(|wrong| format!("{}, {}: {wrong}", form.id, field.name)));
        }
    }
    let probes = facts.probes.iter();
    let refused = probes.filter(|probe| probe.input.kind == Kind::Choices);
    let refused = refused.filter_map(|probe| Some((probe, probe.preview.failure()?)));
    findings.extend(
        refused.map(|(probe, failure)| {
            format!("{}: refused: {}", probe.input.place(), failure.message)
        }),
    );
    findings
}

/// The problem of a field's choices.
fn unlisted(facts: &Facts, choices: &Choices) -> Option<String> {
    let Choices {
        action,
        rows,
        value,
        label,
        search,
        input,
    } = choices;
    let Some(lister) = facts.action(action) else {
        return Some(format!(
            "its choices come from {action:?}, which is not an action"
        ));
    };
    let form = Form {
        id: action,
        inputs: &lister.inputs,
        outputs: &lister.outputs,
    };
    if lister.effect != Effect::Read {
        return Some(format!(
            "its choices come from {action}, which does not read"
        ));
    }
    let is_list = |field: &&Field| {
        let may_list = [FieldType::RecordList, FieldType::Json].contains(&field.type_);
        field.name == *rows && may_list
    };
    let Some(list) = form.outputs.iter().find(is_list) else {
        return Some(format!("{action} has no list {rows:?} in its result"));
    };
    let keys = format!("{rows}[].");
    for key in [value, label] {
        // A JSON output does not describe its content.
        let is_known = list.type_ == FieldType::Json
            || below(form.outputs, &keys).any(|(name, _)| name == key);
        if !is_known {
            return Some(format!("rows of {rows} have no key {key:?}"));
        }
    }
    let unknown = |name: &&String| !below(form.inputs, "").any(|(key, _)| key == *name);
    if let Some(search) = search.as_ref().filter(unknown) {
        return Some(format!("{action} has no input {search:?} to search by"));
    }
    let parsed = serde_json::from_str::<Map<String, Value>>(input);
    parsed
        .is_err()
        .then(|| format!("its input {input:?} is not a JSON object"))
}
