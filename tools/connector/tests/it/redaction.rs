//! Secrets and people in every corner of a recording, and what is left of them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use connector::recording::{RecordedExchange, Recording};
use connector::redaction::redact;
use connector_host::Environment;
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use proptest::prelude::*;
use regex::Regex;
use serde_json::{Value, json};

/// The token of the workspace, handed in as known.
const TOKEN: &str = "dG9rOjg4/ODg4+ODg4_s3cr3t=";

/// Another secret that is known, without the look of a token.
const PASSPHRASE: &str = "correct horse \"battery\" staple";

/// Values that nobody declares, and that must be found.
const FOUND: [&str; 17] = [
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJqbyJ9.c2lnbmF0dXJl",
    "dG9rOmFub3RoZXIgdG9rZW4",
    "sk_live_4eC39HqLyjWDarjtT1zdp7dc",
    "5f4dcc3b5aa765d61d8327deb882cf99",
    "jo.hansen+news@acme.io",
    "+47 22 33 44 55",
    "(202) 555-7890",
    "93.184.216.34",
    "2a00:1450:4001:81c::200e",
    "69b2b19f8bbe006006968bec",
    "9f2c1a00-77aa-4a10-9d3e-0123456789ab",
    "https://gravatar.acme.io/u/jo.jpg",
    "Johanna Hansen",
    "8148601",
    "WzE3NzI0NDAxMDAsImRpIl0=",
    "dXNlcjpwYXNzd29yZA==",
    "likes smørbrød & \"tea\"",
];

fn exchange(url: &str, request: Option<String>, response: String) -> RecordedExchange {
    RecordedExchange {
        started: "2026-03-07T10:40:25.000Z".to_owned(),
        milliseconds: 120,
        method: "POST".to_owned(),
        url: url.to_owned(),
        request_headers: vec![("content-type".to_owned(), "application/json".to_owned())],
        request_body: request,
        status: 200,
        response_headers: vec![("content-type".to_owned(), "application/json".to_owned())],
        response_body: response,
        fault: None,
    }
}

fn recording(input: &Value, exchanges: Vec<RecordedExchange>) -> Recording {
    Recording {
        environment: Environment::new(),
        input: input.to_string(),
        exchanges,
    }
}

fn headers(pairs: &[(&str, String)]) -> Vec<(String, String)> {
    let pairs = pairs.iter();
    pairs
        .map(|(name, value)| ((*name).to_owned(), value.clone()))
        .collect()
}

/// All that is left of a recording, one text.
fn left(recording: &Recording) -> String {
    let mut texts = vec![
        recording.input.clone(),
        format!("{:?}", recording.environment),
    ];
    for one in &recording.exchanges {
        texts.extend([one.url.clone(), one.response_body.clone()]);
        texts.extend(one.request_body.clone());
        let headers = one.request_headers.iter().chain(&one.response_headers);
        texts.extend(headers.map(|(name, value)| format!("{name}: {value}")));
    }
    texts.join("\n")
}

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
fn the_same_value_has_the_same_stand_in_everywhere() {
    let id = "69b2b19f8bbe006006968bec";
    let search = exchange(
        "https://api.intercom.io/contacts/search",
        Some(
            json!({ "query": { "operator": "AND", "value": [
            { "field": "owner_id", "operator": "=", "value": "8148601" },
            { "field": "email", "operator": "=", "value": "jo@acme.io" },
        ] } })
            .to_string(),
        ),
        json!({ "data": [{
            "id": id, "owner_id": 8148601, "email": "jo@acme.io", "name": "Johanna Hansen",
            "phone": "+47 22 33 44 55", "notes": { "url": format!("/contacts/{id}/notes") },
            "text": format!("{{\"contact_id\":\"{id}\"}}"), "avatar": "https://acme.io/jo.jpg",
        }], "pages": { "next": { "starting_after": "WzEsMl0=" } } })
        .to_string(),
    );
    let mut next = exchange(
        &format!(
            "https://api.intercom.io/contacts/{id}/tags?owner_id=8148601&starting_after=WzEsMl0%3D"
        ),
        None,
        json!({ "errors": [{ "message": format!("already exists with id={id}, Johanna") }] })
            .to_string(),
    );
    next.response_headers.extend(headers(&[
        ("Link", format!("</contacts/{id}>; rel=\"canonical\"")),
        (
            "X-Request-Id",
            "9f2c1a00-77aa-4a10-9d3e-0123456789ab".to_owned(),
        ),
    ]));
    let mut all = recording(
        &json!({ "contact_id": id, "path": format!("/contacts/{id}/tags"), "phone": "4722334455",
            "filter_formula": "owner_id = '8148601' AND email = 'jo@acme.io'",
            "pagination_parameters": "per_page=2&starting_after=WzEsMl0%3D",
            "from_id": "{{settings.admin}}" }),
        vec![search, next],
    );
    let context =
        json!({ "settings": { "admin": "8148601" }, "trigger": { "who": "Johanna Hansen" } });
    all.environment
        .insert("WORKFLOW_CONTEXT".to_owned(), context.to_string());

    let redacted = redact(&all, &[]).recording;
    let json = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    let id = "a00000000000000000000001";
    assert_eq!(
        json(redacted.exchanges[0].request_body.as_deref().unwrap())["query"]["value"],
        json!([
            { "field": "owner_id", "operator": "=", "value": "1000000" },
            { "field": "email", "operator": "=", "value": "person-1@example.com" },
        ])
    );
    assert_eq!(
        json(&redacted.exchanges[0].response_body),
        json!({ "data": [{
            "id": id, "owner_id": 1000000, "email": "person-1@example.com", "name": "Person 1",
            "phone": "+15550100", "notes": { "url": format!("/contacts/{id}/notes") },
            "text": format!("{{\"contact_id\":\"{id}\"}}"), "avatar": "https://example.com/link-1",
        }], "pages": { "next": { "starting_after": "cursor-1" } } })
    );
    assert_eq!(
        redacted.exchanges[1].url,
        format!(
            "https://api.intercom.io/contacts/{id}/tags?owner_id=1000000&starting_after=cursor-1"
        )
    );
    assert_eq!(
        json(&redacted.exchanges[1].response_body)["errors"][0]["message"],
        format!("already exists with id={id}, Person 1")
    );
    assert_eq!(
        redacted.exchanges[1].response_headers[1..],
        headers(&[
            ("Link", format!("</contacts/{id}>; rel=\"canonical\"")),
            (
                "X-Request-Id",
                "00000000-0000-4000-8000-000000000001".to_owned()
            ),
        ])
    );
    assert_eq!(
        json(&redacted.input),
        json!({ "contact_id": id, "path": format!("/contacts/{id}/tags"), "phone": "15550100",
            "filter_formula": "owner_id = '1000000' AND email = 'person-1@example.com'",
            "pagination_parameters": "per_page=2&starting_after=cursor-1",
            "from_id": "{{settings.admin}}" })
    );
    assert_eq!(
        json(&redacted.environment["WORKFLOW_CONTEXT"]),
        json!({ "settings": { "admin": "1000000" }, "trigger": { "who": "Person 1" } })
    );
}

#[test]
fn what_a_value_is_part_of_or_has_as_a_part_follows_it() {
    let contact = json!({
        "name": "Johanna Hansen", "email": "jo@acme.io", "website": "acme.io",
        "note": "Dear Johanna, dear Hansen", "by": "ines@intercom.io",
    });
    let one = exchange("https://api.intercom.io/me", None, contact.to_string());
    let redacted = redact(&recording(&json!({}), vec![one]), &[]).recording;
    let left = &redacted.exchanges[0];
    assert_eq!(left.url, "https://api.intercom.io/me");
    assert_eq!(
        serde_json::from_str::<Value>(&left.response_body).unwrap(),
        json!({
            "name": "Person 1", "email": "person-1@example.com", "website": "example.com",
            "note": "Dear Person 1, dear Person 1", "by": "person-2@example.com",
        })
    );
}

#[test]
fn words_that_are_structure_stay_though_somebody_wrote_them() {
    let sent = json!({
        "query": { "field": "custom_attributes.plan", "operator": "=", "value": "contacts" },
        "sort": { "field": "plan", "order": "ascending" },
        "custom_attributes": { "a": "plan", "b": "contacts", "type": "gold", "c": "1" },
        "page": "1", "type": "gold",
    });
    let url = "https://api.intercom.io/contacts/search";
    let one = exchange(url, Some(sent.to_string()), "{}".to_owned());
    let redacted = redact(&recording(&json!({}), vec![one]), &[]).recording;
    assert_eq!(redacted.exchanges[0].url, url);
    assert_eq!(
        serde_json::from_str::<Value>(redacted.exchanges[0].request_body.as_deref().unwrap())
            .unwrap(),
        json!({
            "query": { "field": "custom_attributes.plan", "operator": "=", "value": "Text 1" },
            "sort": { "field": "plan", "order": "ascending" },
            "custom_attributes": { "a": "Text 2", "b": "Text 1", "type": "Text 3", "c": "1" },
            "page": "1", "type": "gold",
        })
    );
}

#[test]
fn public_examples_stay() {
    let contact = json!({
        "id": "con_abc123456", "owner_id": "814860", "email": "name@example.com",
        "name": "John Doe", "phone": "+1123456789", "avatar": "https://example.com/avatar.jpeg",
        "role": "user", "signed_up_at": 1398456947, "external_id": "25", "browser_version": "145.0",
        "custom_attributes": { "paid_subscriber": true, "monthly_spend": 155.5, "role": "user" },
        "ip": "127.0.0.1", "token": "REDACTED",
    });
    let one = exchange(
        "https://api.eu.intercom.io/contacts/con_abc123456?per_page=50",
        Some(contact.to_string()),
        contact.to_string(),
    );
    let all = recording(
        &json!({ "signed_up_date": "2014-04-25T16:15:47-04:00", "x": "{{a.b}}" }),
        vec![one],
    );
    assert_eq!(redact(&all, &[]).recording, all);
}

/// A contact that was created with this input in this context, redacted: the input,
/// the context and the request's body.
fn redacted_contact(input: &Value, context: Option<&str>, sent: &Value) -> [Value; 3] {
    let url = "https://api.intercom.io/contacts";
    let one = exchange(url, Some(sent.to_string()), "{}".to_owned());
    let mut all = recording(input, vec![one]);
    if let Some(context) = context {
        let variable = ("WORKFLOW_CONTEXT".to_owned(), context.to_owned());
        all.environment.extend([variable]);
    }
    let left = redact(&all, &[]).recording;
    assert_eq!(redact(&left, &[]).recording, left, "redacting it again");
    let json = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    [
        json(&left.input),
        left.environment
            .get("WORKFLOW_CONTEXT")
            .map_or(Value::Null, |context| json(context)),
        json(left.exchanges[0].request_body.as_deref().unwrap()),
    ]
}

#[test]
fn what_is_put_together_of_parts_has_its_stand_in_as_a_whole() {
    let context = r#"{"trigger": {"first": "Johanna", "last": "Hansen", "user": "jo"}}"#;
    for (name, sent, left, left_sent) in [
        // The parts have the stand-in of the whole, and so it stays put together.
        (
            "{{trigger.first}}",
            "Johanna",
            "{{trigger.first}}",
            "Person 1",
        ),
        (
            "Jo {{trigger.gone?}}",
            "Jo ",
            "Person 1 {{trigger.gone?}}",
            "Person 1 ",
        ),
        // They would be twice the stand-in.
        (
            "{{trigger.first}} Hansen",
            "Johanna Hansen",
            "Person 1",
            "Person 1",
        ),
        (
            "{{trigger.first}} <<trigger.last>>",
            "Johanna Hansen",
            "Person 1",
            "Person 1",
        ),
    ] {
        let input = json!({ "name": name });
        let sent = json!({ "name": sent });
        let [input, _, sent] = redacted_contact(&input, Some(context), &sent);
        assert_eq!(input, json!({ "name": left }), "{name}");
        assert_eq!(sent, json!({ "name": left_sent }), "{name}");
    }
    let [input, _, sent] = redacted_contact(
        &json!({ "email": "{{trigger.user}}@acme.io" }),
        Some(context),
        &json!({ "email": "jo@acme.io" }),
    );
    assert_eq!(input, json!({ "email": "person-1@example.com" }));
    assert_eq!(sent, input);
}

#[test]
fn without_a_context_text_is_literal() {
    let text = json!({
        "name": "{{settings.crm_key}}", "phone": "Ann << Co",
        "custom_attributes": { "path": r"C:\{{user}}", "note": r"\{{x}}" },
    });
    for context in [None, Some(" ")] {
        let sent = json!({ "name": text["name"], "phone": text["phone"] });
        let one = exchange(
            "https://api.intercom.io/me",
            Some(sent.to_string()),
            String::new(),
        );
        let mut all = recording(&text, vec![one]);
        let variable = context.map(|text| ("WORKFLOW_CONTEXT".to_owned(), text.to_owned()));
        all.environment.extend(variable);
        let left = redact(&all, &[]).recording;
        assert_eq!(
            serde_json::from_str::<Value>(&left.input).unwrap(),
            json!({
                "name": "{{settings.crm_key}}", "phone": "Text 1",
                "custom_attributes": { "path": "Text 2", "note": "Text 3" },
            })
        );
    }
}

#[test]
fn escapes_are_read_and_written_as_the_component_does() {
    let context = r#"{"user": "Johanna Hansen"}"#;
    for (written, sent, left) in [
        // Nothing to hide.
        (r"a \{{b}}", "a {{b}}", r"a \{{b}}"),
        (r"C:\\{{user}}", r"C:\Johanna Hansen", r"C:\\{{user}}"),
        (
            r"jo@acme.io\\{{user}}",
            r"jo@acme.io\Johanna Hansen",
            r"person-1@example.com\\{{user}}",
        ),
        (
            r"\{{jo@acme.io}}",
            "{{jo@acme.io}}",
            r"\{{person-1@example.com}}",
        ),
        (
            r"\\\<<jo@acme.io>>",
            r"\<<jo@acme.io>>",
            r"\\\<<person-1@example.com>>",
        ),
    ] {
        let [input, _, _] = redacted_contact(
            &json!({ "body": written }),
            Some(context),
            &json!({ "body": sent, "name": "Johanna Hansen" }),
        );
        assert_eq!(input, json!({ "body": left }), "{written}");
    }
}

#[test]
fn an_id_that_is_a_float_has_the_stand_in_of_the_integer() {
    for (id, sent, left) in [
        ("8148601.0", "8148601", json!(1000000)),
        ("8.148601e6", "8148601", json!(1000000)),
        ("25.0", "25", serde_json::from_str("25.0").unwrap()),
    ] {
        let context = format!("{{\"trigger\": {{\"id\": {id}}}}}");
        let [input, context, sent] = redacted_contact(
            &json!({ "external_id": "{{trigger.id}}" }),
            Some(&context),
            &json!({ "external_id": sent }),
        );
        assert_eq!(input, json!({ "external_id": "{{trigger.id}}" }));
        assert_eq!(context, json!({ "trigger": { "id": left } }));
        let expected = left.as_f64().unwrap();
        assert_eq!(sent, json!({ "external_id": format!("{expected}") }));
    }
}

#[test]
fn unpaired_surrogates_and_a_byte_order_mark_hide_nothing() {
    let context = "\u{feff}{\"trigger\": {\"name\": \"Johanna\\ud83d\", \"half\": \"a\\ude00\"}}";
    let [_, context, sent] = redacted_contact(
        &json!({ "name": "{{trigger.name}}", "phone": "{{trigger.half}}" }),
        Some(context),
        &json!({ "name": "Johanna\u{fffd}", "phone": "a\u{fffd}" }),
    );
    let trigger = json!({ "name": "Person 1", "half": "Text 1" });
    assert_eq!(context, json!({ "trigger": trigger }));
    assert_eq!(sent, json!({ "name": "Person 1", "phone": "Text 1" }));
}

/// Values that a recording may have, some of them redacted already.
fn value() -> impl Strategy<Value = Value> {
    let texts: Vec<String> = FOUND
        .iter()
        .map(|text| (*text).to_owned())
        .chain(
            [
                "",
                "user",
                "A",
                "42",
                "2026",
                "Person 1",
                "person-2@example.com",
                "cursor-1",
                "token-1",
                "Text 3",
                "+15550100",
                "REDACTED",
                "100000",
                "1000001",
                "x0000001",
                "a00000000000000000000001",
                "00000000-0000-4000-8000-000000000002",
                "{{settings.admin}}",
                "hi {{x.y}}, jo@acme.io",
                "{{x.name}} Hansen",
                r"C:\{{x.name?}}",
                r"\{{x.name}} << Co",
                "2023-01-01",
                "/contacts/814861/tags",
                "id=4711 and jo@acme.io",
                "crm/jo 5",
                "plan",
                "https://api.intercom.io/contacts/4711?email=jo%40acme.io",
                "{\"id\":\"48151623\",\"name\":\"Johanna",
                "lk7t2w9q",
                "Bo",
                "acme.io",
            ]
            .map(str::to_owned),
        )
        .collect();
    prop_oneof![
        6 => prop::sample::select(texts).prop_map(Value::from),
        1 => (0_u64..3_000_000).prop_map(Value::from),
        1 => Just(Value::Null),
    ]
}

fn body() -> impl Strategy<Value = Value> {
    let keys = prop::sample::select(vec![
        "id",
        "name",
        "email",
        "phone",
        "token",
        "starting_after",
        "custom_attributes",
        "text",
        "type",
        "external_id",
        "value",
        "avatar",
        "email_domain",
        "next",
        "filter_formula",
        "created_at",
    ]);
    value().prop_recursive(3, 24, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((keys.clone(), inner.clone()), 0..5).prop_map(|pairs| {
                let pairs = pairs
                    .into_iter()
                    .map(|(key, value)| (key.to_owned(), value));
                Value::Object(pairs.collect())
            }),
            inner.prop_map(|value| value.to_string().into()),
        ]
    })
}

proptest! {
    #[test]
    fn redacting_twice_is_redacting_once(
        request in body(), answer in body(), input in body(), context in prop::option::of(value()),
    ) {
        let one = exchange(
            "https://api.intercom.io/contacts/4711/jo%40acme.io?email=bo%40acme.io",
            Some(request.to_string()),
            answer.to_string(),
        );
        let mut all = recording(&input, vec![one]);
        if let Some(x) = context {
            let context = json!({ "x": { "y": x, "name": "Johanna" } }).to_string();
            all.environment.insert("WORKFLOW_CONTEXT".to_owned(), context);
        }
        let redacted = redact(&all, &[TOKEN]).recording;
        let again = redact(&redacted, &[TOKEN]).recording;
        prop_assert_eq!(left(&again), left(&redacted));
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
