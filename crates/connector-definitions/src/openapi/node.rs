//! A place in a document, and its problems.

use serde_json::{Map, Value};
use std::rc::Rc;

/// One problem of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The place: a JSON Pointer.
    pub pointer: String,
    /// The message, a clause that follows the pointer.
    pub message: String,
    /// One thing to do about it.
    pub hint: String,
}

/// A placeholder that refers to an input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// The placeholder's text.
    pub expression: String,
    /// The input's name; empty for all inputs at once.
    pub input: String,
    /// Whether the text is exactly this placeholder.
    pub is_whole: bool,
}

/// Finds the placeholders in a text that refer to inputs. An error is a problem of the text,
/// with its hint.
pub type References = fn(&str) -> Result<Vec<Reference>, (String, String)>;

/// An input that constants can use.
#[derive(Debug, Clone)]
pub struct Named<'a> {
    /// Its name.
    pub name: String,
    /// The place of its description.
    pub at: Node<'a>,
    /// Whether it is required.
    pub required: bool,
    /// Whether it is secret.
    pub secret: bool,
    /// Whether a constant uses it.
    pub is_used: bool,
}

/// A value of a document, with its place.
#[derive(Debug, Clone)]
pub struct Node<'a> {
    /// The value.
    pub value: &'a Value,
    place: Rc<Place<'a>>,
}

/// The place of a value: the pointer is built only for a problem.
#[derive(Debug)]
enum Place<'a> {
    /// At this JSON Pointer.
    Pointer(&'a str),
    Key(Rc<Self>, &'a str),
    Item(Rc<Self>, usize),
}

impl Place<'_> {
    /// Its JSON Pointer (RFC 6901).
    fn write(&self, into: &mut String) {
        match self {
            Self::Pointer(pointer) => into.push_str(pointer),
            Self::Key(around, key) => {
                around.write(into);
                into.push('/');
                into.push_str(&key.replace('~', "~0").replace('/', "~1"));
            }
            Self::Item(around, index) => {
                around.write(into);
                into.push('/');
                into.push_str(&index.to_string());
            }
        }
    }
}

impl<'a> Node<'a> {
    /// A whole document.
    pub fn root(value: &'a Value) -> Self {
        Self::at(value, "")
    }

    fn at(value: &'a Value, pointer: &'a str) -> Self {
        let place = Rc::new(Place::Pointer(pointer));
        Self { value, place }
    }

    /// Its JSON Pointer.
    pub fn pointer(&self) -> String {
        let mut pointer = String::new();
        self.place.write(&mut pointer);
        pointer
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<Self> {
        let (key, value) = self.value.as_object()?.get_key_value(key)?;
        Some(self.inside(key, value))
    }

    fn inside(&self, key: &'a str, value: &'a Value) -> Self {
        let place = Rc::new(Place::Key(Rc::clone(&self.place), key));
        Self { value, place }
    }

    /// The values of all keys.
    pub fn entries(&self) -> Vec<(&'a str, Self)> {
        let entries = self.value.as_object().into_iter().flatten();
        let entry = |(key, value): (&'a String, _)| (key.as_str(), self.inside(key, value));
        entries.map(entry).collect()
    }

    /// The items of a list.
    pub fn items(&self) -> Vec<Self> {
        let items = self.value.as_array().into_iter().flatten();
        let item = |(index, value)| {
            let place = Rc::new(Place::Item(Rc::clone(&self.place), index));
            Self { value, place }
        };
        items.enumerate().map(item).collect()
    }

    /// Whether a key is there.
    pub fn has(&self, key: &str) -> bool {
        self.value.get(key).is_some()
    }

    /// Whether a key is true.
    pub fn is_true(&self, key: &str) -> bool {
        self.value.get(key) == Some(&Value::Bool(true))
    }

    /// The text of a key, if it is one.
    pub fn text(&self, key: &str) -> Option<&'a str> {
        self.value.get(key)?.as_str()
    }
}

/// Resolves places in a document, and collects their problems.
#[derive(Debug)]
pub struct Notes<'a> {
    root: &'a Value,
    /// Finds the inputs in a text.
    pub references: References,
    /// The inputs that the constants of this operation can use.
    pub named: Vec<Named<'a>>,
    /// All problems, in the order in which they were found.
    pub problems: Vec<Problem>,
}

/// Maximum number of references to follow, which also ends loops.
const MAX_REFERENCES: usize = 8;

impl<'a> Notes<'a> {
    /// For a document without problems yet.
    pub fn new(root: &'a Value, references: References) -> Self {
        Self {
            root,
            references,
            named: Vec::new(),
            problems: Vec::new(),
        }
    }

    /// The document's title.
    pub fn title(&self) -> Option<&'a str> {
        self.root.pointer("/info/title")?.as_str()
    }

    /// Adds a problem.
    pub fn note(&mut self, at: &Node<'_>, message: impl Into<String>, hint: impl Into<String>) {
        let problem = Problem {
            pointer: at.pointer(),
            message: message.into(),
            hint: hint.into(),
        };
        if !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
    }

    /// Adds a problem for every unknown key that may change the request. Foreign extensions are
    /// ignored.
    pub fn check_keys(&mut self, at: &Node<'_>, known: &[&str], refused: &[(&str, &str)]) {
        let keys = at.value.as_object().into_iter().flat_map(Map::keys);
        let unknown = keys.filter(|key| !known.contains(&key.as_str()));
        for (key, node) in unknown.filter_map(|key| Some((key.as_str(), at.get(key)?))) {
            let is_others = key.starts_with("x-") && !key.starts_with(OWN_EXTENSIONS);
            match refused.iter().find(|(name, _)| *name == key) {
                Some((_, why)) => self.note(&node, *why, "leave it out"),
                None if is_others => {}
                None if key.starts_with(OWN_EXTENSIONS) => self.note(
                    &node,
                    "is not a known extension",
                    "use x-workflow-effect or x-workflow-inputs on an operation, or \
                     x-workflow-choices on a field",
                ),
                None => self.note(
                    &node,
                    "is not supported here",
                    "leave it out, or check its spelling",
                ),
            }
        }
    }

    /// The text of a key; empty if it is absent.
    pub fn text(&mut self, at: &Node<'_>, key: &str) -> String {
        match at.get(key) {
            None => String::new(),
            Some(node) => node.value.as_str().map(str::to_owned).unwrap_or_else(|| {
                self.note(&node, "is not text", "give text");
                String::new()
            }),
        }
    }

    /// The object at a place or behind its reference. `None` after adding a problem.
    pub fn object(&mut self, at: &Node<'a>) -> Option<Node<'a>> {
        let mut here = at.clone();
        for _ in 0..MAX_REFERENCES {
            let Some(map) = here.value.as_object() else {
                self.note(&here, "is not an object", "give an object");
                return None;
            };
            let Some(target) = map.get("$ref") else {
                return Some(here);
            };
            here = self.referred(&here, map, target)?;
        }
        self.note(
            at,
            "refers to itself, or through too many references",
            "write the object itself here",
        );
        None
    }

    fn referred(
        &mut self,
        here: &Node<'a>,
        map: &Map<String, Value>,
        target: &'a Value,
    ) -> Option<Node<'a>> {
        let pointer = target.as_str().and_then(|text| text.strip_prefix('#'));
        let Some(pointer) = pointer else {
            let message = "refers to another document, and none is loaded";
            self.note(here, message, "copy the object into this document");
            return None;
        };
        // Keys beside a reference would be lost, except descriptive ones.
        for key in map.keys() {
            if !matches!(key.as_str(), "$ref" | "description" | "summary") {
                let message = format!("{key} is beside a $ref, which replaces it");
                self.note(here, message, "write the object itself here");
                return None;
            }
        }
        match self.root.pointer(pointer) {
            Some(value) => Some(Node::at(value, pointer)),
            None => {
                let message = format!("refers to #{pointer}, which is not in this document");
                self.note(here, message, "correct the reference");
                None
            }
        }
    }
}

/// The prefix of this format's extensions.
const OWN_EXTENSIONS: &str = "x-workflow-";
