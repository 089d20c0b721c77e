//! The companies of a workspace, who belongs to them, and the one scroll through them
//! (`docs/intercom-api.md`, Companies).

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

/// All companies, in the order of their creation.
#[derive(Debug, Default)]
pub struct Companies {
    by_id: BTreeMap<String, Company>,
    scroll: Option<Scroll>,
    scrolls: u64,
}

/// A company.
#[derive(Debug)]
pub struct Company {
    id: String,
    fields: Map<String, Value>,
    /// The ids of the contacts that belong to it.
    contacts: BTreeSet<String>,
    created_at: i64,
    updated_at: i64,
}

/// An open scroll.
#[derive(Debug)]
struct Scroll {
    parameter: String,
    /// The ids that are still to come.
    rest: Vec<String>,
    used_at: i64,
}

/// How long a scroll stays open without a request, in seconds.
const SCROLL_SECONDS: i64 = 60;

/// The number of companies in a page of a scroll.
const SCROLL_ROWS: usize = 100;

/// Why a scroll does not go on.
#[derive(Debug, PartialEq, Eq)]
pub enum NoScroll {
    /// Another one is open.
    Exists,
    /// There is no such scroll, or no longer.
    Gone,
}

impl Companies {
    /// The company with this id of Intercom's.
    pub fn find(&self, id: &str) -> Option<&Company> {
        self.by_id.get(id)
    }

    /// The first company whose field has this value.
    pub fn find_by(&self, field: &str, value: &str) -> Option<&Company> {
        let mut companies = self.by_id.values();
        companies.find(|company| company.text(field) == Some(value))
    }

    /// Those that lists show: the ones to which a contact belongs.
    pub fn listed(&self) -> impl Iterator<Item = &Company> {
        self.by_id
            .values()
            .filter(|company| !company.contacts.is_empty())
    }

    /// Creates a company, or changes the one with the same `company_id`. Returns its
    /// id.
    pub fn upsert(&mut self, changes: Map<String, Value>, now: i64) -> String {
        let own_id = changes.get("company_id").and_then(Value::as_str);
        let existing = own_id.and_then(|own_id| self.find_by("company_id", own_id));
        let id = match existing {
            Some(company) => company.id.clone(),
            None => format!("6762f0a6{:016x}", self.by_id.len() + 1),
        };
        let company = self.by_id.entry(id.clone()).or_insert_with(|| Company {
            id: id.clone(),
            fields: Map::new(),
            contacts: BTreeSet::new(),
            created_at: now,
            updated_at: now,
        });
        company.apply(changes, now);
        id
    }

    /// The companies that a contact belongs to.
    pub fn of_contact(&self, contact: &str) -> impl Iterator<Item = &Company> {
        let contact = contact.to_owned();
        self.by_id
            .values()
            .filter(move |company| company.contacts.contains(&contact))
    }

    /// Makes a contact belong to a company, or no longer. `false` if there is no such
    /// company.
    pub fn link(&mut self, company: &str, contact: &str, linked: bool) -> bool {
        let Some(company) = self.by_id.get_mut(company) else {
            return false;
        };
        match linked {
            true => company.contacts.insert(contact.to_owned()),
            false => company.contacts.remove(contact),
        };
        true
    }

    /// Replaces a contact everywhere by the one that it was merged into, or by none.
    pub fn replace_contact(&mut self, contact: &str, by: Option<&str>) {
        for company in self.by_id.values_mut() {
            if company.contacts.remove(contact) {
                company.contacts.extend(by.map(str::to_owned));
            }
        }
    }

    /// The ids of a scroll's next page, and its parameter: of a new scroll, or of the
    /// open one. A page without ids is the last, and closes it.
    ///
    /// # Errors
    ///
    /// Another scroll is open, or none with this parameter.
    pub fn scroll(
        &mut self,
        parameter: Option<&str>,
        now: i64,
    ) -> Result<(Vec<String>, String), NoScroll> {
        let is_open = |scroll: &Scroll| now - scroll.used_at <= SCROLL_SECONDS;
        let open = self.scroll.take().filter(is_open);
        let mut scroll = match (parameter, open) {
            (None, Some(open)) => {
                self.scroll = Some(open);
                return Err(NoScroll::Exists);
            }
            (None, None) => {
                self.scrolls += 1;
                Scroll {
                    parameter: format!("69352cd2-0000-4000-8000-{:012x}", self.scrolls),
                    rest: self.listed().map(|company| company.id.clone()).collect(),
                    used_at: now,
                }
            }
            (Some(parameter), Some(open)) if open.parameter == parameter => open,
            (Some(_), other) => {
                self.scroll = other;
                return Err(NoScroll::Gone);
            }
        };
        let rest = scroll.rest.split_off(scroll.rest.len().min(SCROLL_ROWS));
        let page = std::mem::replace(&mut scroll.rest, rest);
        let parameter = scroll.parameter.clone();
        scroll.used_at = now;
        self.scroll = Some(scroll).filter(|_| !page.is_empty());
        Ok((page, parameter))
    }
}

impl Company {
    /// Intercom's id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// When it was last changed, in Unix seconds.
    pub fn updated_at(&self) -> i64 {
        self.updated_at
    }

    fn text(&self, field: &str) -> Option<&str> {
        self.fields.get(field)?.as_str()
    }

    /// Custom attributes change one by one.
    fn apply(&mut self, changes: Map<String, Value>, now: i64) {
        for (name, value) in changes {
            match (self.fields.get_mut(&name), value) {
                (Some(Value::Object(old)), Value::Object(new)) => old.extend(new),
                (_, value) => _ = self.fields.insert(name, value),
            }
        }
        self.updated_at = now;
    }

    /// The company as responses show it.
    pub fn to_json(&self, workspace: &str) -> Value {
        let field = |name: &str| self.fields.get(name).cloned();
        let plan = match self.text("plan") {
            Some(name) => json!({ "type": "plan", "id": "1", "name": name }),
            None => json!({}),
        };
        let mut company = json!({
            "type": "company",
            "id": self.id,
            "company_id": field("company_id"),
            "app_id": workspace,
            "name": field("name"),
            "remote_created_at": field("remote_created_at"),
            "created_at": self.created_at,
            "updated_at": self.updated_at,
            "monthly_spend": field("monthly_spend").unwrap_or(json!(0)),
            "session_count": 0,
            "user_count": self.contacts.len(),
            "tags": { "type": "tag.list", "tags": [] },
            "segments": { "type": "segment.list", "segments": [] },
            "plan": plan,
            "custom_attributes": field("custom_attributes").unwrap_or(json!({})),
        });
        for name in ["size", "website", "industry"] {
            if let (Some(company), Some(value)) = (company.as_object_mut(), field(name)) {
                company.insert(name.to_owned(), value);
            }
        }
        company
    }
}
