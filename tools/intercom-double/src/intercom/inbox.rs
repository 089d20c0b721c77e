//! The conversations and tickets of a workspace, each with its parts.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::response::ApiError;
use super::search::{Index, Searched};

/// Maximum number of parts that a response shows: the latest ones.
const MAX_PARTS: usize = 500;

/// The conversations and tickets.
#[derive(Debug)]
pub struct Inbox {
    pub conversations: Shelf,
    pub tickets: Shelf,
}

/// Objects of one kind.
#[derive(Debug)]
pub struct Shelf {
    /// The key of its parts: the list, and the list in it.
    parts: &'static str,
    /// The first id, less one.
    created: u64,
    by_id: BTreeMap<String, Value>,
    /// What searches find: the objects without their parts.
    pub index: Index<Value>,
}

impl Default for Inbox {
    fn default() -> Self {
        Self {
            conversations: Shelf::new("conversation_parts", 215_470),
            tickets: Shelf::new("ticket_parts", 493),
        }
    }
}

impl Shelf {
    fn new(parts: &'static str, created: u64) -> Self {
        Self {
            parts,
            created,
            by_id: BTreeMap::new(),
            index: Index::default(),
        }
    }

    /// Stores a new object, which gets an id, its dates and no parts. Returns the id.
    pub fn create(&mut self, mut object: Value, now: i64) -> String {
        self.created += 1;
        let id = self.created.to_string();
        if let Some(object) = object.as_object_mut() {
            object.insert("id".to_owned(), json!(id));
            object.insert("created_at".to_owned(), json!(now));
            object.insert(self.parts.to_owned(), json!([]));
        }
        self.store(&id, object, now);
        id
    }

    /// Changes an object, and adds a part if one is given.
    ///
    /// # Errors
    ///
    /// 404 `not_found`.
    pub fn change(
        &mut self,
        id: &str,
        changes: Value,
        part: Option<Value>,
        now: i64,
    ) -> Result<(), ApiError> {
        let found = self.by_id.get(id).cloned();
        let mut object = found.ok_or_else(|| ApiError::not_found("Resource Not Found"))?;
        if let (Some(object), Value::Object(changes)) = (object.as_object_mut(), changes) {
            object.extend(changes);
            let parts = object.get_mut(self.parts).and_then(Value::as_array_mut);
            if let (Some(parts), Some(mut part)) = (parts, part) {
                if let Some(part) = part.as_object_mut() {
                    let id = format!("{id}{:04}", parts.len() + 1);
                    part.insert("id".to_owned(), json!(id));
                    part.insert("created_at".to_owned(), json!(now));
                    part.insert("updated_at".to_owned(), json!(now));
                }
                parts.push(part);
            }
        }
        self.store(id, object, now);
        Ok(())
    }

    /// An object as it is read by its id, with its latest parts.
    ///
    /// # Errors
    ///
    /// 404 `not_found`.
    pub fn read(&self, id: &str) -> Result<Value, ApiError> {
        let found = self.by_id.get(id).cloned();
        let mut object = found.ok_or_else(|| ApiError::not_found("Resource Not Found"))?;
        if let Some(list) = object.get_mut(self.parts) {
            let mut parts = list.as_array().cloned().unwrap_or_default();
            let total = parts.len();
            parts.drain(..total.saturating_sub(MAX_PARTS));
            *list = json!({
                "type": format!("{}.list", self.parts.trim_end_matches('s')),
                self.parts: parts,
                "total_count": total,
            });
        }
        Ok(object)
    }

    fn store(&mut self, id: &str, mut object: Value, now: i64) {
        if let Some(object) = object.as_object_mut() {
            object.insert("updated_at".to_owned(), json!(now));
        }
        let mut row = object.clone();
        if let Some(row) = row.as_object_mut() {
            row.shift_remove(self.parts);
        }
        self.index.put(id, row, now);
        self.by_id.insert(id.to_owned(), object);
    }
}

impl Searched for Value {
    fn value(&self, field: &str) -> Value {
        let pointer = format!("/{}", field.replace('.', "/"));
        self.pointer(&pointer).cloned().unwrap_or_default()
    }
}
