//! Leads a visitor through everything that can hold something to hide, taken
//! apart as far as it has structure: JSON, JSON in texts, URLs, paths, queries.
//!
//! Both passes of redaction and the scan of files take this way, so that what
//! one of them sees the others see, too.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde_json::{Map, Value};

use super::detect;
use super::hosts::{Hosts, is_web};
use super::kind::{Hint, Kind, hint};
use super::public_examples;

/// What stands in a path segment or a query as it is: RFC 3986's unreserved
/// characters. The component encodes the same way.
pub(super) const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Keys whose values are words of the API: they mean what they say, even where
/// somebody's text is the same word.
const STRUCTURE: [&str; 5] = ["type", "role", "field", "operator", "order"];

/// Looks at texts, and says what is to stand in their place.
pub(super) trait Visitor {
    /// A text that has no further structure.
    fn text(&mut self, hint: Hint, text: &str) -> String;

    /// A text with placeholders, of which the component makes another.
    fn template(&mut self, text: &str) -> String;

    /// A JSON number, as its digits.
    fn number(&mut self, hint: Hint, number: &str) -> Value;

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
    /// Whether texts may have placeholders: those of an action's input.
    pub templated: bool,
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
        if let Some((within, value)) = within.zip(json_in(text)) {
            return self.json_text(within, &value, text);
        }
        match hint {
            Hint::Nothing => self.unnamed(text),
            Hint::Is(Kind::Cursor) if text.contains("://") => self.unnamed(text),
            hint => self.leaf(hint, text),
        }
    }

    /// A text that has no further structure. In an action's input it may be one
    /// that the component fills first, or have escapes that say it is not.
    fn leaf(&mut self, hint: Hint, text: &str) -> String {
        if !self.templated {
            return self.visitor.text(hint, text);
        }
        if has_placeholder(text) {
            return self.visitor.template(text);
        }
        let plain = text.replace(r"\{{", "{{").replace(r"\<<", "<<");
        let changed = self.visitor.text(hint, &plain);
        if changed == plain {
            text.to_owned()
        } else {
            changed.replace("{{", r"\{{").replace("<<", r"\<<")
        }
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

    /// JSON in a text, which stays letter for letter where nothing changes.
    fn json_text(&mut self, hint: Hint, value: &Value, text: &str) -> String {
        let changed = self.json(hint, value);
        if changed == *value {
            text.to_owned()
        } else {
            changed.to_string()
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
            Value::Number(number) => self.visitor.number(hint, &number.to_string()),
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
        let decoded = STANDARD.decode(text).ok();
        let Some(plain) = decoded.and_then(|bytes| String::from_utf8(bytes).ok()) else {
            return self.leaf(Hint::Nothing, text);
        };
        let changed = self.text(Hint::Nothing, &plain);
        if changed == plain {
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

/// Whether a text is to be filled by the component first.
pub(super) fn has_placeholder(text: &str) -> bool {
    let unescaped = text.replace(r"\{{", "").replace(r"\<<", "");
    unescaped.contains("{{") || unescaped.contains("<<")
}

/// The JSON object or list that a text is.
fn json_in(text: &str) -> Option<Value> {
    let value = text.trim_start().starts_with(['{', '[']);
    let value = value.then(|| serde_json::from_str(text).ok());
    value.flatten()
}

fn is_path(text: &str) -> bool {
    text.starts_with('/') && text.len() > 1 && !text.contains(char::is_whitespace)
}

/// Base64 ends in `=`, too: a parameter has a name, and something behind it.
fn is_query(text: &str) -> bool {
    let is_parameter = |part: &str| {
        let named = part.split_once('=').filter(|(_, value)| !value.is_empty());
        named.is_some_and(|(name, value)| {
            let starts = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
            let rest = |c: char| c.is_ascii_alphanumeric() || "_.[]".contains(c);
            starts && name.chars().all(rest) && !value.trim_start_matches('=').is_empty()
        })
    };
    !text.contains(|c: char| c.is_whitespace() || "<>\"'".contains(c))
        && text.split('&').all(is_parameter)
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// `changed` in the place of `plain`, which was written as `written`.
fn encoded(written: &str, plain: &str, changed: &str) -> String {
    if plain == changed {
        written.to_owned()
    } else {
        utf8_percent_encode(changed, UNRESERVED).to_string()
    }
}
