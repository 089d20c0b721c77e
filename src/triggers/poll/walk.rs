//! Walks through changes: pages of rows and, for parts, the objects themselves.

use super::LAG;
use super::cursor::{Cursor, Walk};
use super::events::{Events, date, id_of};
use super::source::{Of, Source};
use crate::actions::search::{page, request};
use crate::api::{Client, Expected, Method, PathSegment, Request, SuccessResponse, Version};
use crate::input::{Context, Patch, Resolve};
use crate::search::{Filter, NextPage, PageResponse};
use crate::triggers::matches::Inputs;
use crate::triggers::table::Trigger;
use crate::world::triggers::EventPage;
use crate::world::types::{ActionError, FailureReason};
use serde_json::{Map, Value, json};

/// Maximum number of requests of a poll: some seconds, and a fifth of what Intercom allows the
/// smallest apps in ten seconds.
const MAX_REQUESTS: u32 = 30;

/// How long after a second its changes are final, in seconds: a generous response time of a
/// search.
const SETTLED: i64 = 2;

/// Maximum difference between the engine's clock and Intercom's, in seconds, for which a first
/// walk finds all rows.
const MAX_SKEW: i64 = 86_400;

/// The wait after a rate limit without an end: one window (`docs/intercom-api.md`, Rate limits).
const WINDOW_MS: u64 = 10_000;

/// One poll.
pub struct Poll<'a> {
    source: &'static Source,
    /// The time by the engine's clock, in Unix seconds.
    now: i64,
    version: Version,
    cursor: Cursor,
    events: Events<'a>,
    trigger: &'a Trigger,
    requests: u32,
    /// How long Intercom allows no request, in milliseconds.
    wait_ms: Option<u64>,
}

impl<'a> Poll<'a> {
    /// A poll that continues at a cursor.
    pub fn new(
        trigger: &'a Trigger,
        source: &'static Source,
        inputs: &'a Inputs,
        now: i64,
        version: Version,
        cursor: Cursor,
    ) -> Self {
        Self {
            source,
            now,
            version,
            cursor,
            events: Events::new(trigger, source, inputs),
            trigger,
            requests: 0,
            wait_ms: None,
        }
    }

    /// Sends requests until the walk is finished, or a limit is reached.
    ///
    /// # Errors
    /// A request failed; a rate limit only if none succeeded.
    pub fn run(mut self, client: &mut Client<'_>) -> Result<EventPage, ActionError> {
        let more = loop {
            if self.is_finished() {
                break false;
            }
            match self.step(client) {
                Ok(()) => {}
                Err(ActionError::Retryable(failure))
                    if failure.reason == FailureReason::RateLimited && self.requests > 0 =>
                {
                    self.wait_ms = failure.retry_after_ms.or(Some(WINDOW_MS));
                    break true;
                }
                // The lifetime of Intercom's cursors is unknown. The walk starts again, and
                // skips the events that it returned.
                Err(ActionError::Permanent(failure))
                    if failure.status == Some(400) && self.is_between_pages() =>
                {
                    self.cursor.walk = None;
                }
                Err(error) => return Err(error),
            }
            let is_bounded = self.requests >= MAX_REQUESTS || self.wait_ms.is_some();
            if (is_bounded || self.events.is_full()) && !self.is_finished() {
                break true;
            }
        };
        if !more {
            self.finish();
        }
        let since = self.cursor.since;
        let start = self.cursor.walk.as_ref().map_or(since, |walk| walk.start);
        // First remove the events that only this walk could find twice.
        let first = since + 2 * LAG;
        self.cursor.seen.bound(first..first.max(start - LAG));
        Ok(EventPage {
            events: self.events.into_found(),
            cursor: self.cursor.to_text(&self.trigger.id),
            more,
            wait_ms: self.wait_ms,
        })
    }

    fn is_finished(&self) -> bool {
        let walk = self.cursor.walk.as_ref();
        walk.is_some_and(|walk| walk.is_read && walk.pending.is_empty())
    }

    fn is_between_pages(&self) -> bool {
        let walk = self.cursor.walk.as_ref();
        walk.is_some_and(|walk| walk.page.is_some() && walk.pending.is_empty())
    }

    /// The next walk begins at the start of this one.
    fn finish(&mut self) {
        if let Some(walk) = self.cursor.walk.take() {
            self.cursor.since = self.cursor.since.max(walk.start - LAG);
            self.cursor.seen.forget_before(self.cursor.since);
        }
    }

    fn step(&mut self, client: &mut Client<'_>) -> Result<(), ActionError> {
        let pending = self.cursor.walk.as_ref().and_then(|w| w.pending.first());
        match pending.cloned() {
            Some((id, date)) => self.read_object(client, &id, date),
            None => self.read_page(client),
        }
    }

    fn read_page(&mut self, client: &mut Client<'_>) -> Result<(), ActionError> {
        let here = self.cursor.walk.as_ref().and_then(|walk| walk.page.clone());
        let request = self.search(client, here.as_deref())?;
        let response = client.send(&request)?;
        self.note_response(client, &response);
        let name = self.source.object.search.rows;
        let (found, _) = response.into_list(name, |object| {
            let rows = object.list(name);
            let rows: Vec<String> = rows.iter().map(|row| row.json().to_owned()).collect();
            (page(object, rows.len(), rows.len()), rows)
        })?;
        let (page, rows) = found;
        let rows = rows.iter().map(|row| serde_json::from_str(row));
        let rows: Vec<Value> = rows.map(Result::unwrap_or_default).collect();
        let next = next_page(client, &page, here.as_deref())?;
        let is_past = self.is_past(&rows);
        if !self.take_rows(rows) {
            return Ok(());
        }
        if let Some(walk) = &mut self.cursor.walk {
            walk.is_read = is_past || next.is_none();
            walk.page = next;
        }
        Ok(())
    }

    /// The request for a page.
    fn search(&self, client: &Client<'_>, page: Option<&str>) -> Result<Request, ActionError> {
        let Source {
            object, condition, ..
        } = self.source;
        // Before Intercom's first response, the engine's clock may be ahead of it.
        let since = match self.cursor.by_engine {
            true => self.cursor.since - MAX_SKEW,
            false => self.cursor.since,
        };
        let date = self.source.date();
        let mut formula = format!("{date} > {}", (since - 1).max(0));
        if !condition.is_empty() {
            formula = format!("{condition} AND {formula}");
        }
        let resolve = Resolve::new(Context::NONE);
        let filter = Filter::read(object.search.table, resolve, formula.into());
        let filter = filter.map_err(|error| client.invalid_input("cursor", error))?;
        let query = match filter {
            Patch::Value(filter) => filter.compile(self.version).ok().map(|filter| filter.query),
            Patch::Absent | Patch::Null => None,
        };
        let mut pagination = Map::new();
        pagination.insert("per_page".to_owned(), object.per_page.into());
        pagination.extend(page.map(|page| ("starting_after".to_owned(), page.into())));
        let sort = json!({"field": date, "order": "descending"});
        let sort = object.sorts.then_some(sort);
        let query = query.as_deref().unwrap_or("null");
        Ok(request(object.search.path, query, pagination, sort))
    }

    /// Starts the walk with its first response, by Intercom's clock.
    fn note_response(&mut self, client: &mut Client<'_>, response: &SuccessResponse<'_>) {
        self.requests += 1;
        self.wait_ms = response.exhausted_ms();
        if self.cursor.walk.is_some() {
            return;
        }
        let elapsed = i64::try_from(client.elapsed().as_secs()).unwrap_or_default();
        let start = response.sent_at().unwrap_or(self.now);
        if self.cursor.by_engine {
            let skew = start - (self.now + elapsed);
            self.cursor.since = (self.cursor.since + skew).clamp(0, start.max(0));
            self.cursor.by_engine = false;
        }
        self.cursor.walk = Some(Walk {
            start,
            ..Walk::default()
        });
    }

    /// Whether the rest of a sorted search is older than the requested time.
    fn is_past(&self, rows: &[Value]) -> bool {
        let dates = rows.iter().map(|row| date(row, self.source.date()));
        let dates: Option<Vec<i64>> = dates.collect();
        let Some(dates) = dates.filter(|_| self.source.object.sorts) else {
            return false;
        };
        // If the order is not the requested one, the rest is unknown.
        dates.is_sorted_by(|a, b| a >= b) && dates.last() < Some(&self.cursor.since)
    }

    /// Adds the rows of a page. Returns whether all of them fitted.
    fn take_rows(&mut self, rows: Vec<Value>) -> bool {
        let Some(walk) = &mut self.cursor.walk else {
            return true;
        };
        for row in rows {
            let Some(second) = date(&row, self.source.date()) else {
                continue;
            };
            let is_unsettled = second > walk.start - SETTLED;
            match self.source.of {
                _ if second < self.cursor.since => {}
                Of::Change if is_unsettled => {}
                Of::Change | Of::Creation if self.events.is_full() => return false,
                Of::Change | Of::Creation => {
                    self.events.take_row(&row, second, &mut self.cursor.seen);
                }
                Of::Parts => {
                    let id = id_of(&row).filter(|id| {
                        let handled = handled(id, second);
                        PathSegment::encode(id).is_ok() && !self.cursor.seen.has(second, &handled)
                    });
                    walk.pending.extend(id.map(|id| (id, second)));
                }
            }
        }
        true
    }

    /// Reads an object whose row became new at a second, and adds its parts.
    fn read_object(
        &mut self,
        client: &mut Client<'_>,
        id: &str,
        second: i64,
    ) -> Result<(), ActionError> {
        let object = self.source.object;
        let segment = PathSegment::encode(id);
        let segment = segment.map_err(|error| client.invalid_input("cursor", error))?;
        let request = Request::new(Method::Get, format!("{}{segment}", object.path));
        let request = request.expecting(Expected::Object {
            types: std::slice::from_ref(&object.kind),
            id: Some(segment),
        });
        let fits = match client.send(&request) {
            Ok(response) => {
                self.note_response(client, &response);
                let ((), body) = response.into_document(|_| ())?;
                let object = serde_json::from_str(&body.json).unwrap_or_default();
                let since = self.cursor.since;
                self.events.take_parts(object, since, &mut self.cursor.seen)
            }
            // It was deleted meanwhile.
            Err(ActionError::Permanent(failure)) if failure.reason == FailureReason::NotFound => {
                self.requests += 1;
                true
            }
            Err(error) => return Err(error),
        };
        let Some(walk) = self.cursor.walk.as_mut().filter(|_| fits) else {
            return Ok(());
        };
        if !walk.pending.is_empty() {
            walk.pending.remove(0);
        }
        // In a second that is not over yet, another part may follow.
        if second <= walk.start - SETTLED {
            self.cursor.seen.add(second, &handled(id, second));
        }
        Ok(())
    }
}

/// The entry in [`super::seen`] for an object whose parts were read.
fn handled(id: &str, second: i64) -> String {
    format!("read:{id}:{second}")
}

/// The cursor of the next page; `None` after the last one.
///
/// # Errors
/// There is one, but its cursor is missing or repeated.
fn next_page(
    client: &Client<'_>,
    page: &PageResponse,
    here: Option<&str>,
) -> Result<Option<String>, ActionError> {
    let is_whole = here.is_none() && page.total.is_some_and(|total| total <= page.found as u64);
    match &page.next {
        NextPage::None => Ok(None),
        // Rows that are created during the walk increase Intercom's number of pages.
        NextPage::Missing if here.is_some() => Ok(None),
        _ if page.found == 0 || is_whole => Ok(None),
        NextPage::Cursor(next) if Some(next.as_str()) != here => Ok(Some(next.clone())),
        NextPage::Cursor(_) | NextPage::Missing | NextPage::Unreadable => {
            let problem = "Intercom's response has no cursor of its next page";
            let hint = "poll again later";
            let failed = client.failed(FailureReason::MalformedResponse, problem, hint);
            Err(match failed {
                ActionError::Permanent(failure) => ActionError::Retryable(failure),
                other => other,
            })
        }
    }
}
