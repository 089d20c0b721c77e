//! Clauses about variables, authorization, hosts and the configuration's problems.

use connector_host::bindings::plugin::{Action, Effect, Oauth, Requirement, Variable};
use connector_host::bindings::types::FailureReason;

use super::clause::{Check, Clause, Finding};
use super::facts::Facts;
use super::fields::below;
use super::script::Script;

pub const CLAUSES: &[Clause] = &[
    Clause {
        number: "2.8",
        promise: "Each variable is listed once. Those that actions, triggers, `auth` and \
                  `signature` name are listed, those of actions and triggers have no default, \
                  and the token and the signing key are secret.",
        check: Check::Facts(variables),
    },
    Clause {
        number: "2.9",
        promise: "An action needs only the variables that it lists.",
        check: Check::Facts(needs),
    },
    Clause {
        number: "2.10",
        promise: "`auth` names an action that reads and needs no input, and for OAuth one with \
                  the inputs `state` and `redirect_uri` and the result `url`, and one with the \
                  input `code` and the result `access_token`.",
        check: Check::Facts(auth),
    },
    Clause {
        number: "2.11",
        promise: "Hosts are names in lower case, without scheme, port and path.",
        check: Check::Facts(hosts),
    },
    Clause {
        number: "2.12",
        promise: "`problems` is empty if only the variables that actions need are set.",
        check: Check::Facts(problems),
    },
];

fn variables(facts: &Facts) -> Vec<Finding> {
    let manifest = &facts.manifest;
    let mut findings = Vec::new();
    for (number, variable) in manifest.variables.iter().enumerate() {
        let before = manifest.variables.get(..number).unwrap_or_default();
        if before.iter().any(|other| other.name == variable.name) {
            findings.push(format!("{} is listed twice", variable.name));
        }
    }
    let mut note = |place: &str, name: &str, wrong: fn(&Variable) -> Option<&'static str>| {
        let mut listed = manifest.variables.iter();
        let wrong = match listed.find(|variable| variable.name == name) {
            None => Some("is not listed among the variables"),
            Some(variable) => wrong(variable),
        };
        findings.extend(wrong.map(|wrong| format!("{place}: {name} {wrong}")));
    };
    let has_default = |variable: &Variable| {
        let default = variable.default_value.as_ref();
        default.map(|_| "has a default, so it is not needed")
    };
    let is_public = |variable: &Variable| (!variable.secret).then_some("is not secret");
    let actions = facts
        .actions()
        .map(|action| (&action.id, &action.variables));
    let triggers = manifest.triggers.iter();
    let triggers = triggers.map(|trigger| (&trigger.id, &trigger.variables));
    for (id, names) in actions.chain(triggers) {
        names.iter().for_each(|name| note(id, name, has_default));
    }
    if let Some(auth) = &manifest.auth {
        note("auth", &auth.token, is_public);
    }
    if let Some(signature) = &manifest.signature {
        note("signature", &signature.variable, is_public);
    }
    findings
}

/// With the variables that it lists and a valid input, an action reports no invalid input.
fn needs(facts: &Facts) -> Vec<Finding> {
    let invokes = facts
        .invokes()
        .filter(|(input, script, _)| input.is_acceptable() && *script == Script::Empty);
    let mut findings = Vec::new();
    for (input, _, call) in invokes {
        let Some(failure) = call.failure() else {
            continue;
        };
        let is_refused = failure.reason == FailureReason::InvalidInput;
        let mut listed = facts.manifest.variables.iter();
        let names = |variable: &Variable| {
            let mut problems = failure.problems.iter();
            problems.any(|problem| problem.field == variable.name)
        };
        if is_refused && listed.any(names) {
            findings.push(format!("{}: {}", input.place(), failure.message));
        }
    }
    findings
}

fn auth(facts: &Facts) -> Vec<Finding> {
    let Some(auth) = &facts.manifest.auth else {
        return Vec::new();
    };
    let test = auth.test.as_ref().and_then(|id| wrong_test(facts, id));
    let oauth = auth.oauth.as_ref();
    let oauth = oauth
        .map(|oauth| wrong_flow(facts, oauth))
        .unwrap_or_default();
    test.into_iter().chain(oauth).collect()
}

fn wrong_test(facts: &Facts, id: &str) -> Option<Finding> {
    let Some(action) = facts.action(id) else {
        return Some(format!("the test {id:?} is not an action"));
    };
    if action.effect != Effect::Read {
        return Some(format!("the test {id} does not read"));
    }
    let is_required = |required: &Requirement| !matches!(required, Requirement::Optional);
    let required = action
        .inputs
        .iter()
        .find(|input| is_required(&input.required));
    required.map(|input| format!("the test {id} needs the input {}", input.name))
}

fn wrong_flow(facts: &Facts, oauth: &Oauth) -> Vec<Finding> {
    let steps: [(&String, &[&str], &str); 2] = [
        (&oauth.authorize, &["state", "redirect_uri"], "url"),
        (&oauth.exchange, &["code"], "access_token"),
    ];
    let mut findings = Vec::new();
    for (id, inputs, output) in steps {
        let Some(action) = facts.action(id) else {
            findings.push(format!("{id:?} is not an action"));
            continue;
        };
        findings.extend(lacks(action, inputs, output));
    }
    findings
}

fn lacks(action: &Action, inputs: &[&str], output: &str) -> Vec<Finding> {
    let id = &action.id;
    let has_input = |name: &str| below(&action.inputs, "").any(|(key, _)| key == name);
    let missing = inputs.iter().filter(|name| !has_input(name));
    let missing = missing.map(|name| format!("{id} has no input {name}"));
    let has_output = below(&action.outputs, "").any(|(key, _)| key == output);
    let result = (!has_output).then(|| format!("{id} has no result {output}"));
    missing.chain(result).collect()
}

fn hosts(facts: &Facts) -> Vec<Finding> {
    let is_name = |host: &str| {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        host.split('.')
            .all(|label| !label.is_empty() && label.chars().all(plain))
    };
    let hosts = facts.manifest.hosts.iter().filter(|host| !is_name(host));
    hosts
        .map(|host| format!("{host:?} is not a host name in lower case"))
        .collect()
}

fn problems(facts: &Facts) -> Vec<Finding> {
    let problems = facts.problems.iter();
    problems
        .map(|problem| format!("{}: {}", problem.field, problem.message))
        .collect()
}
