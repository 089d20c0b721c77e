//! The messages, hints and notes in the source that no case shows, as a list that is to shrink:
//! `messages_without_case.txt`. Run with `BLESS=1` to write it.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use proc_macro2::{TokenStream, TokenTree};
use serde_json::Value;
use std::fs::{read_dir, read_to_string, write};
use std::path::{Path, PathBuf};

const LIST: &str = "tests/it/messages_without_case.txt";

/// The files below a folder, in order.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut paths: Vec<_> = entries.collect();
    paths.sort();
    let below = |path: PathBuf| match path.is_dir() {
        true => files(&path),
        false => vec![path],
    };
    paths.into_iter().flat_map(below).collect()
}

/// Whether a literal is the text of a message, a hint or a note: a clause of several words.
fn is_clause(text: &str) -> bool {
    let begins = text.starts_with(|c: char| c.is_ascii_lowercase() || c == '{')
        || text.starts_with("Intercom");
    begins && text.split(' ').count() > 2 && !text.contains(['\n', '"', '\\'])
}

/// The clauses in the tokens, without those of attributes and tests.
fn clauses(tokens: TokenStream, found: &mut Vec<String>) {
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match (token, tokens.peek()) {
            (TokenTree::Punct(mark), Some(TokenTree::Group(attribute)))
                if mark.as_char() == '#' =>
            {
                let is_test = attribute.to_string().contains("cfg (test)")
                    || attribute.to_string().contains("cfg(test)");
                tokens.next();
                // The item of the attribute ends with its body or a semicolon.
                while is_test && !matches!(tokens.next(), None | Some(TokenTree::Group(_))) {}
            }
            (TokenTree::Group(group), _) => clauses(group.stream(), found),
            (TokenTree::Literal(literal), _) => {
                let source = literal.to_string();
                let lines = source.lines().map(|line| line.trim_start());
                let joined: String = lines.map(|line| line.trim_end_matches('\\')).collect();
                let text: Option<String> = serde_json::from_str(&joined).ok();
                found.extend(text.filter(|text| is_clause(text)));
            }
            _ => {}
        }
    }
}

/// The texts that cases expect.
fn expected() -> Vec<String> {
    fn texts(json: &Value, found: &mut Vec<String>) {
        match json {
            Value::String(text) => found.push(text.clone()),
            Value::Array(items) => items.iter().for_each(|item| texts(item, found)),
            Value::Object(map) => map.values().for_each(|item| texts(item, found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    for path in files(Path::new("fixtures")) {
        if path.ends_with("case.json") {
            let case: Value = serde_json::from_str(&read_to_string(path).unwrap()).unwrap();
            texts(&case["expect"], &mut found);
        }
    }
    for path in files(Path::new("tests/search")) {
        found.extend(read_to_string(path).unwrap().lines().map(str::to_owned));
    }
    found
}

/// Whether a text contains the fixed parts of a clause, in order.
fn shows(text: &str, clause: &str) -> bool {
    let parts = clause.split('{').enumerate();
    let mut fixed = parts.map(|(index, part)| match index {
        0 => part,
        _ => part.split_once('}').map_or(part, |(_, rest)| rest),
    });
    fixed
        .try_fold(text, |rest, part| Some(rest.split_once(part)?.1))
        .is_some()
}

#[test]
fn messages_that_no_case_shows_are_listed() {
    let mut found = Vec::new();
    for path in files(Path::new("src")) {
        let name = path.to_string_lossy();
        if name.ends_with(".rs") && !name.contains("tests") {
            let source: TokenStream = read_to_string(&path).unwrap().parse().unwrap();
            clauses(source, &mut found);
        }
    }
    assert!(found.len() > 300, "only {} clauses", found.len());
    let expected = expected();
    found.retain(|clause| !expected.iter().any(|text| shows(text, clause)));
    found.sort();
    found.dedup();
    let list = found.join("\n") + "\n";
    if std::env::var_os("BLESS").is_some() {
        write(LIST, &list).unwrap();
    }
    assert_eq!(list, read_to_string(LIST).unwrap());
}

#[test]
fn a_clause_is_shown_by_its_fixed_parts() {
    assert!(shows(
        "per_page: \"151\" is not a page size",
        "is not a page size"
    ));
    assert!(shows(
        "has 11 keys, at most 10",
        "has {} keys, at most {MAX}"
    ));
    assert!(!shows("has 11 keys", "has {} keys, at most {MAX}"));
    let mut found = Vec::new();
    let source = r#"
        #[doc = "no clause in here"]
        fn read() { note("is not \
                          a role", 'x', "short") }
        #[cfg(test)]
        mod tests { const TEXT: &str = "no clause in here"; }
    "#;
    clauses(source.parse().unwrap(), &mut found);
    assert_eq!(found, ["is not a role"]);
}
