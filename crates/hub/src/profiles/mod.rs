//! The PBX profiles there are: those built in, and the administrator's own.
//!
//! A profile decides where passwords are sent. One that somebody put into the folder is therefore not used before a
//! person has looked at it ([`Confirmed`]), nor when it was changed since; and it takes the place of a built-in one only
//! where it says so. Start reading at [`Profiles::with`].

mod confirmed;
mod told;

pub use confirmed::{Confirmed, FILE, Look, Record};
pub use told::{told, told_of};

use crate::config::{Connectors, MAX_FILE_BYTES};
use ringcard_connect::{
    Connector, Registry, named,
    profile::{OwnProfile, Profile, builtin_profiles, is_builtin, load_dir, load_file},
    registry,
    settings::{ProfileError, Setting},
};
use ringcard_core::Timestamp;
use sha2::{Digest, Sha256};
use std::{
    collections::BTreeSet,
    fmt::Write,
    io::ErrorKind,
    path::{Path, PathBuf},
    sync::Arc,
};

/// Cheap to clone.
#[derive(Clone)]
pub struct Profiles(Arc<Parts>);

struct Parts {
    in_use: Vec<Profile>,
    /// Those in use, and whatever is no profile.
    connectors: Registry,
    own: Vec<Own>,
}

/// A profile out of a file.
#[derive(Debug, Clone)]
pub struct Own {
    pub profile: Profile,
    pub file: PathBuf,
    /// Of its content.
    pub sha256: String,
    pub standing: Standing,
}

/// Whether somebody has looked at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    Confirmed,
    /// In use before this was asked; nobody has looked.
    TakenOver,
    New,
    /// Somebody had, and it is not the same any more.
    Changed,
}

impl Own {
    pub fn read(file: &Path) -> Result<Self, ProfileError> {
        load_file(file).map(Self::from)
    }

    pub fn is_used(&self) -> bool {
        matches!(self.standing, Standing::Confirmed | Standing::TakenOver)
    }

    /// What an account says that uses it before anybody has looked.
    pub fn asks_for_a_look(&self) -> String {
        let (file, id) = (self.file.display(), self.profile.id());
        let changed = match self.standing {
            Standing::Changed => ", which was changed since it was confirmed",
            _ => "",
        };
        format!(
            "This description must be looked at first: {file}{changed}. Look at it and confirm it, under Settings, Accounts, \
             or with: ringcard-hub profile confirm {id}"
        )
    }

    /// Whether there is a built-in profile of its id.
    pub fn replaces(&self) -> bool {
        is_builtin(self.profile.id())
    }
}

impl From<OwnProfile> for Own {
    fn from(OwnProfile { path, text, profile }: OwnProfile) -> Self {
        let digest = Sha256::digest(text.as_bytes());
        let sha256 = digest.iter().fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        });
        Self { profile, file: path, sha256, standing: Standing::New }
    }
}

/// What a connector's name stands for.
pub(crate) enum Found<'p> {
    Ready(&'p Arc<dyn Connector>),
    /// Somebody has to look at it first.
    Waiting(&'p Own),
    Nothing,
}

impl Profiles {
    /// Reads `folder/*.toml` too. A profile that cannot be used is reported and hides no other; one that nobody has
    /// confirmed is known and not used.
    pub fn with(folder: Option<&Path>, confirmed: &Confirmed) -> (Self, Vec<ProfileError>) {
        let (mut own, mut problems) = (Vec::<Own>::new(), Vec::new());
        for loaded in folder.map(load_dir).unwrap_or_default() {
            let mut one = match loaded {
                Ok(loaded) => Own::from(loaded),
                Err(problem) => {
                    problems.push(problem);
                    continue;
                }
            };
            match refused(&one, &own, confirmed) {
                Some(message) => problems.push(ProfileError {
                    file: one.file.display().to_string(),
                    line: 1,
                    column: 1,
                    key: "id".to_owned(),
                    message,
                }),
                None => {
                    one.standing = standing(&one, confirmed);
                    own.push(one);
                }
            }
        }
        let mut in_use: Vec<Profile> = own.iter().filter(|own| own.is_used()).map(|own| own.profile.clone()).collect();
        // One that was in use and was changed leaves its place empty: the built-in one would be another PBX.
        let is_taken = |id: &str| own.iter().any(|own| own.profile.id() == id && own.standing != Standing::New);
        in_use.extend(builtin_profiles().into_iter().filter(|profile| !is_taken(profile.id())));
        let connectors = Registry::described_by(in_use.iter().cloned());
        (Self(Arc::new(Parts { in_use, connectors, own })), problems)
    }

    pub fn builtin() -> Self {
        Self::with(None, &Confirmed::default()).0
    }

    /// One connector more, that is no profile.
    #[must_use]
    pub fn and(self, connector: Arc<dyn Connector>) -> Self {
        let Parts { in_use, connectors, own } = self.0.as_ref();
        let connectors = connectors.clone().and(connector);
        Self(Arc::new(Parts { in_use: in_use.clone(), connectors, own: own.clone() }))
    }

    /// Every kind of account that can be used: the profiles, and what is no profile.
    pub fn connectors(&self) -> &Registry {
        &self.0.connectors
    }

    /// Those that can be used.
    pub fn iter(&self) -> impl Iterator<Item = &Profile> {
        self.0.in_use.iter()
    }

    /// Those of somebody's own, looked at or not.
    pub fn own(&self) -> &[Own] {
        &self.0.own
    }

    /// Those somebody has to look at before they are used.
    pub fn waiting(&self) -> impl Iterator<Item = &Own> {
        self.own().iter().filter(|own| !own.is_used())
    }

    pub(crate) fn find(&self, id: &str) -> Found<'_> {
        match (self.connectors().find(id), self.waiting().find(|own| own.profile.id() == id)) {
            (Some(connector), _) => Found::Ready(connector),
            (None, Some(own)) => Found::Waiting(own),
            (None, None) => Found::Nothing,
        }
    }

    /// A connector by its id, whether it is used or waits.
    pub fn known(&self, id: &str) -> Option<&dyn Connector> {
        match self.find(id) {
            Found::Ready(connector) => Some(connector.as_ref()),
            Found::Waiting(own) => Some(&own.profile),
            Found::Nothing => None,
        }
    }
}

/// Why a file is not taken at all.
fn refused(one: &Own, others: &[Own], confirmed: &Confirmed) -> Option<String> {
    let id = one.profile.id();
    if registry::is_coded(id) {
        return Some(format!("`{id}` is built in and no profile: give this one another id"));
    }
    if let Some(other) = others.iter().find(|other| other.profile.id() == id) {
        return Some(format!("there is a profile `{id}` in {} already: give one another id", other.file.display()));
    }
    // Where a file of this id was in use, nobody goes back to the built-in one unasked.
    if is_builtin(id) && !one.profile.replaces_builtin() && confirmed.of(id).is_none() {
        return Some(format!(
            "a profile `{id}` is built in, and it stays in use: give this one another id, or add `replaces = \"{id}\"` if \
             it is meant to take its place"
        ));
    }
    None
}

fn standing(one: &Own, confirmed: &Confirmed) -> Standing {
    match confirmed.of(one.profile.id()) {
        None => Standing::New,
        Some(look) if look.sha256 != one.sha256 => Standing::Changed,
        Some(look) if look.taken_over => Standing::TakenOver,
        Some(_) => Standing::Confirmed,
    }
}

/// What an installation has, at its start.
pub struct Start {
    pub profiles: Profiles,
    /// Profiles that cannot be used.
    pub refused: Vec<ProfileError>,
    pub confirmed: Confirmed,
    /// The record is not on the disk as it is here: [`Start::keep`] writes it.
    pub is_new: bool,
    /// Why nothing counts as looked at.
    pub problem: Option<String>,
    data_dir: PathBuf,
}

impl Start {
    /// `settings`: the text of the settings file, if it could be read. Writes nothing.
    pub fn find(folder: &Path, data_dir: &Path, settings: Option<&str>, now: Timestamp) -> Self {
        let folder = folder.is_dir().then_some(folder);
        let (mut confirmed, mut is_new, mut problem) = (Confirmed::default(), false, None);
        match Record::read(data_dir) {
            Record::Known(known) => confirmed = known,
            Record::Unreadable(why) => problem = Some(why),
            Record::Absent => match settings.and_then(connectors_in) {
                // Nobody knows what is used: asked again at the next start.
                None => {}
                Some(used) => {
                    is_new = true;
                    // It has worked before: its calls go on.
                    if data_dir.join("calls.db").exists() {
                        take_over(&mut confirmed, folder, &used, now);
                    }
                }
            },
        }
        let (profiles, refused) = Profiles::with(folder, &confirmed);
        Self { profiles, refused, confirmed, is_new, problem, data_dir: data_dir.to_owned() }
    }

    /// Where it is written down what was looked at.
    pub fn data_dir(&self) -> &Path {
        &self.data_dir
    }

    /// Writes what was found at the first start, as soon as the data folder is this hub's; said in the log, once.
    pub fn keep(&mut self) {
        if let Some(problem) = &self.problem {
            tracing::warn!(problem, "no profile counts as confirmed");
        }
        if !self.is_new {
            return;
        }
        for own in self.profiles.own().iter().filter(|own| own.standing == Standing::TakenOver) {
            let (profile, file) = (own.profile.id(), own.file.display());
            tracing::warn!(profile, %file, "this profile was in use before and is taken as confirmed: look at it once");
        }
        match self.confirmed.write(&self.data_dir) {
            Ok(()) => self.is_new = false,
            Err(error) => tracing::warn!(%error, file = FILE, "which profiles are confirmed could not be written down"),
        }
    }
}

fn take_over(confirmed: &mut Confirmed, folder: Option<&Path>, used: &BTreeSet<String>, now: Timestamp) {
    for own in folder.map(load_dir).unwrap_or_default().into_iter().flatten().map(Own::from) {
        // The first of an id was the one in use.
        if used.contains(own.profile.id()) && confirmed.of(own.profile.id()).is_none() {
            confirmed.take_over(&own, now);
        }
    }
}

/// A settings file, for [`Start::find`]; `None` where there is one that cannot be read.
pub fn settings_text(file: &Path) -> Option<String> {
    match named::read(file, MAX_FILE_BYTES) {
        Ok(bytes) => String::from_utf8(bytes).ok(),
        Err(error) if error.kind() == ErrorKind::NotFound => Some(String::new()),
        Err(_) => None,
    }
}

/// What the accounts of a settings file name, read before any profile is known; `None`: it is no TOML.
fn connectors_in(settings: &str) -> Option<BTreeSet<String>> {
    let table = parsed(settings)?;
    let accounts = table.get("account").and_then(toml::Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let connector = |account: &toml::Value| Some(account.get("connector")?.as_str()?.to_owned());
    Some(accounts.iter().filter_map(connector).collect())
}

/// The folder of the databases that a server's settings name, read before any profile is known.
pub fn data_dir_in(settings: &str) -> Option<PathBuf> {
    Some(PathBuf::from(parsed(settings)?.get("data_dir")?.as_str()?))
}

fn parsed(settings: &str) -> Option<toml::Table> {
    settings.strip_prefix('\u{feff}').unwrap_or(settings).parse().ok()
}

impl Connectors for Profiles {
    fn settings_of(&self, connector: &str) -> Option<&[Setting]> {
        Some(self.known(connector)?.settings())
    }

    fn names(&self) -> Vec<&str> {
        let waiting = self.waiting().map(|own| own.profile.id()).filter(|id| !is_builtin(id));
        self.connectors().iter().map(|connector| connector.id()).chain(waiting).collect()
    }
}
