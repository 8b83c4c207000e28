//! Who a call's customer is: asked beside everything else, with a deadline. What agents say of it is in [`super::said`].

use super::{
    Found, Input,
    parts::KnownElsewhere,
    said::obvious,
    task::{LiveCall, LiveTask},
};
use crate::{
    customers::Customers,
    directory::{Directory, SaidElsewhere},
};
use futures_util::{FutureExt, future::join_all};
use ringcard_core::{
    call::CallId,
    customer::{CustomerId, Lookup, SetAside},
    number::{Party, unread_digits},
};
use std::{panic::AssertUnwindSafe, time::Duration};
use tokio::{sync::oneshot, time::timeout};

/// A customer list that has not answered by then *does not answer*.
const DEADLINE: Duration = Duration::from_secs(3);
/// How often a list that did not answer is asked again while the call goes on.
const MOST_LOOK_UPS: u32 = 10;

impl LiveTask {
    /// Asks for a call's customer; the answer comes back as an input.
    pub(super) fn look_up(&mut self, id: &CallId) {
        let Some((asked, finding)) = self.finding(id) else { return };
        let call_id = id.clone();
        self.later(async move { Input::LookedUp { call_id, asked, found: finding.await } });
    }

    /// The same, for a new ring: the answer can be picked up here if it is quick, and comes as an input otherwise.
    pub(super) fn look_up_now(&mut self, id: &CallId) -> Option<(u32, oneshot::Receiver<Found>)> {
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
        Some((asked, answer))
    }

    /// Puts what was found meanwhile into version 1, unless another question was asked since.
    pub(super) fn take_if_found(&mut self, id: &CallId, answer: Option<(u32, oneshot::Receiver<Found>)>) {
        let Some((asked, mut answer)) = answer else { return };
        // Closing first: an answer that comes after this goes the other way, none is lost between.
        answer.close();
        let Ok(found) = answer.try_recv() else { return };
        let Some(live) = self.calls.get_mut(id).filter(|live| live.asked == asked) else { return };
        live.take_found(found);
        live.put_on_card();
        self.follow_parts(id);
        self.list_customer(id);
    }

    fn finding(&mut self, id: &CallId) -> Option<(u32, impl Future<Output = Found> + Send + use<>)> {
        let own = |party: &Party| self.parts.plan.borrow().is_own(party);
        let live = self.calls.get_mut(id)?;
        // Where nobody can be asked any more, too: what was asked before says nothing of the number it has now.
        live.asked += 1;
        let number = live.call.customer().clone();
        if live.call.is_internal() || !may_be_somebodys(&number) || own(&number) {
            live.elsewhere.nobody();
            // Whom an agent named all the same stays.
            if live.found.lookup == Lookup::Looking {
                live.found.lookup = Lookup::NotAsked;
                live.put_on_card();
            }
            return None;
        }
        let asked = live.asked;
        let accounts = self.ask_elsewhere(id, &number);
        let (crm, history, metrics) = (self.parts.crm.clone(), self.parts.history.clone(), self.parts.metrics.clone());
        let (customers, directory) = (self.parts.customers.clone(), self.parts.directory.clone());
        let call_id = id.clone();
        let agents = self.rules.agents.clone();
        let who = move |phone: &str| {
            let agent = agents.iter().find(|agent| agent.extension.as_deref() == Some(phone))?;
            Some(agent.id.clone())
        };
        Some((asked, async move {
            // What a list does wrong is its own matter: the call waits for its answer no longer than for a slow one.
            let behind = AssertUnwindSafe(timeout(DEADLINE, crm.behind(&number))).catch_unwind();
            let (answer, earlier, (mut known, said)) = tokio::join!(
                behind,
                timeout(DEADLINE, history.earlier(&number, call_id, who)),
                known_elsewhere(&customers, &directory, &accounts, &number)
            );
            let (lookup, mut not_theirs) = match answer {
                Ok(Ok(Ok(behind))) if behind.matches.is_empty() => (Lookup::NoMatch, behind.not_theirs),
                Ok(Ok(Ok(behind))) => {
                    let chosen = obvious(&behind.matches);
                    (Lookup::Found { matches: behind.matches, chosen }, behind.not_theirs)
                }
                Ok(Ok(Err(failure))) => (unavailable(&failure.to_string()), Vec::new()),
                Ok(Err(_)) => (unavailable("no answer in time"), Vec::new()),
                Err(_) => (unavailable("a mistake in Ringcard"), Vec::new()),
            };
            if matches!(lookup, Lookup::Unavailable { .. }) {
                metrics.look_up_failed();
            }
            not_theirs.extend(said);
            if !accounts.is_empty()
                && let Lookup::Found { matches, .. } = &lookup
            {
                let found = matches.iter().map(|found| found.customer.id.clone());
                known.links = customers.links(found.chain(known.remembered.clone()).collect()).await;
            }
            let earlier = earlier.ok().and_then(Result::ok).unwrap_or_default();
            Found { lookup, not_theirs, earlier, known }
        }))
    }

    /// While a call goes on, a list that did not answer is asked again.
    pub(super) fn retry_look_ups(&mut self) {
        let unanswered: Vec<CallId> = self
            .calls
            .values()
            .filter(|live| !live.call.state.is_over() && live.asked < MOST_LOOK_UPS)
            .filter(|live| matches!(live.found.lookup, Lookup::Unavailable { .. }))
            .map(|live| live.call.id.clone())
            .collect();
        for id in unanswered {
            self.look_up(&id);
        }
    }

    pub(super) fn looked_up(&mut self, id: &CallId, asked: u32, found: Found) {
        let Some(live) = self.calls.get_mut(id).filter(|live| live.asked == asked) else { return };
        let named = live.named().map(|(named, _)| named);
        live.take_found(found);
        if !live.put_on_card() {
            return self.follow_parts(id);
        }
        let not_theirs = |named: &CustomerId| live.found.not_theirs.iter().any(|one| one.customer == *named);
        let Some(named) = named.filter(not_theirs) else { return self.card_changed(id) };
        // The list first: whoever hears of the card asks for the list again.
        let (history, id) = (self.parts.history.clone(), id.clone());
        let unlisted = id.clone();
        self.commit(async move { history.unlist(unlisted, named).await }, move |task, kept| {
            if let Err(error) = kept {
                tracing::warn!(%error, "the call list still names a customer whose number it is not");
            }
            task.card_changed(&id);
        });
    }

    /// Tells what is new on a card, and whom the call list is to name.
    pub(super) fn card_changed(&mut self, id: &CallId) {
        self.new_card(id);
        self.list_customer(id);
    }

    /// Tells what is new on a card.
    pub(super) fn new_card(&mut self, id: &CallId) {
        let Some(live) = self.calls.get_mut(id) else { return };
        live.card.version += 1;
        self.desks.card(live, &self.rules.agents);
        self.follow_parts(id);
    }

    /// The call list shows who it was.
    fn list_customer(&mut self, id: &CallId) {
        let Some((chosen, name)) = self.calls.get(id).and_then(LiveCall::named) else { return };
        let (history, id) = (self.parts.history.clone(), id.clone());
        let named = async move { history.name_customer(id, chosen, name).await };
        self.commit(named, |_, kept| {
            if let Err(error) = kept {
                tracing::warn!(%error, "a call's customer could not be noted");
            }
        });
    }
}

impl LiveCall {
    fn take_found(&mut self, mut found: Found) {
        self.elsewhere.take_known(std::mem::take(&mut found.known));
        self.found = found;
    }
}

/// What is known of other systems without asking them, and of which of their customers the number is not.
async fn known_elsewhere(
    customers: &Customers,
    directory: &Directory,
    accounts: &[String],
    number: &Party,
) -> (KnownElsewhere, Vec<SetAside>) {
    if accounts.is_empty() {
        return Default::default();
    }
    let fresh = accounts.iter().map(async |name| Some((name.clone(), customers.fresh(name, number).await?)));
    let known = async { tokio::join!(directory.said_elsewhere(number), join_all(fresh)) };
    // Not known in time, it comes with what each system says.
    let Ok((said, fresh)) = timeout(DEADLINE, known).await else { return Default::default() };
    let SaidElsewhere { remembered, not_theirs } = said.unwrap_or_default();
    let fresh = fresh.into_iter().flatten().collect();
    (KnownElsewhere { remembered, links: Vec::new(), fresh }, not_theirs)
}

/// Whether there is a number to look up, and to remember a customer by.
pub(super) fn has_number(party: &Party) -> bool {
    !matches!(party, Party::Hidden | Party::Unreadable { .. })
}

/// Whether anybody can be found by it: also where it could not be read and has digits enough.
fn may_be_somebodys(party: &Party) -> bool {
    has_number(party) || unread_digits(party).is_some()
}

fn unavailable(detail: &str) -> Lookup {
    tracing::warn!(detail, "the customer list did not answer");
    Lookup::Unavailable { system: "directory".to_owned(), matches: Vec::new() }
}
