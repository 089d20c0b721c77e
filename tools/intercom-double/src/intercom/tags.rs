//! The tags of a workspace, and the tagged objects (`docs/intercom-api.md`, Tags).

use std::collections::BTreeSet;

use serde_json::{Value, json};

/// All tags, in the order of their creation.
#[derive(Debug)]
pub struct Tags {
    tags: Vec<Tag>,
    /// The path of an object, such as `/contacts/6762f0dd…`, and the id of its tag.
    carried: BTreeSet<(String, String)>,
}

/// A tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    pub id: String,
    pub name: String,
}

/// The id of the first tag.
const FIRST: usize = 812_345;

impl Default for Tags {
    /// The tags of every double.
    fn default() -> Self {
        let mut tags = Self {
            tags: Vec::new(),
            carried: BTreeSet::new(),
        };
        for name in ["VIP", "Beta", "Wholesale"] {
            tags.named_or_new(name);
        }
        tags
    }
}

impl Tags {
    /// All of them.
    pub fn all(&self) -> &[Tag] {
        &self.tags
    }

    /// The tag with this id.
    pub fn find(&self, id: &str) -> Option<&Tag> {
        self.tags.iter().find(|tag| tag.id == id)
    }

    /// The tag with this name in any case, created if it is missing.
    pub fn named_or_new(&mut self, name: &str) -> Tag {
        let same = |tag: &&Tag| tag.name.to_lowercase() == name.to_lowercase();
        if let Some(tag) = self.tags.iter().find(same) {
            return tag.clone();
        }
        let tag = Tag {
            id: (FIRST + self.tags.len()).to_string(),
            name: name.to_owned(),
        };
        self.tags.push(tag.clone());
        tag
    }

    /// Adds a tag to an object, at most once.
    pub fn put(&mut self, object: &str, tag: &str) {
        self.carried.insert((object.to_owned(), tag.to_owned()));
    }

    /// Removes a tag from an object. `false` if it had none.
    pub fn take(&mut self, object: &str, tag: &str) -> bool {
        self.carried.remove(&(object.to_owned(), tag.to_owned()))
    }

    /// The tags on an object.
    pub fn on(&self, object: &str) -> impl Iterator<Item = &Tag> {
        let object = object.to_owned();
        let carried = move |tag: &&Tag| self.carried.contains(&(object.clone(), tag.id.clone()));
        self.tags.iter().filter(carried)
    }
}

impl Tag {
    /// The tag as lists show it.
    pub fn to_json(&self) -> Value {
        json!({ "type": "tag", "id": self.id, "name": self.name })
    }
}
