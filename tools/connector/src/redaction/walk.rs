//! Leads a visitor through everything that may contain data to hide, and parses its structure:
//! JSON, JSON in texts, URLs, paths, queries.
//!
//! Both passes of redaction and the scan of files use this walk, so they see the same values.

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

/// Keys whose values are words of the API: they are not replaced, even if somebody's text is the
/// same word.
const STRUCTURE: [&str; 5] = ["type", "role", "field", "operator", "order"];

/// Visits texts, and returns their replacements.
pub(super) trait Visitor {
    /// A text without further structure.
    fn text(&mut self, hint: Hint, text: &str) -> String;

    /// The replacement of a JSON number, given as its digits; `None` to keep it.
    fn number(&mut self, hint: Hint, number: &str) -> Option<Value>;

    /// The name of a JSON key or a parameter, or another word of the API, unless it matches a
    /// pattern of data to hide.
    fn name(&mut self, name: &str) -> String;

    /// Enters the value of a key, or an item such as `[0]`.
    fn enter(&mut self, _step: &str) {}

    /// Leaves it.
    fn leave(&mut self) {}
}

/// A walk with a visitor.
pub(super) struct Walk<'a, V> {
    pub visitor: V,
    pub hosts: &'a Hosts,
    /// The context for placeholders in the action's input.
    pub contexts: Option<Contexts>,
    /// The current nesting depth.
    pub levels: usize,
}

/// Maximum depth of values, including JSON in texts. Intercom's responses have ten levels, an
/// archive twenty; a thousand would overflow the stack.
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

    /// A text without further structure. In an action's input it may have placeholders or
    /// escapes.
    fn leaf(&mut self, hint: Hint, text: &str) -> String {
        if self.contexts.is_none() {
            return self.visitor.text(hint, text);
        }
        let Ok(template) = Template::parse(text) else {
            // The component refuses it in any case.
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

    /// A text with placeholders. If the stand-in of its resolved text is not composed in the
    /// same way, the stand-in replaces the text.
    fn template(&mut self, hint: Hint, text: &str, parts: &[Part]) -> String {
        let changed = self.parts(hint, parts);
        // A value that is inserted into a formula is not part of its text.
        if hint == Hint::Formula {
            return changed;
        }
        // Placeholders in a resolved text are literal.
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

    /// Each part on its own: no value crosses a delimiter.
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

    /// JSON in a text, which stays verbatim if nothing changes and all of it was read.
    fn json_text(&mut self, hint: Hint, value: &Value, original: Option<&str>) -> String {
        let changed = self.json(hint, value);
        match original {
            Some(text) if changed == *value => text.to_owned(),
            _ => json_text::written(&changed),
        }
    }

    /// A JSON value. If it is nested too deep, it is removed.
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
                // An OAuth code, unless it is the code of an error.
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

    /// The base64 text of a HAR file's content.
    fn base64(&mut self, text: &str) -> String {
        let Ok(bytes) = STANDARD.decode(text) else {
            return self.leaf(Hint::Nothing, text);
        };
        // A few bytes that are not UTF-8 must not hide the rest.
        let plain = String::from_utf8_lossy(&bytes);
        let changed = self.text(Hint::Nothing, &plain);
        if changed == *plain {
            text.to_owned()
        } else {
            STANDARD.encode(changed)
        }
    }

    /// A URL of requests or the like. User, password and fragment are dropped.
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

    /// A segment with a digit is an id, since the names of Intercom's resources have none; so is
    /// the segment after `find_by_…`.
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

    /// `name=value&name=value`, also as the body of a form.
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

    /// Text for people; URLs of the API in it are parsed.
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

/// The kind of the value of a pair (a header or parameter with `name` and `value`) or of a
/// filter (`field`, `operator` and `value`), by its name.
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

/// The meaning of a key, or of the object around it. `type` in an attribute is Intercom's word,
/// not free text.
fn inherited(outer: Hint, key: &str) -> Hint {
    match (hint(key), outer) {
        (Hint::Nothing, Hint::Attributes) => Hint::Is(Kind::Text),
        (Hint::Nothing, Hint::Is(Kind::Text)) if key == "type" => Hint::Nothing,
        (Hint::Nothing, Hint::Is(Kind::Text | Kind::Secret)) => outer,
        (own, _) => own,
    }
}
