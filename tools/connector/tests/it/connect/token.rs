//! With a token.

use intercom_double::intercom::TOKEN;
use intercom_double::{Options, Region};
use serde_json::json;
use std::path::Path;
use test_support::server::Server;

use super::{Person, refusal, text, with_double};

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_checked_and_kept_for_call() {
    with_double!(Options::default(), |double, person| {
        // With a byte order mark, as some shells pipe it.
        let connected = person.run(&["connect"], format!("\u{feff}{TOKEN}\r\n"));
        assert!(connected.status.success(), "{}", text(&connected.stderr));
        let said = text(&connected.stdout);
        assert!(said.starts_with("connected as "), "{said}");
        assert!(said.contains("as intercom/default"), "{said}");
        assert!(!said.contains(TOKEN), "{said}");
        assert_eq!(person.kept(), ["default.json"]);

        // No token in the environment: the one that was kept.
        let called = person.run(&["call", "list-admins"], "");
        assert!(called.status.success(), "{}", text(&called.stderr));
        assert_eq!(double.counts().tally.requests["GET /admins"], 1);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_says_where_the_workspace_is_is_kept_with_the_token() {
    with_double!(Options::default(), |_double, person| {
        let given = [
            "INTERCOM_VERSION=2.16",
            "INTERCOM_CLIENT_ID=app-1",
            "INTERCOM_MAX_RETRIES=1",
            "INTERCOM_TIMEOUT_MS=5000",
            "WORKFLOW_CONTEXT={}",
        ];
        let given = given.iter().flat_map(|variable| ["--env", variable]);
        let arguments: Vec<&str> = ["connect"].into_iter().chain(given).collect();
        let connected = person.run(&arguments, format!("{TOKEN}\n"));
        assert!(connected.status.success(), "{}", text(&connected.stderr));
        let expected = json!({
            "token": TOKEN,
            "variables": {
                "INTERCOM_BASE_URL": person.base_url,
                "INTERCOM_VERSION": "2.16",
            },
            "origins": [
                "https://api.intercom.io",
                "https://api.eu.intercom.io",
                "https://api.au.intercom.io",
                person.base_url,
            ],
        });
        assert_eq!(person.connection("default"), expected);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_does_not_work_is_not_kept() {
    with_double!(Options::default(), |_double, person| {
        let refused = person.run(&["connect"], "wrong-token\n");
        assert_eq!(refused.status.code(), Some(1));
        let said = text(&refused.stderr);
        assert!(said.contains("Intercom refused the token"), "{said}");
        assert!(!said.contains("wrong-token"), "{said}");
        assert!(person.kept().is_empty());
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_have_names_and_are_forgotten() {
    with_double!(Options::default(), |_double, person| {
        let token = format!("{TOKEN}\n");
        assert!(person.run(&["connect", "acme"], &token).status.success());
        let called = person.run(&["call", "list-admins", "--connection", "acme"], "");
        assert!(called.status.success(), "{}", text(&called.stderr));
        let without = person.run(&["call", "list-admins"], "");
        let said = text(&without.stderr);
        assert!(said.contains("INTERCOM_ACCESS_TOKEN: is not set"), "{said}");

        let forgotten = person.run(&["connect", "acme", "--forget"], "");
        assert!(forgotten.status.success());
        assert!(person.kept().is_empty());
        let gone = person.run(&["call", "list-admins", "--connection", "acme"], "");
        let said = text(&gone.stderr);
        let expected = format!(
            "--connection: there is no intercom/acme in private files below {}; `connector connect \
             acme` makes it\n",
            person.folder().display()
        );
        assert_eq!(said, expected);
        let bad = person.run(&["connect", "../acme"], &token);
        assert_eq!(bad.status.code(), Some(2), "{}", text(&bad.stderr));
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kept_token_goes_where_it_was_kept_for() {
    with_double!(Options::default(), |double, person| {
        let token = format!("{TOKEN}\n");
        assert!(person.run(&["connect", "acme"], &token).status.success());
        let call = |arguments: &[&str], ambient: Option<&str>| {
            let call = ["call", "list-admins", "--connection", "acme"];
            let mut command = person.command(&[&call, arguments].concat());
            if let Some(url) = ambient {
                command.env("INTERCOM_BASE_URL", url);
            }
            command.output().unwrap()
        };
        // What happens to be in our environment does not lead it away.
        let called = call(&[], Some("http://127.0.0.1:9"));
        assert!(called.status.success(), "{}", text(&called.stderr));
        // The requested host is reached, but without the token.
        let called = call(&["--env", "INTERCOM_BASE_URL=http://127.0.0.1:9"], None);
        let said = text(&called.stderr);
        assert!(
            said.contains("the token of this connection is for "),
            "{said}"
        );
        assert!(
            said.contains("not for http://127.0.0.1:9; nothing was sent"),
            "{said}"
        );
        assert_eq!(double.counts().tally.requests["GET /admins"], 1);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_open_to_others_is_not_used() {
    use std::os::unix::fs::PermissionsExt;
    with_double!(Options::default(), |_double, person| {
        assert!(
            person
                .run(&["connect"], format!("{TOKEN}\n"))
                .status
                .success()
        );
        let file = person.folder().join("intercom/default.json");
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&file), 0o600);
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
        let refused = person.run(&["call", "list-admins"], "");
        let said = text(&refused.stderr);
        assert_eq!(refused.status.code(), Some(1));
        assert!(said.contains("is open to others (mode 644)"), "{said}");

        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
        let folder = file.parent().unwrap();
        std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o755)).unwrap();
        let refused = person.run(&["call", "list-admins"], "");
        let said = text(&refused.stderr);
        assert_eq!(refused.status.code(), Some(1));
        assert!(said.contains("(mode 755); run `chmod 700` on it"), "{said}");
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workspace_tells_its_region() {
    let options = Options {
        region: Region::Eu,
        ..Options::default()
    };
    with_double!(options, |_double, person| {
        let connected = person.run(&["connect"], format!("{TOKEN}\n"));
        let said = text(&connected.stdout);
        assert!(said.contains("region EU"), "{said}");
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_workspace_calls_itself_does_not_steer_a_terminal() {
    let name = "\u{1b}]0;x\u{7}\u{9b}31m";
    let shown = r"\u001b]0;x\u0007\u009b31m";
    let me = json!({
        "type": "admin", "id": "7", "name": name, "email": name,
        "app": { "type": "app", "id_code": name, "name": name, "region": name },
    });
    let server = Server::start(move |request| match request.starts_with("GET /me ") {
        true => Server::ok(&me.to_string()),
        false => refusal(name),
    });
    let server = server.await;
    let person = Person::at(server.url());
    tokio::task::block_in_place(|| {
        let connected = person.run(&["connect"], format!("{TOKEN}\n"));
        assert!(connected.status.success(), "{}", text(&connected.stderr));
        let called = person.run(&["call", "test-connection"], "");
        let refused = person.run(&["call", "list-admins"], "");
        assert_eq!(refused.status.code(), Some(1));
        for (what, output) in [
            ("connect", connected.stdout),
            ("call", called.stdout),
            ("refused", refused.stderr),
        ] {
            let output = text(&output);
            assert!(output.contains(shown), "{what}: {output:?}");
            let steers = |c: char| c.is_control() && c != '\n';
            assert!(!output.contains(steers), "{what}: {output:?}");
        }
    });
}
