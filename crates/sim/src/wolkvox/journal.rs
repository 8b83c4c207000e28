//! What was asked, what took effect, and how thickly it came.

use super::misbehave::Misbehaviour;
use serde::Serialize;
use std::collections::VecDeque;

/// A request the simulated wolkvox received. It never holds the token, only its id.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Asked {
    pub seq: u64,
    /// By the simulator's clock, in milliseconds since 1970.
    pub at: u64,
    pub method: String,
    /// `campaign`, `agentbox`, `information`, `real_time`, `reports_manager`, or `local` for the agent's own PC.
    pub file: String,
    /// The parameter `api`, or `action` on the agent's own PC.
    pub api: String,
    /// The token's id; absent: no token, or none of ours.
    pub token: Option<String>,
    /// The query's.
    pub parameters: Vec<(String, String)>,
    /// Lower-case names, without the token.
    pub headers: Vec<(String, String)>,
    /// The first 64 KiB.
    pub body: String,
    /// The HTTP status answered; absent while (or because) there is no answer.
    pub status: Option<u16>,
    /// The body's code, before the style made it text.
    pub code: Option<u16>,
    pub misbehaviour: Option<Misbehaviour>,
    /// It cost a unit of the daily quota.
    pub counted: bool,
    /// A report that was asked for again sooner than advised (wolkvox.md, Limits).
    pub early: bool,
}

impl Asked {
    /// The first parameter of this name.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        crate::journal::first(&self.parameters, name)
    }

    /// A header, by its lower-case name.
    pub fn header(&self, name: &str) -> Option<&str> {
        crate::journal::first(&self.headers, name)
    }

    /// The body, read.
    pub fn json(&self) -> Option<serde_json::Value> {
        serde_json::from_str(&self.body).ok()
    }
}

/// A write that took effect, whether it was answered or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Applied {
    /// The request's ([`Asked::seq`]).
    pub seq: u64,
    /// By the simulator's clock, in milliseconds since 1970.
    pub at: u64,
    /// The token's id; absent on the agent's own PC.
    pub token: Option<String>,
    #[serde(flatten)]
    pub write: Write,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "write", rename_all = "snake_case")]
pub enum Write {
    /// A campaign record was closed (wolkvox.md, Campaigns).
    Coded {
        campaign_id: String,
        customer_id: String,
        cod_act: String,
        cod_act_2: Option<String>,
        comment: String,
    },
    /// One record of an upload.
    Added {
        campaign_id: String,
        customer_id: String,
    },
    Removed {
        campaign_id: String,
        customer_id: String,
    },
    /// A campaign record is to be called again (`campaign/recall`).
    Rescheduled {
        campaign_id: String,
        customer_id: String,
        date: String,
        telephone: String,
    },
    /// An agent's call-back was made, changed or deleted.
    RecallMade {
        agent_id: String,
        campaign_id: String,
        customer_id: String,
        telephone: String,
        date: String,
        style: String,
    },
    RecallEdited {
        agent_id: String,
        campaign_id: String,
        customer_id: String,
        date: String,
    },
    RecallDeleted {
        agent_id: String,
        campaign_id: String,
        customer_id: String,
    },
    Dialled {
        agent_id: String,
        phone: String,
        customer_id: Option<String>,
        conn_id: String,
    },
    HungUp {
        agent_id: String,
        conn_id: String,
    },
    Held {
        agent_id: String,
        on: bool,
    },
    Muted {
        agent_id: String,
        on: bool,
    },
    Tones {
        agent_id: String,
        tones: String,
    },
    Transferred {
        agent_id: String,
        phone: String,
        conn_id: String,
    },
    /// A call got its activity code (not the campaign record, wolkvox.md, Agents).
    Typed {
        agent_id: String,
        conn_id: String,
        cod_act: String,
        cod_act_2: Option<String>,
        comment: String,
    },
    Status {
        agent_id: String,
        status: String,
    },
}

/// How thickly requests with one token came, or with all: those let in and those refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Traffic {
    pub requests: u64,
    pub at_once: usize,
    pub most_at_once: usize,
    /// In any second, minute (sliding), and day (the operation's).
    pub most_per_second: usize,
    pub most_per_minute: usize,
    pub most_per_day: usize,
    /// Refused because too many were under way.
    pub refused_at_once: u64,
}

/// [`Traffic`], as it is counted.
#[derive(Debug, Default)]
pub(crate) struct Flow {
    pub seen: Traffic,
    /// Of the last minute, in milliseconds.
    recent: VecDeque<u64>,
    day: u64,
    today: usize,
}

impl Flow {
    /// Beyond this the counts of a minute are no use to anybody.
    const MOST: usize = 100_000;

    /// `at` in milliseconds, `day` as a number.
    pub fn arrives(&mut self, at: u64, day: u64) {
        self.seen.requests += 1;
        if self.day != day {
            (self.day, self.today) = (day, 0);
        }
        self.today += 1;
        self.recent.push_back(at);
        while self.recent.len() > Self::MOST || self.recent.front().is_some_and(|t| at.saturating_sub(*t) >= 60_000) {
            self.recent.pop_front();
        }
        let second = self.recent.iter().rev().take_while(|t| at.saturating_sub(**t) < 1000).count();
        self.seen.most_per_second = self.seen.most_per_second.max(second);
        self.seen.most_per_minute = self.seen.most_per_minute.max(self.recent.len());
        self.seen.most_per_day = self.seen.most_per_day.max(self.today);
    }

    /// One more is under way or wants to be.
    pub fn peak(&mut self, at_once: usize) {
        self.seen.most_at_once = self.seen.most_at_once.max(at_once);
    }
}

/// The last ten thousand requests and the last hundred thousand writes.
#[derive(Debug, Default)]
pub(crate) struct Journal {
    asked: VecDeque<Asked>,
    applied: VecDeque<Applied>,
    seq: u64,
}

impl Journal {
    const ASKED_MOST: usize = 10_000;
    const APPLIED_MOST: usize = 100_000;
    const BODY_MOST: usize = 64 * 1024;

    /// Returns its number.
    pub fn ask(&mut self, mut asked: Asked) -> u64 {
        self.seq += 1;
        asked.seq = self.seq;
        if self.asked.len() == Self::ASKED_MOST {
            self.asked.pop_front();
        }
        self.asked.push_back(asked);
        self.seq
    }

    /// Numbers are not used twice.
    pub fn go_on_from(&mut self, before: &Self) {
        self.seq = before.seq;
    }

    pub fn of(&mut self, seq: u64) -> Option<&mut Asked> {
        self.asked.iter_mut().rev().find(|a| a.seq == seq)
    }

    pub fn body(&mut self, seq: u64, body: &str) {
        if let Some(asked) = self.of(seq) {
            asked.body = body.chars().take(Self::BODY_MOST).collect();
        }
    }

    pub fn answered(&mut self, seq: u64, status: u16, code: Option<u16>) {
        if let Some(asked) = self.of(seq) {
            (asked.status, asked.code) = (Some(status), code);
        }
    }

    pub fn apply(&mut self, applied: Applied) {
        if self.applied.len() == Self::APPLIED_MOST {
            self.applied.pop_front();
        }
        self.applied.push_back(applied);
    }

    pub fn asked(&self) -> impl DoubleEndedIterator<Item = &Asked> {
        self.asked.iter()
    }

    pub fn applied(&self) -> impl DoubleEndedIterator<Item = &Applied> {
        self.applied.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_thickest_second_minute_and_day_are_remembered() {
        let mut flow = Flow::default();
        for at in [0, 500, 999, 1000, 30_000, 59_999, 60_000, 60_001] {
            flow.arrives(at, 1);
        }
        flow.arrives(90_000_000, 2);
        assert_eq!(flow.seen.requests, 9);
        assert_eq!(flow.seen.most_per_second, 3, "0 to 999, and 500 to 1000; 59,999 to 60,001");
        assert_eq!(flow.seen.most_per_minute, 7, "500 to 60,001");
        assert_eq!(flow.seen.most_per_day, 8);
    }
}
