//! What an account's system was made from, to see whether it would be another one now. Held in memory only.

use crate::config::{Account, SettingValue};
use ringcard_core::number::DialPlan;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use std::{collections::BTreeMap, fmt};

/// Settings, secrets, profile and dial plan; the same make the same system.
#[derive(Clone, PartialEq)]
pub struct MadeFrom {
    digest: [u8; 32],
    plan: DialPlan,
}

impl MadeFrom {
    /// `profile`: what tells the account's profile from another of its id, where it is somebody's own.
    pub fn new(
        account: &Account,
        profile: Option<&str>,
        secrets: &BTreeMap<String, SecretString>,
        plan: &DialPlan,
    ) -> Self {
        let mut hash = Sha256::new();
        let mut add = |part: &str| {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        };
        add(&account.name);
        add(&account.connector);
        add(profile.unwrap_or_default());
        for (key, value) in &account.settings {
            add(key);
            match value {
                SettingValue::Flag(flag) => add(if *flag { "true" } else { "false" }),
                SettingValue::Number(number) => add(&number.to_string()),
                SettingValue::Text(text) => add(text),
                // Where it is kept makes no difference.
                SettingValue::Secret(_) => add(secrets.get(key).map_or("", |secret| secret.expose_secret())),
            }
        }
        Self { digest: hash.finalize().into(), plan: plan.clone() }
    }
}

impl fmt::Debug for MadeFrom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MadeFrom")
    }
}
