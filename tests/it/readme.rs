//! What the README shows is compiled, sent, returned and read.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use intercom_connector::internals::plugin::{Effect, TriggerSources};
use intercom_connector::internals::{VARIABLES, manifest, preview};
use serde_json::Value;

const README: &str = include_str!("../../README.md");
const EMBEDDING: &str = include_str!("../../crates/connector-host/examples/embed.rs");
const CALL: &str = include_str!("../../fixtures/create-contact/placeholder-spellings/case.json");
const MISTAKE: &str =
    include_str!("../../fixtures/create-contact/placeholder-unresolved/case.json");

/// The README's code blocks in a language, in their order.
fn blocks(language: &str) -> Vec<&'static str> {
    let fence = format!("```{language}\n");
    let opened = README.split(&fence).skip(1);
    opened
        .filter_map(|rest| rest.split("\n```").next())
        .collect()
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn the_embedding_is_the_example() {
    let shown = blocks("rust")[0];
    assert!(EMBEDDING.contains(shown), "{shown}");
}

#[test]
fn the_call_is_a_recorded_case() {
    let case = json(CALL);
    assert_eq!(json(blocks("json")[0]), case["input"]);
    let context = README
        .split('`')
        .find(|text| text.starts_with("{\"trigger\""));
    assert_eq!(
        json(context.unwrap()),
        case["environment"]["WORKFLOW_CONTEXT"]
    );

    let result = case["expect"]["ok"].as_object().unwrap();
    let shown = blocks("json")[1].lines().filter(|line| line.contains(':'));
    for line in shown {
        let line = json(&format!("{{{}}}", line.trim_end_matches([',', ' ', '…'])));
        for (key, value) in line.as_object().unwrap() {
            assert_eq!(result.get(key), Some(value), "{key}");
        }
    }
}

#[test]
fn the_request_is_what_it_sends() {
    let case = json(CALL);
    let context = case["environment"]["WORKFLOW_CONTEXT"].to_string();
    let variables = vec![("WORKFLOW_CONTEXT".to_owned(), context)];
    let requests = preview("create-contact", &case["input"].to_string(), variables).unwrap();
    let request = &requests[0];
    let (head, body) = blocks("http")[0].split_once("\n\n").unwrap();
    let mut sent = format!("{} {} HTTP/1.1", request.method, request.url);
    for header in &request.headers {
        sent.push_str(&format!("\n{}: {}", header.name, header.value));
    }
    assert_eq!(head, sent);
    assert_eq!(json(body), json(request.body.as_ref().unwrap()));
}

#[test]
fn the_error_is_a_recorded_one() {
    let case = json(MISTAKE);
    let [message, hint] =
        ["message", "hint"].map(|part| case["expect"]["error"][part].as_str().unwrap());
    assert_eq!(
        blocks("text")[0],
        format!("{message}\n  hint         {hint}")
    );
    let owner = case["input"]["owner_id"].as_str().unwrap();
    assert!(README.contains(&format!("`owner_id` was `{owner}`")));
}

/// The column of an effect, counted from the group's.
fn column(effect: Effect) -> usize {
    match effect {
        Effect::Read => 1,
        Effect::WriteIdempotent => 2,
        Effect::WriteOnce => 3,
    }
}

#[test]
fn every_action_is_in_the_table_under_its_effect() {
    let section = README.split("\n## ").find(|it| it.starts_with("Actions\n"));
    let rows = section
        .unwrap()
        .lines()
        .filter(|line| line.starts_with("| "));
    let mut shown = Vec::new();
    for row in rows {
        for (at, cell) in row.trim_matches('|').split('|').enumerate() {
            let ids = cell.split('`').skip(1).step_by(2);
            shown.extend(ids.map(|id| (id.to_owned(), at)));
        }
    }
    let known = manifest(&[]).actions.into_iter();
    let mut known: Vec<_> = known.map(|a| (a.id, column(a.effect))).collect();
    shown.sort();
    known.sort();
    assert_eq!(shown, known);
}

#[test]
fn the_numbers_of_triggers_are_true() {
    let triggers = manifest(&[]).triggers;
    let topics: usize = triggers.iter().map(|it| it.topics.len()).sum();
    let sources = triggers.iter().map(|it| it.sources);
    let polled = sources
        .filter(|it| it.contains(TriggerSources::POLL))
        .count();
    for text in [
        format!("[{} triggers]", triggers.len()),
        format!("all {topics} webhook topics"),
        format!("{polled} triggers can be polled"),
    ] {
        assert!(README.contains(&text), "{text}");
    }
}

#[test]
fn every_variable_is_in_the_table_with_its_default() {
    let token = manifest(&[]).auth.unwrap().token;
    for variable in VARIABLES {
        let start = format!("| `{}` |", variable.name);
        let row = README.lines().find(|line| line.starts_with(&start));
        let row = row.unwrap_or_else(|| panic!("no row {start}"));
        let last = row.trim_end_matches('|').rsplit('|').next().unwrap().trim();
        let expected = match variable.default {
            Some(default) => format!("`{default}`"),
            None if variable.name == token => "required".to_owned(),
            None => String::new(),
        };
        assert_eq!(last, expected, "{}", variable.name);
    }
}
