//! Writing down what happened.

use super::{Click, History, HistoryFailure, click::write_click, find::write_words, missed::follow};
use ringcard_core::{
    call::{AgentId, Call, CallId, CallState},
    frame::Step,
    missed::MissedCaller,
    number::Party,
};
use rusqlite::{Transaction, params};
use serde::Serialize;

/// A call as it is now, with what is new about it.
#[derive(Debug, Clone)]
pub struct Recorded {
    pub call: Call,
    pub steps: Vec<Step>,
    /// Who answered or dialled it, among `call.agents`.
    pub mine: Vec<AgentId>,
    /// The click that begins this call; given once, with its first record.
    pub click: Option<Click>,
}

impl History {
    /// Commits a call's new state and steps. When this returns `Ok`, they survive a power cut.
    pub async fn record(&self, recorded: Recorded) -> Result<(), HistoryFailure> {
        self.files.record(recorded, &self.missed).await
    }

    /// The agent has looked at the missed calls.
    pub async fn missed_seen(&self, agent: AgentId) -> Result<(), HistoryFailure> {
        self.files
            .change(move |connection| {
                connection
                    .execute("UPDATE call_agent SET seen = 1 WHERE agent = ?1 AND missed = 1 AND seen = 0", [agent.0])
                    .map(|_| ())
            })
            .await
    }
}

/// A call's record, and what of the team's missed calls changes with it.
pub(super) fn write_with_missed(change: &Transaction<'_>, recorded: &Recorded) -> rusqlite::Result<Vec<MissedCaller>> {
    write_recorded(change, recorded)?;
    if recorded.call.course.party_name.is_some() && recorded.call.state.is_over() {
        write_words(change, &recorded.call.id)?;
    }
    follow(change, recorded)
}

pub(super) fn write_recorded(change: &Transaction<'_>, recorded: &Recorded) -> rusqlite::Result<()> {
    write_call(change, &recorded.call)?;
    write_agents(change, recorded)?;
    if let Some(click) = &recorded.click {
        write_click(change, click, &recorded.call.id)?;
    }
    for step in &recorded.steps {
        write_step(change, &recorded.call.id, step)?;
    }
    Ok(())
}

pub(super) fn write_step(change: &Transaction<'_>, id: &CallId, step: &Step) -> rusqlite::Result<()> {
    change
        .prepare_cached(
            "INSERT INTO step (call_id, n, at, event, about)
             VALUES (?1, (SELECT COUNT(*) FROM step WHERE call_id = ?1), ?2, ?3, ?4)",
        )?
        .execute(params![id.0, step.at.0, json(&step.event), (!step.of.is_whole_call()).then(|| json(&step.of)),])
        .map(|_| ())
}

fn write_call(change: &Transaction<'_>, call: &Call) -> rusqlite::Result<()> {
    change
        .prepare_cached(
            "INSERT INTO call (id, account, external_id, number_key, direction, state, over, started_at, call)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
             ON CONFLICT (id) DO UPDATE SET external_id = excluded.external_id, number_key = excluded.number_key,
                state = excluded.state, over = excluded.over, started_at = excluded.started_at, call = excluded.call",
        )?
        .execute(params![
            call.id.0,
            call.account,
            call.external_id,
            number_key(call.customer()),
            word(&call.direction),
            state_word(&call.state),
            call.state.is_over(),
            call.started_at.0,
            json(call),
        ])
        .map(|_| ())
}

fn write_agents(change: &Transaction<'_>, recorded: &Recorded) -> rusqlite::Result<()> {
    let missed = recorded.call.state == CallState::Missed;
    for agent in &recorded.call.agents {
        change
            .prepare_cached(
                "INSERT INTO call_agent (agent, call_id, missed, mine, at) VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT (agent, call_id) DO UPDATE SET missed = excluded.missed, mine = max(mine, excluded.mine),
                    at = excluded.at",
            )?
            .execute(params![
                agent.0,
                recorded.call.id.0,
                missed,
                recorded.mine.contains(agent),
                recorded.call.started_at.0
            ])?;
    }
    Ok(())
}

/// One key for every written form of a number; `None` for callers without one.
pub(super) fn number_key(party: &Party) -> Option<String> {
    match party {
        Party::Outside(number) => Some(number.e164.clone()),
        Party::Internal { digits } => Some(digits.clone()),
        Party::Hidden | Party::Unreadable { .. } => None,
    }
}

pub(super) fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("BUG: our own words are always JSON")
}

fn word(value: &impl Serialize) -> String {
    json(value).trim_matches('"').to_owned()
}

/// The state's own word (`missed`), without what belongs to it.
fn state_word(state: &CallState) -> String {
    let value = serde_json::to_value(state).expect("BUG: our own words are always JSON");
    value.get("kind").and_then(|kind| kind.as_str()).unwrap_or_default().to_owned()
}
