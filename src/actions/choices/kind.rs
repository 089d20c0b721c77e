//! The lists that choices come from, as data (`docs/intercom-api.md`, Lists to pick
//! from).

use crate::api::Object;
use crate::input::{FromInput, InputError, unexpected};
use crate::world::allowed::choices as allowed;
use crate::world::choices::Choice;
use serde_json::Value;

/// One list: where it is, and which fields of its rows make a choice. Fields are keys
/// joined by `/`.
#[derive(Debug)]
pub struct Kind {
    /// The kind, as inputs name it.
    pub name: &'static str,
    /// The path of the list.
    pub path: &'static str,
    /// A query parameter of every request.
    pub query: Option<(&'static str, &'static str)>,
    /// The key of the rows.
    pub rows: &'static str,
    /// How to request the next page.
    pub paging: Paging,
    value: &'static str,
    label: &'static str,
    detail: &'static str,
    /// A flag that a row must have to be a choice.
    only: Option<&'static str>,
}

/// How to request the next page of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paging {
    /// The list has one page.
    None,
    /// By the query parameter `page`.
    Number,
    /// By the query parameter `starting_after`.
    Cursor,
}

/// A list of one page, in `data`, whose rows have an `id` and a `name`.
const PLAIN: Kind = Kind {
    name: "",
    path: "",
    query: None,
    rows: "data",
    paging: Paging::None,
    value: "id",
    label: "name",
    detail: "",
    only: None,
};

/// A list of [`PLAIN`] form.
const fn plain(name: &'static str, path: &'static str) -> Kind {
    Kind {
        name,
        path,
        ..PLAIN
    }
}

/// The custom attributes of contacts or companies, by their names: their standard attributes have
/// inputs of their own.
const fn attributes(name: &'static str, model: &'static str) -> Kind {
    Kind {
        query: Some(("model", model)),
        value: "name",
        label: "label",
        detail: "data_type",
        only: Some("custom"),
        ..plain(name, "/data_attributes")
    }
}

/// The custom attributes of conversations.
const fn conversation_attributes(name: &'static str, value: &'static str) -> Kind {
    Kind {
        value,
        detail: "data_type",
        ..plain(name, "/conversations/attributes")
    }
}

/// A list of pages by number.
const fn pages(name: &'static str, path: &'static str) -> Kind {
    Kind {
        paging: Paging::Number,
        ..plain(name, path)
    }
}

/// All kinds, in the order of the contract.
const KINDS: &[Kind] = &[
    Kind {
        rows: "admins",
        detail: "email",
        ..plain("admins", "/admins")
    },
    Kind {
        rows: "teams",
        ..plain("teams", "/teams")
    },
    plain("tags", "/tags"),
    Kind {
        value: "name",
        ..plain("tag-names", "/tags")
    },
    Kind {
        rows: "segments",
        detail: "person_type",
        ..pages("segments", "/segments")
    },
    attributes("contact-attributes", "contact"),
    attributes("company-attributes", "company"),
    conversation_attributes("conversation-attributes", "name"),
    Kind {
        label: "label",
        detail: "model",
        only: Some("custom"),
        ..plain("data-attribute-ids", "/data_attributes")
    },
    conversation_attributes("conversation-attribute-ids", "id"),
    Kind {
        detail: "category",
        ..plain("ticket-types", "/ticket_types")
    },
    Kind {
        label: "internal_label",
        detail: "category",
        ..plain("ticket-states", "/ticket_states")
    },
    Kind {
        label: "default_translation/name",
        detail: "consent_type",
        ..plain("subscription-types", "/subscription_types")
    },
    Kind {
        label: "label",
        ..plain("away-status-reasons", "/away_status_reasons")
    },
    plain("brands", "/brands"),
    Kind {
        label: "email",
        ..plain("email-settings", "/emails")
    },
    pages("audiences", "/audiences"),
    Kind {
        detail: "time_zone_name",
        ..plain("office-hours-schedules", "/office_hours_schedules")
    },
    Kind {
        label: "display_name",
        detail: "identifier",
        ..plain("help-centers", "/help_center/help_centers")
    },
    pages("collections", "/help_center/collections"),
    Kind {
        paging: Paging::Cursor,
        ..plain("macros", "/macros")
    },
    pages("newsfeeds", "/news/newsfeeds"),
    Kind {
        paging: Paging::Cursor,
        detail: "state",
        ..plain("data-connectors", "/data_connectors")
    },
];

impl FromInput for &'static Kind {
    const EXPECTED: &'static str = allowed::KIND.listed;

    fn from_value(value: Value) -> Result<Self, InputError> {
        let name = allowed::KIND.find(value.as_str());
        let kind = name.and_then(|name| KINDS.iter().find(|kind| kind.name == name));
        kind.ok_or_else(|| unexpected::<Self>(&value, "is not a kind of choices"))
    }
}

impl Kind {
    /// The row as a choice. `None` if it can't be picked, such as an attribute without an id.
    pub fn choice(&self, row: &Object<'_>) -> Option<Choice> {
        if self
            .only
            .is_some_and(|flag| row.boolean(flag) != Some(true))
        {
            return None;
        }
        let value = text_at(row, self.value).filter(|value| !value.is_empty())?;
        let label = text_at(row, self.label).filter(|label| !label.trim().is_empty());
        Some(Choice {
            label: label.unwrap_or_else(|| value.clone()),
            detail: text_at(row, self.detail),
            archived: archived(row),
            value,
        })
    }
}

/// A text at keys joined by `/`.
fn text_at(object: &Object<'_>, keys: &str) -> Option<String> {
    match keys.split_once('/') {
        Some((outer, inner)) => text_at(&object.object(outer)?, inner),
        None => object.text(keys),
    }
}

/// Lists mark archived rows in three ways, or not at all.
fn archived(row: &Object<'_>) -> Option<bool> {
    let state = || row.text("state").map(|state| state == "archived");
    let flag = row.boolean("archived").or_else(|| row.boolean("deleted"));
    flag.or_else(state)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::api::Document;

    fn choice(kind: &str, row: &str) -> Option<Choice> {
        let kind = <&Kind>::from_value(kind.into()).unwrap();
        let document = Document::parse(row.to_owned(), crate::api::ALL).unwrap();
        kind.choice(&document.object().unwrap())
    }

    fn picked(kind: &str, row: &str) -> String {
        let Some(choice) = choice(kind, row) else {
            return "none".to_owned();
        };
        let Choice {
            value,
            label,
            detail,
            archived,
        } = choice;
        format!(
            "{value} | {label} | {} | {archived:?}",
            detail.unwrap_or_default()
        )
    }

    #[test]
    fn every_kind_of_the_contract_has_a_list() {
        let names: Vec<&str> = KINDS.iter().map(|kind| kind.name).collect();
        assert_eq!(names, allowed::KIND.values);
    }

    #[test]
    fn a_row_becomes_a_choice() {
        for (kind, row, expected) in [
            (
                "admins",
                r#"{"id": 7, "name": "Ada", "email": "ada@example.com"}"#,
                "7 | Ada | ada@example.com | None",
            ),
            ("tags", r#"{"id": "81"}"#, "81 | 81 |  | None"),
            ("tags", r#"{"id": "81", "name": " "}"#, "81 | 81 |  | None"),
            ("tags", r#"{"id": null, "name": "VIP"}"#, "none"),
            (
                "subscription-types",
                r#"{"id": "37", "state": "archived", "consent_type": "opt_in",
                    "default_translation": {"name": "News"}}"#,
                "37 | News | opt_in | Some(true)",
            ),
            (
                "away-status-reasons",
                r#"{"id": "1", "label": "Lunch", "deleted": true}"#,
                "1 | Lunch |  | Some(true)",
            ),
            (
                "contact-attributes",
                r#"{"id": 5, "name": "plan", "label": "Plan", "data_type": "string",
                    "custom": true, "archived": false}"#,
                "plan | Plan | string | Some(false)",
            ),
            (
                "contact-attributes",
                r#"{"name": "email", "label": "Email", "custom": false}"#,
                "none",
            ),
            (
                "data-attribute-ids",
                r#"{"id": 5, "name": "plan", "label": "Plan", "model": "contact",
                    "custom": true}"#,
                "5 | Plan | contact | None",
            ),
        ] {
            assert_eq!(picked(kind, row), expected, "{kind} {row}");
        }
    }
}
