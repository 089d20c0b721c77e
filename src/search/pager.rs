//! Pages through a search: which page to request next, which of its rows to keep,
//! and when to stop.
//!
//! Intercom has cursors only, so row 101 is reached through the first hundred.
//! Pages of 150 take the fewest requests; the last page ends where the wanted
//! rows end, so its cursor is the start of the next page.

use super::pagination::{Extent, MAX_PER_PAGE, MAX_REQUESTS, Pagination};
use serde_json::{Map, Value, json};
use std::ops::Range;

/// The state of one search. Knows nothing of HTTP: [`Pager::next_request`] says
/// what to ask for, [`Pager::record`] takes what came.
#[derive(Debug)]
pub struct Pager<'a> {
    pagination: &'a Pagination,
    /// The wanted rows, counted from where the search starts.
    wanted: Range<u64>,
    /// The number of rows read, and of those kept.
    read: u64,
    kept: u64,
    requests: u64,
    total: Option<u64>,
    /// Every cursor so far; the last one is where to continue.
    cursors: Vec<String>,
    end: Option<End>,
}

/// Why paging stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// All wanted rows were read; more may follow.
    Reached,
    /// Intercom has no more.
    NoMore,
    /// Intercom repeated an earlier cursor.
    Circle,
    /// [`MAX_REQUESTS`] were sent.
    TooMany,
}

/// What a response says about its page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PageResponse {
    /// The number of rows.
    pub rows: usize,
    /// The cursor of the next page.
    pub next: Option<String>,
    /// The number of contacts that match in all.
    pub total: Option<u64>,
}

/// What a search's result says about its page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PageSummary {
    /// The page's number, where known.
    pub page: Option<u64>,
    /// The number of contacts that match in all.
    pub total: Option<u64>,
    /// The parameters of the next page.
    pub next_page: Option<String>,
    /// What the caller should know.
    pub notes: Vec<String>,
}

impl<'a> Pager<'a> {
    /// A pager that has requested nothing yet.
    pub fn new(pagination: &'a Pagination) -> Self {
        let skipped = pagination.skipped();
        Self {
            pagination,
            wanted: skipped..skipped.saturating_add(pagination.size()),
            read: 0,
            kept: 0,
            requests: 0,
            total: None,
            cursors: pagination.starting_after.iter().cloned().collect(),
            end: None,
        }
    }

    /// The `pagination` of the next request's body, empty where Intercom's own
    /// defaults will do; `None` when done. (Intercom ignores pagination in the
    /// query string.)
    pub fn next_request(&self) -> Option<Map<String, Value>> {
        if self.end.is_some() {
            return None;
        }
        let mut pagination = Map::new();
        if !self.is_unsized() {
            let rest = self.wanted.end.saturating_sub(self.read);
            pagination.insert("per_page".to_owned(), json!(rest.min(MAX_PER_PAGE)));
        }
        if let Some(cursor) = self.cursors.last() {
            pagination.insert("starting_after".to_owned(), json!(cursor));
        }
        Some(pagination)
    }

    /// Records a response. Returns which of its rows to keep.
    pub fn record(&mut self, response: PageResponse) -> Range<usize> {
        let rows = response.rows as u64;
        let start = self.wanted.start.saturating_sub(self.read).min(rows);
        let end = match self.is_unsized() {
            true => rows,
            false => self.wanted.end.saturating_sub(self.read).min(rows),
        };
        self.read = self.read.saturating_add(rows);
        self.kept += end.saturating_sub(start);
        self.requests += 1;
        self.total = response.total.or(self.total);
        self.end = self.end_after(response);
        start as usize..end as usize
    }

    fn end_after(&mut self, response: PageResponse) -> Option<End> {
        let Some(next) = response.next else {
            return Some(End::NoMore);
        };
        if self.cursors.contains(&next) {
            return Some(End::Circle);
        }
        self.cursors.push(next);
        let past_the_last = self.total.is_some_and(|total| total <= self.wanted.start);
        match self.read >= self.wanted.end || self.is_unsized() {
            true => Some(End::Reached),
            false if past_the_last && self.wanted.start > 0 => Some(End::NoMore),
            // After an empty page there is nothing more, whatever its cursor.
            false if response.rows == 0 => Some(End::Reached),
            false if self.requests >= MAX_REQUESTS => Some(End::TooMany),
            false => None,
        }
    }

    /// Whether no number of rows was given: all rows that come are wanted.
    fn is_unsized(&self) -> bool {
        self.pagination.extent == Extent::Unsaid && self.pagination.page.is_none()
    }

    /// Finishes the search.
    pub fn finish(self) -> PageSummary {
        let cursor = match self.end {
            Some(End::Reached) => self.cursors.last(),
            // The rest of a numbered page would look like the page after it.
            Some(End::TooMany) if self.pagination.page.is_none() => self.cursors.last(),
            _ => None,
        };
        let from_the_start = self.pagination.starting_after.is_none().then_some(1);
        PageSummary {
            page: self.pagination.page.or(from_the_start),
            total: self.total,
            next_page: cursor.map(|cursor| self.pagination.after(cursor)),
            notes: self.notes(),
        }
    }

    fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        match self.end {
            Some(End::Circle) if self.requests == 1 => notes.push(
                "Intercom named this page as its own next page; the search ends here".to_owned(),
            ),
            Some(End::Circle) => notes.push(
                "Intercom named an earlier page as the next page; the search ends here".to_owned(),
            ),
            Some(End::TooMany) => notes.push(format!(
                "Intercom gave smaller pages than asked for; the search ends after {MAX_REQUESTS} \
                 requests, before all wanted rows were read"
            )),
            _ => {}
        }
        match (self.pagination.page, self.total) {
            (Some(page), Some(total)) if self.kept == 0 && page > 1 => {
                let size = self.pagination.size();
                notes.push(format!(
                    "page {page} is beyond the end: {total} contacts make {} pages of {size}",
                    total.div_ceil(size)
                ));
            }
            (None, Some(total))
                if self.pagination.extent == Extent::All && self.end == Some(End::Reached) =>
            {
                notes.push(format!(
                    "{} of {total} contacts; pass next_page back in for the rest",
                    self.kept
                ));
            }
            _ => {}
        }
        notes
    }
}
