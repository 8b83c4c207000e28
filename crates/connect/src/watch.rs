//! What we ask of a telephone system that tells of its calls by itself, on a line we keep open to it.

use crate::{Push, Toggle};
use async_trait::async_trait;
use std::{collections::BTreeSet, time::Duration};
use tokio::sync::mpsc;

/// Something heard on the line, in order.
#[derive(Debug)]
pub enum Watched {
    /// What happened to a call, as a webhook would tell it.
    Push(Box<Push>),
    /// The ids of all calls there are, when the line has opened: whatever else was under way before is over, and nobody
    /// can say any more how it ended. An id may be there that is no call's.
    Going(BTreeSet<String>),
    State(WatchState),
    /// The extensions whose telephones surely are not there, each time it is others. Of the rest nobody knows.
    PhonesAway(BTreeSet<String>),
    /// Whether the recording of a call, by the system's own id of it, is paused; nothing where it is not recorded (any
    /// more), or cannot be paused from here. Of a call that was never said to be recorded this may be said, too.
    Recording {
        call: String,
        paused: Option<Toggle>,
    },
}

/// How the line stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WatchState {
    Connecting,
    /// Everything there is was read, and what happens comes.
    Connected,
    /// The same, and there is something a person should know: `detail` says what.
    ConnectedBut {
        detail: String,
    },
    /// Nothing is heard. It is tried again by itself, `again_in` from now.
    Away {
        why: Lost,
        detail: String,
        again_in: Duration,
    },
}

/// Why a system tells nothing of its calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lost {
    /// The system is not there, or broke the line off.
    Unreachable,
    /// It does not answer.
    Silent,
    /// It does not take who we say we are: a person has to mend that.
    Refused,
    /// It is reached, and something about the account keeps it from telling: a person has to mend that.
    NotSetUp,
}

/// A telephone system whose calls can be watched as they happen.
///
/// The promise: what is going on when the line opens is told like news, and so is what changed while there was none, the
/// end of what ended included; so nobody misses anything and nothing is left over. The same is told once. Pushes come in
/// the order things happened. A line that breaks is opened again with growing pauses, never faster.
#[async_trait]
pub trait WatchCalls: Send + Sync {
    /// Keeps a line open and tells what it hears, until it is dropped or nobody listens any more. One at a time.
    async fn watch(&self, heard: mpsc::Sender<Watched>);
}
