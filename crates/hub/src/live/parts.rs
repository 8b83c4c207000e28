//! What other systems than the directory say of a call's customer: each is asked by itself when the call is looked up, and what
//! it says is put on the card when it comes. The card waits for none of them.
//!
//! How answers become one card is [`crate::customers::merge`].

use super::{
    Input,
    task::{LiveCall, LiveTask},
};
use crate::{
    customers::{
        AboutThem, Customers, MOST, NoAnswer, Told,
        merge::{Merged, Said},
    },
    directory::Linked,
};
use ringcard_core::{
    call::CallId,
    customer::{CardPart, CustomerId, CustomerLink, Lookup, Match, MatchStrength, PartState, WhyKept},
    number::Party,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};
use tokio::time::Instant;

/// A system that did not answer is asked again after this, while the call goes on ..
const AGAIN: Duration = Duration::from_secs(10);
/// .. and so often.
const MOST_TIMES: u32 = 6;

/// What one system said of a number, or of a customer.
pub(super) type Answer<T> = Result<Told<T>, NoAnswer>;

/// What other systems say of a call's customer.
#[derive(Default)]
pub(super) struct Elsewhere {
    /// Whom it was asked about: another number is another customer.
    number: Option<Party>,
    /// Every source; empty where the directory alone is asked.
    order: Vec<String>,
    answers: BTreeMap<String, Asked<Vec<Match>>>,
    about: BTreeMap<CustomerId, Asked<AboutThem>>,
    /// By the source whose answer brought them.
    links: BTreeMap<String, Vec<CustomerLink>>,
    remembered: Option<CustomerId>,
    named: Option<CustomerId>,
    leaning: Option<CustomerId>,
    /// Pairs that were to be linked.
    tried: BTreeSet<(CustomerId, CustomerId)>,
}

struct Asked<T> {
    /// Absent: being asked.
    told: Option<Answer<T>>,
    /// When it did not answer.
    failed: Option<Instant>,
    times: u32,
}

impl<T> Default for Asked<T> {
    fn default() -> Self {
        Self { told: None, failed: None, times: 0 }
    }
}

impl<T> Asked<T> {
    fn take(&mut self, answer: Answer<T>) {
        let is_failure = match &answer {
            Ok(told) => told.kept == Some(WhyKept::NoAnswer),
            Err(why) => !why.is_refused,
        };
        self.failed = is_failure.then(Instant::now);
        self.told = Some(answer);
    }

    /// Whether it is time to ask once more; then that is noted.
    fn is_due_again(&mut self) -> bool {
        let is_due = self.times < MOST_TIMES && self.failed.is_some_and(|failed| failed.elapsed() >= AGAIN);
        if is_due {
            (self.failed, self.times) = (None, self.times + 1);
        }
        is_due
    }
}

/// What the look-up in the directory found of other systems on its way.
#[derive(Debug, Default)]
pub(super) struct KnownElsewhere {
    pub remembered: Option<CustomerId>,
    pub links: Vec<CustomerLink>,
    /// Answers of earlier that are as good as new ones.
    pub fresh: Vec<(String, Told<Vec<Match>>)>,
}

impl Elsewhere {
    /// The same call is asked about anew, perhaps with another number.
    pub fn begin(&mut self, number: &Party, order: Vec<String>, accounts: &[String]) {
        if self.number.as_ref() != Some(number) {
            *self = Self { number: Some(number.clone()), ..Self::default() };
        }
        self.answers.retain(|name, _| accounts.contains(name));
        for name in accounts {
            self.answers.entry(name.clone()).or_default();
        }
        self.order = if accounts.is_empty() { Vec::new() } else { order };
    }

    /// Nobody else is asked.
    pub fn nobody(&mut self) {
        *self = Self::default();
    }

    pub fn take_known(&mut self, known: KnownElsewhere) {
        self.remembered = known.remembered;
        self.links.insert(CustomerId::DIRECTORY.to_owned(), known.links);
        for (account, told) in known.fresh {
            if let Some(asked) = self.answers.get_mut(&account) {
                asked.take(Ok(told));
            }
        }
    }
}

impl LiveCall {
    /// What all sources say together.
    pub(super) fn merged(&self) -> Merged {
        let elsewhere = &self.elsewhere;
        if elsewhere.order.is_empty() {
            return Merged { lookup: self.found.lookup.clone(), about: BTreeMap::new(), same: Vec::new() };
        }
        let matches = elsewhere.answers.iter().filter_map(|(name, asked)| match &asked.told {
            Some(Ok(told)) => Some((name.as_str(), told.value.as_slice())),
            _ => None,
        });
        let links: Vec<&CustomerLink> = elsewhere.links.values().flatten().collect();
        let said = Said {
            order: &elsewhere.order,
            directory: &self.found.lookup,
            matches: &matches.collect(),
            is_asking: elsewhere.answers.values().any(|asked| asked.told.is_none()),
            unanswered: elsewhere
                .answers
                .iter()
                .find(|(_, asked)| matches!(asked.told, Some(Err(_))))
                .map(|(name, _)| name.as_str()),
            links: &links,
            remembered: elsewhere.remembered.as_ref(),
            not_theirs: &self.found.not_theirs.iter().map(|one| &one.customer).collect(),
            named: elsewhere.named.as_ref(),
            leaning: elsewhere.leaning.as_ref(),
        };
        said.merged()
    }

    /// What was put on the card stays there when more is known.
    pub(super) fn keep_naming(&mut self, merged: &Merged) {
        let Lookup::Found { matches, chosen } = &merged.lookup else { return };
        let alone = match matches.as_slice() {
            [only] if only.strength != MatchStrength::Maybe => Some(only.customer.id.clone()),
            _ => None,
        };
        let elsewhere = &mut self.elsewhere;
        elsewhere.leaning = match chosen {
            Some(_) => None,
            None => alone.or(elsewhere.leaning.take()),
        };
        elsewhere.named.clone_from(chosen);
    }

    /// Each system's part, in the order of the settings.
    pub(super) fn parts(&self, merged: &Merged) -> Vec<CardPart> {
        self.elsewhere.order.iter().filter_map(|source| self.part(source, merged)).collect()
    }

    fn part(&self, source: &str, merged: &Merged) -> Option<CardPart> {
        let empty = |state| {
            let (customer, facts, tickets) = (None, Vec::new(), Vec::new());
            CardPart { source: source.to_owned(), state, customer, facts, tickets, may_be_more: false }
        };
        if source == CustomerId::DIRECTORY {
            // Its own answer is the card; only that there is none is to be said.
            let is_away = matches!(self.found.lookup, Lookup::Unavailable { .. })
                && !matches!(merged.lookup, Lookup::Unavailable { .. });
            return is_away.then(|| empty(PartState::NoAnswer { detail: "no answer".to_owned() }));
        }
        let found = self.elsewhere.answers.get(source)?.told.as_ref();
        let Some(customer) = merged.about.get(source) else {
            let part = empty(match found {
                None => PartState::Asking,
                Some(Err(why)) => PartState::NoAnswer { detail: why.detail.clone() },
                Some(Ok(told)) if told.value.is_empty() => PartState::Nobody,
                Some(Ok(told)) => PartState::Here { as_of: told.as_of, kept: told.kept },
            });
            let may_be_more = matches!(found, Some(Ok(told)) if told.value.len() >= MOST);
            return Some(CardPart { may_be_more, ..part });
        };
        let about = self.elsewhere.about.get(customer).and_then(|asked| asked.told.as_ref());
        let mut part = empty(match about {
            None => PartState::Asking,
            Some(Err(why)) => PartState::NoAnswer { detail: why.detail.clone() },
            Some(Ok(about)) => {
                let found = found.and_then(|found| found.as_ref().ok());
                let found = found.map_or((about.as_of, None), |found| (found.as_of, found.kept));
                let kept = older([found, (about.as_of, about.kept)]);
                PartState::Here { as_of: about.as_of.min(found.0), kept }
            }
        });
        part.customer = Some(customer.clone());
        if let Some(Ok(about)) = about {
            part.facts.clone_from(&about.value.facts);
            part.tickets.clone_from(&about.value.tickets);
        }
        Some(part)
    }
}

/// Why the older of two answers is shown; that one does not answer, or may not be asked, goes before.
fn older(answers: [(ringcard_core::Timestamp, Option<WhyKept>); 2]) -> Option<WhyKept> {
    let [one, other] = answers;
    let is_told = |kept: Option<WhyKept>| matches!(kept, Some(WhyKept::Limit | WhyKept::NoAnswer));
    match (is_told(one.1), is_told(other.1)) {
        (_, true) => other.1,
        (true, _) => one.1,
        _ if one.0 <= other.0 => one.1,
        _ => other.1,
    }
}

impl LiveTask {
    /// Asks every account that keeps customers who is behind this call's number.
    pub(super) fn ask_elsewhere(&mut self, id: &CallId, number: &Party) -> Vec<String> {
        let accounts = self.parts.customers.asked_for(number);
        let order = if accounts.is_empty() { Vec::new() } else { self.parts.customers.order() };
        let Some(live) = self.calls.get_mut(id) else { return accounts };
        live.elsewhere.begin(number, order, &accounts);
        for account in &accounts {
            self.ask_account(id, account);
        }
        accounts
    }

    fn ask_account(&self, id: &CallId, account: &str) {
        let Some(live) = self.calls.get(id) else { return };
        let (Some(number), asked) = (live.elsewhere.number.clone(), live.asked) else { return };
        let (customers, inputs) = (self.parts.customers.clone(), self.inputs.clone());
        let (id, account) = (id.clone(), account.to_owned());
        tokio::spawn(async move {
            let mut told = customers.find(&account, &number).await;
            loop {
                let came = std::time::Instant::now();
                let is_late = match &told {
                    Err(why) => why.is_late,
                    Ok(told) => told.kept == Some(WhyKept::NoAnswer),
                };
                let links = links_of(&customers, &told).await;
                let (to, of, answer) = (id.clone(), account.clone(), told.clone());
                let Some(inputs) = inputs.upgrade() else { return };
                let act = move |task: &mut LiveTask| task.account_told(&to, asked, (&of, came), answer, links);
                if inputs.send(Input::Act(Box::new(act))).await.is_err() || !is_late {
                    return;
                }
                drop(inputs);
                // It was not waited for any longer; what it says all the same is shown.
                let later = customers.find_late(&account, &number).await;
                if later.as_ref().is_ok_and(|told| told.kept != Some(WhyKept::NoAnswer)) {
                    told = later;
                } else {
                    return;
                }
            }
        });
    }

    fn account_told(
        &mut self,
        id: &CallId,
        asked: u32,
        (account, came): (&str, std::time::Instant),
        answer: Answer<Vec<Match>>,
        links: Vec<CustomerLink>,
    ) {
        let Some(live) = self.calls.get_mut(id).filter(|live| live.asked == asked) else { return };
        let Some(known) = live.elsewhere.answers.get_mut(account) else { return };
        let is_new = is_new(&answer);
        known.take(answer);
        live.elsewhere.links.insert(account.to_owned(), links);
        self.system_answered(id, account, came, is_new);
    }

    /// What a system said goes onto the card; how soon a new answer is painted is measured from the moment it came.
    fn system_answered(&mut self, id: &CallId, account: &str, came: std::time::Instant, is_new: bool) {
        if self.elsewhere_changed(id)
            && is_new
            && let Some(live) = self.calls.get(id)
        {
            self.parts.pops.answered(id, account, came, live.card.version);
        }
    }

    /// Whether that is a new card.
    fn elsewhere_changed(&mut self, id: &CallId) -> bool {
        let Some(live) = self.calls.get_mut(id) else { return false };
        let is_new = live.put_on_card();
        match is_new {
            true => self.card_changed(id),
            false => self.follow_parts(id),
        }
        is_new
    }

    /// What follows from whom a card is about: their systems are asked what they know of them, and who is surely the same
    /// person is linked.
    pub(super) fn follow_parts(&mut self, id: &CallId) {
        let Some(live) = self.calls.get_mut(id) else { return };
        if live.elsewhere.order.is_empty() {
            return;
        }
        let Merged { about, same, .. } = live.merged();
        for customer in about.into_values() {
            if let std::collections::btree_map::Entry::Vacant(free) = live.elsewhere.about.entry(customer.clone()) {
                free.insert(Asked::default());
                self.parts_about(id, customer);
                return self.follow_parts(id);
            }
        }
        let untried = same.into_iter().find(|pair| live.elsewhere.tried.insert(pair.clone()));
        if let Some((one, other)) = untried {
            self.link(id, one, other);
            self.follow_parts(id);
        }
    }

    fn parts_about(&self, id: &CallId, customer: CustomerId) {
        let (customers, id) = (self.parts.customers.clone(), id.clone());
        self.later(async move {
            let told = customers.about(&customer).await;
            let came = std::time::Instant::now();
            Input::Act(Box::new(move |task| {
                let Some(live) = task.calls.get_mut(&id) else { return };
                let Some(asked) = live.elsewhere.about.get_mut(&customer) else { return };
                let is_new = is_new(&told);
                asked.take(told);
                task.system_answered(&id, customer.source(), came, is_new);
            }))
        });
    }

    /// Beside: nothing on the card waits for it.
    fn link(&self, id: &CallId, one: CustomerId, other: CustomerId) {
        let (customers, id) = (self.parts.customers.clone(), id.clone());
        self.later(async move {
            let linked = customers.link(one.clone(), other, None, true).await;
            let links = match &linked {
                Ok(Linked::Made | Linked::Known) => customers.links(vec![one]).await,
                Ok(Linked::WasUndone | Linked::TwoOfOne(_)) => Vec::new(),
                Err(failure) => {
                    tracing::warn!(%failure, "that two customers are one person could not be kept");
                    Vec::new()
                }
            };
            Input::Act(Box::new(move |task| {
                let Some(live) = task.calls.get_mut(&id) else { return };
                live.elsewhere.links.entry(CustomerId::DIRECTORY.to_owned()).or_default().extend(links);
                task.elsewhere_changed(&id);
            }))
        });
    }

    /// While a call goes on, a system that did not answer is asked again.
    pub(super) fn ask_unanswered(&mut self) {
        let mut again = Vec::new();
        for (id, live) in self.calls.iter_mut().filter(|(_, live)| !live.call.state.is_over()) {
            let accounts = live.elsewhere.answers.iter_mut();
            let accounts = accounts.filter_map(|(name, asked)| asked.is_due_again().then(|| name.clone()));
            let accounts: Vec<String> = accounts.collect();
            let about = live.elsewhere.about.iter_mut();
            let about = about.filter_map(|(customer, asked)| asked.is_due_again().then(|| customer.clone()));
            let about: Vec<CustomerId> = about.collect();
            if !accounts.is_empty() || !about.is_empty() {
                again.push((id.clone(), accounts, about));
            }
        }
        for (id, accounts, about) in again {
            accounts.iter().for_each(|account| self.ask_account(&id, account));
            about.into_iter().for_each(|customer| self.parts_about(&id, customer));
        }
    }
}

/// Whether it was asked for just now, and answered.
fn is_new<T>(answer: &Answer<T>) -> bool {
    answer.as_ref().is_ok_and(|told| told.kept.is_none())
}

async fn links_of(customers: &Customers, told: &Answer<Vec<Match>>) -> Vec<CustomerLink> {
    let found = told.iter().flat_map(|told| &told.value);
    let ids: Vec<CustomerId> = found.map(|found| found.customer.id.clone()).collect();
    if ids.is_empty() { Vec::new() } else { customers.links(ids).await }
}
