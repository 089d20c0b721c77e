//! The largest pages and formulas: searches that cost most.

use serde_json::json;

use super::work::page;

/// One search.
#[derive(Debug)]
pub struct Extreme {
    /// What is large in it.
    pub name: &'static str,
    /// The input of `search-contacts`.
    pub input: String,
    /// The number of contacts in its response.
    pub rows: usize,
}

impl Extreme {
    /// All of them.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let of = |name, formula: String, rows| Self {
            name,
            input: json!({ "filter_formula": formula }).to_string(),
            rows,
        };
        let mut page = of("page of 150 contacts", String::new(), 150);
        page.input =
            json!({ "filter_formula": "role = 'user'", "pagination_parameters": "per_page=150" })
                .to_string();
        vec![
            of("page of 50 contacts", "role = 'user'".to_owned(), 50),
            page,
            of("formula of 15×15 filters", filters(), 1),
            of("formula of 256 groups", groups(), 1),
            of("formula of 900 values of one field", values(), 1),
        ]
    }

    /// The body of its response.
    #[must_use]
    pub fn response(&self) -> String {
        page(self.rows)
    }
}

/// Fifteen groups of fifteen filters, all different: the most that Intercom takes.
fn filters() -> String {
    let group = |group: usize| {
        let filter = |filter: usize| format!("name ~ 'part {group} {filter}'");
        let filters: Vec<_> = (0..15).map(filter).collect();
        format!("({})", filters.join(" AND "))
    };
    let groups: Vec<_> = (0..15).map(group).collect();
    groups.join(" OR ")
}

/// As many groups on the way as the compiler allows.
fn groups() -> String {
    let group = |n: usize| format!("(name ~ 'a{n}' OR os ~ 'b{n}')");
    let groups: Vec<_> = (0..8).map(group).collect();
    groups.join(" AND ")
}

/// Conditions that become one list, as many as are read.
fn values() -> String {
    let conditions: Vec<_> = (0..900).map(|n| format!("external_id = '{n}'")).collect();
    conditions.join(" OR ")
}
