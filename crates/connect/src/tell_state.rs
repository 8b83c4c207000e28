//! What we ask of a telephone system that can say whether a call is still going on.

use crate::Lost;
use async_trait::async_trait;

/// What a telephone system says of a call it was asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallLife {
    /// It is going on: it rings, or somebody speaks.
    Alive,
    /// It is not going on any more, or there never was such a call.
    Over,
    /// Nobody can tell now; `detail`: why, a sentence for administrators without secrets and numbers.
    Unknown { why: Lost, detail: String },
}

/// A telephone system that can be asked about its calls. Asking changes nothing and rings nobody.
#[async_trait]
pub trait TellState: Send + Sync {
    /// Asks once whether the call with this id (the system's own, [`crate::Push::external_id`]) is going on. Ends within
    /// the account's time-out. Whatever is no clear answer is [`CallLife::Unknown`]: a call is never said to be over
    /// because the system could not be reached, or did not accept the password.
    async fn ask_state(&self, external_id: &str) -> CallLife;
}
