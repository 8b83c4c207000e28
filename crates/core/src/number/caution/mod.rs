//! What an agent should know of a number before it is dialled: emergency, premium, satellite, another country.
//!
//! What the numbering data say comes first; then the settings' rules make it ask, silence it or refuse it. An emergency
//! number always asks and is forbidden by nothing. Internal numbers are emergency numbers only where they are this
//! country's (or 112, 911, 999, unless that is a telephone of ours), with or without what gets an outside line. A number
//! behind which there are too many digits is judged by its beginning: that is whom a switch calls.

mod emergency;
mod region;
mod rules;

pub use region::usual_from;
pub use rules::{BadPrefix, DialRule, DialRules, RuleAct};

pub(super) use emergency::EVERYWHERE;

use super::{
    DialPlan, Party,
    outside::Home,
    territory::{self, Cost, Territory, Zone},
};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use ts_rs::TS;
use utoipa::ToSchema;

/// Something to know of a number before it is dialled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, ToSchema)]
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

/// All there is to know of a number.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cautions {
    /// The weightiest first.
    pub all: Vec<Caution>,
    /// A rule refuses the number.
    pub refused: bool,
}

impl Cautions {
    /// Whether somebody has to say yes before it is dialled.
    pub fn asks(&self) -> bool {
        self.all.iter().any(|caution| caution.asks)
    }
}

impl CautionKind {
    /// The weightiest is said first; a rule's words are the administrator's own.
    fn rank(self) -> u8 {
        match self {
            Self::Emergency => 0,
            Self::Rule => 1,
            Self::Premium => 2,
            Self::Satellite => 3,
            Self::UnusualCountry => 4,
            Self::SharedCost => 5,
            Self::International => 6,
        }
    }

    /// Whether it asks wherever no setting says anything.
    fn always_asks(self) -> bool {
        match self {
            Self::Emergency | Self::Rule | Self::Premium | Self::Satellite | Self::UnusualCountry => true,
            Self::SharedCost | Self::International => false,
        }
    }
}

impl DialPlan {
    /// What there is to know of a number before it is dialled from here.
    pub fn cautions(&self, party: &Party) -> Cautions {
        match party {
            Party::Outside(number) => match number.e164.strip_prefix('+').filter(|digits| is_digits(digits)) {
                Some(digits) => self.ruled(about(self, digits), &[&number.e164]),
                None => Cautions::default(),
            },
            Party::Internal { digits } if is_digits(digits) => self.of_internal(digits),
            Party::Internal { .. } | Party::Hidden | Party::Unreadable { .. } => Cautions::default(),
        }
    }

    fn of_internal(&self, digits: &str) -> Cautions {
        let home = self.home();
        if is_emergency(&home, digits, self.is_a_phone(digits)) {
            let country = home.territory.iso().map(str::to_owned);
            return Cautions { all: vec![Caution::natural(CautionKind::Emergency, country)], refused: false };
        }
        // A PBX that takes it for a number of the world calls that one.
        match home.clear_digits(digits).filter(|_| !self.is_a_phone(digits)) {
            Some(outside) => self.ruled(about(self, &outside), &[digits, &format!("+{outside}")]),
            None => self.ruled(Vec::new(), &[digits]),
        }
    }

    /// What the rules make of what there is to know; `written` are the forms that a rule's prefix may begin.
    fn ruled(&self, known: Vec<(CautionKind, Option<&str>)>, written: &[&str]) -> Cautions {
        let rules = self.rules_of_dialling();
        let rule = rules.rule_for(written);
        let mut cautions = Cautions::default();
        if let Some(rule) = rule.filter(|rule| rule.act() != RuleAct::Call) {
            cautions.refused = rule.act() == RuleAct::Refuse;
            cautions
                .all
                .push(Caution { name: rule.name().map(str::to_owned), ..Caution::natural(CautionKind::Rule, None) });
        }
        let silenced = rule.is_some_and(|rule| rule.act() == RuleAct::Call);
        cautions.all.extend(known.into_iter().map(|(kind, country)| Caution {
            asks: !silenced && (kind.always_asks() || rules.also_ask.contains(&kind)),
            ..Caution::natural(kind, country.map(str::to_owned))
        }));
        cautions.all.sort_by_key(|caution| caution.kind.rank());
        cautions
    }
}

impl Caution {
    fn natural(kind: CautionKind, country: Option<String>) -> Self {
        Self { kind, country, name: None, asks: kind.always_asks() }
    }
}

/// Whether digits without a plus call for help, perhaps behind what gets an outside line.
fn is_emergency(home: &Home, digits: &str, is_a_phone: bool) -> bool {
    let country = home.territory.iso();
    let line: String = home.outside_prefix.unwrap_or_default().chars().filter(char::is_ascii_digit).collect();
    let trunk = home.territory.trunk_prefix().filter(|trunk| trunk.starts_with('0')).unwrap_or_default();
    let prefixes = [line.as_str(), trunk, "0"];
    // Twice: the zero of an outside line, and one that belongs to no emergency number.
    let mut forms = vec![digits];
    for _ in 0..2 {
        let behind: Vec<&str> = forms
            .iter()
            .flat_map(|form| prefixes.iter().filter(|prefix| !prefix.is_empty()).filter_map(|p| form.strip_prefix(*p)))
            .collect();
        forms.extend(behind);
    }
    // `0036 112`: some networks take the country code off.
    let abroad = home.territory.strip_international(digits).or_else(|| digits.strip_prefix("00"));
    forms.extend(abroad.and_then(|abroad| abroad.strip_prefix(home.zone.code.to_string().as_str())));
    forms.iter().any(|form| emergency::is_one(country, form) || !is_a_phone && EVERYWHERE.contains(form))
}

/// What the numbering data say of a number, country code first.
fn about<'p>(plan: &'p DialPlan, digits: &str) -> Vec<(CautionKind, Option<&'p str>)> {
    let home = plan.home();
    let mut known = Vec::new();
    let Some((zone, national)) = territory::split(digits) else { return known };
    let (place, national) = reached(&home, zone, national);
    let country = place.iso();
    let cost = match (country, zone.code) {
        (None, NO_COUNTRY_PREMIUM) => Some(CautionKind::Premium),
        (None, NO_COUNTRY_SHARED) => Some(CautionKind::SharedCost),
        (None, NO_COUNTRY_FREE) => None,
        // +870, +881, +882, +883, +878 and what there may be besides: satellites and networks of no country.
        (None, _) => Some(CautionKind::Satellite),
        (Some(_), _) => match place.cost(&national) {
            Cost::Premium => Some(CautionKind::Premium),
            Cost::Shared => Some(CautionKind::SharedCost),
            Cost::Usual => None,
        },
    };
    known.extend(cost.map(|kind| (kind, country)));
    if let (Some(country), Some(at_home)) = (country, home.territory.iso())
        && country != at_home
    {
        let usual = plan.rules_of_dialling().is_usual(country, at_home);
        known.push((if usual { CautionKind::International } else { CautionKind::UnusualCountry }, Some(country)));
    }
    known
}

/// Numbers of no country, of which the caller pays all, a part, or nothing.
const NO_COUNTRY_PREMIUM: u16 = 979;
const NO_COUNTRY_SHARED: u16 = 808;
const NO_COUNTRY_FREE: u16 = 800;

/// Where a switch would put the call through to, and the national number there. What all countries of a zone share
/// (+1 800) is the home one's. A number that cannot exist is the one that it begins with, or else the one it begins.
fn reached<'d>(home: &Home<'_>, zone: &'static Zone, national: &'d str) -> (&'static Territory, Cow<'d, str>) {
    let place_of = |number: &str| {
        let is_at_home = zone.code == home.zone.code && home.territory.has(number);
        if is_at_home { Some(home.territory) } else { zone.locate(number) }
    };
    for beginning in (1..=national.len()).rev().filter_map(|length| national.get(..length)) {
        if let Some(place) = place_of(beginning) {
            return (place, beginning.into());
        }
    }
    for more in 1..=MOST_MISSING {
        let whole = format!("{national}{}", "1".repeat(more));
        if let Some(place) = place_of(&whole) {
            return (place, whole.into());
        }
    }
    (zone.likeliest(national), national.into())
}

/// So many digits may be missing for a number to be taken for the beginning of one.
const MOST_MISSING: usize = 4;

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}
