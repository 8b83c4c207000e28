//! What agents say of a call's customer: who it is, who it is not, and that they were mistaken.
//!
//! *It is this one* is remembered for the number. *It is not this one* holds for the call alone, on every desk that shows
//! it and in the call list, for as long as there is the call: it is kept before it is shown, and what a later look-up
//! finds is shown without those who were set aside. Nothing of it touches the directory, so that taking it back leaves
//! everything as it was.
//!
//! Whoever says something waits for the disk and the customer list themselves; the calls are touched in between.

use super::{
    Input,
    cards::has_number,
    handle::{LiveCalls, interrupted},
    task::{LiveCall, LiveTask, taken_up},
};
use crate::history::{HistoryFailure, SaidOfCall};
use ringcard_connect::CrmFailure;
use ringcard_core::{
    Timestamp,
    call::{AgentId, CallId},
    customer::{Customer, CustomerId, Lookup, Match, MatchReason, MatchStrength, SaidOf, SetAside},
    frame::{RequestError, RequestErrorCode, Timeline},
};
use std::time::Duration;
use tokio::time::timeout;

/// A directory that has not answered by then does not.
const DEADLINE: Duration = Duration::from_secs(10);
/// Nobody waits for whom an agent named before a restart.
const NAMED_BEFORE: Duration = Duration::from_secs(60);

impl LiveCalls {
    /// An agent says who it is; remembered for the number. It holds as well for a hidden caller, and for a call that was
    /// let go meanwhile: then for this call alone, on its card and in the list.
    pub async fn choose(&self, id: CallId, customer: CustomerId) -> Result<(), RequestError> {
        let live = self.clone();
        self.in_turn(&id.clone(), async move { live.chosen(&id, customer).await }).await
    }

    /// It is not this customer, for this call; `None`: none of those the card offers.
    pub async fn set_aside(
        &self,
        by: Option<AgentId>,
        id: CallId,
        customer: Option<CustomerId>,
    ) -> Result<(), RequestError> {
        let live = self.clone();
        self.in_turn(&id.clone(), async move { live.put_aside(&id, by, customer).await }).await
    }

    /// They were set aside by mistake.
    pub async fn take_back(&self, id: CallId, customers: Vec<CustomerId>) -> Result<(), RequestError> {
        let live = self.clone();
        self.in_turn(&id.clone(), async move { live.taken_back(&id, customers).await }).await
    }

    /// What is said of one call is done one after the other, and to its end, whoever hangs up meanwhile.
    pub(super) async fn in_turn(
        &self,
        id: &CallId,
        act: impl Future<Output = Result<(), RequestError>> + Send + 'static,
    ) -> Result<(), RequestError> {
        let turn = self.turns.of(&id.0);
        let acting = tokio::spawn(async move {
            let _turn = turn.lock().await;
            act.await
        });
        acting.await.unwrap_or_else(|_| Err(interrupted()))
    }

    async fn chosen(&self, id: &CallId, customer: CustomerId) -> Result<(), RequestError> {
        let number = match self.of_call(id, |live| live.call.customer().clone()).await? {
            Some(number) => number,
            None => self.past(id).await?.row.call.customer().clone(),
        };
        if customer.is_elsewhere() {
            self.is_there(id, &customer).await?;
        }
        if has_number(&number) {
            let remembering = timeout(DEADLINE, self.directory.remember(&number, &customer));
            remembering.await.unwrap_or_else(|_| Err(no_answer())).map_err(not_kept)?;
        }
        self.no_longer_aside(id, vec![customer.clone()]).await?;
        if has_number(&number) {
            // The look-up finds what was just remembered.
            let asked = id.clone();
            let is_live = self.with(move |task| {
                task.look_up(&asked);
                task.calls.contains_key(&asked)
            });
            if is_live.await? {
                return Ok(());
            }
        }
        self.name_by_hand(id, &customer).await
    }

    /// Whom the card offers is there; of anybody else their system is asked.
    async fn is_there(&self, id: &CallId, customer: &CustomerId) -> Result<(), RequestError> {
        let offered = self.of_call(id, |live| offered(&live.card.lookup)).await?.unwrap_or_default();
        match offered.iter().any(|(offered, _)| offered == customer) {
            true => Ok(()),
            false => self.customer(customer).await.map(drop).map_err(not_kept),
        }
    }

    async fn put_aside(
        &self,
        id: &CallId,
        by: Option<AgentId>,
        customer: Option<CustomerId>,
    ) -> Result<(), RequestError> {
        let seen = self.of_call(id, |live| (offered(&live.card.lookup), live.set_aside.first().map(|last| last.at)));
        let (offered, last) = match seen.await? {
            Some(seen) => seen,
            None => {
                let row = self.past(id).await?.row;
                let named = row.customer_id.map(|id| (id, row.customer_name.unwrap_or_default()));
                (named.into_iter().collect(), None)
            }
        };
        // Every act has a moment of its own: taken back, it is one act.
        let now = Timestamp::now();
        let at = last.map_or(now, |last| now.max(Timestamp(last.0 + 1)));
        let set_aside: Vec<SetAside> = offered
            .into_iter()
            .filter(|(offered, _)| customer.as_ref().is_none_or(|customer| customer == offered))
            .map(|(customer, name)| SetAside { customer, name, of: SaidOf::Call, by: by.clone(), at })
            .collect();
        if set_aside.is_empty() {
            return Ok(());
        }
        self.history.set_aside(id.clone(), set_aside.clone()).await.map_err(unsaved)?;
        self.of_call(id, |live| drop(live.set_aside.splice(0..0, set_aside))).await?;
        self.show_said(id).await
    }

    async fn taken_back(&self, id: &CallId, customers: Vec<CustomerId>) -> Result<(), RequestError> {
        if self.of_call(id, |_| ()).await?.is_none() {
            self.follow_again(id).await?;
        }
        let first = customers.first().cloned();
        self.no_longer_aside(id, customers).await?;
        // Whom nobody can be asked for was named by an agent, before the hub was started again.
        let by_agent =
            self.of_call(id, |live| !has_number(live.call.customer()) && live.found.lookup == Lookup::NotAsked);
        if let (Some(true), Some(customer)) = (by_agent.await?, first)
            && let Ok(customer) = self.customer(&customer).await
        {
            self.of_call(id, |live| live.found.lookup = by_hand(customer)).await?;
        }
        self.show_said(id).await
    }

    /// A call that was let go is followed for a while again: its wrap-up may still be on a desk, and shows its card.
    async fn follow_again(&self, id: &CallId) -> Result<(), RequestError> {
        let mut call = self.past(id).await?.row.call;
        let said = self.history.said_of_call(id.clone()).await.map_err(unsaved)?;
        // What comes of it later is put to all that was said of it.
        let steps = self.history.steps(id.clone()).await.map_err(unsaved)?;
        self.with(move |task| {
            if task.calls.contains_key(&call.id) || !task.make_room() {
                return;
            }
            let (steps, may_come) = taken_up(&mut call, steps, &task.patience());
            let (id, told) = (call.id.clone(), Some(call.clone()));
            let mut live = LiveCall { told, steps, may_come, ..LiveCall::long_over(call) };
            live.card.version = newer_than_before(live.call.started_at, Timestamp::now());
            task.calls.insert(id.clone(), live);
            task.take_up_said(&id, said);
            task.look_up(&id);
        })
        .await
    }

    async fn no_longer_aside(&self, id: &CallId, customers: Vec<CustomerId>) -> Result<(), RequestError> {
        self.history.take_back(id.clone(), customers.clone()).await.map_err(unsaved)?;
        self.of_call(id, move |live| live.set_aside.retain(|one| !customers.contains(&one.customer))).await.map(drop)
    }

    /// Nothing can be looked up: what the agent said is put on the card and into the list as it is.
    async fn name_by_hand(&self, id: &CallId, customer: &CustomerId) -> Result<(), RequestError> {
        let customer = self.customer(customer).await.map_err(not_kept)?;
        let (named, name) = (customer.id.clone(), customer.details.name.clone());
        if self.of_call(id, |live| live.found.lookup = by_hand(customer)).await?.is_some() {
            return self.show_said(id).await;
        }
        self.history.name_customer(id.clone(), named, name).await.map_err(unsaved)
    }

    /// Every desk's card and the call list say what was said; when this returns, it is kept.
    async fn show_said(&self, id: &CallId) -> Result<(), RequestError> {
        let Some((changed, named)) = self.of_call(id, |live| (live.put_on_card(), live.named())).await? else {
            return Ok(());
        };
        // The list first: whoever hears of the card asks for the list again.
        let kept = match named {
            Some((chosen, name)) => self.history.name_customer(id.clone(), chosen, name).await,
            None => Ok(()),
        };
        if changed {
            let id = id.clone();
            self.with(move |task| task.new_card(&id)).await?;
        }
        kept.map_err(unsaved)
    }

    async fn customer(&self, id: &CustomerId) -> Result<Customer, CrmFailure> {
        timeout(DEADLINE, self.crm.get(id)).await.unwrap_or_else(|_| Err(no_answer()))
    }

    /// A call that was let go.
    async fn past(&self, id: &CallId) -> Result<Timeline, RequestError> {
        match self.history.timeline(id.clone()).await {
            Ok(Some(timeline)) => Ok(timeline),
            Ok(None) => Err(RequestError::new(RequestErrorCode::NotFound, "There is no such call")),
            Err(failure) => Err(RequestError::not_saved(&failure)),
        }
    }
}

impl LiveTask {
    /// Takes up what was said of a call before it was let go, or the hub started again.
    pub(super) fn take_up_said(&mut self, id: &CallId, said: SaidOfCall) {
        let Some(live) = self.calls.get_mut(id) else { return };
        live.set_aside = said.set_aside;
        live.card.notes = said.notes;
        live.put_on_card();
        let Some(listed) = said.listed.filter(|_| !has_number(live.call.customer())) else { return };
        let (crm, id) = (self.parts.crm.clone(), id.clone());
        self.later(async move {
            let customer = timeout(NAMED_BEFORE, crm.get(&listed)).await;
            Input::Act(Box::new(move |task| {
                if let Ok(Ok(customer)) = customer {
                    task.named_before(&id, customer);
                }
            }))
        });
    }

    fn named_before(&mut self, id: &CallId, customer: Customer) {
        let Some(live) = self.calls.get_mut(id) else { return };
        if matches!(live.found.lookup, Lookup::Looking | Lookup::NotAsked) {
            live.found.lookup = by_hand(customer);
            if live.put_on_card() {
                self.new_card(id);
            }
        }
    }
}

impl LiveCall {
    /// Puts on the card what was found, without those an agent set aside. `false`: that stands there already.
    pub(super) fn put_on_card(&mut self) -> bool {
        let merged = self.merged();
        self.keep_naming(&merged);
        let parts = self.parts(&merged);
        let lookup = self.without_set_aside(&merged.lookup);
        let found = &self.found;
        let of_number = |one: &SetAside| found.not_theirs.iter().any(|other| other.customer == one.customer);
        let of_call = self.set_aside.iter().filter(|one| !of_number(one));
        let set_aside: Vec<SetAside> = of_call.chain(&found.not_theirs).cloned().collect();
        let card = &mut self.card;
        if card.lookup == lookup && card.set_aside == set_aside && card.earlier == found.earlier && card.parts == parts
        {
            return false;
        }
        card.parts = parts;
        card.lookup = lookup;
        card.set_aside = set_aside;
        card.earlier.clone_from(&found.earlier);
        true
    }

    /// Whom the card names, for the call list.
    pub(super) fn named(&self) -> Option<(CustomerId, String)> {
        let Lookup::Found { matches, chosen: Some(chosen) } = &self.card.lookup else { return None };
        let found = matches.iter().find(|found| found.customer.id == *chosen)?;
        Some((chosen.clone(), found.customer.details.name.clone()))
    }

    fn without_set_aside(&self, lookup: &Lookup) -> Lookup {
        let stays = |found: &Match| !self.set_aside.iter().any(|one| one.customer == found.customer.id);
        match lookup {
            Lookup::Found { matches, chosen } => {
                let matches: Vec<Match> = matches.iter().filter(|found| stays(found)).cloned().collect();
                if matches.is_empty() {
                    return if has_number(self.call.customer()) { Lookup::NoMatch } else { Lookup::NotAsked };
                }
                let still = chosen.clone().filter(|chosen| matches.iter().any(|found| found.customer.id == *chosen));
                let chosen = still.or_else(|| obvious(&matches));
                Lookup::Found { matches, chosen }
            }
            Lookup::Unavailable { system, matches } => Lookup::Unavailable {
                system: system.clone(),
                matches: matches.iter().filter(|found| stays(found)).cloned().collect(),
            },
            other => other.clone(),
        }
    }
}

/// Whom the number means without asking: who was chosen before, or the only exact match.
pub(crate) fn obvious(matches: &[Match]) -> Option<CustomerId> {
    let remembered = matches.iter().find(|found| found.reason == MatchReason::Remembered);
    let mut exact = matches.iter().filter(|found| found.strength == MatchStrength::Exact);
    let only = match (exact.next(), exact.next()) {
        (Some(only), None) => Some(only),
        _ => None,
    };
    remembered.or(only).map(|found| found.customer.id.clone())
}

/// A version no desk can have of the card of a call that was let go: it is let go minutes after its end, and nothing
/// changes a card every second.
fn newer_than_before(started: Timestamp, now: Timestamp) -> u32 {
    u32::try_from(now.since(started).as_secs()).unwrap_or(u32::MAX / 2).saturating_add(1_000)
}

fn by_hand(customer: Customer) -> Lookup {
    let chosen = Some(customer.id.clone());
    let matches = vec![Match { customer, strength: MatchStrength::Exact, reason: MatchReason::Chosen }];
    Lookup::Found { matches, chosen }
}

/// Whom a card offers, by what they are called.
fn offered(lookup: &Lookup) -> Vec<(CustomerId, String)> {
    match lookup {
        Lookup::Found { matches, .. } | Lookup::Unavailable { matches, .. } => matches
            .iter()
            .map(|found| (found.customer.id.clone(), found.customer.details.shown_name().to_owned()))
            .collect(),
        Lookup::NotAsked | Lookup::Looking | Lookup::NoMatch => Vec::new(),
    }
}

fn no_answer() -> CrmFailure {
    CrmFailure::Unavailable { detail: "no answer in time".to_owned() }
}

fn not_kept(failure: CrmFailure) -> RequestError {
    match failure {
        CrmFailure::NotFound => RequestError::new(RequestErrorCode::NotFound, failure.to_string()),
        other => RequestError::not_saved(&other),
    }
}

fn unsaved(failure: HistoryFailure) -> RequestError {
    RequestError::not_saved(&failure)
}
