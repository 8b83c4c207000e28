//! The outcomes an agent can choose from, as a tree of two levels: first code, second code.
//!
//! A tree comes from the settings, for a campaign, a queue or a line, and where they say nothing from the account's own
//! [`CodeList`]. Everything here is pure: which tree, and which number key.
//!
//! Start reading at [`CodeBook::tree_for`].

mod book;

pub use book::{CodeBook, CodesFor, SecondCodeUse, TreeSettings};

use crate::campaign::DispositionCode;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Codes of one level; what comes after is left out. More than anybody can choose from.
pub const MOST_CODES: usize = 500;

/// The codes a wrap-up offers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct CodeTree {
    pub first: Vec<TreeCode>,
    /// Offered behind every first code that has none of its own, as where an account keeps one list for all.
    pub second: Vec<DispositionCode>,
    /// Whether one of `second` must be chosen.
    pub second_required: bool,
}

/// A code of the first level.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct TreeCode {
    pub code: String,
    /// For people; empty in settings: the code itself.
    pub label: String,
    /// The number key that chooses it, 1 to 9. Absent in settings: the next free one, for the first nine.
    pub key: Option<u8>,
    /// Its own second level; empty: the tree's.
    pub second: Vec<DispositionCode>,
    /// Whether one of its own second codes must be chosen.
    pub second_required: bool,
    /// Without a comment it cannot be saved.
    pub comment_required: bool,
    /// It says that the customer must not be called again.
    pub do_not_call: bool,
    /// It needs a moment and a number to call back.
    pub call_back: bool,
}

impl CodeTree {
    /// A tree as it is offered: bounded, without empty or repeated codes, with labels and number keys.
    pub fn tidied(mut self) -> Self {
        self.first.retain(|code| !code.code.trim().is_empty());
        unique(&mut self.first, |code| &code.code);
        tidy_codes(&mut self.second);
        for code in &mut self.first {
            if code.label.trim().is_empty() {
                code.label.clone_from(&code.code);
            }
            tidy_codes(&mut code.second);
        }
        give_keys(&mut self.first);
        self
    }

    /// Nothing to choose from: no code is asked for.
    pub fn is_empty(&self) -> bool {
        self.first.is_empty()
    }

    pub fn find(&self, code: &str) -> Option<&TreeCode> {
        self.first.iter().find(|known| known.code == code)
    }

    /// The code of a number key.
    pub fn by_key(&self, key: u8) -> Option<&TreeCode> {
        self.first.iter().find(|code| code.key == Some(key))
    }

    /// What is offered behind a first code.
    pub fn second_of<'a>(&'a self, code: &'a TreeCode) -> &'a [DispositionCode] {
        if code.second.is_empty() { &self.second } else { &code.second }
    }

    /// Whether a first code is not enough.
    pub fn needs_second(&self, code: &TreeCode) -> bool {
        let required = if code.second.is_empty() { self.second_required } else { code.second_required };
        required && !self.second_of(code).is_empty()
    }
}

fn tidy_codes(codes: &mut Vec<DispositionCode>) {
    codes.retain(|code| !code.code.trim().is_empty());
    unique(codes, |code| &code.code);
    for code in codes {
        if code.label.trim().is_empty() {
            code.label.clone_from(&code.code);
        }
    }
}

/// The first of each stays.
fn unique<T>(codes: &mut Vec<T>, name: impl Fn(&T) -> &String) {
    let mut seen = std::collections::BTreeSet::new();
    codes.retain(|code| seen.len() < MOST_CODES && seen.insert(name(code).clone()));
}

/// Keys that the settings gave are theirs (the first of two that want the same); the others get what is left, in order.
fn give_keys(codes: &mut [TreeCode]) {
    let mut taken = [false; 10];
    for code in codes.iter_mut() {
        code.key = code.key.filter(|key| (1..=9).contains(key) && !std::mem::replace(&mut taken[*key as usize], true));
    }
    let mut free = (1..=9_u8).filter(|key| !taken[*key as usize]);
    for code in codes.iter_mut().filter(|code| code.key.is_none()) {
        code.key = free.next();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn code(name: &str) -> TreeCode {
        TreeCode { code: name.to_owned(), ..TreeCode::default() }
    }

    pub(super) fn second(name: &str) -> DispositionCode {
        DispositionCode { code: name.to_owned(), label: String::new() }
    }

    #[test]
    fn number_keys_are_those_of_the_settings_and_then_in_order() {
        let mut codes: Vec<TreeCode> = ["a", "b", "c", "d"].map(code).into();
        codes[1].key = Some(1);
        codes[2].key = Some(1);
        codes[3].key = Some(0);
        let tree = CodeTree { first: codes, ..CodeTree::default() }.tidied();
        let keys: Vec<Option<u8>> = tree.first.iter().map(|code| code.key).collect();
        assert_eq!(keys, [Some(2), Some(1), Some(3), Some(4)]);
        assert_eq!(tree.by_key(1).map(|code| code.code.as_str()), Some("b"));
        assert_eq!(tree.by_key(9), None);
    }

    #[test]
    fn the_tenth_code_has_no_key() {
        let first = (0..12).map(|n| code(&n.to_string())).collect();
        let tree = CodeTree { first, ..CodeTree::default() }.tidied();
        assert_eq!(tree.first.iter().filter(|code| code.key.is_some()).count(), 9);
        assert_eq!(tree.first[9].key, None);
    }

    #[test]
    fn empty_and_repeated_codes_are_left_out_and_labels_filled_in() {
        let first = vec![code("1"), code(" "), code("1"), TreeCode { label: "Sold".into(), ..code("2") }];
        let tree = CodeTree { first, second: vec![second("x"), second("x")], ..CodeTree::default() }.tidied();
        let labels: Vec<&str> = tree.first.iter().map(|code| code.label.as_str()).collect();
        assert_eq!(labels, ["1", "Sold"]);
        assert_eq!(tree.second.len(), 1);
        assert_eq!(tree.second[0].label, "x");
    }

    #[test]
    fn a_second_level_of_its_own_goes_before_the_trees() {
        let own = TreeCode { second: vec![second("own")], ..code("1") };
        let tree = CodeTree { first: vec![own, code("2")], second: vec![second("all")], second_required: true };
        assert_eq!(tree.second_of(&tree.first[0])[0].code, "own");
        assert!(!tree.needs_second(&tree.first[0]), "its own level is not required");
        assert_eq!(tree.second_of(&tree.first[1])[0].code, "all");
        assert!(tree.needs_second(&tree.first[1]));
        let none = CodeTree { first: vec![code("1")], second_required: true, ..CodeTree::default() };
        assert!(!none.needs_second(&none.first[0]), "what does not exist cannot be required");
    }

    #[test]
    fn endless_lists_are_cut() {
        let first = (0..100_000).map(|n| code(&n.to_string())).collect();
        assert_eq!(CodeTree { first, ..CodeTree::default() }.tidied().first.len(), MOST_CODES);
    }
}
