//! How each connection is doing, and which telephones are there.

use super::Accounts;
use ringcard_connect::{AskFailure, Lost, OriginateFailure, Originated};
use ringcard_core::{
    frame::{Connection, ConnectionState, TroubleCode},
    submission::GateReason,
};
use std::collections::{BTreeMap, BTreeSet};
use tokio::sync::watch;

/// How each connection is doing, by account.
pub(crate) type States = BTreeMap<String, ConnectionState>;

impl Accounts {
    /// Which telephones are not there, as the account's system tells; whoever watches the connections hears of it.
    pub(crate) fn phones_are_away(&self, name: &str, extensions: BTreeSet<String>) {
        self.phones_away
            .write()
            .expect("BUG: nobody panics while holding the phones")
            .insert(name.to_owned(), extensions);
        self.states.send_modify(|_| {});
    }

    /// How a telephone stands, as the telephone systems tell that are listened to; `None` while a line to one is being
    /// opened: as it was said to.
    pub(crate) fn phone(&self, extension: &str) -> Option<PhoneStands> {
        let watched = self.watchable();
        let states = self.states.borrow();
        let is_one =
            |such: fn(&ConnectionState) -> bool| watched.iter().any(|(name, _)| states.get(name).is_some_and(such));
        if is_one(|state| matches!(state, ConnectionState::Trouble { .. })) {
            return Some(PhoneStands::NotReached);
        }
        if is_one(|state| matches!(state, ConnectionState::Connecting)) {
            return None;
        }
        let away = self.phones_away.read().expect("BUG: nobody panics while holding the phones");
        let is_away = away.values().any(|away| away.contains(extension));
        Some(if is_away { PhoneStands::Away } else { PhoneStands::There })
    }

    /// A push of this account was read.
    pub(crate) fn works(&self, name: &str) {
        self.note(name, ConnectionState::Ready { detail: String::new() });
    }

    /// How a question to this account went. An account that takes nothing for now works: its gate is told of elsewhere.
    pub(crate) fn answered(&self, name: &str, failure: Option<&AskFailure>) {
        let state = match failure {
            Some(AskFailure::Unavailable { detail, .. }) => {
                ConnectionState::Trouble { code: TroubleCode::Unreachable, detail: detail.clone() }
            }
            Some(AskFailure::Closed { why: GateReason::SignIn, detail, .. }) => {
                ConnectionState::Trouble { code: TroubleCode::SignIn, detail: detail.clone() }
            }
            _ => ConnectionState::Ready { detail: String::new() },
        };
        self.note(name, state);
    }

    pub(crate) fn note(&self, name: &str, state: ConnectionState) {
        note(&self.states, name, state);
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

/// How it is said that a system tells nothing of its calls.
pub(crate) fn trouble(why: Lost) -> TroubleCode {
    match why {
        Lost::Unreachable => TroubleCode::Unreachable,
        Lost::Silent => TroubleCode::NoAnswer,
        Lost::Refused => TroubleCode::SignIn,
        Lost::NotSetUp => TroubleCode::NotSetUp,
    }
}

/// How a telephone stands with its telephone system.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum PhoneStands {
    /// As far as anybody tells.
    #[default]
    There,
    Away,
    /// The system that would tell is not reached.
    NotReached,
}

/// Remembers how a connection does.
pub(crate) fn note(states: &watch::Sender<States>, name: &str, state: ConnectionState) {
    states.send_if_modified(|states| match states.get_mut(name) {
        Some(known) if *known != state => {
            *known = state;
            true
        }
        _ => false,
    });
}

/// A refused call is the call's matter: the connection works.
pub(super) fn how_it_did(answer: &Result<Originated, OriginateFailure>) -> ConnectionState {
    let (code, failure) = match answer {
        Ok(_) | Err(OriginateFailure::Refused { .. }) => return ConnectionState::Ready { detail: String::new() },
        Err(failure @ OriginateFailure::Authentication { .. }) => (TroubleCode::SignIn, failure),
        Err(failure @ OriginateFailure::Unreachable { .. }) => (TroubleCode::Unreachable, failure),
        Err(failure @ OriginateFailure::Unknown { .. }) => (TroubleCode::NoAnswer, failure),
        Err(failure @ OriginateFailure::NotConfigured { .. }) => (TroubleCode::NotSetUp, failure),
    };
    ConnectionState::Trouble { code, detail: failure.to_string() }
}
