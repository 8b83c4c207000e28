//! An account that is set up: what it can do, each by itself.

use crate::{
    CallControl, Campaigns, Codes, ExportCustomers, FindCustomers, FollowCalls, KeepCustomers, ReadPushes, Recordings,
    Reports, Secrets, SignIn, StartCalls, TakesPermits, TakesRecordings, TellState, Tickets, Trial, WatchCalls, Writes,
};
use std::{fmt, sync::Arc};

/// What an account leads to, ready to work. What it cannot do is absent: others ask for what they need and never for
/// whose system it is.
#[derive(Clone)]
pub struct System {
    /// The id of its connector, for people and logs.
    pub connector: String,
    /// Scheme, host and port of everywhere its secrets are sent.
    pub origins: Vec<String>,
    /// What nobody may read, wherever it turns up.
    pub secrets: Secrets,
    /// Every system can be tried.
    pub trial: Arc<dyn Trial>,
    /// And every system asks before each request it makes.
    pub takes_permits: Arc<dyn TakesPermits>,
    pub start_calls: Option<Arc<dyn StartCalls>>,
    pub control_calls: Option<Arc<dyn CallControl>>,
    pub watch_calls: Option<Arc<dyn WatchCalls>>,
    pub read_pushes: Option<Arc<dyn ReadPushes>>,
    pub campaigns: Option<Arc<dyn Campaigns>>,
    pub codes: Option<Arc<dyn Codes>>,
    pub reports: Option<Arc<dyn Reports>>,
    pub take_writes: Option<Arc<dyn Writes>>,
    /// Whether a call is still going on.
    pub tell_state: Option<Arc<dyn TellState>>,
    /// How its calls stand, where nothing tells of them by itself.
    pub follow_calls: Option<Arc<dyn FollowCalls>>,
    pub recordings: Option<Arc<dyn Recordings>>,
    /// Where it gets recordings that it may be sent.
    pub takes_recordings: Option<Arc<dyn TakesRecordings>>,
    pub find_customers: Option<Arc<dyn FindCustomers>>,
    pub keep_customers: Option<Arc<dyn KeepCustomers>>,
    pub export_customers: Option<Arc<dyn ExportCustomers>>,
    pub tickets: Option<Arc<dyn Tickets>>,
    /// Where people sign in to it in their browser.
    pub sign_in: Option<Arc<dyn SignIn>>,
}

/// What a system can offer, besides being tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Capability {
    StartCalls,
    ControlCalls,
    WatchCalls,
    ReadPushes,
    Campaigns,
    Codes,
    Reports,
    TakeWrites,
    TellState,
    FollowCalls,
    Recordings,
    FindCustomers,
    KeepCustomers,
    ExportCustomers,
    Tickets,
}

impl System {
    /// One that can be tried and nothing else yet: `System { reports: Some(account.clone()), ..System::new(…) }`.
    pub fn new<A: Trial + TakesPermits + 'static>(
        connector: impl Into<String>,
        origins: Vec<String>,
        secrets: Secrets,
        account: Arc<A>,
    ) -> Self {
        Self {
            connector: connector.into(),
            origins,
            secrets,
            trial: account.clone(),
            takes_permits: account,
            start_calls: None,
            control_calls: None,
            watch_calls: None,
            read_pushes: None,
            campaigns: None,
            codes: None,
            reports: None,
            take_writes: None,
            tell_state: None,
            follow_calls: None,
            recordings: None,
            takes_recordings: None,
            find_customers: None,
            keep_customers: None,
            export_customers: None,
            tickets: None,
            sign_in: None,
        }
    }

    /// Whether it is the very same one, and not only set up alike.
    pub fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.trial, &other.trial)
    }

    /// Everything it can do.
    pub fn offers(&self) -> Vec<Capability> {
        let all = [
            (Capability::StartCalls, self.start_calls.is_some()),
            (Capability::ControlCalls, self.control_calls.is_some()),
            (Capability::WatchCalls, self.watch_calls.is_some()),
            (Capability::ReadPushes, self.read_pushes.is_some()),
            (Capability::Campaigns, self.campaigns.is_some()),
            (Capability::Codes, self.codes.is_some()),
            (Capability::Reports, self.reports.is_some()),
            (Capability::TakeWrites, self.take_writes.is_some()),
            (Capability::TellState, self.tell_state.is_some()),
            (Capability::FollowCalls, self.follow_calls.is_some()),
            (Capability::Recordings, self.recordings.is_some()),
            (Capability::FindCustomers, self.find_customers.is_some()),
            (Capability::KeepCustomers, self.keep_customers.is_some()),
            (Capability::ExportCustomers, self.export_customers.is_some()),
            (Capability::Tickets, self.tickets.is_some()),
        ];
        all.into_iter().filter_map(|(capability, is_there)| is_there.then_some(capability)).collect()
    }
}

impl fmt::Debug for System {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "System({}: {:?})", self.connector, self.offers())
    }
}
