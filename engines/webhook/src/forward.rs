//! The component: POSTs each event to the address in `FORWARD_URL`, its id in
//! `Idempotency-Key`. The server accepts it with any 2xx, once it has stored the event or knows
//! the id.

use http::Uri;
use serde_json::{Value, json};
use wasi::exports::http::incoming_handler::Guest;
use wasi::http::outgoing_handler;
use wasi::http::types::{
    Fields, IncomingRequest, Method, OutgoingRequest, RequestOptions, ResponseOutparam, Scheme,
};

use crate::{Event, serve, wire};

/// How long a connection may take, in nanoseconds. Services wait five seconds for the
/// reply: Intercom does.
const CONNECT: u64 = 1_000_000_000;

/// How long the response may take, in nanoseconds.
const RESPOND: u64 = 3_000_000_000;

struct Webhook;
wasi::http::proxy::export!(Webhook);

impl Guest for Webhook {
    fn handle(request: IncomingRequest, response: ResponseOutparam) {
        serve(request, response, |event| {
            forward(event).map_err(|problem| format!("FORWARD_URL: {problem}; {} waits", event.id))
        });
    }
}

fn forward(event: &Event) -> Result<(), String> {
    let address = wire::variable("FORWARD_URL").ok_or("it is missing")?;
    let address: Uri = address.parse().map_err(|_| "it is no URL")?;
    match post(&address, &event.id, &json(event)?)? {
        200..300 => Ok(()),
        status => Err(format!("it responded {status}")),
    }
}

/// Sends a POST, and returns the status of the response.
fn post(address: &Uri, key: &str, body: &str) -> Result<u16, String> {
    let request =
        request(address, key, body.len()).map_err(|()| "an http or https URL is needed")?;
    let outgoing = request.body().map_err(|()| "it has no body")?;
    let options = RequestOptions::new();
    let _ = options.set_connect_timeout(Some(CONNECT));
    let _ = options.set_first_byte_timeout(Some(RESPOND));
    let sent = outgoing_handler::handle(request, Some(options));
    let sent = sent.map_err(|error| error.to_string())?;
    wire::write(outgoing, body.as_bytes())?;
    sent.subscribe().block();
    match sent.get() {
        Some(Ok(Ok(response))) => Ok(response.status()),
        Some(Ok(Err(error))) => Err(error.to_string()),
        Some(Err(())) | None => Err("it did not respond".to_owned()),
    }
}

fn request(address: &Uri, key: &str, length: usize) -> Result<OutgoingRequest, ()> {
    let headers = Fields::new();
    let length = length.to_string();
    let fields = [
        ("content-length", length.as_str()),
        ("content-type", "application/json"),
        ("idempotency-key", key),
    ];
    for (name, value) in fields {
        headers.append(name, value.as_bytes()).map_err(|_| ())?;
    }
    let scheme = match address.scheme_str() {
        Some("https") => Scheme::Https,
        Some("http") => Scheme::Http,
        _ => return Err(()),
    };
    let request = OutgoingRequest::new(headers);
    request.set_method(&Method::Post)?;
    request.set_scheme(Some(&scheme))?;
    request.set_authority(address.authority().map(http::uri::Authority::as_str))?;
    request.set_path_with_query(
        address
            .path_and_query()
            .map(http::uri::PathAndQuery::as_str),
    )?;
    Ok(request)
}

/// The event as `connector listen` prints it: without the fields that the service did not send.
fn json(event: &Event) -> Result<String, String> {
    let data: Value = serde_json::from_str(&event.data).map_err(|error| error.to_string())?;
    let fields = [
        ("id", json!(event.id)),
        ("trigger", json!(event.trigger)),
        ("topic", json!(event.topic)),
        ("scope", json!(event.scope)),
        ("occurred_at_ms", json!(event.occurred_at_ms)),
        ("first_sent_at_ms", json!(event.first_sent_at_ms)),
        ("attempt", json!(event.attempt)),
        ("data", data),
    ];
    let said = fields.into_iter().filter(|(_, value)| !value.is_null());
    let event: Value = said.map(|(key, value)| (key.to_owned(), value)).collect();
    Ok(event.to_string())
}
