//! The agents' legs of a call, and what each word does to them.

use super::{REPEATED, SWAPPED};
use crate::{
    Timestamp,
    call::{CallLeg, LegEnd},
};

#[derive(Debug, Default)]
pub(super) struct Legs(Vec<Known>);

#[derive(Debug, Default)]
struct Known {
    leg: CallLeg,
    /// The telephone system's own id of it.
    id: Option<String>,
    /// Its end was said of it; else it follows from what happened to others.
    is_end_told: bool,
    /// It is one of several that rang when one of them was picked up, and nobody said which.
    is_supposed: bool,
}

impl Legs {
    pub fn into_legs(self) -> Vec<CallLeg> {
        self.0.into_iter().map(|known| known.leg).collect()
    }

    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &CallLeg> {
        self.0.iter().map(|known| &known.leg)
    }

    pub fn any_open(&self) -> bool {
        self.iter().any(|leg| leg.end.is_none())
    }

    pub fn any_answered(&self) -> bool {
        self.iter().any(|leg| leg.answered_at.is_some())
    }

    /// Whether a phone is in the call, or was.
    pub fn knows(&self, phone: &str) -> bool {
        self.iter().any(|leg| is_of(leg, phone))
    }

    pub fn knows_id(&self, id: &str) -> bool {
        self.0.iter().any(|known| known.id.as_deref() == Some(id))
    }

    /// Whether there is one that was picked up, and whose end nobody told.
    pub fn any_conversation_was_given_up(&self) -> bool {
        self.iter().any(CallLeg::was_given_up_talking)
    }

    pub fn another_was_given_up(&self, phone: &str) -> bool {
        self.iter().any(|leg| !is_of(leg, phone) && leg.was_given_up_talking())
    }

    pub fn is_open(&self, phone: &str) -> bool {
        self.iter().any(|leg| is_of(leg, phone) && leg.end.is_none())
    }

    pub fn another_talks(&self, phone: &str) -> bool {
        self.iter().any(|leg| !is_of(leg, phone) && leg.talks())
    }

    pub fn another_is_open(&self, phone: &str) -> bool {
        self.iter().any(|leg| !is_of(leg, phone) && leg.end.is_none())
    }

    pub fn ring(&mut self, id: Option<&str>, phone: Option<&str>, at: Timestamp, passed_by: Option<&str>) {
        // A phone that rings after somebody talked was given the call by whoever talked last.
        let talked = || {
            let others = self.iter().filter(|leg| leg.extension.as_deref() != phone && leg.answered_at.is_some());
            others.max_by_key(|leg| leg.answered_at)?.extension.clone()
        };
        let passed_by = passed_by.map(str::to_owned).or_else(talked);
        self.name(id, phone, CallLeg::rings);
        let known = match (id, phone) {
            (Some(id), _) => self.by_id(id),
            (None, Some(phone)) => self.newest(phone).filter(|known| {
                let leg = &known.leg;
                let swapped = leg.rang_at.is_none() && leg.ended_at.is_some_and(|end| at.since(end) <= SWAPPED);
                leg.end.is_none() || swapped
            }),
            // Nobody says which phone: it says nothing new of a call of which some are known.
            (None, None) if !self.0.is_empty() => return,
            (None, None) => None,
        };
        match known {
            Some(known) => {
                let earliest = known.leg.answered_at.or(known.leg.ended_at).map_or(at, |other| other.min(at));
                known.leg.rang_at.get_or_insert(earliest);
                if known.leg.passed_by.is_none() {
                    known.leg.passed_by = passed_by;
                }
            }
            None => {
                let rang_at = Some(at);
                self.push(
                    id,
                    CallLeg { extension: phone.map(str::to_owned), rang_at, passed_by, ..CallLeg::default() },
                );
            }
        }
    }

    /// `over`: when the call ended, where it did.
    pub fn answer(&mut self, id: Option<&str>, phone: Option<&str>, at: Timestamp, over: Option<Timestamp>) {
        self.name(id, phone, CallLeg::is_open);
        if let Some(id) = id {
            if self.by_id(id).is_none() {
                self.push(Some(id), CallLeg { extension: phone.map(str::to_owned), ..CallLeg::default() });
            }
        } else if let Some(phone) = phone {
            let again = self.newest(phone).map(|known| {
                // Its newest leg was answered and is over: it is in the call anew, unless somebody only says so again.
                let is_told = known.leg.end != Some(LegEnd::NotReported);
                let after_talk = known.leg.answered_at.and(known.leg.ended_at).filter(|_| is_told);
                after_talk.is_some_and(|end| over.is_none() && at.since(end) > REPEATED)
            });
            if again.unwrap_or(true) {
                self.push(None, CallLeg { extension: Some(phone.to_owned()), ..CallLeg::default() });
            }
        } else {
            return self.answer_somewhere(at, over);
        }
        let known = match (id, phone) {
            (Some(id), _) => self.by_id(id),
            (None, Some(phone)) => self.newest(phone),
            (None, None) => None,
        };
        if let Some(known) = known {
            known.answer(at, over);
            if std::mem::take(&mut known.is_supposed) {
                self.0.iter_mut().filter(|known| known.is_supposed).for_each(Known::was_another);
            }
        }
        if over.is_none() {
            self.end_rings(at, LegEnd::AnsweredElsewhere);
        }
    }

    /// By the data of a call that is over, this phone was in it from then till then.
    pub fn was_in_it(&mut self, phone: Option<&str>, since: Timestamp, until: Timestamp) {
        let known = self.0.iter_mut().rev().find(|known| known.leg.extension.as_deref() == phone);
        let known = match known {
            Some(known) => known,
            None => {
                self.push(None, CallLeg { extension: phone.map(str::to_owned), ..CallLeg::default() });
                let Some(last) = self.0.last_mut() else { return };
                last
            }
        };
        known.leg.answered_at = Some(since);
        (known.leg.ended_at, known.leg.end) = (Some(until), Some(LegEnd::Over));
    }

    /// Who was asked first does not ring: with the answer it is told who passed the call on.
    pub fn was_passed_by(&mut self, id: Option<&str>, phone: Option<&str>, by: Option<&str>) {
        let Some(by) = by.filter(|by| phone != Some(*by)) else { return };
        if let Some(known) = self.find(id, phone) {
            known.leg.passed_by.get_or_insert_with(|| by.to_owned());
        }
    }

    /// Nobody says which phone was picked up: one of those that ring, and with several nobody knows which.
    fn answer_somewhere(&mut self, at: Timestamp, over: Option<Timestamp>) {
        if self.iter().any(CallLeg::talks) || (over.is_some() && self.any_answered()) {
            return;
        }
        let ringing = self.iter().filter(|leg| leg.rings()).count();
        if ringing > 0 {
            for known in self.0.iter_mut().filter(|known| known.leg.rings()) {
                known.answer(at, over);
                known.is_supposed = ringing > 1;
            }
        } else if over.is_some() && !self.0.is_empty() {
            self.0.last_mut().into_iter().for_each(|known| known.answer(at, over));
        } else {
            self.push(None, CallLeg::default());
            self.0.last_mut().into_iter().for_each(|known| known.answer(at, over));
        }
    }

    /// It was this phone that was picked up, of those of which one was.
    pub fn it_was(&mut self, phone: &str) {
        if self.newest(phone).is_some_and(|known| std::mem::take(&mut known.is_supposed)) {
            self.0.iter_mut().filter(|known| known.is_supposed).for_each(Known::was_another);
        }
    }

    /// Whether news that somebody talks there say more than is known.
    pub fn may_be_picked_up(&mut self, id: Option<&str>, phone: Option<&str>) -> bool {
        (id.is_some() || phone.is_some())
            && self.find(id, phone).is_none_or(|known| known.leg.rings() || known.leg.end == Some(LegEnd::NotReported))
    }

    /// Conversations that were given up go on.
    pub fn reopen_conversations(&mut self) {
        for Known { leg, .. } in self.0.iter_mut().filter(|known| known.leg.was_given_up_talking()) {
            (leg.end, leg.ended_at) = (None, None);
        }
    }

    pub fn hold(&mut self, id: Option<&str>, phone: Option<&str>, held: bool) {
        if let Some(known) = self.find(id, phone) {
            known.leg.held = held;
        }
    }

    /// A leg is over; answers whether it was answered, and nothing where there is none. `told_of_leg`: it is news of this
    /// leg, and not of a phone that may have other devices.
    pub fn end(
        &mut self,
        id: Option<&str>,
        phone: Option<&str>,
        at: Timestamp,
        why: Option<LegEnd>,
        told_of_leg: bool,
    ) -> Option<bool> {
        self.name(id, phone, CallLeg::is_open);
        if self.find(id, phone).is_none() {
            // Its ring did not come, or not yet.
            id.or(phone)?;
            self.push(id, CallLeg { extension: phone.map(str::to_owned), ..CallLeg::default() });
        }
        let known = self.find(id, phone)?;
        let was_not_it = known.is_supposed && why.is_some_and(|why| why != LegEnd::Over);
        if was_not_it {
            known.was_another();
            (known.leg.end, known.leg.ended_at) = (None, None);
        }
        let is_answered = known.leg.answered_at.is_some();
        if is_answered && known.id.is_none() && why.is_some_and(|why| why != LegEnd::Over) && known.leg.end.is_none() {
            // Another device of the same phone.
            return None;
        }
        let why = match (is_answered, why) {
            (true, _) => LegEnd::Over,
            (false, Some(LegEnd::Over) | None) => match known.leg.end {
                Some(known) if told_of_leg && known != LegEnd::NotReported => known,
                _ => LegEnd::NotAnswered,
            },
            // That it rang in vain was known by where the caller went.
            (false, Some(LegEnd::NotAnswered)) if known.leg.end == Some(LegEnd::WentToService) => LegEnd::WentToService,
            (false, Some(why)) => why,
        };
        if matches!(known.leg.end, None | Some(LegEnd::NotReported)) {
            known.leg.ended_at = Some(at);
        }
        if known.leg.end.is_none() || !known.is_end_told {
            known.leg.end = Some(why);
            known.is_end_told = true;
        }
        if was_not_it {
            self.the_last_one_is_it();
        }
        Some(is_answered)
    }

    /// Of those of which one was picked up only one is left.
    fn the_last_one_is_it(&mut self) {
        let mut supposed = self.0.iter_mut().filter(|known| known.is_supposed);
        if let (Some(only), None) = (supposed.next(), supposed.next()) {
            only.is_supposed = false;
        }
    }

    /// Nothing was heard of a phone for too long.
    pub fn give_up(&mut self, phone: &str, at: Timestamp) {
        for known in self.0.iter_mut().filter(|known| is_of(&known.leg, phone)) {
            known.ends_with_others(at, LegEnd::NotReported);
        }
    }

    /// Whatever rings stops.
    pub fn end_rings(&mut self, at: Timestamp, why: LegEnd) {
        self.0.iter_mut().filter(|known| known.leg.rings()).for_each(|known| known.ends_with_others(at, why));
    }

    /// A machine has the caller: there the last rings went, also those that had run out before it was told.
    pub fn go_to_service(&mut self, at: Timestamp) {
        self.end_rings(at, LegEnd::WentToService);
        if self.any_answered() {
            return;
        }
        let last_ring = self.iter().filter_map(|leg| leg.rang_at).max();
        for Known { leg, .. } in &mut self.0 {
            if leg.end == Some(LegEnd::NotAnswered) && leg.rang_at.is_some() && leg.ended_at >= last_ring {
                leg.end = Some(LegEnd::WentToService);
            }
        }
    }

    /// What was given up gets its end.
    pub fn end_after_all(&mut self, at: Timestamp) {
        for Known { leg, .. } in self.0.iter_mut().filter(|known| known.leg.end == Some(LegEnd::NotReported)) {
            leg.end = Some(if leg.answered_at.is_some() { LegEnd::Over } else { LegEnd::CallerGone });
            leg.ended_at = Some(at);
        }
    }

    pub fn end_all(&mut self, at: Timestamp, answered: LegEnd, unanswered: LegEnd) {
        for known in &mut self.0 {
            let why = if known.leg.answered_at.is_some() { answered } else { unanswered };
            known.ends_with_others(at, why);
        }
    }

    /// The newest leg of a phone.
    fn newest(&mut self, phone: &str) -> Option<&mut Known> {
        self.0.iter_mut().rev().find(|known| is_of(&known.leg, phone))
    }

    /// A phone's leg is told by its id for the first time: it was known by its extension alone. `may_be`: whether that one
    /// can be it, as it stands.
    fn name(&mut self, id: Option<&str>, phone: Option<&str>, may_be: fn(&CallLeg) -> bool) {
        let (Some(id), Some(phone)) = (id, phone) else { return };
        if self.by_id(id).is_some() {
            return;
        }
        if let Some(known) = self.newest(phone).filter(|known| known.id.is_none() && may_be(&known.leg)) {
            known.id = Some(id.to_owned());
        }
    }

    fn by_id(&mut self, id: &str) -> Option<&mut Known> {
        self.0.iter_mut().find(|known| known.id.as_deref() == Some(id))
    }

    fn find(&mut self, id: Option<&str>, phone: Option<&str>) -> Option<&mut Known> {
        match (id, phone) {
            (Some(id), _) => self.by_id(id),
            (None, Some(phone)) => self.newest(phone),
            (None, None) => {
                let mut open = self.0.iter_mut().filter(|known| known.leg.rings());
                // Of several, nobody says which.
                match (open.next(), open.next()) {
                    (Some(only), None) => Some(only),
                    _ => None,
                }
            }
        }
    }

    fn push(&mut self, id: Option<&str>, leg: CallLeg) {
        self.0.push(Known { leg, id: id.map(str::to_owned), ..Known::default() });
    }
}

impl Known {
    fn answer(&mut self, at: Timestamp, over: Option<Timestamp>) {
        let leg = &mut self.leg;
        match (leg.end, over) {
            (None, None) => {
                leg.answered_at.get_or_insert(at);
            }
            // The call is over, and only now it is told that this one had it.
            (_, Some(over)) => {
                leg.answered_at.get_or_insert(at.min(over));
                if leg.ended_at.is_none_or(|ended| ended < at.min(over)) {
                    leg.ended_at = Some(over);
                }
                leg.end = Some(LegEnd::Over);
            }
            // That was too early.
            (Some(LegEnd::NotReported), None) => {
                leg.answered_at.get_or_insert(at);
                (leg.end, leg.ended_at) = (None, None);
                self.is_end_told = false;
            }
            // One of its devices was not picked up, and another one is; or it goes on without having rung.
            (Some(_), None) if leg.answered_at.is_none() => {
                if self.id.is_some() && self.is_end_told {
                    // One leg does both in this order only where its words changed places.
                    leg.answered_at = leg.ended_at;
                    leg.end = Some(LegEnd::Over);
                } else {
                    leg.answered_at = Some(at);
                    (leg.end, leg.ended_at) = (None, None);
                    self.is_end_told = false;
                }
            }
            (Some(_), None) => {}
        }
    }

    /// Another one of those that rang was picked up.
    fn was_another(&mut self) {
        self.is_supposed = false;
        let leg = &mut self.leg;
        (leg.end, leg.ended_at) = (Some(LegEnd::AnsweredElsewhere), leg.answered_at.take());
        leg.held = false;
    }

    fn ends_with_others(&mut self, at: Timestamp, why: LegEnd) {
        if self.leg.end.is_none() {
            self.leg.end = Some(why);
            self.leg.ended_at = Some(at);
        }
    }
}

fn is_of(leg: &CallLeg, phone: &str) -> bool {
    leg.extension.as_deref() == Some(phone)
}
