//! The first pass: collects every value to replace, in order of occurrence, and changes nothing.

use std::collections::{BTreeSet, HashSet};
use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use intercom_connector::internals::{TABLES, Template};
use serde_json::Value;

use super::detect;
use super::hosts::is_intercom;
use super::kind::{Hint, Kind, hint};
use super::pattern::{Pattern, slice};
use super::public_examples;
use super::secrets;
use super::walk::Visitor;

/// The kinds that a pattern identifies, most certain first.
const FORMS: [Kind; 6] = [
    Kind::Link,
    Kind::Token,
    Kind::Email,
    Kind::Address,
    Kind::Id,
    Kind::Phone,
];

/// Minimum length of an id to replace, in letters and digits: shorter ones mean nothing outside
/// their workspace and occur in every number.
const SHORTEST_ID: usize = 4;

/// Words of Intercom's API that an attribute, a name or an id may equal. They reveal nothing,
/// and replacing them everywhere would change requests.
const VOCABULARY: [&str; 19] = [
    "user",
    "lead",
    "contact",
    "admin",
    "company",
    "email",
    "in-app",
    "in_app",
    "inapp",
    "plain",
    "personal",
    "true",
    "false",
    "null",
    "list",
    "ascending",
    "descending",
    "web",
    "last",
];

/// Whether a text is one of these words, or a field name of a search.
fn is_word(text: &str) -> bool {
    let words = TABLES.iter().flat_map(|table| table.words());
    let mut words = words.chain(VOCABULARY);
    words.any(|known| known.eq_ignore_ascii_case(text))
}

/// A date or a time.
static DATE: LazyLock<Pattern> = LazyLock::new(|| {
    Pattern::new(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9:.]+(?:Z|[+-][0-9:]+)?)?$")
});

/// Quoted text in a filter formula.
static QUOTED: LazyLock<Pattern> = LazyLock::new(|| Pattern::new(r#"['"]([^'"]+)['"]"#));

/// A key and its text in truncated JSON, which does not parse.
static BROKEN_PAIR: LazyLock<Pattern> =
    LazyLock::new(|| Pattern::new(r#"("[\w.-]+"\s*:\s*(?:"(?:[^"\\]|\\.)*"?|[0-9]+))"#));

/// The values to replace.
#[derive(Default)]
pub(super) struct Found {
    /// Values, each once, in order of first occurrence.
    pub values: Vec<(Kind, String)>,
    /// Stand-ins in the recording, which must not be assigned again.
    pub taken: HashSet<String>,
    /// Values that are secret by their names.
    pub secrets: BTreeSet<String>,
    known: HashSet<String>,
}

impl Found {
    fn note(&mut self, kind: Kind, value: &str) {
        if self.known.insert(value.to_owned()) {
            self.values.push((kind, value.to_owned()));
        }
    }

    /// Whether `text` is not replaced.
    fn stays(&mut self, text: &str) -> bool {
        let stays = public_examples::is_text(text)
            || public_examples::is_email(text)
            || public_examples::is_domain(text)
            || public_examples::is_phone(text)
            || text.parse().is_ok_and(public_examples::is_address)
            || detect::host(text).is_some_and(public_examples::is_domain);
        if stays {
            self.taken.insert(text.to_owned());
        }
        stays
    }

    /// The kind of a whole text: its pattern has priority over its name.
    fn whole(&mut self, hint: Hint, text: &str) -> Option<Kind> {
        // The connector ignores case and blanks of fixed values.
        let is_word = is_word(text.trim());
        // An unresolved placeholder reveals the workflow, not a person.
        let says_nothing = is_word || DATE.is(text) || Template::is_placeholder(text);
        if self.stays(text) || says_nothing {
            return None;
        }
        let by_name = match hint {
            Hint::Is(kind) => Some(kind),
            Hint::Attributes => Some(Kind::Text),
            Hint::Nothing | Hint::Formula => None,
        };
        let by_form = detect::whole(text, &FORMS);
        let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
        let is_short =
            text.chars().count() < SHORTEST_ID && text.chars().all(char::is_alphanumeric);
        match (by_name, by_form) {
            (Some(Kind::Secret), _) => by_name,
            _ if is_number && is_short => None,
            (Some(Kind::Cursor), _) => by_name,
            (Some(Kind::Host), _) if is_intercom(text) || public_examples::is_local(text) => None,
            (_, Some(form)) => Some(form),
            (Some(Kind::Phone), _) if public_examples::digits(text).is_empty() => Some(Kind::Text),
            (Some(Kind::Phone), _) => by_name,
            (Some(_), _) if is_number => Some(Kind::Id),
            (Some(Kind::Id), _) if is_short => None,
            (Some(Kind::Link), _) if !text.contains("://") => Some(Kind::Text),
            _ => by_name,
        }
    }

    fn by_form(&mut self, text: &str) {
        for find in detect::finds(text, &FORMS) {
            self.note(find.kind, &detect::found(text, &find));
        }
    }

    /// A secret: the part after its scheme, as in `Bearer …`, and for `Basic` the password in
    /// it.
    fn secret(&mut self, text: &str) {
        let credentials = text.split_whitespace().last().unwrap_or_default();
        let decoded = STANDARD.decode(credentials).unwrap_or_default();
        let user_and_password = String::from_utf8(decoded).unwrap_or_default();
        let password = user_and_password.split_once(':').unwrap_or_default().1;
        for secret in [text, credentials, password] {
            if secret.chars().count() >= secrets::SHORTEST && !public_examples::is_text(secret) {
                self.secrets.insert(secret.to_owned());
            }
        }
    }

    /// The values of a formula, by their fields. Numbers of other fields are mostly times.
    fn quoted(&mut self, formula: &str) {
        let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
        for range in QUOTED.finds(formula) {
            let before = formula.get(..range.start).unwrap_or_default();
            let before = before.trim_end_matches(|c| !is_word(c));
            let field = before.rsplit(|c| !is_word(c)).next().unwrap_or_default();
            let value = slice(formula, &range);
            match hint(field) {
                Hint::Nothing if value.bytes().all(|byte| byte.is_ascii_digit()) => {}
                Hint::Nothing => _ = self.text(Hint::Is(Kind::Text), &value),
                hint => _ = self.text(hint, &value),
            }
        }
    }

    /// Key-value pairs of JSON that does not parse.
    fn broken_json(&mut self, text: &str) {
        for range in BROKEN_PAIR.finds(text) {
            let pair = slice(text, &range);
            let Some((key, value)) = pair.split_once(':') else {
                continue;
            };
            let hint = hint(key.trim().trim_matches('"'));
            let value = value.trim().trim_matches('"');
            let unescaped = serde_json::from_str::<String>(&format!("\"{value}\""));
            if hint != Hint::Nothing {
                self.text(hint, &unescaped.unwrap_or_else(|_| value.to_owned()));
            }
        }
    }
}

impl Visitor for Found {
    fn text(&mut self, hint: Hint, text: &str) -> String {
        let trimmed = text.trim();
        match self.whole(hint, trimmed) {
            _ if trimmed.is_empty() => {}
            Some(Kind::Secret) => self.secret(trimmed),
            Some(kind) => self.note(kind, trimmed),
            None => self.by_form(text),
        }
        if hint == Hint::Formula {
            self.quoted(text);
        }
        if hint == Hint::Nothing && text.contains("\":") {
            self.broken_json(text);
        }
        text.to_owned()
    }

    fn number(&mut self, hint: Hint, number: &str) -> Option<Value> {
        match hint {
            Hint::Is(Kind::Secret) => self.secret(number),
            Hint::Is(Kind::Id | Kind::Phone) => {
                if let Some(kind) = self.whole(hint, number) {
                    self.note(kind, number);
                }
            }
            _ => {}
        }
        None
    }

    fn name(&mut self, name: &str) -> String {
        self.by_form(name);
        name.to_owned()
    }
}
