//! What an agent should know of a number before it is dialled: emergency, premium, satellite, another country.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Something to know of a number before it is dialled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Caution {
    pub kind: CautionKind,
    /// Which country it is about (ISO 3166); absent: none, or all of them.
    pub country: Option<String>,
    /// A rule's own words for it, where a rule has some.
    pub name: Option<String>,
    /// Whether somebody has to say yes before it is dialled; otherwise it is only said.
    pub asks: bool,
}

/// What there is to know of a number. The user interface has words for every one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum CautionKind {
    /// Police, ambulance, fire: always asked for, and forbidden by no rule.
    Emergency,
    /// Costs more than a call to its country does.
    Premium,
    /// The caller pays a part of it.
    SharedCost,
    /// A satellite telephone or a network of no country: among the dearest there are.
    Satellite,
    /// Another country than the home one: said, not asked.
    International,
    /// A country that is not called from here as a rule.
    UnusualCountry,
    /// A rule of the settings; the caution's name has its words.
    Rule,
}
