//! No code but a connector's own names whose system it is: everybody else asks for what a system can do.
//!
//! The names are read from the tree, so that a new system is looked for as soon as it is there. What may name one: the
//! connectors and the simulators, tests of all kinds, examples and benches (which need some system), fuzzing, data and
//! documents, and the words for people.

use super::{Findings, tree::walk};
use crate::checkout::Checkout;
use std::{collections::BTreeSet, fs, path::Path};

/// Where the described systems are, a file each.
const DESCRIBED: &str = "crates/connect/profiles";
/// Where the coded ones are: a folder each, with a file of its settings.
const CODED: &str = "crates/connect/src";
const SETTINGS: &str = "settings.toml";

/// Whose files may name a vendor, by the beginning of their paths.
const MAY_NAME: [&str; 7] =
    ["crates/connect/", "crates/sim/", "fuzz/", "tests/", "ui/src/i18n/", "xtask/src/bench/", "xtask/src/peers/"];
/// And by a folder anywhere in them.
const MAY_NAME_IN: [&str; 2] = ["/tests/", "/examples/"];

pub fn check(checkout: &Checkout, findings: &mut Findings) -> Result<(), String> {
    let names = names(checkout)?;
    if names.is_empty() {
        return Err(format!("no outside system was found in {DESCRIBED} and {CODED}: have they moved?"));
    }
    let mut files = Vec::new();
    walk(checkout.root(), &mut files)?;
    for file in files {
        let inside = file.strip_prefix(checkout.root()).unwrap_or(&file).to_string_lossy().replace('\\', "/");
        if !is_held_to_it(&inside) {
            continue;
        }
        let Ok(text) = fs::read_to_string(&file) else { continue };
        findings.problems.extend(named(&inside, &text, &names));
    }
    Ok(())
}

/// Ways to speak with a system that anybody may have: no vendor's names.
const ANYBODYS: [&str; 2] = ["rest", "webhook"];

/// What the systems of `connect` are called.
fn names(checkout: &Checkout) -> Result<BTreeSet<String>, String> {
    let entries = |folder: &str| {
        let path = checkout.path(folder);
        let entries = fs::read_dir(&path).map_err(|e| format!("{}: {e}", path.display()))?;
        Ok::<_, String>(entries.flatten().map(|entry| entry.path()).collect::<Vec<_>>())
    };
    let described = entries(DESCRIBED)?.into_iter().filter(|path| path.extension().is_some_and(|end| end == "toml"));
    let coded = entries(CODED)?.into_iter().filter(|path| path.join(SETTINGS).is_file());
    let name =
        |path: &Path| path.file_stem()?.to_str().map(vendor).filter(|name| !ANYBODYS.contains(name)).map(str::to_owned);
    Ok(described.chain(coded).filter_map(|path| name(&path)).collect())
}

/// `acme-rest` is a way to reach an Acme.
fn vendor(id: &str) -> &str {
    id.split('-').next().unwrap_or(id)
}

fn is_held_to_it(path: &str) -> bool {
    let is_code = [".rs", ".ts", ".svelte"].iter().any(|ending| path.ends_with(ending));
    let is_test = path.ends_with("/tests.rs") || path.ends_with(".test.ts");
    let may_name =
        MAY_NAME.iter().any(|begin| path.starts_with(begin)) || MAY_NAME_IN.iter().any(|in_| path.contains(in_));
    is_code && !is_test && !may_name
}

/// Every line that names a vendor; what follows `#[cfg(test)]` and a module is a test.
fn named(path: &str, text: &str, names: &BTreeSet<String>) -> Vec<String> {
    let shipped = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or(text);
    let lines = (1..).zip(shipped.lines());
    let problem = |(number, line): (usize, &str)| {
        let line = line.to_lowercase();
        let name = names.iter().find(|name| line.contains(name.as_str()))?;
        Some(format!("{path}:{number}: names {name}: ask for what a system can do (docs/connectors.md)"))
    };
    lines.filter_map(problem).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn acme() -> BTreeSet<String> {
        BTreeSet::from(["acme".to_owned()])
    }

    #[test]
    fn a_vendors_name_in_code_is_found_however_it_is_written() {
        let text = "fn a() {}\nuse ringcard_connect::acme::AcmeAccount;\n// as ACME does\n";
        let found = named("crates/hub/src/account.rs", text, &acme());
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].starts_with("crates/hub/src/account.rs:2: names acme"), "{found:?}");
    }

    #[test]
    fn tests_inside_a_file_may_name_one_and_what_stands_before_them_may_not() {
        let text = "fn a() {}\n\n#[cfg(test)]\nmod tests {\n    const CONNECTOR: &str = \"acme\";\n}\n";
        assert!(named("crates/hub/src/account.rs", text, &acme()).is_empty());
        assert_eq!(named("crates/hub/src/account.rs", &format!("const A: &str = \"acme\";\n{text}"), &acme()).len(), 1);
    }

    #[test]
    fn connectors_simulators_tests_data_and_words_may_name_one() {
        for may in [
            "crates/connect/src/acme/mod.rs",
            "crates/sim/src/acme.rs",
            "crates/hub/tests/outbox/main.rs",
            "crates/hub/src/outbox/store/tests.rs",
            "crates/hub/examples/outbox_bench.rs",
            "tests/e2e_outbox.rs",
            "ui/tests/settings/accounts.test.ts",
            "ui/src/i18n/en.ts",
            "ui/src/ipc/fake/kinds.json",
            "docs/connectors.md",
        ] {
            assert!(!is_held_to_it(may), "{may}");
        }
        for may_not in
            ["crates/hub/src/account.rs", "src-tauri/src/demo/mod.rs", "ui/src/main/App.svelte", "xtask/src/main.rs"]
        {
            assert!(is_held_to_it(may_not), "{may_not}");
        }
    }

    #[test]
    fn a_way_to_reach_a_system_has_the_systems_name() {
        assert_eq!((vendor("acme-rest"), vendor("acme")), ("acme", "acme"));
    }
}
