//! The team's missed calls that are left to do, as desks see them.
//!
//! The task that owns the calls keeps the list and is told of each change in the order in which it was kept, so that a desk
//! that begins with a snapshot misses none.

use super::{Input, LiveCalls, desks::Desks, task::LiveTask};
use crate::{
    Agent,
    history::{History, HistoryFailure, NotTaken},
    route::agents_for,
};
use ringcard_core::{
    Timestamp,
    call::AgentId,
    frame::{DeskEvent, RequestError, RequestErrorCode},
    missed::{MissedAct, MissedCaller, MissedId, MissedList},
    number::Dnis,
};
use std::{collections::BTreeMap, future::pending, mem, time::Duration};
use tokio::sync::broadcast::{self, error::RecvError};

/// So many rows are kept at hand, the newest; a longer list is worked off first.
const MOST: u32 = 5000;

/// The list, and who tells of its changes.
pub(super) struct LiveMissed {
    rows: BTreeMap<MissedId, MissedCaller>,
    changes: broadcast::Receiver<Vec<MissedCaller>>,
    /// Changes came faster than they were taken in, or the list was begun anew: it is to be read again.
    is_stale: bool,
}

/// What came of waiting for changes.
pub(super) enum MissedNews {
    Changed(Vec<MissedCaller>),
    Lost,
}

impl LiveMissed {
    /// It listens before it reads: what changes between is heard.
    pub async fn read(history: &History) -> Result<Self, HistoryFailure> {
        let changes = history.missed_changes();
        let rows = history.missed_left(MOST).await?;
        Ok(Self { rows: by_id(rows), changes, is_stale: false })
    }

    pub async fn next(&mut self) -> MissedNews {
        match self.changes.recv().await {
            Ok(rows) => MissedNews::Changed(rows),
            Err(RecvError::Lagged(_)) => MissedNews::Lost,
            Err(RecvError::Closed) => pending().await,
        }
    }

    pub fn of(&self, serves: impl Fn(&MissedCaller) -> bool) -> MissedList {
        let mut rows: Vec<&MissedCaller> = self.rows.values().filter(|row| serves(row)).collect();
        rows.sort_by(|one, other| one.urgency().cmp(&other.urgency()));
        let more = rows.len() > MissedList::MOST;
        MissedList { rows: rows.into_iter().take(MissedList::MOST).cloned().collect(), more }
    }
}

fn by_id(rows: Vec<MissedCaller>) -> BTreeMap<MissedId, MissedCaller> {
    rows.into_iter().map(|row| (row.id.clone(), row)).collect()
}

/// Whether an agent is one of those who should call back: it rang for them, or they answer that number.
pub(crate) fn serves(agents: &[Agent], agent: &AgentId, row: &MissedCaller) -> bool {
    row.agents.contains(agent) || agents_for(agents, &[], &row.called).contains(agent)
}

impl Desks {
    /// Each desk hears of the rows its agent serves.
    fn missed_list(&mut self, rows: &[MissedCaller], gone: &[MissedCaller], agents: &[Agent]) {
        for agent in self.agents() {
            let rows: Vec<_> = rows.iter().filter(|row| serves(agents, &agent, row)).cloned().collect();
            let gone: Vec<_> =
                gone.iter().filter(|row| serves(agents, &agent, row)).map(|row| row.id.clone()).collect();
            if !rows.is_empty() || !gone.is_empty() {
                self.tell(&agent, &DeskEvent::MissedList { rows, gone });
            }
        }
    }
}

impl LiveTask {
    pub(super) fn missed_news(&mut self, news: MissedNews) {
        match news {
            MissedNews::Changed(rows) => self.missed_changed(rows),
            MissedNews::Lost => self.missed.is_stale = true,
        }
    }

    /// The list is another one: it was begun anew.
    pub(super) fn missed_is_stale(&mut self) {
        self.missed.is_stale = true;
    }

    /// Reads the list again where that is due.
    pub(super) fn read_missed_again(&mut self) {
        if !std::mem::take(&mut self.missed.is_stale) {
            return;
        }
        let history = self.parts.history.clone();
        self.later(async move {
            let rows = history.missed_left(MOST).await;
            Input::Act(Box::new(move |task| match rows {
                Ok(rows) => task.missed_read(rows),
                Err(error) => {
                    tracing::warn!(%error, "the list of missed calls could not be read; it is tried again");
                    task.missed.is_stale = true;
                }
            }))
        });
    }

    fn missed_read(&mut self, rows: Vec<MissedCaller>) {
        let rows = by_id(rows);
        let known = mem::take(&mut self.missed.rows);
        let (stay, gone): (BTreeMap<_, _>, BTreeMap<_, _>) =
            known.into_iter().partition(|(id, _)| rows.contains_key(id));
        self.missed.rows = stay;
        let gone: Vec<MissedCaller> = gone.into_values().collect();
        self.desks.missed_list(&[], &gone, &self.rules.agents);
        self.missed_changed(rows.into_values().collect());
    }

    /// A row that is older than the one that is known says nothing.
    fn missed_changed(&mut self, rows: Vec<MissedCaller>) {
        let (mut left, mut gone) = (Vec::new(), Vec::new());
        for row in rows {
            let known = self.missed.rows.get(&row.id);
            if known.is_some_and(|known| known.version >= row.version) {
                continue;
            }
            if row.done.is_some() {
                self.missed.rows.remove(&row.id);
                gone.push(row);
                continue;
            }
            let row = self.due(row);
            self.missed.rows.insert(row.id.clone(), row.clone());
            left.push(row);
        }
        while self.missed.rows.len() > MOST as usize {
            self.missed.rows.pop_first();
        }
        self.desks.missed_list(&left, &gone, &self.rules.agents);
    }

    /// With the time its line promises.
    fn due(&self, mut row: MissedCaller) -> MissedCaller {
        row.due_at = self.rules.call_back_within(&row.called).map(|within| row.first_at.after(within));
        row
    }

    /// What an agent sees of it; `None`: everything.
    pub(super) fn missed_list_of(&self, agent: Option<&AgentId>) -> MissedList {
        self.missed.of(|row| agent.is_none_or(|agent| serves(&self.rules.agents, agent, row)))
    }

    /// At the start: what was left to do before.
    pub(super) fn missed_taken_up(&mut self) {
        let rows = std::mem::take(&mut self.missed.rows);
        self.missed.rows = rows.into_iter().map(|(id, row)| (id, self.due(row))).collect();
    }
}

impl super::Rules {
    fn call_back_within(&self, called: &Dnis) -> Option<Duration> {
        self.call_back_within.get(crate::config::line_key(&called.0)?.as_str()).copied()
    }
}

impl LiveCalls {
    pub async fn missed_list(&self, agent: Option<AgentId>) -> Result<MissedList, RequestError> {
        self.with(move |task| task.missed_list_of(agent.as_ref())).await
    }

    /// Does something with a row; everybody's desk hears of it. Refused where somebody was faster: the message says who.
    pub async fn missed_act(
        &self,
        by: Option<AgentId>,
        over_others: bool,
        id: MissedId,
        act: MissedAct,
    ) -> Result<MissedCaller, RequestError> {
        if act == MissedAct::Take && by.is_none() {
            return Err(RequestError::new(RequestErrorCode::Invalid, "Say which agent takes it"));
        }
        let row = self.history.missed_act(id, act, by, over_others, Timestamp::now()).await.map_err(refused)?;
        self.with(move |task| task.due(row)).await
    }
}

fn refused(why: NotTaken) -> RequestError {
    let code = match &why {
        NotTaken::NotThere => RequestErrorCode::NotFound,
        NotTaken::Taken { .. } | NotTaken::Done | NotTaken::Changed => RequestErrorCode::Conflict,
        NotTaken::NotKept(failure) => return RequestError::not_saved(failure),
    };
    RequestError::new(code, why.to_string())
}
