//! What the connector knows of a trigger: its topics, and the outputs in Intercom's item.

use crate::codec::{Codec, Packed};
use crate::operation::Kind;
use serde_json::Value;

/// One trigger. Texts are empty where nothing was said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trigger {
    /// Its id.
    pub id: String,
    /// Intercom's topics.
    pub topics: Vec<String>,
    /// The parts of its item.
    pub parts: Vec<Part>,
    /// When it fires.
    pub description: String,
    /// Its group.
    pub group: String,
    /// The permissions of the app, by Intercom's names.
    pub permissions: Vec<String>,
    /// The data of a sample event, of its first topic: JSON.
    pub sample: String,
}

/// One object of an item.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Part {
    /// Its possible places: paths of keys and indexes. The first place with an object is used.
    pub at: Vec<String>,
    /// Its outputs.
    pub outputs: Vec<Output>,
}

/// One output.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Output {
    /// Its name.
    pub name: String,
    /// Its type.
    pub kind: Kind,
    /// Its format.
    pub format: String,
    /// Its place in the part.
    pub from: String,
    /// Its description.
    pub description: String,
    /// The allowed values.
    pub allowed: Vec<String>,
}

impl Trigger {
    /// Its outputs, except those that every trigger has.
    pub fn outputs(&self) -> impl Iterator<Item = &Output> {
        self.parts.iter().flat_map(|part| &part.outputs)
    }
}

/// The value at a place: keys and indexes, each after a `/`; `last` is the last item of a list.
pub fn find<'a>(value: &'a Value, place: &str) -> Option<&'a Value> {
    place
        .split('/')
        .skip(1)
        .try_fold(value, |value, step| match value {
            Value::Object(object) => object.get(step),
            Value::Array(items) if step == "last" => items.last(),
            Value::Array(items) => items.get(step.parse::<usize>().ok()?),
            _ => None,
        })
}

impl Part {
    /// The part of an item.
    pub fn find<'a>(&self, item: &'a Value) -> Option<&'a Value> {
        let mut places = self.at.iter().filter_map(|place| find(item, place));
        places.find(|found| found.is_object())
    }
}

/// The summary is what an event needs, the details what the manifest shows.
impl Packed for Trigger {
    fn summary(&mut self, codec: &mut dyn Codec) {
        codec.text(&mut self.id);
        codec.texts(&mut self.topics);
        codec.list(&mut self.parts, |part, codec| {
            codec.texts(&mut part.at);
            codec.list(&mut part.outputs, Output::summary);
        });
    }

    fn details(&mut self, codec: &mut dyn Codec) {
        codec.prose(&mut self.description);
        codec.text(&mut self.group);
        codec.texts(&mut self.permissions);
        codec.prose(&mut self.sample);
        for output in self.parts.iter_mut().flat_map(|part| &mut part.outputs) {
            codec.prose(&mut output.description);
            codec.texts(&mut output.allowed);
        }
    }
}

impl Output {
    fn summary(&mut self, codec: &mut dyn Codec) {
        codec.text(&mut self.name);
        codec.one_of(&mut self.kind, &Kind::ALL);
        codec.text(&mut self.format);
        codec.text(&mut self.from);
    }
}
