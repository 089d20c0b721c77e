//! The bill of materials lists what is in the component, and nothing else.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use std::collections::BTreeSet;

use host_test::build;
use serde_json::Value;

fn bill() -> Value {
    connector::bill_of_materials(build::workspace(), &test_support::artifact().component).unwrap()
}

fn names(bill: &Value) -> BTreeSet<&str> {
    let components = bill["components"].as_array().unwrap().iter();
    components
        .map(|found| found["name"].as_str().unwrap())
        .collect()
}

#[test]
fn it_lists_the_crates_that_are_compiled_for_the_sandbox() {
    let bill = bill();
    let names = names(&bill);
    for inside in ["serde_json", "wasi", "wasip2", "wit-bindgen", "time"] {
        assert!(names.contains(inside), "{inside}: {names:?}");
    }
    // Of the host, of the build, of the tests; and indexmap, which serde_json
    // uses in the harness alone.
    for outside in [
        "wasmtime",
        "tokio",
        "wit-parser",
        "proptest",
        "serde_derive",
        "indexmap",
    ] {
        assert!(!names.contains(outside), "{outside}: {names:?}");
    }
    let itself = &bill["metadata"]["component"];
    assert_eq!(itself["name"], "intercom-connector");
    assert!(!names.contains("intercom-connector"));
}

#[test]
fn each_crate_has_a_licence_a_checksum_and_what_it_uses() {
    let bill = bill();
    let itself = std::iter::once(&bill["metadata"]["component"]);
    let crates: Vec<_> = itself
        .chain(bill["components"].as_array().unwrap())
        .collect();
    for found in &crates {
        assert!(found["licenses"][0]["expression"].is_string(), "{found}");
        // A crate of this repository is built from what lies beside the lock file.
        if found["name"] != "connector-definitions" {
            let digest = found["hashes"][0]["content"].as_str();
            assert_eq!(digest.map(str::len), Some(64), "{found}");
        }
    }
    let known: BTreeSet<_> = crates
        .iter()
        .map(|found| found["bom-ref"].as_str())
        .collect();
    let dependencies = bill["dependencies"].as_array().unwrap();
    assert_eq!(dependencies.len(), crates.len());
    for dependency in dependencies {
        for used in dependency["dependsOn"].as_array().unwrap() {
            assert!(known.contains(&used.as_str()), "{used}");
        }
    }
}

#[test]
fn the_same_component_has_the_same_bill() {
    assert_eq!(bill().to_string(), bill().to_string());
}
