//! What a PBX pushes to us, before and after it is understood.

use ringcard_core::{
    Timestamp,
    call::{CallEvent, Direction},
    number::{Ani, Dnis},
};
use std::{collections::BTreeMap, fmt};
use thiserror::Error;

/// Which webhook was called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PushKind {
    /// A call rings (S4-17).
    Incoming,
    /// Something happened during a call, where the PBX tells (A19).
    Event,
    /// The call is over and these are its data (S4-20).
    CallData,
}

/// A request as it arrived, already bounded in size.
#[derive(Clone, Default)]
pub struct RawPush {
    /// The query as it stood in the URL, still encoded.
    pub query: String,
    pub content_type: Option<String>,
    /// `Authorization` and the header the profile names, lower-case names.
    pub headers: BTreeMap<String, String>,
    pub body: Vec<u8>,
}

impl fmt::Debug for RawPush {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // a push carries numbers and keys: only its size is for logs
        write!(f, "RawPush({} bytes of query, {} bytes of body)", self.query.len(), self.body.len())
    }
}

/// A push, understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Push {
    pub kind: PushKind,
    pub ani: Ani,
    pub dnis: Dnis,
    /// Extensions that ring, where the PBX says so (A21).
    pub extensions: Vec<String>,
    pub external_id: Option<String>,
    /// Absent: the PBX does not say (an incoming notifier is inbound).
    pub direction: Option<Direction>,
    /// What happened; an incoming notifier has none.
    pub event: Option<CallEvent>,
    /// Whether both sides spoke, where call data tell. (`Ended` alone does not say it: events may not have come.)
    pub answered: Option<bool>,
    /// Seconds of conversation, where call data tell.
    pub talk_seconds: Option<u32>,
    /// When the PBX sent it, where it says so: one that was sent long ago is no new call.
    pub sent_at: Option<Timestamp>,
    /// Further fields the profile maps.
    pub extra: BTreeMap<String, String>,
}

/// Why a push was not taken.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PushRefused {
    /// 401
    #[error("The key, user or password of this push is missing or wrong")]
    Unauthenticated,
    /// 400
    #[error("{0}")]
    Unreadable(String),
    /// 404: the profile does not read this kind
    #[error("This account takes no such push")]
    NotTaken,
}
