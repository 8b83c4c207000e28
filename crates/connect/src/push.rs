//! What a PBX pushes to us, before and after it is understood, and what we ask of a system that reads it.

use crate::profile::lift::Marks;
use ringcard_core::{
    Timestamp,
    call::{CallEvent, Direction},
    leg::LegNews,
    number::{Ani, Dnis},
};
use secrecy::SecretString;
use std::{collections::BTreeMap, fmt};
use thiserror::Error;

/// Which webhook was called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PushKind {
    /// A call rings (vipex.md, Incoming calls).
    Incoming,
    /// Something happened during a call, where the PBX tells (vipex.md, Basics).
    Event,
    /// The call is over and these are its data (vipex.md, Call data).
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
    /// Without what was lifted out of it ([`crate::Lifting`]).
    pub body: Vec<u8>,
    /// How the places of that are marked.
    pub marks: Marks,
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
    /// Extensions that ring, where the PBX says so (vipex.md, Incoming calls).
    pub extensions: Vec<String>,
    pub external_id: Option<String>,
    /// Absent: the PBX does not say (an incoming notifier is inbound).
    pub direction: Option<Direction>,
    /// What happened; an incoming notifier has none.
    pub event: Option<CallEvent>,
    /// What happened to one leg of it, where the PBX tells of legs.
    pub leg: Option<LegNews>,
    /// The caller's (outbound: the called one's) name, as the network or the PBX shows it.
    pub party_name: Option<String>,
    /// The queue, hunt group or campaign it came through, by the name for people.
    pub queue: Option<String>,
    /// The extension that passed it on, where it was transferred.
    pub passed_by: Option<String>,
    /// Whether both sides spoke, where call data tell. (`Ended` alone does not say it: events may not have come.)
    pub answered: Option<bool>,
    /// Seconds of conversation, where call data tell.
    pub talk_seconds: Option<u32>,
    /// What the PBX calls the call's recordings: by these it gives them ([`crate::Recordings`]).
    pub recording_ids: Vec<String>,
    /// The call's recordings themselves.
    pub audio: Vec<SentAudio>,
    /// When the PBX sent it, where it says so: one that was sent long ago is no new call.
    pub sent_at: Option<Timestamp>,
    /// Further fields the profile maps.
    pub extra: BTreeMap<String, String>,
}

impl Push {
    /// One that says whom a call is between, and nothing else yet.
    pub fn between(kind: PushKind, ani: Ani, dnis: Dnis) -> Self {
        Self {
            kind,
            ani,
            dnis,
            extensions: Vec::new(),
            external_id: None,
            direction: None,
            event: None,
            leg: None,
            party_name: None,
            queue: None,
            passed_by: None,
            answered: None,
            talk_seconds: None,
            recording_ids: Vec::new(),
            audio: Vec::new(),
            sent_at: None,
            extra: BTreeMap::new(),
        }
    }
}

/// A call's recording that came with its data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SentAudio {
    /// The value of this number that was lifted out of the body.
    Lifted(usize),
    /// A short one: Base64, perhaps.
    Text(String),
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

/// Why a push was not taken, for the account's own people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotTaken {
    pub why: PushRefused,
    /// It carried a key, user or password: a wrong one, where that is why.
    pub gave_proof: bool,
}

impl From<PushRefused> for NotTaken {
    fn from(why: PushRefused) -> Self {
        Self { why, gave_proof: true }
    }
}

/// How far the proof of a push has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    Proved,
    /// There is none in header and address, and one may stand in the body.
    InBody,
    /// `tried`: there was one, and a wrong one.
    Refused {
        tried: bool,
    },
}

/// What the administrator gives to the provider, for one kind of push.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct WebhookHint {
    pub kind: PushKind,
    /// `GET or POST`, as far as anybody knows.
    pub method: String,
    /// With `{key}`, `{user}` and `{password}` where the secrets go; never the secrets themselves.
    pub url: String,
    /// How the push proves where it comes from: a sentence for administrators.
    pub proof: String,
}

/// A push may carry its proof in its body up to this size. It is what a stranger can make us read.
pub const PROOF_BODY_BYTES: usize = 64 * 1024;

/// A system whose pushes can be read. Nothing here waits or panics, whatever comes; what it costs is linear in the bytes.
pub trait ReadPushes: Send + Sync {
    /// The headers (lower-case names) [`RawPush::headers`] must carry for this account, where the request has them.
    fn headers(&self) -> &[String];

    /// How far header and address prove who sends a push: `head` is one without its body.
    fn proof_in_head(&self, head: &RawPush) -> Standing;

    /// Whether a whole push carries the proof in its body; nothing else of it is read. Bodies of more than
    /// [`PROOF_BODY_BYTES`] are not looked through.
    fn proof_in_body(&self, raw: &RawPush) -> Standing;

    /// Reads a push whose sender has proved who they are.
    fn read_proved(&self, kind: PushKind, raw: &RawPush) -> Result<Push, PushRefused>;

    /// Whether its pushes are opened as a page in an agent's browser, where another site may have it opened; they are answered
    /// with a page. Their proof is always in the head.
    fn is_opened_in_a_browser(&self) -> bool {
        false
    }

    /// Whether it takes pushes of anybody: the administrator chose that they carry neither key nor user.
    fn takes_without_proof(&self) -> bool;

    /// How many characters the key or password of its pushes has; absent where pushes carry none.
    fn secret_length(&self) -> Option<usize>;

    /// What to give to the provider; `base` is the hub's public address, without a path.
    fn webhooks(&self, base: &str, account_name: &str) -> Vec<WebhookHint>;

    /// The whole address of one kind of push, key and all: to be pasted at the provider's, and never shown.
    fn webhook_address(&self, base: &str, account_name: &str, kind: PushKind) -> Option<SecretString>;
}
