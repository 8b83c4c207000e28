//! All promises of this desk, and which of them are due.

use super::OwnCallback;
use crate::keep::{Found, Keep, KeepNews};
use ringcard_core::{
    Timestamp,
    call::{Call, CallId},
};
use std::{collections::BTreeMap, time::Duration};

/// A call-back further away is a slip.
const FURTHEST: Duration = Duration::from_secs(2 * 366 * 24 * 3600);

/// See the module.
#[derive(Debug, Default)]
pub struct OwnCallbacks {
    rows: BTreeMap<CallId, Row>,
    /// Being saved with their wrap-ups.
    promised: BTreeMap<CallId, OwnCallback>,
    /// Grows with every change, so that whoever lists them knows when to look again.
    version: u64,
    /// The agent asked to see what is due, whatever the quiet mode says.
    revealed: bool,
}

#[derive(Debug)]
pub(super) struct Row {
    pub kept: OwnCallback,
    /// As it is just being kept.
    wanted: Option<OwnCallback>,
    /// That it is due was seen to.
    told: bool,
    /// The agent took it off the screen.
    put_away: bool,
    /// The agent took its notification away, or acted on it.
    alert_away: bool,
}

/// Why a call-back was not moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotMoved {
    #[error("this call-back is done already")]
    Gone,
    #[error("that moment has passed")]
    InPast,
    #[error("that is too far away")]
    TooFar,
}

impl OwnCallbacks {
    /// None any more: the file they are in is let go.
    pub fn emptied(self) -> Self {
        Self { version: self.version + 1, ..Self::default() }
    }

    /// Takes up what is in the file: that is the truth, whatever was thought before it was opened (again).
    pub fn take_up(&mut self, found: &Found) {
        let mut before = std::mem::take(&mut self.rows);
        for kept in &found.own_callbacks {
            let row = match before.remove(&kept.call_id) {
                Some(row) => Row { kept: kept.clone(), wanted: None, ..row },
                None => Row::new(kept.clone()),
            };
            self.rows.insert(kept.call_id.clone(), row);
        }
        self.version += 1;
    }

    /// Nothing is kept any more: what was under way is not, and must not be kept later with something else.
    pub fn keeper_gone(&mut self) {
        self.promised.clear();
        self.rows.values_mut().for_each(|row| row.wanted = None);
    }

    /// A wrap-up is being saved, with or without a promise of its own.
    pub fn promise(&mut self, call_id: &CallId, callback: Option<OwnCallback>) {
        match callback {
            Some(callback) => drop(self.promised.insert(call_id.clone(), callback)),
            None => drop(self.promised.remove(call_id)),
        }
    }

    /// Takes what came of keeping something.
    pub fn hear(&mut self, news: &KeepNews) {
        match news {
            KeepNews::Submit { call_id, result } => {
                let promised = self.promised.remove(call_id);
                if result.is_ok() {
                    match promised {
                        Some(callback) => drop(self.rows.insert(call_id.clone(), Row::new(callback))),
                        None => drop(self.rows.remove(call_id)),
                    }
                    self.version += 1;
                }
            }
            KeepNews::Callback { callback, result } => {
                let Some(row) = self.rows.get_mut(&callback.call_id) else { return };
                row.wanted.take_if(|wanted| *wanted == **callback);
                if result.is_ok() {
                    if row.kept.at != callback.at {
                        (row.told, row.put_away, row.alert_away) = (false, false, false);
                    }
                    row.kept = (**callback).clone();
                    self.version += 1;
                }
            }
            KeepNews::CallbackDone { call_id, result: Ok(()) } => {
                self.rows.remove(call_id);
                self.version += 1;
            }
            _ => {}
        }
    }

    /// The agent says when it is called instead.
    pub fn move_to(&mut self, call_id: &CallId, at: Timestamp, now: Timestamp) -> Result<Keep, NotMoved> {
        let row = self.rows.get_mut(call_id).ok_or(NotMoved::Gone)?;
        if at <= now {
            return Err(NotMoved::InPast);
        }
        if at > now.after(FURTHEST) {
            return Err(NotMoved::TooFar);
        }
        Ok(row.want(|callback| callback.at = at))
    }

    /// Nobody is reminded of it any more, once that is kept. Nothing where it is done already.
    pub fn done(&self, call_id: &CallId) -> Option<Keep> {
        self.rows.contains_key(call_id).then(|| Keep::CallbackDone { call_id: call_id.clone() })
    }

    /// This call was started for it.
    pub fn calling(&mut self, call_id: &CallId, started: &CallId) -> Option<Keep> {
        let row = self.rows.get_mut(call_id)?;
        Some(row.want(|callback| callback.calling = Some(started.clone())))
    }

    /// A call moved on. One that came about keeps the promise; one that did not leaves it, and it is due again.
    pub fn call_moved(&mut self, call: &Call) -> Vec<Keep> {
        let came_about = call.connected_at.is_some();
        if !came_about && !call.state.is_over() {
            return Vec::new();
        }
        let its = self.rows.values_mut().filter(|row| row.newest().calling.as_ref() == Some(&call.id));
        its.map(|row| match came_about {
            true => Keep::CallbackDone { call_id: row.kept.call_id.clone() },
            false => {
                (row.told, row.put_away) = (false, false);
                row.want(|callback| callback.calling = None)
            }
        })
        .collect()
    }

    /// Sees to what the clock brings. What was put away comes back with what is newly due: they are one list.
    pub fn tick(&mut self, now: Timestamp) {
        let mut news = false;
        for row in self.rows.values_mut() {
            let is_due = row.kept.at <= now;
            news |= is_due && !row.told;
            row.told = is_due;
        }
        if news {
            for row in self.rows.values_mut() {
                (row.put_away, row.alert_away) = (false, false);
            }
        }
    }

    /// When [`Self::tick`] has something to do: also at once, where one became due since it was called.
    pub fn next_at(&self, now: Timestamp) -> Option<Timestamp> {
        self.rows.values().filter(|row| !row.told || row.kept.at > now).map(|row| row.kept.at).min()
    }

    pub fn get(&self, call_id: &CallId) -> Option<&OwnCallback> {
        self.rows.get(call_id).map(|row| &row.kept)
    }

    /// Those that are due, the oldest first.
    pub fn due(&self, now: Timestamp) -> Vec<&OwnCallback> {
        by_time(self.due_rows(now).map(|row| &row.kept).collect())
    }

    /// Those on the screen now: without a word of the agent's where they asked for quiet.
    pub fn shown(&self, now: Timestamp, quiet: bool) -> Vec<&OwnCallback> {
        let seen = self.due_rows(now).filter(|row| !row.put_away && (!quiet || self.revealed));
        by_time(seen.map(|row| &row.kept).collect())
    }

    /// Those a notification may be about.
    pub fn announced(&self, now: Timestamp) -> Vec<&OwnCallback> {
        by_time(self.due_rows(now).filter(|row| !row.alert_away).map(|row| &row.kept).collect())
    }

    /// The agent takes off the screen what is due: it stays counted, and comes back with the next one that is due.
    pub fn put_away(&mut self, now: Timestamp) {
        self.revealed = false;
        for row in self.rows.values_mut().filter(|row| row.kept.at <= now) {
            (row.told, row.put_away) = (true, true);
        }
    }

    /// The agent wants to see everything there is.
    pub fn reveal(&mut self) {
        self.revealed = true;
        for row in self.rows.values_mut() {
            row.put_away = false;
        }
    }

    /// The agent acted on the notification that stands for all that are due, or took it away.
    pub fn alert_taken_away(&mut self, call_id: &CallId, now: Timestamp) {
        if self.rows.contains_key(call_id) {
            for row in self.rows.values_mut().filter(|row| row.kept.at <= now) {
                (row.told, row.alert_away) = (true, true);
            }
        }
    }

    pub fn len(&self) -> usize {
        self.rows.len()
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    pub fn version(&self) -> u64 {
        self.version
    }

    /// The soonest first.
    pub fn iter(&self) -> impl Iterator<Item = &OwnCallback> {
        by_time(self.rows.values().map(|row| &row.kept).collect()).into_iter()
    }

    fn due_rows(&self, now: Timestamp) -> impl Iterator<Item = &Row> {
        self.rows.values().filter(move |row| row.kept.at <= now)
    }
}

impl Row {
    fn new(kept: OwnCallback) -> Self {
        Self { kept, wanted: None, told: false, put_away: false, alert_away: false }
    }

    /// As it is, or will be once it is kept.
    fn newest(&self) -> &OwnCallback {
        self.wanted.as_ref().unwrap_or(&self.kept)
    }

    fn want(&mut self, change: impl FnOnce(&mut OwnCallback)) -> Keep {
        let mut callback = self.newest().clone();
        change(&mut callback);
        self.wanted = Some(callback.clone());
        Keep::Callback(Box::new(callback))
    }
}

fn by_time(mut callbacks: Vec<&OwnCallback>) -> Vec<&OwnCallback> {
    callbacks.sort_by(|a, b| (a.at, &a.call_id).cmp(&(b.at, &b.call_id)));
    callbacks
}
