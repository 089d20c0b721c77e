//! Which page of a search, and its size: parses pagination parameters.

use super::fields::Field;
use super::suggestions::suggestion;
use crate::input::{
    FromInput, InputError, Patch, Resolve, Template, Text, list_names, nearest, quoted, shown,
};
use serde_json::{Value, json};

/// The wanted rows of a search.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pagination {
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
    /// The number of matching rows after it that are passed over.
    pub skip: u64,
}

/// The order of the rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sort {
    field: String,
    ascending: bool,
}

/// Maximum page size of Intercom (`docs/intercom-api.md`, Pages).
pub const MAX_PER_PAGE: u64 = 150;

/// Intercom's default page size
/// (`docs/intercom-api.md`, Pages).
pub const DEFAULT_PER_PAGE: u64 = 50;

/// Maximum number of rows of one result: ten requests. A contact is about 7 KB, so
/// these are 10 MB, of which a result holds three copies; four times as many would
/// not fit into a sandbox of 64 MB.
pub const MAX_ROWS: u64 = 1500;

/// Maximum number of requests of one search: 3000 rows to skip and read, at 0.1 to
/// 1 s per request. Intercom allows 166 in ten seconds, which a search should leave
/// to other steps of a workflow.
pub const MAX_REQUESTS: u64 = 20;

/// Maximum number of rows to pass over after a cursor: as many as one search reads.
const MAX_SKIP: u64 = MAX_REQUESTS * MAX_PER_PAGE;

const KEYS: [&str; 7] = [
    "page",
    "per_page",
    "limit",
    "all",
    "starting_after",
    "skip",
    "sort",
];

impl Sort {
    /// Reads `field`, `field:asc` or `field:desc`.
    fn parse(text: &str) -> Result<Self, InputError> {
        let (name, order) = text.rsplit_once(':').unwrap_or((text, "desc"));
        let field = Field::find(name).ok_or_else(|| {
            let hint = suggestion(name);
            let hint = hint.unwrap_or_else(|| "give a field, such as created_at".to_owned());
            let name = quoted(name);
            InputError::new(format!("sort: {name} is not a field of contacts; {hint}"))
        })?;
        let ascending = match order.trim().to_ascii_lowercase().as_str() {
            "asc" | "ascending" => true,
            "desc" | "descending" => false,
            _ => {
                let order = quoted(order);
                let message = format!("sort: {order} is not an order; give asc or desc");
                return Err(InputError::new(message));
            }
        };
        let field = field.name.into_owned();
        Ok(Self { field, ascending })
    }

    fn order(&self) -> &'static str {
        if self.ascending {
            "ascending"
        } else {
            "descending"
        }
    }
}

impl Pagination {
    /// The order as the API takes it.
    pub fn sort(&self) -> Option<Value> {
        let sort = self.sort.as_ref()?;
        Some(json!({"field": sort.field, "order": sort.order()}))
    }

    /// The number of rows of a page.
    pub(super) fn size(&self) -> u64 {
        match self.extent {
            Extent::Unsaid => DEFAULT_PER_PAGE,
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
            let order = if sort.ascending { "asc" } else { "desc" };
            query.append_pair("sort", &format!("{}:{order}", sort.field));
        }
        if let Some(cursor) = &place.cursor {
            query.append_pair("starting_after", cursor);
        }
        if place.skip > 0 {
            query.append_pair("skip", &place.skip.to_string());
        }
        query.finish()
    }

    /// Ignores white space around names and values, unless it is encoded.
    fn parse(
        text: &str,
        fill: impl Fn(&str) -> Result<Value, InputError>,
    ) -> Result<Self, InputError> {
        let text = text.trim();
        let text = text.strip_prefix('?').unwrap_or(text);
        let parts = text.split('&').map(|pair| match pair.split_once('=') {
            Some((key, value)) => format!("{}={}", key.trim(), value.trim()),
            None => pair.trim().to_owned(),
        });
        let text = parts.collect::<Vec<_>>().join("&");
        let pairs = form_urlencoded::parse(text.as_bytes());
        let pairs = pairs.map(|(key, value)| Ok((key, fill(&value)?)));
        let pairs: Vec<_> = pairs.collect::<Result<_, InputError>>()?;
        Self::from_pairs(pairs.iter().map(|(key, value)| (key.trim(), value)))
    }

    fn from_pairs<'a>(
        pairs: impl Iterator<Item = (&'a str, &'a Value)>,
    ) -> Result<Self, InputError> {
        let mut pagination = Self::default();
        for (key, value) in pairs {
            let text = match value {
                Value::Bool(flag) => flag.to_string(),
                value => Text::from_value(value.clone())?.0,
            };
            // A cursor goes back to Intercom unchanged.
            let text = match key {
                "starting_after" => text.as_str(),
                _ => text.trim(),
            };
            pagination.set(key, text)?;
        }
        pagination.checked()
    }

    fn set(&mut self, key: &str, value: &str) -> Result<(), InputError> {
        match key {
            "page" => once(&mut self.page, key, number(key, value, u64::MAX)?),
            "per_page" => {
                let size = number(key, value, MAX_PER_PAGE)?;
                self.extend(Extent::PerPage(size))
            }
            "limit" => {
                let size = number(key, value, MAX_ROWS)?;
                self.extend(Extent::Limit(size))
            }
            "all" => match value {
                "true" => self.extend(Extent::All),
                "false" => Ok(()),
                _ => Err(InputError::new(format!(
                    "all is {}; give true or false",
                    quoted(value)
                ))),
            },
            "skip" => once(&mut self.skip, key, number(key, value, MAX_SKIP)?),
            "sort" => once(&mut self.sort, key, Sort::parse(value)?),
            "starting_after" if !value.is_empty() => {
                once(&mut self.starting_after, key, value.to_owned())
            }
            "starting_after" => Err(InputError::new(
                "starting_after is empty; give the cursor of an earlier page, or leave it out",
            )),
            _ => {
                let hint = match nearest(key, KEYS) {
                    Some(near) => format!("did you mean {near}?"),
                    None => format!("give {}", list_names(&KEYS, "or")),
                };
                Err(InputError::new(format!(
                    "{} is not a pagination parameter; {hint}",
                    quoted(key)
                )))
            }
        }
    }

    fn extend(&mut self, extent: Extent) -> Result<(), InputError> {
        match std::mem::replace(&mut self.extent, extent) {
            Extent::Unsaid => Ok(()),
            _ => Err(InputError::new(
                "per_page, limit and all say the same thing twice; give one of them, once",
            )),
        }
    }

    /// Checks the parameters together.
    fn checked(self) -> Result<Self, InputError> {
        let Some(page) = self.page else {
            return Ok(self);
        };
        if self.extent == Extent::All {
            let message = "page and all exclude each other; leave one of them out";
            return Err(InputError::new(message));
        }
        let size = self.size();
        let requests = self.skipped().saturating_add(size).div_ceil(MAX_PER_PAGE);
        if requests > MAX_REQUESTS {
            let last = MAX_REQUESTS * MAX_PER_PAGE / size;
            return Err(InputError::new(format!(
                "page {page} of {size} rows takes {requests} requests, at most {MAX_REQUESTS} are \
                 made (page {last}); go from page to page by next_page, or narrow the filter"
            )));
        }
        Ok(self)
    }
}

fn number(key: &str, value: &str, most: u64) -> Result<u64, InputError> {
    let digits = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
    match value.parse() {
        Ok(number) if digits && (1..=most).contains(&number) => Ok(number),
        _ => {
            let upper = match (key, most) {
                ("page", _) => String::new(),
                ("per_page", _) => format!(" to {most}; limit gathers up to {MAX_ROWS}"),
                _ => format!(" to {most}"),
            };
            let value = quoted(value);
            Err(InputError::new(format!(
                "{key} is {value}; give a whole number from 1{upper}"
            )))
        }
    }
}

fn once<T>(place: &mut Option<T>, key: &str, value: T) -> Result<(), InputError> {
    match place.replace(value) {
        None => Ok(()),
        Some(_) => Err(InputError::new(format!(
            "{key} is given twice; give it once"
        ))),
    }
}

impl FromInput for Pagination {
    const EXPECTED: &'static str = "parameters such as page=2&per_page=50";

    /// Text that is one placeholder takes a whole set of parameters, such as an
    /// earlier page's `next_page`. Other text is split before its placeholders are
    /// resolved, so no value can add a parameter.
    fn read(resolve: Resolve<'_>, written: Value) -> Result<Patch<Self>, InputError> {
        match written.as_str() {
            Some(text) if !Template::is_placeholder(text) => {
                Self::parse(text, |value| resolve.text(value)).map(Patch::Value)
            }
            _ => Patch::parse(resolve.json(written)?),
        }
    }

    fn from_value(value: Value) -> Result<Self, InputError> {
        match value {
            Value::String(text) => Self::parse(&text, |value| Ok(value.into())),
            Value::Object(map) => {
                Self::from_pairs(map.iter().map(|(key, value)| (key.as_str(), value)))
            }
            other => Err(InputError::new(format!(
                "{} is not text; give {}",
                shown(&other),
                Self::EXPECTED
            ))),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn read(value: impl Into<Value>) -> Result<Pagination, String> {
        Pagination::from_value(value.into()).map_err(|error| format!("{error:?}"))
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
            let next = Pagination::default().after(&cursor(text), true);
            let back = read(format!(" {next}\n")).unwrap();
            assert_eq!(back.starting_after.as_deref(), Some(text));
        }
        let typed = read(" per_page = 5 & starting_after = W ").unwrap();
        assert_eq!(typed, read("per_page=5&starting_after=W").unwrap());
    }

    #[test]
    fn json_objects_are_read_too() {
        let page = read(json!({"page": 2, "per_page": "50"})).unwrap();
        assert_eq!(page, read("page=2&per_page=50").unwrap());
        assert_eq!(
            read(json!({"all": true})).unwrap(),
            read("all=true").unwrap()
        );
    }

    #[test]
    fn mistakes_are_reported() {
        for (text, message) in [
            ("page=0", "page is \\\"0\\\"; give a whole number from 1"),
            ("page=-1", "give a whole number from 1"),
            ("page=two", "give a whole number from 1"),
            ("page=99999999999999999999999", "give a whole number from 1"),
            (
                "page=18446744073709551615&per_page=150",
                "at most 20 are made (page 20)",
            ),
            (
                "page=61",
                "page 61 of 50 rows takes 21 requests, at most 20 are made (page 60); go from page \
                 to page by next_page, or narrow the filter",
            ),
            ("page=2&all=true", "page and all exclude each other"),
            ("per_page=0", "give a whole number from 1 to 150"),
            ("per_page=151", "from 1 to 150; limit gathers up to 1500"),
            ("limit=1501", "give a whole number from 1 to 1500"),
            ("limit=many", "give a whole number from 1 to 1500"),
            ("perpage=5", "did you mean per_page?"),
            (
                "offset=5",
                "give page, per_page, limit, all, starting_after, skip or sort",
            ),
            ("starting_after=", "starting_after is empty"),
            ("per_page=5&limit=5", "give one of them, once"),
            ("page=1&page=2", "page is given twice"),
            ("all=yes", "give true or false"),
            (
                "sort=created",
                "sort: \\\"created\\\" is not a field of contacts; did you mean created_at?",
            ),
            (
                "sort=created_at:up",
                "\\\"up\\\" is not an order; give asc or desc",
            ),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.contains(message), "{text}: {error}");
        }
    }
}
