//! How calls that go on stand: read from the list of calls that changed last (ccai.md, Lists).

use super::{CcaiAccount, calls::PAGES_MOST, outcome::Trouble, wire::Call};
use crate::{CallNews, FollowCalls, NotTold, OpenCall, Push, PushKind};
use async_trait::async_trait;
use ringcard_core::{
    Timestamp,
    call::{CallEvent, CallId, Direction, FailReason, Leg},
    number::{Ani, Dnis, Party},
};
use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::PoisonError,
    time::Duration,
};

/// What the account's clock may be behind ours: a call that began so long before our request may be the one we asked for.
const CLOCKS_DIFFER: i64 = 30_000;
/// Calls whose owners are remembered.
const OWNERS: usize = 1_000;
/// No reason is longer.
const LONGEST_REASON: usize = 100;
/// Before these, no phone rings.
const NOBODY_RINGS: [&str; 3] = ["selecting", "queued", "scheduled"];

/// What was seen of the list so far.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// When the newest row changed: what changed since stands before it.
    newest: Option<Timestamp>,
    /// Calls that are followed and were found: they need not be looked for any more.
    known: BTreeSet<String>,
    /// Whose call is which of ours, the last ones.
    owners: VecDeque<(String, CallId)>,
}

impl Seen {
    /// Whether another of our calls is this one.
    fn is_anothers(&self, external_id: &str, id: &CallId) -> bool {
        self.owners.iter().any(|(known, owner)| known == external_id && owner != id)
    }

    fn owns(&mut self, external_id: &str, id: &CallId) {
        if self.owners.iter().any(|(known, owner)| known == external_id && owner == id) {
            return;
        }
        if self.owners.len() == OWNERS {
            self.owners.pop_front();
        }
        self.owners.push_back((external_id.to_owned(), id.clone()));
    }
}

#[async_trait]
impl FollowCalls for CcaiAccount {
    fn every(&self) -> Duration {
        self.config.looks_every.unwrap_or(Duration::from_secs(60))
    }

    async fn look(&self, open: &[OpenCall]) -> Result<Vec<CallNews>, NotTold> {
        let rows = self.rows(open).await.map_err(Trouble::not_told)?;
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let (named, unnamed): (Vec<_>, Vec<_>) = open.iter().partition(|call| call.external_id.is_some());
        let mut news = Vec::new();
        for call in named {
            let Some(external_id) = &call.external_id else { continue };
            seen.owns(external_id, &call.id);
            if let Some(row) = rows.get(external_id) {
                news.extend(self.news(call, row));
            }
        }
        for call in unnamed {
            if let Some(row) = self.asked_for(call, &rows, &seen) {
                seen.owns(&row.id, &call.id);
                news.extend(self.news(call, row));
            }
        }
        seen.known.retain(|id| open.iter().any(|call| call.external_id.as_ref() == Some(id)));
        let found = open.iter().filter_map(|call| call.external_id.clone()).filter(|id| rows.contains_key(id));
        seen.known.extend(found);
        Ok(news)
    }
}

impl CcaiAccount {
    /// As many pages as hold what changed since the last time, and calls that are asked about for the first time.
    async fn rows(&self, open: &[OpenCall]) -> Result<BTreeMap<String, Call>, Trouble> {
        let (since, mut wanted) = {
            let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
            let ids = open.iter().filter_map(|call| call.external_id.as_ref());
            (seen.newest, ids.filter(|id| !seen.known.contains(*id)).cloned().collect::<BTreeSet<_>>())
        };
        let (mut rows, mut newest) = (BTreeMap::new(), since);
        for page in 1..=PAGES_MOST {
            let reply = self.changed_last(page).await?;
            let calls = reply.calls();
            let changed = || calls.iter().filter_map(|call| call.updated_at);
            newest = newest.max(changed().max());
            // Of the same moment some may stand on the next page.
            let reaches_back = changed().min().zip(since).is_some_and(|(oldest, since)| oldest < since);
            for call in calls {
                wanted.remove(&call.id);
                rows.entry(call.id.clone()).or_insert(call);
            }
            if !reply.has_next() || (wanted.is_empty() && (reaches_back || since.is_none())) {
                break;
            }
        }
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).newest = newest;
        Ok(rows)
    }

    /// The row of a call that was asked for, and of which nobody said the id: the agent's first one to the number since.
    fn asked_for<'a>(&self, open: &OpenCall, rows: &'a BTreeMap<String, Call>, seen: &Seen) -> Option<&'a Call> {
        let email = self.config.email_of(open.extension.as_deref()?)?;
        let is_it = |row: &&Call| {
            let is_agents = row.agent_email.as_ref().is_some_and(|of| of.eq_ignore_ascii_case(email));
            let is_since = row.created_at.is_some_and(|at| at.0 >= open.started_at.0 - CLOCKS_DIFFER);
            let number = || row.number.as_deref().map(|number| self.plan.read_dnis(Some(number)).0);
            row.is_outbound
                && is_agents
                && is_since
                && !seen.is_anothers(&row.id, &open.id)
                && number().as_ref() == Some(&open.number)
        };
        let is_ours = open.direction == Direction::Outbound;
        rows.values().filter(|_| is_ours).filter(is_it).min_by_key(|row| row.created_at)
    }

    fn news(&self, open: &OpenCall, row: &Call) -> Vec<CallNews> {
        let rings = row.assigned_at.or(row.created_at).filter(|_| {
            let waits = NOBODY_RINGS.contains(&row.status.as_str());
            open.direction == Direction::Outbound && !waits
        });
        let over = row.is_over.then(|| (row.ended_at.or(row.updated_at), how_it_ended(row)));
        let mut told = Vec::new();
        told.extend(rings.map(|at| (Some(at), CallEvent::AgentRinging, open.extension.clone())));
        told.extend(row.connected_at.map(|at| (Some(at), CallEvent::Connected, open.extension.clone())));
        told.extend(over.map(|(at, event)| (at, event, None)));
        let news = told
            .into_iter()
            .map(|(at, event, phone)| CallNews { id: open.id.clone(), push: push(open, &row.id, at, event, phone) });
        news.collect()
    }
}

fn how_it_ended(row: &Call) -> CallEvent {
    if row.status != "failed" || row.connected_at.is_some() {
        return CallEvent::Ended;
    }
    let reason = row.fail_reason.as_deref().unwrap_or_default().to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| reason.contains(word));
    let leg = if says(&["agent"]) { Leg::Agent } else { Leg::Customer };
    let why = match () {
        () if says(&["busy"]) => FailReason::Busy,
        () if says(&["unanswered", "no_answer", "no answer", "noanswer"]) => FailReason::NoAnswer,
        () if says(&["declin", "reject"]) => FailReason::Declined,
        () => FailReason::untold(reason.chars().take(LONGEST_REASON).collect::<String>()),
    };
    CallEvent::Failed { leg, why }
}

fn push(open: &OpenCall, id: &str, at: Option<Timestamp>, event: CallEvent, phone: Option<String>) -> Push {
    let own = open.extension.clone().map_or(Party::Hidden, |digits| Party::Internal { digits });
    let (ani, dnis) = match open.direction {
        Direction::Inbound => (open.number.clone(), Party::Hidden),
        Direction::Outbound => (own, open.number.clone()),
    };
    Push {
        extensions: phone.into_iter().collect(),
        external_id: Some(id.to_owned()),
        direction: Some(open.direction),
        event: Some(event),
        sent_at: at,
        ..Push::between(PushKind::Event, Ani(ani), Dnis(dnis))
    }
}
