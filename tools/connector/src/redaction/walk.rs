//! Leads a visitor through everything that can hold something to hide, taken
//! apart as far as it has structure: JSON, JSON in texts, URLs, paths, queries.
//!
//! Both passes of redaction and the scan of files take this way, so that what
//! one of them sees the others see, too.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use intercom_connector::internals::{Part, Template, number_text};
use serde_json::{Map, Value};

use super::contexts::Contexts;
use super::detect;
use super::hosts::{Hosts, is_web};
use super::json_text;
use super::kind::{Hint, Kind, hint};
use super::public_examples;
use super::url_text::{decoded, encoded, is_path, is_query};
use crate::template_text::{before_opening, escaped};

/// Keys whose values are words of the API: they mean what they say, even where
/// somebody's text is the same word.
const STRUCTURE: [&str; 5] = ["type", "role", "field", "operator", "order"];

/// Looks at texts, and says what is to stand in their place.
pub(super) trait Visitor {
    /// A text that has no further structure.
    fn text(&mut self, hint: Hint, text: &str) -> String;

    /// What is to stand in the place of a JSON number, given as the digits that it is
    /// sent as; none where it stays.
    fn number(&mut self, hint: Hint, number: &str) -> Option<Value>;

    /// The name of a JSON key or a parameter, or another word that means what it
    /// says, unless it has the form of something to hide.
    fn name(&mut self, name: &str) -> String;

    /// Goes into the value of a key, or into an item such as `[0]`.
    fn enter(&mut self, _step: &str) {}

    /// Comes out of it.
    fn leave(&mut self) {}
}

/// A way through, with a visitor.
pub(super) struct Walk<'a, V> {
    pub visitor: V,
    pub hosts: &'a Hosts,
    /// What the placeholders in the texts of an action's input are resolved in.
    pub contexts: Option<Contexts>,
    /// How deep the walk is, in values within values.
    pub levels: usize,
}

/// The deepest value that is looked into, JSON in the texts of JSON counted with
/// what it stands in. Intercom's own answers go ten levels deep, in an archive
/// twenty; what is a thousand deep would overflow the stack.
const MOST_LEVELS: usize = 200;

impl<V: Visitor> Walk<'_, V> {
    /// A text of any kind.
    pub(super) fn text(&mut self, hint: Hint, text: &str) -> String {
        let within = match hint {
            Hint::Formula => Some(Hint::Nothing),
            Hint::Nothing | Hint::Attributes | Hint::Is(Kind::Text) => Some(hint),
            Hint::Is(_) => None,
        };
        if let Some((within, (value, whole))) = within.zip(json_text::read(text)) {
            let original = whole.then_some(text);
            return self.json_text(within, &value, original);
        }
        match hint {
            Hint::Nothing => self.unnamed(text),
            Hint::Is(Kind::Cursor) if text.contains("://") => self.unnamed(text),
            hint => self.leaf(hint, text),
        }
    }

    /// A text that has no further structure. In an action's input it may have
    /// placeholders, or escapes that say it has none.
    fn leaf(&mut self, hint: Hint, text: &str) -> String {
        if self.contexts.is_none() {
            return self.visitor.text(hint, text);
        }
        let Ok(template) = Template::parse(text) else {
            // The component refuses it as it stands.
            return self.visitor.name(text);
        };
        let literal = match template.parts() {
            [] => "",
            [Part::Literal(literal)] => literal,
            parts => return self.template(hint, text, parts),
        };
        let changed = self.visitor.text(hint, literal);
        if changed == *literal {
            text.to_owned()
        } else {
            escaped(&changed)
        }
    }

    /// A text with placeholders. Where what it is resolved to has a stand-in that is
    /// not put together like it, the stand-in itself takes its place.
    fn template(&mut self, hint: Hint, text: &str, parts: &[Part]) -> String {
        let changed = self.parts(hint, parts);
        // A value that is put into a formula is no part of its text.
        if hint == Hint::Formula {
            return changed;
        }
        // In what it is resolved to, all text is literal.
        let contexts = self.contexts.take();
        let found = contexts.as_ref().and_then(|contexts| contexts.found(text));
        let expected = found.map(|found| self.text(hint, &found));
        let left = contexts
            .as_ref()
            .and_then(|contexts| contexts.left(&changed));
        self.contexts = contexts;
        match expected {
            Some(expected) if left.as_ref() != Some(&expected) => escaped(&expected),
            _ => changed,
        }
    }

    /// Each part on its own: no value reaches over a delimiter.
    fn parts(&mut self, hint: Hint, parts: &[Part]) -> String {
        let mut changed = String::new();
        for part in parts {
            match part {
                Part::Placeholder(placeholder) => {
                    changed = before_opening(&changed);
                    changed += &self.placeholder(&placeholder.expression);
                }
                Part::Literal(literal) if hint == Hint::Formula => {
                    changed += &escaped(&self.visitor.name(literal));
                }
                Part::Literal(literal) => {
                    changed += &escaped(&self.visitor.text(Hint::Nothing, literal));
                }
            }
        }
        changed
    }

    fn placeholder(&mut self, expression: &str) -> String {
        let (open, rest) = expression.split_at_checked(2).unwrap_or((expression, ""));
        let end = rest.len().saturating_sub(2);
        let (path, close) = rest.split_at_checked(end).unwrap_or((rest, ""));
        format!("{open}{}{close}", self.visitor.name(path))
    }

    fn unnamed(&mut self, text: &str) -> String {
        if is_path(text) {
            self.path_and_query(text)
        } else if is_query(text) {
            self.query(text)
        } else {
            self.prose(text)
        }
    }

    /// JSON in a text, which stays letter for letter where nothing changes and all of
    /// it was read.
    fn json_text(&mut self, hint: Hint, value: &Value, original: Option<&str>) -> String {
        let changed = self.json(hint, value);
        match original {
            Some(text) if changed == *value => text.to_owned(),
            _ => json_text::written(&changed),
        }
    }

    /// A JSON value. Where it is too deep to be looked into, nothing is left of it.
    pub(super) fn json(&mut self, hint: Hint, value: &Value) -> Value {
        self.levels += 1;
        let seen = match value {
            Value::Object(_) | Value::Array(_) if self.levels > MOST_LEVELS => {
                public_examples::REDACTED.into()
            }
            Value::Object(object) => self.object(hint, object),
            Value::Array(items) => {
                let items = items.iter().enumerate().map(|(index, item)| {
                    self.visitor.enter(&format!("[{index}]"));
                    let item = self.json(hint, item);
                    self.visitor.leave();
                    item
                });
                Value::Array(items.collect())
            }
            Value::String(text) => Value::String(self.text(hint, text)),
            Value::Number(number) => {
                let stand_in = self.visitor.number(hint, &number_text(number));
                stand_in.unwrap_or_else(|| value.clone())
            }
            plain => plain.clone(),
        };
        self.levels -= 1;
        seen
    }

    fn object(&mut self, outer: Hint, object: &Map<String, Value>) -> Value {
        let named = value_hint(object);
        let mut changed = Map::new();
        for (key, value) in object {
            let hint = match (key.as_str(), named) {
                ("value", Some(named)) => named,
                ("name", Some(_)) => Hint::Nothing,
                // The code of an authorisation; any other is of an error.
                ("code", _) if object.contains_key("client_secret") => Hint::Is(Kind::Secret),
                _ => inherited(outer, key),
            };
            let is_word = hint == Hint::Nothing && STRUCTURE.contains(&key.as_str());
            self.visitor.enter(key);
            let value = match value {
                Value::String(word) if is_word => self.visitor.name(word).into(),
                Value::String(text) if key == "text" && is_base64(object) => {
                    self.base64(text).into()
                }
                value => self.json(hint, value),
            };
            self.visitor.leave();
            changed.insert(self.visitor.name(key), value);
        }
        Value::Object(changed)
    }

    /// The text of a HAR file's content that is written as base64.
    fn base64(&mut self, text: &str) -> String {
        let Ok(bytes) = STANDARD.decode(text) else {
            return self.leaf(Hint::Nothing, text);
        };
        // A few bytes that are not UTF-8 keep nobody from reading the rest.
        let plain = String::from_utf8_lossy(&bytes);
        let changed = self.text(Hint::Nothing, &plain);
        if changed == *plain {
            text.to_owned()
        } else {
            STANDARD.encode(changed)
        }
    }

    /// A URL that requests go to, or its like. User and password are dropped,
    /// and what only a browser sees, after `#`.
    pub(super) fn url(&mut self, url: &str) -> String {
        let Some((scheme, rest)) = url.split_once("://").filter(|(scheme, _)| is_web(scheme))
        else {
            return self.path_and_query(url);
        };
        let at = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at_checked(at).unwrap_or((rest, ""));
        let authority = match authority.rsplit_once('@') {
            Some((user, host)) => {
                for secret in user.splitn(2, ':') {
                    self.leaf(Hint::Is(Kind::Secret), &decoded(secret));
                }
                host
            }
            None => authority,
        };
        let host = detect::host(url).unwrap_or(authority);
        let port = authority.strip_prefix(host).unwrap_or_default();
        let host = self.leaf(Hint::Is(Kind::Host), host);
        format!("{scheme}://{host}{port}{}", self.path_and_query(path))
    }

    fn path_and_query(&mut self, text: &str) -> String {
        let text = text.split('#').next().unwrap_or_default();
        match text.split_once('?') {
            Some((path, query)) => format!("{}?{}", self.path(path), self.query(query)),
            None => self.path(text),
        }
    }

    /// A segment that has a digit is an id, since the names of Intercom's
    /// resources have none; so is what follows `find_by_…`.
    fn path(&mut self, path: &str) -> String {
        let mut before = "";
        let mut segments = Vec::new();
        for segment in path.split('/') {
            let has_digit = segment.contains(|c: char| c.is_ascii_digit());
            let plain = decoded(segment);
            let changed = if has_digit || before.starts_with("find_by_") {
                self.leaf(Hint::Is(Kind::Id), &plain)
            } else {
                self.visitor.name(&plain)
            };
            segments.push(encoded(segment, &plain, &changed));
            before = segment;
        }
        segments.join("/")
    }

    /// `name=value&name=value`, also as a form's body.
    pub(super) fn query(&mut self, query: &str) -> String {
        let parts = query.split('&').map(|part| {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            let plain_name = decoded(&name.replace('+', " "));
            self.visitor.enter(&plain_name);
            let plain = decoded(&value.replace('+', " "));
            let changed = self.text(hint(&plain_name), &plain);
            self.visitor.leave();
            let changed_name = self.visitor.name(&plain_name);
            let name = encoded(name, &plain_name, &changed_name);
            match part.contains('=') {
                true => format!("{name}={}", encoded(value, &plain, &changed)),
                false => name,
            }
        });
        parts.collect::<Vec<_>>().join("&")
    }

    /// The value of a header.
    pub(super) fn header(&mut self, name: &str, value: &str) -> String {
        match name.to_ascii_lowercase().as_str() {
            "link" => self.link(value),
            "location" | "content-location" | "referer" => self.reference(value),
            _ => self.text(hint(name), value),
        }
    }

    /// `<reference>; rel="next", <reference>; …`
    fn link(&mut self, value: &str) -> String {
        let mut changed = String::new();
        for (index, part) in value.split('<').enumerate() {
            match part.split_once('>') {
                Some((reference, rest)) if index > 0 => {
                    changed += &format!("<{}>", self.reference(reference));
                    changed += &self.leaf(Hint::Nothing, rest);
                }
                _ => changed += &self.leaf(Hint::Nothing, part),
            }
        }
        changed
    }

    fn reference(&mut self, reference: &str) -> String {
        if self.hosts.has(reference) || reference.starts_with('/') {
            self.url(reference)
        } else {
            self.leaf(Hint::Nothing, reference)
        }
    }

    /// Text for people, in which the API's own URLs are taken apart.
    fn prose(&mut self, text: &str) -> String {
        let mut urls = detect::urls(text);
        urls.retain(|range| self.hosts.has(text.get(range.clone()).unwrap_or_default()));
        if urls.is_empty() {
            return self.leaf(Hint::Nothing, text);
        }
        let mut changed = String::new();
        let mut from = 0;
        for range in urls {
            let between = text.get(from..range.start).unwrap_or_default();
            changed += &self.leaf(Hint::Nothing, between);
            from = range.end;
            changed += &self.url(text.get(range).unwrap_or_default());
        }
        changed + &self.leaf(Hint::Nothing, text.get(from..).unwrap_or_default())
    }
}

/// What the value of a pair (a header, a parameter: `name` and `value` alone)
/// or of a filter (`field`, `operator` and `value`) is, by its name.
fn value_hint(object: &Map<String, Value>) -> Option<Hint> {
    let text = |key| object.get(key).and_then(Value::as_str);
    if let (Some(field), true) = (text("field"), object.contains_key("value")) {
        return Some(hint(field));
    }
    let rest = |key: &String| !matches!(key.as_str(), "name" | "value" | "comment");
    let is_pair = object.contains_key("value") && !object.keys().any(rest);
    let is_name = |name: &&str| {
        name.bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"_-.:[]".contains(&b))
    };
    text("name").filter(is_name).filter(|_| is_pair).map(hint)
}

fn is_base64(object: &Map<String, Value>) -> bool {
    object
        .get("encoding")
        .is_some_and(|encoding| encoding == "base64")
}

/// What a key says, or what is said about all that is around it. `type` within
/// an attribute is Intercom's word, not anybody's text.
fn inherited(outer: Hint, key: &str) -> Hint {
    match (hint(key), outer) {
        (Hint::Nothing, Hint::Attributes) => Hint::Is(Kind::Text),
        (Hint::Nothing, Hint::Is(Kind::Text)) if key == "type" => Hint::Nothing,
        (Hint::Nothing, Hint::Is(Kind::Text | Kind::Secret)) => outer,
        (own, _) => own,
    }
}
