//! From what is written in the settings to what the number reader and the routing need.

use super::{AgentSettings, Dialling, HubSettings, LineSettings, Locale, Numbers, Settings, places::system_country};
use crate::Agent;
use ringcard_core::{
    call::AgentId,
    number::{DialPlan, NotANumber, NotListed, NumberList, Party, UnknownCountry},
};
use std::{collections::BTreeMap, time::Duration};
use thiserror::Error;

/// A number in the settings that cannot be read. [`Settings::load`] reports it with its line already.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BadNumbers {
    #[error(transparent)]
    Country(#[from] UnknownCountry),
    #[error("“{written}” is no phone number: {reason}")]
    Number { written: String, reason: NotANumber },
    #[error(transparent)]
    Listed(#[from] NotListed),
}

/// What a hub needs to know of numbers and people.
#[derive(Debug, Clone)]
pub struct Directions {
    pub plan: DialPlan,
    pub agents: Vec<Agent>,
    /// Names of called lines, by E.164 or internal digits.
    pub line_names: BTreeMap<String, String>,
    /// Within what time who was missed there should be called back, by the same.
    pub call_back_within: BTreeMap<String, Duration>,
}

impl Locale {
    /// The country by which a number without `+` is read: as set, else the system's, else Hungary.
    pub fn country(&self) -> String {
        let usable = |country: &String| DialPlan::new(country).is_ok();
        self.country.clone().or_else(|| system_country().filter(usable)).unwrap_or_else(|| "HU".to_owned())
    }
}

impl AgentSettings {
    /// The agent's identity; one who has not said a name is `agent`.
    pub fn id(&self) -> AgentId {
        AgentId(if self.name.is_empty() { "agent".to_owned() } else { self.name.clone() })
    }
}

impl Settings {
    pub fn dial_plan(&self) -> Result<DialPlan, BadNumbers> {
        plan(&self.locale, &self.numbers, &self.dialling, &self.lines)
    }

    /// Dial plan, the one agent, and the names of lines.
    pub fn directions(&self) -> Result<Directions, BadNumbers> {
        directions(&self.locale, &self.numbers, &self.dialling, &self.lines, std::slice::from_ref(&self.agent))
    }
}

impl HubSettings {
    pub fn dial_plan(&self) -> Result<DialPlan, BadNumbers> {
        plan(&self.locale, &self.numbers, &self.dialling, &self.lines)
    }

    /// Dial plan, agents, and the names of lines.
    pub fn directions(&self) -> Result<Directions, BadNumbers> {
        directions(&self.locale, &self.numbers, &self.dialling, &self.lines, &self.agents)
    }
}

/// The plan by which the settings' own numbers are read: all but which of them are ours.
pub(super) trait Reading {
    fn reading_plan(&self) -> Result<DialPlan, UnknownCountry>;
}

impl Reading for Settings {
    fn reading_plan(&self) -> Result<DialPlan, UnknownCountry> {
        reading_plan(&self.locale, &self.numbers)
    }
}

impl Reading for HubSettings {
    fn reading_plan(&self) -> Result<DialPlan, UnknownCountry> {
        reading_plan(&self.locale, &self.numbers)
    }
}

fn reading_plan(locale: &Locale, numbers: &Numbers) -> Result<DialPlan, UnknownCountry> {
    let plan = DialPlan::new(&locale.country())?
        .with_internal(numbers.internal_min..=numbers.internal_max)
        .with_hidden_words(numbers.hidden_words.iter().cloned());
    Ok(match &numbers.outside_prefix {
        Some(prefix) => plan.with_outside_prefix(prefix.clone()),
        None => plan,
    })
}

fn plan(
    locale: &Locale,
    numbers: &Numbers,
    dialling: &Dialling,
    lines: &[LineSettings],
) -> Result<DialPlan, BadNumbers> {
    let plan = reading_plan(locale, numbers)?;
    let ours = numbers.own.iter().chain(lines.iter().map(|line| &line.number));
    let own = ours.map(|written| party(&plan, written)).collect::<Result<Vec<_>, _>>()?;
    let mut private = NumberList::default();
    for written in &numbers.private {
        private.take(&plan, written)?;
    }
    Ok(plan.with_own(own).with_rules(dialling.rules()).with_private(private))
}

fn directions(
    locale: &Locale,
    numbers: &Numbers,
    dialling: &Dialling,
    lines: &[LineSettings],
    agents: &[AgentSettings],
) -> Result<Directions, BadNumbers> {
    let plan = plan(locale, numbers, dialling, lines)?;
    let mut people = Vec::with_capacity(agents.len());
    for agent in agents {
        let own = agent.lines.iter().map(|line| party(&plan, line)).collect::<Result<_, _>>()?;
        people.push(Agent { id: agent.id(), extension: agent.extension.clone(), lines: own });
    }
    let (mut line_names, mut call_back_within) = (BTreeMap::new(), BTreeMap::new());
    for line in lines {
        let number = party(&plan, &line.number)?;
        if let Some(key) = line_key(&number) {
            let within = line.call_back_within_minutes.map(|minutes| Duration::from_secs(u64::from(minutes) * 60));
            call_back_within.extend(within.map(|within| (key.clone(), within)));
            line_names.insert(key, line.name.clone());
        }
        for person in people.iter_mut().filter(|person| line.is_answered_by(person)) {
            if !person.lines.contains(&number) {
                person.lines.push(number.clone());
            }
        }
    }
    Ok(Directions { plan, agents: people, line_names, call_back_within })
}

impl LineSettings {
    fn is_answered_by(&self, agent: &Agent) -> bool {
        self.agents.iter().any(|named| *named == agent.id.0 || Some(named) == agent.extension.as_ref())
    }
}

/// A called number as lines are known by.
pub(crate) fn line_key(number: &Party) -> Option<String> {
    match number {
        Party::Outside(number) => Some(number.e164.clone()),
        Party::Internal { digits } => Some(digits.clone()),
        Party::Hidden | Party::Unreadable { .. } => None,
    }
}

/// Our own numbers are taken even where the reader would ask before dialling them: a person wrote them down.
fn party(plan: &DialPlan, written: &str) -> Result<Party, BadNumbers> {
    plan.read(written)
        .map(|reading| reading.party)
        .map_err(|reason| BadNumbers::Number { written: written.to_owned(), reason })
}
