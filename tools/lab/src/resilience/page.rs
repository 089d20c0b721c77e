//! The fault matrix as a page, from what is expected: where every cell holds,
//! that is what happens.

use super::calls::CALLS;
use super::expected::{EXCEPTIONS, exception, expectation};
use super::matrix::faults;
use connector_host::Manifest;
use connector_host::manifest::Effect;

const INTRODUCTION: &str = "\
# What happens when the network or Intercom fails

Every row is a fault, every column an action. A server on the loopback misbehaves
on purpose, and the real component runs each action against it in a sandbox.
`lab faults` does that and fails where a cell does not hold; this page is
written by `lab faults --markdown`, so don't edit it.

A cell tells how the call ends and how many requests it sends. The server counts
them, too: each arrives once, and no write that may be done twice is received
twice. `×3` is a call that was repeated as often as it may be
(`INTERCOM_MAX_RETRIES` is 2), `×1` one that was not repeated.

| Cell | The call |
|---|---|
| `ok` | succeeds |
| `noted` | succeeds, and a note says what is missing |
| a reason | fails, and the engine may repeat it later |
| `!` and a reason | fails for good: the engine should not repeat it |

`unknown` is `outcome-unknown`: the write was sent, may have been carried out, and
is not sent again. `malformed` is `malformed-response`, `limited` is
`rate-limited`; a star leads to the notes below.
";

/// The page.
pub fn page(manifest: &Manifest) -> String {
    let mut lines = vec![INTRODUCTION.to_owned()];
    lines.extend(table(manifest));
    lines.push(String::new());
    for one in &EXCEPTIONS {
        let faults: Vec<_> = one
            .faults
            .iter()
            .map(|fault| format!("`{fault}`"))
            .collect();
        lines.push(format!(
            "\\* `{}` {} ({}).\n",
            one.action,
            one.why,
            faults.join(", ")
        ));
    }
    let mut page = lines.join("\n");
    page.truncate(page.trim_end().len());
    page.push('\n');
    page
}

fn table(manifest: &Manifest) -> Vec<String> {
    let head = CALLS.iter().map(|call| {
        let effect = manifest.action(call.action).map(|action| action.effect);
        format!("`{}`<br>{} |", call.action, effect.map_or("unknown", words))
    });
    let mut rows = vec![
        format!(
            "| Fault | What happens | {}",
            head.collect::<Vec<_>>().join(" ")
        ),
        format!("|---|---|{}", "---|".repeat(CALLS.len())),
    ];
    rows.extend(faults("").into_iter().map(|fault| {
        let cells = CALLS.iter().map(|call| {
            let action = manifest.action(call.action);
            let expected =
                action.and_then(|action| expectation(fault.name, call.action, action.effect));
            let text = expected.map_or_else(|| "not tested".to_owned(), |cell| cell.to_string());
            let star = exception(fault.name, call.action).map_or("", |_| " \\*");
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
        Effect::Read => "reads",
        Effect::WriteIdempotent => "writes the same again",
        Effect::WriteOnce => "writes anew",
    }
}
