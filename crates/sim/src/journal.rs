//! What the simulator received and what it sent: the last thousand of each.

use crate::misbehave::Misbehaviour;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// The simulator's own number of a call.
pub type CallNo = u64;

/// Which simulated system a request was for, or which one a call came by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum System {
    Vipex,
    Asterisk,
    /// Where [`Misbehaviour::RedirectToHttp`] leads: whoever comes here followed it, credentials and all.
    RedirectTrap,
}

/// A request one of the simulated systems received.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Received {
    pub seq: u64,
    /// Milliseconds since 1970.
    pub at: u64,
    pub system: System,
    pub method: String,
    pub path: String,
    /// The query as it stood in the URL.
    pub query: String,
    /// The query's parameters, then the body's, secrets included: they are the simulator's own.
    pub parameters: Vec<(String, String)>,
    /// Lower-case names.
    pub headers: Vec<(String, String)>,
    pub body: String,
    /// The status answered; absent while (or because) there is no answer.
    pub status: Option<u16>,
    pub misbehaviour: Option<Misbehaviour>,
    /// The call it started.
    pub call: Option<CallNo>,
}

impl Received {
    /// The first parameter of this name.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        first(&self.parameters, name)
    }

    /// A header, by its lower-case name.
    pub fn header(&self, name: &str) -> Option<&str> {
        first(&self.headers, name)
    }
}

pub(crate) fn first<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
}

/// A push the simulator sent (or should have sent).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Pushed {
    pub seq: u64,
    /// When it was sent, in milliseconds since 1970.
    pub at: u64,
    pub call: CallNo,
    pub kind: PushKind,
    /// The event's word, for [`PushKind::Event`].
    pub event: Option<String>,
    pub method: String,
    pub url: String,
    pub content_type: Option<String>,
    pub body: String,
    pub outcome: PushOutcome,
    /// How long the answer took.
    pub took_ms: u64,
}

impl Pushed {
    pub fn was_taken(&self) -> bool {
        matches!(self.outcome, PushOutcome::Answered { status, .. } if (200..300).contains(&status))
    }

    /// The status answered.
    pub fn status(&self) -> Option<u16> {
        match self.outcome {
            PushOutcome::Answered { status, .. } => Some(status),
            _ => None,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PushKind {
    /// A call rings (vipex.md, Incoming calls).
    Incoming,
    /// Something happened during a call (vipex.md, Basics).
    Event,
    /// The call is over and these are its data (vipex.md, Call data).
    CallData,
}

impl PushKind {
    /// The last part of the address it goes to.
    pub fn path(self) -> &'static str {
        match self {
            Self::Incoming => "incoming",
            Self::Event => "event",
            Self::CallData => "call-data",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum PushOutcome {
    Answered {
        status: u16,
        body: String,
    },
    /// No connection, or no answer in time.
    Failed {
        why: String,
    },
    /// Not sent, as told.
    Dropped,
}

/// The last thousand of each; older ones are forgotten.
#[derive(Debug, Default)]
pub(crate) struct Journal {
    received: VecDeque<Received>,
    pushed: VecDeque<Pushed>,
    seq: u64,
}

impl Journal {
    const MOST: usize = 1000;

    /// Returns the number by which [`Journal::answered`] knows it.
    pub fn receive(&mut self, mut request: Received) -> u64 {
        self.seq += 1;
        request.seq = self.seq;
        keep(&mut self.received, request, Self::MOST);
        self.seq
    }

    pub fn answered(&mut self, seq: u64, status: u16) {
        if let Some(request) = self.received_mut(seq) {
            request.status = Some(status);
        }
    }

    pub fn received_mut(&mut self, seq: u64) -> Option<&mut Received> {
        self.received.iter_mut().rev().find(|r| r.seq == seq)
    }

    pub fn push(&mut self, mut push: Pushed) {
        self.seq += 1;
        push.seq = self.seq;
        keep(&mut self.pushed, push, Self::MOST);
    }

    pub fn received(&self) -> impl DoubleEndedIterator<Item = &Received> {
        self.received.iter()
    }

    pub fn pushed(&self) -> impl DoubleEndedIterator<Item = &Pushed> {
        self.pushed.iter()
    }
}

fn keep<T>(kept: &mut VecDeque<T>, one: T, most: usize) {
    if kept.len() == most {
        kept.pop_front();
    }
    kept.push_back(one);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_journal_forgets_the_oldest() {
        let mut kept = VecDeque::new();
        for n in 0..5 {
            keep(&mut kept, n, 3);
        }
        assert_eq!(kept, [2, 3, 4]);
    }
}
