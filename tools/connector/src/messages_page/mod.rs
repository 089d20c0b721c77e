//! Generates the page of the connector's errors: what is wrong and what to do, by reason.
//!
//! The messages are those that the cases expect. Messages that differ only in names and values
//! are shown once, with the values of the first case.

mod collect;
mod wording;

use std::collections::BTreeMap;
use std::fmt::Write;

pub use collect::{Message, of_cases, of_search_cases};
use wording::Wording;

const HEAD: &str = "\
# Error messages

<!-- Written by `connector docs` from the cases in fixtures/ and tests/search/; change the texts \
in src/ instead. -->

The errors that the cases expect: what is wrong, and below it each hint with the action and the field of an example. A value `in this type` is the example's: an input, a name, a number, or what Intercom returned. Messages that differ in such values only are listed once, and so are their hints. [Errors and retries](errors-and-retries.md) explains the reasons; [messages of the commands](command-messages.md) has the errors of `connector` and `host-test` themselves.
";

/// The page of these messages.
pub fn page(messages: &[Message]) -> String {
    let mut page = HEAD.to_owned();
    for (reason, problems) in by_reason(messages) {
        // Writing to a string cannot fail.
        let _ = write!(page, "\n## {reason}\n\n");
        for Problem { shown, hints } in problems.values() {
            let _ = writeln!(page, "- {shown}");
            page.extend(hints.values().map(|hint| format!("  - {hint}\n")));
        }
    }
    page
}

/// What is wrong, and what to do about it in each action, by what they have in common.
#[derive(Default)]
struct Problem {
    shown: String,
    hints: BTreeMap<String, String>,
}

fn by_reason(messages: &[Message]) -> BTreeMap<String, BTreeMap<String, Problem>> {
    let mut reasons = BTreeMap::<_, BTreeMap<_, Problem>>::new();
    for message in messages {
        let problem = Wording::of(&message.problem);
        let hint = Wording::of(message.hint.as_deref().unwrap_or("no hint"));
        let found = reasons.entry(message.reason.clone()).or_default();
        let found = found.entry(problem.key).or_insert_with(|| Problem {
            shown: problem.shown,
            ..Problem::default()
        });
        let hint_shown = || format!("`{}`: {}", message.place(), hint.shown);
        found.hints.entry(hint.key).or_insert_with(hint_shown);
    }
    reasons
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(place: [&str; 2], problem: &str, hint: &str) -> Message {
        let [action, field] = place;
        Message {
            reason: "invalid-input".to_owned(),
            action: action.to_owned(),
            field: (!field.is_empty()).then(|| field.to_owned()),
            problem: problem.to_owned(),
            hint: Some(hint.to_owned()),
        }
    }

    #[test]
    fn messages_that_differ_in_values_are_listed_once() {
        let page = page(&[
            message(
                ["create-contact", "role"],
                "\"boss\" is not a role",
                "give user or lead",
            ),
            message(
                ["upsert-contact", "role"],
                "\"king\" is not a role",
                "give user or lead",
            ),
            message(
                ["create-contact", "email"],
                "is required",
                "give an address",
            ),
            message(["tag", "tag"], "is required", "give a tag's id, such as 7"),
            message(["tag", ""], "no tag has this name", "create it"),
        ]);
        let expected = "\n## invalid-input\n\n\
            - `\"boss\"` is not a role\n  - `create-contact: role`: give user or lead\n\
            - is required\n  - `tag: tag`: give a tag's id, such as `7`\n  \
            - `create-contact: email`: give an address\n\
            - no tag has this name\n  - `tag`: create it\n";
        assert!(page.ends_with(expected), "{page}");
    }
}
