//! The calls that are going on: one task owns them, everything else sends it messages.
//!
//! A push is committed before it is answered and before a desk hears of it. The card never waits for a customer
//! list: version 1 goes out with the call, whatever is found follows as version 2. Dialling is never queued and
//! never repeated by itself.
//!
//! That task waits for nothing: see [`task`], where to start reading. Should it end by a mistake of ours, the calls are
//! taken up anew: see [`supervised`].

mod alive;
mod asks_first;
mod cards;
mod carry;
mod clock;
mod commits;
mod control;
mod correlate;
mod desks;
mod dialling;
mod end_here;
mod expire;
mod followed;
mod handle;
mod missed_list;
mod notes;
mod parts;
mod privacy;
mod pushes;
mod recorded;
mod recording;
mod said;
mod stale;
mod steps;
mod supervised;
mod task;
#[cfg(test)]
mod tests;
mod unheard;
mod words;

pub(crate) use desks::{as_everybody_sees, as_seen_by};
pub(crate) use dialling::DialOrder;
pub(crate) use handle::LiveCalls;
pub(crate) use missed_list::serves;
pub(crate) use privacy::is_open;
pub(crate) use said::obvious;
pub(crate) use supervised::{LiveState, start};

use crate::{
    Agent, CallWaits,
    account::Accounts,
    customers::Customers,
    directory::Directory,
    history::{History, Past},
    metrics::Metrics,
    noticed::Noticed,
    outbox::OutboxPlace,
    pops::Pops,
};
use clock::Taken;
use ringcard_connect::{ActFailure, Acted, Crm, OriginateFailure, Originated, Push};
use ringcard_core::{
    call::{AgentId, Call, CallId},
    control::{ControlAct, Toggles},
    customer::{EarlierCall, Lookup, SetAside},
    frame::{HubFrame, RequestError},
    number::DialPlan,
};
use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::sync::{mpsc, oneshot, watch};

/// What the administrator decides about calls.
#[derive(Clone)]
pub(crate) struct Rules {
    pub agents: Vec<Agent>,
    pub line_names: BTreeMap<String, String>,
    /// Within what time who missed somebody's call there should call back.
    pub call_back_within: BTreeMap<String, Duration>,
    pub ring_expires: Duration,
    pub conversation_expires: Duration,
    pub waits: CallWaits,
}

/// What the task works with.
#[derive(Clone)]
pub(crate) struct LiveParts {
    pub history: History,
    pub crm: Arc<dyn Crm>,
    pub customers: Customers,
    pub directory: Directory,
    pub accounts: Accounts,
    pub outbox: OutboxPlace,
    pub plan: watch::Receiver<DialPlan>,
    pub metrics: Arc<Metrics>,
    pub pops: Arc<Pops>,
    pub noticed: Arc<Noticed>,
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

/// Everything that may happen to the calls.
#[allow(clippy::large_enum_variant, reason = "the queue is short, and a box for each would be one more")]
enum Input {
    Push {
        account: String,
        push: Pushed,
        received: Instant,
        answer: PushAnswer,
    },
    /// `known`: the call that its key stands for by the history.
    Dial {
        agent: Option<AgentId>,
        order: DialOrder,
        known: Option<Call>,
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
    CustomersChanged,
    Join {
        agent: AgentId,
        /// Whose calls they may see besides their own.
        team: Vec<AgentId>,
        desk: mpsc::Sender<HubFrame>,
        missed: Option<u32>,
        answer: oneshot::Sender<()>,
    },
    /// A desk takes nothing any more.
    Leave {
        desk: mpsc::Sender<HubFrame>,
    },
    /// Answers when the call is no longer *starting*.
    Settled {
        call_id: CallId,
        answer: oneshot::Sender<Option<Call>>,
    },
    /// What somebody does with the calls who waited for everything slow themselves.
    Act(Box<dyn FnOnce(&mut task::LiveTask) + Send>),
}

/// A push: mostly the call it is about is known here.
enum Pushed {
    /// It comes back by `unknown` where the history is to be asked first.
    Fresh { push: Box<Push>, unknown: oneshot::Sender<Unknown> },
    /// With the call that it may be about by the history.
    LookedUp { taken: Box<Taken>, past: Option<Box<Past>> },
}

/// A push that says nothing of a call that is known here, and who waits for what becomes of it.
struct Unknown {
    push: Box<Taken>,
    answer: PushAnswer,
}

/// Hears what a push said, once that is committed.
type PushAnswer = oneshot::Sender<Result<Told, PushNotKept>>;

/// What a look-up in the directory brought.
struct Found {
    lookup: Lookup,
    /// Who would be in it, had an agent not said that the number is not theirs.
    not_theirs: Vec<SetAside>,
    earlier: Vec<EarlierCall>,
    /// What is known of other systems without asking them.
    known: parts::KnownElsewhere,
}
