//! Webhooks in the registry.

use super::{Config, WebhookAccount};
use crate::{
    Connector, NewAccount, Secrets, System,
    settings::{AccountError, Schema, Setting, Words},
};
use std::sync::{Arc, LazyLock};

/// The kind of account that is set up for a program of the team's own.
#[derive(Debug, Clone, Copy)]
pub struct Webhook;

/// What `settings.toml` says.
pub(super) fn schema() -> &'static Schema {
    static SCHEMA: LazyLock<Schema> = LazyLock::new(|| {
        Schema::parse("webhook/settings.toml", include_str!("settings.toml"))
            .unwrap_or_else(|error| panic!("BUG: the settings of webhooks are broken: {error}"))
    });
    &SCHEMA
}

impl Connector for Webhook {
    fn id(&self) -> &str {
        "webhook"
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

    fn set_up(&self, NewAccount { name: _, values, secrets, plan: _ }: NewAccount) -> Result<System, AccountError> {
        let account = Arc::new(WebhookAccount::new(Config::new(values, secrets)?)?);
        let origins = vec![account.config.url.origin().ascii_serialization()];
        let secrets = Secrets::new(account.config.secrets());
        Ok(System { take_writes: Some(account.clone()), ..System::new("webhook", origins, secrets, account) })
    }
}
