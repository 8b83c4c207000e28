//! The outside systems there are. A new one is a folder of this crate and a line in [`coded`]; one that speaks HTTP in
//! a usual way is a profile and no code at all.

use crate::{
    PushKind, System,
    asterisk::Asterisk,
    ccai::Ccai,
    profile::{Profile, builtin_profiles},
    settings::{AccountError, Setting, Words},
    webhook::Webhook,
    wolkvox::Wolkvox,
    zendesk::Zendesk,
};
use ringcard_core::number::DialPlan;
use secrecy::SecretString;
use std::{collections::BTreeMap, fmt, sync::Arc};

/// A kind of outside system that accounts can be set up for.
pub trait Connector: Send + Sync + fmt::Debug {
    /// What an account's `connector` names.
    fn id(&self) -> &str;

    /// The system's name for people.
    fn title(&self) -> &Words;

    /// What an account of this kind is for.
    fn description(&self) -> &Words;

    /// What an administrator fills in for each account, in the order to ask.
    fn settings(&self) -> &[Setting];

    /// Whether a setting's value may be in a request to the other system; another one only proves where pushes come from.
    fn sends(&self, _setting: &str) -> bool {
        true
    }

    /// Which webhooks it reads.
    fn pushes(&self) -> Vec<PushKind> {
        Vec::new()
    }

    /// Sets an account up. Sends nothing, and waits for nobody.
    fn set_up(&self, account: NewAccount) -> Result<System, AccountError>;
}

/// What an account is set up from.
#[derive(Clone)]
pub struct NewAccount {
    /// Our name of the account; it is in everything that comes from it.
    pub name: String,
    /// The settings that are no secrets. A number or flag may be written as text; empty text counts as not given.
    pub values: BTreeMap<String, toml::Value>,
    pub secrets: BTreeMap<String, SecretString>,
    pub plan: DialPlan,
}

impl fmt::Debug for NewAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NewAccount({})", self.name)
    }
}

/// The systems that are coded, one a line.
fn coded() -> [Arc<dyn Connector>; 5] {
    [Arc::new(Asterisk), Arc::new(Wolkvox), Arc::new(Zendesk), Arc::new(Ccai), Arc::new(Webhook)]
}

/// Whether there is a coded system of this id: no profile can have it.
pub fn is_coded(id: &str) -> bool {
    coded().iter().any(|connector| connector.id() == id)
}

/// The connectors that can be used, in the order they are offered. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Registry(Vec<Arc<dyn Connector>>);

impl Registry {
    /// Everything this program brings along.
    pub fn builtin() -> Self {
        Self::described_by(builtin_profiles())
    }

    /// These profiles, and what is coded.
    pub fn described_by(profiles: impl IntoIterator<Item = Profile>) -> Self {
        let described = profiles.into_iter().map(|profile| -> Arc<dyn Connector> { Arc::new(profile) });
        Self(described.chain(coded()).collect())
    }

    /// One more.
    #[must_use]
    pub fn and(mut self, connector: Arc<dyn Connector>) -> Self {
        self.0.push(connector);
        self
    }

    pub fn iter(&self) -> impl Iterator<Item = &Arc<dyn Connector>> {
        self.0.iter()
    }

    /// What an account's `connector` stands for.
    pub fn find(&self, id: &str) -> Option<&Arc<dyn Connector>> {
        self.iter().find(|connector| connector.id() == id)
    }
}

impl Connector for Profile {
    fn id(&self) -> &str {
        Self::id(self)
    }

    fn title(&self) -> &Words {
        Self::title(self)
    }

    fn description(&self) -> &Words {
        Self::description(self)
    }

    fn settings(&self) -> &[Setting] {
        Self::settings(self)
    }

    fn sends(&self, setting: &str) -> bool {
        Self::sends(self, setting)
    }

    fn pushes(&self) -> Vec<PushKind> {
        Self::pushes(self)
    }

    fn set_up(&self, NewAccount { name: _, values, secrets, plan }: NewAccount) -> Result<System, AccountError> {
        self.account(values, secrets, plan).map(System::from)
    }
}
