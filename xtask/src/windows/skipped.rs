//! `xtask/windows/not-under-wine.toml`: the tests that Wine cannot run, each with the reason.

use crate::checkout::Checkout;
use std::fs;

/// One test, or all whose names begin so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skip {
    pub package: String,
    pub test: String,
    pub reason: String,
}

const FILE: &str = "xtask/windows/not-under-wine.toml";

pub fn read(checkout: &Checkout) -> Result<Vec<Skip>, String> {
    let path = checkout.path(FILE);
    match fs::read_to_string(&path) {
        Ok(text) => parse(&text).map_err(|problem| format!("{FILE}: {problem}")),
        // None are left out.
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(e) => Err(format!("{}: {e}", path.display())),
    }
}

fn parse(text: &str) -> Result<Vec<Skip>, String> {
    let table: toml::Table = text.parse().map_err(|e| format!("{e}"))?;
    if let Some(key) = table.keys().find(|key| *key != "skip") {
        return Err(format!("`{key}` is not known here, only [[skip]]"));
    }
    let entries = table.get("skip").and_then(toml::Value::as_array).map(Vec::as_slice).unwrap_or_default();
    entries.iter().map(entry).collect()
}

fn entry(entry: &toml::Value) -> Result<Skip, String> {
    let text = |key: &str| {
        let value = entry.get(key).and_then(toml::Value::as_str).map(str::trim);
        let value = value.filter(|value| !value.is_empty());
        value.map(str::to_owned).ok_or_else(|| format!("an entry has no `{key}`: {entry}"))
    };
    Ok(Skip { package: text("package")?, test: text("test")?, reason: text("reason")? })
}

/// Of the tests of a package's program, those that are left out, with the entry that says so.
pub fn left_out<'a>(skips: &'a [Skip], package: &str, tests: &[String]) -> Vec<(String, &'a Skip)> {
    let entry = |test: &String| {
        let by = skips.iter().find(|skip| skip.package == package && test.starts_with(&skip.test))?;
        Some((test.clone(), by))
    };
    tests.iter().filter_map(entry).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "[[skip]]\npackage = \"ringcard-hub\"\ntest = \"folder::\"\nreason = \"no access lists\"\n";

    #[test]
    fn a_test_is_left_out_by_its_name_or_the_beginning_of_it_in_its_package() {
        let skips = parse(TEXT).expect("it is right");
        let tests = ["folder::a", "folder::b", "the_folder::c"].map(str::to_owned);
        let names: Vec<String> = left_out(&skips, "ringcard-hub", &tests).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["folder::a", "folder::b"]);
        assert!(left_out(&skips, "ringcard-desk", &tests).is_empty());
    }

    #[test]
    fn an_entry_without_a_reason_is_refused() {
        let text = TEXT.replace("no access lists", " ");
        assert!(parse(&text).is_err_and(|problem| problem.contains("`reason`")));
        assert!(parse("[[leave]]\n").is_err());
        assert_eq!(parse(""), Ok(Vec::new()));
    }
}
