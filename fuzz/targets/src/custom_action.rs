//! Custom actions: a value adds no path segment, no parameter, no header and no
//! key, whatever it contains.

use super::shape::{filled, is_kept, is_one_placeholder, part_filled};
use super::wire::{Answer, call};
use intercom_connector::internals::{
    Headers, Part, Response, Template, WireRequest, number_text, repaired,
};
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

/// A request that a user defines.
#[derive(Default)]
struct Written<'a> {
    method: &'a str,
    path: &'a str,
    query: Vec<(&'a str, &'a str)>,
    headers: Vec<(&'a str, &'a str)>,
    /// The value of `{{v}}`.
    v: Value,
    body: Option<Value>,
}

/// `METHOD path`, then lines of `?name=value` and of `name: value`; after an
/// empty line the value of `v`, after another one the body. Both are JSON, or
/// else text.
pub fn custom_action(data: &[u8]) {
    let Ok(data) = std::str::from_utf8(data) else {
        return;
    };
    let written = read(data);
    let input = input(&written).to_string();
    let context = json!({"v": written.v}).to_string();
    let call = call("custom-action", &input, &context, vec![answer()]);
    match call.requests.as_slice() {
        [] => assert!(call.result.is_err()),
        [request] => check(&written, request),
        more => panic!("{} requests", more.len()),
    }
}

fn read(data: &str) -> Written<'_> {
    let json = |text: &str| serde_json::from_str(text).unwrap_or_else(|_| text.into());
    let mut sections = data.splitn(3, "\n\n");
    let mut lines = sections.next().unwrap_or_default().split('\n');
    let first = lines.next().unwrap_or_default();
    let (method, path) = first.split_once(' ').unwrap_or(("GET", first));
    let mut written = Written {
        method,
        path,
        ..Written::default()
    };
    for line in lines {
        if let Some(pair) = line.strip_prefix('?') {
            written.query.extend(pair.split_once('='));
        } else {
            written.headers.extend(line.split_once(": "));
        }
    }
    written.v = sections.next().map(json).unwrap_or_default();
    written.body = sections.next().map(json);
    written
}

fn input(written: &Written<'_>) -> Value {
    let records = |pairs: &[(&str, &str)]| -> Value {
        let records = pairs.iter();
        records
            .map(|(name, value)| json!({"name": name, "value": value}))
            .collect()
    };
    json!({
        "method": written.method,
        "path": written.path,
        "query": records(&written.query),
        "headers": records(&written.headers),
        "body": written.body,
    })
}

fn answer() -> Answer {
    Ok(Response {
        status: 200,
        headers: Headers::default(),
        body: b"{}".to_vec(),
        cut: None,
    })
}

fn check(written: &Written<'_>, request: &WireRequest) {
    if written.path.contains('?') {
        // Parameters of the path: `tests/it/placeholders.rs` has them.
        return;
    }
    let sent = &request.path_with_query;
    let (path, query) = sent.split_once('?').unwrap_or((sent, ""));
    if !is_one_placeholder(written.path) {
        let segments: Vec<String> = path.split('/').map(decoded).collect();
        assert_eq!(segments, segments_of(written), "{sent}");
    }
    let query: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect();
    let integers_in_digits = |(name, value): (String, String)| {
        let number = serde_json::from_str::<serde_json::Number>(&value);
        let is_number = written.v.is_number();
        (
            name,
            number
                .ok()
                .filter(|_| is_number)
                .map_or(value, |number| number_text(&number)),
        )
    };
    let wanted = pairs_of(&written.query, &written.v)
        .into_iter()
        .map(integers_in_digits);
    assert!(
        query.iter().cloned().map(integers_in_digits).eq(wanted),
        "{sent}"
    );
    check_headers(written, request);
    check_body(written, &request.body);
}

fn decoded(segment: &str) -> String {
    percent_decode_str(segment).decode_utf8_lossy().into_owned()
}

/// The segments by the template's slashes, with values in them.
fn segments_of(written: &Written<'_>) -> Vec<String> {
    let template = Template::parse(written.path).expect("a template, since it was sent");
    let mut segments = vec![String::new()];
    for part in template.parts() {
        let mut pieces: Vec<String> = match part {
            Part::Literal(text) => text.split('/').map(decoded).collect(),
            part => vec![part_filled(part, &written.v).expect("a value, since it was sent")],
        };
        let more = pieces.split_off(1);
        if let Some(segment) = segments.last_mut() {
            segment.extend(pieces);
        }
        segments.extend(more);
    }
    segments
}

fn pairs_of(pairs: &[(&str, &str)], v: &Value) -> Vec<(String, String)> {
    let text = |text: &str| match filled(text, v).expect("a value, since it was sent") {
        Value::String(text) => text,
        number => number.to_string(),
    };
    let pairs = pairs.iter();
    pairs
        .map(|(name, value)| ((*name).to_owned(), text(value)))
        .collect()
}

/// The headers that every request has.
const OWN: [&str; 5] = [
    "accept",
    "authorization",
    "content-type",
    "intercom-version",
    "user-agent",
];

/// Of a duplicate header, the last one counts.
fn check_headers(written: &Written<'_>, request: &WireRequest) {
    let wanted = pairs_of(&written.headers, &written.v);
    for (name, value) in &request.headers {
        let same = |(other, _): &&(String, String)| other.eq_ignore_ascii_case(name);
        match wanted.iter().rev().find(same) {
            Some((_, wanted)) => assert_eq!(value, wanted, "{name}"),
            None => assert!(OWN.contains(&name.as_str()), "{name}"),
        }
    }
    for (name, _) in &wanted {
        let is_there = |(other, _): &(String, String)| other.eq_ignore_ascii_case(name);
        assert!(request.headers.iter().any(is_there), "{name}");
    }
}

fn is_json(text: &str) -> bool {
    serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
}

fn check_body(written: &Written<'_>, sent: &[u8]) {
    let wanted = match &written.body {
        None | Some(Value::Null) => Value::Null,
        Some(Value::String(text)) if is_one_placeholder(text) => return,
        Some(Value::String(text)) => match serde_json::from_str(text) {
            Ok(json) => json,
            // Sent with its control characters escaped, and without half characters.
            Err(_) if is_json(&repaired(text).0) => return,
            Err(error) => panic!("{text} was sent, and is no JSON: {error}"),
        },
        Some(json) => json.clone(),
    };
    if wanted.is_null() {
        assert!(sent.is_empty(), "{sent:?}");
    } else if wanted.as_str().is_none_or(|text| !is_one_placeholder(text)) {
        let sent = serde_json::from_slice(sent).expect("JSON");
        assert!(is_kept(&wanted, &sent), "{wanted} became {sent}");
    }
}
