//! Which phones are there, as Asterisk tells of its endpoints.

use super::{fold::Names, wire::EndpointNow};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Mutex, PoisonError},
};

/// More endpoints than any Asterisk has.
const MOST: usize = 50_000;

/// Of every extension's endpoints, by technology, whether they are there.
#[derive(Debug)]
pub(super) struct Phones {
    names: Names,
    known: Mutex<BTreeMap<(String, String), Presence>>,
    /// Those away, as they were last told.
    told: Mutex<BTreeSet<String>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Presence {
    There,
    Away,
    /// Asterisk does not say; a phone at a fixed address.
    Unknown,
}

impl Phones {
    pub fn new(names: Names) -> Self {
        Self { names, known: Mutex::default(), told: Mutex::default() }
    }

    /// All there are.
    pub fn all(&self, endpoints: &[EndpointNow]) {
        self.forget();
        endpoints.iter().for_each(|endpoint| self.one(endpoint));
    }

    pub fn one(&self, endpoint: &EndpointNow) {
        let Some(extension) = self.names.extension(&endpoint.resource) else { return };
        let presence = match endpoint.state.as_deref() {
            Some("online") => Presence::There,
            Some("offline") => Presence::Away,
            _ => Presence::Unknown,
        };
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() < MOST {
            known.insert((extension, endpoint.technology.clone()), presence);
        }
    }

    /// Nothing is heard any more: what was known may be wrong.
    pub fn forget(&self) {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// The extensions of which surely no phone is registered, where it is others than last time.
    pub fn away_if_changed(&self) -> Option<BTreeSet<String>> {
        let mut by_extension: BTreeMap<String, bool> = BTreeMap::new();
        for ((extension, _), presence) in self.known.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            *by_extension.entry(extension.clone()).or_insert(true) &= *presence == Presence::Away;
        }
        let away = by_extension.into_iter().filter_map(|(extension, is_away)| is_away.then_some(extension)).collect();
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        (*told != away).then(|| {
            told.clone_from(&away);
            away
        })
    }

    /// Whether surely no phone of this extension is registered.
    pub fn is_away(&self, extension: &str) -> bool {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let from = (extension.to_owned(), String::new());
        let mut own = known.range(from..).take_while(|((of, _), _)| of == extension).map(|(_, presence)| *presence);
        own.next().is_some_and(|first| first == Presence::Away) && own.all(|presence| presence == Presence::Away)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ringcard_core::number::DialPlan;

    #[test]
    fn a_phone_is_away_where_every_endpoint_of_it_says_so() {
        let plan = DialPlan::new("CO").expect("a country");
        let phones = Phones::new(Names::new("PJSIP/{extension}", plan));
        let endpoint = |technology: &str, resource: &str, state: Option<&str>| EndpointNow {
            technology: technology.into(),
            resource: resource.into(),
            state: state.map(str::to_owned),
        };
        phones.all(&[
            endpoint("PJSIP", "101", Some("offline")),
            endpoint("PJSIP", "102", Some("offline")),
            endpoint("SIP", "102", Some("online")),
            endpoint("PJSIP", "103", None),
        ]);
        let away: Vec<&str> = ["101", "102", "103", "104"].into_iter().filter(|of| phones.is_away(of)).collect();
        assert_eq!(away, ["101"]);
        assert_eq!(phones.away_if_changed(), Some(BTreeSet::from(["101".to_owned()])));
        assert_eq!(phones.away_if_changed(), None, "it is told once");
        phones.one(&endpoint("PJSIP", "101", Some("online")));
        assert!(!phones.is_away("101"));
        phones.one(&endpoint("PJSIP", "101", Some("offline")));
        phones.forget();
        assert!(!phones.is_away("101"), "nobody knows");
        assert_eq!(phones.away_if_changed(), Some(BTreeSet::new()));
    }
}
