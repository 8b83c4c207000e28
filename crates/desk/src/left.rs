//! What is left for this agent to do, and how much of it there is: the number that every badge shows.
//!
//! Pure, as [`crate::missed`]: whoever owns [`Left`] asks the hub and tells it the answers. Nothing counts twice: a call whose
//! wrap-up is open here, or was saved here and waits for the hub, is none without a code.

use crate::{pending::PendingListed, view::ListedCall};
use ringcard_core::{
    call::{AgentId, Call, CallId},
    frame::CallRow,
    submission::OutboxRow,
};
use serde::Serialize;
use std::collections::HashSet;
use ts_rs::TS;

/// Calls without a code that are counted; who has more has enough to begin with.
pub(crate) const MOST_CALLS: usize = 1_000;

/// How much there is of each kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, TS)]
pub struct LeftView {
    /// Missed callers that nobody else took on; where the hub shares no list, missed calls that nobody looked at.
    pub missed: u32,
    /// Promised call-backs whose time has come.
    pub callbacks_due: u32,
    /// My calls that should have been coded and were not.
    pub without_code: u32,
    /// What I saved for other systems and a person has to decide about.
    pub stuck: u32,
    /// All of it.
    pub total: u32,
    /// Another one whenever calls or rows changed: who shows them asks again.
    pub version: u32,
}

impl LeftView {
    pub(crate) fn of(missed: u32, callbacks_due: u32, without_code: u32, stuck: u32, version: u32) -> Self {
        let all = [missed, callbacks_due, without_code, stuck];
        let total = all.into_iter().fold(0, u32::saturating_add);
        Self { missed, callbacks_due, without_code, stuck, total, version }
    }
}

/// What is shown beside missed callers and call-backs.
#[derive(Debug, Clone, Default, PartialEq, Serialize, TS)]
pub struct LeftList {
    /// My calls without a code, the newest first.
    pub without_code: Vec<ListedCall>,
    /// There are more than are counted.
    pub more: bool,
    /// Rows of the outbox that need me.
    pub stuck: Vec<OutboxRow>,
    /// What I saved and the hub will not have.
    pub refused: Vec<PendingListed>,
}

/// One question at a time; what changes meanwhile is asked for once more.
#[derive(Debug, Default, PartialEq, Eq)]
enum Asking {
    #[default]
    Not,
    UnderWay {
        again: bool,
    },
}

impl Asking {
    /// Whether to ask now.
    fn begin(&mut self) -> bool {
        let begins = *self == Self::Not;
        *self = Self::UnderWay { again: !begins };
        begins
    }

    /// Answered, or not to be answered any more. Whether to ask again.
    fn end(&mut self) -> bool {
        std::mem::take(self) == Self::UnderWay { again: true }
    }
}

/// What the hub told of it.
#[derive(Debug, Default)]
pub(crate) struct Left {
    calls: Vec<CallRow>,
    /// Those of them that should have been coded, by this desk's settings.
    expected: HashSet<CallId>,
    more: bool,
    /// Pages of an answer that is not whole yet.
    found: Vec<CallRow>,
    stuck: Vec<OutboxRow>,
    asking_calls: Asking,
    asking_rows: Asking,
    version: u32,
}

/// What to ask after an answer.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// The page after this call.
    Page(CallId),
    /// From the beginning: something changed meanwhile.
    Again,
    Nothing,
}

impl Left {
    /// Whether the calls are to be asked for now.
    pub fn begin_calls(&mut self) -> bool {
        self.asking_calls.begin()
    }

    pub fn begin_rows(&mut self) -> bool {
        self.asking_rows.begin()
    }

    /// A page of calls without a code, the newest first, and the call after which further ones are looked for.
    pub fn take_page(&mut self, page: Vec<CallRow>, next: Option<CallId>) -> Next {
        self.found.extend(page);
        if let Some(next) = next.clone().filter(|_| self.found.len() < MOST_CALLS) {
            return Next::Page(next);
        }
        self.calls = std::mem::take(&mut self.found);
        self.more = next.is_some();
        self.end_calls()
    }

    /// No answer came; what was known before stays.
    pub fn no_page(&mut self) -> Next {
        self.found.clear();
        self.end_calls()
    }

    fn end_calls(&mut self) -> Next {
        self.version = self.version.wrapping_add(1);
        if self.asking_calls.end() { Next::Again } else { Next::Nothing }
    }

    /// The rows that need a person; without an answer what was known stays. Whether to ask again.
    pub fn take_rows(&mut self, rows: Option<Vec<OutboxRow>>) -> bool {
        if let Some(rows) = rows {
            self.stuck = rows;
            self.version = self.version.wrapping_add(1);
        }
        self.asking_rows.end()
    }

    /// The line is gone, and with it every answer.
    pub fn line_fell(&mut self) {
        self.found.clear();
        (self.asking_calls, self.asking_rows) = (Asking::Not, Asking::Not);
    }

    /// Looks again which of the calls should have been coded.
    pub fn settle(&mut self, expects: impl Fn(&Call) -> bool) {
        let expected = self.calls.iter().filter(|row| expects(&row.call)).map(|row| row.call.id.clone()).collect();
        if self.expected != expected {
            self.expected = expected;
            self.version = self.version.wrapping_add(1);
        }
    }

    /// This call is coded, or needs no code: the hub says so with the next answer.
    pub fn is_settled(&mut self, id: &CallId) {
        self.calls.retain(|row| row.call.id != *id);
        self.version = self.version.wrapping_add(1);
    }

    /// `is_in_hand`: its wrap-up is open here, or waits for the hub.
    pub fn without_code(&self, is_in_hand: impl Fn(&CallId) -> bool) -> impl Iterator<Item = &CallRow> {
        self.calls.iter().filter(move |row| self.expected.contains(&row.call.id) && !is_in_hand(&row.call.id))
    }

    pub fn more(&self) -> bool {
        self.more
    }

    pub fn stuck<'a>(&'a self, me: &'a AgentId) -> impl Iterator<Item = &'a OutboxRow> {
        self.stuck.iter().filter(|row| row.submission.agent.as_ref() == Some(me))
    }

    pub fn version(&self) -> u32 {
        self.version
    }
}

#[cfg(test)]
mod tests;
