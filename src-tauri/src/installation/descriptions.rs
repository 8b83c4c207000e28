//! Descriptions of PBXs somebody put into the profiles folder: what they would do, and that a person has looked.

use super::{Installation, incoming::push_name};
use crate::contract::{
    CommandError, ShellErrorCode,
    reviews::{ProfileReview, RequestReview, ReviewReach, ReviewSecret, ReviewStanding},
};
use ringcard_core::Timestamp;
use ringcard_hub::{
    config::{Places, SettingsFile},
    profiles::{Own, Start, settings_text},
};
use std::sync::Arc;

impl Installation {
    /// Those nobody has looked at as they are now; a hub elsewhere has its own.
    pub(super) fn to_look_at(&self, language: &str) -> Vec<ProfileReview> {
        if self.settings.hub.is_some() {
            return Vec::new();
        }
        self.start.profiles.own().iter().filter_map(|own| self.review(own, language)).collect()
    }

    fn review(&self, own: &Own, language: &str) -> Option<ProfileReview> {
        let standing = ReviewStanding::of(own.standing)?;
        let id = own.profile.id();
        let label = |key: &str| {
            let setting = own.profile.settings().iter().find(|setting| setting.key == key);
            setting.map_or_else(|| key.to_owned(), |setting| setting.label.in_language(language).to_owned())
        };
        let review = own.profile.review();
        let requests = review.requests.into_iter().map(|request| RequestReview {
            purpose: request.purpose.into(),
            methods: request.methods,
            reaches: request.reaches.into_iter().map(|reach| ReviewReach::of(reach, label)).collect(),
            secrets: request
                .secrets
                .into_iter()
                .map(|used| ReviewSecret {
                    label: label(&used.key),
                    parts: used.parts.into_iter().map(Into::into).collect(),
                })
                .collect(),
        });
        let accounts = self.settings.accounts.iter().filter(|account| account.connector == id);
        Some(ProfileReview {
            id: id.to_owned(),
            title: own.profile.title().in_language(language).to_owned(),
            file: own.file.display().to_string(),
            sha256: own.sha256.clone(),
            standing,
            replaces: own.replaces(),
            accounts: accounts.map(|account| account.name.clone()).collect(),
            requests: requests.collect(),
            pushes: review.pushes.kinds.into_iter().map(|kind| push_name(kind).to_owned()).collect(),
            push_secrets: review.pushes.secrets.iter().map(|key| label(key)).collect(),
            push_unproved: review.pushes.proofs.iter().any(|proof| proof == "none"),
        })
    }

    /// Somebody has looked at a description, with this content, and wants it used. Answers whether the desk must look for
    /// its hub again.
    pub async fn use_description(&mut self, id: &str, sha256: &str) -> Result<bool, CommandError> {
        let seen = self.start.profiles.own().iter().find(|own| own.profile.id() == id && own.sha256 == sha256);
        let seen = seen.filter(|own| is_as_shown(own)).cloned();
        let is_there = seen.is_some();
        if let Some(own) = seen {
            self.start.confirmed.confirm(&own, Timestamp::now());
            self.start.confirmed.write(&self.places.data_dir).map_err(CommandError::file)?;
        }
        let other_hub = self.read_profiles_again().await;
        match is_there {
            true => Ok(other_hub),
            false => {
                let message = "The file was changed meanwhile: look at it again.";
                Err(CommandError::new(ShellErrorCode::InvalidSetting, message))
            }
        }
    }

    /// The folder as it is now, and the accounts with it.
    async fn read_profiles_again(&mut self) -> bool {
        self.start = find(&self.places);
        if self.folder.is_ok() {
            self.start.keep();
        }
        self.file = SettingsFile::open(self.places.settings_file(), Arc::new(self.start.profiles.clone()));
        let other_hub = match &self.file {
            Ok(file) => {
                let fresh = file.settings().clone();
                self.take_up(fresh).await
            }
            // It is said, and what holds goes on.
            Err(_) => false,
        };
        self.accounts_again().await;
        other_hub
    }
}

fn is_as_shown(shown: &Own) -> bool {
    Own::read(&shown.file).is_ok_and(|now| now.sha256 == shown.sha256)
}

/// The profiles of an installation, and which of them somebody has looked at.
pub(super) fn find(places: &Places) -> Start {
    let settings = settings_text(&places.settings_file());
    Start::find(&places.profiles_dir(), &places.data_dir, settings.as_deref(), Timestamp::now())
}
