//! What deserves attention outside the windows: the tray's state, and which notifications should be on the screen now.
//!
//! It says what should be there, not what to do: whoever shows notifications compares and closes what is gone.

use crate::{calls::Calls, left::LeftView, preferences::Lets};
use ringcard_core::{
    call::{Call, CallId, CallState, Direction},
    customer::{Card, Lookup},
    frame::CallRow,
    number::{NumberView, view},
};
use ringcard_hub::config::QuietMode;
use std::collections::VecDeque;

/// What tray and notifications show.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Attention {
    /// There is a hub at the other end: what is asked now is answered.
    pub online: bool,
    /// Calls that ring for this agent now.
    pub ringing: usize,
    /// What is left for this agent to do.
    pub left: LeftView,
    /// The missed of it are callers of the team's list, and not calls.
    pub is_shared: bool,
    /// The last call that was missed, while there are some nobody has looked at.
    pub last_missed: Option<Who>,
    /// A connection that a person should look at, in a sentence.
    pub trouble: Option<String>,
    pub do_not_disturb: bool,
    pub quiet: QuietMode,
    /// Notifications that should be on the screen, oldest first.
    pub alerts: Vec<Alert>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Alert {
    pub kind: AlertKind,
    pub who: Who,
    /// The line's name or number.
    pub line: Option<String>,
    /// How many more of the kind this one stands for.
    pub others: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AlertKind {
    Ringing,
    Missed,
    /// A promised call-back is due.
    Callback,
}

/// The customer's end of a call.
#[derive(Debug, Clone, PartialEq)]
pub struct Who {
    pub call_id: CallId,
    pub name: Option<String>,
    pub company: Option<String>,
    pub number: NumberView,
}

/// Missed calls shown at once; the tray counts the rest.
const MOST_MISSED: usize = 3;

/// Remembers the missed calls whose notification was neither acted on nor taken away.
#[derive(Debug, Default)]
pub(crate) struct Alerts {
    missed: VecDeque<Alert>,
    /// Ringing calls whose notification the agent took away.
    taken_away: Vec<CallId>,
    last_missed: Option<Who>,
}

impl Alerts {
    /// A call was missed just now.
    pub fn missed(&mut self, who: Who, line: Option<String>, notify: bool) {
        self.last_missed = Some(who.clone());
        if notify {
            if self.missed.len() == MOST_MISSED {
                self.missed.pop_front();
            }
            self.missed.push_back(Alert { kind: AlertKind::Missed, who, line, others: 0 });
        }
    }

    /// The call that was missed last before we watched; one we saw ourselves is newer.
    pub fn missed_before(&mut self, who: Who) {
        self.last_missed.get_or_insert(who);
    }

    /// The agent acted on this call's notification, or took it away.
    pub fn take_away(&mut self, call_id: &CallId) {
        self.missed.retain(|alert| alert.who.call_id != *call_id);
        if !self.taken_away.contains(call_id) {
            if self.taken_away.len() == 100 {
                self.taken_away.remove(0);
            }
            self.taken_away.push(call_id.clone());
        }
    }

    /// The agent looked at the missed calls.
    pub fn missed_seen(&mut self) {
        self.missed.clear();
    }

    pub fn last_missed(&self) -> Option<&Who> {
        self.last_missed.as_ref()
    }

    /// What should be on the screen.
    pub fn wanted(&self, calls: &Calls, quiet: QuietMode, do_not_disturb: bool) -> Vec<Alert> {
        if do_not_disturb {
            return Vec::new();
        }
        let ringing = calls
            .iter()
            .filter(|entry| quiet.notifies() && rings(&entry.call) && !self.taken_away.contains(&entry.call.id))
            .map(|entry| Alert {
                kind: AlertKind::Ringing,
                who: who(&entry.call, &entry.card, &entry.number),
                line: line_of(&entry.call, entry.line_number.as_ref()),
                others: 0,
            });
        self.missed.iter().cloned().chain(ringing).collect()
    }
}

/// Whether it rings at this desk.
pub(crate) fn rings(call: &Call) -> bool {
    call.direction == Direction::Inbound && call.state == CallState::Ringing
}

/// Whom an agent picked, or the only exact match.
pub(crate) fn who(call: &Call, card: &Card, number: &NumberView) -> Who {
    let customer = match &card.lookup {
        Lookup::Found { matches, chosen: Some(chosen) } => {
            matches.iter().find(|found| found.customer.id == *chosen).map(|found| &found.customer.details)
        }
        _ => None,
    };
    let given = |text: &String| (!text.is_empty()).then(|| text.clone());
    Who {
        call_id: call.id.clone(),
        name: customer.and_then(|details| given(&details.name)),
        company: customer.and_then(|details| given(&details.company)),
        number: number.clone(),
    }
}

/// The same for a call of the list.
pub(crate) fn who_was(row: CallRow) -> Who {
    let number = view(row.call.customer());
    Who { call_id: row.call.id, name: row.customer_name, company: None, number }
}

pub(crate) fn line_of(call: &Call, number: Option<&NumberView>) -> Option<String> {
    call.line.clone().or_else(|| number.map(|number| number.display.clone()))
}
