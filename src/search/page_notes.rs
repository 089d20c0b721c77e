//! The notes of a search about how it ended: each end other than the last row, or the last
//! requested one, has a note.

use super::pagination::{Extent, MAX_REQUESTS, Pagination};

/// Why paging stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// All wanted rows were read; more may follow.
    Reached,
    /// Intercom has no more.
    NoMore,
    /// Intercom sent no next page, but counts more contacts than it sent.
    Lost,
    /// Intercom did not say whether a page follows, or sent no next page although its count of
    /// pages has one.
    Missing,
    /// Intercom sent a next page in an unknown form.
    Unreadable,
    /// Intercom sent a page without rows, but with a next page.
    Empty,
    /// Intercom repeated an earlier cursor.
    Circle,
    /// [`MAX_REQUESTS`] were sent.
    TooMany,
}

/// The rows of a search so far.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct PageCount {
    /// The rows that Intercom sent.
    pub found: u64,
    /// Those that match the row filter.
    pub matched: u64,
    /// Those in the result.
    pub kept: u64,
    pub requests: u64,
    /// As Intercom counts.
    pub total: Option<u64>,
}

impl PageCount {
    /// The notes about the end, for the caller.
    pub fn notes(&self, end: End, pagination: &Pagination, is_filtered: bool) -> Vec<String> {
        let mut notes = Vec::new();
        let rows = pagination.table.rows;
        notes.extend(self.about_the_end(end, rows, is_filtered));
        notes.extend(self.beyond_the_end(end, pagination));
        if end == End::Reached && pagination.extent == Extent::All {
            notes.extend(self.about_the_rest(rows, is_filtered));
        }
        notes
    }

    fn about_the_end(&self, end: End, rows: &str, is_filtered: bool) -> Option<String> {
        let Self { found, total, .. } = self;
        let of_all = match total {
            Some(total) => format!("{found} of the {total} {rows} that it counts"),
            None => format!("{found} {rows}"),
        };
        Some(match end {
            End::Lost => {
                format!("Intercom sent {of_all}, but no next page; the others are missing here")
            }
            End::Missing => format!(
                "Intercom sent no next page, but did not say that this is the last one; {rows} may \
                 be missing here"
            ),
            End::Unreadable => format!(
                "Intercom sent {of_all}, and a next page that can't be read; {rows} may be missing \
                 here"
            ),
            End::Empty if total.is_some_and(|total| *found < total) => format!(
                "Intercom sent {of_all}, then a page without {rows}; the search ends here, and \
                 next_page continues it"
            ),
            End::Circle if self.requests == 1 => {
                "Intercom's next page is this page again; the search ends here".to_owned()
            }
            End::Circle => {
                "Intercom's next page is one that was already read; the search ends here".to_owned()
            }
            End::TooMany if is_filtered => format!(
                "the search ends after {MAX_REQUESTS} requests and {found} {rows}, before all \
                 wanted rows were found; pass next_page back in to continue"
            ),
            End::TooMany => format!(
                "Intercom sent smaller pages than requested; the search ends after {MAX_REQUESTS} \
                 requests, before all wanted rows were read; pass next_page back in to continue"
            ),
            End::Reached | End::NoMore | End::Empty => return None,
        })
    }

    /// A page whose number is too high, where the last row is known.
    fn beyond_the_end(&self, end: End, pagination: &Pagination) -> Option<String> {
        let page = pagination.page.filter(|page| *page > 1)?;
        if end != End::NoMore || self.kept > 0 || pagination.starting_after.is_some() {
            return None;
        }
        let (size, noun) = (pagination.size(), pagination.table.rows);
        // Read to the end, the rows that match are known; else Intercom's count is.
        let rows = match self.total {
            Some(total) if self.found < total => total,
            _ => self.matched,
        };
        Some(format!(
            "page {page} is beyond the end: {rows} {noun} make {} pages of {size}",
            rows.div_ceil(size)
        ))
    }

    fn about_the_rest(&self, rows: &str, is_filtered: bool) -> Option<String> {
        let kept = self.kept;
        let total = self.total?;
        Some(match is_filtered {
            true => format!("the first {kept} {rows}; pass next_page back in for the rest"),
            false => format!("{kept} of {total} {rows}; pass next_page back in for the rest"),
        })
    }
}
