//! What the data of a call's end say that nobody said while it went on.
//!
//! A telephone system writes a record for each try and each leg, and sends them in any order: what one says counts beside
//! the others, whenever it came.

use super::{End, EndWhy, Followed, Step};
use crate::{
    Timestamp,
    call::{CallEvent, Direction, StepOf},
};
use std::time::Duration;

/// A conversation by the data: where, when they came, and for how long.
type Talked = (Option<String>, Timestamp, u32);

#[derive(Default)]
pub(super) struct Records {
    /// The phones, as far as they are named, of which one says that nobody was reached.
    unanswered: Vec<Option<String>>,
    /// The last that is said of each phone counts.
    talked: Vec<Talked>,
}

impl Records {
    pub fn of(steps: &[Step]) -> Self {
        let unanswered = steps.iter().filter(|step| step.of.record && says_nobody(step));
        Self { unanswered: unanswered.map(|step| step.of.extension.clone()).collect(), talked: Vec::new() }
    }

    /// A record as it counts; none where another says better how the call ended.
    ///
    /// One that was answered for no second, beside one by which nobody was there, is the end of the same try.
    pub fn sure(&self, step: &Step, direction: Direction) -> Option<Step> {
        let of_it =
            |phone: &Option<String>| phone.is_none() || step.of.extension.is_none() || *phone == step.of.extension;
        let is_doubtful = !says_nobody(step) && matches!(step.of.talked, None | Some(0));
        if !is_doubtful || !self.unanswered.iter().any(of_it) {
            return Some(step.clone());
        }
        let of = StepOf { talked: None, ..step.of.clone() };
        (direction == Direction::Inbound).then(|| Step { of, ..step.clone() })
    }

    pub fn talked(&mut self, step: &Step) {
        let Some(seconds) = step.of.talked else { return };
        self.talked.retain(|(phone, ..)| *phone != step.of.extension);
        self.talked.push((step.of.extension.clone(), step.at, seconds));
    }

    /// Of a queue's record and those of its phones, those of the phones.
    fn conversations(&mut self) -> Vec<Talked> {
        let mut talked = std::mem::take(&mut self.talked);
        if talked.iter().any(|(phone, ..)| phone.is_some()) {
            talked.retain(|(phone, ..)| phone.is_some());
        }
        talked
    }
}

fn says_nobody(step: &Step) -> bool {
    step.of.talked.is_none() && matches!(step.event, CallEvent::Failed { .. } | CallEvent::Missed)
}

impl Followed {
    /// Whom call data name as answered was answered, where nobody said so before.
    pub(super) fn take_what_data_say(&mut self) {
        let talked = self.records.conversations();
        let Some((phone, at, seconds)) = talked.last().cloned() else { return };
        let over = self.end.as_ref().map(|end| end.at);
        // They may come long after.
        let until = over.map_or(at, |over| over.min(at));
        let since = |until: Timestamp, seconds: u32| {
            until.before(Duration::from_secs(u64::from(seconds))).max(self.started_at).min(until)
        };
        match self.direction {
            Direction::Inbound if self.elsewhere.is_some() || self.legs.any_answered() => {}
            Direction::Inbound if talked.len() > 1 => {
                // One after the other: the call was passed on.
                let mut ends = until;
                let mut spans = Vec::new();
                for (phone, _, seconds) in talked.iter().rev() {
                    let since = since(ends, *seconds);
                    spans.push((phone.as_deref(), since, ends));
                    ends = since;
                }
                for (phone, since, until) in spans.into_iter().rev() {
                    self.legs.was_in_it(phone, since, until);
                }
            }
            Direction::Inbound => self.legs.answer(None, phone.as_deref(), since(until, seconds), over),
            Direction::Outbound => {
                let since = since(until, seconds);
                if !self.legs.any_answered() {
                    self.legs.answer(None, self.phone.as_deref(), since, over);
                }
                self.customer_answered.get_or_insert(since);
            }
        }
        // The data of a call that failed do not say that anybody spoke.
        if let Some(End { why: why @ EndWhy::Failed(..), .. }) = &mut self.end {
            *why = EndWhy::Over;
        }
    }
}
