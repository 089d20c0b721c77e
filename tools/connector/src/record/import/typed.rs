//! The actions that could have sent a request, with their inputs: the typed action
//! first, then `custom-action`, which can send any.

use form_urlencoded::Serializer;
use serde_json::{Map, Value, json};

use crate::recording::RecordedExchange;
use crate::template_text::escaped;

/// An action's id with its input.
pub(super) type Call = (&'static str, Value);

/// The contact fields whose input has another name: Intercom's name, and the input's.
const RENAMED: [(&str, &str); 4] = [
    ("signed_up_at", "signed_up_date"),
    ("last_seen_at", "last_seen_date"),
    ("unsubscribed_from_emails", "unsubscribe_from_email"),
    ("custom_attributes", "custom_attribute"),
];

/// The methods that `custom-action` can send.
const METHODS: [&str; 6] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];

/// The calls that could have sent the request of `exchange`, most specific first. Replay shows
/// which one does.
pub(super) fn calls(exchange: &RecordedExchange) -> Result<Vec<Call>, String> {
    if !METHODS.contains(&exchange.method.as_str()) {
        return Err(format!("its method is {}", exchange.method));
    }
    let body = exchange.request_body.as_deref().map(serde_json::from_str);
    let body = body
        .transpose()
        .map_err(|_| "its body is not JSON".to_owned())?;
    let (path, query) = path_and_query(&exchange.url);
    let typed = match query {
        "" => typed(&exchange.method, path, body.as_ref()),
        _ => None,
    };
    let any = custom(&exchange.method, path, query, body);
    let calls = typed.into_iter().chain([("custom-action", any)]);
    Ok(calls
        .map(|(action, input)| (action, literal(input)))
        .collect())
}

/// The URL's path and query.
pub(super) fn path_and_query(url: &str) -> (&str, &str) {
    let below = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = below
        .find('/')
        .and_then(|at| below.get(at..))
        .unwrap_or("/");
    let path = path.split('#').next().unwrap_or_default();
    path.split_once('?').unwrap_or((path, ""))
}

fn typed(method: &str, path: &str, body: Option<&Value>) -> Option<Call> {
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    match (method, segments.as_slice(), body) {
        ("GET", ["me"], None) => Some(("test-connection", json!({}))),
        ("GET", ["admins"], None) => Some(("list-admins", json!({}))),
        ("GET", ["contacts", id], None) => {
            Some(("get-contact-by-id", json!({ "contact_id": decoded(id) })))
        }
        ("POST", ["contacts"], Some(body)) => Some(("create-contact", contact(body)?.into())),
        ("PUT", ["contacts", id], Some(body)) => {
            let mut input = Map::from_iter([("contact_id".to_owned(), decoded(id).into())]);
            input.extend(contact(body)?);
            Some(("update-contact", input.into()))
        }
        ("POST", ["contacts", id, "archive"], None) => {
            Some(("archive-contact", json!({ "contact_id": decoded(id) })))
        }
        ("POST", ["contacts", id, "unarchive"], None) => {
            Some(("unarchive-contact", json!({ "contact_id": decoded(id) })))
        }
        ("POST", ["contacts", "search"], Some(body)) => Some(("search-contacts", search(body)?)),
        ("POST", ["companies"], Some(body)) if body.get("company_id").is_some() => {
            Some(("upsert-company", body.clone()))
        }
        ("POST", ["companies", "list"], None) => Some(("list-companies", json!({}))),
        ("POST", ["contacts", id, "companies"], Some(body)) => Some((
            "link-company",
            json!({ "contact_id": decoded(id), "company_id": body.get("id")? }),
        )),
        ("DELETE", ["contacts", id, "companies", company], None) => Some((
            "unlink-company",
            json!({ "contact_id": decoded(id), "company_id": decoded(company) }),
        )),
        ("GET", ["conversations", id], None) => Some((
            "get-conversation",
            json!({ "conversation_id": decoded(id) }),
        )),
        ("POST", ["conversations", "search"], Some(body)) => {
            Some(("search-conversations", search(body)?))
        }
        ("POST", ["tickets", "search"], Some(body)) => Some(("search-tickets", search(body)?)),
        ("POST", ["messages"], Some(body)) => Some(("send-message", message(body)?)),
        _ => None,
    }
}

fn contact(body: &Value) -> Option<Map<String, Value>> {
    let fields = body.as_object()?.iter().map(|(name, value)| {
        let renamed = RENAMED.iter().find(|(api, _)| api == name);
        let name = renamed.map_or(name.as_str(), |(_, input)| input);
        (name.to_owned(), value.clone())
    });
    Some(fields.collect())
}

fn search(body: &Value) -> Option<Value> {
    let mut input = Map::from_iter([("filter_formula".to_owned(), body.get("query")?.clone())]);
    let mut parameters = Serializer::new(String::new());
    for name in ["per_page", "starting_after"] {
        match body.pointer(&format!("/pagination/{name}")) {
            None | Some(Value::Null) => {}
            Some(value) => _ = parameters.append_pair(name, &plain(value)),
        }
    }
    if let Some(field) = body.pointer("/sort/field") {
        let order = body.pointer("/sort/order").map(plain).unwrap_or_default();
        parameters.append_pair("sort", &format!("{}:{order}", plain(field)));
    }
    let parameters = parameters.finish();
    if !parameters.is_empty() {
        input.insert("pagination_parameters".to_owned(), parameters.into());
    }
    Some(input.into())
}

fn message(body: &Value) -> Option<Value> {
    let mut input = Map::from_iter([
        (
            "recipient_contact_type".to_owned(),
            body.pointer("/to/type")?.clone(),
        ),
        (
            "recipient_contact_id".to_owned(),
            body.pointer("/to/id")?.clone(),
        ),
        ("from_id".to_owned(), body.pointer("/from/id")?.clone()),
    ]);
    for (name, value) in body.as_object()? {
        match (name.as_str(), value) {
            ("to" | "from", _) => {}
            ("cc" | "bcc", Value::Array(recipients)) => {
                let recipients = recipients.iter().map(recipient).collect();
                input.insert(name.clone(), recipients);
            }
            ("cc" | "bcc", one) => {
                input.insert(name.clone(), json!([recipient(one)]));
            }
            _ => _ = input.insert(name.clone(), value.clone()),
        }
    }
    Some(input.into())
}

fn recipient(recipient: &Value) -> Value {
    json!({ "contact_type": recipient.get("type"), "contact_id": recipient.get("id") })
}

fn custom(method: &str, path: &str, query: &str, body: Option<Value>) -> Value {
    let mut input = Map::from_iter([
        ("method".to_owned(), method.into()),
        ("path".to_owned(), path.into()),
    ]);
    let query: Vec<Value> = form_urlencoded::parse(query.as_bytes())
        .map(|(name, value)| json!({ "name": name, "value": value }))
        .collect();
    if !query.is_empty() {
        input.insert("query".to_owned(), query.into());
    }
    if let Some(body) = body {
        input.insert("body".to_owned(), body);
    }
    input.into()
}

/// The value with placeholders in its strings escaped.
fn literal(value: Value) -> Value {
    match value {
        Value::String(text) => escaped(&text).into(),
        Value::Array(items) => items.into_iter().map(literal).collect(),
        Value::Object(object) => {
            let object = object.into_iter();
            Value::Object(object.map(|(key, value)| (key, literal(value))).collect())
        }
        plain => plain,
    }
}

fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

fn decoded(segment: &str) -> String {
    let decoded = percent_encoding::percent_decode_str(segment);
    decoded.decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn first(method: &str, path: &str, body: &Value) -> Value {
        let exchange = RecordedExchange {
            started: String::new(),
            milliseconds: 0,
            method: method.to_owned(),
            url: format!("https://api.intercom.io{path}"),
            request_headers: Vec::new(),
            request_body: Some(body.to_string()).filter(|_| !body.is_null()),
            status: 200,
            response_headers: Vec::new(),
            response_body: String::new(),
            fault: None,
        };
        let (action, input) = calls(&exchange).unwrap().remove(0);
        json!([action, input])
    }

    #[test]
    fn requests_have_the_action_that_sends_them() {
        let table = [
            ("GET", "/me", json!(null), json!(["test-connection", {}])),
            (
                "GET",
                "/contacts/a%2Fb",
                json!(null),
                json!(["get-contact-by-id", { "contact_id": "a/b" }]),
            ),
            (
                "POST",
                "/contacts/7/archive",
                json!(null),
                json!(["archive-contact", { "contact_id": "7" }]),
            ),
            (
                "POST",
                "/contacts/7/unarchive",
                json!(null),
                json!(["unarchive-contact", { "contact_id": "7" }]),
            ),
            (
                "PUT",
                "/contacts/7",
                json!({ "name": "a {{b}}", "phone": null, "signed_up_at": 1 }),
                json!(["update-contact", {
                    "contact_id": "7", "name": "a \\{{b}}", "phone": null, "signed_up_date": 1,
                }]),
            ),
            (
                "POST",
                "/contacts/search",
                json!({
                    "query": { "field": "role", "operator": "=", "value": "user" },
                    "pagination": { "per_page": 2, "starting_after": "YzE=" },
                    "sort": { "field": "created_at", "order": "ascending" },
                }),
                json!(["search-contacts", {
                    "filter_formula": { "field": "role", "operator": "=", "value": "user" },
                    "pagination_parameters": "per_page=2&starting_after=YzE%3D&sort=created_at%3Aascending",
                }]),
            ),
            (
                "GET",
                "/conversations/7",
                json!(null),
                json!(["get-conversation", { "conversation_id": "7" }]),
            ),
            (
                "POST",
                "/tickets/search",
                json!({ "query": { "field": "open", "operator": "=", "value": true } }),
                json!(["search-tickets", {
                    "filter_formula": { "field": "open", "operator": "=", "value": true },
                }]),
            ),
            (
                "POST",
                "/messages",
                json!({
                    "message_type": "inapp", "body": "x", "from": { "type": "admin", "id": 1 },
                    "to": { "type": "user", "id": "2" }, "cc": [{ "type": "lead", "id": "3" }],
                }),
                json!(["send-message", {
                    "recipient_contact_type": "user", "recipient_contact_id": "2", "from_id": 1,
                    "message_type": "inapp", "body": "x",
                    "cc": [{ "contact_type": "lead", "contact_id": "3" }],
                }]),
            ),
            (
                "GET",
                "/contacts?per_page=5&email=a%40b",
                json!(null),
                json!(["custom-action", {
                    "method": "GET", "path": "/contacts",
                    "query": [{ "name": "per_page", "value": "5" }, { "name": "email", "value": "a@b" }],
                }]),
            ),
        ];
        for (method, path, body, expected) in table {
            assert_eq!(first(method, path, &body), expected, "{method} {path}");
        }
    }
}
