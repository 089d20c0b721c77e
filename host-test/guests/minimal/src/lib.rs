//! The minimal connector: it sends one request with a token, and returns the response
//! unread. No connector can cost less; the benchmarks compare the real one with it.

use exports::workflow::plugin::plugin::*;
use exports::workflow::plugin::types::{ActionError, Failure, FailureReason, InputProblem};
use wasi::cli::environment::get_environment;
use wasi::http::{outgoing_handler, types as http};
use wasi::io::streams::StreamError;

wit_bindgen::generate!({
    path: "../../../wit/deps/workflow-plugin",
    inline: "package minimal:connector;
        world connector {
            export workflow:plugin/types@0.2.0;
            export workflow:plugin/plugin@0.2.0;
        }",
});

/// The real connector's variables, so that it runs in the same environment.
const TOKEN: &str = "INTERCOM_ACCESS_TOKEN";
const BASE_URL: &str = "INTERCOM_BASE_URL";

/// The most bytes to read at once.
const BLOCK_BYTES: u64 = 64 * 1024;

struct Minimal;
export!(Minimal);

/// An action's request, whatever its input.
struct Request {
    method: http::Method,
    path: &'static str,
    body: &'static str,
}

fn request(action: &str) -> Option<Request> {
    let (method, path, body) = match action {
        "get-contact-by-id" => (http::Method::Get, "/contacts/con_abc123456", ""),
        "create-contact" => (
            http::Method::Post,
            "/contacts",
            r#"{"role":"user","email":"name@example.com","name":"John Doe"}"#,
        ),
        "search-contacts" => (
            http::Method::Post,
            "/contacts/search",
            r#"{"query":{"field":"role","operator":"=","value":"user"}}"#,
        ),
        _ => return None,
    };
    Some(Request { method, path, body })
}

impl Guest for Minimal {
    fn manifest() -> ConnectorManifest {
        ConnectorManifest {
            name: "minimal".into(),
            title: "Minimal".into(),
            version: env!("CARGO_PKG_VERSION").into(),
            api_version: "1".into(),
            summary: "The minimal connector.".into(),
            docs_url: None,
            hosts: vec!["api.intercom.io".into()],
            variables: vec![variable(TOKEN, true), variable(BASE_URL, false)],
            auth: Some(Auth {
                token: TOKEN.into(),
                test: None,
                oauth: None,
            }),
            signature: None,
            actions: vec![],
            triggers: vec![],
        }
    }

    fn catalogue(_: CatalogueQuery) -> Vec<ActionSummary> {
        vec![]
    }

    fn describe(_: Vec<String>) -> Vec<Action> {
        vec![]
    }

    fn problems() -> Vec<InputProblem> {
        vec![]
    }

    fn preview(_: String, _: String) -> Result<Vec<HttpRequest>, ActionError> {
        Ok(vec![])
    }

    fn preview_defined(_: String, _: String, _: String) -> Result<Vec<HttpRequest>, ActionError> {
        Ok(vec![])
    }

    fn invoke_defined(_: String, _: String, _: String) -> Result<String, ActionError> {
        Err(failed("no such action"))
    }

    fn invoke(action: String, _: String) -> Result<String, ActionError> {
        let request = request(&action).ok_or_else(|| failed("no such action"))?;
        send(&request).ok_or_else(|| failed("no response"))
    }
}

fn variable(name: &str, secret: bool) -> Variable {
    Variable {
        name: name.into(),
        description: name.into(),
        secret,
        default_value: None,
    }
}

fn failed(message: &str) -> ActionError {
    ActionError::Permanent(Failure {
        reason: FailureReason::Network,
        message: message.into(),
        hint: None,
        status: None,
        request_id: None,
        codes: vec![],
        retry_after_ms: None,
        problems: vec![],
        existing_id: None,
        archived: None,
        merged_into: None,
    })
}

fn send(request: &Request) -> Option<String> {
    let variables = get_environment();
    let of = |name| variables.iter().find(|variable| variable.0 == name);
    let authorization = format!("Bearer {}", of(TOKEN)?.1);
    let authority = of(BASE_URL)?.1.strip_prefix("http://")?;
    let headers = [("authorization".into(), authorization.into_bytes())];
    let outgoing = http::OutgoingRequest::new(http::Fields::from_list(&headers).ok()?);
    outgoing.set_method(&request.method).ok()?;
    outgoing.set_scheme(Some(&http::Scheme::Http)).ok()?;
    outgoing.set_authority(Some(authority)).ok()?;
    outgoing.set_path_with_query(Some(request.path)).ok()?;
    let body = outgoing.body().ok()?;
    let response = outgoing_handler::handle(outgoing, None).ok()?;
    write(body, request.body.as_bytes())?;
    response.subscribe().block();
    read(&response.get()?.ok()?.ok()?)
}

/// Hosts wait for the end of the body even if it is empty.
fn write(body: http::OutgoingBody, bytes: &[u8]) -> Option<()> {
    if !bytes.is_empty() {
        body.write().ok()?.blocking_write_and_flush(bytes).ok()?;
    }
    http::OutgoingBody::finish(body, None).ok()
}

fn read(response: &http::IncomingResponse) -> Option<String> {
    let incoming = response.consume().ok()?;
    let stream = incoming.stream().ok()?;
    let mut body = vec![];
    loop {
        match stream.blocking_read(BLOCK_BYTES) {
            Ok(piece) if body.is_empty() => body = piece,
            Ok(piece) => body.extend(piece),
            Err(StreamError::Closed) => return String::from_utf8(body).ok(),
            Err(_) => return None,
        }
    }
}
