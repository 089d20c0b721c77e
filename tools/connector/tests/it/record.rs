//! Recording a real call, against a server on the loopback, and importing HAR
//! files: what is written is redacted, and replays.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use connector_cases::Case;
use serde_json::{Value, json};
use test_support::server::Server;

/// The token of the workspace, and in base64 as a service might echo it.
const TOKEN: &str = "dG9rOnRoZSByZWFsIG9uZQ==";
const TOKEN_AGAIN: &str = "ZEc5ck9uUm9aU0J5WldGc0lHOXVaUT09";

const ID: &str = "69b2b19f8bbe006006968bec";

/// Nothing of this may be in what is written.
const PRIVATE: [&str; 9] = [
    TOKEN,
    TOKEN_AGAIN,
    ID,
    "jo.hansen@acme.io",
    "acme.io",
    "Johanna",
    "22334455",
    "s3ss10n-cookie",
    "8148601",
];

fn host_test(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_connector"));
    command.args(arguments);
    if arguments.first() != Some(&"scan") {
        command
            .arg("--component")
            .arg(&test_support::artifact().component);
    }
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("INTERCOM_")) {
        command.env_remove(name);
    }
    command
        .env("INTERCOM_ACCESS_TOKEN", TOKEN)
        .output()
        .unwrap()
}

fn words(output: &Output) -> (Option<i32>, String) {
    let texts = [output.stdout.as_slice(), output.stderr.as_slice()];
    let texts = texts.map(|text| String::from_utf8_lossy(text).into_owned());
    (output.status.code(), texts.concat())
}

/// Records a call of `action` to the server at `port`.
fn record(
    out: &Path,
    port: u16,
    action: &str,
    input: &str,
    more: &[&str],
) -> (Option<i32>, String) {
    let base = format!("INTERCOM_BASE_URL=http://127.0.0.1:{port}");
    let mut arguments = vec!["record", action, "--input", input, "--env", &base];
    arguments.extend(["--out", out.to_str().unwrap()]);
    arguments.extend(more);
    words(&host_test(&arguments))
}

fn read(path: PathBuf) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

/// All cases below `root` replay and hold nothing private.
async fn is_fine(root: &Path) {
    for case in connector_cases::select(root, None).unwrap() {
        let outcome = connector_cases::run(&test_support::connector(), &case).await;
        assert!(outcome.passed(), "{}", outcome.report());
        for file in ["case.json", "exchange.har"] {
            let text = fs::read_to_string(case.folder.join(file)).unwrap_or_default();
            for private in PRIVATE {
                assert!(!text.contains(private), "{private} in {file}: {text}");
            }
        }
    }
    assert_eq!(connector::redaction::scan(root).unwrap(), []);
}

fn answer(status: &str, headers: &str, body: &Value) -> String {
    let body = body.to_string();
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\
         Connection: close\r\n{headers}\r\n{body}"
    )
}

fn contact() -> Value {
    json!({
        "type": "contact", "id": ID, "role": "user", "email": "jo.hansen@acme.io",
        "email_domain": "acme.io", "name": "Johanna Hansen", "phone": "+4722334455",
        "owner_id": 8148601, "created_at": 1772442090, "echo": format!("Bearer {TOKEN}"),
        "again": TOKEN_AGAIN, "custom_attributes": { "plan": "Johanna's own" },
        "tags": { "type": "list", "data": [], "url": format!("/contacts/{ID}/tags") },
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_becomes_a_case_without_secrets_and_people() {
    let server = Server::start(|request| {
        assert!(request.contains(&format!("Bearer {TOKEN}")), "{request}");
        assert!(
            request.starts_with(&format!("GET /contacts/{ID} ")),
            "{request}"
        );
        answer(
            "200 OK",
            "Set-Cookie: s=s3ss10n-cookie; Path=/\r\n",
            &contact(),
        )
    })
    .await;
    let root = tempfile::tempdir().unwrap();
    let out = root.path().join("get-contact-by-id/a-user");
    let context = json!({ "trigger": { "contact": ID, "owner": "8148601", "note": "from jo.hansen@acme.io" } });
    let (status, said) = record(
        &out,
        server.port(),
        "get-contact-by-id",
        r#"{"contact_id": "{{trigger.contact}}"}"#,
        &[
            "--env",
            &format!("WORKFLOW_CONTEXT={context}"),
            "--about",
            "Reads a user.",
        ],
    );
    assert_eq!(status, Some(0), "{said}");
    assert!(said.contains("  exchanges  1\n  replaced   "), "{said}");
    assert_eq!(server.connections(), 1);
    is_fine(root.path()).await;

    let case = read(out.join("case.json"));
    assert_eq!(case["about"], "Reads a user.");
    assert_eq!(
        case["input"],
        json!({ "contact_id": "{{trigger.contact}}" })
    );
    assert_eq!(
        case["environment"]["WORKFLOW_CONTEXT"]["trigger"],
        json!({ "contact": "a00000000000000000000001", "owner": "1000000", "note": "from person-1@example.com" })
    );
    assert_eq!(case["environment"].get("INTERCOM_ACCESS_TOKEN"), None);
    let expected = &case["expect"]["ok"];
    assert_eq!(expected["id"], "a00000000000000000000001");
    assert_eq!(expected["email"], "person-1@example.com");
    assert_eq!(expected["response"], json!({ "$response": 1 }));

    let entry = read(out.join("exchange.har"))["log"]["entries"][0].clone();
    let authorization = json!({ "name": "authorization", "value": "REDACTED" });
    let sent = entry["request"]["headers"].as_array().unwrap();
    assert!(sent.contains(&authorization), "{sent:?}");
    for key in [
        "startedDateTime",
        "time",
        "request",
        "response",
        "cache",
        "timings",
    ] {
        assert!(entry.get(key).is_some(), "HAR wants {key}");
    }
    for key in [
        "status",
        "statusText",
        "httpVersion",
        "cookies",
        "headers",
        "content",
        "redirectURL",
        "headersSize",
        "bodySize",
    ] {
        assert!(
            entry["response"].get(key).is_some(),
            "HAR wants response.{key}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_still_follow_each_other_by_their_cursors() {
    let server = Server::start(|request| {
        let (rows, next) = if request.contains("WzIsImIiXQ==") {
            (vec![json!({ "id": ID })], None)
        } else {
            (
                vec![json!({ "id": "69b2b19f8bbe006006968bed" })],
                Some("WzIsImIiXQ=="),
            )
        };
        let next = next.map(|cursor| json!({ "starting_after": cursor }));
        let pages = json!({ "type": "pages", "page": 1, "next": next });
        answer(
            "200 OK",
            "",
            &json!({ "type": "list", "data": rows, "total_count": 2, "pages": pages }),
        )
    })
    .await;
    let root = tempfile::tempdir().unwrap();
    let out = root.path().join("search-contacts/two-pages");
    let input = r#"{"filter_formula": "email = 'jo.hansen@acme.io' AND name ~ 'Johanna'", "pagination_parameters": "all=true"}"#;
    let (status, said) = record(&out, server.port(), "search-contacts", input, &[]);
    assert_eq!(status, Some(0), "{said}");
    is_fine(root.path()).await;
    let archive = read(out.join("exchange.har"));
    let text = |pointer: &str| {
        archive
            .pointer(pointer)
            .and_then(Value::as_str)
            .unwrap()
            .to_owned()
    };
    assert!(
        text("/log/entries/0/response/content/text").contains(r#""starting_after":"cursor-1""#)
    );
    assert!(
        text("/log/entries/1/request/postData/text").contains(r#""starting_after":"cursor-1""#)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn errors_and_broken_connections_are_recorded_too() {
    let conflict = json!({ "type": "error.list", "errors": [{
        "code": "conflict", "message": format!("A contact matching those details already exists with id={ID}"),
    }] });
    let cut = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 400\r\n\r\n\
               {\"type\":\"contact\",\"name\":\"Johanna Han";
    let table = [
        (
            "conflict",
            answer("409 Conflict", "", &conflict),
            Value::Null,
            "409",
        ),
        ("cut", cut.to_owned(), json!("body-truncated"), "200"),
        ("closed", String::new(), json!("connection-reset"), "0"),
    ];
    let root = tempfile::tempdir().unwrap();
    let input = r#"{"role": "user", "email": "jo.hansen@acme.io", "external_id": "8148601"}"#;
    for (name, answer, fault, status) in table {
        let server = Server::start(move |_| answer.clone()).await;
        let out = root.path().join(format!("create-contact/{name}"));
        let (ended, said) = record(&out, server.port(), "create-contact", input, &[]);
        assert_eq!(ended, Some(0), "{said}");
        let response = read(out.join("exchange.har"))["log"]["entries"][0]["response"].clone();
        assert_eq!(response["_fault"], fault, "{name}");
        assert_eq!(response["status"].to_string(), status, "{name}");
    }
    let nobody = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let out = root.path().join("create-contact/nobody");
    let (ended, said) = record(&out, nobody, "create-contact", input, &[]);
    assert_eq!(ended, Some(0), "{said}");
    assert!(said.contains("egress: no connection"), "{said}");
    let response = read(out.join("exchange.har"))["log"]["entries"][0]["response"].clone();
    assert_eq!(response["_fault"], "connection-refused");

    // Nothing is sent, so there is no archive.
    let out = root.path().join("create-contact/refused");
    let (ended, said) = record(&out, nobody, "create-contact", r#"{"role": "king"}"#, &[]);
    assert_eq!(ended, Some(0), "{said}");
    assert!(!out.join("exchange.har").exists());
    is_fine(root.path()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_written_that_does_not_replay_or_would_overwrite() {
    let server = Server::start(|_| answer("200 OK", "", &contact())).await;
    let root = tempfile::tempdir().unwrap();
    let out = root.path().join("create-contact/x");
    let plain = r#"{"role": "user", "name": "Johanna Hansen", "external_id": "1"}"#;

    // A formula that puts the name together: its stand-in is not put together like it.
    let templated = r#"{"filter_formula": "name = '{{trigger.first}} Hansen'"}"#;
    let context = r#"WORKFLOW_CONTEXT={"trigger": {"first": "Johanna"}}"#;
    let (status, said) = record(
        &root.path().join("search-contacts/x"),
        server.port(),
        "search-contacts",
        templated,
        &["--env", context],
    );
    assert_eq!(status, Some(1), "{said}");
    assert!(
        said.contains("body.query") && said.contains("nothing was written"),
        "{said}"
    );
    assert!(!said.contains("Johanna"), "{said}");
    assert!(!out.exists());

    for (folder, action, message) in [
        (
            "get-contact-by-id/x",
            "create-contact",
            "is not a folder for a case of create-contact",
        ),
        (
            "crate-contact/x",
            "crate-contact",
            "is not an action of this component",
        ),
    ] {
        let out = root.path().join(folder);
        let (status, said) = record(&out, server.port(), action, plain, &[]);
        assert_eq!(status, Some(1), "{said}");
        assert!(said.contains(message), "{said}");
    }
    assert_eq!(server.connections(), 1);

    let (status, said) = record(&out, server.port(), "create-contact", plain, &[]);
    assert_eq!(status, Some(0), "{said}");
    let before = fs::read(out.join("case.json")).unwrap();
    let other = r#"{"role": "lead"}"#;
    let (status, said) = record(&out, server.port(), "create-contact", other, &[]);
    assert_eq!(status, Some(1), "{said}");
    assert!(
        said.contains("already exists") && said.contains("--force"),
        "{said}"
    );
    assert_eq!(
        server.connections(),
        2,
        "no call is made for what can't be written"
    );
    assert_eq!(fs::read(out.join("case.json")).unwrap(), before);
    let (status, said) = record(&out, server.port(), "create-contact", other, &["--force"]);
    assert_eq!(status, Some(0), "{said}");
    assert_eq!(Case::read(&out).unwrap().input, r#"{"role":"lead"}"#);
}

#[test]
fn what_does_not_go_together_is_a_wrong_command_line() {
    for arguments in [
        &["record", "--out", "x"] as &[&str],
        &["record", "test-connection"],
        &[
            "record",
            "test-connection",
            "--import",
            "x.har",
            "--out",
            "x",
        ],
        &["record", "--import", "x.har", "--out", "x", "--input", "{}"],
        &["record", "--import", "x.har", "--out", "x", "--about", "y"],
    ] {
        let (status, said) = words(&host_test(arguments));
        assert_eq!(status, Some(2), "{arguments:?}: {said}");
    }
}
