//! A person connects: with a token, or by having the app authorised; what is
//! kept is what `call` then uses. The double plays Intercom and its OAuth pages.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, Output, Stdio};

use intercom_double::intercom::{CLIENT_ID, CLIENT_SECRET, TOKEN};
use intercom_double::{IntercomDouble, Options, Region};
use serde_json::{Value, json};
use tempfile::TempDir;
use test_support::server::Server;

/// A person's machine: a folder for connections, and the double's address.
struct Person {
    home: TempDir,
    base_url: String,
}

impl Person {
    fn new(double: &IntercomDouble) -> Self {
        Self::at(double.url())
    }

    fn at(base_url: String) -> Self {
        Self {
            home: tempfile::tempdir().unwrap(),
            base_url,
        }
    }

    /// Where connections are kept; not there yet.
    fn folder(&self) -> PathBuf {
        self.home.path().join("connections")
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_connector"));
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("INTERCOM_")) {
            command.env_remove(name);
        }
        command
            .args(arguments)
            .arg("--component")
            .arg(&test_support::artifact().component)
            .env("CONNECTOR_CONNECTIONS", self.folder())
            .env("INTERCOM_BASE_URL", &self.base_url)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    fn run(&self, arguments: &[&str], stdin: impl AsRef<[u8]>) -> Output {
        let mut child = self.command(arguments).spawn().unwrap();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(stdin.as_ref())
            .unwrap();
        child.wait_with_output().unwrap()
    }

    /// What is kept under this name.
    fn connection(&self, name: &str) -> Value {
        let file = format!("intercom/{name}.json");
        let kept = std::fs::read(self.folder().join(file)).unwrap();
        serde_json::from_slice(&kept).unwrap()
    }

    fn kept(&self) -> Vec<String> {
        let folder = self.folder().join("intercom");
        let entries = std::fs::read_dir(folder).into_iter().flatten();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Waits for the address that is to be opened in a browser.
fn address(stderr: &mut BufReader<ChildStderr>) -> String {
    let mut lines = stderr.lines().map(Result::unwrap);
    let address = lines.find(|line| line.starts_with("http://"));
    address.expect("an address is printed")
}

/// Like a browser: sends a request, and returns the response's head and body.
fn browse(address: &str) -> String {
    let (host, path) = address
        .strip_prefix("http://")
        .unwrap()
        .split_once('/')
        .unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    write!(
        stream,
        "GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

/// Where the page sends the browser back to once the person has agreed.
fn agree(page: &str) -> String {
    let answer = browse(page);
    let location = answer
        .lines()
        .find_map(|line| line.strip_prefix("location: "));
    location.unwrap_or_else(|| panic!("{answer}")).to_owned()
}

/// A flow that has printed its page; the rest of standard error comes later.
struct Flow {
    child: Child,
    stderr: BufReader<ChildStderr>,
    page: String,
}

impl Flow {
    fn start(person: &Person, secret: &str, arguments: &[&str]) -> Self {
        let mut command = person.command(&[&["connect", "--oauth"], arguments].concat());
        command
            .env("INTERCOM_CLIENT_ID", CLIENT_ID)
            .env("INTERCOM_CLIENT_SECRET", secret);
        let mut child = command.spawn().unwrap();
        let mut stderr = BufReader::new(child.stderr.take().unwrap());
        let page = address(&mut stderr);
        Self {
            child,
            stderr,
            page,
        }
    }

    fn end(mut self) -> (Option<i32>, String, String) {
        let mut said = String::new();
        self.stderr.read_to_string(&mut said).unwrap();
        let output = self.child.wait_with_output().unwrap();
        (output.status.code(), text(&output.stdout), said)
    }
}

/// The commands block, so the double needs its own threads.
macro_rules! with_double {
    ($options:expr, |$double:ident, $person:ident| $body:block) => {{
        let $double = IntercomDouble::start($options).await.unwrap();
        let $person = Person::new(&$double);
        tokio::task::block_in_place(|| $body);
    }};
}

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
async fn what_cannot_be_read_is_said_with_the_way_out() {
    with_double!(Options::default(), |_double, person| {
        let unread = person.run(&["connect"], b"\xff\n");
        let said = text(&unread.stderr);
        assert!(said.starts_with("could not read the token: "), "{said}");
        let way_out = "; give it in INTERCOM_ACCESS_TOKEN, or as one line of standard input\n";
        assert!(said.ends_with(way_out), "{said}");

        let elsewhere = "https://example.com/callback";
        let paste = ["--paste", "--redirect-uri", elsewhere];
        let mut flow = Flow::start(&person, CLIENT_SECRET, &paste);
        let mut stdin = flow.child.stdin.take().unwrap();
        stdin.write_all(b"\xff\n").unwrap();
        drop(stdin);
        let (_, _, said) = flow.end();
        assert!(
            said.contains("could not read the address that the browser was redirected to: "),
            "{said}"
        );
        assert!(
            said.ends_with("; give it as one line of standard input\n"),
            "{said}"
        );
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
async fn the_app_is_authorised_in_a_browser() {
    with_double!(Options::default(), |double, person| {
        let flow = Flow::start(&person, CLIENT_SECRET, &[]);
        let back = agree(&flow.page);

        // A response with another state first: it is refused, and the wait continues.
        let (address, _) = back.split_once('?').unwrap();
        let forged = browse(&format!(
            "{address}?code=theirs&state=0123456789abcdef0123456789abcdef"
        ));
        assert!(forged.starts_with("HTTP/1.1 400"), "{forged}");
        assert!(forged.contains("state is not the one"), "{forged}");
        // What else browsers ask for.
        let root = address.strip_suffix("callback").unwrap();
        assert!(browse(&format!("{root}favicon.ico")).starts_with("HTTP/1.1 404"));

        let page = browse(&back);
        assert!(
            page.contains("Authorized. You can close this page"),
            "{page}"
        );
        assert!(page.contains("cache-control: no-store"), "{page}");
        let (status, printed, said) = flow.end();
        assert_eq!(status, Some(0), "{said}");
        assert!(printed.starts_with("connected as "), "{printed}");
        assert_eq!(double.counts().tally.requests["POST /auth/eagle/token"], 1);

        let called = person.run(&["call", "list-admins"], "");
        assert!(called.status.success(), "{}", text(&called.stderr));
        let kept = std::fs::read_to_string(person.folder().join("intercom/default.json"));
        let kept = kept.unwrap();
        assert!(!kept.contains(CLIENT_SECRET), "{kept}");
        for (what, output) in [("printed", printed), ("said", said)] {
            assert!(!output.contains(CLIENT_SECRET), "{what}: {output}");
        }
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn the_way_back_can_be_pasted() {
    with_double!(Options::default(), |_double, person| {
        let elsewhere = "https://example.com/callback";
        let mut flow = Flow::start(
            &person,
            CLIENT_SECRET,
            &["--paste", "--redirect-uri", elsewhere],
        );
        let back = agree(&flow.page);
        assert!(back.starts_with(elsewhere), "{back}");
        let mut stdin = flow.child.stdin.take().unwrap();
        writeln!(stdin, "{back}").unwrap();
        drop(stdin);
        let (status, _, said) = flow.end();
        assert_eq!(status, Some(0), "{said}");
        assert_eq!(person.kept(), ["default.json"]);

        let mut flow = Flow::start(
            &person,
            CLIENT_SECRET,
            &["--paste", "--redirect-uri", elsewhere],
        );
        let mut stdin = flow.child.stdin.take().unwrap();
        writeln!(stdin, "{elsewhere}?code=theirs&state=another").unwrap();
        drop(stdin);
        let (status, _, said) = flow.end();
        assert_eq!(status, Some(1));
        assert!(
            said.contains("the state is not the one that was sent"),
            "{said}"
        );
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn what_keeps_an_app_from_being_authorised_is_said() {
    with_double!(Options::default(), |_double, person| {
        let flow = Flow::start(&person, "wrong-secret", &[]);
        browse(&agree(&flow.page));
        let (status, _, said) = flow.end();
        assert_eq!(status, Some(1));
        assert!(said.contains("exchange-code: "), "{said}");
        assert!(!said.contains("wrong-secret"), "{said}");

        let flow = Flow::start(&person, CLIENT_SECRET, &[]);
        let back = agree(&flow.page);
        let (before, _) = back.split_once("code=").unwrap();
        let (_, state) = back.split_once("state=").unwrap();
        let state = state.split('&').next().unwrap();
        browse(&format!("{before}error=access_denied&state={state}"));
        let (status, _, said) = flow.end();
        assert_eq!(status, Some(1));
        assert!(
            said.contains("the app was not authorized: access_denied"),
            "{said}"
        );

        let without = person.run(&["connect", "--oauth"], "");
        let said = text(&without.stderr);
        assert_eq!(without.status.code(), Some(1));
        assert!(said.contains("INTERCOM_CLIENT_ID"), "{said}");
        assert!(person.kept().is_empty());
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

/// A refusal in the service's words.
fn refusal(message: &str) -> String {
    let errors =
        json!({ "type": "error.list", "errors": [{ "code": message, "message": message }] });
    Server::ok(&errors.to_string()).replace("200 OK", "403 Forbidden")
}
