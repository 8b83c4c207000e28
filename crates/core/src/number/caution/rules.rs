//! What an administrator decides about dialling: which countries are usual, what else asks, rules by prefix.

use super::CautionKind;
use crate::number::territory::MAX_DIGITS;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use thiserror::Error;
use ts_rs::TS;

/// Digits of the longest internal number there may be.
const LONGEST_INTERNAL: usize = 10;

/// What is asked before dialling, besides what always is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DialRules {
    /// These ask, too; the others that ask always do.
    pub also_ask: BTreeSet<CautionKind>,
    /// ISO 3166; the home country is usual without being named. `None`: those of its part of the world
    /// ([`usual_from`](super::usual_from)).
    pub usual_countries: Option<BTreeSet<String>>,
    /// The one with the longest prefix decides.
    pub rules: Vec<DialRule>,
}

/// What is done with numbers that begin like this.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DialRule {
    prefix: String,
    act: RuleAct,
    name: Option<String>,
}

/// What a rule does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum RuleAct {
    /// Asked for before it is dialled.
    Ask,
    /// Dialled by nobody.
    Refuse,
    /// Dialled without asking, whatever there is to know of it.
    Call,
}

/// A prefix that no number begins with.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "“{0}” begins no number: give + with the country code and further digits (+3690), or the first digits of internal \
     numbers (7)"
)]
pub struct BadPrefix(pub String);

impl DialRule {
    /// A rule for `+3690` (numbers of the world) or `7` (internal numbers). `name` is what people read of it.
    pub fn new(prefix: impl Into<String>, act: RuleAct, name: Option<String>) -> Result<Self, BadPrefix> {
        let prefix = prefix.into();
        let (digits, most) = match prefix.strip_prefix('+') {
            Some(digits) => (digits, MAX_DIGITS),
            None => (prefix.as_str(), LONGEST_INTERNAL),
        };
        // No country code begins with 0; and 0036 is +36, which a rule writes so.
        let forbidden = if most == MAX_DIGITS { "0" } else { "00" };
        let is_one = (1..=most).contains(&digits.len())
            && digits.bytes().all(|b| b.is_ascii_digit())
            && !digits.starts_with(forbidden);
        if is_one { Ok(Self { prefix, act, name }) } else { Err(BadPrefix(prefix)) }
    }

    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    pub fn act(&self) -> RuleAct {
        self.act
    }

    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }
}

impl DialRules {
    /// The rule for a number that is written in each of these ways.
    pub(super) fn rule_for<'r>(&'r self, written: &[&str]) -> Option<&'r DialRule> {
        let begins = |rule: &&DialRule| written.iter().any(|number| number.starts_with(&rule.prefix));
        self.rules.iter().filter(begins).max_by_key(|rule| rule.prefix.trim_start_matches('+').len())
    }

    pub(super) fn is_usual(&self, country: &str, home: &str) -> bool {
        match &self.usual_countries {
            _ if country == home => true,
            Some(usual) => usual.contains(country),
            None => super::usual_from(home).contains(&country),
        }
    }
}
