//! Cuts long lists, and stores the rest for later requests.
//!
//! The service's own cursor continues after the whole list, so it is returned with the last
//! part: whoever follows it has seen every row.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use serde_json::{Map, Value, json};

/// Maximum size of a result, in bytes of JSON: about 10,000 tokens. Clients warn about larger
/// results or cut them inside a row.
const MAX_BYTES: usize = 32 * 1024;

/// Maximum number of results whose rest is stored.
const MAX_KEPT: usize = 32;

/// The key of the cursor for the rest.
const MORE: &str = "more";

/// The rest of a result.
#[derive(Default)]
pub(super) struct Pages {
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    made: u64,
    rests: VecDeque<(String, Value)>,
}

impl Pages {
    /// The result, or as many rows of its longest list as fit, with a cursor for the rest.
    /// `is_cursor` says which keys continue the list.
    pub(super) fn cut(&self, mut result: Value, is_cursor: impl Fn(&str) -> bool) -> Value {
        let size = size_of(&result);
        let longest = longest_list(&result).filter(|_| size > MAX_BYTES);
        let list = longest
            .as_ref()
            .and_then(|it| result.pointer_mut(&it.pointer));
        let (Some(longest), Some(Value::Array(rows))) = (longest, list) else {
            return result;
        };
        let others = size.saturating_sub(longest.bytes);
        let fitting = fitting(rows, MAX_BYTES.saturating_sub(others));
        let later = rows.split_off(fitting);
        if later.is_empty() {
            return result;
        }
        let mut rest = Map::from_iter([(longest.key.clone(), Value::Array(later))]);
        if let Some(first) = result.as_object_mut() {
            let goes_on = |key: &&String| **key != longest.key && is_cursor(key);
            let cursors: Vec<String> = first.keys().filter(goes_on).cloned().collect();
            for cursor in cursors {
                rest.extend(first.shift_remove(&cursor).map(|value| (cursor, value)));
            }
            first.insert(MORE.to_owned(), json!(self.keep(rest.into())));
        }
        result
    }

    /// The rest behind a cursor, cut again if it is too long.
    pub(super) fn rest(&self, cursor: &str) -> Option<Value> {
        let rest = {
            let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            let mut rests = kept.rests.iter();
            let found = rests.find(|(known, _)| known == cursor);
            found.map(|(_, rest)| rest.clone())
        };
        // A rest has only its rows and the keys that continue the list.
        Some(self.cut(rest?, |_| true))
    }

    fn keep(&self, rest: Value) -> String {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.made += 1;
        let cursor = format!("rest-{}", kept.made);
        kept.rests.push_back((cursor.clone(), rest));
        if kept.rests.len() > MAX_KEPT {
            kept.rests.pop_front();
        }
        cursor
    }
}

/// A list within a result.
struct List {
    pointer: String,
    key: String,
    bytes: usize,
}

/// The longest list by its JSON, at the top level or in objects.
fn longest_list(value: &Value) -> Option<List> {
    let entries = value.as_object().into_iter().flatten();
    let lists = entries.filter_map(|(key, value)| {
        let step = format!("/{}", key.replace('~', "~0").replace('/', "~1"));
        if value.is_array() {
            let bytes = size_of(value);
            return Some(List {
                pointer: step,
                key: key.clone(),
                bytes,
            });
        }
        let within = longest_list(value)?;
        Some(List {
            pointer: step + &within.pointer,
            ..within
        })
    });
    lists.max_by_key(|list| list.bytes)
}

/// The number of first rows that fit; at least one, so that every part makes progress.
fn fitting(rows: &[Value], bytes: usize) -> usize {
    let mut used = 0;
    let fits = |row: &&Value| {
        used += size_of(row) + 1;
        used <= bytes
    };
    rows.iter().take_while(fits).count().max(1)
}

fn size_of(value: &Value) -> usize {
    value.to_string().len()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use super::*;

    fn is_cursor(key: &str) -> bool {
        key == "next_page"
    }

    #[test]
    fn every_row_comes_once_and_the_services_cursor_with_the_last() {
        let rows: Vec<Value> = (0..500)
            .map(|n| json!({ "id": n, "text": "x".repeat(200) }))
            .collect();
        let whole = json!({ "items": rows, "next_page": "page=2", "total_count": 900 });
        let pages = Pages::default();
        let mut part = pages.cut(whole, is_cursor);
        assert_eq!(part["total_count"], 900);
        let mut seen = Vec::new();
        loop {
            assert!(part.to_string().len() <= MAX_BYTES + 100);
            seen.extend(part["items"].as_array().unwrap().clone());
            let Some(cursor) = part.get(MORE) else {
                break;
            };
            assert!(part.get("next_page").is_none());
            part = pages.rest(cursor.as_str().unwrap()).unwrap();
        }
        assert_eq!(seen, rows);
        assert_eq!(part["next_page"], "page=2");
    }

    #[test]
    fn a_list_within_the_services_response_is_cut() {
        let parts: Vec<Value> = (0..500).map(|n| json!([n, "x".repeat(200)])).collect();
        let whole = json!({ "response": { "a/b": { "parts": parts } }, "notes": [] });
        let first = Pages::default().cut(whole, is_cursor);
        let kept = first["response"]["a/b"]["parts"].as_array().unwrap();
        assert!(kept.len() > 100 && kept.len() < 200, "{}", kept.len());
        assert!(first[MORE].is_string());
    }

    #[test]
    fn a_short_result_and_one_large_row_stay_whole() {
        let pages = Pages::default();
        for whole in [
            json!({ "items": [1, 2], "next_page": "b" }),
            json!({ "items": ["x".repeat(2 * MAX_BYTES)], "next_page": "b" }),
            json!({ "text": "x".repeat(2 * MAX_BYTES) }),
        ] {
            assert_eq!(pages.cut(whole.clone(), is_cursor), whole);
        }
        assert!(pages.rest("rest-1").is_none());
    }

    #[test]
    fn the_oldest_rest_is_forgotten() {
        let pages = Pages::default();
        let cursors: Vec<String> = (0..=MAX_KEPT).map(|n| pages.keep(json!(n))).collect();
        assert!(pages.rest(&cursors[0]).is_none());
        assert_eq!(pages.rest(&cursors[1]), Some(json!(1)));
    }
}
