//! The course of one call, from its first ring to its call data.
//!
//! Click-to-call is two legs in a fixed order (vipex.md, Click-to-call): the extension rings; only when it is picked up is the number
//! called; only when that is picked up are the two joined.

use crate::{
    SimError,
    call::{CallResult, CallView, Direction, Phase, Ring},
    clock,
    config::OwnLegCaller,
    exchange::{Dial, Exchange},
    journal::CallNo,
    leg::{Leaving, LegAct},
    phones::{PhoneScript, Rang, by_themselves},
    push::{Leg, Notice},
};
use std::{sync::Arc, time::Duration};
use tokio::sync::{mpsc, oneshot};

/// Nobody talks longer than this.
const LONGEST_TALK: Duration = Duration::from_secs(4 * 3600);

/// What a call can be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum What {
    /// By this phone; absent: by the first that rings.
    PickUp(Option<String>),
    Decline,
    /// The line is found busy.
    Busy,
    HangUp,
    /// Inbound: the caller loses patience.
    GiveUp,
    /// Inbound: another phone takes it.
    Elsewhere,
    /// Inbound: something happens at one of its phones.
    Leg(LegAct),
    /// It is gone, and nothing is told of it.
    Vanish,
}

/// How the talking ended.
enum Talked {
    HungUp,
    /// The caller rings at this phone now.
    PassedTo(String),
    Vanished,
}

#[derive(Debug)]
pub(crate) struct Order {
    pub what: What,
    pub done: oneshot::Sender<Result<(), SimError>>,
}

#[derive(Debug)]
pub(crate) struct Course {
    exchange: Arc<Exchange>,
    no: CallNo,
    orders: mpsc::Receiver<Order>,
    /// Who waits for what was ordered to be done and pushed.
    owed: Vec<oneshot::Sender<Result<(), SimError>>>,
}

impl Course {
    pub fn new(
        exchange: Arc<Exchange>,
        no: CallNo,
        orders: mpsc::Receiver<Order>,
        first: oneshot::Sender<Result<(), SimError>>,
    ) -> Self {
        Self { exchange, no, orders, owed: vec![first] }
    }

    pub async fn inbound(mut self, ring: Ring) {
        let Ring { caller, called, queue, name, extra, .. } = ring;
        self.push(Notice::Incoming { caller, called, queue, name, extra }).await;
        self.settle();
        let limit = ring.ring_for_ms.map_or(self.exchange.config.ring_for, Duration::from_millis);
        let mut phones = self.view().map(|v| v.extensions).unwrap_or_default();
        let rang = loop {
            let rang = self.ring(&phones, limit, Direction::Inbound).await;
            let Rang::PickedUp(extension) = &rang else { break rang };
            self.connect(|view| view.extensions = vec![extension.clone()]);
            self.push(Notice::event("connected")).await;
            self.settle();
            let script = self.exchange.script_of(extension, Direction::Inbound);
            match self.talk(&[script]).await {
                Talked::HungUp => break rang,
                Talked::Vanished => break Rang::Vanished,
                Talked::PassedTo(to) => phones = vec![to],
            }
        };
        match rang {
            Rang::PickedUp(_) => self.end(CallResult::Answered, Notice::end("ended")).await,
            Rang::Service(word) => {
                self.connect(|_| {});
                self.push(Notice::event(word)).await;
                self.settle();
                match self.talk(&[]).await {
                    Talked::Vanished => return self.vanish(),
                    Talked::HungUp | Talked::PassedTo(_) => self.end(CallResult::Missed, Notice::end("ended")).await,
                }
            }
            Rang::Vanished => return self.vanish(),
            Rang::Elsewhere => {
                let elsewhere = self.exchange.config.elsewhere.clone();
                self.connect(|view| view.extensions = vec![elsewhere]);
                self.push(Notice::event("answered_elsewhere")).await;
                self.settle();
                if matches!(self.talk(&[]).await, Talked::Vanished) {
                    return self.vanish();
                }
                self.end(CallResult::AnsweredElsewhere, Notice::end("ended")).await;
            }
            Rang::Busy => self.end(CallResult::Busy, Notice::failure("busy", Leg::Agent)).await,
            Rang::Declined => self.end(CallResult::Declined, Notice::failure("declined", Leg::Agent)).await,
            Rang::Unreachable => self.end(CallResult::Failed, Notice::failure("failed", Leg::Agent)).await,
            Rang::NoAnswer | Rang::GivenUp => self.end(CallResult::Missed, Notice::end("missed")).await,
            Rang::HungUp => self.end(CallResult::Missed, Notice::end("ended")).await,
        }
        self.call_data().await;
    }

    pub async fn outbound(mut self, dial: Dial) {
        let (agent, customer) = ([dial.extension.clone()], [dial.number.clone()]);
        if dial.tells_agent_leg {
            self.push(Notice::event("agent_ringing")).await;
        }
        if let Some(whose) = self.exchange.config.announce_own_leg {
            let caller = match whose {
                OwnLegCaller::Number => dial.number.clone(),
                OwnLegCaller::Extension => dial.extension.clone(),
            };
            let (queue, name, extra) = Default::default();
            self.push(Notice::Incoming { caller, called: dial.extension.clone(), queue, name, extra }).await;
        }
        self.settle();

        let rang = self.ring(&agent, dial.ring_for, Direction::Outbound).await;
        if !matches!(rang, Rang::PickedUp(_)) {
            return self.fail(rang, Leg::Agent, dial.tells_agent_leg).await;
        }
        if !dial.dialplan_leads_on {
            // Nobody is called, and there is no dialplan to tell of it.
            self.over(CallResult::Failed);
            return self.settle();
        }
        self.change(|view| view.phase = Phase::CustomerRinging);
        self.push(Notice::event("agent_answered")).await;
        self.push(Notice::event("customer_ringing")).await;
        self.settle();

        let limit = self.exchange.config.ring_for;
        let rang = self.ring(&customer, limit, Direction::Outbound).await;
        if !matches!(rang, Rang::PickedUp(_)) {
            return self.fail(rang, Leg::Customer, true).await;
        }
        self.connect(|_| {});
        self.push(Notice::event("connected")).await;
        self.settle();
        let scripts = [&dial.extension, &dial.number].map(|phone| self.exchange.script_of(phone, Direction::Outbound));
        if matches!(self.talk(&scripts).await, Talked::Vanished) {
            return self.vanish();
        }
        self.end(CallResult::Answered, Notice::end("ended")).await;
        self.call_data().await;
    }

    /// A leg of a click-to-call was not picked up.
    async fn fail(&mut self, rang: Rang, leg: Leg, tells: bool) {
        let (result, word) = match rang {
            Rang::Busy => (CallResult::Busy, "busy"),
            Rang::Declined => (CallResult::Declined, "declined"),
            Rang::NoAnswer => (CallResult::NoAnswer, "no_answer"),
            Rang::HungUp | Rang::GivenUp => (CallResult::Cancelled, "ended"),
            Rang::Vanished => return self.vanish(),
            Rang::Unreachable | Rang::Elsewhere | Rang::PickedUp(_) | Rang::Service(_) => {
                (CallResult::Failed, "failed")
            }
        };
        if tells {
            self.end(result, Notice::failure(word, leg)).await;
            self.call_data().await;
        } else {
            self.over(result);
            self.settle();
        }
    }

    /// Phones ring, until one is picked up, none will be, or somebody says otherwise.
    async fn ring(&mut self, phones: &[String], limit: Duration, direction: Direction) -> Rang {
        let inbound = direction == Direction::Inbound;
        let scripted: Vec<_> = phones.iter().map(|p| (p.clone(), self.exchange.script_of(p, direction))).collect();
        let (after, by_themselves) = by_themselves(&scripted, limit);
        let decided = tokio::time::sleep(after);
        tokio::pin!(decided);
        loop {
            tokio::select! {
                biased;
                order = self.orders.recv() => {
                    let Some(Order { what, done }) = order else { return Rang::HungUp };
                    let rang = match what {
                        What::PickUp(phone) => match phone.or_else(|| phones.first().cloned()) {
                            Some(phone) => Rang::PickedUp(phone),
                            None => Rang::Unreachable,
                        },
                        What::Decline => Rang::Declined,
                        What::Busy => Rang::Busy,
                        What::HangUp => Rang::HungUp,
                        What::GiveUp if inbound => Rang::GivenUp,
                        What::Elsewhere if inbound => Rang::Elsewhere,
                        What::Vanish | What::Leg(LegAct::Vanishes) => Rang::Vanished,
                        What::Leg(LegAct::PicksUp { extension }) if inbound => Rang::PickedUp(extension),
                        What::Leg(LegAct::Voicemail) if inbound => Rang::Service("voicemail"),
                        What::Leg(LegAct::Menu) if inbound => Rang::Service("menu"),
                        What::Leg(act) if inbound && !matches!(act, LegAct::PassesOn { .. }) => {
                            self.at_phone(act).await;
                            let _ = done.send(Ok(()));
                            continue;
                        }
                        What::GiveUp | What::Elsewhere | What::Leg(_) => {
                            let _ = done.send(Err(self.not_now()));
                            continue;
                        }
                    };
                    self.owed.push(done);
                    return rang;
                }
                () = &mut decided => return by_themselves,
            }
        }
    }

    /// Both sides talk until one hangs up, or the call goes on elsewhere.
    async fn talk(&mut self, scripts: &[PhoneScript]) -> Talked {
        let longest = scripts.iter().filter_map(|script| match script {
            PhoneScript::Answer { hang_up_after_ms, .. } => hang_up_after_ms.map(Duration::from_millis),
            _ => None,
        });
        let hang_up = tokio::time::sleep(longest.min().unwrap_or(LONGEST_TALK).min(LONGEST_TALK));
        tokio::pin!(hang_up);
        loop {
            tokio::select! {
                biased;
                order = self.orders.recv() => {
                    let Some(Order { what, done }) = order else { return Talked::HungUp };
                    let talked = match what {
                        What::HangUp => Talked::HungUp,
                        What::Vanish | What::Leg(LegAct::Vanishes) => Talked::Vanished,
                        What::Leg(act) if self.is_inbound() => match act {
                            LegAct::PassesOn { extension, to } => {
                                self.owed.push(done);
                                self.pass_on(extension, &to).await;
                                return Talked::PassedTo(to);
                            }
                            act => {
                                self.at_phone(act).await;
                                let _ = done.send(Ok(()));
                                continue;
                            }
                        },
                        _ => {
                            let _ = done.send(Err(self.not_now()));
                            continue;
                        }
                    };
                    self.owed.push(done);
                    return talked;
                }
                () = &mut hang_up => return Talked::HungUp,
            }
        }
    }

    /// Something happens at one phone, and the call goes on as it is.
    async fn at_phone(&self, act: LegAct) {
        let told = |word, extension| Notice::AtPhone { word, extension };
        let notice = match act {
            LegAct::RingsAt { extension, passed_by } => {
                self.change(|view| view.extensions.push(extension.clone()));
                Notice::RingsAt { extension, passed_by }
            }
            LegAct::PicksUp { extension } => {
                self.change(|view| {
                    if !view.extensions.contains(&extension) {
                        view.extensions.push(extension.clone());
                    }
                });
                told("connected", extension)
            }
            LegAct::Leaves { extension, how } => {
                // The other device of somebody who talks is no phone of its own here.
                if how != Leaving::AnsweredElsewhere {
                    self.change(|view| view.extensions.retain(|one| *one != extension));
                }
                told(how.word(), extension)
            }
            LegAct::Holds { extension } => told("held", extension),
            LegAct::Resumes { extension } => told("resumed", extension),
            LegAct::Voicemail => Notice::event("voicemail"),
            LegAct::Menu => Notice::event("menu"),
            // These end the ringing or the talking.
            LegAct::PassesOn { .. } | LegAct::Vanishes => return,
        };
        self.push(notice).await;
    }

    async fn pass_on(&mut self, from: String, to: &str) {
        self.push(Notice::AtPhone { word: "ended", extension: from.clone() }).await;
        self.change(|view| {
            view.phase = Phase::Ringing;
            view.extensions = vec![to.to_owned()];
        });
        self.push(Notice::RingsAt { extension: to.to_owned(), passed_by: Some(from) }).await;
        self.settle();
    }

    /// The call is over, and nobody is told.
    fn vanish(&mut self) {
        self.over(CallResult::Failed);
        self.settle();
    }

    fn is_inbound(&self) -> bool {
        self.view().is_some_and(|view| view.direction == Direction::Inbound)
    }

    async fn end(&mut self, result: CallResult, last: Notice) {
        self.over(result);
        self.push(last).await;
        self.settle();
    }

    /// The call is over; orders that come too late learn it from the closed channel.
    fn over(&mut self, result: CallResult) {
        self.change(|view| {
            view.phase = Phase::Over;
            view.result = Some(result);
            view.ended = Some(clock::now());
        });
        self.exchange.change(|world| world.close_call(self.no));
        self.orders.close();
        while let Ok(late) = self.orders.try_recv() {
            let _ = late.done.send(Err(self.not_now()));
        }
    }

    async fn call_data(&self) {
        tokio::time::sleep(self.exchange.config.push.call_data_after).await;
        self.push(Notice::CallData).await;
    }

    fn connect(&self, f: impl FnOnce(&mut CallView)) {
        self.change(|view| {
            view.phase = Phase::Talking;
            view.answered = Some(clock::now());
            f(view);
        });
    }

    fn change(&self, f: impl FnOnce(&mut CallView)) {
        self.exchange.change(|world| {
            if let Some(entry) = world.entry(self.no) {
                f(&mut entry.view);
            }
        });
    }

    fn view(&self) -> Option<CallView> {
        self.exchange.call(self.no)
    }

    fn not_now(&self) -> SimError {
        SimError::NotNow(self.view().map_or(Phase::Over, |v| v.phase).word())
    }

    async fn push(&self, notice: Notice) {
        self.exchange.push(self.no, notice).await;
    }

    /// What was ordered has been done and pushed.
    fn settle(&mut self) {
        for done in self.owed.drain(..) {
            // Whoever ordered it may have stopped waiting.
            let _ = done.send(Ok(()));
        }
    }
}
