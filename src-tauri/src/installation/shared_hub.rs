//! A team's hub on a server, as Settings leads to it: its address in the file, its token in the keyring.

use super::Installation;
use crate::contract::{
    CommandError, ShellErrorCode,
    views::{SecretState, SharedHubInput, SharedHubView},
};
use ringcard_core::{call::AgentId, frame::HubFrame};
use ringcard_desk::link::{OpenLink, Socket};
use ringcard_hub::{
    config::HubLink,
    hosts::Hosts,
    secrets::{SecretFailure, SecretRef},
};
use secrecy::ExposeSecret;
use std::time::Duration;
use tokio::time::timeout;

/// The token's entry in the keyring.
const ENTRY: &str = "hub-token";
/// Longer than any hub takes to let somebody in.
const PATIENCE: Duration = Duration::from_secs(10);

/// A hub to be tried, with what is saved.
pub struct ToTry {
    pub url: String,
    link: Result<Socket, String>,
    agent: AgentId,
}

/// What became of trying it.
pub enum TriedHub {
    LetIn(AgentId),
    /// Something answered, and does not let this desk in.
    NotLetIn(String),
    /// There is no line.
    Away(String),
    /// There is no token to come with.
    NoToken(String),
}

impl Installation {
    /// Leads to a hub on a server, or back to the one inside the app. The token goes to the keyring first: an address whose
    /// token was not kept is not saved. Answers whether the desk must look for its hub again.
    pub async fn save_shared_hub(&mut self, input: SharedHubInput) -> Result<bool, CommandError> {
        if let Some(problem) = self.problem() {
            return Err(CommandError::new(ShellErrorCode::SettingsBroken, problem.to_string()));
        }
        let before = self.settings().hub.clone();
        let url = input.url.trim().to_owned();
        if url.is_empty() {
            let other_hub = self.change(|file| file.set_hub(None).map(drop)).await?;
            let ours = before.into_iter().map(|before| before.token).filter(is_ours).collect::<Vec<_>>();
            self.forget(&ours).await;
            return Ok(other_hub);
        }
        let hosts = Hosts::of_url(&url);
        let Some(typed) = input.token.filter(|typed| !typed.0.expose_secret().trim().is_empty()) else {
            let kept = self.kept_token(before.as_ref(), &hosts).await?;
            let link = HubLink { url, token: kept };
            return Ok(self.change(|file| file.set_hub(Some(&link)).map(drop)).await?);
        };
        let place = SecretRef::Keyring(ENTRY.to_owned());
        let before = before.filter(|before| before.token == place);
        let hosts_before = before.as_ref().map(|before| Hosts::of_url(&before.url)).unwrap_or_default();
        let was = match &before {
            Some(_) => self.secrets.read_for(&place, &hosts_before).await.ok(),
            None => None,
        };
        self.secrets.write_for(ENTRY, typed.0, &hosts).await?;
        let link = HubLink { url, token: place.clone() };
        match self.change(|file| file.set_hub(Some(&link)).map(drop)).await {
            Ok(true) => Ok(true),
            Ok(false) => {
                // The same place holds another token now.
                self.stop_hub().await;
                self.start_hub().await;
                Ok(true)
            }
            Err(failure) => {
                let new = if before.is_none() { vec![place] } else { Vec::new() };
                let former = was.map(|was| (ENTRY.to_owned(), was)).into_iter().collect();
                self.as_it_was(&new, former, &hosts_before).await;
                Err(failure.into())
            }
        }
    }

    /// Where the token is kept that goes on, for these hosts. One that was typed in for others is asked for again.
    async fn kept_token(&self, before: Option<&HubLink>, hosts: &Hosts) -> Result<SecretRef, CommandError> {
        let Some(before) = before else {
            let message = "Type in the token, too: the hub's administrator gives it to you. Nothing was saved.";
            return Err(CommandError::new(ShellErrorCode::InvalidSetting, message));
        };
        let is_elsewhere = !hosts.are_all_in(&Hosts::of_url(&before.url));
        let was_given_for_others = match self.secrets.read_for(&before.token, hosts).await {
            Ok(_) => false,
            Err(SecretFailure::OtherHost { .. }) => true,
            Err(_) => is_elsewhere,
        };
        if matches!(before.token, SecretRef::Keyring(_)) && was_given_for_others {
            let message = format!(
                "The hub's address was changed to {hosts}: type in its token again. What was typed in for one address is not \
                 sent to another. Nothing was saved."
            );
            return Err(CommandError::new(ShellErrorCode::SecretAgain, message));
        }
        Ok(before.token.clone())
    }

    pub(super) async fn shared_hub_view(&self) -> SharedHubView {
        match &self.settings().hub {
            None => SharedHubView { url: String::new(), token: SecretState::NotSet },
            Some(link) => SharedHubView {
                url: link.url.clone(),
                token: self.secret_state(&link.token, &Hosts::of_url(&link.url)).await,
            },
        }
    }

    /// The hub on a server that is set, to be tried; `None`: the hub runs inside the app.
    pub async fn shared_hub(&self) -> Option<ToTry> {
        let link = self.settings().hub.clone()?;
        let agent = self.settings().agent_id();
        let token = self.secrets.read_for(&link.token, &Hosts::of_url(&link.url)).await;
        let socket = match token {
            Ok(token) => Socket::new(&link.url, token).map_err(|closed| closed.to_string()),
            Err(failure) => Err(failure.to_string()),
        };
        Some(ToTry { url: link.url, link: socket, agent })
    }
}

impl ToTry {
    /// Comes to the hub as the desk does, and goes away again.
    pub async fn tried(self) -> TriedHub {
        let socket = match self.link {
            Ok(socket) => socket,
            Err(why) => return TriedHub::NoToken(why),
        };
        let too_slow = || TriedHub::Away("The hub does not answer in time.".to_owned());
        let mut frames = match timeout(PATIENCE, socket.open(&self.agent)).await {
            Ok(Ok(frames)) => frames,
            Ok(Err(closed)) => return TriedHub::Away(closed.to_string()),
            Err(_) => return too_slow(),
        };
        match timeout(PATIENCE, frames.from_hub.recv()).await {
            Ok(Some(HubFrame::Welcome { .. })) => TriedHub::LetIn(self.agent),
            Ok(Some(HubFrame::Refused { error })) => TriedHub::NotLetIn(error.message),
            Ok(Some(_)) => TriedHub::Away("What answers there is no hub of Ringcard.".to_owned()),
            Ok(None) => TriedHub::Away("The line was closed before the hub said a word.".to_owned()),
            Err(_) => too_slow(),
        }
    }
}

/// Ours to forget: what the administrator keeps in a file or variable is not.
fn is_ours(place: &SecretRef) -> bool {
    *place == SecretRef::Keyring(ENTRY.to_owned())
}
