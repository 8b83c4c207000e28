//! Changing a settings file for the person: only what is meant changes; comments, order and spacing stay.
//!
//! Whatever is written was read back and checked first. A file that is broken, or that somebody changed since it was
//! read, is not touched.

use super::{
    Account, AgentSettings, Connectors, DiallingPatch, HubLink, HubSettings, Settings, SettingsPatch, SettingsProblem,
    change, dialling, read, write,
};
use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};
use thiserror::Error;
use toml_edit::DocumentMut;

/// Why settings were not saved; the file is as it was.
#[derive(Debug, Error)]
pub enum EditFailure {
    /// The file on the disk is broken: it is never overwritten.
    #[error("The settings file is broken, and a broken file is never overwritten. {0}")]
    Broken(SettingsProblem),
    /// Somebody else wrote it since it was read; [`Editable::reread`] takes theirs.
    #[error("{} was changed by somebody else meanwhile: look at the settings again, then repeat the change.", .0.display())]
    Changed(PathBuf),
    /// What was typed in cannot be kept.
    #[error("{}", .0.message)]
    Invalid(SettingsProblem),
    #[error("There is no account “{0}”.")]
    NoAccount(String),
    #[error("There is no agent “{0}”.")]
    NoAgent(String),
    #[error("{} could not be written: {source}. Mend the folder's permissions or free some space.", path.display())]
    NotWritten { path: PathBuf, source: io::Error },
}

/// A desk's `ringcard.toml`, to be changed.
pub type SettingsFile = Editable<Settings>;

/// A server's `hub.toml`, to be changed.
pub type HubFile = Editable<HubSettings>;

/// A settings file as it was read, to be changed.
pub struct Editable<S> {
    path: PathBuf,
    connectors: Arc<dyn Connectors>,
    /// `None`: there was no file.
    text: Option<String>,
    settings: S,
}

/// What stands in a settings file.
pub trait InFile: Sized {
    /// Whether root may write it for a service that reads it as another user.
    const IS_A_SERVICES: bool;

    /// Every problem is reported; `path` is only for the messages.
    fn parse(text: &str, path: &Path, connectors: &dyn Connectors) -> Result<Self, Vec<SettingsProblem>>;
}

impl InFile for Settings {
    const IS_A_SERVICES: bool = false;

    fn parse(text: &str, path: &Path, connectors: &dyn Connectors) -> Result<Self, Vec<SettingsProblem>> {
        Settings::parse(text, path, connectors)
    }
}

impl InFile for HubSettings {
    const IS_A_SERVICES: bool = true;

    fn parse(text: &str, path: &Path, connectors: &dyn Connectors) -> Result<Self, Vec<SettingsProblem>> {
        HubSettings::parse(text, path, connectors)
    }
}

impl Editable<Settings> {
    /// Changes what the patch names.
    pub fn apply(&mut self, patch: &SettingsPatch) -> Result<&Settings, EditFailure> {
        self.change(|document, settings| {
            change::apply(document, settings, patch);
            Ok(())
        })
    }

    /// Leads to a hub on a server; `None`: the hub runs inside the app. Its token stays where it is kept.
    pub fn set_hub(&mut self, link: Option<&HubLink>) -> Result<&Settings, EditFailure> {
        self.change(|document, _| {
            change::set_hub(document, link);
            Ok(())
        })
    }
}

impl Editable<HubSettings> {
    /// Adds an agent, or changes the one of the same name.
    pub fn put_agent(&mut self, agent: &AgentSettings) -> Result<&HubSettings, EditFailure> {
        self.change(|document, _| {
            change::put_agent(document, agent);
            Ok(())
        })
    }

    pub fn remove_agent(&mut self, name: &str) -> Result<&HubSettings, EditFailure> {
        self.change(|document, _| match change::remove_row(document, "agent", name) {
            true => Ok(()),
            false => Err(EditFailure::NoAgent(name.to_owned())),
        })
    }
}

impl<S: InFile> Editable<S> {
    /// Reads a file; one that is missing is a first start, and is written by the first change.
    pub fn open(path: impl Into<PathBuf>, connectors: Arc<dyn Connectors>) -> Result<Self, SettingsProblem> {
        let path = path.into();
        let text = read::text_of(&path)?;
        let settings =
            S::parse(text.as_deref().unwrap_or_default(), &path, connectors.as_ref()).map_err(read::first)?;
        Ok(Self { path, connectors, text, settings })
    }

    pub fn settings(&self) -> &S {
        &self.settings
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Takes what is on the disk now, after somebody edited it.
    pub fn reread(&mut self) -> Result<&S, SettingsProblem> {
        *self = Self::open(self.path.clone(), self.connectors.clone())?;
        Ok(&self.settings)
    }

    /// Changes what is asked before a number is dialled.
    pub fn set_dialling(&mut self, patch: &DiallingPatch) -> Result<&S, EditFailure> {
        self.change(|document, _| {
            dialling::apply(document, patch);
            Ok(())
        })
    }

    /// Adds an account, or changes the one of the same name: settings it no longer has are taken out.
    pub fn put_account(&mut self, account: &Account) -> Result<&S, EditFailure> {
        self.change(|document, _| {
            change::put_account(document, account);
            Ok(())
        })
    }

    /// Takes an account out. Its secrets stay where they are kept: forgetting them is another matter.
    pub fn remove_account(&mut self, name: &str) -> Result<&S, EditFailure> {
        self.change(|document, _| match change::remove_row(document, "account", name) {
            true => Ok(()),
            false => Err(EditFailure::NoAccount(name.to_owned())),
        })
    }

    fn change(
        &mut self,
        edit: impl FnOnce(&mut DocumentMut, &S) -> Result<(), EditFailure>,
    ) -> Result<&S, EditFailure> {
        let now = read::text_of(&self.path).map_err(EditFailure::Broken)?;
        if now != self.text {
            // Broken is the more useful thing to say.
            let text = now.as_deref().unwrap_or_default();
            return Err(match S::parse(text, &self.path, self.connectors.as_ref()) {
                Err(problems) => EditFailure::Broken(read::first(problems)),
                Ok(_) => EditFailure::Changed(self.path.clone()),
            });
        }
        let old = self.text.as_deref().unwrap_or_default().trim_start_matches('\u{feff}');
        let mut document: DocumentMut = old.parse().expect("BUG: this text was parsed when it was read");
        // In a file of nothing but comments they would come behind the first table.
        let head = if document.is_empty() { std::mem::take(&mut document).to_string() } else { String::new() };
        edit(&mut document, &self.settings)?;
        let text = with_line_ends_of(old, format!("{head}{document}"));
        let settings = S::parse(&text, &self.path, self.connectors.as_ref())
            .map_err(|problems| EditFailure::Invalid(read::first(problems)))?;
        if self.text.as_deref() != Some(&text) {
            write::replace(&self.path, &text, S::IS_A_SERVICES)
                .map_err(|source| EditFailure::NotWritten { path: self.path.clone(), source })?;
        }
        self.text = Some(text);
        self.settings = settings;
        Ok(&self.settings)
    }
}

/// What Windows editors wrote is written as Windows editors do.
fn with_line_ends_of(old: &str, new: String) -> String {
    if old.contains("\r\n") { new.replace("\r\n", "\n").replace('\n', "\r\n") } else { new }
}
