//! An account as an administrator set it up.

use super::NotRead;
use crate::{config::Network, from_where::FromWhere, made_from::MadeFrom, secrets};
use ringcard_connect::{Purpose, ReadPushes, System, TestReport, permits::for_purpose};
use ringcard_core::frame::{ConnectionState, TroubleCode};
use std::sync::Arc;

/// An account as set up: ready to work, or why not.
#[derive(Clone)]
pub struct AccountSetup {
    /// Used in webhook URLs: `/in/{name}/incoming`.
    pub name: String,
    /// What is wrong is a sentence; the account is listed with it and takes nothing.
    pub system: Result<System, String>,
    /// Who may push to it; empty: every address with the right key, and without a key this machine only.
    pub push_from: Vec<Network>,
    /// What the system was made from: made from the same again, it is the same, and is not touched.
    pub made_from: Option<MadeFrom>,
}

impl AccountSetup {
    /// One that listens to every address.
    pub fn new(name: impl Into<String>, system: Result<System, String>) -> Self {
        Self { name: name.into(), system, push_from: Vec::new(), made_from: None }
    }

    /// Whether its pushes carry neither key nor user: the administrator chose so.
    pub fn takes_without_proof(&self) -> bool {
        self.pushes().is_some_and(|pushes| pushes.takes_without_proof())
    }

    /// What an administrator should know of who may push to it, a sentence each.
    pub fn concerns(&self) -> Vec<String> {
        if self.pushes().is_some_and(|pushes| pushes.secret_length().is_some_and(secrets::is_short)) {
            let least = secrets::SHORTEST;
            let short = format!(
                "What pushes prove themselves with is shorter than {least} characters, and may be guessed: make a key with \
                 openssl rand -hex 32, and give it to the PBX."
            );
            return vec![short];
        }
        if !self.takes_without_proof() {
            return Vec::new();
        }
        vec![without_a_key(&self.push_from)]
    }

    /// Tries its connection, without ringing anybody; of one that is not set up, what is missing.
    pub async fn test(&self) -> TestReport {
        match &self.system {
            Ok(system) => for_purpose(Purpose::Test, system.trial.test()).await.0,
            Err(detail) => TestReport::not_set_up(detail.clone()),
        }
    }

    /// Who reads its pushes, where it takes any.
    fn pushes(&self) -> Option<&Arc<dyn ReadPushes>> {
        self.system.as_ref().ok()?.read_pushes.as_ref()
    }

    /// Whether it is set up as it was.
    pub(super) fn is_same(&self, before: &Self) -> bool {
        if self.made_from.is_some() && self.made_from == before.made_from {
            return true;
        }
        matches!((&self.system, &before.system), (Ok(system), Ok(before)) if system.is_same(before))
    }

    /// What is known of it before anything was asked.
    pub(super) fn state(&self) -> ConnectionState {
        match &self.system {
            Ok(_) => ConnectionState::Untried,
            Err(detail) => ConnectionState::Trouble { code: TroubleCode::NotSetUp, detail: detail.clone() },
        }
    }

    pub(super) fn admits(&self, sender: &FromWhere) -> Result<(), NotRead> {
        let is_open = self.takes_without_proof();
        let is_listed = match self.push_from.as_slice() {
            [] => !is_open || sender.is_of_this_machine(),
            list => sender.is_in(list),
        };
        match (is_listed, is_open && sender.may_be_a_page()) {
            (false, _) => Err(NotRead::AddressNotAllowed),
            (true, true) => Err(NotRead::ForeignName),
            (true, false) => Ok(()),
        }
    }
}

/// What an administrator should know of an account whose pushes carry no key.
pub(crate) fn without_a_key(push_from: &[Network]) -> String {
    match push_from {
        [] => "Pushes carry no key, so only programs on this machine are listened to; a PBX elsewhere is refused, and \
               one behind a reverse proxy too. Set push_proof to a key, or name the PBX's addresses: \
               push_from = [\"203.0.113.4\"]."
            .to_owned(),
        list => {
            let list: Vec<String> = list.iter().map(Network::to_string).collect();
            let list = list.join(", ");
            format!(
                "Pushes carry no key: anybody on {list} can make calls up. Set push_proof to a key where the PBX can send one."
            )
        }
    }
}
