//! What the app is built on: settings, secrets, the customer directory and the hub inside the app.
//!
//! Everything opens as far as it can: a broken settings file, a locked keyring, a damaged directory or an address in
//! use are said, and the rest works. Nothing that is broken is overwritten.
//!
//! Start reading at [`House::open`]; what a changed setting starts anew is in [`heart`].

mod accounts;
mod away;
mod descriptions;
mod heart;
mod incoming;
mod preferences;
#[cfg(test)]
mod tests;
mod token;
mod view;

pub use away::Starting;
pub use incoming::IncomingAddress;
pub use token::ApiToken;

use crate::secrets::SOON;
use heart::Heart;
use ringcard_core::Timestamp;
use ringcard_desk::{Preferences, link::Door};
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
pub struct House {
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
    heart: Heart,
    pub is_demo: bool,
}

/// The settings of an installation, read before anything slow is begun.
pub struct Foundation {
    pub places: Places,
    start: Start,
    file: Result<SettingsFile, SettingsProblem>,
    settings: Settings,
    secrets: Arc<dyn SecretStore>,
    is_demo: bool,
}

impl Foundation {
    /// Reads the settings; a file that is broken is reported and left as it is.
    pub fn lay(places: Places, secrets: Arc<dyn SecretStore>, is_demo: bool) -> Self {
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

impl House {
    /// Opens everything, as far as it opens.
    pub async fn open(foundation: Foundation) -> Self {
        let Foundation { places, mut start, file, settings, secrets, is_demo } = foundation;
        if let Err(error) = folder::make(&places.data_dir) {
            tracing::error!(%error, folder = %places.data_dir.display(), "the data folder cannot be made");
        }
        own_files::put_settings_right(&places.settings_file());
        if settings.hub.is_some() {
            // Nobody takes the folder, and what is typed is in it all the same.
            own_files::put_right(&places.data_dir);
        }
        // Before anything in it is opened.
        let folder = heart::take_folder(&places, &settings);
        if folder.is_ok() {
            start.keep();
        }
        let (directory, token, accounts) = tokio::join!(
            heart::open_directory(&places, &settings, &folder),
            ApiToken::find(&settings, secrets.as_ref(), SOON),
            heart::set_accounts_up(&settings, &start.profiles, &secrets),
        );
        let mut house = Self {
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
            heart: heart::still("The hub inside the app is being started."),
            is_demo,
        };
        house.has_directory(directory);
        house.start_heart().await;
        house
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
        match &self.heart {
            Heart::Inside(hub) => Some(hub.clone()),
            Heart::Elsewhere(_) | Heart::Still { .. } => None,
        }
    }

    /// The way to the hub, for the desk.
    pub fn door(&self) -> Arc<dyn Door> {
        self.heart.door()
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
        self.stop_heart().await;
        if let Ok(directory) = &self.directory {
            directory.close().await;
        }
    }
}
