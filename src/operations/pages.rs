//! Reads a list: one page, or all pages up to a limit. All lists have one form of result, for
//! every kind of paging: `items`, `next_page` to pass back in, `total_count`, `notes`, and
//! `response`, the last page without its rows.

use super::inputs::Given;
use super::next_page::{Next, next_of, set};
use super::operation::{NextBy, Operation};
use super::run::request;
use crate::actions::JsonObject;
use crate::api::{Client, Object};
use crate::search::{MAX_REQUESTS, MAX_ROWS};
use crate::world::types::ActionError;

/// Sends the requests of a list.
///
/// # Errors
/// As for [`super::run`].
pub fn read(
    operation: &Operation,
    given: Given,
    mut notes: Vec<String>,
    client: &mut Client<'_>,
) -> Result<String, ActionError> {
    let names: Vec<&str> = operation.pages.rows.iter().map(String::as_str).collect();
    let mut walk = Walk::new(&given);
    let mut response = String::new();
    while walk.end.is_none() {
        let mut request = request(operation, &given);
        if let Some(page) = walk.places.last() {
            set(&operation.pages, page, &mut request);
        }
        let received = client.send(&request)?;
        let asked = walk.places.last().map(String::as_str);
        let (page, body) = received.into_list_of(&names, |object| {
            let page = Page::read(operation, &names, object, asked);
            // Rows are copied twice more when the result is written.
            client.hold(3 * (walk.bytes + page.bytes))?;
            Ok(page)
        })?;
        walk.add(page?, operation.pages.next);
        notes.extend(body.notes);
        response = body.json;
    }
    notes.extend(walk.note());
    let next_page = walk.next_page();
    let mut result = JsonObject::default();
    result
        .items("items", &walk.items)
        .value("next_page", next_page)
        .plain("total_count", walk.total)
        .value("notes", &notes)
        .json("response", &response);
    Ok(result.finish())
}

/// One page.
struct Page {
    /// The rows as JSON texts, joined by commas.
    items: String,
    rows: u64,
    total: Option<u64>,
    next: Next,
    /// The size of the whole page.
    bytes: usize,
}

impl Page {
    fn read(
        operation: &Operation,
        names: &[&str],
        object: &Object<'_>,
        asked: Option<&str>,
    ) -> Self {
        let rows = names.iter().find(|name| object.is_list_at(name));
        let rows = rows.map(|name| object.list_at(name)).unwrap_or_default();
        let items: Vec<&str> = rows.iter().map(|row| row.json()).collect();
        let total = object.integer("total_count");
        Self {
            items: items.join(","),
            rows: rows.len() as u64,
            total: total.and_then(|total| u64::try_from(total).ok()),
            next: next_of(operation, object, rows.len(), asked),
            bytes: object.as_json().len(),
        }
    }
}

/// Why a list ended, except when one page was requested.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// The requested page was read.
    Page,
    /// There are no more pages.
    NoMore,
    /// The next page can't be read.
    Unreadable,
    /// The next page was already read.
    Circle,
    /// A page has no rows but a next page.
    Empty,
    /// The limit of rows or requests is reached.
    Bound,
}

/// The pages so far.
struct Walk {
    all: bool,
    from_the_start: bool,
    /// The values that requested each page except the first.
    places: Vec<String>,
    next: Option<String>,
    items: String,
    rows: u64,
    requests: u64,
    total: Option<u64>,
    bytes: usize,
    end: Option<End>,
    is_scroll: bool,
}

impl Walk {
    fn new(given: &Given) -> Self {
        Self {
            all: given.all,
            from_the_start: given.next_page.is_none(),
            places: given.next_page.iter().cloned().collect(),
            next: None,
            items: String::new(),
            rows: 0,
            requests: 0,
            total: None,
            bytes: 0,
            end: None,
            is_scroll: false,
        }
    }

    fn add(&mut self, page: Page, by: NextBy) {
        self.bytes += page.items.len();
        if self.items.is_empty() {
            self.items = page.items;
        } else if !page.items.is_empty() {
            self.items.push(',');
            self.items.push_str(&page.items);
        }
        self.rows += page.rows;
        self.requests += 1;
        self.total = page.total.or(self.total);
        self.is_scroll = by == NextBy::Scroll;
        // The name of a scroll stays the same; its last page is empty.
        let repeats = !self.is_scroll;
        self.end = match page.next {
            Next::None => Some(End::NoMore),
            Next::Unreadable => Some(End::Unreadable),
            Next::Page(_) if self.is_scroll && page.rows == 0 => Some(End::NoMore),
            Next::Page(next) if repeats && self.places.contains(&next) => Some(End::Circle),
            Next::Page(next) => {
                self.next = Some(next.clone());
                let end = self.end_before_next(page.rows);
                self.places.push(next);
                end
            }
        };
    }

    /// Why the next page is not read.
    fn end_before_next(&self, rows: u64) -> Option<End> {
        match self.all {
            false if rows == 0 => Some(End::Empty),
            false => Some(End::Page),
            true if rows == 0 => Some(End::Empty),
            true if self.rows + rows > MAX_ROWS || self.requests >= MAX_REQUESTS => {
                Some(End::Bound)
            }
            true => None,
        }
    }

    fn next_page(&self) -> Option<&str> {
        match self.end {
            Some(End::Page | End::Empty | End::Bound) => self.next.as_deref(),
            _ => None,
        }
    }

    /// Notes about the end.
    fn note(&self) -> Option<String> {
        let rows = self.rows;
        let of_all = match self.total {
            Some(total) => format!("{rows} of the {total} rows that it counts"),
            None => format!("{rows} rows"),
        };
        let is_short = self.total.is_some_and(|total| rows < total) && self.from_the_start;
        match self.end? {
            End::NoMore if is_short => Some(format!(
                "Intercom sent {of_all}, but no next page; the others are missing here"
            )),
            End::Unreadable => Some(format!(
                "Intercom sent {of_all}, and a next page that can't be read; rows may be missing \
                 here"
            )),
            End::Circle => Some(format!(
                "Intercom sent {of_all}, and a next page that was already read; the list ends here"
            )),
            End::Empty => Some(format!(
                "Intercom sent {of_all}, then a page without rows; next_page continues after it"
            )),
            End::Bound => Some(format!(
                "the list ends after {rows} rows and {} requests; pass next_page back in for the \
                 rest{}",
                self.requests,
                self.soon()
            )),
            End::Page if self.is_scroll => Some(format!(
                "pass next_page back in for the next rows{}",
                self.soon()
            )),
            End::NoMore | End::Page => None,
        }
    }

    fn soon(&self) -> &'static str {
        match self.is_scroll {
            true => " within a minute: an unused scroll expires, and a workspace has one at a time",
            false => "",
        }
    }
}
