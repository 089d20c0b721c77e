//! Extracts an event's data, the outputs of its trigger, from Intercom's item.

use super::table::{Output, Trigger};
use crate::input::{FromInput, Timestamp, number_text};
use connector_definitions::operation::Kind;
use connector_definitions::trigger::find;
use serde_json::{Map, Value};

/// The data of an event: each output of the trigger, null if the item lacks it; the topic and
/// the whole item.
pub fn data(trigger: &Trigger, topic: &str, item: &Value) -> Map<String, Value> {
    let mut data = Map::new();
    for part in &trigger.parts {
        let object = part.find(item);
        for output in &part.outputs {
            let found = object.and_then(|object| find(object, &output.from));
            let value = found.and_then(|found| read(output, found));
            data.insert(output.name.clone(), value.unwrap_or_default());
        }
    }
    data.insert("topic".to_owned(), topic.into());
    data.insert("item".to_owned(), item.clone());
    data
}

/// A value in its output's type, leniently: ids may be numbers or text, dates Unix seconds or
/// ISO 8601. `None` for another type.
fn read(output: &Output, value: &Value) -> Option<Value> {
    match (output.kind, value) {
        (Kind::Json, value) => Some(value.clone()),
        (Kind::Text, Value::String(_)) | (Kind::Flag, Value::Bool(_)) => Some(value.clone()),
        (Kind::Text, Value::Number(number)) => Some(number_text(number).into()),
        (Kind::Integer, _) if output.format == "date-time" => {
            let moment = Timestamp::from_value(value.clone()).ok()?;
            Some(moment.seconds().into())
        }
        (Kind::Integer, Value::Number(number)) => number.as_i64().map(Value::from),
        (Kind::Integer, Value::String(text)) => text.parse::<i64>().ok().map(Value::from),
        (Kind::Number, Value::Number(_)) => Some(value.clone()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::super::table;
    use super::*;
    use serde_json::json;

    fn of(trigger: &str, item: &Value) -> Map<String, Value> {
        data(&table::for_events(trigger).unwrap(), "a.topic", item)
    }

    #[test]
    fn fields_have_their_types_however_they_come() {
        let item = json!({
            "type": "contact", "id": 7, "role": "user", "email": null, "name": ["no text"],
            "created_at": "2023-11-02T21:18:23.595+00:00", "updated_at": 1698959903,
            "unsubscribed_from_emails": "maybe",
        });
        let data = of("user-created", &item);
        assert_eq!(data["contact_id"], "7");
        assert_eq!(data["role"], "user");
        assert_eq!(data["created_at"], 1_698_959_903);
        assert_eq!(data["updated_at"], 1_698_959_903);
        for absent in ["email", "name", "phone", "unsubscribed_from_emails"] {
            assert_eq!(data[absent], Value::Null, "{absent}");
        }
        assert_eq!(data["item"], item);
        assert_eq!(data["topic"], "a.topic");
    }

    #[test]
    fn a_reply_is_the_last_part() {
        let part = |id: &str, name: &str| json!({"id": id, "body": "<p>b</p>", "author": {"type": "user", "name": name}});
        let item = json!({
            "id": "215", "contacts": {"contacts": [{"id": "con_1"}]},
            "conversation_parts": {"conversation_parts": [part("1", "A"), part("2", "B")]},
        });
        let data = of("contact-replied", &item);
        let found = ["conversation_id", "contact_id", "part_id", "author_name"];
        assert_eq!(found.map(|name| &data[name]), ["215", "con_1", "2", "B"]);
    }

    #[test]
    fn a_ticket_is_found_where_it_is_wrapped_and_where_not() {
        let ticket = json!({"id": "494", "ticket_state": {"internal_label": "Done"}});
        for item in [json!({"ticket": ticket}), ticket.clone()] {
            let data = of("ticket-state-updated", &item);
            assert_eq!(data["ticket_id"], "494");
            assert_eq!(data["ticket_state"], "Done");
        }
    }

    #[test]
    fn an_item_of_any_shape_gives_every_output() {
        for item in [
            json!(null),
            json!([1]),
            json!("a"),
            json!({"conversation_parts": 7}),
        ] {
            for trigger in table::all() {
                let data = data(&trigger, "a", &item);
                assert_eq!(data.len(), trigger.outputs().count() + 2);
            }
        }
    }

    /// The build takes the values of a sample's outputs as they are in its item.
    #[test]
    fn samples_are_the_data_of_their_items() {
        for trigger in table::all() {
            let sample: Map<String, Value> = serde_json::from_str(&trigger.sample).unwrap();
            let topic = trigger.topics.first().map_or("", String::as_str);
            assert_eq!(
                sample,
                data(&trigger, topic, &sample["item"]),
                "{}",
                trigger.id
            );
        }
    }

    #[test]
    fn samples_fill_every_part() {
        for trigger in table::all() {
            let data: Value = serde_json::from_str(&trigger.sample).unwrap();
            for part in &trigger.parts {
                let filled = part
                    .outputs
                    .iter()
                    .any(|output| !data[&output.name].is_null());
                assert!(filled, "{}: {:?}", trigger.id, part.at);
            }
        }
    }
}
