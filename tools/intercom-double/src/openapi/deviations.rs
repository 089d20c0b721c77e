//! Where requests are right that the description does not list.

use std::str::Split;

use serde_json::Value;

/// A value that is put into the description's words before it is checked.
#[derive(Debug)]
pub struct Deviation {
    /// Method and path.
    pub operation: &'static str,
    /// Where in the body: names of properties, `*` for every item of a list.
    pub place: &'static str,
    /// What is sent.
    pub sent: &'static str,
    /// What the description lists in its place.
    pub described: &'static str,
    /// Why it is right.
    pub reason: &'static str,
}

/// All deviations.
pub const DEVIATIONS: [Deviation; 4] = [
    Deviation {
        operation: "POST /messages",
        place: "message_type",
        sent: "inapp",
        described: "in_app",
        reason: "responses, older documentation and Intercom's own SDK spell it inapp",
    },
    Deviation {
        operation: "POST /messages",
        place: "to/type",
        sent: "contact",
        described: "user",
        reason: "seen accepted on the wire",
    },
    Deviation {
        operation: "POST /messages",
        place: "cc/*/type",
        sent: "contact",
        described: "user",
        reason: "as for the recipient",
    },
    Deviation {
        operation: "POST /messages",
        place: "bcc/*/type",
        sent: "contact",
        described: "user",
        reason: "as for the recipient",
    },
];

/// The body with its deviations put into the description's words.
pub(super) fn in_its_words(operation: &str, mut body: Value) -> Value {
    for deviation in &DEVIATIONS {
        if deviation.operation == operation {
            reword(&mut body, deviation.place.split('/'), deviation);
        }
    }
    body
}

fn reword(value: &mut Value, mut place: Split<'_, char>, deviation: &Deviation) {
    match (place.next(), value) {
        (None, value) if value == deviation.sent => *value = deviation.described.into(),
        (Some("*"), Value::Array(items)) => {
            for item in items {
                reword(item, place.clone(), deviation);
            }
        }
        (Some(name), Value::Object(object)) => {
            if let Some(value) = object.get_mut(name) {
                reword(value, place, deviation);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn deviations_are_put_into_the_descriptions_words() {
        let recipients = |role: &str| json!([{ "type": "lead" }, { "type": role }]);
        let body = json!({
            "message_type": "inapp",
            "to": { "type": "contact" },
            "cc": recipients("contact"),
            "bcc": recipients("contact"),
            "from": { "type": "contact" },
        });
        let described = json!({
            "message_type": "in_app",
            "to": { "type": "user" },
            "cc": recipients("user"),
            "bcc": recipients("user"),
            "from": { "type": "contact" },
        });
        assert_eq!(in_its_words("POST /messages", body.clone()), described);
        assert_eq!(in_its_words("POST /contacts", body.clone()), body);
        for odd in [json!([]), json!({ "to": 7, "cc": {} }), Value::Null] {
            assert_eq!(in_its_words("POST /messages", odd.clone()), odd);
        }
    }
}
