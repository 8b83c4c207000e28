//! Connecting a PBX and letting one go: settings and secrets together.

use super::House;
use crate::contract::{
    CommandError, ShellErrorCode,
    views::{AccountInput, PlainValue},
};
use ringcard_hub::{
    config::{Account, SettingValue},
    secrets::SecretRef,
};
use secrecy::ExposeSecret;
use std::collections::BTreeMap;

impl House {
    /// Adds an account, or changes the one of the same name. Secrets go to the keyring first: an account whose password
    /// was not kept is not saved. Answers whether the desk must look for its hub again.
    pub async fn save_account(&mut self, input: AccountInput) -> Result<bool, CommandError> {
        if let Some(problem) = self.problem() {
            return Err(CommandError::new(ShellErrorCode::SettingsBroken, problem.to_string()));
        }
        let before = self.settings().accounts.iter().find(|account| account.name == input.name).cloned();
        let mut settings: BTreeMap<String, SettingValue> =
            input.values.into_iter().map(|(key, value)| (key, kept(value))).collect();
        for (key, place) in before.iter().flat_map(Account::secrets) {
            settings.insert(key.to_owned(), SettingValue::Secret(place.clone()));
        }
        let mut new_places = Vec::new();
        for (key, secret) in input.secrets {
            if secret.0.expose_secret().is_empty() {
                continue;
            }
            let place = self.secrets.write(&entry(&input.name, &key), secret.0).await?;
            if settings.insert(key, SettingValue::Secret(place.clone())) != Some(SettingValue::Secret(place.clone())) {
                new_places.push(place);
            }
        }
        let account = Account { name: input.name, connector: input.connector, settings, ..Account::default() };
        match self.change(|file| file.put_account(&account).map(drop)).await {
            Ok(other_hub) => {
                // The same places may hold other secrets now.
                self.accounts_again().await;
                Ok(other_hub)
            }
            Err(failure) => {
                self.forget(&new_places).await;
                Err(failure.into())
            }
        }
    }

    /// Lets an account go, and its secrets with it.
    pub async fn remove_account(&mut self, name: &str) -> Result<bool, CommandError> {
        let account = self.settings().accounts.iter().find(|account| account.name == name).cloned();
        let other_hub = self.change(|file| file.remove_account(name).map(drop)).await?;
        let places: Vec<SecretRef> =
            account.iter().flat_map(Account::secrets).map(|(_, place)| place.clone()).collect();
        self.forget(&places).await;
        Ok(other_hub)
    }

    async fn forget(&self, places: &[SecretRef]) {
        for place in places {
            if let Err(failure) = self.secrets.delete(place).await {
                tracing::warn!(%failure, "a secret nobody uses any more stays where it is");
            }
        }
    }
}

/// The name of an account's secret in the keyring.
fn entry(account: &str, key: &str) -> String {
    format!("{account}.{key}")
}

fn kept(value: PlainValue) -> SettingValue {
    match value {
        PlainValue::Flag(on) => SettingValue::Flag(on),
        PlainValue::Number(number) => SettingValue::Number(number),
        PlainValue::Text(text) => SettingValue::Text(text),
    }
}
