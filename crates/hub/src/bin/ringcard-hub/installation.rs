//! Where this hub's settings, profiles and data are.

use crate::Failure;
use ringcard_connect::settings::ProfileError;
use ringcard_core::Timestamp;
use ringcard_hub::{
    config::{HubFile, HubSettings, Places, SettingsProblem},
    profiles::{Start, data_dir_in, settings_text},
    secrets::{EnvAndFiles, SIGN_INS, SecretStore},
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
    /// The profiles, and which of them somebody has looked at.
    pub start: Start,
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
        // Before the settings are read, which needs the profiles: where the databases are is all that counts here.
        let text = settings_text(&file);
        let data_dir = match text.as_deref().and_then(data_dir_in) {
            Some(folder) => places.config_dir.join(folder),
            None => places.data_dir.clone(),
        };
        let start = Start::find(&places.profiles_dir(), &data_dir, text.as_deref(), Timestamp::now());
        Ok(Self { places, file, start })
    }

    pub fn profiles(&self) -> &Profiles {
        &self.start.profiles
    }

    /// Profiles of the administrator's own that cannot be used.
    pub fn refused(&self) -> &[ProfileError] {
        &self.start.refused
    }

    pub fn profiles_dir(&self) -> PathBuf {
        self.places.profiles_dir()
    }

    pub fn settings(&self) -> Result<HubSettings, SettingsProblem> {
        HubSettings::load(&self.file, self.profiles())
    }

    /// The settings, to be changed.
    pub fn edit(&self) -> Result<HubFile, SettingsProblem> {
        HubFile::open(&self.file, Arc::new(self.profiles().clone()))
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

    pub fn directory_file(&self, settings: &HubSettings) -> PathBuf {
        self.data_dir(settings).join("directory.db")
    }

    pub fn secrets(&self) -> EnvAndFiles {
        EnvAndFiles::new(&self.places.config_dir)
    }

    /// The same, with where what people signed in to is kept.
    pub fn secrets_of(&self, settings: &HubSettings) -> EnvAndFiles {
        self.secrets().with_sign_ins(self.data_dir(settings).join(SIGN_INS))
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
