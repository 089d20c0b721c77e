//! Clauses about custom actions.

use connector_host::bindings::types::FailureReason;

use super::clause::{Check, Clause, Finding};
use super::environment::ACTIONS;
use super::facts::{Call, Defined, Facts, Taken};
use super::previews::difference;

pub const CLAUSES: &[Clause] = &[
    Clause {
        number: "7.1",
        promise: "`invoke-defined` and `preview-defined` accept only the actions of their \
                  document: any other id, and a document that can't be read, is `invalid-input` \
                  with its problems, and nothing is sent.",
        check: Check::Facts(refused),
    },
    Clause {
        number: "7.2",
        promise: "If the manifest has the variable `WORKFLOW_ACTIONS`, the manifest lists the \
                  actions of that document after the others, and `preview` and `invoke` treat \
                  them as `preview-defined` and `invoke-defined` do.",
        check: Check::Facts(alike),
    },
    Clause {
        number: "7.3",
        promise: "`preview-defined` shows the first request that `invoke-defined` sends, except \
                  for secrets, and sends nothing itself.",
        check: Check::Facts(is_sent),
    },
    Clause {
        number: "7.4",
        promise: "`problems` reports the unreadable parts of `WORKFLOW_ACTIONS` under that name; \
                  all other actions keep working.",
        check: Check::Facts(problems),
    },
];

/// Whether an error is that of an invalid call.
fn is_refusal<T>(call: &Call<T>) -> bool {
    call.failure().is_some_and(|failure| {
        failure.reason == FailureReason::InvalidInput && !failure.problems.is_empty()
    })
}

fn refused(facts: &Facts) -> Vec<Finding> {
    let mut findings = Vec::new();
    for Defined {
        what,
        preview,
        invoke,
    } in &facts.definitions.refused
    {
        let preview = (is_refusal(preview), &preview.sent);
        let invoke = (is_refusal(invoke), &invoke.sent);
        for (name, (is_refused, sent)) in [("preview-defined", preview), ("invoke-defined", invoke)]
        {
            if !is_refused {
                findings.push(format!("{name} of {what}: is not refused as invalid input"));
            }
            if !sent.is_empty() {
                findings.push(format!("{name} of {what}: sends a request"));
            }
        }
    }
    findings
}

fn taken(facts: &Facts) -> impl Iterator<Item = &Taken> {
    facts.definitions.taken.iter()
}

fn alike(facts: &Facts) -> Vec<Finding> {
    let mut findings = Vec::new();
    for taken in taken(facts) {
        let listed = facts.manifest.actions.iter().map(|action| &action.id);
        if !listed.chain([&taken.action]).eq(&taken.listed) {
            findings.push("the manifest does not list it after the others".to_owned());
        }
        let Taken {
            by_argument,
            by_variable,
            ..
        } = taken;
        let shown = [by_argument, by_variable].map(|call| format!("{:?}", call.preview.ended));
        if shown[0] != shown[1] {
            findings.push("preview and preview-defined show different requests".to_owned());
        }
        let ended = [by_argument, by_variable].map(|call| format!("{:?}", call.invoke));
        if ended[0] != ended[1] {
            findings.push("invoke and invoke-defined have different outcomes".to_owned());
        }
    }
    findings
}

fn is_sent(facts: &Facts) -> Vec<Finding> {
    let mut findings = Vec::new();
    for Taken { by_argument, .. } in taken(facts) {
        let Defined {
            preview, invoke, ..
        } = by_argument;
        if !preview.sent.is_empty() {
            findings.push("preview-defined sends a request".to_owned());
        }
        let shown = preview.returned().and_then(|shown| shown.first());
        match (shown, invoke.sent.first()) {
            (Some(shown), Some(sent)) => findings.extend(difference(shown, sent)),
            _ => findings.push("does not show and send a request".to_owned()),
        }
    }
    findings
}

fn problems(facts: &Facts) -> Vec<Finding> {
    let mut findings = Vec::new();
    for taken in taken(facts) {
        if !taken.problems.iter().any(|field| field == ACTIONS) {
            findings.push(format!(
                "problems does not name {ACTIONS}, which can't be read"
            ));
        }
        let listed = facts.manifest.actions.iter().map(|action| &action.id);
        if !listed.eq(&taken.beside_unreadable) {
            findings.push(format!("{ACTIONS} that can't be read changes the manifest"));
        }
    }
    findings
}
