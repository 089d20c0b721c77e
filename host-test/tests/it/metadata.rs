//! What the component's file says about itself, before anybody runs it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use std::collections::BTreeMap;

use host_test::inspect::inspect;

fn facts() -> BTreeMap<&'static str, String> {
    let component = std::fs::read(&test_support::artifact().component).unwrap();
    inspect(&component).unwrap().facts.into_iter().collect()
}

#[tokio::test]
async fn it_says_what_its_manifest_says() {
    let (facts, manifest) = (facts(), test_support::manifest().await);
    assert_eq!(
        facts["name"],
        format!("{}-connector", manifest.name),
        "{facts:?}"
    );
    assert_eq!(facts["version"], manifest.version);
    let description = &facts["description"];
    assert!(description.contains(&manifest.title), "{description}");
}

#[test]
fn its_licences_are_those_of_the_workspace() {
    let manifest = std::fs::read_to_string(host_test::build::workspace().join("Cargo.toml"));
    let manifest: toml::Table = manifest.unwrap().parse().unwrap();
    let licence = &manifest["workspace"]["package"]["license"];
    assert_eq!(facts()["licenses"], licence.as_str().unwrap());
}
