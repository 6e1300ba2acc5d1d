//! The map names every crate, and arrows between crates only lead down.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};

use crate::at;

fn metadata() -> Metadata {
    MetadataCommand::new().manifest_path(at("Cargo.toml")).no_deps().exec().unwrap()
}

/// A crate as people call it: `model`.
fn short(name: &str) -> String {
    name.strip_prefix("relance-").unwrap_or(name).to_owned()
}

/// What a crate is built with, tests apart.
fn dependencies(package: &Package) -> impl Iterator<Item = &str> {
    let built = package.dependencies.iter().filter(|it| it.kind != DependencyKind::Development);
    built.map(|it| it.name.as_str())
}

#[test]
fn the_map_names_every_crate_and_no_other() {
    let map = fs::read_to_string(at("ARCHITECTURE.md")).unwrap();
    let named: BTreeSet<String> = map
        .lines()
        .filter_map(|line| line.strip_prefix("### `")?.strip_suffix('`'))
        .map(str::to_owned)
        .collect();
    let packages: BTreeSet<String> =
        metadata().packages.iter().map(|package| short(&package.name)).collect();
    assert_eq!(named, packages);
}

#[test]
fn a_crate_uses_only_what_stands_below_it() {
    let below: BTreeMap<&str, &[&str]> = BTreeMap::from([
        ("diagnostics", &[][..]),
        ("model", &["diagnostics"]),
        ("validator", &["diagnostics", "model"]),
        ("lsp", &["diagnostics", "model", "validator"]),
        ("runtime", &["diagnostics", "model", "validator"]),
        ("cli", &["diagnostics", "lsp", "model", "validator", "runtime"]),
        ("samples", &[]),
        ("faults", &[]),
        ("simulator", &["diagnostics", "model", "validator", "runtime", "samples"]),
        (
            "xtask",
            &["diagnostics", "model", "validator", "runtime", "samples", "simulator", "faults"],
        ),
    ]);
    for package in &metadata().packages {
        let name = short(&package.name);
        let allowed = below.get(name.as_str()).copied().unwrap_or_default();
        for used in dependencies(package).filter(|it| it.starts_with("relance-")) {
            assert!(allowed.contains(&short(used).as_str()), "{name} may not use {used}");
        }
    }
}

/// Crates that touch the world: the disk, the network, the clock, threads.
const WORLDLY: [&str; 7] =
    ["tokio", "hyper", "reqwest", "rusqlite", "jiff", "tempfile", "cargo_metadata"];

/// The same in the standard library.
const WORLDLY_MODULES: [&str; 7] = [
    "std::fs",
    "std::net::Tcp",
    "std::net::Udp",
    "std::env::",
    "std::thread",
    "std::process",
    "SystemTime",
];

#[test]
fn the_core_does_not_touch_the_world() {
    for name in ["diagnostics", "model", "validator"] {
        let metadata = metadata();
        let package = metadata.packages.iter().find(|it| short(&it.name) == name).unwrap();
        let worldly = dependencies(package).find(|used| WORLDLY.contains(used));
        assert_eq!(worldly, None, "{name}");
        let sources = relance_samples::repository::files().into_iter();
        for file in sources.filter(|it| it.starts_with(format!("crates/{name}/src"))) {
            let text = fs::read_to_string(at(file.to_str().unwrap())).unwrap();
            // A file of tests may read its fixtures.
            let text = text.split("#[cfg(test)]").next().unwrap_or_default();
            let is_test = file.file_stem().is_some_and(|stem| stem == "tests");
            let worldly = WORLDLY_MODULES.iter().find(|it| text.contains(**it) && !is_test);
            assert_eq!(worldly, None, "{}", file.display());
        }
    }
}
