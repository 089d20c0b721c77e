//! Search Contacts (`docs/intercom-api.md`, Search).

use super::response::{page, row};
use crate::actions::Action;
use crate::api::{Client, Hints, Item, Method, Request, Settings, Token};
use crate::input::{InputError, InputReader, list_names};
use crate::search::{CompiledFilter, Filter, Match, PageSummary, Pager, Pagination, RowFilter};
use crate::world::contacts::ContactPage;
use crate::world::types::ActionError;
use serde_json::{Map, Value};

/// `POST /contacts/search`
#[derive(Debug)]
pub struct SearchContacts {
    filter: CompiledFilter,
    pagination: Pagination,
}

impl Action for SearchContacts {
    const HINTS: Hints = Hints::OF_READS;
    type Credentials = Token;

    fn read(input: &mut InputReader<'_>, settings: &Settings, _: &Token) -> Option<Self> {
        let filter = input.required::<Filter>("filter_formula");
        let pagination = input.optional::<Pagination>("pagination_parameters");
        let filter = filter?;
        let compiled = filter.compile(settings.version);
        for error in compiled.as_ref().err().into_iter().flatten() {
            input.note("filter_formula", error.clone());
        }
        let pagination = match (pagination?, filter.pagination()) {
            (Some(_), Some(_)) => {
                let problem = "is given, and filter_formula holds a pagination or sort, too";
                let hint = "leave it out, or take pagination and sort out of filter_formula";
                input.note("pagination_parameters", InputError::new(problem, hint));
                return None;
            }
            (Some(given), None) => given,
            (None, within) => within.cloned().unwrap_or_default(),
        };
        Some(Self {
            filter: compiled.ok()?,
            pagination,
        })
    }

    fn perform(&self, client: &mut Client<'_>) -> Result<ContactPage, ActionError> {
        let mut rows = Narrowed::by(self.filter.rows.as_ref());
        let mut pager = Pager::new(&self.pagination, rows.filter.is_some());
        let (mut contacts, mut bytes) = (Vec::new(), 0_usize);
        let (mut response, mut odd) = (String::new(), Vec::new());
        while let Some(pagination) = pager.next_request() {
            let received = client.send(&self.request(pagination))?;
            let (found, body) = received.into_list("data", |object| {
                let found = object.list("data");
                let matching = rows.matching(&found);
                let wanted = pager.record(page(object, found.len(), matching.len()));
                let wanted = matching.get(wanted).unwrap_or_default();
                bytes += wanted
                    .iter()
                    .map(|(row, _)| row.json().len())
                    .sum::<usize>();
                // The sandbox holds each row three times: its fields, as it came, and as
                // JSON of the result.
                client.hold(3 * bytes + object.len_without("data"))?;
                rows.unknown += wanted
                    .iter()
                    .filter(|(_, matches)| *matches == Match::Unknown)
                    .count();
                contacts.extend(wanted.iter().map(|(wanted, _)| row(*wanted)));
                Ok(())
            })?;
            found?;
            response = body.json;
            // What was replaced in a page; the same of several pages is noted once.
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
        Ok(ContactPage {
            contacts,
            total_count: total,
            page,
            next_page,
            notes,
            response,
        })
    }
}

impl SearchContacts {
    fn request(&self, pagination: Map<String, Value>) -> Request {
        let mut body = Map::new();
        body.insert("query".to_owned(), self.filter.query.clone());
        if !pagination.is_empty() {
            body.insert("pagination".to_owned(), pagination.into());
        }
        if let Some(sort) = self.pagination.sort() {
            body.insert("sort".to_owned(), sort);
        }
        Request::new(Method::Post, "/contacts/search").with_body(body)
    }
}

/// The rows of a search, without those that Intercom found only because it compares
/// dates by the day.
struct Narrowed<'a> {
    filter: Option<&'a RowFilter>,
    found: usize,
    dropped: usize,
    /// The rows in the result that could not be checked.
    unknown: usize,
}

impl<'a> Narrowed<'a> {
    fn by(filter: Option<&'a RowFilter>) -> Self {
        Self {
            filter,
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
            ..
        } = self;
        let Some(filter) = self.filter else {
            return Vec::new();
        };
        let fields = list_names(&filter.fields(), "and");
        let mut notes = vec![format!(
            "Intercom compares {fields} by the whole day: {dropped} of the {found} contacts it \
             found did not match to the second and are left out; total_count still counts such \
             contacts"
        )];
        if *unknown > 0 {
            notes.push(format!(
                "{unknown} of the contacts could not be checked to the second, since their rows \
                 do not carry all that the filter asks for"
            ));
        }
        notes
    }
}
