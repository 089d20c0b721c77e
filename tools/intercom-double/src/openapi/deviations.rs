//! Valid requests that the description does not list.

use std::str::Split;

use serde_json::Value;

/// A value that is replaced by the description's spelling before validation.
#[derive(Debug)]
pub struct Deviation {
    /// Method and path.
    pub operation: &'static str,
    /// The path in the body: names of properties, `*` for every item or property.
    pub path: &'static str,
    /// The value that is sent, `*` for any.
    pub sent: &'static str,
    /// The value that the description lists instead.
    pub described: &'static str,
    /// Why the sent value is valid.
    pub reason: &'static str,
}

/// All deviations.
pub const DEVIATIONS: [Deviation; 7] = [
    Deviation {
        operation: "POST /messages",
        path: "message_type",
        sent: "inapp",
        described: "in_app",
        reason: "responses, older documentation and Intercom's own SDK spell it inapp",
    },
    Deviation {
        operation: "POST /messages",
        path: "to/type",
        sent: "contact",
        described: "user",
        reason: "Intercom was observed to accept it",
    },
    Deviation {
        operation: "POST /messages",
        path: "cc/*/type",
        sent: "contact",
        described: "user",
        reason: "cc and bcc take the same types as to",
    },
    Deviation {
        operation: "POST /messages",
        path: "bcc/*/type",
        sent: "contact",
        described: "user",
        reason: "cc and bcc take the same types as to",
    },
    Deviation {
        operation: "POST /companies",
        path: "custom_attributes/*",
        sent: "*",
        described: "text",
        reason: "attributes of companies have the types of those of contacts",
    },
    Deviation {
        operation: "PUT /tickets/{ticket_id}",
        path: "company_id",
        sent: "*",
        described: "text",
        reason: "null removes a value, which the description does not say for this field",
    },
    Deviation {
        operation: "POST /events",
        path: "metadata/*",
        sent: "*",
        described: "text",
        reason: "the description's text allows dates and amounts of money there, which are not \
                 text",
    },
];

/// The body with all deviations replaced by the description's values.
pub(super) fn normalize(operation: &str, mut body: Value) -> Value {
    for deviation in &DEVIATIONS {
        if deviation.operation == operation {
            replace(&mut body, deviation.path.split('/'), deviation);
        }
    }
    body
}

fn replace(value: &mut Value, mut path: Split<'_, char>, deviation: &Deviation) {
    match (path.next(), value) {
        (None, value) if deviation.sent == "*" || value == deviation.sent => {
            *value = deviation.described.into()
        }
        (Some("*"), Value::Array(items)) => {
            for item in items {
                replace(item, path.clone(), deviation);
            }
        }
        (Some("*"), Value::Object(object)) => {
            for value in object.values_mut() {
                replace(value, path.clone(), deviation);
            }
        }
        (Some(name), Value::Object(object)) => {
            if let Some(value) = object.get_mut(name) {
                replace(value, path, deviation);
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
    fn only_listed_deviations_are_replaced() {
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
        assert_eq!(normalize("POST /messages", body.clone()), described);
        assert_eq!(normalize("POST /contacts", body.clone()), body);
        for odd in [json!([]), json!({ "to": 7, "cc": {} }), Value::Null] {
            assert_eq!(normalize("POST /messages", odd.clone()), odd);
        }
    }
}
