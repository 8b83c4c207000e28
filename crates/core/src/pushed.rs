//! What a PBX sent, and what became of it: without numbers, names and secrets.

use crate::{Timestamp, call::CallId};
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

/// A push that came, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct PushNote {
    pub at: Timestamp,
    /// As it stood in the address: perhaps of no account.
    pub account: String,
    /// `incoming`, `event` or `call-data`; something else where the address was wrong.
    pub kind: String,
    /// The address it came from: behind a proxy that is not trusted, the proxy's.
    pub from: String,
    pub became: PushBecame,
    /// How often, where the same was refused again and again; the last one at [`PushNote::at`].
    pub times: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum PushBecame {
    NewCall {
        call_id: CallId,
    },
    /// News of a call that was known.
    KnownCall {
        call_id: CallId,
    },
    /// It said nothing that was not known.
    Repeated {
        call_id: CallId,
    },
    /// Taken, and of no call that is known.
    Nothing,
    /// Taken, and no new call: by its own time it was sent long ago.
    TooOld,
    /// It carried neither key nor user and password.
    KeyMissing,
    KeyWrong,
    /// `detail`: which field, or where it is broken; a sentence.
    Unreadable {
        detail: String,
    },
    TooLarge,
    /// Its body did not arrive in time, or was cut.
    Cut,
    /// Too many from this address, or for this account.
    Throttled,
    /// The account does not listen to this address.
    AddressNotAllowed,
    /// It asked by a name that is not this hub's, or may have been sent by a web page, and carried no key.
    ForeignName,
    /// There is no such account, or it takes no such push.
    NotTaken,
    /// The account is not set up; what is missing, a sentence.
    NotSetUp {
        detail: String,
    },
    /// Answered so that the PBX sends it again.
    NotKept,
}

impl PushBecame {
    /// Whether the PBX was told that it was taken.
    pub fn is_taken(&self) -> bool {
        match self {
            Self::NewCall { .. } | Self::KnownCall { .. } | Self::Repeated { .. } | Self::Nothing | Self::TooOld => {
                true
            }
            Self::KeyMissing
            | Self::KeyWrong
            | Self::Unreadable { .. }
            | Self::TooLarge
            | Self::Cut
            | Self::Throttled
            | Self::AddressNotAllowed
            | Self::ForeignName
            | Self::NotTaken
            | Self::NotSetUp { .. }
            | Self::NotKept => false,
        }
    }
}
