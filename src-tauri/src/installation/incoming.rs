//! The addresses PBXs push to, as providers are given them.

use super::{Installation, hub_place::HubPlace};
use crate::contract::{
    CommandError,
    views::{Reach, WebhookView},
};
use ringcard_connect::{PushKind, ReadPushes};
use ringcard_core::frame::{RequestError, RequestErrorCode};
use secrecy::{ExposeSecret, SecretString};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};

const ELSEWHERE: &str = "The team's hub on its server takes the webhooks: its administrator has the addresses.";
const HIDDEN: &str = "•••";
/// What stands in an address for what nobody else may know.
const SECRETS: [&str; 3] = ["{key}", "{user}", "{password}"];

/// The whole address of one kind of push.
#[derive(Debug)]
pub enum IncomingAddress {
    /// Whoever has it can push.
    WithSecret(SecretString),
    Open(String),
}

/// As in the webhook's path.
pub(super) fn push_name(kind: PushKind) -> &'static str {
    match kind {
        PushKind::Incoming => "incoming",
        PushKind::Event => "event",
        PushKind::CallData => "call-data",
    }
}

impl Installation {
    /// What a page shows of an account's addresses; a hub elsewhere has addresses of its own.
    pub(super) fn webhooks(&self, pushes: &dyn ReadPushes, account: &str) -> Vec<WebhookView> {
        if matches!(self.hub_place, HubPlace::Elsewhere(_)) {
            return Vec::new();
        }
        let hidden = |url: String| SECRETS.iter().fold(url, |url, name| url.replace(name, HIDDEN));
        let hints = pushes.webhooks(&self.base_address(), account).into_iter();
        hints
            .map(|hint| WebhookView {
                kind: push_name(hint.kind).to_owned(),
                method: hint.method,
                url: hidden(hint.url),
                proof: hint.proof,
            })
            .collect()
    }

    /// The whole address of one kind of push, to be put on the clipboard.
    pub fn incoming_address(&self, account: &str, kind: &str) -> Result<IncomingAddress, CommandError> {
        let refused = |code, message: String| CommandError::from(RequestError::new(code, message));
        if matches!(self.hub_place, HubPlace::Elsewhere(_)) {
            return Err(refused(RequestErrorCode::NotFound, ELSEWHERE.to_owned()));
        }
        let missing = || refused(RequestErrorCode::NotFound, format!("The account “{account}” takes no such push."));
        let setup = self.accounts.iter().find(|setup| setup.name == account).ok_or_else(missing)?;
        let system = setup.system.as_ref().map_err(|why| refused(RequestErrorCode::AccountsNotReady, why.clone()))?;
        let pushes = system.read_pushes.as_ref().ok_or_else(missing)?;
        let kinds = [PushKind::Incoming, PushKind::Event, PushKind::CallData];
        let kind = kinds.into_iter().find(|known| push_name(*known) == kind).ok_or_else(missing)?;
        let whole = pushes.webhook_address(&self.base_address(), account, kind).ok_or_else(missing)?;
        let hint = pushes.webhooks(&self.base_address(), account).into_iter().find(|hint| hint.kind == kind);
        let is_open = hint.is_some_and(|hint| !SECRETS.iter().any(|name| hint.url.contains(name)));
        Ok(match is_open {
            true => IncomingAddress::Open(whole.expose_secret().to_owned()),
            false => IncomingAddress::WithSecret(whole),
        })
    }

    /// Where webhooks arrive, as others reach it: as set, else by an address that this computer has.
    pub(super) fn base_address(&self) -> String {
        self.settings.listen.public_url.clone().unwrap_or_else(|| format!("http://{}", reached_at(self.bound())))
    }

    /// Who can reach that address.
    pub(super) fn reach(&self) -> Reach {
        if matches!(self.hub_place, HubPlace::Elsewhere(_)) {
            return Reach::Elsewhere;
        }
        let is_here = match &self.settings.listen.public_url {
            Some(url) => is_of_this_computer(url),
            None => reached_at(self.bound()).ip().is_loopback(),
        };
        if is_here { Reach::ThisComputer } else { Reach::Others }
    }

    fn bound(&self) -> SocketAddr {
        let bound = self.hub().and_then(|hub| hub.listening().as_ref().ok().copied().flatten());
        bound.unwrap_or(self.settings.listen.address)
    }
}

/// `0.0.0.0` is no address to give away: one of this computer's own is.
fn reached_at(bound: SocketAddr) -> SocketAddr {
    if !bound.ip().is_unspecified() {
        return bound;
    }
    let own = own_address("0.0.0.0:0", "192.0.2.1:9");
    let own = own.or_else(|| bound.is_ipv6().then(|| own_address("[::]:0", "[2001:db8::1]:9")).flatten());
    SocketAddr::new(own.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST)), bound.port())
}

/// Which of our addresses leads out of here. Nothing is sent.
fn own_address(from: &str, towards: &str) -> Option<IpAddr> {
    let socket = UdpSocket::bind(from).ok()?;
    socket.connect(towards).ok()?;
    Some(socket.local_addr().ok()?.ip()).filter(|ip| !ip.is_unspecified())
}

fn is_of_this_computer(url: &str) -> bool {
    let Ok(url) = reqwest::Url::parse(url) else { return false };
    let host = url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.ends_with(".localhost") || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_given_away_is_never_the_one_that_means_all_of_them() {
        for bound in ["0.0.0.0:8480", "[::]:8480"] {
            let given = reached_at(bound.parse().expect("an address"));
            assert!(!given.ip().is_unspecified() && given.port() == 8480, "{bound}: {given}");
        }
        let own = "192.0.2.7:8480".parse().expect("an address");
        assert_eq!(reached_at(own), own);
    }

    #[test]
    fn an_address_that_only_this_computer_reaches_is_known_as_one() {
        for here in ["http://localhost:8480", "http://127.0.0.1:8480", "http://[::1]:8480", "http://pbx.localhost/"] {
            assert!(is_of_this_computer(here), "{here}");
        }
        for there in ["https://ringcard.example.com", "http://192.0.2.7:8480", "https://localhost.example.com"] {
            assert!(!is_of_this_computer(there), "{there}");
        }
    }
}
