//! A release holds all that users download, whole or not at all. `release-check/check` tests
//! the packages, which need npm and pip.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use std::fs;
use std::path::Path;
use std::process::Output;

use connector::release::{Contents, contents};
use host_test::build;
use serde_json::Value;
use sha2::{Digest, Sha256};
use wit_parser::Resolve;

use crate::connector;

async fn made() -> Contents {
    let component = &test_support::artifact().component;
    contents(build::workspace(), component).await.unwrap()
}

fn text<'a>(made: &'a Contents, name: &str) -> &'a str {
    std::str::from_utf8(made.files.get(name).expect(name)).unwrap()
}

/// The command's output; without Node.js and Python on its `PATH`.
fn release(arguments: &[&str]) -> Output {
    // With a compiler's programs still on the `PATH`.
    test_support::artifact();
    let tools = tempfile::tempdir().unwrap();
    let path = std::env::var_os("PATH").unwrap();
    for tool in ["cargo", "rustc"] {
        let mut places = std::env::split_paths(&path).map(|folder| folder.join(tool));
        let found = places.find(|place| place.exists()).expect(tool);
        std::os::unix::fs::symlink(found, tools.path().join(tool)).unwrap();
    }
    let mut command = connector(&["release"]);
    let command = command.args(arguments).env("PATH", tools.path());
    command.output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[tokio::test]
async fn it_has_what_users_download() {
    let made = made().await;
    let names: Vec<_> = made.files.names().collect();
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(made.version, version);
    assert_eq!(
        names,
        [
            "LICENSE-APACHE",
            "LICENSE-MIT",
            &format!("intercom-connector-{version}.cdx.json"),
            &format!("intercom-connector-{version}.wasm"),
            "operations.md",
            "reference.md",
            "schemas.json",
            "wit/intercom-connector@0.2.0.wasm",
            "wit/intercom-connector@0.2.0.wit",
            "wit/workflow-plugin@0.2.0.wasm",
            "wit/workflow-plugin@0.2.0.wit",
        ]
    );
    // The pages of this repository are of the same component.
    for page in ["reference.md", "operations.md"] {
        let ours = fs::read_to_string(build::workspace().join("docs").join(page)).unwrap();
        assert_eq!(text(&made, page), ours, "{page}");
    }
    let schemas: Value = serde_json::from_str(text(&made, "schemas.json")).unwrap();
    assert!(schemas["create-contact"]["input"]["properties"]["email"].is_object());
}

#[tokio::test]
async fn the_texts_of_the_wit_packages_fit_each_other() {
    let made = made().await;
    let mut resolve = Resolve::default();
    for name in ["workflow-plugin@0.2.0", "intercom-connector@0.2.0"] {
        let file = format!("wit/{name}.wit");
        resolve.push_str(&file, text(&made, &file)).expect(name);
    }
}

#[tokio::test]
async fn the_same_sources_give_the_same_bytes() {
    assert_eq!(made().await.files, made().await.files);
}

#[test]
fn the_packages_have_the_name_of_the_component() {
    let read = |path: &str| fs::read_to_string(build::workspace().join(path)).unwrap();
    let npm: Value = serde_json::from_str(&read("engines/node/package/package.json")).unwrap();
    let wheel: toml::Table = read("engines/python/package/pyproject.toml")
        .parse()
        .unwrap();
    assert_eq!(npm["name"], "intercom-connector");
    assert_eq!(wheel["project"]["name"].as_str(), npm["name"].as_str());
    // The release gives the version.
    assert_eq!(npm.get("version"), None);
}

#[test]
fn the_command_prints_each_file_and_writes_its_checksum() {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("with a blank");
    let output = release(&[folder.to_str().unwrap(), "--without=npm", "--without=wheel"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let printed = String::from_utf8(output.stdout).unwrap();
    for line in printed.lines() {
        assert!(line.len() <= 80, "{line}");
        let (size, name) = line.split_once(" bytes  ").expect(line);
        let length = fs::metadata(folder.join(name)).unwrap().len();
        assert_eq!(size.trim().parse(), Ok(length), "{line}");
    }
    let sums = fs::read_to_string(folder.join("SHA256SUMS")).unwrap();
    for line in sums.lines() {
        let (sum, name) = line.split_once("  ").expect(line);
        let bytes = fs::read(folder.join(name)).expect(name);
        let digest = Sha256::digest(bytes);
        let found: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(found, sum, "{name}");
    }
    assert_eq!(sums.lines().count() + 1, printed.lines().count());
}

#[test]
fn a_missing_program_leaves_no_release_behind() {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("release");
    let output = release(&[folder.to_str().unwrap(), "--without", "npm"]);
    assert_eq!(output.status.code(), Some(1));
    let last = said(&output).lines().last().unwrap_or_default().to_owned();
    assert_eq!(
        last,
        "Python wheel: python3 did not start (No such file or directory (os error 2)); \
         install Python 3.10 or later with pip; `--without wheel` leaves it out"
    );
    assert!(!folder.exists());
}

#[test]
fn a_folder_with_files_is_refused_before_anything_is_built() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("notes.txt"), "mine").unwrap();
    let output = release(&[folder.path().to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    let expected = format!(
        "DIR: {} is not empty; give a new folder, or empty this one\n",
        folder.path().display()
    );
    assert_eq!(said(&output), expected);
    assert_eq!(entries(folder.path()), ["notes.txt"]);
}

fn entries(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.collect()
}
