//! The PBX accounts a hub knows, and how each connection is doing.

use ringcard_connect::{
    Originate, OriginateFailure, Originated, Push, PushKind, PushRefused, RawPush, Telephony, TestReport,
    profile::PbxAccount,
};
use ringcard_core::frame::{Connection, ConnectionState};
use std::{
    collections::BTreeMap,
    sync::{Arc, RwLock},
};
use tokio::sync::watch;

/// An account as set up: ready to work, or why not.
#[derive(Clone)]
pub struct AccountSetup {
    /// Used in webhook URLs: `/in/{name}/incoming`.
    pub name: String,
    /// What is wrong is a sentence; the account is listed with it and takes nothing.
    pub pbx: Result<Arc<PbxAccount>, String>,
}

/// The accounts, by name; can be exchanged while the hub runs.
#[derive(Clone)]
pub struct Accounts {
    known: Arc<RwLock<BTreeMap<String, AccountSetup>>>,
    states: watch::Sender<BTreeMap<String, ConnectionState>>,
}

impl Accounts {
    pub(crate) fn new(setups: Vec<AccountSetup>) -> Self {
        let accounts = Self { known: Arc::default(), states: watch::Sender::default() };
        accounts.replace(setups);
        accounts
    }

    /// Takes a new set of accounts; calls in flight finish with the old ones.
    pub fn replace(&self, setups: Vec<AccountSetup>) {
        let states = setups
            .iter()
            .map(|setup| {
                let state = match &setup.pbx {
                    Ok(_) => ConnectionState::Untried,
                    Err(detail) => ConnectionState::Trouble { detail: detail.clone() },
                };
                (setup.name.clone(), state)
            })
            .collect();
        let known = setups.into_iter().map(|setup| (setup.name.clone(), setup)).collect();
        *self.known.write().expect("BUG: nobody panics while holding the accounts") = known;
        self.states.send_replace(states);
    }

    fn get(&self, name: &str) -> Option<AccountSetup> {
        self.known.read().expect("BUG: nobody panics while holding the accounts").get(name).cloned()
    }

    /// The account to dial with when none was named: the only one there is.
    pub(crate) fn only(&self) -> Option<String> {
        let known = self.known.read().expect("BUG: nobody panics while holding the accounts");
        (known.len() == 1).then(|| known.keys().next().cloned()).flatten()
    }

    pub(crate) fn names(&self) -> Vec<String> {
        self.known.read().expect("BUG: nobody panics while holding the accounts").keys().cloned().collect()
    }

    /// Reads a push with the account's profile.
    pub(crate) fn read_push(&self, name: &str, kind: PushKind, raw: &RawPush) -> Result<Push, PushRefused> {
        let account = self.get(name).ok_or(PushRefused::NotTaken)?;
        let pbx = account.pbx.map_err(|_| PushRefused::NotTaken)?;
        let push = pbx.read_push(kind, raw)?;
        self.note(name, ConnectionState::Ready { detail: String::new() });
        Ok(push)
    }

    /// Starts a call and remembers how the connection did.
    pub(crate) async fn originate(&self, name: &str, order: &Originate) -> Result<Originated, OriginateFailure> {
        let not_set_up = |detail: String| OriginateFailure::NotConfigured { detail };
        let account = self.get(name).ok_or_else(|| not_set_up(format!("there is no account “{name}”")))?;
        let pbx = account.pbx.map_err(not_set_up)?;
        let answer = pbx.originate(order).await;
        self.note(
            name,
            match &answer {
                // A refused call is the call's matter: the connection works.
                Ok(_) | Err(OriginateFailure::Refused { .. }) => ConnectionState::Ready { detail: String::new() },
                Err(failure) => ConnectionState::Trouble { detail: failure.to_string() },
            },
        );
        answer
    }

    /// What a *Test* button found, without ringing anybody.
    pub async fn test(&self, name: &str) -> Option<TestReport> {
        match self.get(name)?.pbx {
            Ok(pbx) => Some(pbx.test().await),
            Err(detail) => Some(TestReport::not_set_up(detail)),
        }
    }

    fn note(&self, name: &str, state: ConnectionState) {
        self.states.send_if_modified(|states| match states.get_mut(name) {
            Some(known) if *known != state => {
                *known = state;
                true
            }
            _ => false,
        });
    }

    pub fn connections(&self) -> Vec<Connection> {
        let states = self.states.borrow();
        states.iter().map(|(name, state)| Connection { name: name.clone(), state: state.clone() }).collect()
    }

    /// Wakes whenever a connection changed.
    pub(crate) fn watch(&self) -> watch::Receiver<BTreeMap<String, ConnectionState>> {
        self.states.subscribe()
    }
}
