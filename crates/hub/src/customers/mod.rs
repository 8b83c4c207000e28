//! Customers, whoever keeps them: the built-in directory, and every account whose system can be asked.
//!
//! Where nothing else is said, a question is the directory's ([`Customers`] is a [`Crm`] that hands it on). An id says itself
//! whose it is. Other systems are asked one by one, each within its own time and from what was kept of its answers where that is
//! as good ([`ask`]); what they say of one number is put together in [`merge`], which asks nobody.
//!
//! A customer is one person in several systems once somebody said so, or both are the only ones with the number and are called
//! the same; that is kept with the directory, and can be undone.

mod ask;
mod everybody;
pub(crate) mod merge;
#[cfg(test)]
mod tests;
mod warm;

pub(crate) use ask::{NoAnswer, Told};

use crate::{
    account::Accounts,
    directory::{Directory, KeptKey, Linked, memory_key},
    requests::RequestLog,
};
use ask::Flights;
use async_trait::async_trait;
use futures_util::future::join_all;
use ringcard_connect::{AskFailure, Crm, CrmFailure, Purpose, permits::for_purpose};
use ringcard_core::{
    Timestamp,
    call::AgentId,
    customer::{
        Behind, CardPart, Customer, CustomerAbout, CustomerDetails, CustomerId, CustomerLink, CustomerSource, Match,
        MatchReason, MatchStrength, PartState,
    },
    number::Party,
    ticket::Ticket,
};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, sync::Arc, time::Duration};
use tokio::time::timeout;

/// Nobody waits longer with a form open.
const CREATING: Duration = Duration::from_secs(30);
/// A system's own search may not know a new customer for so long.
const SEARCH_LAGS: Duration = Duration::from_secs(15 * 60);
/// More than this nobody can choose from.
pub(crate) const MOST: usize = 20;
/// Of the directory's hits, so many are compared with another system's.
const MOST_SEARCHED: u32 = 200;
/// Characters of a fact that are kept; more is no fact.
const LONGEST_FACT: usize = 2_000;

/// What the administrator decides about where customers are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerRules {
    /// Accounts and `directory`, the first to name a caller first. Whoever is not in it comes after, as they are set up; the
    /// directory before all of them.
    pub order: Vec<String>,
    /// So long a system is waited for before its line on the card says that it does not answer.
    pub deadline: Duration,
    /// Accounts all of whose customers are read ahead.
    pub warm: Vec<String>,
}

impl Default for CustomerRules {
    fn default() -> Self {
        Self { order: Vec::new(), deadline: Duration::from_secs(3), warm: Vec::new() }
    }
}

/// What a system says of one customer, as it is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AboutThem {
    pub facts: Vec<ringcard_core::customer::Fact>,
    pub tickets: Vec<Ticket>,
}

/// The customers of every source. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Customers {
    list: Arc<dyn Crm>,
    directory: Directory,
    accounts: Accounts,
    rules: Arc<CustomerRules>,
    flights: Arc<Flights>,
    /// Where it is counted what an answer that was kept saved.
    requests: RequestLog,
}

impl Customers {
    pub fn new(
        list: Arc<dyn Crm>,
        directory: Directory,
        accounts: Accounts,
        rules: CustomerRules,
        requests: RequestLog,
    ) -> Self {
        Self { list, directory, accounts, rules: Arc::new(rules), flights: Arc::default(), requests }
    }

    /// Every source in its order, the directory among them; the directory alone where no account keeps customers.
    pub fn order(&self) -> Vec<String> {
        ordered(&self.rules.order, self.accounts.with_customers().into_iter().map(|(name, _)| name))
    }

    pub fn sources(&self) -> Vec<CustomerSource> {
        let creates = |name: &String| name == CustomerId::DIRECTORY || self.accounts.keeper(name).is_some();
        self.order().into_iter().map(|name| CustomerSource { creates: creates(&name), name }).collect()
    }

    /// The accounts that are asked who is behind a number; nobody where it is no number of the public network.
    pub fn asked_for(&self, number: &Party) -> Vec<String> {
        match number {
            Party::Outside(_) => self.accounts.with_customers().into_iter().map(|(name, _)| name).collect(),
            _ => Vec::new(),
        }
    }

    /// Whom a system knows under a number, within the deadline.
    pub async fn find(&self, account: &str, number: &Party) -> Result<Told<Vec<Match>>, NoAnswer> {
        self.find_within(self.rules.deadline, account, number).await
    }

    /// The same for a system that did not answer in time, as soon as it does.
    pub async fn find_late(&self, account: &str, number: &Party) -> Result<Told<Vec<Match>>, NoAnswer> {
        self.find_within(ask::LONGEST, account, number).await
    }

    async fn find_within(
        &self,
        deadline: Duration,
        account: &str,
        number: &Party,
    ) -> Result<Told<Vec<Match>>, NoAnswer> {
        let (finder, key) = self.finder_and_key(account, number)?;
        let (theirs, asked, fresh) = (account.to_owned(), number.clone(), finder.fresh_for());
        let question = async move {
            let mut matches = finder.find_by_number(&asked).await?;
            matches.retain(|found| found.customer.id.source() == theirs);
            matches.truncate(MOST);
            Ok(matches)
        };
        let told = self.ask(key, fresh, deadline, Vec::is_empty, question).await?;
        Ok(self.complete(account, number, told).await)
    }

    /// What is kept of a system's answer and as good as a new one; nothing is asked.
    pub async fn fresh(&self, account: &str, number: &Party) -> Option<Told<Vec<Match>>> {
        let (finder, key) = self.finder_and_key(account, number).ok()?;
        let told = self.kept_if_fresh(&key, finder.fresh_for(), Vec::is_empty).await?;
        Some(self.complete(account, number, told).await)
    }

    fn finder_and_key(
        &self,
        account: &str,
        number: &Party,
    ) -> Result<(Arc<dyn ringcard_connect::FindCustomers>, KeptKey), NoAnswer> {
        let finder = self.accounts.finder(account).ok_or_else(NoAnswer::not_set_up)?;
        let key = memory_key(number).ok_or_else(NoAnswer::not_set_up)?;
        Ok((finder, KeptKey { account: account.to_owned(), kind: "number", key }))
    }

    /// With whom its search does not know yet, and with whom an agent chose who is not kept under this number.
    async fn complete(&self, account: &str, number: &Party, mut told: Told<Vec<Match>>) -> Told<Vec<Match>> {
        let Some(key) = memory_key(number) else { return told };
        let made = KeptKey { account: account.to_owned(), kind: "made", key };
        if let Some(made) = self.kept_if_fresh::<Vec<Match>>(&made, SEARCH_LAGS, |_| false).await {
            let known: BTreeSet<CustomerId> = told.value.iter().map(|found| found.customer.id.clone()).collect();
            told.value.extend(made.value.into_iter().filter(|found| !known.contains(&found.customer.id)));
        }
        let said = self.directory.said_elsewhere(number).await.unwrap_or_default();
        let chosen = said.remembered.filter(|id| id.source() == account);
        if let Some(chosen) = chosen
            && !told.value.iter().any(|found| found.customer.id == chosen)
            && let Ok(customer) = self.get_elsewhere(&chosen).await
        {
            let (strength, reason) = (MatchStrength::Exact, MatchReason::Remembered);
            told.value.insert(0, Match { customer, strength, reason });
        }
        told.value.truncate(MOST);
        told
    }

    /// What a system says of its customer, within the deadline.
    pub async fn about(&self, id: &CustomerId) -> Result<Told<AboutThem>, NoAnswer> {
        let finder = self.accounts.finder(id.source()).ok_or_else(NoAnswer::not_set_up)?;
        let key = KeptKey { account: id.source().to_owned(), kind: "about", key: id.0.clone() };
        let (fresh, id) = (finder.fresh_for(), id.clone());
        let question = async move {
            let ringcard_connect::About { mut facts, mut tickets } = finder.about(&id).await?;
            facts.truncate(MOST);
            tickets.truncate(MOST);
            for fact in &mut facts {
                if let Some((end, _)) = fact.text.char_indices().nth(LONGEST_FACT) {
                    fact.text.truncate(end);
                }
            }
            Ok(AboutThem { facts, tickets })
        };
        self.ask(key, fresh, self.rules.deadline, |_| false, question).await
    }

    async fn get_elsewhere(&self, id: &CustomerId) -> Result<Customer, CrmFailure> {
        let finder = self.accounts.finder(id.source()).ok_or(CrmFailure::NotFound)?;
        let key = KeptKey { account: id.source().to_owned(), kind: "customer", key: id.0.clone() };
        let (fresh, asked) = (finder.fresh_for(), id.clone());
        let question = async move { finder.get(&asked).await };
        let told = self.ask(key, fresh, self.rules.deadline, |_| false, question).await;
        told.map(|told: Told<Customer>| told.value).map_err(|why| match why.is_refused {
            true => CrmFailure::NotFound,
            false => CrmFailure::Unavailable { detail: format!("{}: {}", id.source(), why.detail) },
        })
    }

    /// A search in one source. An account's hits are bounded by the same number as the directory's.
    pub async fn search_in(&self, source: &str, query: &str, limit: u32) -> Result<Vec<Match>, AskFailure> {
        let unavailable = |detail: String| AskFailure::Unavailable { detail, wait: None };
        if source == CustomerId::DIRECTORY {
            return self.list.search(query, limit).await.map_err(|failure| unavailable(failure.to_string()));
        }
        let Some(finder) = self.accounts.finder(source) else {
            return Err(AskFailure::Refused { detail: format!("“{source}” keeps no customers") });
        };
        if query.trim().is_empty() {
            return Ok(Vec::new());
        }
        let searching = for_purpose(Purpose::AgentAct, finder.search(query, limit));
        let found = match timeout(ask::LONGEST, searching).await {
            Ok((found, _)) => found,
            Err(_) => Err(unavailable("no answer in time".to_owned())),
        };
        self.accounts.answered(source, found.as_ref().err());
        let mut matches = found?;
        matches.retain(|found| found.customer.id.source() == source);
        matches.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(self.without_known(query, matches).await)
    }

    /// Without those whom the directory finds by the same text, as the same person.
    async fn without_known(&self, query: &str, mut matches: Vec<Match>) -> Vec<Match> {
        let links = self.links(matches.iter().map(|found| found.customer.id.clone()).collect()).await;
        let is_ours = |id: &CustomerId| !id.is_elsewhere();
        if !links.iter().any(|link| is_ours(&link.one) || is_ours(&link.other)) {
            return matches;
        }
        let ours = self.list.search(query, MOST_SEARCHED).await.unwrap_or_default();
        let ours: BTreeSet<CustomerId> = ours.into_iter().map(|found| found.customer.id).collect();
        matches.retain(|found| {
            let mut theirs = links.iter().filter(|link| [&link.one, &link.other].contains(&&found.customer.id));
            !theirs.any(|link| ours.contains(&link.one) || ours.contains(&link.other))
        });
        matches
    }

    /// Makes a customer in a system that is not the directory; from here on cards know them.
    pub async fn create_in(
        &self,
        account: &str,
        details: CustomerDetails,
        read: impl Fn(&str) -> Option<Party>,
    ) -> Result<Customer, AskFailure> {
        let Some(keeper) = self.accounts.keeper(account) else {
            return Err(AskFailure::Refused { detail: format!("“{account}” takes no new customers") });
        };
        let creating = for_purpose(Purpose::AgentAct, keeper.create(details));
        let made = match timeout(CREATING, creating).await {
            Ok((made, _)) => made,
            Err(_) => {
                let detail = "it is not known whether the customer was made: look there before you try again";
                Err(AskFailure::Unavailable { detail: detail.to_owned(), wait: None })
            }
        };
        self.accounts.answered(account, made.as_ref().err());
        let made = made?;
        self.keep_made(account, &made, read).await;
        Ok(made)
    }

    async fn keep_made(&self, account: &str, made: &Customer, read: impl Fn(&str) -> Option<Party>) {
        let account = account.to_owned();
        let mut answers =
            vec![(KeptKey { account: account.clone(), kind: "customer", key: made.id.0.clone() }, json(made))];
        for number in &made.details.numbers {
            let party = number.party.clone().or_else(|| read(&number.written));
            let Some(key) = party.as_ref().and_then(memory_key) else { continue };
            let key = KeptKey { account: account.clone(), kind: "made", key };
            let before = self.kept_if_fresh::<Vec<Match>>(&key, SEARCH_LAGS, |_| false).await;
            let mut matches = before.map(|told| told.value).unwrap_or_default();
            matches.retain(|found| found.customer.id != made.id);
            let reason = MatchReason::SameNumber { label: number.label.clone() };
            matches.push(Match { customer: made.clone(), strength: MatchStrength::Exact, reason });
            answers.push((key, json(&matches)));
        }
        if let Err(failure) = self.directory.keep(answers, Timestamp::now()).await {
            tracing::warn!(%failure, account, "a new customer is found once their system's search knows them");
        }
    }

    pub async fn links(&self, of: Vec<CustomerId>) -> Vec<CustomerLink> {
        self.directory.links(of).await.unwrap_or_else(|failure| {
            tracing::warn!(%failure, "which customers are one person could not be read");
            Vec::new()
        })
    }

    /// These two are one person. `by_itself`: their number says so, and nobody who undid it before is overruled.
    pub async fn link(
        &self,
        one: CustomerId,
        other: CustomerId,
        by: Option<AgentId>,
        by_itself: bool,
    ) -> Result<Linked, CrmFailure> {
        self.directory.link(one, other, by, by_itself).await
    }

    pub async fn unlink(&self, one: CustomerId, other: CustomerId, by: Option<AgentId>) -> Result<bool, CrmFailure> {
        self.directory.unlink(one, other, by).await
    }

    /// As whom an account's system knows a customer: themselves, or whom they are linked with.
    pub async fn known_there(&self, customer: &CustomerId, account: &str) -> Option<CustomerId> {
        if customer.source() == account {
            return Some(customer.clone());
        }
        let links = self.links(vec![customer.clone()]).await;
        links.into_iter().flat_map(|link| [link.one, link.other]).find(|id| id.source() == account)
    }

    /// What every system that knows a customer says of them.
    pub async fn about_everywhere(&self, id: &CustomerId) -> CustomerAbout {
        let links = self.links(vec![id.clone()]).await;
        let mut ids = vec![id.clone()];
        for other in links.iter().flat_map(|link| [&link.one, &link.other]) {
            if !ids.contains(other) {
                ids.push(other.clone());
            }
        }
        let order = self.order();
        let place = |id: &CustomerId| order.iter().position(|name| name == id.source()).unwrap_or(order.len());
        ids.sort_by_key(place);
        let told = ids.iter().filter(|id| id.is_elsewhere()).map(async |id| match self.about(id).await {
            Ok(told) => part(id, PartState::Here { as_of: told.as_of, kept: told.kept }, told.value),
            Err(why) => part(id, PartState::NoAnswer { detail: why.detail }, AboutThem::default()),
        });
        let linked = ids.iter().filter(|other| *other != id).map(async |other| self.get(other).await.ok());
        let (parts, linked) = tokio::join!(join_all(told), join_all(linked));
        CustomerAbout { parts, links, linked: linked.into_iter().flatten().collect() }
    }
}

fn part(id: &CustomerId, state: PartState, about: AboutThem) -> CardPart {
    CardPart {
        source: id.source().to_owned(),
        state,
        customer: Some(id.clone()),
        facts: about.facts,
        tickets: about.tickets,
        may_be_more: false,
    }
}

/// Whom the settings name first, then the directory, then the accounts as they are set up.
fn ordered(first: &[String], accounts: impl Iterator<Item = String>) -> Vec<String> {
    let all: Vec<String> = std::iter::once(CustomerId::DIRECTORY.to_owned()).chain(accounts).collect();
    let mut order: Vec<String> = first.iter().filter(|name| all.contains(name)).cloned().collect();
    order.extend(all.into_iter().filter(|name| !first.contains(name)));
    order
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// What is not said to be another system's is the directory's.
#[async_trait]
impl Crm for Customers {
    async fn find_by_number(&self, number: &Party) -> Result<Vec<Match>, CrmFailure> {
        self.list.find_by_number(number).await
    }

    async fn behind(&self, number: &Party) -> Result<Behind, CrmFailure> {
        self.list.behind(number).await
    }

    async fn search(&self, query: &str, limit: u32) -> Result<Vec<Match>, CrmFailure> {
        self.list.search(query, limit).await
    }

    async fn get(&self, id: &CustomerId) -> Result<Customer, CrmFailure> {
        match id.is_elsewhere() {
            true => self.get_elsewhere(id).await,
            false => self.list.get(id).await,
        }
    }

    async fn create(&self, details: CustomerDetails) -> Result<Customer, CrmFailure> {
        self.list.create(details).await
    }

    async fn update(&self, id: &CustomerId, details: CustomerDetails) -> Result<Customer, CrmFailure> {
        match id.is_elsewhere() {
            true => Err(kept_there(id)),
            false => self.list.update(id, details).await,
        }
    }

    async fn delete(&self, id: &CustomerId) -> Result<(), CrmFailure> {
        match id.is_elsewhere() {
            true => Err(kept_there(id)),
            false => self.list.delete(id).await,
        }
    }
}

fn kept_there(id: &CustomerId) -> CrmFailure {
    CrmFailure::Refused { detail: format!("this customer is kept in “{}”: change them there", id.source()) }
}
