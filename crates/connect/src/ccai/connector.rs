//! CCAI Platform in the registry: what it tells of itself, and what an account of it offers.

use super::CcaiAccount;
use crate::{
    Connector, FollowCalls, NewAccount, PushKind, Secrets, StartCalls, System,
    settings::{AccountError, Schema, Setting, Words},
};
use std::sync::{Arc, LazyLock};

pub(super) const ID: &str = "ccai";

/// The kind of account that is set up for a Google CCAI Platform.
#[derive(Debug, Clone, Copy)]
pub struct Ccai;

/// What `settings.toml` says.
pub(super) fn schema() -> &'static Schema {
    static SCHEMA: LazyLock<Schema> = LazyLock::new(|| {
        Schema::parse("ccai/settings.toml", include_str!("settings.toml"))
            .unwrap_or_else(|error| panic!("BUG: the settings of CCAI Platform are broken: {error}"))
    });
    &SCHEMA
}

impl Connector for Ccai {
    fn id(&self) -> &str {
        ID
    }

    fn title(&self) -> &Words {
        &schema().title
    }

    fn description(&self) -> &Words {
        &schema().description
    }

    fn settings(&self) -> &[Setting] {
        &schema().settings
    }

    fn sends(&self, setting: &str) -> bool {
        setting != "push_key"
    }

    fn pushes(&self) -> Vec<PushKind> {
        vec![PushKind::Incoming]
    }

    fn set_up(&self, NewAccount { name, values, secrets, plan, .. }: NewAccount) -> Result<System, AccountError> {
        CcaiAccount::new(&name, values, secrets, plan).map(System::from)
    }
}

impl From<CcaiAccount> for System {
    fn from(account: CcaiAccount) -> Self {
        let (origins, secrets) = (vec![account.origin()], Secrets::new(account.config.secrets()));
        let account = Arc::new(account);
        Self {
            start_calls: account.config.dials.then(|| account.clone() as Arc<dyn StartCalls>),
            tell_state: Some(account.clone()),
            follow_calls: account.config.looks_every.map(|_| account.clone() as Arc<dyn FollowCalls>),
            read_pushes: Some(account.clone()),
            ..Self::new(ID, origins, secrets, account)
        }
    }
}
