//! Everything that was said of a call, made into what the call is.

mod customer;
mod inbound;
mod legs;
mod outbound;
mod outcome;
mod records;

use super::{Advice, Call, CallEvent, Direction, FailReason, Leg, LegEnd, Step};
use crate::{
    Timestamp,
    cause::EndReason,
    leg::{LegEvent, LegNews, LegSide},
};
use customer::CustomerLegs;
use legs::Legs;
use records::Records;
use std::time::Duration;

/// With so many steps, what changes nothing is not kept any more.
pub const MANY_STEPS: usize = 300;
/// With so many, only what makes the call another is kept: that it is answered, or over.
pub const LAST_RINGS: usize = 1_000;
/// No call has more.
pub const MOST_STEPS: usize = 1_200;

/// A telephone system that names calls and legs says by that which leg is of which call: so long after its presumed end, a
/// new one takes that back.
pub const LEG_JOINS: Duration = Duration::from_secs(300);

/// What came so close after each other may have changed places on the way.
const SWAPPED: Duration = Duration::from_secs(2);
/// The same word again within this time is the same word.
const REPEATED: Duration = Duration::from_secs(5);

/// How long is waited for what may come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// A caller for whom no phone rings any more waits so long for the next ring before the call counts as missed.
    pub next_ring: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { next_ring: Duration::from_secs(20) }
    }
}

/// What may still come of a call, by what was said of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum MayCome {
    /// Whatever is said of it.
    #[default]
    Anything,
    /// No phone rings, and the caller may still wait for the next ring.
    NextRing,
    /// It is over as far as one phone knows: a ring at another one takes that back.
    RingElsewhere,
    /// It is over.
    Nothing,
}

/// Puts a step into its place among those before; `false`: it is there.
pub fn insert(steps: &mut Vec<Step>, step: Step) -> bool {
    let place = |one: &Step, other: &Step| one.place().cmp(&other.place()).then_with(|| one.cmp(other));
    match steps.binary_search_by(|known| place(known, &step)) {
        Ok(_) => false,
        Err(at) => {
            steps.insert(at, step);
            true
        }
    }
}

impl Call {
    /// Makes of all that was said what the call is. The steps are in the order in which [`insert`] puts them.
    ///
    /// Answers what may still come of it. When a next ring does not come, it is for whoever has a clock to say that the call
    /// was missed.
    pub fn follow(&mut self, steps: &[Step], patience: &Patience) -> MayCome {
        let mut followed = Followed::new(self, steps, *patience);
        // What we supposed gives way to the first word that comes after it: of the same moment, any.
        let last_heard = steps.iter().filter(|step| !step.of.presumed).map(|step| step.at).max();
        for step in steps {
            if !step.of.presumed || last_heard.is_none_or(|heard| heard < step.at) {
                followed.take(step);
            }
        }
        outcome::write(self, followed)
    }
}

/// What has become of a call, step by step.
struct Followed {
    direction: Direction,
    /// Of a call of ours: the phone that rings first.
    phone: Option<String>,
    /// That phone is told of by its own words: that a telephone system took our request says no more.
    is_phone_told: bool,
    patience: Patience,
    started_at: Timestamp,
    /// Where the telephone system tells of the customer's legs, those decide how long the call goes on.
    customer: CustomerLegs,
    legs: Legs,
    /// Of a call of ours: since when the customer's phone rings, and when it was picked up.
    customer_rang: Option<Timestamp>,
    customer_answered: Option<Timestamp>,
    /// Somebody took it who is none of the phones that rang.
    elsewhere: Option<Timestamp>,
    /// What call data say beside all else.
    records: Records,
    timed_out: bool,
    /// What the telephone system said beside taking our request.
    advice: Option<Advice>,
    /// A call of ours that the agent gave up before the customer answered.
    not_reached: bool,
    end: Option<End>,
    /// What is taken now nobody told: of an end, the moment is not known.
    is_supposed: bool,
}

/// The end of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
struct End {
    at: Timestamp,
    why: EndWhy,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum EndWhy {
    /// It was said.
    Over,
    /// It was said of the only phone that was in it.
    Presumed,
    NotReported,
    Failed(Leg, FailReason),
}

/// The phone that a call of ours was begun with: where agents dial by themselves, only their legs tell.
fn dialler<'a>(call: &'a Call, steps: &'a [Step]) -> Option<&'a str> {
    let is_of_phone = |step: &&Step| match &step.of.leg {
        Some(news) => news.side == LegSide::Agent && matches!(news.event, LegEvent::Rings | LegEvent::Answered),
        None => matches!(step.event, CallEvent::AgentRinging | CallEvent::AgentAnswered),
    };
    let mut phones = steps.iter().filter(is_of_phone).filter_map(|step| step.of.extension.as_deref());
    let first = phones.clone().next();
    // The first that is known when all is told, and not the one whose words came first.
    match call.extension.as_deref() {
        Some(known) if !phones.any(|phone| phone == known) => Some(known),
        _ => first,
    }
}

/// Whether anybody tells of this phone itself, and not only of the whole call.
fn is_told(phone: Option<&str>, steps: &[Step]) -> bool {
    steps.iter().any(|step| {
        let of_it = step.of.extension.as_deref();
        match &step.of.leg {
            Some(news) => news.side == LegSide::Agent && (of_it.is_none() || of_it == phone),
            None => {
                of_it.is_some()
                    && of_it == phone
                    && matches!(step.event, CallEvent::AgentRinging | CallEvent::AgentAnswered)
            }
        }
    })
}

impl Followed {
    fn new(call: &Call, steps: &[Step], patience: Patience) -> Self {
        let phone = dialler(call, steps).filter(|_| call.direction == Direction::Outbound);
        Self {
            direction: call.direction,
            phone: phone.map(str::to_owned),
            is_phone_told: is_told(phone, steps),
            patience,
            started_at: call.started_at,
            customer: CustomerLegs::of(steps),
            legs: Legs::default(),
            customer_rang: None,
            customer_answered: None,
            elsewhere: None,
            records: Records::of(steps),
            timed_out: false,
            advice: None,
            not_reached: false,
            end: None,
            is_supposed: false,
        }
    }

    fn take(&mut self, step: &Step) {
        self.is_supposed = step.of.presumed || step.event == CallEvent::Expired;
        if step.of.record && step.of.leg.is_none() {
            if let Some(sure) = self.records.sure(step, self.direction) {
                self.records.talked(&sure);
                self.take_record(&sure);
            }
            return;
        }
        match &step.of.leg {
            Some(news) => self.take_news(step, news),
            None if step.event == CallEvent::Expired => self.expired(step),
            None => match self.direction {
                Direction::Inbound => self.take_inbound(step),
                Direction::Outbound => self.take_outbound(step),
            },
        }
    }

    /// News of one leg.
    fn take_news(&mut self, step: &Step, news: &LegNews) {
        let (id, phone) = (news.leg_id.as_deref(), step.of.extension.as_deref());
        match (news.side, news.event) {
            (LegSide::Agent, LegEvent::Rings) => self.ring(id, phone, step),
            (LegSide::Agent, LegEvent::Answered) => {
                self.answered(id, phone, step.at);
                self.legs.was_passed_by(id, phone, step.of.passed_by.as_deref());
            }
            (LegSide::Agent, LegEvent::Held) => self.held(id, phone, true, step.at),
            (LegSide::Agent, LegEvent::Resumed) => self.held(id, phone, false, step.at),
            (LegSide::Agent, LegEvent::Ended) => self.agent_leg_ended(id, phone, step.at, news),
            (LegSide::Customer, LegEvent::Rings) => self.customer_rings(step.at),
            (LegSide::Customer, LegEvent::Answered) => self.customer_answers(step.at),
            (LegSide::Customer, LegEvent::Held | LegEvent::Resumed) => {}
            (LegSide::Customer, LegEvent::Ended) if !self.customer.are_over(id, step) => {}
            (LegSide::Customer, LegEvent::Ended) => self.customer_leg_ended(step.at, news),
            (LegSide::Service, LegEvent::Answered) => self.legs.go_to_service(step.at),
            (LegSide::Service, _) => {}
        }
    }

    fn agent_leg_ended(&mut self, id: Option<&str>, phone: Option<&str>, at: Timestamp, news: &LegNews) {
        let was_answered = self.legs.end(id, phone, at, LegEnd::of(news.cause), true);
        let was_given_up = self.was_given_up();
        let is_over = self.end.is_some() && !was_given_up;
        if is_over || self.legs.any_open() || self.legs.any_conversation_was_given_up() {
            return;
        }
        match (self.direction, was_answered) {
            (Direction::Outbound, Some(true)) if self.customer_answered.is_none() => {
                match FailReason::of(news.cause, None) {
                    Some(why) => self.ends(at, EndWhy::Failed(Leg::Customer, why)),
                    None => {
                        self.not_reached = true;
                        self.ends(at, EndWhy::Over);
                    }
                }
            }
            // Whoever clicked took it back while their own phone rang.
            (Direction::Outbound, Some(false)) if news.cause.reason() == Some(EndReason::HungUp) => {
                self.not_reached = true;
                self.ends(at, EndWhy::Over);
            }
            (Direction::Outbound, Some(false)) => {
                let why = FailReason::of(news.cause, None).unwrap_or(FailReason::NoAnswer);
                self.ends(at, EndWhy::Failed(Leg::Agent, why));
            }
            // Of one that was given up, nobody waits for the customer's end any more.
            (_, Some(true)) if !self.customer.are_told() || was_given_up => self.ends(at, EndWhy::Presumed),
            _ => {}
        }
    }

    fn customer_leg_ended(&mut self, at: Timestamp, news: &LegNews) {
        let is_reached = self.direction == Direction::Inbound || self.customer_answered.is_some();
        match FailReason::of(news.cause, None) {
            Some(why) if !is_reached => self.ends(at, EndWhy::Failed(Leg::Customer, why)),
            // Nobody asks for a call's end at the customer's but the agent, as long as it rings there.
            _ => {
                self.not_reached |= !is_reached;
                self.ends(at, EndWhy::Over);
            }
        }
    }

    /// The data of a call that is over: of the whole call, or of what one phone had of it.
    fn take_record(&mut self, step: &Step) {
        if let (Direction::Outbound, CallEvent::Failed { .. } | CallEvent::Missed) = (self.direction, &step.event) {
            return self.take_outbound(step);
        }
        // That the customer rang was told, and that they answered was not: where the data know of no talk, they did not.
        self.not_reached |= self.customer_rang.is_some() && self.customer_answered.is_none() && self.end.is_none();
        let phone = step.of.extension.as_deref();
        if let Some(phone) = phone.filter(|_| step.of.talked.is_some()) {
            self.legs.it_was(phone);
        }
        if self.direction == Direction::Inbound && self.legs.iter().next().is_none() {
            // They came before everything else: a ring that comes now is no other one.
            self.legs.end(None, phone, step.at, None, false);
        }
        match phone {
            Some(phone) if self.legs.another_talks(phone) => {
                self.legs.end(None, Some(phone), step.at, Some(LegEnd::Over), false);
            }
            Some(_) if self.direction == Direction::Inbound => self.ends(step.at, EndWhy::Presumed),
            _ => self.ends(step.at, EndWhy::Over),
        }
    }

    /// Nothing was heard for too long: of one phone, or of the whole call.
    fn expired(&mut self, step: &Step) {
        if let Some(phone) = step.of.extension.as_deref() {
            self.legs.give_up(phone, step.at);
            if self.legs.any_open() {
                return;
            }
        }
        self.ends(step.at, EndWhy::NotReported);
    }

    /// A phone rings; `id`: where its leg has one.
    fn ring(&mut self, id: Option<&str>, phone: Option<&str>, step: &Step) {
        if let Some(end) = &self.end {
            let is_another = phone.is_some_and(|phone| !self.legs.knows(phone));
            let waited = step.at.since(end.at);
            let takes_back = match end.why {
                EndWhy::Presumed if id.is_some_and(|id| !self.legs.knows_id(id)) => waited <= LEG_JOINS,
                EndWhy::Presumed => waited <= self.patience.next_ring && (is_another || waited > REPEATED),
                EndWhy::NotReported => is_another || id.is_some_and(|id| !self.legs.knows_id(id)),
                // The next device of the phone is tried; what rings later is another call, but where the customer is there
                // already.
                EndWhy::Failed(Leg::Agent, _) => {
                    let joins = if self.customer_rang.is_some() { LEG_JOINS } else { REPEATED };
                    id.is_some_and(|id| !self.legs.knows_id(id)) && waited <= joins
                }
                EndWhy::Over | EndWhy::Failed(Leg::Customer, _) => false,
            };
            if !takes_back {
                return;
            }
            self.end = None;
        }
        self.legs.ring(id, phone, step.at, step.of.passed_by.as_deref());
        if self.elsewhere.is_some_and(|taken| step.at.since(taken) <= SWAPPED) {
            self.legs.end_rings(step.at, LegEnd::AnsweredElsewhere);
        }
    }

    /// Who holds a call, or takes it back, was picked up.
    fn held(&mut self, id: Option<&str>, phone: Option<&str>, held: bool, at: Timestamp) {
        if (self.end.is_none() || self.was_given_up()) && self.legs.may_be_picked_up(id, phone) {
            self.answered(id, phone, at);
        }
        self.legs.hold(id, phone, held);
    }

    fn was_given_up(&self) -> bool {
        self.end.as_ref().is_some_and(|end| end.why == EndWhy::NotReported)
    }

    /// A phone was picked up.
    fn answered(&mut self, id: Option<&str>, phone: Option<&str>, at: Timestamp) {
        let over = self.end.as_ref().filter(|end| end.why != EndWhy::NotReported).map(|end| end.at);
        self.legs.answer(id, phone, at, over);
        if over.is_none() && self.legs.any_open() {
            // Where it was given up, that was too early: somebody talks.
            self.end = None;
        }
    }

    /// The customer of a call of ours is heard of: where it was given up, that was too early.
    fn goes_on(&mut self) {
        if self.direction == Direction::Outbound && self.was_given_up() {
            self.legs.reopen_conversations();
            self.end = self.end.take().filter(|_| !self.legs.any_open());
        }
    }

    fn customer_rings(&mut self, at: Timestamp) {
        self.goes_on();
        self.customer_rang.get_or_insert(at);
    }

    fn customer_answers(&mut self, at: Timestamp) {
        self.goes_on();
        let until = self.end.as_ref().map_or(at, |end| at.min(end.at));
        self.customer_answered.get_or_insert(until);
    }

    /// The call is over; what is said with more certainty later counts, from the moment it was said first.
    fn ends(&mut self, at: Timestamp, why: EndWhy) {
        match &mut self.end {
            Some(end) if end.why == EndWhy::Presumed => {
                if why == EndWhy::Over {
                    end.why = why;
                }
            }
            Some(end) if end.why == EndWhy::NotReported && why != EndWhy::NotReported => {
                self.legs.end_after_all(at);
                *end = End { at, why };
            }
            Some(_) => {}
            None => {
                let unanswered = match &why {
                    EndWhy::NotReported => LegEnd::NotReported,
                    EndWhy::Failed(Leg::Agent, why) => why.into(),
                    EndWhy::Over | EndWhy::Presumed | EndWhy::Failed(Leg::Customer, _) => LegEnd::CallerGone,
                };
                let answered = if self.is_supposed { LegEnd::NotReported } else { LegEnd::Over };
                self.legs.end_all(at, answered, unanswered);
                self.end = Some(End { at, why });
            }
        }
    }
}
