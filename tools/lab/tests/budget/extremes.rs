//! What the largest pages and formulas cost.

use connector_host::Environment;
use lab::load::work::{environment, page};
use lab::load::{Canned, Work};
use serde_json::json;

use super::counting::Counter;

#[tokio::test]
async fn extremes_in_figures() {
    let counter = Counter::new(&test_support::artifact().component);
    let formula = |text: String| json!({ "filter_formula": text }).to_string();
    let user = "role = 'user'".to_owned();
    let ids = |count: usize| {
        (0..count)
            .map(|n| format!("'id{n}'"))
            .collect::<Vec<_>>()
            .join(", ")
    };
    for (name, input, rows) in [
        ("page of 50", formula(user.clone()), 50),
        ("page of 1", formula(user), 1),
        (
            "page of 150",
            json!({ "filter_formula": "role = 'user'", "pagination_parameters": "per_page=150" })
                .to_string(),
            150,
        ),
        ("15x15", formula(groups(15, 15)), 1),
        (
            "list of 2500",
            formula(format!("external_id IN ({})", ids(2500))),
            1,
        ),
        ("16x(14|2)", formula(worst()), 1),
    ] {
        let environment: Environment = environment("https://api.intercom.io");
        let counts = counter
            .count(
                &environment,
                Canned::new(page(rows)),
                Work::SearchContacts.action(),
                &input,
            )
            .await;
        println!(
            "{:>10} {:>4} {name}",
            counts.instructions, counts.host_calls
        );
    }
}

fn groups(groups: usize, filters: usize) -> String {
    let group = |group: usize| {
        let filter = |filter: usize| format!("name ~ 'part {group} {filter}'");
        let filters: Vec<_> = (0..filters).map(filter).collect();
        format!("({})", filters.join(" AND "))
    };
    let groups: Vec<_> = (0..groups).map(group).collect();
    groups.join(" OR ")
}

/// Expands to 256 groups on the way.
fn worst() -> String {
    let group = |n: usize| format!("(name ~ 'a{n}' OR os ~ 'b{n}')");
    let groups: Vec<_> = (0..8).map(group).collect();
    groups.join(" AND ")
}
