//! The precompiled form of a component is used, and never trusted blindly.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::fs;
use std::path::{Path, PathBuf};

use connector_host::Engine;

/// A component with one export of this name, and nothing else.
fn component(export: &str) -> Vec<u8> {
    wat::parse_str(format!(
        r#"(component (instance $i) (export "{export}" (instance $i)))"#
    ))
    .unwrap()
}

/// What the loaded component exports.
fn load(engine: &Engine, path: &Path) -> Vec<String> {
    let component = connector_host::load(engine, path).unwrap();
    let exports = component.component_type();
    exports
        .exports(engine.wasmtime())
        .map(|(name, _)| name.to_owned())
        .collect()
}

/// The one precompiled file in `folder`.
fn precompiled(folder: &Path) -> PathBuf {
    let files = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let found: Vec<_> = files
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "cwasm")
        })
        .collect();
    assert_eq!(found.len(), 1, "{found:?}");
    found.first().unwrap().clone()
}

/// A folder with a component that has been loaded once.
fn loaded_once(engine: &Engine, export: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("thing.wasm");
    fs::write(&path, component(export)).unwrap();
    assert_eq!(load(engine, &path), [export]);
    (folder, path)
}

#[test]
fn the_second_load_takes_the_precompiled_form() {
    let engine = Engine::new().unwrap();
    let (one, path) = loaded_once(&engine, "one");
    let (two, _) = loaded_once(&engine, "two");
    // Only a load that takes the precompiled form can tell the two apart.
    fs::copy(precompiled(two.path()), precompiled(one.path())).unwrap();
    assert_eq!(load(&engine, &path), ["two"]);
}

#[test]
fn a_damaged_form_is_made_again() {
    let engine = Engine::new().unwrap();
    let (folder, path) = loaded_once(&engine, "one");
    let file = precompiled(folder.path());
    let whole = fs::read(&file).unwrap();
    let mut flipped = whole.clone();
    *flipped.last_mut().unwrap() ^= 1;
    let damages: [&[u8]; 4] = [
        b"",
        b"rubbish",
        whole.get(..whole.len() / 2).unwrap(),
        &flipped,
    ];
    for damaged in damages {
        fs::write(&file, damaged).unwrap();
        assert_eq!(load(&engine, &path), ["one"]);
        assert!(fs::read(&file).unwrap() == whole, "repaired");
    }
}

/// A form that was compared is marked by a time long ago, which a write takes
/// away; one that was copied is compared, and marked again.
#[test]
fn a_form_is_compared_when_it_was_written_to() {
    let engine = Engine::new().unwrap();
    let (folder, path) = loaded_once(&engine, "one");
    let file = precompiled(folder.path());
    let age = || fs::metadata(&file).unwrap().modified().unwrap().elapsed();
    const YEARS: u64 = 365 * 24 * 3600;
    let is_marked = || age().is_ok_and(|age| age.as_secs() > 15 * YEARS);
    assert_eq!(load(&engine, &path), ["one"]);
    assert!(is_marked());
    let whole = fs::read(&file).unwrap();
    fs::write(&file, whole).unwrap();
    assert!(!is_marked());
    assert_eq!(load(&engine, &path), ["one"]);
    assert!(is_marked());
}

#[test]
fn a_changed_component_does_not_find_the_old_form() {
    let engine = Engine::new().unwrap();
    let (folder, path) = loaded_once(&engine, "one");
    let old = precompiled(folder.path());
    fs::write(&path, component("two")).unwrap();
    assert_eq!(load(&engine, &path), ["two"]);
    assert_ne!(precompiled(folder.path()), old, "and removes it");
}

#[test]
fn an_unwritable_folder_only_costs_time() {
    let engine = Engine::new().unwrap();
    let (folder, path) = loaded_once(&engine, "one");
    let file = precompiled(folder.path());
    fs::remove_file(&file).unwrap();
    // A folder where the file should be keeps it from being written.
    fs::create_dir(&file).unwrap();
    assert_eq!(load(&engine, &path), ["one"]);
}

#[test]
fn an_invalid_component_is_an_error_that_names_the_file() {
    let engine = Engine::new().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("thing.wasm");
    let missing = connector_host::load(&engine, &path)
        .unwrap_err()
        .to_string();
    assert!(
        missing.contains("could not read") && missing.contains("thing.wasm"),
        "{missing}"
    );
    fs::write(&path, "no component").unwrap();
    let wrong = connector_host::load(&engine, &path)
        .unwrap_err()
        .to_string();
    assert!(
        wrong.contains("does not load") && wrong.contains("thing.wasm"),
        "{wrong}"
    );
}

#[test]
fn building_again_changes_nothing() {
    let first = host_test::build::component().expect("the component builds");
    let time = |path: &Path| fs::metadata(path).unwrap().modified().unwrap();
    let before = time(&first.component);
    let second = host_test::build::component().expect("the component builds");
    assert_eq!(time(&second.component), before);
}
