//! The conformance check: the real connector and the echo keep every clause, and a
//! connector with a fault breaks the clause that the fault is about.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use connector_host::{Engine, Environment};
use host_test::build;
use host_test::conform::{Subject, Verdict, clauses};

/// The variable by which the guest `broken` learns its fault.
const BREAKS: &str = "BREAKS";

/// The faults of the guest `broken`. Each is named after the one clause that it breaks,
/// with what it does where there are several.
const FAULTS: [&str; 118] = [
    "1.3-input",
    "1.3-variable",
    "1.3-response",
    "1.3-delivery",
    "2.1-sends",
    "2.1-variable",
    "2.2-twice",
    "2.2-case",
    "2.3-twice",
    "2.3-case",
    "2.3-parent",
    "2.4-field",
    "2.4-value",
    "2.5-action",
    "2.5-effect",
    "2.5-rows",
    "2.5-key",
    "2.5-search",
    "2.5-input",
    "2.6-json",
    "2.6-type",
    "2.6-format",
    "2.6-value",
    "2.6-sample",
    "2.6-sample-key",
    "2.7-required",
    "2.7-optional",
    "2.7-allowed",
    "2.8-unlisted",
    "2.8-twice",
    "2.8-default",
    "2.8-public",
    "2.9",
    "2.10-test",
    "2.10-input",
    "2.10-effect",
    "2.10-oauth",
    "2.10-oauth-fields",
    "2.11",
    "2.12",
    "3.1-order",
    "3.1-twice",
    "3.1-missing",
    "3.2-words",
    "3.2-phrase",
    "3.2-group",
    "3.2-effect",
    "3.3-order",
    "3.3-unknown",
    "3.3-other",
    "4.1-action",
    "4.1-object",
    "4.1-problems",
    "4.1-key",
    "4.1-missing",
    "4.1-allowed",
    "4.1-retryable",
    "4.2",
    "4.3-message",
    "4.3-response",
    "4.3-token",
    "4.3-input",
    "4.4-reason",
    "4.4-status",
    "4.4-result",
    "4.5",
    "5.1-sends",
    "5.1-needs",
    "5.1-shows",
    "5.2-nothing",
    "5.2-method",
    "5.2-url",
    "5.2-header",
    "5.2-body",
    "5.3-shown",
    "5.3-refused",
    "6.1-scheme",
    "6.1-host",
    "6.1-port",
    "6.1-input",
    "6.1-redirect",
    "6.2-repeats",
    "6.2-reason",
    "6.2-retryable",
    "6.3-repeats",
    "6.3-retryable",
    "6.4",
    "6.5",
    "6.6-object",
    "6.6-key",
    "6.6-type",
    "7.1-other",
    "7.1-reason",
    "7.1-sends",
    "7.2-listed",
    "7.2-first",
    "7.2-preview",
    "7.2-invoke",
    "7.3-url",
    "7.3-header",
    "7.3-sends",
    "7.4-problems",
    "7.4-name",
    "7.4-actions",
    "8.2-data",
    "8.2-topic",
    "8.3-sends",
    "8.3-needs",
    "8.4-unsigned",
    "8.4-wrong",
    "8.4-right",
    "8.5-status",
    "8.5-body",
    "8.6",
    "8.7-sample",
    "8.7-other",
    "8.8-input",
    "8.8-poll",
];

/// The clause that a fault is named after.
fn clause_of(fault: &str) -> &str {
    fault.split('-').next().unwrap()
}

fn guest(name: &str) -> PathBuf {
    let folder = build::workspace().join("host-test/guests").join(name);
    let built = build::connector(&folder, &format!("{name}.wasm"));
    built.expect("the guest builds").component
}

fn broken() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| guest("broken"))
}

fn subject(path: &Path) -> Subject {
    let engine = Engine::with_sandboxes(64.try_into().unwrap()).unwrap();
    Subject::from_file(&engine, path).unwrap()
}

/// The clauses that a component does not keep, with what was found.
async fn not_kept(subject: &Subject, given: &Environment) -> Vec<(&'static str, Verdict)> {
    let verdicts = subject.check(given).await.into_iter();
    let others = verdicts.filter(|(_, verdict)| *verdict != Verdict::Kept);
    others
        .map(|(clause, verdict)| (clause.number, verdict))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn our_component_keeps_every_clause() {
    let subject = subject(&test_support::artifact().component).quick(true);
    let found = not_kept(&subject, &Environment::new()).await;
    assert!(found.is_empty(), "{found:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_echo_keeps_every_clause() {
    let subject = subject(&guest("echo"));
    let found = not_kept(&subject, &Environment::new()).await;
    assert!(found.is_empty(), "{found:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_fault_breaks_its_clause_and_no_other() {
    let subject = subject(broken()).quick(true);
    let sound = not_kept(&subject, &Environment::new()).await;
    assert!(sound.is_empty(), "{sound:#?}");
    let mut wrong = Vec::new();
    for fault in FAULTS {
        let given = Environment::from([(BREAKS.to_owned(), fault.to_owned())]);
        let found = not_kept(&subject, &given).await;
        let broken: Vec<&str> = found.iter().map(|(number, _)| *number).collect();
        if broken != [clause_of(fault)] {
            wrong.push((fault, found));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_clause_has_a_fault() {
    // Those of the file are broken by files: see below.
    let mut broken = BTreeSet::from(["1.1", "1.2", "8.1"]);
    broken.extend(FAULTS.into_iter().map(clause_of));
    let all: BTreeSet<&str> = clauses().map(|clause| clause.number).collect();
    assert_eq!(broken, all);
}

#[tokio::test]
async fn a_file_that_no_host_can_run_breaks_the_first_clauses() {
    let plugin = |version: &str| {
        let name = format!("workflow:plugin/plugin@{version}");
        format!(r#"(instance $plugin) (export "{name}" (instance $plugin))"#)
    };
    let random = r#"(import "wasi:random/random@0.2.0"
        (instance (export "get-random-u64" (func (result u64)))))"#;
    for (parts, clause, seen) in [
        (String::new(), "1.1", "it does not export the interface"),
        (plugin("0.1.0"), "1.1", "it exports version 0.1.0"),
        (plugin("0.2.0"), "1.1", "does not fit this host"),
        (
            random.to_owned() + &plugin("0.2.0"),
            "1.2",
            "it imports wasi:random/random@0.2.0",
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.wasm");
        std::fs::write(
            &path,
            wat::parse_str(format!("(component {parts})")).unwrap(),
        )
        .unwrap();
        let found = not_kept(&subject(&path), &Environment::new()).await;
        let (checked, unchecked): (Vec<_>, Vec<_>) = found
            .into_iter()
            .partition(|(_, verdict)| *verdict != Verdict::NotChecked);
        let [(number, Verdict::Broken(findings))] = checked.as_slice() else {
            panic!("{parts}: {checked:?}");
        };
        assert_eq!(*number, clause, "{parts}");
        assert!(findings[0].contains(seen), "{parts}: {findings:?}");
        assert_eq!(unchecked.len(), clauses().count() - 2, "{parts}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn triggers_without_their_interface_break_its_clause() {
    let exported = b"workflow:plugin/triggers@0.2.0";
    let other = b"workflow:plugin/triggerz@0.2.0";
    let mut bytes = std::fs::read(broken()).unwrap();
    while let Some(at) = bytes
        .windows(exported.len())
        .position(|part| part == exported)
    {
        bytes[at..at + other.len()].copy_from_slice(other);
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.wasm");
    std::fs::write(&path, bytes).unwrap();
    let found = not_kept(&subject(&path).quick(true), &Environment::new()).await;
    let [("8.1", Verdict::Broken(findings))] = found.as_slice() else {
        panic!("{found:?}");
    };
    assert!(findings[0].contains("lacks the interface"), "{findings:?}");
}

#[test]
fn the_clauses_are_those_of_the_readme() {
    let text = std::fs::read_to_string(build::workspace().join("wit/README.md")).unwrap();
    let lines = text
        .lines()
        .skip_while(|line| *line != "## What a connector promises");
    let lines = lines.skip(1).take_while(|line| !line.starts_with("## "));
    let section = lines.map(str::trim).collect::<Vec<_>>().join(" ");
    let listed = section.split("- **").skip(1);
    let listed = listed.map(|clause| clause.split("###").next().unwrap().trim());
    let ours = clauses().map(|clause| format!("{}** {}", clause.number, clause.promise));
    assert_eq!(listed.collect::<Vec<_>>(), ours.collect::<Vec<_>>());
}

fn host_test(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_host-test"));
    command.arg("conform").args(arguments).output().unwrap()
}

#[test]
fn the_command_prints_a_clause_a_line_and_what_broke_it() {
    let component = broken().to_str().unwrap();
    let run = |more: &[&str]| {
        let output = host_test(&[&[component, "--quick"], more].concat());
        let text = String::from_utf8(output.stdout).unwrap();
        (output.status.code(), text)
    };
    let (status, out) = run(&[]);
    assert_eq!(status, Some(0), "{out}");
    assert!(
        out.starts_with("ok          1.1  It exports `workflow:plugin/plugin@0.2`"),
        "{out}"
    );
    assert!(
        out.ends_with(&format!("\n{} kept, 0 broken\n", clauses().count())),
        "{out}"
    );

    let (status, out) = run(&["--env", "BREAKS=6.2-repeats"]);
    assert_eq!(status, Some(1), "{out}");
    let seen = "- create-thing, the required inputs, with a lost response: was";
    assert!(
        out.contains("BROKEN      6.2  A `write-once`") && out.contains(seen),
        "{out}"
    );
    let too_long = out.lines().find(|line| line.chars().count() > 80);
    assert_eq!(too_long, None);

    let (status, out) = run(&["--env", "BREAKS=2.11", "--json"]);
    let rows: serde_json::Value = serde_json::from_str(&out).unwrap();
    let rows = rows.as_array().unwrap();
    let row = rows.iter().find(|row| row["verdict"] == "broken").unwrap();
    assert_eq!((status, &row["clause"]), (Some(1), &"2.11".into()), "{row}");
    let seen = r#""https://things.example/" is not a host name in lower case"#;
    assert_eq!(row["findings"], serde_json::json!([seen]));
}

#[test]
fn an_invalid_component_or_variable_is_an_error_with_a_message() {
    let component = broken().to_str().unwrap();
    for (arguments, said) in [
        (
            vec!["no/such.wasm"],
            "component: could not read no/such.wasm: ",
        ),
        (
            vec![env!("CARGO_MANIFEST_PATH")],
            "component: the file is not a WebAssembly component; give one such as ",
        ),
        (
            vec![component, "--env", "BROKEN_TOKN=a"],
            "--env: BROKEN_TOKN is not a variable of this connector; give BROKEN_TOKEN",
        ),
    ] {
        let output = host_test(&arguments);
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{error}");
        assert!(error.starts_with(said), "{error}");
    }
}
