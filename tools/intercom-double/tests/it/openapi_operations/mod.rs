//! The catalogue's facts against Intercom's published description: operations,
//! paths, methods, inputs with place, type, values and default, and responses.
//!
//! The description is not part of this repository; `INTERCOM_OPENAPI` names the
//! file. Without it, these tests print that they were skipped.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod corrections;
mod described;
mod facts;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::Path;

use intercom_double::openapi::{Description, VARIABLE};

use crate::operations::files::{Operation, operations, operations_of, recipes};
use corrections::{CORRECTIONS, LEFT_OUT};
use described::Described;
use facts::Facts;

/// The description, if `INTERCOM_OPENAPI` is set.
fn described() -> Option<Described> {
    let Some(path) = std::env::var_os(VARIABLE).filter(|path| !path.is_empty()) else {
        let _ = writeln!(
            std::io::stderr().lock(),
            "API description: skipped: {VARIABLE} is not set"
        );
        return None;
    };
    Some(Described::read(Path::new(&path)))
}

/// The facts of the catalogue.
fn ours() -> BTreeMap<String, Facts> {
    let operations = operations();
    let facts = operations
        .iter()
        .map(|operation| (operation.name(), of(operation)));
    facts.collect()
}

fn of(operation: &Operation) -> Facts {
    let inputs = operation.inputs();
    let inputs = inputs.iter().map(|input| {
        let key = format!("{} {}", input.place, input.name);
        (key, facts::of_schema(input.schema, input.required))
    });
    let responses = operation.value["responses"].as_object().unwrap().iter();
    let responses = responses.map(|(status, response)| {
        let types = response["content"].as_object().into_iter().flatten();
        let types: Vec<_> = types.map(|(name, _)| name.as_str()).collect();
        (format!("response {status}"), types.join(","))
    });
    inputs.chain(responses).collect()
}

#[test]
fn every_operation_is_in_the_catalogue_or_left_out() {
    let Some(described) = described() else {
        return;
    };
    let described: BTreeSet<_> = described.operations().into_keys().collect();
    let left_out = LEFT_OUT.map(|(operation, _)| operation.to_owned());
    let ours = ours().into_keys();
    let ours: Vec<_> = ours.chain(left_out).collect();
    let known: BTreeSet<_> = ours.iter().cloned().collect();
    assert_eq!(
        known.len(),
        ours.len(),
        "an operation is left out and is not"
    );
    let missing: Vec<_> = described.difference(&known).collect();
    let gone: Vec<_> = known.difference(&described).collect();
    assert!(
        missing.is_empty() && gone.is_empty(),
        "missing {missing:?}, gone {gone:?}"
    );
}

#[test]
fn facts_agree_but_for_the_corrections() {
    let Some(described) = described() else {
        return;
    };
    let described = described.operations();
    let mut differences = BTreeSet::new();
    let mut compared = 0;
    for (operation, ours) in ours() {
        let Some(described) = described.get(&operation) else {
            continue;
        };
        for key in ours.keys().chain(described.keys()) {
            compared += 1;
            let (ours, described) = (ours.get(key), described.get(key));
            let (ours, described) = (fact(ours), fact(described));
            if ours != described && !is_path_id(key, ours, described) {
                differences.insert(format!("{operation}: {key}: {described} -> {ours}"));
            }
        }
    }
    let corrections = CORRECTIONS.iter().flat_map(|correction| {
        let inputs = correction.inputs.iter();
        inputs.map(|input| {
            let line = format!("{input}: {} -> {}", correction.described, correction.ours);
            (line, correction.reason)
        })
    });
    let corrections: BTreeMap<_, _> = corrections.collect();
    let unexplained = differences.iter();
    let unexplained = unexplained.filter(|line| !corrections.contains_key(*line));
    let unexplained: Vec<_> = unexplained.cloned().collect();
    let needless = corrections.iter();
    let needless = needless.filter(|(line, _)| !differences.contains(*line));
    let needless: Vec<_> = needless
        .map(|(line, reason)| format!("{line} ({reason})"))
        .collect();
    assert!(
        unexplained.is_empty() && needless.is_empty(),
        "\nnot in the corrections:\n{}\nno difference any more:\n{}\n",
        unexplained.join("\n"),
        needless.join("\n")
    );
    assert!(compared > 1000, "{compared} facts");
}

/// Rows that the description's schema has under another name than its example.
const ROWS_OF_EXAMPLES: [(&str, &str); 1] = [("GET /contacts/{contact_id}/companies", "data")];

/// Lists whose description names no pages, though Intercom's older ones do.
const UNDESCRIBED_PAGES: [&str; 1] = ["GET /events"];

#[test]
fn rows_and_pages_are_those_of_the_described_responses() {
    let Some(described) = described() else {
        return;
    };
    let mut problems = Vec::new();
    for operation in operations() {
        let name = operation.name();
        let response = described.response(&name);
        for rows in operation.rows() {
            let array = response
                .get(&rows)
                .is_some_and(|field| field["type"] == "array");
            if !array && !ROWS_OF_EXAMPLES.contains(&(&name, &rows)) {
                problems.push(format!("{name}: {rows} is no array in the response"));
            }
        }
        let pages = ["pages", "total_pages", "has_more", "scroll_param"];
        let pages = pages.iter().any(|key| response.contains_key(*key))
            || UNDESCRIBED_PAGES.contains(&name.as_str());
        if operation.next_page().is_null() == pages {
            problems.push(format!("{name}: pages in one of the two only"));
        }
    }
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}

#[test]
fn examples_are_valid_requests() {
    let Some(description) = Description::from_env().unwrap() else {
        return;
    };
    let mut problems = Vec::new();
    let mut validated = 0;
    let recipes = recipes();
    let recipes = recipes.iter().flat_map(operations_of);
    for operation in operations().into_iter().chain(recipes) {
        let Some(example) = operation.example() else {
            continue;
        };
        let body = example.to_string();
        // A constant that an input fills may be no text once it is filled.
        if body.contains("\"{{inputs.") {
            continue;
        }
        validated += 1;
        problems.extend(description.violations(
            &operation.method,
            &operation.path,
            body.as_bytes(),
        ));
    }
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
    assert!(validated > 70, "{validated} bodies");
}

fn fact(fact: Option<&String>) -> &str {
    fact.map_or("absent", String::as_str)
}

/// Ids in paths are text or numbers in the description, for the same thing in two
/// operations; the catalogue always takes text.
fn is_path_id(key: &str, ours: &str, described: &str) -> bool {
    key.starts_with("path ") && ours == "string required" && described == "integer required"
}
