//! Click-to-call: our extension first, then the customer. Never queued, never repeated by itself.

use super::{
    Answer, Input,
    task::{LiveCall, LiveTask},
};
use crate::{account::Dialler, history::Click, not_there::quoted};
use ringcard_connect::{Originate, OriginateFailure, Originated, permits::on_behalf_of};
use ringcard_core::{
    Timestamp,
    call::{Advice, AgentId, Call, CallEvent, CallId, CallState, Direction, FailReason, Leg},
    frame::{RequestError, RequestErrorCode, Step},
    number::{Ani, Certainty, Dnis, Party},
    ticket::TicketRef,
};
use std::{collections::BTreeMap, time::Duration};
use tokio::time::Instant;

/// A second click on the same number within this time is the same click.
const DOUBLE_CLICK: Duration = Duration::from_secs(2);

/// A key is made by a program: one that is longer is a mistake.
const LONGEST_KEY: usize = 200;

/// What an agent, a link or a script asks for.
#[derive(Debug, Clone)]
pub(crate) struct DialOrder {
    /// Repeats with the same key are the same call, for as long as the call is in the history.
    pub key: String,
    pub number: String,
    /// The agent was asked about an unsure number and said yes.
    pub confirmed: bool,
    /// What there is to know of the number is known: it is wanted all the same.
    pub force: bool,
    /// Absent: the agent's own.
    pub extension: Option<String>,
    /// Absent: the only account that can dial.
    pub account: Option<String>,
    /// What it is about, for telephone systems that take it along.
    pub ticket: Option<TicketRef>,
}

impl DialOrder {
    /// Whether it asks for what this call is: the number, and the phone and the account where it names them.
    fn is_for(&self, call: &Call, number: &Party) -> bool {
        let same_phone = self.extension.is_none() || self.extension == call.extension;
        let same_account = self.account.as_ref().is_none_or(|account| *account == call.account);
        call.dnis.0 == *number && same_phone && same_account
    }
}

impl DialOrder {
    /// Whether its key can be one.
    pub(super) fn check(&self) -> Result<(), RequestError> {
        if self.key.len() > LONGEST_KEY {
            let message = format!("A key has at most {LONGEST_KEY} characters");
            return Err(RequestError::new(RequestErrorCode::Invalid, message));
        }
        Ok(())
    }

    /// The click it is; one without a key stands for itself alone.
    pub(super) fn click(&self, by: Option<AgentId>) -> Option<Click> {
        (!self.key.is_empty()).then(|| Click { by, key: self.key.clone() })
    }
}

/// What becomes of an order.
enum Accepted {
    /// It is this call of the history.
    Kept(CallId),
    /// It is this call, which may be on its way to the disk.
    Known(CallId),
    /// A call that was begun just now: another click, to be remembered for it.
    Again(CallId),
    New {
        call: Box<Call>,
        click: Click,
        originate: Originate,
    },
}

impl LiveTask {
    /// `known`: the call its key stands for by the history. Answered when the call is written down and the PBX is being
    /// asked.
    pub(super) fn dial(
        &mut self,
        agent: Option<AgentId>,
        order: DialOrder,
        known: Option<Call>,
        answer: Answer<CallId>,
    ) {
        match self.accept(agent.clone(), &order, known) {
            Err(error) => {
                let _ = answer.send(Err(error));
            }
            Ok(Accepted::Kept(id)) => {
                let _ = answer.send(Ok(id));
            }
            Ok(Accepted::Known(id)) => self.when_kept(|task| {
                let _ = answer.send(task.is_begun(id));
            }),
            Ok(Accepted::Again(id)) => self.remember_double_click(order.click(agent), id, answer),
            Ok(Accepted::New { call, click, originate }) => self.begin(*call, click, originate, answer),
        }
    }

    fn accept(
        &mut self,
        agent: Option<AgentId>,
        order: &DialOrder,
        known: Option<Call>,
    ) -> Result<Accepted, RequestError> {
        let number = self.read_number(order)?;
        if let Some(click) = order.click(agent.clone()) {
            // The history may not have it yet.
            let clicked = self.calls.values().find(|live| live.clicks.contains(&click));
            let here = clicked.map(|live| (&live.call, Accepted::Known(live.call.id.clone())));
            let kept = || known.as_ref().map(|call| (call, Accepted::Kept(call.id.clone())));
            if let Some((call, accepted)) = here.or_else(kept) {
                return if order.is_for(call, &number) { Ok(accepted) } else { Err(other_call()) };
            }
        }
        if let Some(id) = self.double_click(agent.as_ref(), order, &number) {
            return Ok(Accepted::Again(id));
        }
        // A refusal leaves nothing behind: the same key may come again with `force`.
        self.may_dial(&number, order.force)?;
        let extension = self.extension_for(agent.as_ref(), order)?;
        self.may_ring_first(&extension, order.force)?;
        let account = self.account_for(order)?;
        if !self.make_room() {
            return Err(RequestError::new(
                RequestErrorCode::Busy,
                "Too many calls are going on; try again in a minute",
            ));
        }
        let agents = match &agent {
            Some(agent) => vec![agent.clone()],
            None => {
                crate::route::agents_for(&self.rules.agents, std::slice::from_ref(&extension), &Dnis(Party::Hidden))
            }
        };
        let controls = self.controls_of(&account);
        let call = Call {
            id: CallId::new(),
            direction: Direction::Outbound,
            account,
            external_id: None,
            ani: Ani(Party::Internal { digits: extension.clone() }),
            dnis: Dnis(number.clone()),
            line: None,
            agents,
            extension: Some(extension.clone()),
            state: CallState::Starting,
            started_at: Timestamp::now(),
            connected_at: None,
            ended_at: None,
            controls,
            course: ringcard_core::call::Course::default(),
            privacy: None,
            extra: BTreeMap::new(),
        };
        // A click without a key has one that nobody else uses: whose it was is known after a restart, too.
        let click = order.click(agent.clone()).unwrap_or_else(|| Click { by: agent, key: call.id.0.clone() });
        let ticket = order.ticket.clone();
        let originate = Originate { extension, number, call_id: call.id.0.clone(), ticket };
        Ok(Accepted::New { call: Box::new(call), click, originate })
    }

    /// Written down, told, and then the PBX is asked.
    fn begin(&mut self, call: Call, click: Click, originate: Originate, answer: Answer<CallId>) {
        let id = call.id.clone();
        let live = LiveCall { clicks: vec![click.clone()], ..LiveCall::new(call, Instant::now()) };
        self.calls.insert(id.clone(), live);
        let by = click.by.as_ref().map_or_else(String::new, |agent| agent.0.clone());
        self.write_click_down(&id, click, move |task, call, kept| {
            let id = call.id.clone();
            if kept.is_err() {
                // Not written down is not dialled: after a crash nobody would know of it.
                task.calls.remove(&id);
                let _ = answer.send(Err(not_written_down()));
                return;
            }
            task.parts.metrics.calls_out();
            let (accounts, account) = (task.parts.accounts.clone(), call.account.clone());
            task.tell_all(call);
            task.look_up(&id);
            let call_id = id.clone();
            // A phone may ring all the same.
            let detail = "a mistake in Ringcard; the log says which".to_owned();
            let unknown = Input::Originated { call_id: id.clone(), outcome: Err(OriginateFailure::Unknown { detail }) };
            task.later_or(unknown, async move {
                let outcome = on_behalf_of(by, accounts.originate(&account, &originate)).await;
                Input::Originated { call_id, outcome }
            });
            let _ = answer.send(Ok(id));
        });
    }

    /// What the PBX answered to our request.
    pub(super) fn originated(&mut self, id: &CallId, outcome: Result<Originated, OriginateFailure>) {
        let mut advice = None;
        let event = match outcome {
            Ok(originated) => {
                if let (Some(live), Some(external_id)) = (self.calls.get_mut(id), originated.external_id) {
                    live.call.external_id.get_or_insert(external_id);
                }
                advice = originated.advice;
                if advice == Some(Advice::ChooseNumber) {
                    // No phone rings before that, and perhaps none ever: only what is heard says more.
                    CallEvent::TimedOut
                } else {
                    self.phone_is_taken_by(id);
                    CallEvent::AgentRinging
                }
            }
            Err(OriginateFailure::Unknown { detail }) => {
                tracing::warn!(call = %id, detail, "the PBX did not answer in time; the call may have started");
                CallEvent::TimedOut
            }
            Err(failure) => CallEvent::Failed { leg: Leg::Agent, why: reason(failure) },
        };
        // The phone's own words may have been faster than the answer: then this says nothing new.
        let say = move |live: &mut LiveCall| {
            let mut step = Step::new(live.moment(None), event);
            step.of.advice = advice;
            vec![step]
        };
        self.hear(id, say, |_, _| {});
    }

    /// Where nobody pushes the end of a call, a phone that may dial anew is not in an earlier one any more, and acts on
    /// that one would reach the new one. When it ended is not known.
    fn phone_is_taken_by(&mut self, id: &CallId) {
        let Some(call) = self.calls.get(id).map(|live| &live.call).filter(|call| !self.tells_of(call)) else {
            return;
        };
        let earlier = |other: &&Call| {
            other.id != *id
                && !self.tells_of(other)
                && !other.state.is_over()
                && other.account == call.account
                && other.extension == call.extension
                && other.started_at <= call.started_at
        };
        let over: Vec<(CallId, CallEvent)> = self
            .calls
            .values()
            .map(|live| &live.call)
            .filter(earlier)
            .map(|call| {
                let talked = call.connected_at.is_some();
                (call.id.clone(), if talked { CallEvent::Ended } else { CallEvent::Expired })
            })
            .collect();
        for (id, event) in over {
            let say = |live: &mut LiveCall| {
                let mut step = Step::new(live.moment(None), event);
                step.of.presumed = true;
                vec![step]
            };
            // What cannot be kept is said on the way.
            self.hear(&id, say, |_, _| {});
        }
    }

    fn read_number(&self, order: &DialOrder) -> Result<Party, RequestError> {
        let reading = self
            .parts
            .plan
            .borrow()
            .read_to_dial(&order.number)
            .map_err(|refused| RequestError::new(RequestErrorCode::NotANumber, refused.to_string()))?;
        match reading.certainty {
            Certainty::Sure => Ok(reading.party),
            Certainty::Unsure { .. } if order.confirmed => Ok(reading.party),
            Certainty::Unsure { .. } => Err(RequestError::new(
                RequestErrorCode::UnsureNumber,
                "This may not be the number you mean: give it with + and the country code, or confirm it",
            )),
        }
    }

    /// The call that the same agent's click on the same number, for the same phone, started just now. One that is over is
    /// none: whoever clicks again wants another.
    fn double_click(&self, agent: Option<&AgentId>, order: &DialOrder, number: &Party) -> Option<CallId> {
        let clicked = self.calls.values().rev().find(|live| {
            live.clicks.first().is_some_and(|click| click.by.as_ref() == agent)
                && order.is_for(&live.call, number)
                && live.seen.elapsed() < DOUBLE_CLICK
                && !live.call.state.is_over()
        });
        clicked.map(|live| live.call.id.clone())
    }

    fn remember_double_click(&mut self, click: Option<Click>, id: CallId, answer: Answer<CallId>) {
        let Some(click) = click else {
            return self.when_kept(|task| {
                let _ = answer.send(task.is_begun(id));
            });
        };
        if let Some(live) = self.calls.get_mut(&id) {
            live.clicks.push(click.clone());
        }
        let (history, known) = (self.parts.history.clone(), id.clone());
        self.commit(async move { history.clicked_again(click, known).await }, move |task, kept| {
            if let Err(error) = kept {
                tracing::warn!(call = %id, %error, "the key of a double click could not be kept; the call is started once");
            }
            let _ = answer.send(task.is_begun(id));
        });
    }

    /// Whether a click that was the same stands for a call: it does not where that could not be written down.
    fn is_begun(&self, id: CallId) -> Result<CallId, RequestError> {
        if self.calls.contains_key(&id) { Ok(id) } else { Err(not_written_down()) }
    }

    fn extension_for(&self, agent: Option<&AgentId>, order: &DialOrder) -> Result<String, RequestError> {
        let own = || {
            let agent = self.rules.agents.iter().find(|known| Some(&known.id) == agent)?;
            agent.extension.clone()
        };
        let only = || match self.rules.agents.as_slice() {
            [only] if agent.is_none() => only.extension.clone(),
            _ => None,
        };
        let extension = order.extension.clone().or_else(own).or_else(only).ok_or_else(|| {
            RequestError::new(
                RequestErrorCode::NoExtension,
                "Say which extension rings first: set yours under Settings, Agent",
            )
        })?;
        let plain = !extension.is_empty()
            && extension.len() <= 32
            && extension.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '*' | '#' | '-' | '_' | '.'));
        plain.then_some(extension).ok_or_else(|| {
            RequestError::new(RequestErrorCode::NoExtension, "An extension has digits and letters only, at most 32")
        })
    }

    fn account_for(&self, order: &DialOrder) -> Result<String, RequestError> {
        let no_account = |message: String| RequestError::new(RequestErrorCode::NoAccount, message);
        let accounts = &self.parts.accounts;
        if let Some(name) = &order.account {
            let known = accounts.names().contains(name);
            return known
                .then(|| name.clone())
                .ok_or_else(|| no_account(format!("There is no account {}", quoted(name))));
        }
        match accounts.dialler() {
            Dialler::This(name) => Ok(name),
            Dialler::Several => Err(no_account("Several accounts can dial: say which one does".to_owned())),
            Dialler::Nobody(why) => Err(RequestError::new(RequestErrorCode::AccountsNotReady, why)),
            Dialler::NoAccount => Err(no_account("No PBX is connected: add one under Settings, PBX".to_owned())),
        }
    }
}

fn not_written_down() -> RequestError {
    let message = "The call could not be written down and was not started";
    RequestError::new(RequestErrorCode::NotSaved, message)
}

fn other_call() -> RequestError {
    let message = "This key was used for another call: a key belongs to one number, phone and account. Use a new one";
    RequestError::new(RequestErrorCode::Conflict, message)
}

fn reason(failure: OriginateFailure) -> FailReason {
    match failure {
        OriginateFailure::Authentication { detail } => FailReason::Authentication { detail },
        OriginateFailure::Refused { detail } => FailReason::Refused { detail },
        OriginateFailure::Unreachable { detail } | OriginateFailure::Unknown { detail } => {
            FailReason::Unreachable { detail }
        }
        OriginateFailure::NotConfigured { detail } => FailReason::NotConfigured { detail },
    }
}
