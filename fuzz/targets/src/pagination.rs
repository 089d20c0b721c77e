//! Pagination parameters, and the search that they lead to.

use super::shape::{filled, is_one_placeholder};
use intercom_connector::internals::{
    CONTACTS, Context, MAX_REQUESTS, MAX_ROWS, NextPage, PageResponse, Pager, Pagination, Patch,
    Place, Resolve,
};
use serde_json::{Value, json};

/// The parameters up to the first line end, on the next line the value of `v`,
/// then a line for each page that the search meets: how many rows it has, the
/// next cursor and the total.
pub fn pagination(data: &[u8]) {
    let Ok(data) = std::str::from_utf8(data) else {
        return;
    };
    let mut lines = data.split('\n');
    let text = lines.next().unwrap_or_default();
    let v: Value = lines.next().unwrap_or_default().into();
    let pages: Vec<PageResponse> = lines.map(page).collect();

    let context = Context::parse(&json!({"v": v}).to_string()).expect("an object");
    if let Ok(Patch::Value(pagination)) =
        Pagination::read(&CONTACTS, Resolve::new(&context), text.into())
    {
        has_no_more_parameters(text, &v, &pagination);
        next_page_reads_back(&pagination);
        ends(&pagination, &pages, false);
        ends(&pagination, &pages, true);
    }
}

/// `rows cursor total`, or `matching/rows cursor total`, each of which may be missing.
fn page(line: &str) -> PageResponse {
    let mut words = line.split(' ');
    let rows = words.next().unwrap_or_default();
    // `5/9`: five of nine rows match.
    let (rows, found) = rows.split_once('/').unwrap_or((rows, rows));
    let rows = rows.parse().unwrap_or(0);
    PageResponse {
        found: found.parse().unwrap_or(0).max(rows),
        rows,
        next: match words.next() {
            None | Some("") => NextPage::None,
            Some("?") => NextPage::Unreadable,
            Some(cursor) => NextPage::Cursor(cursor.to_owned()),
        },
        total: words.next().and_then(|total| total.parse().ok()),
    }
}

/// A value stays the value of its parameter: with the value encoded in its place,
/// the parameters mean the same.
fn has_no_more_parameters(text: &str, v: &Value, pagination: &Pagination) {
    if is_one_placeholder(text) || text.trim_start().starts_with('{') {
        return;
    }
    let text = text.trim();
    let text = text.strip_prefix('?').unwrap_or(text);
    let pairs = text.split('&').filter(|pair| !pair.trim().is_empty());
    let pairs = pairs.map(|pair| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        let value = filled(&decoded(value), v).expect("a value that was filled");
        let value = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        (decoded(key), value)
    });
    let plain = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish();
    assert_eq!(
        Pagination::from_value(&CONTACTS, plain.into())
            .ok()
            .as_ref(),
        Some(pagination)
    );
}

fn decoded(text: &str) -> String {
    let pair = format!("x={}", text.trim());
    let mut pairs = form_urlencoded::parse(pair.as_bytes());
    pairs.next().unwrap_or_default().1.into_owned()
}

/// The next page's parameters can be passed back in.
fn next_page_reads_back(pagination: &Pagination) {
    let place = Place {
        cursor: Some(" W+ /=&{{v}} ".to_owned()),
        skip: 7,
    };
    let next = pagination.after(&place, true);
    let whole = Pagination::from_value(&CONTACTS, next.clone().into());
    let whole = whole.unwrap_or_else(|problem| panic!("{next}: {problem:?}"));
    assert_eq!(whole.sort(), pagination.sort());
    assert_eq!(whole.after(&place, false), next);
    let again = whole.after(&place, true);
    let third = Pagination::from_value(&CONTACTS, again.into()).expect("the page after it");
    assert_eq!(third.sort(), pagination.sort());
}

/// However the pages come, the search ends, and keeps rows that exist.
fn ends(pagination: &Pagination, pages: &[PageResponse], is_filtered: bool) {
    let mut pager = Pager::new(pagination, is_filtered);
    let (mut requests, mut kept, mut is_sized) = (0, 0, false);
    let mut pages = pages.iter().cycle();
    while let Some(asked) = pager.next_request() {
        is_sized = asked.contains_key("per_page");
        let per_page = asked.get("per_page").and_then(Value::as_u64).unwrap_or(50);
        assert!((1..=150).contains(&per_page), "{asked:?}");
        let mut response = pages.next().cloned().unwrap_or_default();
        if !is_filtered {
            response.found = response.rows;
        }
        let rows = response.rows;
        let wanted = pager.record(response);
        assert!(
            wanted.start <= wanted.end && wanted.end <= rows,
            "{wanted:?} of {rows}"
        );
        requests += 1;
        kept += wanted.len();
        assert!(requests <= MAX_REQUESTS);
    }
    if is_sized {
        assert!(kept as u64 <= MAX_ROWS, "{kept}");
    }
    let summary = pager.finish();
    if let Some(next) = summary.next_page {
        assert!(
            Pagination::from_value(&CONTACTS, next.clone().into()).is_ok(),
            "{next}"
        );
    }
}
