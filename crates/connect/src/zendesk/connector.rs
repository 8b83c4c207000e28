//! Zendesk in the registry: what it tells of itself, and what an account of it offers.

use super::ZendeskAccount;
use crate::{
    Connector, NewAccount, SignIn, System,
    settings::{AccountError, Schema, Setting, Words},
};
use std::sync::{Arc, LazyLock};

/// The kind of account that is set up for a Zendesk Support account.
#[derive(Debug, Clone, Copy)]
pub struct Zendesk;

/// What `settings.toml` says.
pub(super) fn schema() -> &'static Schema {
    static SCHEMA: LazyLock<Schema> = LazyLock::new(|| {
        Schema::parse("zendesk/settings.toml", include_str!("settings.toml"))
            .unwrap_or_else(|error| panic!("BUG: the settings of Zendesk are broken: {error}"))
    });
    &SCHEMA
}

impl Connector for Zendesk {
    fn id(&self) -> &str {
        "zendesk"
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

    fn set_up(&self, account: NewAccount) -> Result<System, AccountError> {
        ZendeskAccount::new(account).map(System::from)
    }
}

impl From<ZendeskAccount> for System {
    fn from(account: ZendeskAccount) -> Self {
        let (origins, secrets) = (vec![account.origin()], account.secrets());
        let account = Arc::new(account);
        let signs_in = account.signs_in_by_browser();
        Self {
            sign_in: signs_in.then(|| -> Arc<dyn SignIn> { account.clone() }),
            find_customers: Some(account.clone()),
            keep_customers: Some(account.clone()),
            export_customers: Some(account.clone()),
            tickets: Some(account.clone()),
            take_writes: Some(account.clone()),
            takes_recordings: Some(account.clone()),
            ..Self::new("zendesk", origins, secrets, account)
        }
    }
}
