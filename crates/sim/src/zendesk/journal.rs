//! What was asked of the simulated Zendesk.

use super::misbehave::Misbehaviour;
use serde::Serialize;
use serde_json::Value;
use std::collections::VecDeque;

/// A request it received. It never holds a token.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Asked {
    pub seq: u64,
    /// By the simulator's clock, in milliseconds since 1970.
    pub at: u64,
    pub method: String,
    /// As it came, without the query.
    pub path: String,
    /// Method and path below `/api/v2` with `{}` for ids and without `.json`: `PUT tickets/{}`, `GET search`.
    pub endpoint: String,
    pub parameters: Vec<(String, String)>,
    /// The first 64 KiB.
    pub body: String,
    pub content_type: Option<String>,
    pub idempotency_key: Option<String>,
    /// How they signed in: `token`, `oauth`; absent: not, or wrongly.
    pub signed_in: Option<&'static str>,
    /// The HTTP status answered; absent while (or because) there is no answer.
    pub status: Option<u16>,
    pub misbehaviour: Option<Misbehaviour>,
    /// It counted against the account's limits.
    pub counted: bool,
    /// Why the request does not fit its schema.
    pub misfit: Option<String>,
    /// Why the answer does not fit its schema, which is a mistake of the simulator.
    pub answer_misfit: Option<String>,
}

impl Asked {
    /// The first parameter of this name.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        crate::journal::first(&self.parameters, name)
    }

    /// The body, read.
    pub fn json(&self) -> Option<Value> {
        serde_json::from_str(&self.body).ok()
    }
}

/// The last fifty thousand requests.
#[derive(Debug, Default)]
pub(crate) struct Journal {
    asked: VecDeque<Asked>,
    seq: u64,
}

impl Journal {
    const MOST: usize = 50_000;
    pub const BODY_MOST: usize = 64 * 1024;

    /// Returns its number.
    pub fn ask(&mut self, mut asked: Asked) -> u64 {
        self.seq += 1;
        asked.seq = self.seq;
        if self.asked.len() == Self::MOST {
            self.asked.pop_front();
        }
        self.asked.push_back(asked);
        self.seq
    }

    pub fn of(&mut self, seq: u64) -> Option<&mut Asked> {
        // They are numbered without a gap.
        let first = self.asked.front()?.seq;
        self.asked.get_mut(usize::try_from(seq.checked_sub(first)?).ok()?)
    }

    pub fn asked(&self) -> impl DoubleEndedIterator<Item = &Asked> {
        self.asked.iter()
    }
}
