//! Filters and their compiled queries, as data: `tests/search/*.txt`.
//!
//! A case is a title line (`## `, perhaps with an API version in brackets), the
//! filter as written, a line `=>`, and the result: the query and, on lines
//! `pagination:` and `rows:`, the parameters that came with it and the dates that
//! rows are filtered by; or each error, with its hint and, if it is about a part of
//! the formula, the characters of that part. `conversations.txt` and `tickets.txt` are
//! of those searches, the others of that for contacts. Run with `BLESS=1` to write the results
//! into the files, and read them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use crate::search_properties::query_of;
use intercom_connector::internals::types::{ActionError, InputProblem, TextSpan};
use intercom_connector::internals::{
    CONTACTS, Context, Filter, InputError, InputErrors, Patch, Place, Resolve, TABLES, Table,
    Version,
};
use serde_json::Value;
use std::fmt::Write;
use std::path::Path;

/// The context of all cases. Keys in alphabetical order, so messages are the same
/// whether `serde_json` keeps the order or sorts.
const CONTEXT: &str = r#"{
    "settings": {"admin": "814860", "gone": null, "none": [], "plans": ["pro", "team"], "role": "lead"},
    "trigger": {"at": 1700000000, "ms": 1700000000000, "day": "2024-02-29", "n": 5, "flag": true, "min": "100", "serial": 45444.625,
                "name": "O'Neill' OR role = 'user", "object": {"a": 1}},
    "steps": {"filter": {"field": "name", "operator": "=", "value": "{{settings.role}}"},
              "formula": "name = '{{settings.role}}'", "broken": "role =", "lost": {"field": "email", "operator": "="},
              "cursor": "WzE3", "body": {"query": {"field": "name", "operator": "=", "value": "{{settings.role}}"},
                                         "pagination": {"per_page": 2, "starting_after": "{{x}}"}}}
}"#;

struct Case {
    title: String,
    version: Version,
    written: String,
    expected: String,
}

fn cases(text: &str) -> Vec<Case> {
    let blocks = text.split("## ").skip(1);
    blocks
        .map(|block| {
            let (title, rest) = block.split_once('\n').expect("a title line");
            let (written, expected) = rest.split_once("\n=>").expect("a line =>");
            let version = title
                .rsplit_once('[')
                .map_or("2.16", |(_, v)| v.trim_end_matches(']'));
            Case {
                title: title.to_owned(),
                version: Version::parse(version).expect("a version"),
                written: written.to_owned(),
                expected: expected.trim().to_owned(),
            }
        })
        .collect()
}

fn outcome(case: &Case, table: &'static Table) -> String {
    let context = Context::parse(CONTEXT).unwrap();
    let problems = match Filter::read(
        table,
        Resolve::new(&context),
        Value::from(case.written.as_str()),
    ) {
        Ok(Patch::Value(filter)) => match filter.compile(case.version) {
            Ok(compiled) => {
                let mut out = pretty(&query_of(&compiled));
                if let Some(pagination) = filter.pagination() {
                    let parameters = pagination.after(&Place::default(), false);
                    write!(out, "\npagination: {parameters}").unwrap();
                }
                if let Some(rows) = compiled.rows {
                    write!(out, "\nrows: {}", rows.fields().join(", ")).unwrap();
                }
                return out;
            }
            Err(problems) => problems,
        },
        Ok(_) => panic!("{}: a filter is a value", case.title),
        Err(problem) => vec![problem],
    };
    let problems = problems_of(problems).into_iter();
    let shown = problems.map(|problem| in_lines(&problem, &case.written));
    shown.collect::<Vec<_>>().join("\n")
}

fn problems_of(found: Vec<InputError>) -> Vec<InputProblem> {
    let mut problems = InputErrors::default();
    for problem in found {
        problems.note("filter_formula", problem);
    }
    match problems.into_error("search-contacts") {
        ActionError::Permanent(failure) => failure.problems,
        other => panic!("{other:?}"),
    }
}

fn in_lines(problem: &InputProblem, written: &str) -> String {
    let mut out = problem.message.clone();
    if let Some(hint) = &problem.hint {
        write!(out, "\n  hint: {hint}").unwrap();
    }
    if let Some(TextSpan { start, end }) = problem.span {
        let length = end.checked_sub(start).unwrap();
        let part = written.chars().skip(start as usize).take(length as usize);
        let part: String = part.collect();
        write!(out, "\n  span: {start}..{end} {part}").unwrap();
    }
    // The span of the end of the formula has no text.
    out.trim_end().to_owned()
}

/// One filter per line.
fn pretty(query: &Value) -> String {
    fn write(query: &Value, indent: usize, out: &mut String) {
        let pad = " ".repeat(indent);
        match (
            query.get("field"),
            query.get("value").and_then(Value::as_array),
        ) {
            (None, Some(parts)) => {
                let operator = query.get("operator").unwrap();
                out.push_str(&format!("{pad}{{\"operator\": {operator}, \"value\": [\n"));
                for (index, part) in parts.iter().enumerate() {
                    write(part, indent + 2, out);
                    out.push_str(if index + 1 < parts.len() { ",\n" } else { "\n" });
                }
                out.push_str(&format!("{pad}]}}"));
            }
            _ => out.push_str(&format!("{pad}{query}")),
        }
    }
    let mut out = String::new();
    write(query, 0, &mut out);
    out
}

#[test]
fn every_filter_becomes_what_its_case_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/search");
    let bless = std::env::var_os("BLESS").is_some();
    let (mut count, mut wrong) = (0, String::new());
    let mut files: Vec<_> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|f| f.unwrap().path())
        .collect();
    files.sort();
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let (head, _) = text.split_once("## ").expect("a case");
        let stem = file.file_stem().and_then(|stem| stem.to_str());
        let mut tables = TABLES.into_iter();
        let table = tables.find(|table| stem == Some(table.rows));
        let table = table.unwrap_or(&CONTACTS);
        let mut blessed = head.to_owned();
        for case in cases(&text) {
            count += 1;
            let found = outcome(&case, table);
            let Case {
                title,
                written,
                expected,
                ..
            } = case;
            if found != expected {
                wrong += &format!(
                    "## {title}\n{written}\n=> (expected)\n{expected}\n=> (found)\n{found}\n\n"
                );
            }
            blessed += &format!("## {title}\n{written}\n=>\n{found}\n\n");
        }
        if bless {
            std::fs::write(&file, blessed.trim_end().to_owned() + "\n").unwrap();
        }
    }
    assert!(count >= 100, "only {count} cases");
    assert!(bless || wrong.is_empty(), "\n{wrong}");
}
