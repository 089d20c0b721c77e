//! Every seed and every find, through its target: with plain `cargo test`, what
//! fuzzing has found stays found.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use fuzz_targets::TARGETS;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn fuzz() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn names_in(folder: &str) -> BTreeSet<String> {
    let entries = fs::read_dir(fuzz().join(folder)).unwrap();
    let name = |entry: fs::DirEntry| {
        let path = entry.path();
        path.file_stem().unwrap().to_str().unwrap().to_owned()
    };
    entries.map(|entry| name(entry.unwrap())).collect()
}

#[test]
fn every_seed_keeps_what_its_target_asserts() {
    for (name, target) in TARGETS {
        let entries = fs::read_dir(fuzz().join("seeds").join(name)).unwrap();
        let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        assert!(!paths.is_empty(), "{name} has no seeds");
        for path in paths {
            // Shown where the target panics.
            println!("{}", path.display());
            target(&fs::read(path).unwrap());
        }
    }
}

/// A target that nothing runs finds nothing.
#[test]
fn every_target_has_seeds_and_a_fuzzer() {
    let targets: BTreeSet<String> = TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(names_in("seeds"), targets);
    assert_eq!(names_in("fuzz_targets"), targets);
    let manifest = fs::read_to_string(fuzz().join("Cargo.toml")).unwrap();
    let fuzzers = manifest.split("[[bin]]").skip(1).map(|bin| {
        let name = bin.lines().find_map(|line| line.strip_prefix("name = "));
        name.unwrap().trim_matches('"').to_owned()
    });
    assert_eq!(fuzzers.collect::<BTreeSet<_>>(), targets);
}
