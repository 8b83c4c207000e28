//! How long a card took from push to paint: what the product promises, measured on every real call.

use ringcard_core::call::CallId;
use serde::Serialize;
use std::{
    collections::VecDeque,
    sync::Mutex,
    time::{Instant, SystemTime, UNIX_EPOCH},
};

/// The last thousand pops.
pub struct Pops {
    origin: Instant,
    origin_us: u64,
    rows: Mutex<VecDeque<Pop>>,
}

/// One pop; microseconds since the Unix epoch, taken from one monotonic clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct Pop {
    pub call_id: CallId,
    /// The webhook's request was there.
    pub received_us: u64,
    /// The second animation frame after the card was drawn; absent: not painted (yet).
    pub painted_us: Option<u64>,
    /// What other systems answered while the card was there already, in the order in which it came.
    pub answers: Vec<Answered>,
}

/// An answer of another system that came onto a card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[cfg_attr(test, schema(as = AnsweredOnCard))]
pub struct Answered {
    /// The account.
    pub source: String,
    /// The answer was there.
    pub answered_us: u64,
    /// As the pop's: of the first painted card that has it.
    pub painted_us: Option<u64>,
    /// The card's version it is on.
    #[serde(skip)]
    version: u32,
}

const KEPT: usize = 1000;
/// Answers of one call.
const ANSWERS: usize = 16;

impl Default for Pops {
    fn default() -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self {
            origin: Instant::now(),
            origin_us: u64::try_from(since.as_micros()).unwrap_or(0),
            rows: Mutex::default(),
        }
    }
}

impl Pops {
    pub(crate) fn received(&self, call_id: &CallId, at: Instant) {
        let mut rows = self.rows.lock().expect("BUG: nobody panics while holding the pops");
        if rows.len() == KEPT {
            rows.pop_front();
        }
        rows.push_back(Pop {
            call_id: call_id.clone(),
            received_us: self.micros(at),
            painted_us: None,
            answers: Vec::new(),
        });
    }

    /// What a system answered at this moment is on this version of the call's card.
    pub(crate) fn answered(&self, call_id: &CallId, source: &str, at: Instant, version: u32) {
        let answered_us = self.micros(at);
        let mut rows = self.rows.lock().expect("BUG: nobody panics while holding the pops");
        if let Some(pop) = rows.iter_mut().rev().find(|pop| pop.call_id == *call_id)
            && pop.answers.len() < ANSWERS
        {
            pop.answers.push(Answered { source: source.to_owned(), answered_us, painted_us: None, version });
        }
    }

    /// The popup says that this version of the card is on the screen; of each thing only the first word counts.
    pub fn painted(&self, call_id: &CallId, version: u32) {
        let now = self.micros(Instant::now());
        let mut rows = self.rows.lock().expect("BUG: nobody panics while holding the pops");
        if let Some(pop) = rows.iter_mut().rev().find(|pop| pop.call_id == *call_id) {
            pop.painted_us.get_or_insert(now);
            for answer in pop.answers.iter_mut().filter(|answer| answer.version <= version) {
                answer.painted_us.get_or_insert(now);
            }
        }
    }

    pub fn recent(&self) -> Vec<Pop> {
        self.rows.lock().expect("BUG: nobody panics while holding the pops").iter().cloned().collect()
    }

    fn micros(&self, at: Instant) -> u64 {
        self.origin_us + u64::try_from(at.saturating_duration_since(self.origin).as_micros()).unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn an_answer_is_painted_with_the_first_card_that_has_it() {
        let (pops, call, now) = (Pops::default(), CallId("a".into()), Instant::now());
        pops.received(&call, now);
        pops.painted(&call, 1);
        pops.answered(&call, "crm", now + Duration::from_millis(50), 2);
        pops.answered(&call, "crm", now + Duration::from_millis(90), 3);
        let painted = |pops: &Pops| -> Vec<bool> {
            pops.recent()[0].answers.iter().map(|answer| answer.painted_us.is_some()).collect()
        };
        pops.painted(&call, 1);
        assert_eq!(painted(&pops), [false, false]);
        pops.painted(&call, 2);
        assert_eq!(painted(&pops), [true, false]);
        let first = pops.recent()[0].answers[0].painted_us;
        // Version 3 was replaced before it was painted.
        pops.painted(&call, 4);
        assert_eq!(painted(&pops), [true, true]);
        assert_eq!(pops.recent()[0].answers[0].painted_us, first, "only the first word counts");
        (0..100).for_each(|_| pops.answered(&call, "crm", now, 5));
        assert_eq!(pops.recent()[0].answers.len(), ANSWERS);
    }
}
