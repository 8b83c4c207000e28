//! What agents say of a call's customer: who it is, who it is not, and that they were mistaken.
//!
//! *It is this one* is remembered for the number. *It is not this one* holds for the call alone, on every desk that shows
//! it and in the call list, for as long as there is the call: it is kept before it is shown, and what a later look-up
//! finds is shown without those who were set aside. Nothing of it touches the directory, so that taking it back leaves
//! everything as it was.

use super::{
    cards::has_number,
    task::{LiveCall, LiveTask},
};
use crate::history::HistoryFailure;
use ringcard_connect::CrmFailure;
use ringcard_core::{
    Timestamp,
    call::{AgentId, CallId},
    customer::{Customer, CustomerId, Lookup, Match, MatchReason, MatchStrength, SaidOf, SetAside},
    frame::{RequestError, RequestErrorCode, Timeline},
};

impl LiveTask {
    /// An agent says who it is; remembered for the number. It holds as well for a hidden caller, and for a call that was
    /// let go meanwhile: then for this call alone, on its card and in the list.
    pub(super) async fn choose(&mut self, id: &CallId, customer: CustomerId) -> Result<(), RequestError> {
        let number = match self.calls.get(id) {
            Some(live) => live.call.customer().clone(),
            None => self.past(id).await?.row.call.customer().clone(),
        };
        if has_number(&number) {
            self.parts.directory.remember(&number, &customer).await.map_err(not_kept)?;
        }
        self.no_longer_aside(id, std::slice::from_ref(&customer)).await?;
        if self.calls.contains_key(id) && has_number(&number) {
            // The look-up finds what was just remembered.
            self.look_up(id);
            return Ok(());
        }
        self.name_by_hand(id, &customer).await
    }

    /// It is not this customer; `None`: none of those the card offers.
    pub(super) async fn set_aside(
        &mut self,
        id: &CallId,
        by: Option<AgentId>,
        customer: Option<CustomerId>,
    ) -> Result<(), RequestError> {
        let offered = match self.calls.get(id) {
            Some(live) => offered(&live.card.lookup),
            None => {
                let row = self.past(id).await?.row;
                row.customer_id.map(|id| (id, row.customer_name.unwrap_or_default())).into_iter().collect()
            }
        };
        let now = Timestamp::now();
        // Every act has a moment of its own: taken back, it is one act.
        let last = self.calls.get(id).and_then(|live| live.set_aside.first());
        let at = last.map_or(now, |last| now.max(Timestamp(last.at.0 + 1)));
        let set_aside: Vec<SetAside> = offered
            .into_iter()
            .filter(|(offered, _)| customer.as_ref().is_none_or(|customer| customer == offered))
            .map(|(customer, name)| SetAside { customer, name, of: SaidOf::Call, by: by.clone(), at })
            .collect();
        if set_aside.is_empty() {
            return Ok(());
        }
        self.parts.history.set_aside(id.clone(), set_aside.clone()).await.map_err(unsaved)?;
        if let Some(live) = self.calls.get_mut(id) {
            live.set_aside.splice(0..0, set_aside);
        }
        self.show_said(id).await
    }

    /// They were set aside by mistake.
    pub(super) async fn take_back(&mut self, id: &CallId, customers: &[CustomerId]) -> Result<(), RequestError> {
        if !self.calls.contains_key(id) {
            self.follow_again(id).await?;
        }
        self.no_longer_aside(id, customers).await?;
        let Some(live) = self.calls.get(id) else { return Ok(()) };
        let named_by_hand = !has_number(live.call.customer()) && live.found.lookup == Lookup::NotAsked;
        if let Some(customer) = customers.first().filter(|_| named_by_hand)
            && let Ok(customer) = self.parts.crm.get(customer).await
            && let Some(live) = self.calls.get_mut(id)
        {
            // Whom nobody can be asked for was named by an agent, before the hub was started again.
            live.found.lookup = by_hand(customer);
        }
        self.show_said(id).await
    }

    /// A call that was let go is followed for a while again: its wrap-up may still be on a desk, and shows its card.
    async fn follow_again(&mut self, id: &CallId) -> Result<(), RequestError> {
        let call = self.past(id).await?.row.call;
        if !self.make_room() {
            return Ok(());
        }
        let mut live = LiveCall::long_over(call);
        live.card.version = newer_than_before(live.call.started_at, Timestamp::now());
        self.calls.insert(id.clone(), live);
        self.take_up_said(id).await.map_err(unsaved)?;
        self.look_up(id);
        Ok(())
    }

    /// Takes up what was said before the hub was started again.
    pub(super) async fn take_up_said(&mut self, id: &CallId) -> Result<(), HistoryFailure> {
        let said = self.parts.history.said_of_call(id.clone()).await?;
        let Some(live) = self.calls.get_mut(id) else { return Ok(()) };
        live.set_aside = said.set_aside;
        if let Some(listed) = said.listed.filter(|_| !has_number(live.call.customer()))
            && let Ok(customer) = self.parts.crm.get(&listed).await
        {
            live.found.lookup = by_hand(customer);
        }
        live.put_on_card();
        Ok(())
    }

    async fn no_longer_aside(&mut self, id: &CallId, customers: &[CustomerId]) -> Result<(), RequestError> {
        self.parts.history.take_back(id.clone(), customers.to_vec()).await.map_err(unsaved)?;
        if let Some(live) = self.calls.get_mut(id) {
            live.set_aside.retain(|one| !customers.contains(&one.customer));
        }
        Ok(())
    }

    /// Nothing can be looked up: what the agent said is put on the card and into the list as it is.
    async fn name_by_hand(&mut self, id: &CallId, customer: &CustomerId) -> Result<(), RequestError> {
        let customer = self.parts.crm.get(customer).await.map_err(not_kept)?;
        if let Some(live) = self.calls.get_mut(id) {
            live.found.lookup = by_hand(customer);
            return self.show_said(id).await;
        }
        let named = self.parts.history.name_customer(id.clone(), customer.id, customer.details.name);
        named.await.map_err(unsaved)
    }

    /// Every desk's card and the call list say what was said; when this returns, it is kept.
    async fn show_said(&mut self, id: &CallId) -> Result<(), RequestError> {
        let Some(live) = self.calls.get_mut(id) else { return Ok(()) };
        let changed = live.put_on_card();
        // The list first: whoever hears of the card asks for the list again.
        let kept = match live.named() {
            Some((chosen, name)) => self.parts.history.name_customer(id.clone(), chosen, name).await,
            None => Ok(()),
        };
        if changed {
            live.card.version += 1;
            self.desks.card(live);
        }
        kept.map_err(unsaved)
    }

    /// A call that was let go.
    async fn past(&self, id: &CallId) -> Result<Timeline, RequestError> {
        match self.parts.history.timeline(id.clone()).await {
            Ok(Some(timeline)) => Ok(timeline),
            Ok(None) => Err(RequestError::new(RequestErrorCode::NotFound, "There is no such call")),
            Err(failure) => Err(RequestError::not_saved(&failure)),
        }
    }
}

impl LiveCall {
    /// Puts on the card what was found, without those an agent set aside. `false`: that stands there already.
    pub(super) fn put_on_card(&mut self) -> bool {
        let found = &self.found;
        let lookup = self.without_set_aside();
        let of_number = |one: &SetAside| found.not_theirs.iter().any(|other| other.customer == one.customer);
        let of_call = self.set_aside.iter().filter(|one| !of_number(one));
        let set_aside: Vec<SetAside> = of_call.chain(&found.not_theirs).cloned().collect();
        let card = &mut self.card;
        if card.lookup == lookup && card.set_aside == set_aside && card.earlier == found.earlier {
            return false;
        }
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

    fn without_set_aside(&self) -> Lookup {
        let stays = |found: &Match| !self.set_aside.iter().any(|one| one.customer == found.customer.id);
        match &self.found.lookup {
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

fn not_kept(failure: CrmFailure) -> RequestError {
    match failure {
        CrmFailure::NotFound => RequestError::new(RequestErrorCode::NotFound, failure.to_string()),
        other => RequestError::not_saved(&other),
    }
}

fn unsaved(failure: HistoryFailure) -> RequestError {
    RequestError::not_saved(&failure)
}
