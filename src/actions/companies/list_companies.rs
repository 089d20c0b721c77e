//! List Companies: a page, or all (`docs/intercom-api.md`, Companies).

use super::list_pages::{Listing, Source};
use crate::actions::Action;
use crate::api::{Client, Hints, Settings, Token};
use crate::input::{
    Flag, FromInput, InputError, InputReader, Need, NextPage, Patch, Resolver, WholeNumber,
    id_text, unexpected,
};
use crate::world::allowed::companies as allowed;
use crate::world::companies::CompanyPage;
use crate::world::types::ActionError;
use serde_json::Value;

/// `POST /companies/list`; `GET /companies` with a tag or segment; and for all of them
/// `GET /companies/scroll`.
#[derive(Debug)]
pub struct ListCompanies(Listing);

impl Action for ListCompanies {
    const HINTS: Hints = Hints {
        not_found: "check tag_id and segment_id",
        ..Hints::OF_READS
    };
    type Credentials = Token;

    fn read(input: &mut InputReader<'_>, _: &Settings, _: &Token) -> Option<Self> {
        let tag = input.optional::<FilterId>("tag_id");
        let segment = input.optional::<FilterId>("segment_id");
        let page = input.optional::<Page>("page");
        let per_page = input.optional::<PerPage>("per_page");
        let order = input
            .read::<Order>("order", Need::Nothing)
            .map(Patch::value);
        let all = input.optional::<Flag>("all");
        let all = all?.is_some_and(|Flag(all)| all);
        let per_page = per_page?.map(|PerPage(size)| size);
        let filter = filter(tag?, segment?, input)?;
        let source = match (page?, filter) {
            (Some(Page::Scroll(cursor)), None) => Source::Scroll(Some(cursor)),
            (Some(Page::Scroll(_)), Some(_)) => {
                let problem = "continues a scroll, which can't be filtered by tag or segment";
                input.note(
                    "page",
                    InputError::new(problem, "leave tag_id and segment_id out"),
                );
                return None;
            }
            (Some(Page::Number(number)), filter) => Source::Pages { filter, number },
            (None, Some(filter)) => Source::Pages {
                filter: Some(filter),
                number: 1,
            },
            (None, None) if all => Source::Scroll(None),
            (None, None) => Source::Pages {
                filter: None,
                number: 1,
            },
        };
        let listing = Listing {
            source,
            per_page: per_page.or(all.then_some(MAX_PER_PAGE)),
            ascending: order?.map(|order| order == Order::Ascending),
            all,
        };
        let problem = unlistable(&listing);
        if let Some((field, error)) = problem {
            input.note(field, error);
            return None;
        }
        Some(Self(listing))
    }

    fn perform(&self, client: &mut Client<'_>) -> Result<CompanyPage, ActionError> {
        self.0.read(client)
    }
}

/// Which companies are listed: the parameter, and the id. `None` if an error was noted.
fn filter(
    tag: Option<FilterId>,
    segment: Option<FilterId>,
    input: &mut InputReader<'_>,
) -> Option<Option<(&'static str, String)>> {
    match (tag, segment) {
        (Some(_), Some(_)) => {
            let problem = "is given together with tag_id, and Intercom filters by one of them only";
            input.note(
                "segment_id",
                InputError::new(problem, "leave one of them out"),
            );
            None
        }
        (Some(FilterId(tag)), None) => Some(Some(("tag_id", tag))),
        (None, Some(FilterId(segment))) => Some(Some(("segment_id", segment))),
        (None, None) => Some(None),
    }
}

/// Errors of combinations of valid inputs.
fn unlistable(listing: &Listing) -> Option<(&'static str, InputError)> {
    let is_sorted = matches!(listing.source, Source::Pages { filter: None, .. });
    if listing.ascending == Some(true) && !is_sorted {
        let problem = "is asc, and a list by tag_id, segment_id or all can't be sorted";
        return Some(("order", InputError::new(problem, "leave it out")));
    }
    let Source::Pages { number, .. } = listing.source else {
        return None;
    };
    let size = listing.per_page.unwrap_or(DEFAULT_PER_PAGE);
    let before = number.saturating_sub(1).saturating_mul(size);
    (before >= MAX_LISTED).then(|| {
        let problem = format!("is beyond the {MAX_LISTED} companies that Intercom lists by page");
        (
            "page",
            InputError::new(problem, "set all to true, and leave page out"),
        )
    })
}

/// Maximum page size of Intercom's lists of companies (`docs/intercom-api.md`,
/// Companies).
const MAX_PER_PAGE: u64 = 60;

/// Intercom's default page size (`docs/intercom-api.md`, Companies).
const DEFAULT_PER_PAGE: u64 = 15;

/// Maximum number of companies that pages reach (`docs/intercom-api.md`, Companies).
const MAX_LISTED: u64 = 10_000;

/// The id of a tag or segment. Empty text would list all companies.
#[derive(Debug)]
struct FilterId(String);

impl FromInput for FilterId {
    const EXPECTED: &'static str = "an id, as text or a whole number";

    fn from_value(value: Value) -> Result<Self, InputError> {
        match id_text(&value, Self::EXPECTED)? {
            id if id.is_empty() => Err(unexpected::<Self>(&value, "is empty")),
            id => Ok(Self(id)),
        }
    }
}

/// Where the list starts.
#[derive(Debug)]
enum Page {
    /// At this page, from 1.
    Number(u64),
    /// At this cursor of a scroll.
    Scroll(String),
}

impl FromInput for Page {
    const EXPECTED: &'static str = "the number of a page from 1, or next_page of an earlier result";

    const RESOLVE: Resolver = NextPage::RESOLVE;

    fn from_value(value: Value) -> Result<Self, InputError> {
        let NextPage(text) = NextPage::from_value(value.clone())?;
        let text = text.trim();
        match text.parse() {
            Ok(number) if number > 0 => Ok(Self::Number(number)),
            Err(_) if is_place(text) => Ok(Self::Scroll(text.to_owned())),
            _ => Err(unexpected::<Self>(&value, "is not a page")),
        }
    }
}

/// Whether a text is a cursor of a scroll, not an invalid page number: a page number has neither
/// letters nor so many digits.
fn is_place(text: &str) -> bool {
    text.len() > 20 || text.contains(|c: char| c.is_ascii_alphabetic())
}

/// The number of companies on a page.
#[derive(Debug)]
struct PerPage(u64);

impl FromInput for PerPage {
    const EXPECTED: &'static str = "a whole number from 1 to 60";

    fn from_value(value: Value) -> Result<Self, InputError> {
        match WholeNumber::from_value(value.clone()) {
            Ok(WholeNumber(size @ 1..=MAX_PER_PAGE)) => Ok(Self(size)),
            _ => Err(unexpected::<Self>(&value, "is not a page size")),
        }
    }
}

/// The order of the rows.
#[derive(Debug, PartialEq, Eq)]
enum Order {
    Ascending,
    Descending,
}

impl FromInput for Order {
    const EXPECTED: &'static str = allowed::ORDER.listed;

    fn from_value(value: Value) -> Result<Self, InputError> {
        match allowed::ORDER.find(value.as_str()) {
            Some("asc") => Ok(Self::Ascending),
            Some(_) => Ok(Self::Descending),
            None => Err(unexpected::<Self>(&value, "is not an order")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_page_is_a_number_or_a_place_of_a_scroll() {
        for (value, number, scroll) in [
            (json!(3), Some(3), None),
            (json!("3"), Some(3), None),
            (json!("69352cd2-ab5b"), None, Some("69352cd2-ab5b")),
            (json!(0), None, None),
            (json!("-1"), None, None),
            (json!(1.5), None, None),
            (json!(""), None, None),
        ] {
            let (found_number, found_scroll) = match Page::from_value(value.clone()) {
                Ok(Page::Number(number)) => (Some(number), None),
                Ok(Page::Scroll(cursor)) => (None, Some(cursor)),
                Err(_) => (None, None),
            };
            assert_eq!(found_number, number, "{value}");
            assert_eq!(found_scroll.as_deref(), scroll, "{value}");
        }
    }

    #[test]
    fn pages_end_at_ten_thousand_companies() {
        let listing = |number, per_page| Listing {
            source: Source::Pages {
                filter: None,
                number,
            },
            per_page,
            ascending: None,
            all: false,
        };
        for (number, per_page, refused) in [
            (167, Some(60), false),
            (168, Some(60), true),
            (667, None, false),
            (668, None, true),
            (u64::MAX, Some(60), true),
        ] {
            let problem = unlistable(&listing(number, per_page));
            assert_eq!(problem.is_some(), refused, "page {number} of {per_page:?}");
        }
    }
}
