//! What the searches for contacts, conversations and tickets share
//! (`docs/intercom-api.md`, Search).

use super::{JsonObject, prepend};
use crate::api::{Client, Item, Method, Object, Request, Settings};
use crate::input::{InputError, InputReader, Need, Wanted, list_names};
use crate::search::{
    CompiledFilter, Filter, Match, NextPage, PARAMETERS, PageResponse, PageSummary, Pager,
    Pagination, RowFilter, Table,
};
use crate::world::types::ActionError;
use serde_json::{Map, Value};

/// Where a search is in the API.
#[derive(Debug)]
pub struct Endpoint {
    /// What it finds.
    pub table: &'static Table,
    /// Its path.
    pub path: &'static str,
    /// The name of the rows in its response.
    pub rows: &'static str,
    /// Whether fields of objects within a row are read.
    pub nested: bool,
}

/// A search with its inputs read.
#[derive(Debug)]
pub struct Search {
    endpoint: &'static Endpoint,
    filter: CompiledFilter,
    pagination: Pagination,
}

/// The facts about the rows of a search.
#[derive(Debug)]
pub struct Found {
    /// The number of rows that match in all, as Intercom counts them.
    pub total: Option<u64>,
    /// The page's number, where known.
    pub page: Option<u64>,
    /// The parameters of the next page.
    pub next_page: Option<String>,
    /// Notes for the caller.
    pub notes: Vec<String>,
    /// The last response without its rows.
    pub response: String,
}

impl Search {
    /// Reads `filter_formula` and `pagination_parameters`.
    pub fn read(
        endpoint: &'static Endpoint,
        input: &mut InputReader<'_>,
        settings: &Settings,
    ) -> Option<Self> {
        let table = endpoint.table;
        let wanted = Wanted {
            need: Need::Value(""),
            expected: table.expected,
            free_text: true,
        };
        let filter = input.read_with("filter_formula", &wanted, |resolve, written| {
            Filter::read(table, resolve, written)
        });
        let wanted = Wanted {
            need: Need::Nothing,
            expected: PARAMETERS,
            free_text: false,
        };
        let pagination = input.read_with("pagination_parameters", &wanted, |resolve, written| {
            Pagination::read(table, resolve, written)
        });
        let filter = filter?.value()?;
        let compiled = filter.compile(settings.version);
        for error in compiled.as_ref().err().into_iter().flatten() {
            input.note("filter_formula", error.clone());
        }
        let pagination = match (pagination?.value(), filter.pagination()) {
            (Some(_), Some(_)) => {
                let problem = "is given, but filter_formula also contains a pagination or sort";
                let hint = "leave it out, or remove pagination and sort from filter_formula";
                input.note("pagination_parameters", InputError::new(problem, hint));
                return None;
            }
            (Some(given), None) => given,
            (None, within) => within.cloned().unwrap_or_else(|| Pagination::new(table)),
        };
        Some(Self {
            endpoint,
            filter: compiled.ok()?,
            pagination,
        })
    }

    /// Requests the pages. Calls `keep` with the rows of each that are in the result.
    ///
    /// # Errors
    /// A page was refused, or the result would be too large.
    pub fn perform(
        &self,
        client: &mut Client<'_>,
        keep: &mut dyn FnMut(&[Item<'_>]),
    ) -> Result<Found, ActionError> {
        let name = self.endpoint.rows;
        let mut rows = Narrowed::by(self.filter.rows.as_ref(), self.endpoint.table.rows);
        let mut pager = Pager::new(&self.pagination, rows.filter.is_some());
        let mut bytes = 0_usize;
        let (mut response, mut odd) = (String::new(), Vec::new());
        while let Some(pagination) = pager.next_request() {
            let received = client.send(&self.request(pagination))?;
            let (found, body) = received.into_rows(name, self.endpoint.nested, |object| {
                let found = object.list(name);
                let matching = rows.matching(&found);
                let wanted = pager.record(page(object, found.len(), matching.len()));
                let wanted = matching.get(wanted).unwrap_or_default();
                bytes += wanted
                    .iter()
                    .map(|(row, _)| row.json().len())
                    .sum::<usize>();
                // The sandbox holds each row three times: its fields, its JSON from Intercom, and
                // its JSON in the result.
                client.hold(3 * bytes + object.len_without(name))?;
                rows.unknown += wanted
                    .iter()
                    .filter(|(_, matches)| *matches == Match::Unknown)
                    .count();
                let wanted: Vec<_> = wanted.iter().map(|(row, _)| *row).collect();
                keep(&wanted);
                Ok(())
            })?;
            found?;
            response = body.json;
            // Notes on replaced characters; the same note of several pages appears once.
            for note in body.notes {
                if !odd.contains(&note) {
                    odd.push(note);
                }
            }
        }
        let PageSummary {
            page,
            total,
            next_page,
            mut notes,
        } = pager.finish();
        notes.extend(rows.notes());
        notes.extend(odd);
        Ok(Found {
            total,
            page,
            next_page,
            notes,
            response,
        })
    }

    /// The same with the result as JSON, and `notes` before its own. `name` is the key of the
    /// rows, `row` writes one.
    ///
    /// # Errors
    /// As for [`Search::perform`].
    pub fn perform_as_json(
        &self,
        client: &mut Client<'_>,
        notes: Vec<String>,
        name: &str,
        row: fn(Item<'_>, &mut JsonObject),
    ) -> Result<String, ActionError> {
        let mut json = JsonObject::default();
        let mut rows = json.rows(name);
        let mut found = self.perform(client, &mut |page| {
            rows.reserve(page.iter().map(room).sum());
            for item in page {
                rows.row(|json| row(*item, json));
            }
        })?;
        rows.end();
        prepend(notes, &mut found.notes);
        json.plain("total_count", found.total)
            .plain("page", found.page)
            .value("next_page", &found.next_page)
            .value("notes", &found.notes)
            .json("response", &found.response);
        Ok(json.finish())
    }

    fn request(&self, pagination: Map<String, Value>) -> Request {
        let Endpoint { path, .. } = self.endpoint;
        request(path, &self.filter.query, pagination, self.pagination.sort())
    }
}

/// The request for a page of the objects that a query, as JSON, finds.
pub fn request(
    path: &str,
    query: &str,
    pagination: Map<String, Value>,
    sort: Option<Value>,
) -> Request {
    let mut body = JsonObject::default();
    if !pagination.is_empty() {
        body.value("pagination", pagination);
    }
    body.json("query", query);
    if let Some(sort) = sort {
        body.value("sort", sort);
    }
    Request::new(Method::Post, path).with_json(body.finish())
}

/// The size of a row in a result, in bytes: Intercom's JSON, the fields, which repeat a part of
/// it, and their names.
fn room(row: &Item<'_>) -> usize {
    const NAMES: usize = 512;
    row.json().len() * 3 / 2 + NAMES
}

/// The summary of a response to a search with `found` rows, of which `rows` match.
pub fn page(response: &Object<'_>, found: usize, rows: usize) -> PageResponse {
    let total = response.integer("total_count");
    PageResponse {
        found,
        rows,
        next: match response.object("pages") {
            Some(pages) => next_page(&pages),
            // Every documented page has it, also the last one.
            None => NextPage::Missing,
        },
        total: total.and_then(|count| count.try_into().ok()),
    }
}

/// `next` is an object that holds the cursor; some responses have had the cursor
/// alone, or a URL. The last page has none, and its number is that of the last page.
fn next_page(pages: &Object<'_>) -> NextPage {
    let cursor = match (pages.object("next"), pages.json("next")) {
        (Some(next), _) => next.text("starting_after"),
        (None, None | Some("null" | "false" | "\"\"")) => {
            let (page, pages) = (pages.integer("page"), pages.integer("total_pages"));
            return match page.zip(pages) {
                Some((page, pages)) if page < pages => NextPage::Missing,
                _ => NextPage::None,
            };
        }
        (None, Some(_)) => pages.text("next"),
    };
    match cursor.filter(|cursor| !cursor.is_empty() && !cursor.contains("://")) {
        Some(cursor) => NextPage::Cursor(cursor),
        None => NextPage::Unreadable,
    }
}

/// The rows of a search, without those that match only because Intercom compares dates by the day.
struct Narrowed<'a> {
    filter: Option<&'a RowFilter>,
    /// The rows in a sentence.
    noun: &'static str,
    found: usize,
    dropped: usize,
    /// The rows in the result that could not be checked.
    unknown: usize,
}

impl<'a> Narrowed<'a> {
    fn by(filter: Option<&'a RowFilter>, noun: &'static str) -> Self {
        Self {
            filter,
            noun,
            found: 0,
            dropped: 0,
            unknown: 0,
        }
    }

    /// The rows of a page that match, or may match.
    fn matching<'b>(&mut self, found: &[Item<'b>]) -> Vec<(Item<'b>, Match)> {
        let matching: Vec<_> = found
            .iter()
            .map(|row| (*row, self.matches(*row)))
            .filter(|(_, matches)| *matches != Match::No)
            .collect();
        self.found += found.len();
        self.dropped += found.len() - matching.len();
        matching
    }

    fn matches(&self, row: Item<'_>) -> Match {
        match self.filter {
            Some(filter) => filter.matches(&serde_json::from_str(row.json()).unwrap_or_default()),
            None => Match::Yes,
        }
    }

    fn notes(&self) -> Vec<String> {
        let Self {
            found,
            dropped,
            unknown,
            noun,
            ..
        } = self;
        let Some(filter) = self.filter else {
            return Vec::new();
        };
        let fields = list_names(&filter.fields(), "and");
        let mut notes = vec![format!(
            "Intercom compares {fields} by the whole day: {dropped} of the {found} {noun} it \
             found did not match to the second and are left out; total_count still counts such \
             {noun}"
        )];
        if *unknown > 0 {
            notes.push(format!(
                "{unknown} of the {noun} could not be checked to the second, since their rows lack \
                 fields of the filter"
            ));
        }
        notes
    }
}
