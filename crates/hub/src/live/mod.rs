//! The calls that are going on: one task owns them, everything else sends it messages.
//!
//! A push is committed before it is answered and before a desk hears of it. The card never waits for a customer
//! list: version 1 goes out with the call, whatever is found follows as version 2. Dialling is never queued and
//! never repeated by itself.
//!
//! Start reading at [`task`].

mod asks_first;
mod cards;
mod control;
mod correlate;
mod desks;
mod dialling;
mod pushes;
mod said;
mod task;

pub(crate) use dialling::DialOrder;
pub(crate) use said::obvious;

use crate::{
    Agent,
    account::Accounts,
    directory::Directory,
    history::{History, HistoryFailure},
    metrics::Metrics,
    outbox::OutboxPlace,
    pops::Pops,
};
use ringcard_connect::{ActFailure, Acted, Crm, OriginateFailure, Originated, Push};
use ringcard_core::{
    call::{AgentId, Call, CallId},
    control::{ControlAct, Toggles},
    customer::{CustomerId, EarlierCall, Lookup, SetAside},
    frame::{HubFrame, RequestError, RequestErrorCode},
    number::DialPlan,
};
use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::{
    sync::{mpsc, oneshot, watch},
    task::JoinHandle,
};

/// Messages that may wait for the owner; a webhook that finds no place is answered 503.
const WAITING: usize = 512;

/// What the administrator decides about calls.
#[derive(Clone)]
pub(crate) struct Rules {
    pub agents: Vec<Agent>,
    pub line_names: BTreeMap<String, String>,
    pub ring_expires: Duration,
    pub conversation_expires: Duration,
}

/// What the owner works with.
pub(crate) struct LiveParts {
    pub history: History,
    pub crm: Arc<dyn Crm>,
    pub directory: Directory,
    pub accounts: Accounts,
    pub outbox: OutboxPlace,
    pub plan: watch::Receiver<DialPlan>,
    pub metrics: Arc<Metrics>,
    pub pops: Arc<Pops>,
}

/// A push could not be kept; the PBX should send it again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PushNotKept {
    #[error("the call was shown but could not be saved")]
    NotSaved,
    #[error("too much is going on; send it again")]
    Busy,
}

/// What a push said, once it is committed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Told {
    /// The first we hear of it.
    New(CallId),
    /// Something new of a call we know.
    News(CallId),
    /// Nothing new of a call we know.
    Again(CallId),
    /// Nothing, and of no call we know.
    Nothing,
    /// No new call: by its own time it was sent long ago.
    TooOld,
}

type Answer<T> = oneshot::Sender<Result<T, RequestError>>;

/// Everything that may happen to the owner.
enum Input {
    Push {
        account: String,
        push: Push,
        received: Instant,
        answer: oneshot::Sender<Result<Told, PushNotKept>>,
    },
    Dial {
        agent: Option<AgentId>,
        order: DialOrder,
        answer: Answer<CallId>,
    },
    Control {
        agent: Option<AgentId>,
        call_id: CallId,
        act: ControlAct,
        force: bool,
        answer: Answer<()>,
    },
    /// What the telephone system said to an act.
    Controlled {
        call_id: CallId,
        act: ControlAct,
        outcome: Result<Acted, ActFailure>,
        toggles: Toggles,
        answer: Answer<()>,
    },
    Originated {
        call_id: CallId,
        outcome: Result<Originated, OriginateFailure>,
    },
    LookedUp {
        call_id: CallId,
        asked: u32,
        found: Found,
    },
    Choose {
        call_id: CallId,
        customer: CustomerId,
        answer: Answer<()>,
    },
    /// `customer` absent: none of those offered.
    SetAside {
        call_id: CallId,
        by: Option<AgentId>,
        customer: Option<CustomerId>,
        answer: Answer<()>,
    },
    TakeBack {
        call_id: CallId,
        customers: Vec<CustomerId>,
        answer: Answer<()>,
    },
    CustomersChanged,
    Join {
        agent: AgentId,
        desk: mpsc::Sender<HubFrame>,
        answer: oneshot::Sender<()>,
    },
    MissedSeen {
        agent: AgentId,
        answer: Answer<()>,
    },
    /// Answers when the call is no longer *starting*.
    Settled {
        call_id: CallId,
        answer: oneshot::Sender<Option<Call>>,
    },
}

/// What a look-up brought.
struct Found {
    lookup: Lookup,
    /// Who would be in it, had an agent not said that the number is not theirs.
    not_theirs: Vec<SetAside>,
    earlier: Vec<EarlierCall>,
}

/// The way to the owner. Cheap to clone.
#[derive(Clone)]
pub(crate) struct LiveCalls {
    inputs: mpsc::Sender<Input>,
}

/// Takes up the calls that were going on when the hub stopped, and starts the owner.
pub(crate) async fn start(
    rules: Rules,
    parts: LiveParts,
    stopped: watch::Receiver<bool>,
) -> Result<(LiveCalls, JoinHandle<()>), HistoryFailure> {
    let (inputs, queue) = mpsc::channel(WAITING);
    let owner = task::LiveTask::new(rules, parts, inputs.downgrade()).await?;
    Ok((LiveCalls { inputs }, tokio::spawn(owner.run(queue, stopped))))
}

impl LiveCalls {
    /// Hands a push over; `Ok` after it is committed.
    pub async fn push(&self, account: &str, push: Push, received: Instant) -> Result<Told, PushNotKept> {
        let (answer, kept) = oneshot::channel();
        let input = Input::Push { account: account.to_owned(), push, received, answer };
        self.inputs.try_send(input).map_err(|_| PushNotKept::Busy)?;
        kept.await.unwrap_or(Err(PushNotKept::Busy))
    }

    /// Starts a click-to-call; `Ok` when the call is written down and the PBX is being asked.
    pub async fn dial(&self, agent: Option<AgentId>, order: DialOrder) -> Result<CallId, RequestError> {
        self.ask(|answer| Input::Dial { agent, order, answer }).await
    }

    /// Does something with the agent's own call; `Ok` when the telephone system took it.
    pub async fn control(
        &self,
        agent: Option<AgentId>,
        call_id: CallId,
        act: ControlAct,
        force: bool,
    ) -> Result<(), RequestError> {
        self.ask(|answer| Input::Control { agent, call_id, act, force, answer }).await
    }

    /// It is this customer, and the number is theirs.
    pub async fn choose(&self, call_id: CallId, customer: CustomerId) -> Result<(), RequestError> {
        self.ask(|answer| Input::Choose { call_id, customer, answer }).await
    }

    /// It is not this customer, for this call; `None`: none of those offered.
    pub async fn set_aside(
        &self,
        by: Option<AgentId>,
        call_id: CallId,
        customer: Option<CustomerId>,
    ) -> Result<(), RequestError> {
        self.ask(|answer| Input::SetAside { call_id, by, customer, answer }).await
    }

    /// They were set aside by mistake.
    pub async fn take_back(&self, call_id: CallId, customers: Vec<CustomerId>) -> Result<(), RequestError> {
        self.ask(|answer| Input::TakeBack { call_id, customers, answer }).await
    }

    pub async fn missed_seen(&self, agent: AgentId) -> Result<(), RequestError> {
        self.ask(|answer| Input::MissedSeen { agent, answer }).await
    }

    /// A customer was created, changed or deleted: cards on the screen are looked up again.
    pub async fn customers_changed(&self) {
        let _ = self.inputs.send(Input::CustomersChanged).await;
    }

    /// Begins to send a desk what concerns its agent, snapshot first.
    pub async fn join(&self, agent: AgentId, desk: mpsc::Sender<HubFrame>) {
        let (answer, joined) = oneshot::channel();
        if self.inputs.send(Input::Join { agent, desk, answer }).await.is_ok() {
            let _ = joined.await;
        }
    }

    /// The call as soon as the PBX has answered our request for it.
    pub async fn settled(&self, call_id: CallId) -> Option<Call> {
        let (answer, call) = oneshot::channel();
        self.inputs.send(Input::Settled { call_id, answer }).await.ok()?;
        call.await.ok().flatten()
    }

    async fn ask<T>(&self, input: impl FnOnce(Answer<T>) -> Input) -> Result<T, RequestError> {
        let stopping = || RequestError::new(RequestErrorCode::Offline, "Ringcard is shutting down");
        let (answer, done) = oneshot::channel();
        self.inputs.send(input(answer)).await.map_err(|_| stopping())?;
        done.await.unwrap_or_else(|_| Err(stopping()))
    }
}
