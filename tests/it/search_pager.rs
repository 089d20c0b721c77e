//! Paging through a list of contacts that responds as Intercom does.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use intercom_connector::internals::{
    FromInput, MAX_REQUESTS, PageResponse, PageSummary, Pager, Pagination,
};
use proptest::prelude::*;
use serde_json::Value;

/// Pages through `total` rows: the sizes asked for, the rows kept, and the
/// summary.
fn page_through(parameters: &str, total: u64) -> (Vec<u64>, Vec<u64>, PageSummary) {
    let pagination = Pagination::from_value(parameters.into()).expect(parameters);
    let mut pager = Pager::new(&pagination);
    let (mut asked, mut kept) = (Vec::new(), Vec::new());
    while let Some(request) = pager.next_request() {
        let size = request
            .get("per_page")
            .and_then(Value::as_u64)
            .unwrap_or(50);
        let start = request
            .get("starting_after")
            .map_or(0, |cursor| cursor.as_str().unwrap().parse().unwrap());
        let end = total.min(start + size);
        let rows: Vec<u64> = (start..end.max(start)).collect();
        asked.push(size);
        let range = pager.record(PageResponse {
            rows: rows.len(),
            next: (end < total).then(|| end.to_string()),
            total: Some(total),
        });
        kept.extend(&rows[range]);
    }
    (asked, kept, pager.finish())
}

/// Parameters, existing rows, page sizes requested, rows kept, next page.
type Page = (
    &'static str,
    u64,
    &'static [u64],
    std::ops::Range<u64>,
    Option<&'static str>,
);

#[test]
fn pages_are_reached_by_the_fewest_requests() {
    let cases: [Page; 12] = [
        ("", 120, &[50], 0..50, Some("starting_after=50")),
        ("per_page=50", 50, &[50], 0..50, None),
        (
            "page=1&per_page=50",
            120,
            &[50],
            0..50,
            Some("page=2&per_page=50&starting_after=50"),
        ),
        (
            "page=2&per_page=50",
            120,
            &[100],
            50..100,
            Some("page=3&per_page=50&starting_after=100"),
        ),
        (
            "page=3&per_page=50&starting_after=100",
            120,
            &[50],
            100..120,
            None,
        ),
        (
            "page=3",
            200,
            &[150],
            100..150,
            Some("page=4&starting_after=150"),
        ),
        (
            "page=4&per_page=50",
            1000,
            &[150, 50],
            150..200,
            Some("page=5&per_page=50&starting_after=200"),
        ),
        (
            "page=2&limit=200",
            1000,
            &[150, 150, 100],
            200..400,
            Some("page=3&limit=200&starting_after=400"),
        ),
        (
            "limit=310",
            1000,
            &[150, 150, 10],
            0..310,
            Some("limit=310&starting_after=310"),
        ),
        ("limit=310", 200, &[150, 150], 0..200, None),
        ("all=true", 320, &[150, 150, 150], 0..320, None),
        ("page=7&per_page=100", 320, &[150], 0..0, None),
    ];
    for (parameters, total, asked, kept, next) in cases {
        let (found_asked, found_kept, summary) = page_through(parameters, total);
        assert_eq!(found_asked, asked, "{parameters} of {total}");
        assert_eq!(
            found_kept,
            kept.collect::<Vec<_>>(),
            "{parameters} of {total}"
        );
        assert_eq!(
            summary.next_page.as_deref(),
            next,
            "{parameters} of {total}"
        );
        assert_eq!(summary.total, Some(total));
    }
}

#[test]
fn what_the_caller_should_know_is_noted() {
    for (parameters, total, note) in [
        (
            "page=7&per_page=100",
            320,
            "page 7 is beyond the end: 320 contacts make 4 pages of 100",
        ),
        (
            "all=true",
            4200,
            "1500 of 4200 contacts; pass next_page back in for the rest",
        ),
    ] {
        assert_eq!(
            page_through(parameters, total).2.notes,
            [note],
            "{parameters}"
        );
    }
    assert!(page_through("all=true", 1500).2.notes.is_empty());
}

#[test]
fn a_server_of_small_pages_gets_no_more_requests_than_allowed() {
    let pagination = Pagination::from_value("limit=100".into()).unwrap();
    let mut pager = Pager::new(&pagination);
    let mut requests = 0;
    while pager.next_request().is_some() {
        requests += 1;
        pager.record(PageResponse {
            rows: 1,
            next: Some(requests.to_string()),
            total: None,
        });
    }
    assert_eq!(requests, MAX_REQUESTS);
    let summary = pager.finish();
    assert_eq!(
        summary.next_page.as_deref(),
        Some("limit=100&starting_after=20")
    );
    assert!(summary.notes[0].contains("the search ends after 20 requests"));
}

#[test]
fn empty_pages_and_circles_end_the_search() {
    let pagination = Pagination::from_value("limit=100".into()).unwrap();
    for (cursors, rows, requests, next) in [
        (vec!["a", "a"], 1, 2, None),
        (vec!["a", "b", "a"], 1, 3, None),
        (vec!["a", "b", "c", "b"], 1, 4, None),
        (vec!["a"], 0, 1, Some("limit=100&starting_after=a")),
    ] {
        let mut pager = Pager::new(&pagination);
        let mut taken = 0;
        for cursor in &cursors {
            assert!(pager.next_request().is_some());
            pager.record(PageResponse {
                rows,
                next: Some((*cursor).to_owned()),
                total: None,
            });
            taken += 1;
        }
        assert!(pager.next_request().is_none(), "{cursors:?}");
        assert_eq!(taken, requests);
        assert_eq!(pager.finish().next_page.as_deref(), next);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Any page holds the right rows, and next_page continues without a gap.
    #[test]
    fn pages_follow_one_another(page in 1..30u64, size in 1..=100u64, total in 0..2000u64) {
        let parameters = format!("page={page}&per_page={size}");
        let (asked, kept, summary) = page_through(&parameters, total);
        let expected: Vec<u64> = ((page - 1) * size..page * size).filter(|row| *row < total).collect();
        prop_assert_eq!(&kept, &expected);
        prop_assert!(asked.len() as u64 <= (page * size).div_ceil(150));
        prop_assert_eq!(summary.page, Some(page));
        match summary.next_page {
            Some(next) => {
                let (asked, following, summary) = page_through(&next, total);
                prop_assert_eq!(asked.len(), 1);
                prop_assert_eq!(following.first().copied(), kept.last().map(|last| last + 1));
                prop_assert_eq!(summary.page, Some(page + 1));
            }
            None => prop_assert!(total <= page * size),
        }
    }
}
