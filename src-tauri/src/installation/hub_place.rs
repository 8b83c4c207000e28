//! The hub: inside the app, or elsewhere and spoken to over a socket; and what a changed setting means for it.

use super::at_once::AtOnce;
use super::{Installation, away::Away, away::NoHub};
use ringcard_core::frame::{Connection, ConnectionState, TroubleCode};
use ringcard_desk::link::{InProcess, OpenLink, Socket};
use ringcard_hub::{
    AccountSetup, Hub, HubSetup,
    config::{Directions, HubLink, Places, Settings},
    directory::Directory,
    folder::FolderLock,
    hosts::Hosts,
    secrets::SecretStore,
    setup::{self, Profiles},
};
use std::{sync::Arc, time::Duration};

/// Where the hub is.
pub(super) enum HubPlace {
    Inside(Arc<Hub>),
    /// A team's hub on a server.
    Elsewhere(Arc<Socket>),
    /// There is none; the sentence says why. `passes`: it may start when it is tried again.
    Absent {
        why: String,
        passes: bool,
    },
}

/// Why something is not at work.
pub(super) struct Obstacle {
    /// A sentence.
    pub why: String,
    /// It may be gone when it is tried again.
    pub passes: bool,
}

impl Obstacle {
    fn lasting(why: impl ToString) -> Self {
        Self { why: why.to_string(), passes: false }
    }
}

/// A hub's folder is one program's. `Ok(None)`: the hub is elsewhere, and has a folder of its own.
pub(super) fn take_folder(places: &Places, settings: &Settings) -> Result<Option<FolderLock>, String> {
    if settings.hub.is_some() {
        return Ok(None);
    }
    FolderLock::take(&places.data_dir, "Ringcard").map(Some).map_err(|refused| refused.to_string())
}

impl HubPlace {
    pub fn way_to_hub(&self) -> Arc<dyn OpenLink> {
        match self {
            Self::Inside(hub) => Arc::new(InProcess::new(Arc::downgrade(hub))),
            Self::Elsewhere(socket) => socket.clone(),
            Self::Absent { why, .. } => Arc::new(NoHub(why.clone())),
        }
    }
}

/// Nobody tries: whoever stopped it starts it.
pub(super) fn absent(why: &str) -> HubPlace {
    HubPlace::Absent { why: why.to_owned(), passes: false }
}

const KEPT_ELSEWHERE: &str = "The customers are kept by the team's hub on its server: import and export them there.";

/// Opens the customer list, unless a hub elsewhere keeps it, or another program has the folder.
pub(super) async fn open_directory(
    places: &Places,
    settings: &Settings,
    folder: &Result<Option<FolderLock>, String>,
) -> Result<Directory, Obstacle> {
    match folder {
        Ok(Some(_)) => {}
        Ok(None) => return Err(Obstacle::lasting(KEPT_ELSEWHERE)),
        Err(why) => return Err(Obstacle { why: why.clone(), passes: true }),
    }
    let path = places.data_dir.join("directory.db");
    let plan = settings.dial_plan().map_err(Obstacle::lasting)?;
    let opened = tokio::task::spawn_blocking(move || Directory::open(&path, plan)).await;
    opened
        .map_err(Obstacle::lasting)?
        .map_err(|failure| Obstacle { why: failure.to_string(), passes: failure.passes() })
}

impl Installation {
    /// Makes the new settings hold. The hub is started anew only for what it cannot take up while it runs; it takes up
    /// the calls that are going on. Answers whether the desk must look for its hub again.
    pub(super) async fn take_up(&mut self, fresh: Settings) -> bool {
        let old = std::mem::replace(&mut self.settings, fresh);
        let new = &self.settings;
        let numbers =
            |settings: &Settings| (settings.numbers.clone(), settings.lines.clone(), settings.locale.country());
        let other_numbers = numbers(&old) != numbers(new);
        let other_place = old.hub != new.hub;
        let keeping = |settings: &Settings| settings.recordings.keeping(&settings.accounts, Ok(None)).days_of;
        let other_hub = other_numbers
            || other_place
            || (&old.history, &old.recordings) != (&new.history, &new.recordings)
            || keeping(&old) != keeping(new)
            || (&old.agent, &old.listen, &old.calls, &old.dialling)
                != (&new.agent, &new.listen, &new.calls, &new.dialling);
        if other_place {
            // Before the folder is another program's.
            self.stop_hub().await;
            if let Ok(directory) = &self.directory {
                directory.close().await;
            }
            self.folder = Ok(None);
            self.folder = take_folder(&self.places, &self.settings);
            self.open_directory().await;
        } else if other_numbers && let (Ok(directory), Ok(plan)) = (&self.directory, new.dial_plan()) {
            directory.set_plan(plan);
        }
        if old.accounts != self.settings.accounts || other_numbers {
            self.accounts_again().await;
        }
        if other_hub {
            self.stop_hub().await;
            self.start_hub().await;
        }
        other_hub
    }

    pub(super) async fn start_hub(&mut self) {
        let started = match (&self.settings.hub, self.settings.directions()) {
            (Some(link), _) => self.elsewhere(link).await.map_err(Obstacle::lasting),
            (None, Ok(directions)) => self.inside(directions).await,
            (None, Err(problem)) => Err(Obstacle::lasting(problem)),
        };
        self.hub_place = started.unwrap_or_else(|Obstacle { why, passes }| {
            // Tried again, it is one line in the log.
            if self.why_absent() != Some(&why) {
                tracing::error!(why, "there is no hub");
            }
            HubPlace::Absent { why, passes }
        });
    }

    fn why_absent(&self) -> Option<&String> {
        match &self.hub_place {
            HubPlace::Absent { why, .. } => Some(why),
            HubPlace::Inside(_) | HubPlace::Elsewhere(_) => None,
        }
    }

    /// Whether something is not open that may open when it is tried again.
    pub fn is_waiting(&self) -> bool {
        self.folder.is_err()
            || self.directory_may_open
            || matches!(self.hub_place, HubPlace::Absent { passes: true, .. })
    }

    /// Tries again what could not be opened: the folder another program had, a locked file, a full disk. Answers whether
    /// the desk must look for its hub again.
    pub async fn try_again(&mut self) -> bool {
        let before = self.why_absent().cloned();
        let mut is_started = false;
        if self.folder.is_err() {
            self.folder = take_folder(&self.places, &self.settings);
            match &self.folder {
                Ok(_) => {
                    tracing::info!("the folder is free: the hub starts");
                    self.start.keep();
                }
                // Another program may have it by now.
                Err(why) => self.hub_place = HubPlace::Absent { why: why.clone(), passes: true },
            }
        }
        if self.folder.is_ok() {
            let had_directory = self.directory.is_ok();
            if self.directory_may_open {
                self.open_directory().await;
            }
            if self.directory.is_ok() != had_directory
                || matches!(self.hub_place, HubPlace::Absent { passes: true, .. })
            {
                if before.is_none() {
                    self.stop_hub().await;
                }
                self.start_hub().await;
                is_started = self.why_absent().is_none();
            }
        }
        is_started || self.why_absent() != before.as_ref()
    }

    async fn open_directory(&mut self) {
        let opened = open_directory(&self.places, &self.settings, &self.folder).await;
        self.has_directory(opened);
    }

    pub(super) fn has_directory(&mut self, opened: Result<Directory, Obstacle>) {
        self.directory_may_open = matches!(opened, Err(Obstacle { passes: true, .. }));
        let opened = opened.map_err(|obstacle| obstacle.why);
        match (&self.directory, &opened) {
            (Err(said), Err(why)) if said == why => {}
            (_, Err(why)) if why == KEPT_ELSEWHERE => {}
            (_, Err(why)) => {
                tracing::error!(why, "the customer directory could not be opened: calls show their number only");
            }
            (_, Ok(_)) => {}
        }
        self.directory = opened;
    }

    async fn inside(&self, directions: Directions) -> Result<HubPlace, Obstacle> {
        let folder = match &self.folder {
            Ok(folder) => folder.as_ref(),
            Err(why) => return Err(Obstacle { why: why.clone(), passes: true }),
        };
        let key = self.settings.recordings.seal_key(self.secrets.as_ref()).await;
        let setup = HubSetup {
            data_dir: self.places.data_dir.clone(),
            agents: directions.agents,
            plan: directions.plan.clone(),
            line_names: directions.line_names,
            call_back_within: directions.call_back_within,
            accounts: self.accounts.clone(),
            listen: Some((&self.settings.listen).into()),
            api_token: self.token.secret(),
            ring_expires: self.settings.calls.ring_expires(),
            conversation_expires: self.settings.calls.live_expires(),
            waits: self.settings.calls.waits(),
            recordings: self.settings.recordings.keeping(&self.settings.accounts, key),
            keep_calls_days: self.settings.history.keep_days,
            customers: self.settings.customers.rules(),
        };
        let hub = match &self.directory {
            Ok(directory) => Hub::start(setup, directory.clone()).await,
            Err(why) => {
                let (away, directory) = Away::open(why, directions.plan).map_err(Obstacle::lasting)?;
                Hub::start_with_crm(setup, directory, Arc::new(away)).await
            }
        };
        let hub = hub.map_err(|failure| Obstacle { why: failure.to_string(), passes: failure.passes() })?;
        match hub.listening() {
            Ok(Some(address)) => {
                if let Some(folder) = folder {
                    folder.listens_at(*address);
                }
                tracing::info!(%address, "ready for calls");
            }
            Ok(None) => {}
            Err(problem) => tracing::error!(%problem, "no webhook can arrive"),
        }
        Ok(HubPlace::Inside(Arc::new(hub)))
    }

    async fn elsewhere(&self, link: &HubLink) -> Result<HubPlace, String> {
        let token = self
            .secrets
            .read_for(&link.token, &Hosts::of_url(&link.url))
            .await
            .map_err(|failure| failure.to_string())?;
        let socket = Socket::new(&link.url, token).map_err(|closed| closed.to_string())?;
        Ok(HubPlace::Elsewhere(Arc::new(socket)))
    }

    pub(super) async fn stop_hub(&mut self) {
        let stopped = std::mem::replace(&mut self.hub_place, absent("The hub inside the app was stopped."));
        let HubPlace::Inside(mut hub) = stopped else { return };
        // Whoever asks it something just now holds it for a moment longer.
        for _ in 0..50 {
            match Arc::try_unwrap(hub) {
                Ok(alone) => return alone.shutdown().await,
                Err(shared) => hub = shared,
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        tracing::warn!("the hub is still in use and ends with its last user");
    }

    /// What is connected here besides what the hub reports.
    pub(super) fn connections(&self) -> Vec<Connection> {
        let HubPlace::Inside(hub) = &self.hub_place else { return Vec::new() };
        let incoming = match hub.listening() {
            Ok(Some(address)) => ConnectionState::Ready { detail: address.to_string() },
            Ok(None) => ConnectionState::Untried,
            Err(problem) => ConnectionState::Trouble { code: TroubleCode::NotListening, detail: problem.to_string() },
        };
        let directory = match &self.directory {
            Ok(_) => ConnectionState::Ready { detail: String::new() },
            Err(why) => ConnectionState::Trouble { code: TroubleCode::Directory, detail: why.clone() },
        };
        [("incoming", incoming), ("directory", directory)]
            .map(|(name, state)| Connection { name: name.to_owned(), state })
            .into()
    }

    /// Secrets have changed, or the keyring may be open by now.
    pub async fn accounts_again(&mut self) {
        self.accounts = set_accounts_up(&self.settings, &self.start.profiles, &self.secrets).await;
        self.hand_accounts_over().await;
    }

    pub(super) async fn hand_accounts_over(&self) {
        if let HubPlace::Inside(hub) = &self.hub_place {
            hub.use_accounts(self.accounts.clone()).await;
        }
    }
}

/// Accounts whose secrets do not come at once are listed as waiting: nobody's calls wait for a locked keyring.
pub(super) async fn set_accounts_up(
    settings: &Settings,
    profiles: &Profiles,
    secrets: &Arc<dyn SecretStore>,
) -> Vec<AccountSetup> {
    let Ok(plan) = settings.dial_plan() else { return Vec::new() };
    let (accounts, profiles, secrets) = (settings.accounts.clone(), profiles.clone(), secrets.clone());
    let names: Vec<String> = accounts.iter().map(|account| account.name.clone()).collect();
    let secrets = AtOnce::new(secrets);
    let setting_up = tokio::spawn(async move { setup::accounts(&accounts, &profiles, &secrets, &plan).await });
    setting_up.await.unwrap_or_else(|panic| {
        tracing::error!(%panic, "the accounts could not be set up");
        let with = |name: String| AccountSetup::new(name, Err("It could not be set up: see the log.".to_owned()));
        names.into_iter().map(with).collect()
    })
}
