//! Connecting a PBX and letting one go: settings and secrets together.

use super::{
    Installation,
    hub_place::{HubPlace, set_accounts_up},
};
use crate::contract::{
    CommandError, ShellErrorCode,
    views::{AccountInput, PlainValue},
};
use ringcard_connect::SignIn;
use ringcard_hub::{
    config::{Account, SettingValue},
    hosts::Hosts,
    secrets::{SecretFailure, SecretRef},
    setup,
};
use secrecy::{ExposeSecret, SecretString};
use std::{collections::BTreeMap, sync::Arc};

impl Installation {
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
        let typed: Vec<_> =
            input.secrets.into_iter().filter(|(_, secret)| !secret.0.expose_secret().is_empty()).collect();
        let before_typed = settings.clone();
        for (key, _) in &typed {
            settings.insert(key.clone(), SettingValue::Secret(SecretRef::Keyring(entry(&input.name, key))));
        }
        let push_from = before.as_ref().map(|before| before.push_from.clone()).unwrap_or_default();
        let keep_recordings_days = before.as_ref().and_then(|before| before.keep_recordings_days);
        let account =
            Account { name: input.name, connector: input.connector, settings, push_from, keep_recordings_days };
        let hosts = self.hosts(&account);
        self.check_kept_secrets(before.as_ref(), &account, &hosts, |key| typed.iter().any(|(typed, _)| typed == key))
            .await?;
        let hosts_before = before.as_ref().map(|before| self.hosts(before)).unwrap_or_default();
        let (mut new_places, mut former) = (Vec::new(), Vec::new());
        for (key, secret) in typed {
            let name = entry(&account.name, &key);
            let place = SecretRef::Keyring(name.clone());
            let is_new = before_typed.get(&key) != Some(&SettingValue::Secret(place.clone()));
            let was = if is_new { None } else { self.secrets.read_for(&place, &hosts_before).await.ok() };
            if let Err(failure) = self.secrets.write_for(&name, secret.0, &hosts).await {
                self.as_it_was(&new_places, former, &hosts_before).await;
                return Err(failure.into());
            }
            new_places.extend(is_new.then_some(place));
            former.extend(was.map(|was| (name, was)));
        }
        match self.change(|file| file.put_account(&account).map(drop)).await {
            Ok(other_hub) => {
                // The same places may hold other secrets now.
                self.accounts_again().await;
                Ok(other_hub)
            }
            Err(failure) => {
                self.as_it_was(&new_places, former, &hosts_before).await;
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
        if let Err(failure) = self.secrets.forget_sign_in(name).await {
            tracing::warn!(%failure, "what a sign-in brought stays where it is");
        }
        Ok(other_hub)
    }

    /// The sign-in of an account that people sign in to in their browser; the error says why there is none. Where the hub is
    /// on a server, what a sign-in brings here would reach nobody.
    pub fn sign_in(&self, name: &str) -> Result<Arc<dyn SignIn>, String> {
        if matches!(self.hub_place, HubPlace::Elsewhere(_)) {
            return Err(format!(
                "The team's hub on its server asks this system, and signs in by itself: its administrator runs \
                 `ringcard-hub sign-in {name}` there. Nothing was changed."
            ));
        }
        let account = self.accounts.iter().find(|account| account.name == name);
        let account = account.ok_or_else(|| format!("There is no account called “{name}”."))?;
        let system = account.system.as_ref().map_err(String::clone)?;
        system.sign_in.clone().ok_or_else(|| "Nobody signs in to this account in the browser.".to_owned())
    }

    /// Somebody signed in: the account is set up anew though its settings are the same, so that what it was closed for is tried
    /// again.
    pub async fn signed_in(&mut self, name: &str) {
        self.accounts = set_accounts_up(&self.settings, &self.start.profiles, &self.secrets).await;
        for account in self.accounts.iter_mut().filter(|account| account.name == name) {
            account.made_from = None;
        }
        self.hand_accounts_over().await;
    }

    /// Every host this account's secrets would be sent to.
    pub(super) fn hosts(&self, account: &Account) -> Hosts {
        match self.settings().dial_plan() {
            Ok(plan) => setup::hosts(account, &self.start.profiles, &plan),
            Err(_) => Hosts::default(),
        }
    }

    /// A secret that was typed in for one host is not kept for another: it is asked for again. Those that no request
    /// carries stay, and so does what the administrator keeps in a file or variable.
    async fn check_kept_secrets(
        &self,
        before: Option<&Account>,
        account: &Account,
        hosts: &Hosts,
        is_typed: impl Fn(&str) -> bool,
    ) -> Result<(), CommandError> {
        let hosts_before = before.map(|before| self.hosts(before)).unwrap_or_default();
        let is_elsewhere = before.is_some() && !hosts.are_all_in(&hosts_before);
        for (key, place) in account.secrets() {
            let is_ours = matches!(place, SecretRef::Keyring(_));
            if is_typed(key) || !is_ours || !setup::is_sent(account, &self.start.profiles, key) {
                continue;
            }
            // One that was kept without its hosts was for those of before, not for those of now.
            let _ = self.secrets.read_for(place, &hosts_before).await;
            let was_given_for_others = match self.secrets.read_for(place, hosts).await {
                Ok(_) => false,
                Err(SecretFailure::OtherHost { .. }) => true,
                // Where the keyring does not say, the settings do.
                Err(_) => is_elsewhere,
            };
            if was_given_for_others {
                let message = format!(
                    "The address was changed to {hosts}: type in “{key}” again. What was typed in for one address is not \
                     sent to another. Nothing was saved."
                );
                return Err(CommandError::new(ShellErrorCode::SecretAgain, message));
            }
        }
        Ok(())
    }

    /// The account was not saved: what goes on is the one of before, with its own secrets for its own hosts.
    pub(super) async fn as_it_was(&self, new_places: &[SecretRef], former: Vec<(String, SecretString)>, hosts: &Hosts) {
        self.forget(new_places).await;
        for (name, secret) in former {
            if let Err(failure) = self.secrets.write_for(&name, secret, hosts).await {
                tracing::warn!(%failure, "the secret of before could not be put back");
            }
        }
    }

    pub(super) async fn forget(&self, places: &[SecretRef]) {
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
