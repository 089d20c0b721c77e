//! Pages through a search: which page to request next, which of its rows to keep,
//! and when to stop.
//!
//! Intercom has cursors only, so row 101 is reached through the first hundred.
//! Pages of 150 take the fewest requests; without a row filter the last page ends
//! where the wanted rows end, so its cursor is the start of the next page. With a
//! row filter the wanted rows may end within a page: the next page then starts at
//! the cursor of that page and skips the rows that were kept.

use super::page_notes::{End, PageCount};
use super::pagination::{Extent, MAX_PER_PAGE, MAX_REQUESTS, Pagination, Place};
use serde_json::{Map, Value, json};
use std::ops::Range;

/// The state of one search. Knows nothing of HTTP: [`Pager::next_request`] says
/// what to request, [`Pager::record`] records the response. Only rows that match the row filter
/// count, if there is one.
#[derive(Debug)]
pub struct Pager<'a> {
    pagination: &'a Pagination,
    /// Whether rows are filtered, so pages have fewer rows than requested.
    is_filtered: bool,
    /// The wanted rows, counted from where the search starts.
    wanted: Range<u64>,
    count: PageCount,
    /// Every cursor so far; the last one is where to continue.
    cursors: Vec<String>,
    /// Where the next page of the result starts.
    rest: Place,
    end: Option<End>,
}

/// What a response says about its page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PageResponse {
    /// The number of rows that Intercom sent.
    pub found: usize,
    /// The number of these that match.
    pub rows: usize,
    /// The cursor of the next page.
    pub next: NextPage,
    /// The number of rows that match in all, as Intercom counts them.
    pub total: Option<u64>,
}

/// What a response says about the page after it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum NextPage {
    /// There is none.
    #[default]
    None,
    /// The response has none, although its count of pages has one; or it says nothing about pages.
    Missing,
    /// Its cursor.
    Cursor(String),
    /// There is one, but its cursor is missing or of an unknown form.
    Unreadable,
}

/// What a search's result says about its page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PageSummary {
    /// The page's number, where known.
    pub page: Option<u64>,
    /// The number of rows that match in all, as Intercom counts them.
    pub total: Option<u64>,
    /// The parameters of the next page.
    pub next_page: Option<String>,
    /// Notes for the caller.
    pub notes: Vec<String>,
}

impl<'a> Pager<'a> {
    /// A pager that has requested nothing yet.
    pub fn new(pagination: &'a Pagination, is_filtered: bool) -> Self {
        let skipped = pagination.skipped();
        Self {
            pagination,
            is_filtered,
            wanted: skipped..skipped.saturating_add(pagination.size()),
            count: PageCount::default(),
            cursors: pagination.starting_after.iter().cloned().collect(),
            rest: Place::default(),
            end: None,
        }
    }

    /// The `pagination` of the next request's body, empty where Intercom's defaults suffice;
    /// `None` when done. (Intercom ignores pagination in the
    /// query string.)
    pub fn next_request(&self) -> Option<Map<String, Value>> {
        if self.end.is_some() {
            return None;
        }
        let mut pagination = Map::new();
        if let Some(per_page) = self.per_page() {
            pagination.insert("per_page".to_owned(), json!(per_page));
        }
        if let Some(cursor) = self.cursors.last() {
            pagination.insert("starting_after".to_owned(), json!(cursor));
        }
        Some(pagination)
    }

    /// The size of the next request's page, unless Intercom's default suffices.
    fn per_page(&self) -> Option<u64> {
        let is_first = self.count.requests == 0;
        if self.is_default() && (is_first || !self.is_filtered) {
            return None;
        }
        // The number of matches is known only after reading: after the first page, use the largest
        // pages, for the fewest requests.
        let rest = match self.is_filtered && !is_first {
            true => MAX_PER_PAGE,
            false => self.wanted.end.saturating_sub(self.count.matched),
        };
        Some(rest.min(MAX_PER_PAGE))
    }

    /// Records a response. Returns which of its matching rows to keep.
    pub fn record(&mut self, response: PageResponse) -> Range<usize> {
        let rows = response.rows as u64;
        let before = self.count.matched;
        let start = self.wanted.start.saturating_sub(before).min(rows);
        let end = match self.is_unsized() {
            true => rows,
            false => self.wanted.end.saturating_sub(before).min(rows),
        };
        let here = self.cursors.last().cloned();
        self.count.matched = before.saturating_add(rows);
        self.count.found = self.count.found.saturating_add(response.found as u64);
        self.count.kept += end.saturating_sub(start);
        self.count.requests += 1;
        self.count.total = response.total.or(self.count.total);
        if end < rows {
            // The rest of this page belongs to the next one.
            let skip = end;
            self.rest = Place { cursor: here, skip };
            self.end = Some(End::Reached);
        } else {
            self.end = self.end_after(response);
            let skip = self.wanted.start.saturating_sub(self.count.matched);
            let cursor = self.cursors.last().cloned();
            self.rest = Place { cursor, skip };
        }
        start as usize..end as usize
    }

    fn end_after(&mut self, response: PageResponse) -> Option<End> {
        let next = match response.next {
            NextPage::Cursor(next) => next,
            NextPage::None => return Some(self.without_a_next_page(End::NoMore)),
            NextPage::Missing => return Some(self.without_a_next_page(End::Missing)),
            NextPage::Unreadable => return Some(self.without_a_next_page(End::Unreadable)),
        };
        if self.cursors.contains(&next) {
            return Some(End::Circle);
        }
        self.cursors.push(next);
        let past_the_last = self
            .count
            .total
            .is_some_and(|total| total <= self.wanted.start);
        match self.is_complete() || self.is_unsized() {
            true => Some(End::Reached),
            false if past_the_last && self.wanted.start > 0 => Some(End::NoMore),
            // After an empty page there is nothing more, whatever its cursor.
            false if response.found == 0 => Some(End::Empty),
            false if self.count.requests >= MAX_REQUESTS => Some(End::TooMany),
            false => None,
        }
    }

    /// The end where no cursor follows. If rows are counted from the first one, Intercom's count
    /// says whether the last one was read.
    fn without_a_next_page(&self, end: End) -> End {
        let from_the_start = self.pagination.starting_after.is_none();
        match self.count.total.filter(|_| from_the_start) {
            Some(total) if self.count.found >= total => End::NoMore,
            Some(_) if matches!(end, End::NoMore | End::Missing) => End::Lost,
            _ => end,
        }
    }

    /// Whether all wanted rows were read.
    fn is_complete(&self) -> bool {
        self.count.matched >= self.wanted.end
    }

    /// Whether every row is wanted: no number of rows was given, and no row is filtered.
    fn is_unsized(&self) -> bool {
        self.is_default() && !self.is_filtered
    }

    /// Whether no number of rows was given.
    fn is_default(&self) -> bool {
        let Pagination {
            extent, page, skip, ..
        } = self.pagination;
        *extent == Extent::Unsaid && page.is_none() && skip.is_none()
    }

    /// Finishes the search.
    pub fn finish(self) -> PageSummary {
        let goes_on = matches!(self.end, Some(End::Reached | End::Empty | End::TooMany));
        let is_read = self.is_complete() || self.is_unsized();
        let from_the_start = self.pagination.starting_after.is_none() && self.rows_skipped() == 0;
        let notes = match self.end {
            Some(end) => self.count.notes(end, self.pagination, self.is_filtered),
            None => Vec::new(),
        };
        PageSummary {
            page: self.pagination.page.or(from_the_start.then_some(1)),
            total: self.count.total,
            next_page: goes_on.then(|| self.pagination.after(&self.rest, is_read)),
            notes,
        }
    }

    fn rows_skipped(&self) -> u64 {
        self.pagination.skip.unwrap_or_default()
    }
}
