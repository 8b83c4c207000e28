//! The Settings page, drawn from the installation. Secrets are only *set* or *not set*.

use super::{Installation, hub_place::HubPlace, incoming::push_name};
use crate::contract::views::{
    AccountView, BrokenSettings, DeskSettings, ListenSettings, LocaleSettings, MonitorView, NumberSettings, PlainValue,
    ProfileSetting, ProfileView, SecretState, SecretsView, SettingWhen, SettingsView,
};
use ringcard_connect::{
    Connector,
    settings::{Setting, SettingKind},
};
use ringcard_desk::AgentView;
use ringcard_hub::{
    AccountSetup,
    config::{Account, Connectors, LineName, SettingValue},
    hosts::Hosts,
    secrets::{SecretFailure, SecretRef},
    setup,
};
use std::{collections::BTreeMap, time::Duration};

/// A page does not wait longer for a place of secrets than this; its state is unknown then.
const SECRET_SOON: Duration = Duration::from_millis(800);

const ELSEWHERE: &str = "The team's hub on its server takes the webhooks.";

impl Installation {
    /// All of the Settings page.
    pub async fn view(&self, monitors: Vec<MonitorView>) -> SettingsView {
        let settings = self.settings();
        let language = self.preferences().language;
        let language = match language {
            ringcard_hub::config::Language::En => "en",
            ringcard_hub::config::Language::Es => "es",
            ringcard_hub::config::Language::Hu => "hu",
        };
        let mut accounts = Vec::with_capacity(settings.accounts.len());
        for account in &settings.accounts {
            accounts.push(self.account_view(account).await);
        }
        SettingsView {
            path: self.places.settings_file().display().to_string(),
            broken: self.problem().map(|problem| BrokenSettings { message: problem.to_string(), line: problem.line }),
            agent: AgentView {
                name: settings.agent.name.clone(),
                extension: settings.agent.extension.clone(),
                lines: settings.agent.lines.clone(),
            },
            locale: LocaleSettings { country: settings.locale.country(), language: settings.locale.language },
            appearance: settings.desk.appearance,
            numbers: NumberSettings {
                internal_min: settings.numbers.internal_min,
                internal_max: settings.numbers.internal_max,
                outside_prefix: settings.numbers.outside_prefix.clone(),
                own: settings.numbers.own.clone(),
                private: settings.numbers.private.clone(),
            },
            line_names: settings
                .lines
                .iter()
                .map(|line| LineName { number: line.number.clone(), name: line.name.clone() })
                .collect(),
            hub: self.shared_hub_view().await,
            listen: self.listen_view(),
            api_token_hint: self.token.hint(),
            accounts,
            profiles: self.kinds(language),
            descriptions: self.to_look_at(language),
            desk: DeskSettings {
                start_at_login: settings.desk.start_at_login,
                links: settings.desk.links,
                link_dials: settings.desk.link_dials,
                monitor: settings.desk.monitor.clone(),
                corner: settings.desk.corner,
                quiet: settings.desk.quiet,
                hotkey: settings.desk.hotkey.clone(),
                hide_after_seconds: settings.desk.hide_after_seconds,
            },
            monitors,
            secrets: self.secrets_view().await,
            demo: self.is_demo,
        }
    }

    /// Every kind of account that can be set up.
    fn kinds(&self, language: &str) -> Vec<ProfileView> {
        let profiles = &self.start.profiles;
        // One that waits to be looked at is shown with the accounts that name it, and not offered for others.
        let waiting = profiles.waiting().map(|own| &own.profile).filter(|waiting| {
            let is_named = self.settings.accounts.iter().any(|account| account.connector == waiting.id());
            is_named && profiles.connectors().find(waiting.id()).is_none()
        });
        let usable = profiles.connectors().iter().map(|connector| kind_view(connector.as_ref(), language));
        usable.chain(waiting.map(|profile| kind_view(profile, language))).collect()
    }

    fn listen_view(&self) -> ListenSettings {
        let (address, running, problem) = match &self.hub_place {
            HubPlace::Inside(hub) => match hub.listening() {
                Ok(bound) => (*bound, bound.is_some(), None),
                Err(problem) => (None, false, Some(problem.to_string())),
            },
            HubPlace::Elsewhere(_) => (None, false, Some(ELSEWHERE.to_owned())),
            HubPlace::Absent { why, .. } => (None, false, Some(why.clone())),
        };
        ListenSettings {
            address: address.unwrap_or(self.settings.listen.address).to_string(),
            running,
            problem,
            public_url: self.settings.listen.public_url.clone(),
            reach: self.reach(),
        }
    }

    async fn account_view(&self, account: &Account) -> AccountView {
        let asked = self.start.profiles.settings_of(&account.connector).unwrap_or_default();
        let hosts = self.hosts(account);
        let mut secrets = BTreeMap::new();
        for Setting { key, .. } in asked.iter().filter(|setting| setting.kind == SettingKind::Secret) {
            let state = match account.settings.get(key) {
                Some(SettingValue::Secret(place)) if setup::is_sent(account, &self.start.profiles, key) => {
                    self.secret_state(place, &hosts).await
                }
                Some(SettingValue::Secret(place)) => self.secret_state(place, &Hosts::default()).await,
                _ => SecretState::NotSet,
            };
            secrets.insert(key.clone(), state);
        }
        let setup = self.accounts.iter().find(|setup| setup.name == account.name);
        let set_up = setup.map(|setup| &setup.system);
        let mut webhooks = match set_up {
            Some(Ok(system)) => {
                let pushes = system.read_pushes.as_deref();
                pushes.map(|pushes| self.webhooks(pushes, &account.name)).unwrap_or_default()
            }
            _ => Vec::new(),
        };
        for concern in setup.map(AccountSetup::concerns).unwrap_or_default() {
            for webhook in &mut webhooks {
                // Where there is no proof, that is what is to be said of it.
                let proof = std::mem::take(&mut webhook.proof);
                let is_open = setup.is_some_and(AccountSetup::takes_without_proof);
                webhook.proof = if is_open { concern.clone() } else { format!("{proof} {concern}") };
            }
        }
        AccountView {
            name: account.name.clone(),
            connector: account.connector.clone(),
            values: account.settings.iter().filter_map(|(key, value)| Some((key.clone(), plain(value)?))).collect(),
            secrets,
            webhooks,
            signs_in: matches!(set_up, Some(Ok(system)) if system.sign_in.is_some()),
            problem: match set_up {
                Some(Err(problem)) => Some(problem.clone()),
                _ => None,
            },
        }
    }

    pub(super) async fn secret_state(&self, place: &SecretRef, hosts: &Hosts) -> SecretState {
        match tokio::time::timeout(SECRET_SOON, self.secrets.read_for(place, hosts)).await {
            Ok(Ok(_)) if matches!(place, SecretRef::Keyring(_)) => SecretState::Set,
            Ok(Ok(_)) => SecretState::SetElsewhere,
            Ok(Err(SecretFailure::OtherHost { .. })) => SecretState::OtherHost,
            Ok(Err(SecretFailure::Missing { .. })) => SecretState::NotSet,
            Ok(Err(_)) | Err(_) => SecretState::Unknown,
        }
    }

    /// Reading an entry that is not there tells whether there is a keyring, and asks nobody anything.
    async fn secrets_view(&self) -> SecretsView {
        let place = SecretRef::Keyring("check".to_owned());
        let failure = match tokio::time::timeout(SECRET_SOON, self.secrets.read(&place)).await {
            Ok(Ok(_) | Err(SecretFailure::Missing { .. })) => None,
            Ok(Err(failure)) => Some(failure),
            Err(_) => Some(SecretFailure::Locked),
        };
        SecretsView { available: failure.is_none(), message: failure.map(|failure| failure.to_string()) }
    }
}

fn plain(value: &SettingValue) -> Option<PlainValue> {
    match value {
        SettingValue::Flag(on) => Some(PlainValue::Flag(*on)),
        SettingValue::Number(number) => Some(PlainValue::Number(*number)),
        SettingValue::Text(text) => Some(PlainValue::Text(text.clone())),
        SettingValue::Secret(_) => None,
    }
}

fn kind_view(connector: &dyn Connector, language: &str) -> ProfileView {
    let settings = connector.settings().iter().filter(|setting| !setting.retired);
    ProfileView {
        id: connector.id().to_owned(),
        title: connector.title().in_language(language).to_owned(),
        description: connector.description().in_language(language).trim().to_owned(),
        settings: settings.map(|setting| setting_view(setting, connector.sends(&setting.key), language)).collect(),
        pushes: connector.pushes().into_iter().map(|kind| push_name(kind).to_owned()).collect(),
    }
}

fn setting_view(setting: &Setting, sent: bool, language: &str) -> ProfileSetting {
    let default = setting.default.as_ref().map(|value| match value.as_str() {
        Some(text) => text.to_owned(),
        None => value.to_string(),
    });
    let help = setting.help.in_language(language);
    ProfileSetting {
        key: setting.key.clone(),
        label: setting.label.in_language(language).to_owned(),
        kind: setting.kind.into(),
        required: setting.required,
        default,
        choices: setting.choices.iter().map(|choice| choice.value.clone()).collect(),
        choice_labels: setting.choices.iter().map(|choice| choice.label.in_language(language).to_owned()).collect(),
        help: (!help.is_empty()).then(|| help.to_owned()),
        when: setting.when.as_ref().map(|when| SettingWhen { setting: when.setting.clone(), is: when.is.clone() }),
        sent,
    }
}
