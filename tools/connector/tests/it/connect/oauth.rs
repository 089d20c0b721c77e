//! With OAuth: the app is authorized in a browser.

use intercom_double::Options;
use intercom_double::intercom::{CLIENT_ID, CLIENT_SECRET};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, ChildStderr};

use super::{Person, text, with_double};

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
