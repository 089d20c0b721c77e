//! The guide is true: its examples compile, its tables are complete, its numbers of
//! requests are right.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use intercom_connector::internals::formula::SPELLINGS;
use intercom_connector::internals::{
    CONTACTS, CONVERSATIONS, Context, Filter, NextPage, PageResponse, Pager, Pagination, Patch,
    Resolve, TABLES, TICKETS, Table, Version,
};
use serde_json::Value;

const GUIDE: &str = include_str!("../../docs/searching.md");

const CONTEXT: &str = r#"{"settings": {"admin": "814860", "domain": "example.com",
    "plans": ["pro", "team"]}, "trigger": {"since": "2024-01-01"}}"#;

/// The lines of all blocks of a language.
fn lines(language: &str) -> Vec<&'static str> {
    let fence = format!("```{language}\n");
    let blocks = GUIDE.split(&fence).skip(1);
    blocks
        .flat_map(|block| block.split("```").next().unwrap().lines())
        .collect()
}

#[test]
fn every_example_compiles_in_every_version() {
    let context = Context::parse(CONTEXT).unwrap();
    let examples = [
        (
            &CONTACTS,
            [lines("formula"), lines("json-filter")].concat(),
            30,
        ),
        (&CONVERSATIONS, lines("conversations"), 6),
        (&TICKETS, lines("tickets"), 3),
    ];
    for (table, examples, least) in examples {
        assert!(
            examples.len() >= least,
            "only {} of {}",
            examples.len(),
            table.rows
        );
        compile_all(table, &examples, &context);
    }
}

fn compile_all(table: &'static Table, examples: &[&str], context: &Context) {
    for example in examples {
        for version in ["2.15", "2.16", "2.17"] {
            let read = Filter::read(table, Resolve::new(context), Value::from(*example));
            let Ok(Patch::Value(filter)) = read else {
                panic!("{example}: {read:?}")
            };
            let compiled = filter.compile(Version::parse(version).unwrap());
            assert!(compiled.is_ok(), "{example}: {compiled:?}");
        }
    }
}

#[test]
fn every_field_and_every_operator_is_in_the_guide() {
    for field in TABLES.iter().flat_map(|table| table.searchable()) {
        let name = field.name;
        assert!(GUIDE.contains(&format!("`{name}`")), "{name}");
    }
    for (spelling, _) in SPELLINGS {
        assert!(GUIDE.contains(&format!("`{spelling}")), "{spelling}");
    }
}

/// The requests of a search with more rows than any page asks for.
fn requests(parameters: &str) -> usize {
    let pagination = Pagination::from_value(&CONTACTS, parameters.into()).unwrap();
    let mut pager = Pager::new(&pagination, false);
    let mut requests = 0;
    while let Some(request) = pager.next_request() {
        requests += 1;
        let rows = request["per_page"].as_u64().unwrap().try_into().unwrap();
        pager.record(PageResponse {
            found: rows,
            rows,
            next: NextPage::Cursor(format!("cursor {requests}")),
            total: Some(1_000_000),
        });
    }
    requests
}

#[test]
fn the_table_of_requests_is_counted() {
    let rows = GUIDE.lines().filter(|line| {
        line.starts_with("| `") && line.contains('&') || line.starts_with("| `limit=")
    });
    let mut count = 0;
    for row in rows {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let [_, parameters, few, _, _] = cells[..] else {
            continue;
        };
        assert_eq!(
            requests(parameters.trim_matches('`')).to_string(),
            few,
            "{row}"
        );
        count += 1;
    }
    assert_eq!(count, 6);
}
