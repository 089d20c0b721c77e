//! Lenient reading of responses: an unknown, missing, null or oddly typed field
//! is absent, and never an error (`docs/intercom-api.md`, Requests and
//! responses).
//!
//! Values stay the text that came, so nothing is lost: neither large numbers nor
//! unknown fields.

use super::structure::{Node, Structure, Tag, is_plain};
use crate::input::Bounds;
use std::borrow::Cow;

/// A response that was read: its text, and where the values in it are.
#[derive(Debug)]
pub struct Document {
    text: String,
    structure: Structure,
}

/// A JSON object of a response.
#[derive(Debug, Clone, Copy, Default)]
pub struct Object<'a>(Item<'a>);

/// A value of a response.
#[derive(Debug, Clone, Copy, Default)]
pub struct Item<'a> {
    /// The whole response.
    text: &'a str,
    /// The value's own node, then those of the values within it.
    nodes: &'a [Node],
}

/// Limits of a response. A page of 150 contacts has some 30,000 values; reading a
/// value takes 12 bytes beside its text, so this is 3 MB of a sandbox of 64 MB.
pub const RESPONSE: Bounds = Bounds {
    bytes: usize::MAX,
    values: 250_000,
};

/// Limits of a response that is only passed on.
pub const PASSED_ON: Bounds = Bounds {
    bytes: usize::MAX,
    values: usize::MAX,
};

/// The maximum length of a text that becomes a field of a result, in bytes. A
/// longer one is in the result's `response` only. Intercom's longest texts are
/// messages of some 100 KB; a text is copied twice on its way into a result.
const MAX_TEXT_BYTES: usize = 1024 * 1024;

impl Document {
    /// Reads the upper levels of a response, as [`Structure::of`] does.
    ///
    /// # Errors
    /// The text, if it is not JSON or not within limits.
    pub fn parse(text: String, levels: usize) -> Result<Self, String> {
        match Structure::of(&text, RESPONSE.values, levels) {
            Some(structure) => Ok(Self { text, structure }),
            None => Err(text),
        }
    }

    /// The response as an object. `None` if it is something else.
    pub fn object(&self) -> Option<Object<'_>> {
        Item::of(&self.text, &self.structure).object_of()
    }

    /// The text.
    pub fn into_text(self) -> String {
        self.text
    }
}

impl<'a> Object<'a> {
    /// Its JSON text.
    pub fn as_json(&self) -> &'a str {
        self.0.json()
    }

    /// The length of its JSON text without the value of one field, in bytes.
    pub fn len_without(&self, name: &str) -> usize {
        self.as_json().len() - self.json(name).map_or(0, str::len)
    }

    /// Its JSON text without one field, at the top level or, for keys joined by `/`,
    /// below.
    pub fn without(&self, keys: &str) -> String {
        let mut json = String::with_capacity(self.as_json().len() - self.len_of(keys));
        self.write_without(keys, &mut json);
        json
    }

    fn len_of(&self, keys: &str) -> usize {
        match keys.split_once('/') {
            Some((outer, inner)) => self.object(outer).map_or(0, |object| object.len_of(inner)),
            None => self.json(keys).map_or(0, str::len),
        }
    }

    fn write_without(&self, keys: &str, json: &mut String) {
        let (name, inner) = keys.split_once('/').unwrap_or((keys, ""));
        let tag = Tag::of(name.as_bytes());
        let mut before = '{';
        for field in self.fields() {
            let is_named = field.has_key(tag, name);
            if is_named && inner.is_empty() {
                continue;
            }
            json.push(before);
            json.push('"');
            json.push_str(field.written_key());
            json.push_str("\":");
            match field.object_of().filter(|_| is_named) {
                Some(object) => object.write_without(inner, json),
                None => json.push_str(field.json()),
            }
            before = ',';
        }
        json.push_str(if before == '{' { "{}" } else { "}" });
    }

    fn field(&self, name: &str) -> Option<Item<'a>> {
        let tag = Tag::of(name.as_bytes());
        let Item { text, nodes } = self.0;
        let mut rest = nodes.get(1..).unwrap_or_default();
        let mut found = None;
        while let Some(node) = rest.first() {
            let size = Node::size(rest);
            // Most fields differ by their tags.
            if node.tag == tag || node.tag == Tag::ESCAPED {
                let nodes = rest.get(..size)?;
                let field = Item { text, nodes };
                // Of a duplicate key the last one counts, as in JavaScript.
                found = Some(field)
                    .filter(|field| field.has_key(tag, name))
                    .or(found);
            }
            rest = rest.get(size..)?;
        }
        found
    }

    /// Its fields, in the response's order.
    pub fn fields(&self) -> impl Iterator<Item = Item<'a>> + use<'a> {
        self.0.values()
    }

    /// The JSON text of a field, null included.
    pub fn json(&self, name: &str) -> Option<&'a str> {
        Some(self.field(name)?.json())
    }

    /// As for [`Item::text`].
    pub fn text(&self, name: &str) -> Option<String> {
        self.field(name)?.text()
    }

    /// The same; borrowed if nothing in it is escaped.
    pub(super) fn plain(&self, name: &str) -> Option<Cow<'a, str>> {
        self.field(name)?.plain()
    }

    /// As for [`Item::integer`].
    pub fn integer(&self, name: &str) -> Option<i64> {
        self.field(name)?.integer()
    }

    /// As for [`Item::boolean`].
    pub fn boolean(&self, name: &str) -> Option<bool> {
        self.field(name)?.boolean()
    }

    /// The JSON text of an inner object.
    pub fn object_json(&self, name: &str) -> Option<&'a str> {
        Some(self.object(name)?.as_json())
    }

    /// An inner object.
    pub fn object(&self, name: &str) -> Option<Self> {
        self.field(name)?.object_of()
    }

    /// Whether a field is a list.
    pub fn is_list(&self, name: &str) -> bool {
        self.list_of(name).is_some()
    }

    /// The items of a list. Empty if there is no list.
    pub fn list(&self, name: &str) -> Vec<Item<'a>> {
        let items = self.list_of(name).map(|list| list.values().collect());
        items.unwrap_or_default()
    }

    fn list_of(&self, name: &str) -> Option<Item<'a>> {
        let is_list = |field: &Item<'_>| field.json().starts_with('[');
        self.field(name).filter(is_list)
    }

    /// Whether a field is a list, at the top level or, for keys joined by `/`, below.
    pub fn is_list_at(&self, keys: &str) -> bool {
        match keys.split_once('/') {
            Some((outer, inner)) => self
                .object(outer)
                .is_some_and(|object| object.is_list_at(inner)),
            None => self.is_list(keys),
        }
    }

    /// The items of such a list. Empty if there is no list.
    pub fn list_at(&self, keys: &str) -> Vec<Item<'a>> {
        match keys.split_once('/') {
            Some((outer, inner)) => {
                let outer = self.object(outer);
                outer
                    .map(|object| object.list_at(inner))
                    .unwrap_or_default()
            }
            None => self.list(keys),
        }
    }
}

impl<'a> Item<'a> {
    /// The whole of a text.
    pub(super) fn of(text: &'a str, structure: &'a Structure) -> Self {
        let nodes = &structure.nodes;
        Self { text, nodes }
    }

    /// Its JSON text.
    pub fn json(self) -> &'a str {
        let range = |node: &Node| self.text.get(node.start as usize..node.end as usize);
        self.nodes.first().and_then(range).unwrap_or_default()
    }

    /// A text of at most [`MAX_TEXT_BYTES`]. A number counts as its text, since ids
    /// come as either.
    pub fn text(self) -> Option<String> {
        self.plain().map(Cow::into_owned)
    }

    /// A whole number, or the text of one.
    pub fn integer(self) -> Option<i64> {
        self.plain()?.parse().ok()
    }

    /// As [`Item::text`]; borrowed if nothing in it is escaped.
    fn plain(self) -> Option<Cow<'a, str>> {
        let json = self.json();
        match json.as_bytes() {
            _ if json.len() > MAX_TEXT_BYTES => None,
            [b'"', .., b'"'] => match json.get(1..json.len() - 1) {
                Some(inner) if is_plain(inner.as_bytes()) => Some(Cow::Borrowed(inner)),
                _ => serde_json::from_str(json).ok().map(Cow::Owned),
            },
            [b'-' | b'0'..=b'9', ..] => Some(Cow::Borrowed(json)),
            _ => None,
        }
    }

    /// The JSON text of a string of at most [`MAX_TEXT_BYTES`] without escapes: how any text
    /// that is the same is written.
    pub fn plain_string(self) -> Option<&'a str> {
        let json = self.json();
        match json.as_bytes() {
            [b'"', inner @ .., b'"'] if json.len() <= MAX_TEXT_BYTES && is_plain(inner) => {
                Some(json)
            }
            _ => None,
        }
    }

    /// A boolean.
    pub fn boolean(self) -> Option<bool> {
        match self.json() {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        }
    }

    /// Sets a field of a record to [`Item::text`].
    #[inline(never)]
    pub fn text_into(self, field: &mut Option<String>) {
        *field = self.text();
    }

    /// Sets a field of a record to [`Item::integer`].
    #[inline(never)]
    pub fn integer_into(self, field: &mut Option<i64>) {
        *field = self.integer();
    }

    /// Sets a field of a record to [`Item::boolean`].
    #[inline(never)]
    pub fn boolean_into(self, field: &mut Option<bool>) {
        *field = self.boolean();
    }

    /// Sets a field of a record to the JSON text of an object.
    #[inline(never)]
    pub fn object_json_into(self, field: &mut Option<String>) {
        *field = self.object_of().map(|object| object.as_json().to_owned());
    }

    /// The item as an object. An object without fields if it is something else.
    pub fn object(self) -> Object<'a> {
        let alone = self.nodes.get(..1).unwrap_or_default();
        let no_fields = Object(Self {
            nodes: alone,
            ..self
        });
        self.object_of().unwrap_or(no_fields)
    }

    pub(super) fn object_of(self) -> Option<Object<'a>> {
        self.is_object().then_some(Object(self))
    }

    /// Whether it is an object.
    pub fn is_object(self) -> bool {
        matches!(self.json().as_bytes(), [b'{', ..])
    }

    /// The values of a list, or of an object's fields, in the response's order.
    fn values(self) -> impl Iterator<Item = Self> + use<'a> {
        let mut rest = self.nodes.get(1..).unwrap_or_default();
        std::iter::from_fn(move || {
            rest.first()?;
            let (nodes, after) = rest.split_at_checked(Node::size(rest))?;
            rest = after;
            Some(Self { nodes, ..self })
        })
    }

    /// The tag of its key.
    pub fn tag(self) -> Tag {
        self.nodes.first().map_or(Tag::NONE, |node| node.tag)
    }

    /// Whether this is its key, given the key's tag.
    pub fn has_key(self, tag: Tag, name: &str) -> bool {
        match self.tag() {
            Tag::ESCAPED => self.key().is_some_and(|key| key == name),
            found => found == tag && self.is_named(name),
        }
    }

    fn is_named(self, name: &str) -> bool {
        let node = self.nodes.first();
        node.is_some_and(|node| node.is_named(self.text, name))
    }

    /// Its key as written, with what is escaped in it.
    fn written_key(self) -> &'a str {
        let key = |node: &Node| node.key(self.text);
        self.nodes.first().and_then(key).unwrap_or_default()
    }

    fn key(self) -> Option<String> {
        serde_json::from_str(&format!("\"{}\"", self.written_key())).ok()
    }
}

#[cfg(test)]
mod tests;
