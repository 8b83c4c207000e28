//! The way to the calls, for everybody else. Whatever has to be read first is read here, in the task of whoever asks.

use super::{
    Answer, DialOrder, Input, LiveParts, PushNotKept, Pushed, Told, Unknown,
    correlate::{customer_of, fit},
    task::LiveTask,
};
use crate::{
    directory::Directory,
    history::{History, HistoryFailure, Past},
};
use ringcard_connect::{Crm, Push};
use ringcard_core::{
    Timestamp,
    call::{AgentId, Call, CallId},
    control::ControlAct,
    frame::{HubFrame, RequestError, RequestErrorCode, Step},
};
use std::{
    collections::hash_map::RandomState,
    hash::{BuildHasher, Hash},
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::{
    sync::{Mutex, mpsc, oneshot},
    time::timeout,
};

/// A history that has not said by then whether it knows a call does not hold up its ring.
const KNOWN_CALL: Duration = Duration::from_millis(500);
/// One that has not said by then whether a click was made before stops it: nothing is dialled twice.
const KNOWN_CLICK: Duration = Duration::from_secs(3);
/// A push whose turn has not come by then is to be sent again.
const TURN: Duration = Duration::from_secs(2);
/// Calls that have not said by then whose they are: the history is asked.
const WHOSE: Duration = Duration::from_secs(1);
/// A desk begins without its missed calls, and hears of them later.
const MISSED: Duration = Duration::from_secs(1);

/// The way to the calls. Cheap to clone.
#[derive(Clone)]
pub(crate) struct LiveCalls {
    pub(super) inputs: mpsc::Sender<Input>,
    pub(super) history: History,
    pub(super) crm: Arc<dyn Crm>,
    pub(super) directory: Directory,
    pub(super) turns: Turns,
    push_turns: Turns,
}

impl LiveCalls {
    pub(super) fn new(inputs: mpsc::Sender<Input>, parts: &LiveParts) -> Self {
        Self {
            inputs,
            history: parts.history.clone(),
            crm: parts.crm.clone(),
            directory: parts.directory.clone(),
            turns: Turns::default(),
            push_turns: Turns::default(),
        }
    }

    /// Hands a push over; `Ok` after it is committed.
    pub async fn push(&self, account: &str, push: Push, received: Instant) -> Result<Told, PushNotKept> {
        let asked = push.clone();
        let known = async move { self.past_call(account, asked).await.map(Box::new) };
        self.push_knowing(account, push, received, known).await
    }

    /// The same with the call that it may be about by the history, which is asked for it where the call is not known here.
    /// Pushes of one call are taken in as they came, however long each has to wait for that.
    pub(super) async fn push_knowing(
        &self,
        account: &str,
        push: Push,
        received: Instant,
        known: impl Future<Output = Option<Box<Past>>>,
    ) -> Result<Told, PushNotKept> {
        let turn = push.external_id.as_ref().map(|id| self.push_turns.of(&(account, id)));
        let turn = match &turn {
            Some(turn) => Some(timeout(TURN, turn.lock()).await.map_err(|_| PushNotKept::Busy)?),
            None => None,
        };
        let hand_over = |push, answer| {
            let input = Input::Push { account: account.to_owned(), push, received, answer };
            self.inputs.try_send(input).map_err(|_| PushNotKept::Busy)
        };
        let (answer, kept) = oneshot::channel();
        let (unknown, returned) = oneshot::channel();
        hand_over(Pushed::Fresh { push: Box::new(push), unknown }, answer)?;
        if let Ok(Unknown { push, answer }) = returned.await {
            hand_over(Pushed::LookedUp { taken: push, past: known.await }, answer)?;
        }
        drop(turn);
        kept.await.unwrap_or(Err(PushNotKept::Busy))
    }

    /// The call that a push may be about, perhaps from before a restart: the one the PBX knows by its id, else the one that
    /// its data fit best.
    async fn past_call(&self, account: &str, push: Push) -> Option<Past> {
        let account = account.to_owned();
        let past = async {
            match push.external_id.clone() {
                Some(id) => self.history.past_by_id(account, id).await,
                None => {
                    let customer = customer_of(&push).clone();
                    let fits = move |call: &Call, steps: &[Step]| fit(&push, call, steps, Timestamp::now());
                    self.history.past_that_fits(account, &customer, fits).await
                }
            }
        };
        let past: Result<_, HistoryFailure> = match timeout(KNOWN_CALL, past).await {
            Ok(past) => past,
            Err(_) => {
                tracing::warn!("the call history does not answer: a call may be taken for a new one");
                return None;
            }
        };
        past.unwrap_or_else(|error| {
            tracing::warn!(%error, "the call history could not be asked");
            None
        })
    }

    /// Starts a click-to-call; `Ok` when the call is written down and the PBX is being asked.
    pub async fn dial(&self, agent: Option<AgentId>, order: DialOrder) -> Result<CallId, RequestError> {
        order.check()?;
        let not_looked_up = |why: &dyn std::fmt::Display| {
            tracing::error!(error = %why, "it could not be looked up whether a click was made before");
            let message = "It could not be looked up whether this was dialled before; nothing was started, try again";
            RequestError::new(RequestErrorCode::NotSaved, message)
        };
        let known = match order.click(agent.clone()) {
            // However long ago: so a crash in between, or the call's end, makes no second one of it.
            Some(click) => match timeout(KNOWN_CLICK, self.history.clicked(click)).await {
                Ok(known) => known.map_err(|error| not_looked_up(&error))?,
                Err(_) => return Err(not_looked_up(&"the call history does not answer")),
            },
            None => None,
        };
        let unknown = "Ringcard made a mistake and does not know whether the call was started: look at your phone";
        let unknown = RequestError::new(RequestErrorCode::DialUnknown, unknown);
        self.ask(unknown, |answer| Input::Dial { agent, order, known, answer }).await
    }

    /// Does something with the agent's own call; `Ok` when the telephone system took it.
    pub async fn control(
        &self,
        agent: Option<AgentId>,
        call_id: CallId,
        act: ControlAct,
        force: bool,
    ) -> Result<(), RequestError> {
        let unknown = "Ringcard made a mistake and does not know whether it was done: look at your phone";
        let unknown = RequestError::new(RequestErrorCode::PhoneUnknown, unknown);
        self.ask(unknown, |answer| Input::Control { agent, call_id, act, force, answer }).await
    }

    /// Whether a call that goes on is this agent's; nothing of one that is not followed, or where nobody answers.
    pub async fn is_of(&self, id: &CallId, agent: &AgentId) -> Option<bool> {
        let agent = agent.clone();
        let asked = self.of_call(id, move |live| live.call.agents.contains(&agent));
        timeout(WHOSE, asked).await.ok()?.ok()?
    }

    pub async fn missed_seen(&self, agent: AgentId) -> Result<(), RequestError> {
        self.history.missed_seen(agent.clone()).await.map_err(|error| RequestError::not_saved(&error))?;
        self.with(move |task| task.tell_missed(&[agent])).await
    }

    /// A customer was created, changed or deleted: cards on the screen are looked up again.
    pub async fn customers_changed(&self) {
        let _ = self.inputs.send(Input::CustomersChanged).await;
    }

    /// Begins to send a desk what concerns its agent, snapshot first.
    pub async fn join(&self, agent: AgentId, team: Vec<AgentId>, desk: mpsc::Sender<HubFrame>) {
        let missed = timeout(MISSED, self.history.missed(agent.clone())).await.ok().and_then(Result::ok);
        let (answer, joined) = oneshot::channel();
        if self.inputs.send(Input::Join { agent, team, desk, missed, answer }).await.is_ok() {
            let _ = joined.await;
        }
    }

    /// Sends a desk nothing any more.
    pub async fn leave(&self, desk: mpsc::Sender<HubFrame>) {
        let _ = self.inputs.send(Input::Leave { desk }).await;
    }

    /// The call as soon as the PBX has answered our request for it.
    pub async fn settled(&self, call_id: CallId) -> Option<Call> {
        let (answer, call) = oneshot::channel();
        self.inputs.send(Input::Settled { call_id, answer }).await.ok()?;
        call.await.ok().flatten()
    }

    /// Does something with the calls, in its turn.
    pub(super) async fn with<T: Send + 'static>(
        &self,
        act: impl FnOnce(&mut LiveTask) -> T + Send + 'static,
    ) -> Result<T, RequestError> {
        let (answer, done) = oneshot::channel();
        let act = move |task: &mut LiveTask| drop(answer.send(act(task)));
        self.inputs.send(Input::Act(Box::new(act))).await.map_err(|_| stopping())?;
        done.await.map_err(|_| interrupted())
    }

    /// The same with one call; nothing where it is not followed.
    pub(super) async fn of_call<T: Send + 'static>(
        &self,
        id: &CallId,
        act: impl FnOnce(&mut super::task::LiveCall) -> T + Send + 'static,
    ) -> Result<Option<T>, RequestError> {
        let id = id.clone();
        self.with(move |task| task.calls.get_mut(&id).map(act)).await
    }

    /// `unknown`: what is said where it was taken in, and no answer came.
    async fn ask<T>(&self, unknown: RequestError, input: impl FnOnce(Answer<T>) -> Input) -> Result<T, RequestError> {
        let (answer, done) = oneshot::channel();
        self.inputs.send(input(answer)).await.map_err(|_| stopping())?;
        done.await.unwrap_or(Err(unknown))
    }
}

fn stopping() -> RequestError {
    RequestError::new(RequestErrorCode::Offline, "Ringcard is shutting down")
}

/// The calls are being taken up anew, or the hub stops.
pub(super) fn interrupted() -> RequestError {
    RequestError::new(RequestErrorCode::Busy, "Ringcard was interrupted: look whether it was done, and try again")
}

/// Who says something of a call waits for those before who said something of the same one.
#[derive(Clone)]
pub(super) struct Turns {
    locks: Arc<[Arc<Mutex<()>>]>,
    hashes: RandomState,
}

/// Two calls rarely share one of so many.
const TURNS: usize = 1024;

impl Default for Turns {
    fn default() -> Self {
        Self { locks: (0..TURNS).map(|_| Arc::default()).collect(), hashes: RandomState::new() }
    }
}

impl Turns {
    pub fn of(&self, call: &impl Hash) -> Arc<Mutex<()>> {
        let at = self.hashes.hash_one(call) % TURNS as u64;
        self.locks[usize::try_from(at).unwrap_or_default()].clone()
    }
}
