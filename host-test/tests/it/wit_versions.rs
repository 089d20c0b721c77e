//! A released version of the contract stays what it was, and the next one breaks
//! nobody without saying so in its number: `docs/versions.md`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use host_test::build;
use wit_component::WitPrinter;
use wit_parser::{PackageName, Resolve, UnresolvedPackageGroup};

/// A package's items by their names, such as `contacts record contact`, each with
/// its whole text. WIT has no subtypes: an item with another text is another item.
type Items = BTreeMap<String, String>;

/// Our packages as `wit/` has them, without comments.
fn packages() -> Vec<(PackageName, String)> {
    let mut resolve = Resolve::default();
    resolve.push_dir(build::workspace().join("wit")).unwrap();
    let packages = resolve.packages.iter().map(|(id, package)| {
        let mut printer = WitPrinter::default();
        printer.emit_docs(false);
        printer.print(&resolve, id, &[]).unwrap();
        (package.name.clone(), printer.output.to_string())
    });
    packages.collect()
}

/// The items of printed WIT: what is indented by one step within an interface or
/// a world. What an interface takes over from others shows where it is used.
fn items(wit: &str) -> Items {
    let mut items = Items::new();
    let (mut place, mut item) = (String::new(), String::new());
    for line in wit.lines().filter(|line| !line.is_empty()) {
        let depth = line.len() - line.trim_start().len();
        let head = line.trim().trim_end_matches([' ', '{', ',', ';']);
        if depth == 0 {
            place = head.split(' ').next_back().unwrap().to_owned();
        } else if depth == 2 && head != "}" && !head.starts_with("use ") {
            let name = head.split([':', '=', '(']).next().unwrap().trim();
            let name = if head.contains("func") { name } else { head };
            item = format!("{place} {name}");
            items.insert(item.clone(), line.to_owned());
        } else if depth > 2 {
            let text = items.get_mut(&item).expect("within an item");
            *text += "\n";
            *text += line;
        }
    }
    items
}

/// The names of the items that `released` has and `current` has not, or has
/// otherwise.
fn broken(released: &Items, current: &Items) -> Vec<String> {
    let kept = |(name, text): &(&String, &String)| current.get(*name) == Some(*text);
    let broken = released.iter().filter(|item| !kept(item));
    broken.map(|(name, _)| name.clone()).collect()
}

/// What is wrong with a package, given the releases that there were.
fn judge(name: &PackageName, wit: &str, releases: &[(PackageName, String)]) -> Result<(), String> {
    let version = name.version.as_ref().expect("our packages have versions");
    let track = PackageName::version_compat_track_string(version);
    let same =
        |other: &PackageName| (&other.namespace, &other.name) == (&name.namespace, &name.name);
    let current = items(wit);
    for (release, text) in releases.iter().filter(|(release, _)| same(release)) {
        let before = release.version.as_ref().expect("releases have versions");
        let released = items(text);
        let broken = broken(&released, &current);
        if before == version && released != current {
            let added: Vec<_> = current
                .keys()
                .filter(|item| !released.contains_key(*item))
                .collect();
            return Err(format!(
                "{name} is released and can't change; changed or gone: {broken:?}, added: {added:?}. \
                 Give the package a new version: the next patch where items were only added, else \
                 the next minor before 1.0, the next major after. If {version} was never published, \
                 record it again: RECORD_WIT=1 cargo test -p host-test --test wit_versions"
            ));
        }
        if track == PackageName::version_compat_track_string(before) && !broken.is_empty() {
            return Err(format!(
                "{name} breaks those who use {release}: changed or gone: {broken:?}. Bring them \
                 back, or give the package a version that is not compatible with {before}"
            ));
        }
    }
    Ok(())
}

fn folder() -> PathBuf {
    build::workspace().join("wit/released")
}

/// What is recorded, by the names in the texts.
fn releases(folder: &Path) -> Vec<(PackageName, String)> {
    let files = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let releases = files.map(|path| {
        let text = fs::read_to_string(&path).unwrap();
        (name(&text), text)
    });
    releases.collect()
}

fn name(wit: &str) -> PackageName {
    let Ok(parsed) = UnresolvedPackageGroup::parse("released.wit", wit) else {
        panic!("a release is WIT: {wit}");
    };
    parsed.main.name
}

#[test]
fn released_versions_stay_what_they_were() {
    for (name, wit) in packages() {
        if std::env::var_os("RECORD_WIT").is_some() {
            let file = name.to_string().replace(':', "-") + ".wit";
            fs::write(folder().join(file), &wit).unwrap();
        }
        judge(&name, &wit, &releases(&folder())).unwrap_or_else(|why| panic!("{why}"));
    }
}

#[test]
fn a_host_of_an_older_compatible_version_finds_the_exports() {
    let text = r#"(component (instance $i) (export "shop:tea/brew@0.1.1" (instance $i)))"#;
    let engine = connector_host::Engine::new().unwrap();
    let component = wat::parse_str(text).unwrap();
    let component = wasmtime::component::Component::new(engine.wasmtime(), component).unwrap();
    for (asked, found) in [
        ("shop:tea/brew@0.1.1", true),
        ("shop:tea/brew@0.1.0", true),
        ("shop:tea/brew@0.2.0", false),
        ("shop:tea/brew", false),
    ] {
        let export = component.get_export_index(None, asked);
        assert_eq!(export.is_some(), found, "{asked}");
    }
}

/// A package with one interface.
fn tea(version: &str, interface: &str) -> (PackageName, String) {
    let wit = format!("package shop:tea@{version};\n\ninterface brew {{\n{interface}}}\n");
    (name(&wit), wit)
}

const CUP: &str = "  record cup {\n    size: u8,\n  }\n";
const POUR: &str = "  pour: func(into: cup) -> bool;\n";
const LARGER: &str = "  record cup {\n    size: u8,\n    handle: bool,\n  }\n";
const SMASH: &str = "  smash: func(it: cup);\n";

#[test]
fn what_breaks_others_needs_a_version_that_says_so() {
    let released = tea("0.1.0", &[CUP, POUR].concat());
    let table = [
        ("0.1.0", vec![CUP, POUR], None),
        (
            "0.1.0",
            vec![CUP, POUR, SMASH],
            Some("added: [\"brew smash\"]"),
        ),
        (
            "0.1.0",
            vec![LARGER, POUR],
            Some("gone: [\"brew record cup\"]"),
        ),
        ("0.1.1", vec![CUP, POUR, SMASH], None),
        (
            "0.1.1",
            vec![CUP],
            Some("breaks those who use shop:tea@0.1.0: changed or gone: [\"brew pour\"]"),
        ),
        (
            "0.1.1",
            vec![LARGER, POUR],
            Some("gone: [\"brew record cup\"]"),
        ),
        ("0.2.0", vec![LARGER, SMASH], None),
    ];
    for (version, interface, problem) in table {
        let (name, wit) = tea(version, &interface.concat());
        let judged = judge(&name, &wit, std::slice::from_ref(&released));
        match (judged, problem) {
            (Ok(()), None) => {}
            (Err(said), Some(problem)) => assert!(said.contains(problem), "{said}"),
            (judged, problem) => panic!("{version} {interface:?}: {judged:?}, not {problem:?}"),
        }
    }
}
