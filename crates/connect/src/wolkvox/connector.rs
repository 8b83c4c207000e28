//! wolkvox in the registry: what it tells of itself, and what an account of it offers.

use super::WolkvoxAccount;
use crate::{
    Connector, NewAccount, Secrets, System,
    settings::{AccountError, Schema, Setting, Words},
};
use std::sync::{Arc, LazyLock};

/// The kind of account that is set up for a wolkvox operation.
#[derive(Debug, Clone, Copy)]
pub struct Wolkvox;

/// What `settings.toml` says.
pub(super) fn schema() -> &'static Schema {
    static SCHEMA: LazyLock<Schema> = LazyLock::new(|| {
        Schema::parse("wolkvox/settings.toml", include_str!("settings.toml"))
            .unwrap_or_else(|error| panic!("BUG: the settings of wolkvox are broken: {error}"))
    });
    &SCHEMA
}

impl Connector for Wolkvox {
    fn id(&self) -> &str {
        "wolkvox"
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
        WolkvoxAccount::new(&name, values, secrets, plan).map(System::from)
    }
}

impl From<WolkvoxAccount> for System {
    fn from(account: WolkvoxAccount) -> Self {
        let (origins, secrets) = (vec![account.origin()], Secrets::new([&account.config.token]));
        let account = Arc::new(account);
        Self {
            start_calls: Some(account.clone()),
            control_calls: Some(account.clone()),
            campaigns: Some(account.clone()),
            codes: Some(account.clone()),
            reports: Some(account.clone()),
            take_writes: Some(account.clone()),
            ..Self::new("wolkvox", origins, secrets, account)
        }
    }
}
