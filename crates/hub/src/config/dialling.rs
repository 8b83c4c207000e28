//! `[dialling]`: what is asked before a number is dialled, besides what always is.

use super::{
    change::{list, put, set, tables, text, word},
    check::{closest, rows},
    schema::MAX_ITEMS,
};
use ringcard_core::number::{CautionKind, DialRule, DialRules, RuleAct};
use serde::{Deserialize, Deserializer, Serialize};
use std::{collections::BTreeSet, ops::Range};
use toml_edit::{DocumentMut, Item, Table, TableLike, Value};
use ts_rs::TS;

/// Kinds that ask where the administrator wants it; the others always do.
pub(super) const ALSO_ASK: [&str; 2] = ["shared_cost", "international"];
const ACTS: [&str; 3] = ["ask", "refuse", "call"];
const KEYS: [&str; 3] = ["prefix", "do", "name"];
/// A rule's words stand in a line of the card.
const LONGEST_NAME: usize = 80;

/// `[dialling]`
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Dialling {
    /// Of [`ALSO_ASK`].
    pub also_ask: Vec<CautionKind>,
    /// ISO 3166; absent: those of the home country's part of the world.
    pub usual_countries: Option<Vec<String>>,
    /// `[[dialling.rule]]`
    #[serde(rename = "rule")]
    pub rules: Vec<DiallingRule>,
}

/// `[[dialling.rule]]`: what is done with numbers that begin like this.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct DiallingRule {
    /// `+3690`, or the first digits of internal numbers.
    pub prefix: String,
    #[serde(rename = "do")]
    pub act: RuleAct,
    /// What people read of it.
    #[serde(default)]
    pub name: Option<String>,
}

/// A change of `[dialling]`: only what is given is changed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default, deny_unknown_fields)]
#[ts(optional_fields)]
pub struct DiallingPatch {
    pub also_ask: Option<Vec<CautionKind>>,
    /// `null`: those of the home country's part of the world.
    #[serde(deserialize_with = "given")]
    pub usual_countries: Option<Option<Vec<String>>>,
    /// All rules: those left out are gone.
    pub rules: Option<Vec<DiallingRule>>,
}

fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(value: D) -> Result<Option<Option<T>>, D::Error> {
    Option::<T>::deserialize(value).map(Some)
}

impl Dialling {
    /// As the number reader takes them. A prefix that begins no number was refused with the file.
    pub fn rules(&self) -> DialRules {
        let upper = |countries: &Vec<String>| countries.iter().map(|country| country.to_ascii_uppercase()).collect();
        let rule = |rule: &DiallingRule| DialRule::new(rule.prefix.clone(), rule.act, rule.name.clone()).ok();
        DialRules {
            also_ask: self.also_ask.iter().copied().collect(),
            usual_countries: self.usual_countries.as_ref().map(upper),
            rules: self.rules.iter().filter_map(rule).collect(),
        }
    }
}

type Say<'a> = &'a mut dyn FnMut(Option<Range<usize>>, String);

/// Looks at all rules; `say` is told what is wrong, and where.
pub(super) fn check_rules(item: &Item, say: Say<'_>) {
    const PLACE: &str = "[[dialling.rule]]";
    let Some(rules) = rows(item) else {
        return say(item.span(), format!("`dialling.rule` is a list of tables: write {PLACE}"));
    };
    if rules.len() > MAX_ITEMS {
        return say(item.span(), format!("there are {} {PLACE} tables, and {MAX_ITEMS} is the most", rules.len()));
    }
    let mut seen = BTreeSet::new();
    for (rule, span) in rules {
        for (name, _) in rule.iter().filter(|(name, _)| !KEYS.contains(name)) {
            let hint = match closest(name, KEYS.into_iter()) {
                Some(close) => format!("did you mean `{close}`?"),
                None => "known are `prefix`, `do`, `name`".to_owned(),
            };
            say(rule.key(name).and_then(toml_edit::Key::span), format!("{PLACE} has no key `{name}`: {hint}"));
        }
        match rule.get("prefix") {
            None => say(span.clone(), format!("{PLACE} needs `prefix = \"+3690\"`")),
            Some(item) => match item.as_str().map(|prefix| DialRule::new(prefix, RuleAct::Ask, None)) {
                None => say(item.span(), "`prefix` must be text in quotation marks, such as \"+3690\"".to_owned()),
                Some(Err(bad)) => say(item.span(), format!("`prefix`: {bad}")),
                Some(Ok(rule)) if !seen.insert(rule.prefix().to_owned()) => {
                    say(item.span(), format!("there is another rule for {}: one is enough", rule.prefix()));
                }
                Some(Ok(_)) => {}
            },
        }
        match rule.get("do") {
            None => say(span.clone(), format!("{PLACE} needs `do = \"ask\"`, \"refuse\" or \"call\"")),
            Some(item) if !item.as_str().is_some_and(|act| ACTS.contains(&act)) => {
                say(item.span(), super::value::wants_choice("do", item, &ACTS));
            }
            Some(_) => {}
        }
        let name = rule.get("name");
        let is_good = |item: &Item| {
            item.as_str()
                .is_some_and(|text| text.chars().count() <= LONGEST_NAME && !text.chars().any(char::is_control))
        };
        if let Some(item) = name.filter(|item| !is_good(item)) {
            say(item.span(), format!("`name` must be one line of text, at most {LONGEST_NAME} characters"));
        }
    }
}

/// Internal numbers are only so long: a longer prefix without + was meant for numbers of the world, and would be for none.
pub(super) fn check_lengths(root: &dyn TableLike, longest: i64, say: Say<'_>) {
    let rules = root.get("dialling").and_then(Item::as_table_like).and_then(|dialling| dialling.get("rule"));
    for (rule, _) in rules.and_then(rows).unwrap_or_default() {
        let Some(item) = rule.get("prefix") else { continue };
        // What begins no number is said already.
        let good = |prefix: &&str| !prefix.starts_with('+') && DialRule::new(*prefix, RuleAct::Ask, None).is_ok();
        let digits = item.as_str().filter(good).unwrap_or_default();
        if i64::try_from(digits.len()).unwrap_or(i64::MAX) > longest {
            let message = format!(
                "`prefix` has {} digits, and internal numbers have at most {longest} (internal_max): give + and the \
                 country code for numbers of the world, such as \"+3690\"",
                digits.len()
            );
            say(item.span(), message);
        }
    }
}

/// Changes what the patch names.
pub(super) fn apply(document: &mut DocumentMut, patch: &DiallingPatch) {
    if let Some(kinds) = &patch.also_ask {
        let kinds: toml_edit::Array = kinds.iter().map(word).collect();
        set(document, "dialling", "also_ask", Some(Value::Array(kinds)));
    }
    if let Some(countries) = &patch.usual_countries {
        set(document, "dialling", "usual_countries", countries.as_deref().map(list));
    }
    if let Some(rules) = &patch.rules {
        set_rules(document, rules);
    }
}

/// The rules as they shall be; those that stay keep their comments and their place.
fn set_rules(document: &mut DocumentMut, wanted: &[DiallingRule]) {
    if wanted.is_empty() {
        if let Some(dialling) = document.get_mut("dialling").and_then(Item::as_table_like_mut) {
            dialling.remove("rule");
        }
        return;
    }
    let implicit = || {
        // Of a table with nothing but rules no header is written.
        let mut table = Table::new();
        table.set_implicit(true);
        Item::Table(table)
    };
    let dialling = document.entry("dialling").or_insert_with(implicit);
    let Some(rows) = dialling.as_table_like_mut().and_then(|dialling| tables(dialling, "rule")) else { return };
    let prefix_of = |row: &Table| row.get("prefix").and_then(Item::as_str).map(str::to_owned);
    rows.retain(|row| wanted.iter().any(|rule| Some(rule.prefix.trim()) == prefix_of(row).as_deref()));
    for rule in wanted {
        let prefix = rule.prefix.trim();
        let known = rows.iter().position(|row| prefix_of(row).as_deref() == Some(prefix));
        let at = known.unwrap_or_else(|| {
            rows.push(Table::new());
            rows.len() - 1
        });
        let Some(row) = rows.get_mut(at) else { continue };
        put(row, "prefix", prefix.into());
        put(row, "do", word(rule.act));
        match text(&rule.name) {
            Some(name) => put(row, "name", name),
            None => drop(row.remove("name")),
        }
    }
}
