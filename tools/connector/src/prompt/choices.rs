//! The values to choose from, as a numbered list.

use serde_json::Value;

use connector_host::manifest::{Choices, Field};
use connector_host::printable;

/// How many values are shown at once: with the question, they fit a terminal of 24 lines.
const PAGE: usize = 15;

/// The answer that shows more of a long list.
pub const MORE: &str = "+";

/// A list of values, partly shown.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Listing {
    choices: Vec<Choice>,
    shown: usize,
}

/// A value to choose.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Choice {
    value: String,
    /// The label for a person; empty if the value explains itself.
    label: String,
}

impl Listing {
    /// A field's values, if they are fixed.
    pub fn allowed(field: &Field) -> Self {
        let choice = |value: &String| Choice {
            value: value.clone(),
            label: String::new(),
        };
        Self {
            choices: field.allowed.iter().map(choice).collect(),
            shown: 0,
        }
    }

    /// The values in the result of the action that lists them.
    pub fn listed(choices: &Choices, result: &Value) -> Self {
        let rows = result.get(&choices.rows).and_then(Value::as_array);
        let choice = |row: &Value| {
            let text = |key: &str| match row.get(key)? {
                Value::Null => None,
                Value::String(text) => Some(text.clone()),
                other => Some(other.to_string()),
            };
            Some(Choice {
                value: text(&choices.value)?,
                label: text(&choices.label).unwrap_or_default(),
            })
        };
        Self {
            choices: rows.into_iter().flatten().filter_map(choice).collect(),
            shown: 0,
        }
    }

    pub fn is_empty(&self) -> bool {
        self.choices.is_empty()
    }

    /// Whether there are more values to show.
    pub fn has_more(&self) -> bool {
        self.shown < self.choices.len()
    }

    /// The next values, one a line, and how many are left.
    pub fn next_page(&mut self) -> String {
        let numbered = self.choices.iter().zip(1..).skip(self.shown).take(PAGE);
        let mut lines: Vec<String> = numbered
            .map(|(Choice { value, label }, number)| {
                let choice = printable::line(&format!("{value}  {label}"));
                format!("  {number}) {}", choice.trim_end())
            })
            .collect();
        self.shown = self.choices.len().min(self.shown.saturating_add(PAGE));
        let left = self.choices.len().saturating_sub(self.shown);
        if left > 0 {
            lines.push(format!("  {MORE} shows more ({left} left)"));
        }
        lines.join("\n")
    }

    /// The value with the number that was entered; otherwise the entered text.
    pub fn chosen<'a>(&'a self, answer: &'a str) -> &'a str {
        if self.choices.iter().any(|choice| choice.value == answer) {
            return answer;
        }
        let number = answer.parse::<usize>().ok();
        let index = number.and_then(|number| number.checked_sub(1));
        let choice = index.and_then(|index| self.choices.get(index));
        choice.map_or(answer, |choice| &choice.value)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn listed(result: &Value) -> Listing {
        let choices = Choices {
            action: "list-admins".to_owned(),
            input: json!({}),
            rows: "admins".to_owned(),
            value: "id".to_owned(),
            label: "name".to_owned(),
            search: None,
        };
        Listing::listed(&choices, result)
    }

    #[test]
    fn choices_come_from_an_action_s_result() {
        let mut admins = listed(&json!({ "admins": [
            { "id": "7", "name": "Jo", "away": true },
            { "id": 8, "name": null },
            { "name": "nobody" },
            { "id": "9", "name": "\u{1b}]0;Jo\n" },
        ] }));
        assert_eq!(
            admins.next_page(),
            "  1) 7  Jo\n  2) 8\n  3) 9  \\u001b]0;Jo\\u000a"
        );
        assert!(!admins.has_more());
        assert!(listed(&json!([])).is_empty());
    }

    #[test]
    fn a_long_list_is_shown_in_parts() {
        let rows: Vec<Value> = (101..=120).map(|id| json!({ "id": id })).collect();
        let mut admins = listed(&json!({ "admins": rows }));
        let page = admins.next_page();
        assert!(page.starts_with("  1) 101\n"), "{page}");
        assert!(
            page.ends_with("  15) 115\n  + shows more (5 left)"),
            "{page}"
        );
        assert!(admins.has_more());
        let page = admins.next_page();
        assert!(page.starts_with("  16) 116\n"), "{page}");
        assert!(page.ends_with("  20) 120"), "{page}");
        assert!(!admins.has_more());
    }

    #[test]
    fn a_number_chooses_unless_it_is_a_value() {
        let field = Field {
            allowed: vec!["user".to_owned(), "1".to_owned()],
            ..Field::default()
        };
        let listing = Listing::allowed(&field);
        for (answer, value) in [
            ("1", "1"),
            ("2", "1"),
            ("3", "3"),
            ("0", "0"),
            ("user", "user"),
            ("{{a.b}}", "{{a.b}}"),
        ] {
            assert_eq!(listing.chosen(answer), value);
        }
    }
}
