//! A secret or a personal value in each part of a recording, in each form.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use connector::recording::Recording;
use connector::redaction::redact;
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use regex::Regex;
use serde_json::{Value, json};

use super::{FOUND, PASSPHRASE, TOKEN, exchange, headers, left, recording};

/// A text, and what comes of it when escapes, percent signs and base64 in it
/// are decoded, three deep.
fn decoded(text: &str) -> Vec<String> {
    let mut all = vec![text.to_owned()];
    let mut last = all.clone();
    for _ in 0..3 {
        last = last.iter().flat_map(|text| once_decoded(text)).collect();
        last.retain(|text| !all.contains(text));
        all.extend(last.clone());
    }
    all
}

fn once_decoded(text: &str) -> Vec<String> {
    let percent = percent_decode_str(text).decode_utf8_lossy().into_owned();
    let unicode = Regex::new(r"\\u([0-9a-fA-F]{4})").unwrap();
    let unicode = unicode.replace_all(text, |found: &regex::Captures<'_>| {
        let code = u32::from_str_radix(&found[1], 16).unwrap();
        char::from_u32(code).unwrap_or('?').to_string()
    });
    let escapes = unicode
        .replace("\\\"", "\"")
        .replace("\\/", "/")
        .replace("\\\\", "\\");
    let html = text
        .replace("&amp;", "&")
        .replace("&quot;", "\"")
        .replace("&#39;", "'");
    let base64 = Regex::new("[A-Za-z0-9+/_-]{8,}").unwrap();
    let base64 = base64.find_iter(text).filter_map(|run| {
        let run = run.as_str().trim_end_matches('=');
        let bytes = STANDARD_NO_PAD
            .decode(run)
            .or_else(|_| URL_SAFE_NO_PAD.decode(run))
            .ok()?;
        Some(String::from_utf8_lossy(&bytes).into_owned())
    });
    let base64: Vec<String> = base64.collect();
    vec![
        percent.clone(),
        percent.replace('+', " "),
        escapes,
        html,
        base64.join("\n"),
    ]
}

/// The corners of a recording, each with one seed in it and its name.
fn corners(seed: &str) -> Vec<(&'static str, Recording)> {
    let url = |below: &str| format!("https://api.intercom.io/{below}");
    let percent = utf8_percent_encode(seed, NON_ALPHANUMERIC).to_string();
    let plain = || exchange(&url("me"), None, "{}".to_owned());
    let at = |url: String| recording(&json!({}), vec![exchange(&url, None, "{}".to_owned())]);
    let sent = |body: String| {
        recording(
            &json!({}),
            vec![exchange(&url("x"), Some(body), "{}".to_owned())],
        )
    };
    let came = |body: String| recording(&json!({}), vec![exchange(&url("x"), None, body)]);
    // A name, an id and free text are known by the keys above them.
    let known = json!({ "name": seed, "custom_attributes": { "note": seed }, "id": seed });
    let also = |text: String| json!({ "known": known, "text": text }).to_string();
    let header = |name: &str, value: String| {
        let mut one = exchange(&url("x"), Some(also(String::new())), "{}".to_owned());
        one.request_headers
            .extend(headers(&[(name, value.clone())]));
        one.response_headers.extend(headers(&[(name, value)]));
        recording(&json!({}), vec![one])
    };
    let environment = |name: &str, value: String| {
        let mut all = sent(also(String::new()));
        all.environment.insert(name.to_owned(), value);
        all
    };
    let escaped: String = seed
        .encode_utf16()
        .map(|unit| format!("\\u{unit:04x}"))
        .collect();
    vec![
        (
            "path",
            at(url(&format!("contacts/find_by_external_id/{percent}"))),
        ),
        (
            "query",
            at(url(&format!(
                "contacts?email={percent}&name={percent}&starting_after={percent}"
            ))),
        ),
        ("request", sent(also(String::new()))),
        (
            "code of an authorisation",
            sent(json!({ "code": seed, "client_secret": "of-an-app" }).to_string()),
        ),
        (
            "deep in the request",
            sent(json!({ "a": [{ "b": { "c": [known] } }] }).to_string()),
        ),
        ("answer", came(also(format!("Dear {seed}, hello.")))),
        ("JSON in a text", came(also(also(seed.to_owned())))),
        (
            "key",
            came(json!({ "known": known, "keys": { seed: 1 } }).to_string()),
        ),
        (
            "HTML",
            came(also(format!("<a href=\"/x?{percent}\">{}</a>", html(seed)))),
        ),
        (
            "JSON with escapes",
            came(format!(
                "{{\"name\":\"{escaped}\",\"id\":\"{escaped}\",\"email\":\"{escaped}\"}}"
            )),
        ),
        (
            "message",
            came(also(format!("already exists with id={seed}."))),
        ),
        (
            "JSON that breaks off",
            came(format!("{{\"name\":{},\"broken\":", json!(seed))),
        ),
        ("form", {
            let mut one = exchange(
                &url("x"),
                Some(format!("name={percent}&id={percent}")),
                String::new(),
            );
            one.request_headers = headers(&[(
                "content-type",
                "application/x-www-form-urlencoded".to_owned(),
            )]);
            recording(&json!({}), vec![one])
        }),
        (
            "link",
            header(
                "link",
                format!("<https://api.intercom.io/contacts/{percent}>; rel=\"next\""),
            ),
        ),
        (
            "location",
            header(
                "location",
                format!("/contacts/{percent}?starting_after={percent}"),
            ),
        ),
        ("any header", header("x-anything", seed.to_owned())),
        (
            "authorization",
            header("authorization", format!("Bearer {seed}")),
        ),
        (
            "proxy",
            header(
                "proxy-authorization",
                format!("Basic {}", STANDARD.encode(format!("jo:{seed}"))),
            ),
        ),
        (
            "cookie",
            header("cookie", format!("a=b; session={percent}")),
        ),
        (
            "set-cookie",
            header("set-cookie", format!("session={percent}; Path=/; HttpOnly")),
        ),
        ("key of an API", header("x-api-key", seed.to_owned())),
        (
            "input",
            recording(
                &json!({ "name": seed, "email": seed, "custom_attribute": { "note": seed } }),
                vec![plain()],
            ),
        ),
        (
            "formula",
            recording(
                &json!({ "filter_formula": format!("name = '{}'", seed.replace('\'', "")) }),
                vec![],
            ),
        ),
        ("input that is no JSON", {
            let mut all = sent(also(String::new()));
            all.input = format!("{{\"x\": \"{seed}");
            all
        }),
        (
            "workflow context",
            environment(
                "WORKFLOW_CONTEXT",
                json!({ "x": { "y": seed } }).to_string(),
            ),
        ),
        (
            "another secret variable",
            environment("INTERCOM_CLIENT_SECRET", seed.to_owned()),
        ),
        ("variable", environment("SOMETHING", seed.to_owned())),
    ]
}

fn html(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;")
}

#[test]
fn nothing_is_left_in_any_corner_in_any_form() {
    let mut left_over = Vec::new();
    for seed in FOUND.into_iter().chain([TOKEN, PASSPHRASE]) {
        for (corner, recording) in corners(seed) {
            let redacted = redact(&recording, &[TOKEN, PASSPHRASE]).recording;
            let left = left(&redacted);
            if decoded(&left).iter().any(|text| text.contains(seed)) {
                left_over.push(format!("{seed} in {corner}: {left}"));
            }
        }
    }
    assert!(left_over.is_empty(), "{}", left_over.join("\n\n"));
}

#[test]
fn known_secrets_are_found_in_base64_and_as_user_of_a_url() {
    for secret in [TOKEN, PASSPHRASE] {
        let percent = utf8_percent_encode(secret, NON_ALPHANUMERIC);
        let mut body = vec![json!(secret), json!(STANDARD.encode(secret))];
        for around in ["a", "ab", "abc"] {
            let text = format!("{around}{secret}{around}");
            body.push(json!(STANDARD.encode(&text)));
            body.push(json!(format!("<p>{}</p>", URL_SAFE_NO_PAD.encode(&text))));
        }
        let url = format!("https://jo:{percent}@api.intercom.io/me");
        let one = exchange(&url, None, Value::from(body).to_string());
        let redacted = redact(&recording(&json!({}), vec![one]), &[secret]).recording;
        let left = left(&redacted);
        assert!(left.contains("https://api.intercom.io/me"), "{left}");
        assert!(
            !decoded(&left).iter().any(|text| text.contains(secret)),
            "{left}"
        );
        // Not even a part of it in base64.
        assert!(!left.contains(&STANDARD.encode(secret)[4..16]), "{left}");
    }
}

#[test]
fn unused_nesting_is_left_out() {
    // As much as the command's main thread has; unoptimised, a test's is too small.
    let thread = std::thread::Builder::new().stack_size(8 << 20);
    thread
        .spawn(deep_nesting_is_left_out)
        .unwrap()
        .join()
        .unwrap();
}

fn deep_nesting_is_left_out() {
    let (open, close) = ("[".repeat(100), "]".repeat(100));
    // The second is a key of the JSON library's own, whose text it reads as JSON.
    for key in ["text", "$serde_json::private::RawValue"] {
        let mut body = json!({ "email": "jo@acme.io" }).to_string();
        let mut sizes = Vec::new();
        while body.len() < 1024 * 1024 {
            body = format!("{open}{{\"{key}\":{}}}{close}", Value::from(body));
            let one = exchange("https://api.intercom.io/me", None, body.clone());
            let redacted = redact(&recording(&json!({}), vec![one]), &[]).recording;
            let left = &redacted.exchanges[0].response_body;
            assert!(!left.contains("jo@acme.io"), "{left}");
            sizes.push(left.len());
        }
        assert_eq!(sizes.last(), sizes.get(3), "{key}");
    }
}
