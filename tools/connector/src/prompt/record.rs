//! Finds the next input and the place of its value.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use connector_host::manifest::{Action, Condition, Field, Requirement};

/// A record of the input: the whole input, or a record in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Record {
    /// The prefix of its fields' names in the manifest, such as `cc[].`.
    prefix: String,
    /// The prefix of its fields' places in errors, such as `cc[1].`.
    place: String,
    /// Its place in the input, as a JSON Pointer.
    pointer: String,
}

impl Record {
    /// The record that is the value of `key`.
    pub fn within(&self, key: &str) -> Self {
        Self {
            prefix: format!("{}{key}.", self.prefix),
            place: format!("{}{key}.", self.place),
            pointer: self.pointer_to(key),
        }
    }

    /// The record at an index of the list that is the value of `key`.
    pub fn row(&self, key: &str, index: usize) -> Self {
        Self {
            prefix: format!("{}{key}[].", self.prefix),
            place: format!("{}{key}[{index}].", self.place),
            pointer: format!("{}/{index}", self.pointer_to(key)),
        }
    }

    fn pointer_to(&self, key: &str) -> String {
        let escaped = key.replace('~', "~0").replace('/', "~1");
        format!("{}/{escaped}", self.pointer)
    }

    /// The key of a field in this record; `None` for a field of another record.
    pub fn key<'f>(&self, field: &'f Field) -> Option<&'f str> {
        let key = field.name.strip_prefix(&self.prefix)?;
        (!key.contains('.')).then_some(key)
    }

    /// The place of `key`, as in errors.
    pub fn place(&self, key: &str) -> String {
        format!("{}{key}", self.place)
    }

    /// Its fields, with their keys.
    pub fn fields<'a>(&self, action: &'a Action) -> impl Iterator<Item = (&'a str, &'a Field)> {
        let inputs = action.inputs.iter();
        inputs.filter_map(|field| Some((self.key(field)?, field)))
    }

    /// The field to ask for next: of the applicable fields without a value, the first whose own
    /// conditions are settled. Optional ones count if `optional`, unless their place is in
    /// `left_out`.
    pub fn next<'a>(
        &self,
        action: &'a Action,
        input: &Value,
        left_out: &BTreeSet<String>,
        optional: bool,
    ) -> Option<(&'a str, &'a Field)> {
        let is_open = |(key, field): &(&str, &Field)| {
            self.value(input, key).is_none()
                && !left_out.contains(&self.place(key))
                && self.applies(field, action, input)
                && (optional || self.requires(field, action, input))
        };
        let open: Vec<_> = self.fields(action).filter(is_open).collect();
        let waits = |field: &Field| {
            let mut names = open.iter().map(|(_, other)| &other.name);
            names.any(|name| conditions(field).any(|condition| condition.field == *name))
        };
        let ready = open.iter().find(|(_, field)| !waits(field));
        ready.or(open.first()).copied()
    }

    /// Whether `field` is required.
    pub fn requires(&self, field: &Field, action: &Action, input: &Value) -> bool {
        match &field.required {
            Requirement::Optional => false,
            Requirement::Always => true,
            Requirement::When(condition) => self.holds(condition, action, input),
        }
    }

    fn applies(&self, field: &Field, action: &Action, input: &Value) -> bool {
        let condition = field.applies_when.as_ref();
        condition.is_none_or(|condition| self.holds(condition, action, input))
    }

    /// A field that is left out has its default value.
    fn holds(&self, condition: &Condition, action: &Action, input: &Value) -> bool {
        let given = match condition.field.strip_prefix(&self.prefix) {
            Some(key) => self.value(input, key),
            None => input.get(&condition.field),
        };
        let mut fields = action.inputs.iter();
        let default = || {
            let decider = fields.find(|field| field.name == condition.field);
            decider?.default_value.as_ref()
        };
        given
            .or_else(default)
            .is_some_and(|value| condition.is_met_by(value))
    }

    fn value<'v>(&self, input: &'v Value, key: &str) -> Option<&'v Value> {
        input.pointer(&self.pointer)?.get(key)
    }

    /// Sets the value of `key`.
    pub fn set(&self, input: &mut Value, key: &str, value: Value) {
        if let Some(record) = self.object(input) {
            record.insert(key.to_owned(), value);
        }
    }

    /// Adds an empty record to the list that is the value of `key`.
    pub fn add_row(&self, input: &mut Value, key: &str) {
        let list = input.pointer_mut(&self.pointer_to(key));
        if let Some(rows) = list.and_then(Value::as_array_mut) {
            rows.push(Value::Object(Map::new()));
        }
    }

    /// Removes the value of `key`.
    pub fn remove(&self, input: &mut Value, key: &str) {
        if let Some(record) = self.object(input) {
            record.retain(|name, _| name != key);
        }
    }

    fn object<'v>(&self, input: &'v mut Value) -> Option<&'v mut Map<String, Value>> {
        input.pointer_mut(&self.pointer)?.as_object_mut()
    }
}

fn conditions(field: &Field) -> impl Iterator<Item = &Condition> {
    let required = match &field.required {
        Requirement::When(condition) => Some(condition),
        Requirement::Optional | Requirement::Always => None,
    };
    required.into_iter().chain(&field.applies_when)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn field(name: &str, required: Requirement) -> Field {
        Field {
            name: name.to_owned(),
            required,
            ..Field::default()
        }
    }

    fn when(field: &str, value: &str) -> Condition {
        Condition {
            field: field.to_owned(),
            values: vec![value.to_owned()],
        }
    }

    /// A message by post or by email; a stamp is required by post.
    fn send() -> Action {
        let stamp = Field {
            applies_when: Some(when("by", "post")),
            ..field("stamp", Requirement::Optional)
        };
        let by = Field {
            default_value: Some(json!("post")),
            ..field("by", Requirement::Optional)
        };
        Action {
            inputs: vec![
                field("subject", Requirement::When(when("by", "email"))),
                stamp,
                by,
                field("to", Requirement::Always),
                field("cc", Requirement::Optional),
                field("cc[].id", Requirement::Always),
                field("cc[].name", Requirement::When(when("cc[].id", "new"))),
                field("cc[].seal", Requirement::When(when("by", "post"))),
            ],
            ..Action::default()
        }
    }

    #[test]
    fn required_inputs_are_next_in_the_order_of_the_form() {
        for (input, expected) in [
            (json!({}), Some("to")),
            (json!({ "by": "email" }), Some("subject")),
            (json!({ "by": "email", "subject": null }), Some("to")),
            (json!({ "by": "email", "subject": "x", "to": "y" }), None),
            (json!({ "to": "y" }), None),
        ] {
            let action = send();
            let next = Record::default().next(&action, &input, &BTreeSet::new(), false);
            assert_eq!(next.map(|(key, _)| key), expected, "{input}");
        }
    }

    #[test]
    fn optional_inputs_wait_for_the_input_that_decides_about_them() {
        let all = |input: Value, left_out: &[&str]| {
            let left_out = left_out.iter().map(|place| (*place).to_owned()).collect();
            let action = send();
            let next = Record::default().next(&action, &input, &left_out, true);
            next.map(|(key, _)| key.to_owned())
        };
        let none = |name: &str| Some(name.to_owned());
        assert_eq!(all(json!({}), &[]), none("by"));
        assert_eq!(all(json!({ "by": "post" }), &[]), none("subject"));
        assert_eq!(all(json!({ "by": "post" }), &["subject"]), none("stamp"));
        // Without a value, it goes by post.
        assert_eq!(all(json!({}), &["by", "subject"]), none("stamp"));
        let email = json!({ "by": "email", "subject": "x", "to": "y" });
        assert_eq!(all(email.clone(), &[]), none("cc"));
        assert_eq!(all(email, &["cc"]), None);
    }

    #[test]
    fn a_record_in_a_list_has_fields_and_conditions_of_its_own() {
        let record = Record::default().row("cc", 1);
        for (row, expected) in [
            (json!({}), Some("id")),
            (json!({ "id": "7" }), Some("seal")),
            (json!({ "id": "new" }), Some("name")),
            (json!({ "id": "new", "name": "Jo", "seal": "s" }), None),
        ] {
            let action = send();
            let input = json!({ "cc": [{ "id": "new" }, row] });
            let next = record.next(&action, &input, &BTreeSet::new(), false);
            assert_eq!(next.map(|(key, _)| key), expected, "{input}");
        }
        assert_eq!(record.place("id"), "cc[1].id");
    }

    #[test]
    fn values_go_where_the_record_is() {
        let mut input = json!({});
        let root = Record::default();
        root.set(&mut input, "cc", json!([]));
        root.add_row(&mut input, "cc");
        root.row("cc", 0).set(&mut input, "id", json!("7"));
        root.set(&mut input, "a/b", json!({}));
        root.within("a/b").set(&mut input, "c", json!(1));
        root.within("nowhere").set(&mut input, "c", json!(2));
        assert_eq!(input, json!({ "cc": [{ "id": "7" }], "a/b": { "c": 1 } }));
        root.row("cc", 0).remove(&mut input, "id");
        assert_eq!(input, json!({ "cc": [{}], "a/b": { "c": 1 } }));
    }
}
