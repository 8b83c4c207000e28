//! What several systems say of one number, put together. Pure: nobody is asked.
//!
//! - The first source in the order with an exact match names the caller, if it has only one; several are a choice.
//! - A name that was shown stays: what comes later adds to it. Only *maybe* gives way.
//! - Linked customers are one choice, told as the first source calls them, with the best reason.
//! - Of two who are the only exact ones with the number, each in its system, and are called the same, a link is proposed.

use ringcard_core::{
    customer::{CustomerDetails, CustomerId, CustomerLink, Lookup, Match, MatchReason, MatchStrength},
    fold::words,
};
use std::collections::{BTreeMap, BTreeSet};

/// More than this nobody can choose from.
const MOST: usize = 20;

/// What is known so far.
pub(crate) struct Said<'a> {
    /// Every source, the directory among them.
    pub order: &'a [String],
    /// The directory's answer.
    pub directory: &'a Lookup,
    /// What other systems answered; nothing of those that are still asked, or did not answer.
    pub matches: &'a BTreeMap<&'a str, &'a [Match]>,
    /// Whether one is still asked.
    pub is_asking: bool,
    /// One that did not answer.
    pub unanswered: Option<&'a str>,
    pub links: &'a [&'a CustomerLink],
    /// Whom an agent chose for the number, where another system keeps them.
    pub remembered: Option<&'a CustomerId>,
    /// Of whom agents said that it is not theirs.
    pub not_theirs: &'a BTreeSet<&'a CustomerId>,
    /// Whom the card names, or offers alone as *likely*.
    pub named: Option<&'a CustomerId>,
    pub leaning: Option<&'a CustomerId>,
}

/// What a card says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Merged {
    pub lookup: Lookup,
    /// By account, whom its part of the card is about.
    pub about: BTreeMap<String, CustomerId>,
    /// Who may be one person.
    pub same: Vec<(CustomerId, CustomerId)>,
}

impl Said<'_> {
    pub fn merged(&self) -> Merged {
        let people = self.people();
        let chosen = self.chosen(&people);
        let leader = chosen.or(match people.as_slice() {
            [only] => Some(only),
            _ => None,
        });
        let mut about = BTreeMap::new();
        let mut same = Vec::new();
        for account in self.order.iter().filter(|name| *name != CustomerId::DIRECTORY) {
            let theirs = self.matches_of(account);
            let theirs: Vec<&Match> = theirs.iter().filter(|found| self.stays(&found.customer.id)).collect();
            let of_leader = leader.and_then(|person| person.ids.iter().find(|id| id.source() == account));
            if let Some(id) = of_leader {
                about.insert(account.clone(), (*id).clone());
                continue;
            }
            let only = only_exact(theirs.iter().copied()).or(match theirs.as_slice() {
                [only] => Some(*only),
                _ => None,
            });
            let Some(only) = only else { continue };
            about.insert(account.clone(), only.customer.id.clone());
            if let Some(pair) = leader.and_then(|person| self.may_be_one(person, only)) {
                same.push(pair);
            }
        }
        let chosen = chosen.map(|person| person.shown.customer.id.clone());
        let lookup = self.lookup(people, chosen);
        Merged { lookup, about, same }
    }

    fn lookup(&self, mut people: Vec<Person<'_>>, chosen: Option<CustomerId>) -> Lookup {
        if !people.is_empty() {
            // Whoever is named is among those who are told.
            let named = people.iter().position(|person| Some(&person.shown.customer.id) == chosen.as_ref());
            if let Some(at) = named.filter(|at| *at >= MOST) {
                people[..=at].rotate_right(1);
            }
            let matches = people.into_iter().take(MOST).map(Person::into_match).collect();
            return Lookup::Found { matches, chosen };
        }
        match (self.directory, self.unanswered) {
            (Lookup::NotAsked, _) => Lookup::NotAsked,
            (Lookup::Looking, _) => Lookup::Looking,
            _ if self.is_asking => Lookup::Looking,
            (directory @ Lookup::Unavailable { .. }, _) => directory.clone(),
            (_, Some(account)) => Lookup::Unavailable { system: account.to_owned(), matches: Vec::new() },
            _ => Lookup::NoMatch,
        }
    }

    /// Everybody with the number, one for each person, best first.
    fn people(&self) -> Vec<Person<'_>> {
        let mut people: Vec<Person<'_>> = Vec::new();
        for source in self.order {
            for found in self.matches_of(source).iter().filter(|found| self.stays(&found.customer.id)) {
                let ids = self.linked(&found.customer.id);
                match people.iter_mut().find(|person| !person.ids.is_disjoint(&ids)) {
                    Some(person) => person.take(found, ids, self.named),
                    None => people.push(Person { shown: found, best: found, ids, found: vec![found] }),
                }
            }
        }
        people.sort_by_key(|person| (!self.is_remembered(person), person.best.strength));
        people
    }

    fn is_remembered(&self, person: &Person<'_>) -> bool {
        person.best.reason == MatchReason::Remembered || self.remembered.is_some_and(|id| person.ids.contains(id))
    }

    fn chosen<'p>(&self, people: &'p [Person<'p>]) -> Option<&'p Person<'p>> {
        if let Some(remembered) = people.iter().find(|person| self.is_remembered(person)) {
            return Some(remembered);
        }
        if let Some(named) = self.named
            && let Some(still) = people.iter().find(|person| person.ids.contains(named))
        {
            return Some(still);
        }
        let first = self.order.iter().find_map(|source| {
            let mut exact = people.iter().filter(|person| person.is_exact_in(source));
            exact.next().map(|first| exact.next().is_none().then_some(first))
        });
        let first = first.flatten()?;
        // Another one was offered as likely: whose name it is, the agent says.
        let is_another = self.leaning.is_some_and(|leaning| {
            !first.ids.contains(leaning) && people.iter().any(|person| person.ids.contains(leaning))
        });
        (!is_another).then_some(first)
    }

    /// A customer and everybody who is the same person.
    fn linked<'s>(&'s self, id: &'s CustomerId) -> BTreeSet<&'s CustomerId> {
        let mut ids = BTreeSet::from([id]);
        loop {
            let before = ids.len();
            for link in self.links {
                if ids.contains(&link.one) || ids.contains(&link.other) {
                    ids.extend([&link.one, &link.other]);
                }
            }
            if ids.len() == before {
                return ids;
            }
        }
    }

    /// Nobody said that the number is not this person's.
    fn stays(&self, id: &CustomerId) -> bool {
        self.not_theirs.is_empty() || self.linked(id).is_disjoint(self.not_theirs)
    }

    fn matches_of(&self, source: &str) -> &[Match] {
        if source != CustomerId::DIRECTORY {
            return self.matches.get(source).copied().unwrap_or_default();
        }
        match self.directory {
            Lookup::Found { matches, .. } | Lookup::Unavailable { matches, .. } => matches,
            Lookup::NotAsked | Lookup::Looking | Lookup::NoMatch => &[],
        }
    }

    /// Whether these two are one person as far as number and name go.
    fn may_be_one(&self, leader: &Person<'_>, other: &Match) -> Option<(CustomerId, CustomerId)> {
        let is_exact = |found: &Match| found.strength == MatchStrength::Exact;
        let ours = leader.found.iter().copied().find(|found| {
            let source = found.customer.id.source();
            let is_only = only_exact(self.matches_of(source).iter()).is_some_and(|only| only == *found);
            is_exact(found) && (is_only || self.is_remembered(leader))
        })?;
        let are_two = leader.ids.iter().any(|id| id.source() == other.customer.id.source());
        let is_one = !are_two && is_exact(other) && called_the_same(&ours.customer.details, &other.customer.details);
        is_one.then(|| (ours.customer.id.clone(), other.customer.id.clone()))
    }
}

/// One person, in one or several systems.
struct Person<'a> {
    /// As the card calls them.
    shown: &'a Match,
    /// The strongest match.
    best: &'a Match,
    /// All they are known as, whether found by this number or not.
    ids: BTreeSet<&'a CustomerId>,
    found: Vec<&'a Match>,
}

impl<'a> Person<'a> {
    fn take(&mut self, found: &'a Match, ids: BTreeSet<&'a CustomerId>, named: Option<&CustomerId>) {
        if Some(&found.customer.id) == named {
            self.shown = found;
        }
        if found.strength < self.best.strength || found.reason == MatchReason::Remembered {
            self.best = found;
        }
        self.ids.extend(ids);
        self.found.push(found);
    }

    fn is_exact_in(&self, source: &str) -> bool {
        self.found.iter().any(|found| found.strength == MatchStrength::Exact && found.customer.id.source() == source)
    }

    fn into_match(self) -> Match {
        let Match { strength, reason, .. } = self.best;
        Match { customer: self.shown.customer.clone(), strength: *strength, reason: reason.clone() }
    }
}

fn only_exact<'a>(matches: impl Iterator<Item = &'a Match>) -> Option<&'a Match> {
    let mut exact = matches.filter(|found| found.strength == MatchStrength::Exact);
    exact.next().filter(|_| exact.next().is_none())
}

/// The same e-mail; else the same name in any order of its words, one perhaps with more of them; else, of two without a name,
/// the same company.
pub(crate) fn called_the_same(one: &CustomerDetails, other: &CustomerDetails) -> bool {
    let mail = |details: &CustomerDetails| details.email.trim().to_lowercase();
    if !mail(one).is_empty() && mail(one) == mail(other) {
        return true;
    }
    let name = |details: &CustomerDetails| words(&details.name).into_iter().collect::<BTreeSet<String>>();
    let (ours, theirs) = (name(one), name(other));
    if ours.is_empty() && theirs.is_empty() {
        let company = |details: &CustomerDetails| words(&details.company);
        return !company(one).is_empty() && company(one) == company(other);
    }
    // One word alone is the name of too many.
    ours == theirs || ours.len().min(theirs.len()) > 1 && (ours.is_subset(&theirs) || theirs.is_subset(&ours))
}

#[cfg(test)]
mod tests;
