//! The page of the fault matrix, generated from the expected outcomes: if every cell passes,
//! they are the actual ones.

use std::sync::Arc;

use super::calls::Call;
use super::expected::{EXCEPTIONS, exception, expectation};
use super::matrix::faults;
use connector_host::manifest::Effect;

const INTRODUCTION: &str = "\
# What happens when the network or Intercom fails

Every row is a fault, every column an action. The component runs each action in a
sandbox against a server on loopback that injects the fault.
`cargo run -p lab -- faults` runs the matrix and fails if a cell differs;
`… faults --markdown` writes this page, so don't edit it.

A cell shows the outcome of the call and its number of requests. The server counts
them too: each arrives once, and no write that is not idempotent is received twice.
`×3` is a call with all its retries (`INTERCOM_MAX_RETRIES` is 2), `×1` one without a
retry.

| Cell | The call |
|---|---|
| `ok` | succeeds |
| `noted` | succeeds; a note says what is missing |
| a reason | fails with a retryable error: the engine may retry it later |
| `!` and a reason | fails with a permanent error: the engine should not retry it |

`unknown` is `outcome-unknown`: the write was sent, may have been executed, and
is not retried. `malformed` is `malformed-response`, `limited` is `rate-limited`. A
star refers to the notes below the table.
";

/// The page about these calls.
pub fn page(calls: &[Arc<Call>]) -> String {
    let mut lines = vec![INTRODUCTION.to_owned()];
    lines.extend(table(calls));
    lines.push(String::new());
    for one in &EXCEPTIONS {
        let (actions, faults) = (code(one.actions), code(one.faults));
        lines.push(format!("\\* {actions}: {} ({faults}).\n", one.why));
    }
    let mut page = lines.join("\n");
    page.truncate(page.trim_end().len());
    page.push('\n');
    page
}

/// Names as code, separated by commas.
fn code(names: &[&str]) -> String {
    let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}

fn table(calls: &[Arc<Call>]) -> Vec<String> {
    let head = calls
        .iter()
        .map(|call| format!("`{}`<br>{} |", call.action, words(call.effect)));
    let mut rows = vec![
        format!(
            "| Fault | What happens | {}",
            head.collect::<Vec<_>>().join(" ")
        ),
        format!("|---|---|{}", "---|".repeat(calls.len())),
    ];
    rows.extend(faults("").into_iter().map(|fault| {
        let cells = calls.iter().map(|call| {
            let expected = expectation(fault.name, &call.action, call.effect);
            let text = expected.map_or_else(|| "not tested".to_owned(), |cell| cell.to_string());
            let star = exception(fault.name, &call.action).map_or("", |_| " \\*");
            format!("{text}{star} |")
        });
        let cells: Vec<_> = cells.collect();
        format!(
            "| `{}` | {} | {}",
            fault.name,
            fault.description,
            cells.join(" ")
        )
    }));
    rows
}

fn words(effect: Effect) -> &'static str {
    match effect {
        Effect::Read => "read",
        Effect::WriteIdempotent => "idempotent write",
        Effect::WriteOnce => "write",
    }
}
