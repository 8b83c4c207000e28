//! Where this hub's settings, profiles and data are.

use crate::Failure;
use ringcard_connect::profile::ProfileError;
use ringcard_hub::{
    config::{HubFile, HubSettings, Places, SettingsProblem},
    secrets::{EnvAndFiles, SecretStore},
    setup::Profiles,
};
use secrecy::{ExposeSecret, SecretString};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

/// One hub's files.
pub struct Installation {
    places: Places,
    /// `hub.toml`, which may not be there yet.
    pub file: PathBuf,
    pub profiles: Profiles,
    /// Profiles of the administrator's own that cannot be used.
    pub refused: Vec<ProfileError>,
}

impl Installation {
    /// `config` is the settings file somebody named: that one must be there.
    pub fn find(config: Option<PathBuf>) -> Result<Self, Failure> {
        let mut places = Places::hub();
        let file = match config {
            Some(file) if !file.exists() => {
                return Err(format!("There is no settings file {}.", file.display()).into());
            }
            Some(file) => {
                places.config_dir = file.parent().unwrap_or(Path::new("")).to_owned();
                file
            }
            None => places.hub_file(),
        };
        let folder = places.profiles_dir();
        let (profiles, refused) = Profiles::with(folder.is_dir().then_some(folder.as_path()));
        Ok(Self { places, file, profiles, refused })
    }

    pub fn settings(&self) -> Result<HubSettings, SettingsProblem> {
        HubSettings::load(&self.file, &self.profiles)
    }

    /// The settings, to be changed.
    pub fn edit(&self) -> Result<HubFile, SettingsProblem> {
        HubFile::open(&self.file, Arc::new(self.profiles.clone()))
    }

    pub fn data_dir(&self, settings: &HubSettings) -> PathBuf {
        match &settings.data_dir {
            Some(folder) => self.places.config_dir.join(folder),
            None => self.places.data_dir.clone(),
        }
    }

    /// Where the settings are, and where relative paths in them start.
    pub fn config_dir(&self) -> &Path {
        &self.places.config_dir
    }

    pub fn profiles_dir(&self) -> PathBuf {
        self.places.profiles_dir()
    }

    pub fn directory_file(&self, settings: &HubSettings) -> PathBuf {
        self.data_dir(settings).join("directory.db")
    }

    pub fn secrets(&self) -> EnvAndFiles {
        EnvAndFiles::new(&self.places.config_dir)
    }

    /// The token that scripts and desks show: `RINGCARD_API_TOKEN`, or the place in the settings.
    pub async fn api_token(&self, settings: &HubSettings) -> Result<Option<SecretString>, Failure> {
        if let Ok(token) = std::env::var("RINGCARD_API_TOKEN") {
            let token = SecretString::from(token);
            if !token.expose_secret().trim().is_empty() {
                return Ok(Some(token));
            }
        }
        match &settings.listen.api_token {
            Some(place) => Ok(Some(self.secrets().read(place).await?)),
            None => Ok(None),
        }
    }
}
