//! The pages of a list, read one after the other up to a bound.

use super::kind::{Kind, Paging};
use crate::api::{Method, Object, Query, Request, SplitUrl};
use crate::search::{MAX_REQUESTS, MAX_ROWS};

/// The requested page size: the maximum of each of these lists.
const PER_PAGE: &str = "50";

/// The pages of a list so far.
#[derive(Debug)]
pub struct Pages {
    kind: &'static Kind,
    /// The cursor or number of each page but the first.
    asked: Vec<String>,
    rows: u64,
    requests: u64,
    state: State,
}

/// Whether there is another page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// There is one, to be read.
    More,
    /// There is none.
    Done,
    /// There is one, but no more rows or requests are allowed.
    Bound,
    /// The response's next page can't be used: it was already read, or has no cursor or number.
    Lost,
}

impl Pages {
    /// The pages of a list before the first request.
    pub fn new(kind: &'static Kind) -> Self {
        Self {
            kind,
            asked: Vec::new(),
            rows: 0,
            requests: 0,
            state: State::More,
        }
    }

    /// The request of the next page, if there is one to read.
    pub fn next_request(&self) -> Option<Request> {
        if self.state != State::More {
            return None;
        }
        let mut query: Vec<(&str, &str)> = self.kind.query.into_iter().collect();
        let parameter = match self.kind.paging {
            Paging::None => None,
            Paging::Number => Some("page"),
            Paging::Cursor => Some("starting_after"),
        };
        if let Some(parameter) = parameter {
            query.push(("per_page", PER_PAGE));
            query.extend(self.asked.last().map(|page| (parameter, page.as_str())));
        }
        let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        Some(Request {
            query: Query(query.into_iter().map(owned).collect()),
            ..Request::new(Method::Get, self.kind.path)
        })
    }

    /// Records a page of so many rows.
    pub fn record(&mut self, page: &Object<'_>, rows: usize) {
        self.requests += 1;
        self.rows += rows as u64;
        let number = self.requests;
        let next = match self.kind.paging {
            Paging::None => Next::None,
            Paging::Number => after_number(page, number),
            Paging::Cursor => after_cursor(page),
        };
        self.state = match next {
            Next::None => State::Done,
            _ if rows == 0 => State::Done,
            Next::Unreadable => State::Lost,
            Next::Page(next) if self.asked.contains(&next) => State::Lost,
            Next::Page(_) if self.rows >= MAX_ROWS || self.requests >= MAX_REQUESTS => State::Bound,
            Next::Page(next) => {
                self.asked.push(next);
                State::More
            }
        };
    }

    /// The notes about the end, for the caller.
    pub fn note(&self) -> Option<String> {
        let (rows, requests) = (self.rows, self.requests);
        match self.state {
            State::Bound => Some(format!(
                "the list is longer than the {rows} rows that {requests} requests read; choices \
                 may be missing here"
            )),
            State::Lost => Some(format!(
                "Intercom sent {rows} rows and did not say in a usable form how to get the next \
                 page; choices may be missing here"
            )),
            State::More | State::Done => None,
        }
    }
}

/// What a response says about its next page.
enum Next {
    None,
    Page(String),
    Unreadable,
}

/// The facts about pages are in `pages`, or beside the rows.
fn after_number(page: &Object<'_>, number: u64) -> Next {
    let pages = page.object("pages");
    let facts = pages.as_ref().unwrap_or(page);
    let total = facts.integer("total_pages");
    let total = total.and_then(|total| u64::try_from(total).ok());
    match total.is_some_and(|total| number < total) {
        true => Next::Page((number + 1).to_string()),
        false => Next::None,
    }
}

/// `pages.next` is an object that holds the cursor, or a URL with it.
fn after_cursor(page: &Object<'_>) -> Next {
    let Some(pages) = page.object("pages") else {
        return Next::None;
    };
    let cursor = match (pages.object("next"), pages.json("next")) {
        (Some(next), _) => next.text("starting_after"),
        (None, None | Some("null")) => return Next::None,
        (None, Some(_)) => pages.text("next").and_then(|url| cursor_of(&url)),
    };
    match cursor.filter(|cursor| !cursor.is_empty()) {
        Some(cursor) => Next::Page(cursor),
        None => Next::Unreadable,
    }
}

fn cursor_of(url: &str) -> Option<String> {
    let rest = SplitUrl::parse(url).map_or(url, |url| url.rest);
    let (_, query) = rest.split_once('?')?;
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    let (_, cursor) = pairs.find(|(name, _)| name == "starting_after")?;
    Some(cursor.into_owned())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::api::Document;
    use crate::input::FromInput;

    fn pages(kind: &str) -> Pages {
        Pages::new(<&Kind>::from_value(kind.into()).unwrap())
    }

    /// The queries of the requests for these pages, and the note.
    fn walk(kind: &str, bodies: &[&str]) -> (Vec<String>, Option<String>) {
        let mut pages = pages(kind);
        let mut queries = Vec::new();
        for body in bodies {
            let Some(request) = pages.next_request() else {
                break;
            };
            queries.push(request.query.encoded());
            let document = Document::parse((*body).to_owned(), crate::api::ALL).unwrap();
            pages.record(&document.object().unwrap(), 1);
        }
        (queries, pages.note())
    }

    #[test]
    fn pages_are_requested_by_number_or_cursor() {
        let two = r#"{"pages": {"page": 1, "total_pages": 2}}"#;
        let beside = r#"{"page": 1, "total_pages": 2}"#;
        let cursor = r#"{"pages": {"next": {"starting_after": "c1"}}}"#;
        let url = r#"{"pages": {"next": "https://api.intercom.io/macros?starting_after=c%2B1"}}"#;
        for (kind, body, queries) in [
            (
                "segments",
                two,
                ["?per_page=50", "?per_page=50&page=2"].as_slice(),
            ),
            (
                "audiences",
                beside,
                &["?per_page=50", "?per_page=50&page=2"],
            ),
            (
                "macros",
                cursor,
                &["?per_page=50", "?per_page=50&starting_after=c1"],
            ),
            (
                "macros",
                url,
                &["?per_page=50", "?per_page=50&starting_after=c%2B1"],
            ),
            ("macros", r#"{"pages": {"next": null}}"#, &["?per_page=50"]),
            ("tags", two, &[""]),
            ("contact-attributes", "{}", &["?model=contact"]),
        ] {
            let (asked, note) = walk(kind, &[body, "{}"]);
            assert_eq!(asked, queries, "{kind} {body}");
            assert_eq!(note, None, "{kind} {body}");
        }
    }

    #[test]
    fn a_list_that_ends_too_early_says_so() {
        let same = r#"{"pages": {"next": {"starting_after": "c1"}}}"#;
        let (asked, note) = walk("macros", &[same, same, same]);
        assert_eq!(asked.len(), 2);
        assert!(note.is_some_and(|note| note.contains("sent 2 rows")));
        let (_, note) = walk("macros", &[r#"{"pages": {"next": {}}}"#]);
        assert!(note.is_some_and(|note| note.contains("sent 1 rows")));
        let endless = [r#"{"total_pages": 99}"#; 30];
        let (asked, note) = walk("segments", &endless);
        assert_eq!(asked.len() as u64, MAX_REQUESTS);
        assert!(note.is_some_and(|note| note.contains("longer than the 20 rows")));
    }
}
