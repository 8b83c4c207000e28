//! What the app is built on: settings, secrets, the customer directory and the hub inside the app.
//!
//! Everything opens as far as it can: a broken settings file, a locked keyring, a damaged directory or an address in
//! use are said, and the rest works. Nothing that is broken is overwritten.
//!
//! Start reading at [`Installation::open`]; what a changed setting starts anew is in [`hub_place`].

mod accounts;
mod at_once;
mod away;
mod descriptions;
mod hub_place;
mod incoming;
mod preferences;
pub(crate) mod shared_hub;
#[cfg(test)]
mod tests;
mod token;
mod view;

pub use away::Starting;
pub use incoming::IncomingAddress;
pub use token::ApiToken;

use crate::secrets::SOON;
use hub_place::HubPlace;
use ringcard_core::Timestamp;
use ringcard_desk::{Preferences, link::OpenLink};
use ringcard_hub::{
    AccountSetup, Hub,
    config::{self, EditFailure, Places, Settings, SettingsFile, SettingsProblem},
    directory::Directory,
    folder::{self, FolderLock},
    own_files,
    profiles::Start,
    secrets::SecretStore,
};
use std::{io, path::PathBuf, sync::Arc};

/// An installation at work.
pub struct Installation {
    pub places: Places,
    /// The PBX profiles, and which of them somebody has looked at.
    start: Start,
    file: Result<SettingsFile, SettingsProblem>,
    /// What holds: the file's, or the defaults while the file is broken.
    settings: Settings,
    pub secrets: Arc<dyn SecretStore>,
    pub token: ApiToken,
    pub accounts: Vec<AccountSetup>,
    /// The customers, or why there are none to be had.
    pub directory: Result<Directory, String>,
    /// It could not be opened, and may be when it is tried again.
    directory_may_open: bool,
    /// Ours, or why not; `None`: the hub is elsewhere.
    folder: Result<Option<FolderLock>, String>,
    hub_place: HubPlace,
    pub is_demo: bool,
}

/// The settings of an installation, read before anything slow is begun.
pub struct StartSettings {
    pub places: Places,
    start: Start,
    file: Result<SettingsFile, SettingsProblem>,
    settings: Settings,
    secrets: Arc<dyn SecretStore>,
    is_demo: bool,
}

impl StartSettings {
    /// Reads the settings; a file that is broken is reported and left as it is.
    pub fn read(places: Places, secrets: Arc<dyn SecretStore>, is_demo: bool) -> Self {
        let start = descriptions::find(&places);
        for problem in &start.refused {
            tracing::warn!(%problem, "a profile cannot be used");
        }
        let file = SettingsFile::open(places.settings_file(), Arc::new(start.profiles.clone()));
        let settings = match &file {
            Ok(file) => file.settings().clone(),
            Err(problem) => {
                tracing::error!(%problem, "the settings file is broken: defaults hold, the file is left alone");
                Settings::default()
            }
        };
        Self { places, start, file, settings, secrets, is_demo }
    }

    /// What the desk begins with.
    pub fn preferences(&self) -> Preferences {
        preferences::of(&self.settings, self.file.as_ref().err(), self.is_demo)
    }

    pub fn settings(&self) -> &Settings {
        &self.settings
    }
}

impl Installation {
    /// Opens everything, as far as it opens.
    pub async fn open(start_settings: StartSettings) -> Self {
        let StartSettings { places, mut start, file, settings, secrets, is_demo } = start_settings;
        if let Err(error) = folder::make(&places.data_dir) {
            tracing::error!(%error, folder = %places.data_dir.display(), "the data folder cannot be made");
        }
        own_files::put_settings_right(&places.settings_file());
        if settings.hub.is_some() {
            // Nobody takes the folder, and what is typed is in it all the same.
            own_files::put_right(&places.data_dir);
        }
        // Before anything in it is opened.
        let folder = hub_place::take_folder(&places, &settings);
        if folder.is_ok() {
            start.keep();
        }
        let (directory, token, accounts) = tokio::join!(
            hub_place::open_directory(&places, &settings, &folder),
            ApiToken::find(&settings, secrets.as_ref(), SOON),
            hub_place::set_accounts_up(&settings, &start.profiles, &secrets),
        );
        let mut installation = Self {
            places,
            start,
            file,
            settings,
            secrets,
            token,
            accounts,
            directory: Err("The customer list is being opened.".to_owned()),
            directory_may_open: false,
            folder,
            hub_place: hub_place::absent("The hub inside the app is being started."),
            is_demo,
        };
        installation.has_directory(directory);
        installation.start_hub().await;
        installation
    }

    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    pub fn problem(&self) -> Option<&SettingsProblem> {
        self.file.as_ref().err()
    }

    pub fn preferences(&self) -> Preferences {
        let preferences = preferences::of(&self.settings, self.problem(), self.is_demo);
        Preferences { connections: self.connections(), ..preferences }
    }

    /// The hub inside the app, where it is there and runs.
    pub fn hub(&self) -> Option<Arc<Hub>> {
        match &self.hub_place {
            HubPlace::Inside(hub) => Some(hub.clone()),
            HubPlace::Elsewhere(_) | HubPlace::Absent { .. } => None,
        }
    }

    /// The way to the hub, for the desk.
    pub fn way_to_hub(&self) -> Arc<dyn OpenLink> {
        self.hub_place.way_to_hub()
    }

    /// Where the desk keeps what is typed after calls.
    pub fn desk_file(&self) -> PathBuf {
        self.places.data_dir.join("desk.db")
    }

    /// Changes the settings file, and takes up what changed. Answers whether the desk must look for its hub again.
    pub async fn change(
        &mut self,
        change: impl Fn(&mut SettingsFile) -> Result<(), EditFailure>,
    ) -> Result<bool, EditFailure> {
        let file = self.file.as_mut().map_err(|problem| EditFailure::Broken(problem.clone()))?;
        match change(file) {
            // Somebody edited it by hand: theirs first, then ours.
            Err(EditFailure::Changed(_)) => {
                file.reread().map_err(EditFailure::Broken)?;
                change(file)?;
            }
            other => other?,
        }
        let fresh = file.settings().clone();
        Ok(self.take_up(fresh).await)
    }

    /// Keeps a broken settings file under another name and begins with defaults. Answers the name, where there was one.
    pub async fn begin_with_defaults(&mut self) -> io::Result<Option<PathBuf>> {
        if self.file.is_ok() {
            return Ok(None);
        }
        let path = self.places.settings_file();
        let aside = config::set_aside(&path, Timestamp::now())?;
        tracing::warn!(kept = %aside.display(), "the broken settings file was kept under another name");
        self.file = SettingsFile::open(path, Arc::new(self.start.profiles.clone()));
        let fresh = self.file.as_ref().map(|file| file.settings().clone()).unwrap_or_default();
        self.take_up(fresh).await;
        Ok(Some(aside))
    }

    /// Ends what is at work; what was committed stays.
    pub async fn close(mut self) {
        self.stop_hub().await;
        if let Ok(directory) = &self.directory {
            directory.close().await;
        }
    }
}
