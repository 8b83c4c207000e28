//! From settings to a hub: the one way from a file to accounts, agents and lines, for the app and the server.

pub use crate::profiles::Profiles;
use crate::{
    AccountSetup, CustomerRules, HubSetup, ListenSetup,
    config::{Account, BadNumbers, Calls, Connectors, Directions, HubSettings, SettingValue, Settings},
    hosts::Hosts,
    made_from::MadeFrom,
    profiles::Found,
    recordings::Keeping,
    secrets::SecretStore,
    sign_in,
};
use ringcard_connect::{Connector, NewAccount, System};
use ringcard_core::number::DialPlan;
use secrecy::SecretString;
use std::{collections::BTreeMap, path::PathBuf};

impl HubSetup {
    /// The hub inside the app: one agent.
    pub async fn of_desk(
        settings: &Settings,
        data_dir: PathBuf,
        profiles: &Profiles,
        secrets: &dyn SecretStore,
        api_token: Option<SecretString>,
    ) -> Result<Self, BadNumbers> {
        let directions = settings.directions()?;
        let accounts = accounts(&settings.accounts, profiles, secrets, &directions.plan).await;
        let recordings = settings.recordings.keeping(&settings.accounts, settings.recordings.seal_key(secrets).await);
        let setup = Self::new(
            directions,
            accounts,
            data_dir,
            (&settings.listen).into(),
            &settings.calls,
            recordings,
            api_token,
        );
        Ok(Self { keep_calls_days: settings.history.keep_days, customers: settings.customers.rules(), ..setup })
    }

    /// The hub on a server: a team.
    pub async fn of_server(
        settings: &HubSettings,
        data_dir: PathBuf,
        profiles: &Profiles,
        secrets: &dyn SecretStore,
        api_token: Option<SecretString>,
    ) -> Result<Self, BadNumbers> {
        let directions = settings.directions()?;
        let accounts = accounts(&settings.accounts, profiles, secrets, &directions.plan).await;
        let listen = ListenSetup { or_not_at_all: true, ..(&settings.listen).into() };
        let recordings = settings.recordings.keeping(&settings.accounts, settings.recordings.seal_key(secrets).await);
        let setup = Self::new(directions, accounts, data_dir, listen, &settings.calls, recordings, api_token);
        Ok(Self { keep_calls_days: settings.history.keep_days, customers: settings.customers.rules(), ..setup })
    }

    fn new(
        directions: Directions,
        accounts: Vec<AccountSetup>,
        data_dir: PathBuf,
        listen: ListenSetup,
        calls: &Calls,
        recordings: Keeping,
        api_token: Option<SecretString>,
    ) -> Self {
        Self {
            data_dir,
            agents: directions.agents,
            plan: directions.plan,
            line_names: directions.line_names,
            call_back_within: directions.call_back_within,
            accounts,
            listen: Some(listen),
            api_token,
            ring_expires: calls.ring_expires(),
            conversation_expires: calls.live_expires(),
            waits: calls.waits(),
            recordings,
            keep_calls_days: None,
            customers: CustomerRules::default(),
        }
    }
}

/// Every account, ready or with a sentence saying why not.
pub async fn accounts(
    accounts: &[Account],
    profiles: &Profiles,
    secrets: &dyn SecretStore,
    plan: &DialPlan,
) -> Vec<AccountSetup> {
    let mut setups = Vec::new();
    for account in accounts {
        let (system, made_from) = match system(account, profiles, secrets, plan).await {
            Ok((system, made_from)) => (Ok(system), Some(made_from)),
            Err(why) => (Err(why), None),
        };
        let push_from = account.push_from.clone();
        setups.push(AccountSetup { name: account.name.clone(), system, push_from, made_from });
    }
    setups
}

async fn system(
    account: &Account,
    profiles: &Profiles,
    secrets: &dyn SecretStore,
    plan: &DialPlan,
) -> Result<(System, MadeFrom), String> {
    let connector = match profiles.find(&account.connector) {
        Found::Ready(connector) => connector,
        // Before any secret is read.
        Found::Waiting(own) => return Err(own.asks_for_a_look()),
        Found::Nothing => {
            let known = profiles.names().join(", ");
            return Err(format!("there is no profile “{}”; known are {known}", account.connector));
        }
    };
    let hosts = hosts(account, profiles, plan);
    let mut known = BTreeMap::new();
    for (key, place) in account.secrets() {
        let read = match is_sent(account, profiles, key) {
            true => secrets.read_for(place, &hosts).await,
            false => secrets.read(place).await,
        };
        known.insert(key.to_owned(), read.map_err(|failure| failure.to_string())?);
    }
    let own = profiles.own().iter().find(|own| own.profile.id() == account.connector).map(|own| own.sha256.as_str());
    let made_from = MadeFrom::new(account, own, &known, plan);
    let system = made(account, connector.as_ref(), known, plan)?;
    sign_in::keep_in(system.sign_in.as_ref(), secrets.keeper(&account.name, &hosts));
    Ok((system, made_from))
}

/// Whether a secret may be in a request to the other system; another one only proves where pushes come from.
pub fn is_sent(account: &Account, profiles: &Profiles, key: &str) -> bool {
    profiles.known(&account.connector).is_none_or(|connector| connector.sends(key))
}

/// Every host this account's secrets would be sent to.
pub fn hosts(account: &Account, profiles: &Profiles, plan: &DialPlan) -> Hosts {
    // What an administrator typed in as an address, also where the account is not complete yet.
    let texts = account.settings.values().filter_map(|value| match value {
        SettingValue::Text(text) => Some(text),
        _ => None,
    });
    let mut hosts: Hosts = texts.flat_map(|text| Hosts::of_url(text)).collect();
    // And what the connector makes of all settings; its secrets change nothing about where they go.
    let secrets = account.secrets().map(|(key, _)| (key.to_owned(), SecretString::from("x"))).collect();
    if let Some(connector) = profiles.known(&account.connector)
        && let Ok(system) = made(account, connector, secrets, plan)
    {
        hosts.extend(system.origins);
    }
    hosts
}

fn made(
    account: &Account,
    connector: &dyn Connector,
    secrets: BTreeMap<String, SecretString>,
    plan: &DialPlan,
) -> Result<System, String> {
    let values = account
        .settings
        .iter()
        .filter_map(|(key, value)| {
            let value = match value {
                SettingValue::Flag(flag) => toml::Value::Boolean(*flag),
                SettingValue::Number(number) => toml::Value::Integer(*number),
                SettingValue::Text(text) => toml::Value::String(text.clone()),
                SettingValue::Secret(_) => return None,
            };
            Some((key.clone(), value))
        })
        .collect();
    let account = NewAccount { name: account.name.clone(), values, secrets, plan: plan.clone() };
    connector.set_up(account).map_err(|error| error.to_string())
}
