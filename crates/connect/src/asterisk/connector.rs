//! Asterisk in the registry: what it tells of itself, and what an account of it offers.

use super::AsteriskAccount;
use crate::{
    Connector, NewAccount, Secrets, System,
    settings::{AccountError, Schema, Setting, Words},
};
use std::sync::{Arc, LazyLock};

/// The kind of account that is set up for an Asterisk that tells of its calls by itself.
#[derive(Debug, Clone, Copy)]
pub struct Asterisk;

pub(super) const ID: &str = "asterisk";

/// What `settings.toml` says.
pub(super) fn schema() -> &'static Schema {
    static SCHEMA: LazyLock<Schema> = LazyLock::new(|| {
        Schema::parse("asterisk/settings.toml", include_str!("settings.toml"))
            .unwrap_or_else(|error| panic!("BUG: the settings of asterisk are broken: {error}"))
    });
    &SCHEMA
}

impl Connector for Asterisk {
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

    fn set_up(&self, NewAccount { name, values, secrets, plan }: NewAccount) -> Result<System, AccountError> {
        AsteriskAccount::new(&name, values, secrets, plan).map(System::from)
    }
}

impl From<AsteriskAccount> for System {
    fn from(account: AsteriskAccount) -> Self {
        let origins = vec![account.origin()];
        let secrets = Secrets::new(account.config.secrets());
        let account = Arc::new(account);
        Self {
            start_calls: Some(account.clone()),
            control_calls: Some(account.clone()),
            watch_calls: Some(account.clone()),
            recordings: Some(account.clone()),
            ..Self::new(ID, origins, secrets, account)
        }
    }
}
