//! Who a call's customer is: asked beside everything else, with a deadline.

use super::{Found, Input, owner::Owner};
use ringcard_connect::CrmFailure;
use ringcard_core::{
    call::CallId,
    customer::{CustomerId, Lookup, Match, MatchReason, MatchStrength},
    frame::{RequestError, RequestErrorCode},
    number::Party,
};
use std::time::Duration;
use tokio::{sync::oneshot, time::timeout};

/// A customer list that has not answered by then *does not answer*.
const DEADLINE: Duration = Duration::from_secs(3);
/// How often a list that did not answer is asked again while the call goes on.
const MOST_LOOK_UPS: u32 = 10;

impl Owner {
    /// Asks for a call's customer; the answer comes back as an input.
    pub(super) fn look_up(&mut self, id: &CallId) {
        let Some((asked, finding)) = self.finding(id) else { return };
        let call_id = id.clone();
        self.later(async move { Input::LookedUp { call_id, asked, found: finding.await } });
    }

    /// The same, for a new ring: the answer can be picked up here if it is quick, and comes as an input otherwise.
    pub(super) fn look_up_now(&mut self, id: &CallId) -> Option<oneshot::Receiver<Found>> {
        let (asked, finding) = self.finding(id)?;
        let (quick, answer) = oneshot::channel();
        let (inputs, call_id) = (self.inputs.clone(), id.clone());
        tokio::spawn(async move {
            if let Err(found) = quick.send(finding.await)
                && let Some(inputs) = inputs.upgrade()
            {
                let _ = inputs.send(Input::LookedUp { call_id, asked, found }).await;
            }
        });
        Some(answer)
    }

    /// Puts what was found meanwhile into version 1.
    pub(super) async fn take_if_found(&mut self, id: &CallId, answer: Option<oneshot::Receiver<Found>>) {
        let Some(mut answer) = answer else { return };
        // Closing first: an answer that comes after this goes the other way, none is lost between.
        answer.close();
        let Ok(found) = answer.try_recv() else { return };
        if let Some(live) = self.calls.get_mut(id) {
            live.card.lookup = found.lookup;
            live.card.earlier = found.earlier;
        }
        self.name_customer(id).await;
    }

    fn finding(&mut self, id: &CallId) -> Option<(u32, impl Future<Output = Found> + Send + use<>)> {
        let own = |party: &Party| self.around.plan.borrow().is_own(party);
        let live = self.calls.get_mut(id)?;
        let number = live.call.customer().clone();
        if !has_number(&number) || own(&number) {
            // Whom an agent named all the same stays.
            if live.card.lookup == Lookup::Looking {
                live.card.lookup = Lookup::NotAsked;
            }
            return None;
        }
        live.asked += 1;
        let (crm, history, metrics) =
            (self.around.crm.clone(), self.around.history.clone(), self.around.metrics.clone());
        let call_id = id.clone();
        Some((live.asked, async move {
            let (answer, earlier) =
                tokio::join!(timeout(DEADLINE, crm.find_by_number(&number)), history.earlier(&number, call_id));
            let lookup = match answer {
                Ok(Ok(matches)) if matches.is_empty() => Lookup::NoMatch,
                Ok(Ok(matches)) => {
                    let chosen = obvious(&matches);
                    Lookup::Found { matches, chosen }
                }
                Ok(Err(failure)) => unavailable(&failure.to_string()),
                Err(_) => unavailable("no answer in time"),
            };
            if matches!(lookup, Lookup::Unavailable { .. }) {
                metrics.look_up_failed();
            }
            Found { lookup, earlier: earlier.unwrap_or_default() }
        }))
    }

    /// While a call goes on, a list that did not answer is asked again.
    pub(super) fn retry_look_ups(&mut self) {
        let unanswered: Vec<CallId> = self
            .calls
            .values()
            .filter(|live| !live.call.state.is_over() && live.asked < MOST_LOOK_UPS)
            .filter(|live| matches!(live.card.lookup, Lookup::Unavailable { .. }))
            .map(|live| live.call.id.clone())
            .collect();
        for id in unanswered {
            self.look_up(&id);
        }
    }

    /// An agent says who it is (or that it is none of those offered); remembered for the number. It holds as well for a
    /// hidden caller, and for a call that was let go meanwhile: then for this call alone, on its card and in the list.
    pub(super) async fn choose(&mut self, id: &CallId, customer: Option<CustomerId>) -> Result<(), RequestError> {
        let number = match self.calls.get(id) {
            Some(live) => live.call.customer().clone(),
            None => self.past_number(id).await?,
        };
        if has_number(&number) {
            self.around.directory.remember(&number, customer.as_ref()).await.map_err(not_kept)?;
        }
        match (self.calls.get_mut(id), customer) {
            // The look-up finds what was just remembered.
            (Some(_), Some(_)) if has_number(&number) => self.look_up(id),
            (_, Some(customer)) => self.name_by_hand(id, &customer).await?,
            (Some(live), None) => {
                live.card.version += 1;
                live.card.lookup = if has_number(&number) { Lookup::NoMatch } else { Lookup::NotAsked };
                self.desks.card(live);
                self.look_up(id);
            }
            (None, None) => {}
        }
        Ok(())
    }

    async fn past_number(&self, id: &CallId) -> Result<Party, RequestError> {
        match self.around.history.timeline(id.clone()).await {
            Ok(Some(timeline)) => Ok(timeline.row.call.customer().clone()),
            Ok(None) => Err(RequestError::new(RequestErrorCode::NotFound, "There is no such call")),
            Err(failure) => Err(RequestError::not_saved(&failure)),
        }
    }

    /// Nothing can be looked up: what the agent said is put on the card and into the list as it is.
    async fn name_by_hand(&mut self, id: &CallId, customer: &CustomerId) -> Result<(), RequestError> {
        let customer = self.around.crm.get(customer).await.map_err(not_kept)?;
        let (chosen, name) = (customer.id.clone(), customer.details.name.clone());
        let kept = self.around.history.name_customer(id.clone(), chosen.clone(), name).await;
        kept.map_err(|failure| RequestError::not_saved(&failure))?;
        if let Some(live) = self.calls.get_mut(id) {
            let matches = vec![Match { customer, strength: MatchStrength::Exact, reason: MatchReason::Chosen }];
            live.card.version += 1;
            live.card.lookup = Lookup::Found { matches, chosen: Some(chosen) };
            self.desks.card(live);
        }
        Ok(())
    }

    /// The call list shows who it was.
    pub(super) async fn name_customer(&mut self, id: &CallId) {
        let Some(live) = self.calls.get(id) else { return };
        let Lookup::Found { matches, chosen: Some(chosen) } = &live.card.lookup else { return };
        let Some(found) = matches.iter().find(|found| found.customer.id == *chosen) else { return };
        let (history, id, chosen, name) =
            (self.around.history.clone(), id.clone(), chosen.clone(), found.customer.details.name.clone());
        tokio::spawn(async move {
            if let Err(error) = history.name_customer(id, chosen, name).await {
                tracing::warn!(%error, "a call's customer could not be noted");
            }
        });
    }
}

/// Whom the number means without asking: who was chosen before, or the only exact match.
fn obvious(matches: &[Match]) -> Option<CustomerId> {
    let remembered = matches.iter().find(|found| found.reason == MatchReason::Remembered);
    let mut exact = matches.iter().filter(|found| found.strength == MatchStrength::Exact);
    let only = match (exact.next(), exact.next()) {
        (Some(only), None) => Some(only),
        _ => None,
    };
    remembered.or(only).map(|found| found.customer.id.clone())
}

/// Whether there is a number to look up, and to remember a customer by.
fn has_number(party: &Party) -> bool {
    !matches!(party, Party::Hidden | Party::Unreadable { .. })
}

fn not_kept(failure: CrmFailure) -> RequestError {
    match failure {
        CrmFailure::NotFound => RequestError::new(RequestErrorCode::NotFound, failure.to_string()),
        other => RequestError::not_saved(&other),
    }
}

fn unavailable(detail: &str) -> Lookup {
    tracing::warn!(detail, "the customer list did not answer");
    Lookup::Unavailable { system: "directory".to_owned(), matches: Vec::new() }
}
