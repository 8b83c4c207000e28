//! Which codes a call may end with.

use super::{CodeTree, MOST_CODES, TreeCode};
use crate::campaign::{CodeList, DispositionCode};
use crate::fold;
use serde::{Deserialize, Serialize};

/// `[[wrap_up.codes]]`: codes for some calls, instead of the account's own. Without `campaigns`, `queues` and `lines`
/// they are for every call that has none of its own.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TreeSettings {
    /// Ids of campaigns.
    pub campaigns: Vec<String>,
    /// Queues or skills, as the telephone system names them.
    pub queues: Vec<String>,
    /// Called lines: their names, or their numbers as in `[[line]]`.
    pub lines: Vec<String>,
    /// `[[wrap_up.codes.code]]`
    #[serde(rename = "code")]
    pub codes: Vec<TreeCode>,
    /// Behind every code that has no second level of its own.
    pub second: Vec<DispositionCode>,
    pub second_required: bool,
}

/// What is done with an account's list of second codes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecondCodeUse {
    /// One must be chosen, where there are any: systems that use them refuse a code without.
    #[default]
    Required,
    Optional,
    /// The operation does not use them, though the account lists some.
    Off,
}

/// What a call is about, as far as its codes depend on it.
#[derive(Debug, Clone, Copy, Default)]
pub struct CodesFor<'a> {
    /// The account that would be told the code: the record's, or the telephone system's.
    pub account: Option<&'a str>,
    pub campaign: Option<&'a str>,
    pub queue: Option<&'a str>,
    pub line: Option<&'a str>,
    /// The called number, in E.164 or as an extension.
    pub line_number: Option<&'a str>,
}

/// All codes there are: those of the settings, and what each account last said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CodeBook {
    trees: Vec<TreeSettings>,
    lists: Vec<CodeList>,
    second: SecondCodeUse,
}

impl CodeBook {
    pub fn new(trees: Vec<TreeSettings>, second: SecondCodeUse) -> Self {
        Self { trees, lists: Vec::new(), second }
    }

    /// Nobody could be offered a code.
    pub fn is_empty(&self) -> bool {
        self.trees.is_empty() && self.lists.iter().all(|list| list.first.is_empty())
    }

    /// Takes what an account says now; the list it said before is forgotten.
    pub fn take_list(&mut self, list: CodeList) {
        self.lists.retain(|known| known.account != list.account);
        self.lists.push(list);
    }

    /// Keeps the accounts' lists and takes other settings.
    pub fn adopt(&mut self, trees: Vec<TreeSettings>, second: SecondCodeUse) {
        self.trees = trees;
        self.second = second;
    }

    /// The codes for a call: the settings' for its campaign, else its queue, else its line, else for every call; where
    /// they say nothing the account's own list, or the only list there is. Empty where there are none at all.
    pub fn tree_for(&self, call: CodesFor<'_>) -> CodeTree {
        let by = |wanted: Option<&str>, names: fn(&TreeSettings) -> &Vec<String>| {
            wanted.and_then(|wanted| self.trees.iter().find(|tree| names(tree).iter().any(|name| same(name, wanted))))
        };
        let for_all = || {
            self.trees.iter().find(|tree| {
                tree.campaigns.is_empty() && tree.queues.is_empty() && tree.lines.is_empty() && !tree.codes.is_empty()
            })
        };
        let chosen = by(call.campaign, |tree| &tree.campaigns)
            .or_else(|| by(call.queue, |tree| &tree.queues))
            .or_else(|| by(call.line, |tree| &tree.lines))
            .or_else(|| by(call.line_number, |tree| &tree.lines))
            .or_else(for_all);
        match chosen {
            Some(tree) => CodeTree {
                first: tree.codes.clone(),
                second: tree.second.clone(),
                second_required: tree.second_required,
            }
            .tidied(),
            None => self.list_for(call.account).map(|list| of_list(list, self.second)).unwrap_or_default(),
        }
    }

    fn list_for(&self, account: Option<&str>) -> Option<&CodeList> {
        let named = account.and_then(|account| self.lists.iter().find(|list| list.account == account));
        named.or(match self.lists.as_slice() {
            [only] => Some(only),
            _ => None,
        })
    }
}

fn of_list(list: &CodeList, second: SecondCodeUse) -> CodeTree {
    let first = list
        .first
        .iter()
        .take(MOST_CODES)
        .map(|code| TreeCode { code: code.code.clone(), label: code.label.clone(), ..TreeCode::default() })
        .collect();
    let (codes, second_required) = match second {
        SecondCodeUse::Required => (list.second.clone(), true),
        SecondCodeUse::Optional => (list.second.clone(), false),
        SecondCodeUse::Off => (Vec::new(), false),
    };
    CodeTree { first, second: codes, second_required }.tidied()
}

/// Names are compared as people read them, numbers by their digits.
fn same(written: &str, wanted: &str) -> bool {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let is_number = |text: &str| text.starts_with('+') && !text.chars().any(char::is_alphabetic);
    if is_number(written) && is_number(wanted) {
        return digits(written) == digits(wanted);
    }
    written.trim() == wanted.trim() || {
        let words = fold::words(written);
        !words.is_empty() && words == fold::words(wanted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Timestamp,
        codes::tests::{code, second},
    };

    fn tree(name: &str) -> TreeSettings {
        TreeSettings { codes: vec![code(name)], ..TreeSettings::default() }
    }

    fn list(account: &str) -> CodeList {
        CodeList {
            account: account.into(),
            first: vec![second(&format!("of {account}"))],
            second: vec![second("2")],
            fetched_at: Timestamp(0),
        }
    }

    fn first(tree: &CodeTree) -> Option<&str> {
        tree.first.first().map(|code| code.code.as_str())
    }

    #[test]
    fn the_campaign_goes_before_the_queue_the_line_and_the_rest() {
        let named = |names: &str| vec![names.to_owned()];
        let mut book = CodeBook::new(
            vec![
                tree("all"),
                TreeSettings { lines: vec!["Sales (HU)".into(), "+36 1 234 5678".into()], ..tree("line") },
                TreeSettings { queues: named("Ventas"), ..tree("queue") },
                TreeSettings { campaigns: named("12"), ..tree("campaign") },
            ],
            SecondCodeUse::Required,
        );
        book.take_list(list("wolkvox"));
        let call = CodesFor {
            account: Some("wolkvox"),
            campaign: Some("12"),
            queue: Some("VENTAS"),
            line: Some("sales hu"),
            line_number: None,
        };
        let table = [
            (call, "campaign"),
            (CodesFor { campaign: Some("13"), ..call }, "queue"),
            (CodesFor { campaign: None, queue: None, ..call }, "line"),
            (CodesFor { line_number: Some("+3612345678"), ..CodesFor::default() }, "line"),
            (CodesFor { line: Some("Support"), ..CodesFor::default() }, "all"),
        ];
        for (call, expected) in table {
            assert_eq!(first(&book.tree_for(call)), Some(expected), "{call:?}");
        }
    }

    #[test]
    fn where_the_settings_say_nothing_it_is_the_accounts_list() {
        let mut book = CodeBook::default();
        assert!(book.tree_for(CodesFor::default()).is_empty());
        book.take_list(list("a"));
        let tree = book.tree_for(CodesFor::default());
        assert_eq!(first(&tree), Some("of a"), "the only list there is");
        assert!(tree.needs_second(&tree.first[0]));

        book.take_list(list("b"));
        assert!(book.tree_for(CodesFor::default()).is_empty(), "which of the two?");
        assert_eq!(first(&book.tree_for(CodesFor { account: Some("b"), ..CodesFor::default() })), Some("of b"));

        book.adopt(Vec::new(), SecondCodeUse::Off);
        let tree = book.tree_for(CodesFor { account: Some("b"), ..CodesFor::default() });
        assert!(tree.second.is_empty() && !tree.needs_second(&tree.first[0]));
    }

    #[test]
    fn what_an_account_says_replaces_what_it_said_before() {
        let mut book = CodeBook::default();
        book.take_list(list("a"));
        book.take_list(CodeList { first: vec![second("new")], ..list("a") });
        assert_eq!(first(&book.tree_for(CodesFor::default())), Some("new"));
    }
}
