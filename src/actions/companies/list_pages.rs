//! Reads a list of companies: a page, or page after page up to a bound.

use super::response::row;
use crate::api::{Client, Method, Object, Query, Request};
use crate::search::{MAX_REQUESTS, MAX_ROWS};
use crate::world::companies::{Company, CompanyPage};
use crate::world::types::{ActionError, Failure, FailureReason};

/// Which companies to list.
#[derive(Debug)]
pub struct Listing {
    /// Where they come from.
    pub source: Source,
    /// The number of companies on a page; a scroll has its own.
    pub per_page: Option<u64>,
    /// Whether the company that was seen last comes last.
    pub ascending: Option<bool>,
    /// Whether to read page after page.
    pub all: bool,
}

/// Where the companies come from.
#[derive(Debug)]
pub enum Source {
    /// Pages by number.
    Pages {
        /// The parameter that selects companies, and its value.
        filter: Option<(&'static str, String)>,
        /// The first page, from 1.
        number: u64,
    },
    /// A scroll: a new one, or one at this cursor.
    Scroll(Option<String>),
}

/// One response.
struct Page {
    companies: Vec<Company>,
    total: Option<u64>,
    next: Option<String>,
    /// The size of the companies, in bytes.
    bytes: usize,
}

impl Listing {
    /// Sends the requests.
    ///
    /// # Errors
    /// As for an action; or a scroll failed, which can't be resumed.
    pub fn read(&self, client: &mut Client<'_>) -> Result<CompanyPage, ActionError> {
        let mut place = match &self.source {
            Source::Pages { number, .. } => Some(number.to_string()),
            Source::Scroll(cursor) => cursor.clone(),
        };
        let mut list = CompanyPage {
            companies: Vec::new(),
            total_count: None,
            next_page: None,
            notes: Vec::new(),
            response: String::new(),
        };
        let (mut requests, mut bytes) = (0, 0);
        loop {
            let page = self.page(place.as_deref(), bytes, client, &mut list)?;
            requests += 1;
            bytes += page.bytes;
            let rows = page.companies.len() as u64;
            list.companies.extend(page.companies);
            list.total_count = page.total.or(list.total_count);
            // After a page without companies there is nothing more.
            place = page.next.filter(|_| rows > 0);
            let is_full = list.companies.len() as u64 + rows > MAX_ROWS;
            if place.is_none() || !self.all || is_full || requests >= MAX_REQUESTS {
                break;
            }
        }
        list.next_page = place;
        let note = self.note(&list, requests);
        list.notes.extend(note);
        Ok(list)
    }

    /// Reads one page. `bytes` is the size of the companies so far.
    fn page(
        &self,
        place: Option<&str>,
        bytes: usize,
        client: &mut Client<'_>,
        list: &mut CompanyPage,
    ) -> Result<Page, ActionError> {
        let received = client.send(&self.request(place)).and_then(|response| {
            response.into_list("data", |object| {
                let rows = object.list("data");
                let page = Page {
                    bytes: rows.iter().map(|row| row.json().len()).sum(),
                    next: self.next(object, place, rows.len()),
                    companies: rows.into_iter().map(row).collect(),
                    total: object
                        .integer("total_count")
                        .and_then(|n| n.try_into().ok()),
                };
                // The sandbox holds each row three times: its fields, its JSON from Intercom, and
                // its JSON in the result.
                client.hold(3 * (bytes + page.bytes))?;
                Ok(page)
            })
        });
        let (page, body) = received.map_err(|error| self.broken_off(error, place))?;
        for note in body.notes {
            if !list.notes.contains(&note) {
                list.notes.push(note);
            }
        }
        list.response = body.json;
        page
    }

    fn request(&self, place: Option<&str>) -> Request {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let per_page = self
            .per_page
            .map(|size| pair("per_page", &size.to_string()));
        let (mut request, first) = match &self.source {
            Source::Scroll(_) => {
                let mut request = Request::new(Method::Get, "/companies/scroll");
                request.once = place.is_some();
                let cursor = place.map(|cursor| pair("scroll_param", cursor));
                request.query = Query(cursor.into_iter().collect());
                return request;
            }
            Source::Pages {
                filter: Some((name, value)),
                ..
            } => (
                Request::new(Method::Get, "/companies"),
                Some(pair(name, value)),
            ),
            Source::Pages { filter: None, .. } => {
                let order = self.ascending.map(|ascending| match ascending {
                    true => pair("order", "asc"),
                    false => pair("order", "desc"),
                });
                (Request::new(Method::Post, "/companies/list"), order)
            }
        };
        let later = place.filter(|number| *number != "1");
        let number = later.map(|number| pair("page", number));
        request.query = Query(first.into_iter().chain(number).chain(per_page).collect());
        request
    }

    /// Where the next page is.
    fn next(&self, object: &Object<'_>, place: Option<&str>, rows: usize) -> Option<String> {
        match &self.source {
            Source::Scroll(_) => object.text("scroll_param"),
            Source::Pages { .. } => {
                let number: u64 = place.and_then(|number| number.parse().ok())?;
                let pages = object.object("pages").unwrap_or_default();
                let more = match (pages.integer("total_pages"), pages.json("next")) {
                    (Some(last), _) => u64::try_from(last).is_ok_and(|last| number < last),
                    (None, Some(next)) => next != "null",
                    (None, None) => rows > 0,
                };
                more.then(|| number.saturating_add(1).to_string())
            }
        }
    }

    /// The error of a scroll's later request. Intercom may have advanced the scroll before the
    /// response was lost, so the same request would skip companies.
    fn broken_off(&self, error: ActionError, place: Option<&str>) -> ActionError {
        let Source::Scroll(start) = &self.source else {
            return error;
        };
        let is_lost = |failure: &Failure| {
            let reason = failure.reason;
            place.is_some()
                && matches!(
                    reason,
                    FailureReason::Network
                        | FailureReason::Timeout
                        | FailureReason::Unavailable
                        | FailureReason::MalformedResponse
                )
        };
        match error {
            ActionError::Permanent(failure) | ActionError::Retryable(failure)
                if start.is_none() && is_lost(&failure) =>
            {
                ActionError::Retryable(Failure {
                    hint: Some(FROM_THE_START.to_owned()),
                    retry_after_ms: Some(SCROLL_MS),
                    ..failure
                })
            }
            ActionError::Permanent(failure) if is_lost(&failure) => {
                ActionError::Permanent(Failure {
                    hint: Some(WITHOUT_PAGE.to_owned()),
                    ..failure
                })
            }
            other => other,
        }
    }

    /// The notes about the end, for the caller.
    fn note(&self, list: &CompanyPage, requests: u64) -> Option<String> {
        let rows = list.companies.len() as u64;
        let soon = match self.source {
            Source::Scroll(_) => SOON,
            Source::Pages { .. } => "",
        };
        let from_the_start = matches!(self.source, Source::Pages { number: 1, .. });
        match (&list.next_page, list.total_count) {
            (Some(_), _) if self.all => Some(format!(
                "the list ends after {rows} companies and {requests} requests; pass next_page back \
                 in as page for the rest{soon}"
            )),
            (Some(_), _) if !soon.is_empty() => Some(format!(
                "pass next_page back in as page for the next companies{soon}"
            )),
            (None, Some(total)) if from_the_start && rows < total => Some(format!(
                "Intercom sent {rows} of the {total} companies that it counts, but no next page; \
                 the others are missing here"
            )),
            _ => None,
        }
    }
}

/// How long a scroll stays open after its last request, in milliseconds
/// (`docs/intercom-api.md`, Errors).
const SCROLL_MS: u64 = 60_000;

const FROM_THE_START: &str = "run it again in a minute, when the failed scroll has expired; it \
                              can't be resumed";

const WITHOUT_PAGE: &str = "run it again without page in a minute; a failed scroll can't be \
                            resumed";

const SOON: &str = " within a minute: an unused scroll expires, and a workspace has one at a time";

#[cfg(test)]
mod tests {
    use super::*;

    fn listing(source: Source) -> Listing {
        Listing {
            source,
            per_page: Some(20),
            ascending: Some(true),
            all: false,
        }
    }

    #[test]
    fn each_source_has_its_own_request() {
        let pages = |filter| Source::Pages { filter, number: 1 };
        for (source, place, request) in [
            (
                pages(None),
                "1",
                "POST /companies/list?order=asc&per_page=20",
            ),
            (
                pages(None),
                "3",
                "POST /companies/list?order=asc&page=3&per_page=20",
            ),
            (
                pages(Some(("tag_id", "7&8".to_owned()))),
                "2",
                "GET /companies?tag_id=7%268&page=2&per_page=20",
            ),
            (
                Source::Scroll(None),
                "s1",
                "GET /companies/scroll?scroll_param=s1",
            ),
        ] {
            let made = listing(source).request(Some(place));
            let text = format!(
                "{} {}{}",
                made.method.name(),
                made.path,
                made.query.encoded()
            );
            assert_eq!(text, request);
            assert_eq!(made.once, made.path.ends_with("scroll"));
        }
        let opening = listing(Source::Scroll(None)).request(None);
        assert!(!opening.once && opening.query.0.is_empty());
    }
}
