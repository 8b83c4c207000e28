//! What we ask of a telephone system that starts calls.

use async_trait::async_trait;
use ringcard_core::{
    call::Advice,
    number::{CannotDial, Party},
    ticket::TicketRef,
};
use std::fmt;
use thiserror::Error;

/// A click-to-call: `extension` rings first; when it is picked up, `number` is called (vipex.md, Click-to-call).
#[derive(Clone, PartialEq, Eq)]
pub struct Originate {
    pub extension: String,
    pub number: Party,
    /// Our own call id, for systems that can carry it.
    pub call_id: String,
    /// The ticket that the agent calls about.
    pub ticket: Option<TicketRef>,
}

impl fmt::Debug for Originate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // never a whole number in a log
        write!(f, "Originate({} from extension {})", self.call_id, self.extension)
    }
}

/// The PBX accepted: the extension is ringing. It says nothing about the customer's leg (vipex.md, Click-to-call).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Originated {
    /// The PBX's own call id, where its answer has one.
    pub external_id: Option<String>,
    /// What the agent has to do there first, or to know. [`Advice::ChooseNumber`]: no phone rings yet.
    pub advice: Option<Advice>,
}

/// Why a call was not started, or why we cannot tell. Only `Unknown` may mean that a phone rings.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum OriginateFailure {
    #[error("The PBX did not accept the user, password or key: {detail}")]
    Authentication { detail: String },
    #[error("The PBX refused to start the call: {detail}")]
    Refused { detail: String },
    #[error("The PBX could not be reached: {detail}")]
    Unreachable { detail: String },
    /// The request left and no whole answer came: the phone may ring. Never sent again by itself.
    #[error("The PBX did not answer in time; the call may have started: {detail}")]
    Unknown { detail: String },
    #[error("The account cannot dial: {detail}")]
    NotConfigured { detail: String },
}

/// A telephone system that can start calls.
#[async_trait]
pub trait StartCalls: Send + Sync {
    /// Starts a call. Ends within the account's time-out; is never repeated by the caller without a person asking.
    async fn originate(&self, order: &Originate) -> Result<Originated, OriginateFailure>;

    /// How this system is given a number to call.
    fn dialled(&self, number: &Party) -> Result<String, CannotDial>;

    /// Whether it is asked for a call before others when nobody said which account dials.
    fn role(&self) -> DialRole {
        DialRole::Telephone
    }
}

/// What starting calls is to a system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DialRole {
    /// What it is there for: a PBX.
    Telephone,
    /// It dials beside its main work; where there is a telephone system, that one dials.
    BesideOtherWork,
}
