//! What a hub is started with, and why one does not start.

use crate::{
    AccountSetup, Agent,
    config::{DEFAULT_PUSHES_PER_SECOND, Listen, Network},
    customers::CustomerRules,
    history::HistoryFailure,
    recordings::Keeping,
};
use ringcard_core::number::DialPlan;
use secrecy::SecretString;
use std::{collections::BTreeMap, io, net::SocketAddr, path::PathBuf, time::Duration};
use thiserror::Error;

/// Everything a hub needs to know; made from `ringcard.toml` or `hub.toml`, or by a test.
pub struct HubSetup {
    /// Holds `calls.db` and `outbox.db`; created when missing.
    pub data_dir: PathBuf,
    pub agents: Vec<Agent>,
    pub plan: DialPlan,
    /// Names of called lines, by E.164 or internal digits.
    pub line_names: BTreeMap<String, String>,
    /// Within what time who was missed on a line should be called back, by the same.
    pub call_back_within: BTreeMap<String, Duration>,
    pub accounts: Vec<AccountSetup>,
    /// Where webhooks and REST arrive; absent: nowhere.
    pub listen: Option<ListenSetup>,
    /// The administrator's: opens `/v1` and the desk socket; absent: both are open to agents' own tokens only.
    pub api_token: Option<SecretString>,
    /// A ring that never gets an end becomes *outcome not reported* after this.
    pub ring_expires: Duration,
    /// The same for a conversation.
    pub conversation_expires: Duration,
    /// How long is waited for what may still come of a call.
    pub waits: CallWaits,
    /// How long recordings are kept.
    pub recordings: Keeping,
    /// How long calls are kept; absent: for good.
    pub keep_calls_days: Option<u32>,
    /// Which systems are asked for customers, in which order.
    pub customers: CustomerRules,
}

/// How long is waited for what may still come of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallWaits {
    /// A caller for whom no phone rings any more, before the call counts as missed.
    pub next_ring: Duration,
    /// How long the PBX lets an agent's phone ring in click-to-call.
    pub phone_rings: Duration,
    /// A call of which nothing was heard for so long, while its phone is in another one, is over.
    pub silent_call: Duration,
    /// Phones ring while they talk. Where they do not, one that rings is in no other call.
    pub call_waiting: bool,
    /// The code of a call, before the call is written into a log without one.
    pub log_after: Duration,
    /// What machines wrote of a call waits until somebody approved it.
    pub approval: bool,
}

impl Default for CallWaits {
    fn default() -> Self {
        crate::config::Calls::default().waits()
    }
}

/// Where a hub listens, and how it is reached there.
#[derive(Debug, Clone)]
pub struct ListenSetup {
    pub address: SocketAddr,
    /// Further names it is reached by.
    pub names: Vec<String>,
    /// How others reach it, where that is not the address itself.
    pub public_url: Option<String>,
    /// Whose word is taken on where a request came from.
    pub trusted_proxies: Vec<Network>,
    /// What one account may push without a pause.
    pub pushes_per_second: u32,
    /// A hub that cannot listen does not start: on a server, one that hears nothing is none.
    pub or_not_at_all: bool,
    /// Whether a desk may come with the administrator's token, and say whose it is.
    pub shared_token: bool,
}

/// With every default.
impl From<SocketAddr> for ListenSetup {
    fn from(address: SocketAddr) -> Self {
        let (names, trusted_proxies) = (Vec::new(), Vec::new());
        let pushes_per_second = DEFAULT_PUSHES_PER_SECOND;
        Self {
            address,
            names,
            public_url: None,
            trusted_proxies,
            pushes_per_second,
            or_not_at_all: false,
            shared_token: true,
        }
    }
}

impl From<([u8; 4], u16)> for ListenSetup {
    fn from(address: ([u8; 4], u16)) -> Self {
        SocketAddr::from(address).into()
    }
}

impl From<&Listen> for ListenSetup {
    fn from(listen: &Listen) -> Self {
        Self {
            address: listen.address,
            names: listen.names.clone(),
            public_url: listen.public_url.clone(),
            trusted_proxies: listen.trusted_proxies.clone(),
            pushes_per_second: listen.pushes_per_second,
            or_not_at_all: false,
            shared_token: listen.shared_token,
        }
    }
}

/// Why a hub did not start. Each sentence says what to do.
#[derive(Debug, Error)]
pub enum StartFailure {
    #[error("The call history could not be opened: {0}")]
    History(#[from] HistoryFailure),
    #[error("The folder {path} cannot be used: {source}. Choose another with RINGCARD_HOME, or mend its permissions.")]
    Folder { path: PathBuf, source: io::Error },
    #[error(transparent)]
    Listen(#[from] ListenProblem),
}

impl StartFailure {
    /// Whether a hub may start when it is tried again.
    pub fn passes(&self) -> bool {
        match self {
            Self::History(failure) => failure.passes(),
            Self::Folder { .. } | Self::Listen(_) => true,
        }
    }
}

/// Why nothing can arrive; the hub runs all the same, and dials.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ListenProblem {
    #[error("The address {address} is already in use by another program. Choose another port under [listen] address.")]
    InUse { address: SocketAddr },
    #[error("The address {address} cannot be used: {detail}. Change [listen] address.")]
    Other { address: SocketAddr, detail: String },
}
