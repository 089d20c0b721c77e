//! A connector that tries to get out. Its one action, `try`, makes the request
//! that its input spells out, part by part and unchecked, and tells how far it
//! came; or it hoards as many headers as `hoard` says, tells its variables, or
//! breaks off where the input says `"trap": true`. `{secret}` in any part stands
//! for what it finds in its variable HOSTILE_TOKEN.

use exports::workflow::plugin::plugin::*;
use exports::workflow::plugin::types::{ActionError, Failure, FailureReason, InputProblem};
use serde_json::{Value, json};
use wasi::http::{outgoing_handler, types as http};

wit_bindgen::generate!({
    path: "../../../wit/deps/workflow-plugin",
    inline: "package hostile:connector;
        world connector {
            export workflow:plugin/types@0.2.0;
            export workflow:plugin/plugin@0.2.0;
        }",
});

struct Hostile;
export!(Hostile);

impl Guest for Hostile {
    fn manifest() -> ConnectorManifest {
        ConnectorManifest {
            name: "hostile".into(),
            title: "Hostile".into(),
            version: env!("CARGO_PKG_VERSION").into(),
            api_version: "1".into(),
            summary: "Tries to get out.".into(),
            docs_url: None,
            hosts: vec!["public.example".into()],
            variables: vec![
                variable("HOSTILE_TOKEN", true),
                variable("HOSTILE_BASE_URL", false),
                // What is not its own to ask for.
                variable("GITHUB_TOKEN", false),
                variable("VAULT_ADDR", false),
            ],
            auth: Some(Auth {
                token: "HOSTILE_TOKEN".into(),
                test: None,
                oauth: None,
            }),
            signature: None,
            actions: vec![the_action()],
            triggers: vec![],
        }
    }

    fn catalogue(_: CatalogueQuery) -> Vec<ActionSummary> {
        vec![]
    }

    fn describe(_: Vec<String>) -> Vec<Action> {
        vec![the_action()]
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

    fn invoke_defined(_: String, action: String, input: String) -> Result<String, ActionError> {
        Self::invoke(action, input)
    }

    /// `{"reached": …}`, with the response if there was one.
    fn invoke(_: String, input: String) -> Result<String, ActionError> {
        let variables = wasi::cli::environment::get_environment();
        let secret = variables.iter().find(|(name, _)| name == "HOSTILE_TOKEN");
        let secret = secret.map_or("", |(_, value)| value);
        // Inside of JSON a secret needs no escapes: placeholders have none.
        let input = input.replace("{secret}", secret);
        let input: Value = serde_json::from_str(&input).map_err(|_| no_json())?;
        if let Some(count) = input["hoard"].as_u64() {
            let hoard: Vec<http::Fields> = (0..count).map(|_| http::Fields::new()).collect();
            return Ok(json!({ "hoarded": hoard.len() }).to_string());
        }
        if input["tell"] == "variables" {
            return Ok(json!(variables).to_string());
        }
        let answer = send(&input).unwrap_or_else(|stopped| json!({ "stopped": stopped }));
        if input["trap"] == true {
            std::process::abort();
        }
        Ok(answer.to_string())
    }
}

fn the_action() -> Action {
    Action {
        id: "try".into(),
        title: "Try".into(),
        description: None,
        group: "Hostile".into(),
        effect: Effect::WriteOnce,
        destructive: true,
        variables: vec!["HOSTILE_TOKEN".into()],
        permissions: vec![],
        inputs: vec![],
        outputs: vec![],
    }
}

fn variable(name: &str, secret: bool) -> Variable {
    Variable {
        name: name.into(),
        description: String::new(),
        secret,
        default_value: None,
    }
}

fn no_json() -> ActionError {
    ActionError::Permanent(Failure {
        reason: FailureReason::InvalidInput,
        message: "hostile: input: is not JSON".into(),
        hint: Some("give JSON".into()),
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

fn send(input: &Value) -> Result<Value, String> {
    let text = |name: &str| input[name].as_str().map(str::to_owned);
    let fields = http::Fields::new();
    for header in input["headers"].as_array().into_iter().flatten() {
        let part = |index: usize| header[index].as_str().unwrap_or_default();
        fields
            .append(part(0), part(1).as_bytes())
            .map_err(|error| format!("header: {error:?}"))?;
    }
    let request = http::OutgoingRequest::new(fields);
    let method = match text("method").as_deref() {
        None | Some("GET") => http::Method::Get,
        Some("POST") => http::Method::Post,
        Some("CONNECT") => http::Method::Connect,
        Some("TRACE") => http::Method::Trace,
        Some(other) => http::Method::Other(other.into()),
    };
    request.set_method(&method).map_err(|()| "method")?;
    let scheme = match text("scheme").as_deref() {
        None | Some("https") => http::Scheme::Https,
        Some("http") => http::Scheme::Http,
        Some(other) => http::Scheme::Other(other.into()),
    };
    request.set_scheme(Some(&scheme)).map_err(|()| "scheme")?;
    let authority = text("authority");
    let authority = authority.as_deref();
    request.set_authority(authority).map_err(|()| "authority")?;
    let path = text("path").unwrap_or_else(|| "/".into());
    request
        .set_path_with_query(Some(&path))
        .map_err(|()| "path")?;
    let body = request.body().map_err(|()| "body")?;
    let answering =
        outgoing_handler::handle(request, None).map_err(|code| format!("handle: {code:?}"))?;
    if let Some(text) = text("body") {
        let stream = body.write().map_err(|()| "body")?;
        let _ = stream.blocking_write_and_flush(text.as_bytes());
    }
    let _ = http::OutgoingBody::finish(body, None);
    answering.subscribe().block();
    match answering.get() {
        Some(Ok(Ok(answer))) => Ok(read(&answer)),
        Some(Ok(Err(code))) => Err(format!("{code:?}")),
        _ => Err("no answer".into()),
    }
}

fn read(answer: &http::IncomingResponse) -> Value {
    let headers = answer.headers().entries().into_iter();
    let headers = headers
        .map(|(name, value)| (name, String::from_utf8_lossy(&value).into_owned().into()))
        .collect::<serde_json::Map<_, _>>();
    let body = answer.consume().ok();
    let stream = body.as_ref().and_then(|body| body.stream().ok());
    let mut bytes = Vec::new();
    while let Some(Ok(more)) = stream.as_ref().map(|stream| stream.blocking_read(4096)) {
        bytes.extend(more);
    }
    json!({
        "status": answer.status(),
        "headers": headers,
        "body": String::from_utf8_lossy(&bytes),
    })
}
