//! Walks through searches of generated formulas, against a model of Intercom:
//! whichever pages a caller asks for, all of them together are what the formula
//! selects, and no contact comes twice.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use crate::search_model::{Workspace, finds, means};
use crate::search_properties::{compile, contact, formula, query_of, workspace};
use crate::search_tables::{conversation, conversation_formula, ticket, ticket_formula};
use intercom_connector::internals::formula::{Condition, ParsedFormula, Tree, Written};
use intercom_connector::internals::{
    CONTACTS, CONVERSATIONS, Clock, Headers, HostContext, Match, Response, SendError, TICKETS,
    Table, Transport, WireRequest, invoke,
};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::time::Duration;

/// A search: its action, and the names of its rows in responses and results.
struct Search {
    action: &'static str,
    table: &'static Table,
    sent: &'static str,
    path: &'static str,
}

const OF_CONTACTS: Search = Search {
    action: "search-contacts",
    table: &CONTACTS,
    sent: "data",
    path: "/contacts/search",
};

const OF_CONVERSATIONS: Search = Search {
    action: "search-conversations",
    table: &CONVERSATIONS,
    sent: "conversations",
    path: "/conversations/search",
};

const OF_TICKETS: Search = Search {
    action: "search-tickets",
    table: &TICKETS,
    sent: "tickets",
    path: "/tickets/search",
};

/// A workspace that responds to searches, its rows always in one order.
struct Intercom<'a> {
    search: &'a Search,
    rows: &'a [Value],
    at: Workspace,
    /// The largest page that it gives, whatever it is asked for.
    largest: usize,
    requests: usize,
}

impl Transport for Intercom<'_> {
    fn send(&mut self, request: &WireRequest) -> Result<Response, SendError> {
        self.requests += 1;
        let body: Value = serde_json::from_slice(&request.body).unwrap();
        assert_eq!(request.path_with_query, self.search.path);
        let pagination = &body["pagination"];
        let default = self.search.table.per_page;
        let asked = pagination["per_page"].as_u64().unwrap_or(default) as usize;
        assert!((1..=150).contains(&asked));
        let size = asked.min(self.largest);
        let start = pagination["starting_after"].as_str();
        let start: usize = start.map_or(0, |cursor| cursor.parse().unwrap());
        let found = self.rows.iter();
        let found: Vec<&Value> = found
            .filter(|row| finds(&body["query"], row, self.at))
            .collect();
        let end = found.len().min(start + size);
        let mut pages = json!({"type": "pages", "page": start / size + 1, "per_page": size});
        if end < found.len() {
            pages["next"] = json!({"page": end / size + 1, "starting_after": end.to_string()});
        }
        let list = json!({
            "type": "list",
            self.search.sent: found[start.min(end)..end],
            "total_count": found.len(),
            "pages": pages,
        });
        let headers = [
            ("content-type", "application/json; charset=utf-8"),
            ("x-request-id", "1f9d"),
            (
                "intercom-version",
                if self.at.exact_dates { "2.17" } else { "2.16" },
            ),
        ];
        Ok(Response {
            status: 200,
            headers: Headers(
                headers
                    .map(|(name, value)| (name.to_owned(), value.to_owned()))
                    .into(),
            ),
            body: list.to_string().into_bytes(),
            cut: None,
        })
    }
}

struct NoTime;

impl Clock for NoTime {
    fn now(&mut self) -> Duration {
        Duration::ZERO
    }

    fn sleep(&mut self, _: Duration) {
        panic!("no response asks for a wait");
    }
}

/// One page of a result.
struct Page {
    ids: Vec<u64>,
    next: Option<String>,
    is_cut_short: bool,
}

fn search(intercom: &mut Intercom<'_>, formula: &str, parameters: &str) -> Page {
    let input = json!({"filter_formula": formula, "pagination_parameters": parameters});
    let version = if intercom.at.exact_dates {
        "2.17"
    } else {
        "2.16"
    };
    let variables = [("ACCESS_TOKEN", "token"), ("VERSION", version)];
    let variables = variables.map(|(name, value)| (format!("INTERCOM_{name}"), value.to_owned()));
    intercom.requests = 0;
    let result = invoke(
        intercom.search.action,
        &input.to_string(),
        HostContext {
            variables: variables.into(),
            transport: intercom,
            clock: &mut NoTime,
        },
    );
    let result: Value = serde_json::from_str(&result.unwrap()).unwrap();
    assert!(intercom.requests <= 20);
    let rows = result[intercom.search.table.rows]
        .as_array()
        .unwrap()
        .iter();
    let notes = result["notes"].to_string();
    Page {
        ids: rows
            .map(|row| row["id"].as_str().unwrap().parse().unwrap())
            .collect(),
        next: result["next_page"].as_str().map(str::to_owned),
        is_cut_short: notes.contains("the search ends after 20 requests"),
    }
}

/// The contacts that the formula selects, by the model of what it means; those that
/// a row can't decide stay in. `None` if the formula does not compile.
fn selected(
    table: &'static Table,
    tree: &Tree<Condition<Written>>,
    contacts: &[Value],
    at: Workspace,
) -> Option<Vec<u64>> {
    let version = if at.exact_dates { "2.17" } else { "2.16" };
    let compiled = compile(
        table,
        ParsedFormula(tree.clone()).to_string(),
        "{}",
        version,
    )?;
    let query = query_of(&compiled);
    let mut ids = Vec::new();
    for contact in contacts {
        let meant = means(tree, contact, at) == Some(true);
        let undecided = compiled.rows.as_ref().is_some_and(|rows| {
            finds(&query, contact, at) && rows.matches(contact) == Match::Unknown
        });
        if meant || undecided {
            ids.push(contact["id"].as_str().unwrap().parse().unwrap());
        }
    }
    Some(ids)
}

/// Rows with their ids.
fn rows(row: impl Strategy<Value = Value>) -> impl Strategy<Value = Vec<Value>> {
    prop::collection::vec(row, 0..160).prop_map(|mut rows| {
        for (id, row) in rows.iter_mut().enumerate() {
            row["id"] = id.to_string().into();
        }
        rows
    })
}

/// Walks by numbered pages and compares with the model.
fn numbered_pages_are_the_selection(
    searched: &Search,
    tree: Tree<Condition<Written>>,
    rows: &[Value],
    at: Workspace,
    size: usize,
) -> Result<(), TestCaseError> {
    let Some(expected) = selected(searched.table, &tree, rows, at) else {
        return Ok(());
    };
    let formula = ParsedFormula(tree).to_string();
    let mut intercom = Intercom {
        search: searched,
        rows,
        at,
        largest: 150,
        requests: 0,
    };
    let mut found = Vec::new();
    for number in 1..=rows.len() / size + 1 {
        let page = search(
            &mut intercom,
            &formula,
            &format!("page={number}&per_page={size}"),
        );
        prop_assert!(!page.is_cut_short);
        found.extend(page.ids);
        if page.next.is_none() {
            break;
        }
    }
    prop_assert_eq!(found, expected, "{}", formula);
    Ok(())
}

/// Walks by `next_page`, with whatever sizes, and compares with the model.
fn walks_are_the_selection(
    searched: &Search,
    tree: Tree<Condition<Written>>,
    rows: &[Value],
    at: Workspace,
    (first, size): (String, usize),
    sizes: &[usize],
    largest: usize,
) -> Result<(), TestCaseError> {
    let Some(expected) = selected(searched.table, &tree, rows, at) else {
        return Ok(());
    };
    let formula = ParsedFormula(tree).to_string();
    let mut intercom = Intercom {
        search: searched,
        rows,
        at,
        largest,
        requests: 0,
    };
    let (mut parameters, mut size, mut found) = (first, size, Vec::new());
    for step in 0.. {
        prop_assert!(step < 400, "{} never ends", formula);
        let page = search(&mut intercom, &formula, &parameters);
        prop_assert!(page.ids.len() <= size);
        let is_unsized = parameters.is_empty() || parameters.starts_with("starting_after");
        prop_assert!(
            page.ids.len() == size || page.next.is_none() || page.is_cut_short || is_unsized,
            "{} of {} rows, and no word why: {} {}",
            page.ids.len(),
            size,
            parameters,
            formula
        );
        found.extend(page.ids);
        let Some(next) = page.next else { break };
        // Sizes may change on the way; a numbered page's may not.
        let other = sizes[step % sizes.len()];
        (parameters, size) = match next.strip_prefix("limit=") {
            Some(rest) => (
                format!("limit={other}{}", rest.trim_start_matches(char::is_numeric)),
                other,
            ),
            None => (next, size),
        };
    }
    prop_assert_eq!(found, expected, "{}", formula);
    Ok(())
}

/// Conversations and tickets compare dates by the second in every version.
const EXACT: Workspace = Workspace {
    offset: 0,
    exact_dates: true,
};

/// Parameters to begin with, and the number of rows that they ask for.
fn parameters() -> impl Strategy<Value = (String, usize)> {
    (1..=60usize, 0..6usize).prop_map(|(size, form)| match form {
        0 => (String::new(), 50),
        1 => ("all=true".to_owned(), 1500),
        2 => (format!("page=1&per_page={size}"), size),
        3 => (format!("page=1&limit={size}"), size),
        4 => (format!("per_page={size}"), size),
        _ => (format!("limit={size}"), size),
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    /// From page to page by `next_page`, with whatever sizes, and also where the
    /// bound on requests ends a search.
    #[test]
    fn all_pages_together_are_what_the_formula_selects(
        tree in formula(),
        contacts in rows(contact()),
        at in workspace(),
        first in parameters(),
        sizes in prop::collection::vec(1..=60usize, 1..4),
        largest in prop_oneof![Just(150usize), 1..=12usize],
    ) {
        walks_are_the_selection(&OF_CONTACTS, tree, &contacts, at, first, &sizes, largest)?;
    }

    /// From page to page by numbers alone.
    #[test]
    fn numbered_pages_together_are_what_the_formula_selects(
        tree in formula(),
        contacts in rows(contact()),
        at in workspace(),
        size in 5..=60usize,
    ) {
        numbered_pages_are_the_selection(&OF_CONTACTS, tree, &contacts, at, size)?;
    }

    /// The same of conversations, whose default page is smaller.
    #[test]
    fn all_conversations_together_are_what_the_formula_selects(
        tree in conversation_formula(),
        conversations in rows(conversation()),
        (first, size) in parameters(),
        sizes in prop::collection::vec(1..=60usize, 1..4),
    ) {
        let searched = &OF_CONVERSATIONS;
        walks_are_the_selection(searched, tree.clone(), &conversations, EXACT, (first, size), &sizes, 150)?;
        numbered_pages_are_the_selection(searched, tree, &conversations, EXACT, size.clamp(5, 60))?;
    }

    /// The same of tickets.
    #[test]
    fn all_tickets_together_are_what_the_formula_selects(
        tree in ticket_formula(),
        tickets in rows(ticket()),
        (first, size) in parameters(),
        sizes in prop::collection::vec(1..=60usize, 1..4),
    ) {
        let searched = &OF_TICKETS;
        walks_are_the_selection(searched, tree.clone(), &tickets, EXACT, (first, size), &sizes, 150)?;
        numbered_pages_are_the_selection(searched, tree, &tickets, EXACT, size.clamp(5, 60))?;
    }
}
