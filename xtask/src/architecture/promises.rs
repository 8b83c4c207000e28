//! `docs/security.md` names the test that holds each promise: each of them has to be there.

use super::{Findings, tree};
use crate::checkout::Checkout;
use std::{collections::BTreeSet, fs};

const PROMISES: &str = "docs/security.md";

pub fn check(checkout: &Checkout, findings: &mut Findings) -> Result<(), String> {
    let path = checkout.path(PROMISES);
    let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let mut files = Vec::new();
    tree::walk(checkout.root(), &mut files)?;
    files.retain(|file| file.extension().is_some_and(|ending| ending == "rs"));
    let sources: Vec<String> = files.iter().filter_map(|file| fs::read_to_string(file).ok()).collect();
    for name in tests_named(&text) {
        if !sources.iter().any(|source| source.contains(&format!("fn {name}("))) {
            findings.problem(format!("{PROMISES} names the test {name}, and there is none"));
        }
    }
    Ok(())
}

/// Words in backquotes that are a sentence: names of tests.
fn tests_named(text: &str) -> BTreeSet<&str> {
    let quoted = text.split('`').skip(1).step_by(2);
    let is_test = |word: &&str| {
        word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
            && word.bytes().filter(|byte| *byte == b'_').count() >= 3
    };
    quoted.filter(is_test).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_in_backquotes_is_a_test() {
        let text = "Told: `what_is_told_is_so`, not `trusted_proxies`, `docs/x.md` or `Fifteen links in one`.";
        assert_eq!(tests_named(text), BTreeSet::from(["what_is_told_is_so"]));
    }
}
