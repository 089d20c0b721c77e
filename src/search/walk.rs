//! The walk to the wanted rows: which pages to ask Intercom for, which rows of
//! each to keep, and where it ends.
//!
//! Intercom has cursors only, so row 101 is reached through the first hundred;
//! the fewest requests for that are pages of 150, the last one cut to end where
//! the wanted rows end, so that its cursor is the next page's start.

use super::pagination::{Extent, MAX_PER_PAGE, MAX_REQUESTS, Pagination};
use serde_json::{Map, Value, json};
use std::ops::Range;

/// A walk under way. Knows nothing of requests: it is told what came.
#[derive(Debug)]
pub struct Walk<'a> {
    pagination: &'a Pagination,
    /// The wanted rows, counted from where the walk starts.
    wanted: Range<u64>,
    /// How many rows were read, and how many of them kept.
    read: u64,
    kept: u64,
    requests: u64,
    total: Option<u64>,
    /// Every cursor so far, the last one the place to go on from.
    cursors: Vec<String>,
    end: Option<End>,
}

/// Why a walk is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// All wanted rows are there; more may follow.
    Reached,
    /// Intercom has no more.
    NoMore,
    /// Intercom gave a cursor that it had given before.
    Circle,
    /// The bound on requests.
    TooMany,
}

/// What an answer says about itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PageAnswer {
    /// How many rows came.
    pub rows: usize,
    /// The cursor of the page after it.
    pub next: Option<String>,
    /// How many contacts match in all.
    pub total: Option<u64>,
}

/// What the caller is told of the walk.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Arrival {
    /// The number of the page, where it is known.
    pub page: Option<u64>,
    /// How many contacts match in all.
    pub total: Option<u64>,
    /// The parameters of the next page.
    pub next_page: Option<String>,
    /// What the caller should know.
    pub notes: Vec<String>,
}

impl<'a> Walk<'a> {
    /// A walk that has not begun.
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

    /// Whether there is another page to ask for.
    pub fn goes_on(&self) -> bool {
        self.end.is_none()
    }

    /// The pagination of the next request, in the body: in the query string it
    /// would be ignored (`docs/intercom-api.md`, Pages). None where there is
    /// nothing to say.
    pub fn request(&self) -> Option<Value> {
        let mut map = Map::new();
        if !self.is_unsized() {
            let rest = self.wanted.end.saturating_sub(self.read);
            map.insert("per_page".to_owned(), json!(rest.min(MAX_PER_PAGE)));
        }
        if let Some(cursor) = self.cursors.last() {
            map.insert("starting_after".to_owned(), json!(cursor));
        }
        (!map.is_empty()).then_some(Value::Object(map))
    }

    /// Takes note of an answer; says which of its rows to keep.
    pub fn take(&mut self, answer: PageAnswer) -> Range<usize> {
        let rows = answer.rows as u64;
        let start = self.wanted.start.saturating_sub(self.read).min(rows);
        let end = match self.is_unsized() {
            true => rows,
            false => self.wanted.end.saturating_sub(self.read).min(rows),
        };
        self.read = self.read.saturating_add(rows);
        self.kept += end.saturating_sub(start);
        self.requests += 1;
        self.total = answer.total.or(self.total);
        self.end = self.end_after(answer);
        start as usize..end as usize
    }

    fn end_after(&mut self, answer: PageAnswer) -> Option<End> {
        let Some(next) = answer.next else {
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
            // An empty page leads nowhere, whatever cursor it comes with.
            false if answer.rows == 0 => Some(End::Reached),
            false if self.requests >= MAX_REQUESTS => Some(End::TooMany),
            false => None,
        }
    }

    /// Nothing was said about how many rows, so what comes is what is wanted.
    fn is_unsized(&self) -> bool {
        self.pagination.extent == Extent::Unsaid && self.pagination.page.is_none()
    }

    /// The end of the walk.
    pub fn arrive(self) -> Arrival {
        let cursor = match self.end {
            Some(End::Reached) => self.cursors.last(),
            // The rest of a numbered page would pass for the page after it.
            Some(End::TooMany) if self.pagination.page.is_none() => self.cursors.last(),
            _ => None,
        };
        let from_the_start = self.pagination.starting_after.is_none().then_some(1);
        Arrival {
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
