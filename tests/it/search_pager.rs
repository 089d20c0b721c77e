//! Paging through a list of contacts that responds as Intercom does.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use intercom_connector::internals::{
    CONTACTS, MAX_REQUESTS, NextPage, PageResponse, PageSummary, Pager, Pagination,
};
use proptest::prelude::*;
use serde_json::Value;

/// Pages through `total` rows: the sizes asked for, the rows kept, and the
/// summary.
fn page_through(parameters: &str, total: u64) -> (Vec<u64>, Vec<u64>, PageSummary) {
    let pagination = Pagination::from_value(&CONTACTS, parameters.into()).expect(parameters);
    let mut pager = Pager::new(&pagination, false);
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
            found: rows.len(),
            rows: rows.len(),
            next: match end < total {
                true => NextPage::Cursor(end.to_string()),
                false => NextPage::None,
            },
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
fn facts_for_the_caller_are_noted() {
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
    let pagination = Pagination::from_value(&CONTACTS, "limit=100".into()).unwrap();
    let mut pager = Pager::new(&pagination, false);
    let mut requests = 0;
    while pager.next_request().is_some() {
        requests += 1;
        pager.record(PageResponse {
            found: 1,
            rows: 1,
            next: NextPage::Cursor(requests.to_string()),
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
    let pagination = Pagination::from_value(&CONTACTS, "limit=100".into()).unwrap();
    for (cursors, rows, requests, next) in [
        (vec!["a", "a"], 1, 2, None),
        (vec!["a", "b", "a"], 1, 3, None),
        (vec!["a", "b", "c", "b"], 1, 4, None),
        (vec!["a"], 0, 1, Some("limit=100&starting_after=a")),
    ] {
        let mut pager = Pager::new(&pagination, false);
        let mut taken = 0;
        for cursor in &cursors {
            assert!(pager.next_request().is_some());
            pager.record(PageResponse {
                found: rows,
                rows,
                next: NextPage::Cursor((*cursor).to_owned()),
                total: None,
            });
            taken += 1;
        }
        assert!(pager.next_request().is_none(), "{cursors:?}");
        assert_eq!(taken, requests);
        assert_eq!(pager.finish().next_page.as_deref(), next);
    }
}

/// One page of a walk: the rows that Intercom sent, those that match, what it says
/// about the next page, and its count.
type Response = (usize, usize, &'static str, Option<u64>);

/// Records responses until the pager is done.
fn walk(parameters: &str, is_filtered: bool, responses: &[Response]) -> PageSummary {
    let pagination = Pagination::from_value(&CONTACTS, parameters.into()).expect(parameters);
    let mut pager = Pager::new(&pagination, is_filtered);
    for (found, rows, next, total) in responses {
        assert!(
            pager.next_request().is_some(),
            "{parameters} ends too early"
        );
        pager.record(PageResponse {
            found: *found,
            rows: *rows,
            next: match *next {
                "" => NextPage::None,
                "?" => NextPage::Unreadable,
                cursor => NextPage::Cursor(cursor.to_owned()),
            },
            total: *total,
        });
    }
    assert!(pager.next_request().is_none(), "{parameters} goes on");
    pager.finish()
}

/// No walk that Intercom cut short looks complete.
#[test]
fn lost_pages_are_noted() {
    let lost = "Intercom sent 1 of the 9 contacts that it counts, but no next page; the others are \
                missing here";
    let unreadable = "Intercom sent 1 of the 9 contacts that it counts, and a next page that can't \
                      be read; contacts may be missing here";
    let cases: [(&str, &[Response], &[&str]); 12] = [
        ("all=true", &[(1, 1, "", Some(9))], &[lost]),
        ("all=true", &[(1, 1, "?", Some(9))], &[unreadable]),
        ("page=3&per_page=1", &[(1, 1, "", Some(9))], &[lost]),
        ("page=3&per_page=1", &[(1, 1, "?", Some(9))], &[unreadable]),
        ("", &[(1, 1, "", Some(9))], &[lost]),
        ("limit=5", &[(1, 1, "", Some(9))], &[lost]),
        (
            "limit=5",
            &[(2, 2, "a", Some(9)), (1, 1, "", Some(9))],
            &[
                "Intercom sent 3 of the 9 contacts that it counts, but no next page; the others are missing here",
            ],
        ),
        (
            "limit=5&starting_after=a",
            &[(2, 2, "?", None)],
            &[
                "Intercom sent 2 contacts, and a next page that can't be read; contacts may be missing here",
            ],
        ),
        (
            "page=3&per_page=2",
            &[(0, 0, "a", Some(9))],
            &[
                "Intercom sent 0 of the 9 contacts that it counts, then a page without contacts; the search ends here, and next_page continues it",
            ],
        ),
        // A last page, whatever its form.
        ("all=true", &[(9, 9, "?", Some(9))], &[]),
        ("limit=5&starting_after=a", &[(1, 1, "", Some(9))], &[]),
        (
            "page=3&per_page=5",
            &[(9, 9, "", None)],
            &["page 3 is beyond the end: 9 contacts make 2 pages of 5"],
        ),
    ];
    for (parameters, responses, notes) in cases {
        let summary = walk(parameters, false, responses);
        assert_eq!(summary.notes, notes, "{parameters} {responses:?}");
    }
}

/// Rows are counted where they match.
#[test]
fn a_filtered_search_continues_until_enough_rows_match() {
    let cases: [(&str, &[Response], Option<&str>); 9] = [
        // Cut within the first page, within a later one, and at a page's end.
        (
            "limit=3",
            &[(3, 3, "a", None)],
            Some("limit=3&starting_after=a"),
        ),
        (
            "limit=3",
            &[(3, 0, "a", None), (150, 150, "b", None)],
            Some("limit=3&starting_after=a&skip=3"),
        ),
        (
            "limit=3&starting_after=a&skip=3",
            &[(6, 5, "b", None), (9, 2, "c", None)],
            Some("limit=3&starting_after=b&skip=1"),
        ),
        (
            "limit=3",
            &[(3, 2, "a", None), (150, 1, "b", None)],
            Some("limit=3&starting_after=b"),
        ),
        (
            "limit=3",
            &[(3, 2, "a", None), (150, 0, "", Some(153))],
            None,
        ),
        // The last page may hold more than this result.
        (
            "limit=3",
            &[(3, 2, "a", None), (5, 4, "", Some(8))],
            Some("limit=3&starting_after=a&skip=1"),
        ),
        (
            "",
            &[(50, 0, "a", None), (150, 50, "b", None)],
            Some("starting_after=b"),
        ),
        (
            "page=2&per_page=2",
            &[(4, 1, "a", None), (150, 9, "b", None)],
            Some("page=3&per_page=2&starting_after=a&skip=3"),
        ),
        // Nothing was asked to be left out: a server that sends more than asked for.
        (
            "per_page=2",
            &[(3, 3, "a", None)],
            Some("per_page=2&skip=2"),
        ),
    ];
    for (parameters, responses, next) in cases {
        let summary = walk(parameters, true, responses);
        assert_eq!(
            summary.next_page.as_deref(),
            next,
            "{parameters} {responses:?}"
        );
    }
}

/// The bound on requests ends a search that nothing matches, says so, and goes on
/// from there: a page that was not reached is still to be reached.
#[test]
fn a_filtered_walk_is_bounded_and_continued() {
    let cursors: Vec<String> = (0..MAX_REQUESTS).map(|n| format!("c{n}")).collect();
    for (parameters, per_page, next) in [
        ("limit=5", 0, "limit=5&starting_after=c19"),
        ("all=true", 0, "all=true&starting_after=c19"),
        ("", 0, "starting_after=c19"),
        (
            "page=5&per_page=50",
            1,
            "page=5&per_page=50&starting_after=c19&skip=180",
        ),
        (
            "page=5&per_page=50",
            11,
            "page=5&per_page=50&starting_after=c19",
        ),
    ] {
        let pagination = Pagination::from_value(&CONTACTS, parameters.into()).unwrap();
        let mut pager = Pager::new(&pagination, true);
        for cursor in &cursors {
            assert!(pager.next_request().is_some(), "{parameters}");
            pager.record(PageResponse {
                found: 100,
                rows: per_page,
                next: NextPage::Cursor(cursor.clone()),
                total: Some(1_000_000),
            });
        }
        assert!(pager.next_request().is_none(), "{parameters}");
        let summary = pager.finish();
        assert_eq!(summary.next_page.as_deref(), Some(next));
        assert!(Pagination::from_value(&CONTACTS, next.into()).is_ok());
        assert_eq!(
            summary.notes,
            [
                "the search ends after 20 requests and 2000 contacts, before all wanted rows were \
              found; pass next_page back in to continue"
            ]
        );
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
