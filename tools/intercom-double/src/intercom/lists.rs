//! The lists of a workspace's configuration, as data (`docs/intercom-api.md`, Lists to
//! pick from). Every double has the same.

use serde_json::{Value, json};

use super::conversations::TEAMS;

/// The paging of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paging {
    /// It has one page.
    None,
    /// By `page`; the page numbers are in `pages`.
    Number,
    /// By `page`; the page numbers are beside the rows.
    NumberBeside,
    /// By `starting_after`.
    Cursor,
}

/// A list.
#[derive(Debug)]
pub struct List {
    pub path: &'static str,
    /// The value of `type`.
    pub kind: &'static str,
    /// The key of the rows.
    pub key: &'static str,
    pub paging: Paging,
    pub rows: fn() -> Vec<Value>,
}

const fn list(path: &'static str, paging: Paging, rows: fn() -> Vec<Value>) -> List {
    List {
        path,
        kind: "list",
        key: "data",
        paging,
        rows,
    }
}

/// All of them.
pub const LISTS: [List; 10] = [
    List {
        kind: "team.list",
        key: "teams",
        ..list("/teams", Paging::None, teams)
    },
    List {
        kind: "segment.list",
        key: "segments",
        ..list("/segments", Paging::Number, segments)
    },
    list("/audiences", Paging::NumberBeside, audiences),
    list("/macros", Paging::Cursor, macros),
    list("/subscription_types", Paging::None, subscription_types),
    list("/data_attributes", Paging::None, attributes),
    list(
        "/conversations/attributes",
        Paging::None,
        conversation_attributes,
    ),
    list("/away_status_reasons", Paging::None, away_status_reasons),
    list("/brands", Paging::None, brands),
    list("/emails", Paging::None, email_settings),
];

fn teams() -> Vec<Value> {
    let team = |(id, name): &(&str, &str)| json!({ "type": "team", "id": id, "name": name, "admin_ids": [] });
    TEAMS.iter().map(team).collect()
}

fn segments() -> Vec<Value> {
    let segment = |number: u32, name: &str, kind: &str| {
        let id = format!("6762f25c1bb69f9f2193cc{number:02}");
        json!({ "type": "segment", "id": id, "name": name, "person_type": kind })
    };
    vec![
        segment(2, "New", "user"),
        segment(3, "Active", "user"),
        segment(4, "Active", "contact"),
    ]
}

/// More than one page of them.
fn audiences() -> Vec<Value> {
    let audience = |number: u32| json!({ "type": "audience", "id": number.to_string(), "name": format!("Audience {number}") });
    (100..160).map(audience).collect()
}

/// More than one page of them.
fn macros() -> Vec<Value> {
    let answer = |number: u32| json!({ "type": "macro", "id": number.to_string(), "name": format!("Reply {number}") });
    (300..412).map(answer).collect()
}

fn subscription_types() -> Vec<Value> {
    let subscription = |id: &str, state: &str, name: &str| {
        json!({
            "type": "subscription", "id": id, "state": state, "consent_type": "opt_out",
            "default_translation": { "name": name, "locale": "en" },
        })
    };
    vec![
        subscription("37", "live", "Newsletters"),
        subscription("38", "archived", "Offers"),
    ]
}

/// Those of contacts and companies. Standard ones have no id.
fn attributes() -> Vec<Value> {
    vec![
        json!({
            "type": "data_attribute", "name": "email", "label": "Email", "data_type": "string",
            "custom": false, "archived": false, "model": "contact",
        }),
        json!({
            "type": "data_attribute", "id": 42, "name": "paid_subscriber",
            "label": "Paid Subscriber", "data_type": "boolean", "custom": true,
            "archived": false, "model": "contact",
        }),
        json!({
            "type": "data_attribute", "id": 43, "name": "contract", "label": "Contract",
            "data_type": "string", "custom": true, "archived": false, "model": "company",
        }),
    ]
}

fn conversation_attributes() -> Vec<Value> {
    vec![json!({
        "type": "conversation_attribute", "id": 3, "name": "Order number",
        "data_type": "string", "archived": false,
    })]
}

fn away_status_reasons() -> Vec<Value> {
    let reason = |id: &str, label: &str, deleted: bool| json!({ "type": "away_status_reason", "id": id, "label": label, "deleted": deleted });
    vec![
        reason("12", "On a break", false),
        reason("13", "At lunch", true),
    ]
}

fn brands() -> Vec<Value> {
    vec![json!({ "type": "brand", "id": "10", "name": "Larkspur Tea", "is_default": true })]
}

fn email_settings() -> Vec<Value> {
    vec![json!({ "type": "email_setting", "id": "13", "email": "help@example.org" })]
}
