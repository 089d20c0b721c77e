//! Which page of a search, and its size.

use super::fields::Table;
use super::sort::Sort;
use crate::input::InputError;
use serde_json::Value;

/// The wanted rows of a search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pagination {
    pub(super) table: &'static Table,
    pub(super) page: Option<u64>,
    pub(super) extent: Extent,
    pub(super) starting_after: Option<String>,
    pub(super) skip: Option<u64>,
    pub(super) sort: Option<Sort>,
}

/// The number of rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Extent {
    /// Intercom's default.
    #[default]
    Unsaid,
    /// `per_page`: a page; one request if no page before it is skipped.
    PerPage(u64),
    /// `limit`: rows, over several requests if needed.
    Limit(u64),
    /// `all=true`: every row, up to [`MAX_ROWS`].
    All,
}

/// A place among the rows of a search.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// The cursor, unless it is the first page.
    pub cursor: Option<String>,
    /// The number of matching rows after it to skip.
    pub skip: u64,
}

/// Maximum page size of Intercom (`docs/intercom-api.md`, Pages).
pub const MAX_PER_PAGE: u64 = 150;

/// Maximum number of rows of one result: ten requests. A contact is about 7 KB, so
/// these are 10 MB, of which a result holds three copies; four times as many would
/// not fit into a sandbox of 64 MB.
pub const MAX_ROWS: u64 = 1500;

/// Maximum number of requests of one search: 3000 rows to skip and read, at 0.1 to
/// 1 s per request. Intercom allows 166 in ten seconds, which a search should leave
/// to other steps of a workflow.
pub const MAX_REQUESTS: u64 = 20;

/// Maximum number of rows to skip after a cursor: as many as one search reads.
pub(super) const MAX_SKIP: u64 = MAX_REQUESTS * MAX_PER_PAGE;

impl Pagination {
    /// Intercom's own first page.
    pub fn new(table: &'static Table) -> Self {
        Self {
            table,
            page: None,
            extent: Extent::Unsaid,
            starting_after: None,
            skip: None,
            sort: None,
        }
    }

    /// The order as the API takes it.
    pub fn sort(&self) -> Option<Value> {
        self.sort.as_ref().map(Sort::to_json)
    }

    /// The number of rows of a page.
    pub(super) fn size(&self) -> u64 {
        match self.extent {
            Extent::Unsaid => self.table.per_page,
            Extent::PerPage(size) | Extent::Limit(size) => size,
            Extent::All => MAX_ROWS,
        }
    }

    /// The number of matching rows before the wanted ones.
    pub(super) fn skipped(&self) -> u64 {
        match (self.skip, self.page, &self.starting_after) {
            (Some(skip), ..) => skip,
            (None, Some(page), None) => page.saturating_sub(1).saturating_mul(self.size()),
            (None, ..) => 0,
        }
    }

    /// The parameters that continue at a place: with the next page, if this one is
    /// complete, or with the rest of this one.
    pub fn after(&self, place: &Place, is_complete: bool) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        if let Some(page) = self.page {
            let next = page.saturating_add(is_complete.into());
            query.append_pair("page", &next.to_string());
        }
        match self.extent {
            Extent::Unsaid => {}
            Extent::PerPage(size) => _ = query.append_pair("per_page", &size.to_string()),
            Extent::Limit(size) => _ = query.append_pair("limit", &size.to_string()),
            Extent::All => _ = query.append_pair("all", "true"),
        }
        if let Some(sort) = &self.sort {
            query.append_pair("sort", &sort.to_string());
        }
        if let Some(cursor) = &place.cursor {
            query.append_pair("starting_after", cursor);
        }
        if place.skip > 0 {
            query.append_pair("skip", &place.skip.to_string());
        }
        query.finish()
    }

    /// Checks the parameters together.
    pub(super) fn checked(self) -> Result<Self, InputError> {
        let Some(page) = self.page else {
            return Ok(self);
        };
        if self.extent == Extent::All {
            let problem = "has both page and all, which exclude each other";
            return Err(InputError::new(problem, "leave page or all out"));
        }
        let size = self.size();
        let requests = self.skipped().saturating_add(size).div_ceil(MAX_PER_PAGE);
        if requests > MAX_REQUESTS {
            let last = MAX_REQUESTS * MAX_PER_PAGE / size;
            let problem = format!(
                "page {page} of {size} rows takes {requests} requests, and the maximum is \
                 {MAX_REQUESTS} (page {last})"
            );
            let hint = "follow next_page, or narrow the filter";
            return Err(InputError::new(problem, hint));
        }
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::search::tables::CONTACTS;

    fn read(value: impl Into<Value>) -> Result<Pagination, String> {
        Pagination::from_value(&CONTACTS, value.into()).map_err(|error| format!("{error:?}"))
    }

    fn cursor(cursor: &str) -> Place {
        Place {
            cursor: Some(cursor.to_owned()),
            skip: 0,
        }
    }

    #[test]
    fn the_parameters_of_the_next_page_are_ready_to_pass_back_in() {
        for (text, next) in [
            ("", "starting_after=W%2B"),
            ("limit=5", "limit=5&starting_after=W%2B"),
            (
                "page=2&per_page=50",
                "page=3&per_page=50&starting_after=W%2B",
            ),
            (
                "sort=Signed Up Date:asc",
                "sort=signed_up_at%3Aasc&starting_after=W%2B",
            ),
            ("all=true", "all=true&starting_after=W%2B"),
        ] {
            let page = read(text).unwrap();
            assert_eq!(page.after(&cursor("W+"), true), next, "{text}");
            let back = read(next).unwrap();
            assert_eq!(back.starting_after.as_deref(), Some("W+"));
            assert_eq!((back.extent, back.sort), (page.extent, page.sort), "{text}");
        }
    }

    #[test]
    fn a_cursor_comes_back_letter_for_letter() {
        for text in ["W+", " a b ", "\u{b}", "{{v}}&page=2", "%20"] {
            let next = Pagination::new(&CONTACTS).after(&cursor(text), true);
            let back = read(format!(" {next}\n")).unwrap();
            assert_eq!(back.starting_after.as_deref(), Some(text));
        }
        let typed = read(" per_page = 5 & starting_after = W ").unwrap();
        assert_eq!(typed, read("per_page=5&starting_after=W").unwrap());
    }
}
