//! What works and is risky all the same, each with what to do: for `ringcard-hub check`, and for whoever shows it elsewhere.
//!
//! Nothing here keeps a hub from its work, and nothing is changed.

mod files;

pub use files::{Files, of_files, secret_files};

use super::{Account, Connectors, HubLink, Listen, SettingValue};
use crate::{account::without_a_key, secrets::is_short};
use ringcard_connect::origin;
use secrecy::{ExposeSecret, SecretString};
use std::{collections::BTreeSet, fmt};

/// One thing that is risky.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Risk {
    pub what: RiskKind,
    /// What it is and what to do: whole sentences. No secret is in it.
    pub sentence: String,
}

/// What is risky, in one stable word each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RiskKind {
    /// Others on the network can read what comes in.
    PlainListening,
    /// Others on the network can read what goes out.
    PlainAddress,
    /// Anybody can push calls.
    NoPushProof,
    /// Whoever sends something chooses the address it seems to come from.
    TrustsEverybody,
    /// It can be guessed.
    WeakSecret,
    /// Whoever has one token can be any agent.
    SharedToken,
    /// Others on this machine can read it, change it, or put another in its place.
    OpenFile,
    /// A mistake in the program would be one of root's.
    Root,
}

impl fmt::Display for Risk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence)
    }
}

/// What settings say that is risky.
pub fn of_settings(
    listen: &Listen,
    accounts: &[Account],
    hub: Option<&HubLink>,
    connectors: &dyn Connectors,
) -> Vec<Risk> {
    let mut risks = Vec::new();
    if !listen.address.ip().is_loopback() {
        let is_behind_tls = listen.public_url.as_ref().is_some_and(|url| url.starts_with("https://"));
        let what_to_do = match is_behind_tls {
            true => {
                "Let a firewall let nobody but the proxy reach it, or listen on 127.0.0.1 where the proxy runs here."
            }
            false => "Listen on 127.0.0.1 and put a proxy with TLS in front, as docs/server.md shows.",
        };
        risks.push(Risk {
            what: RiskKind::PlainListening,
            sentence: format!(
                "[listen] address {} can be reached from other machines, and is not encrypted: keys and numbers can be read \
                 on the way. {what_to_do}",
                listen.address
            ),
        });
    }
    if let Some(network) = listen.trusted_proxies.iter().find(|network| network.is_everybody()) {
        let sentence = format!(
            "[listen] trusted_proxies has {network}: whoever reaches the hub may say any address is theirs, also one under \
             push_from. Name the proxy's own address, such as \"127.0.0.1\"."
        );
        risks.push(Risk { what: RiskKind::TrustsEverybody, sentence });
    }
    for account in accounts {
        risks.extend(of_account(account, connectors));
    }
    if let Some(link) = hub.filter(|link| origin::is_plain_and_leaves(&link.url)) {
        risks.push(Risk {
            what: RiskKind::PlainAddress,
            sentence: format!("[hub] url {} is not encrypted: use wss://.", shown(&link.url)),
        });
    }
    risks
}

fn of_account(account: &Account, connectors: &dyn Connectors) -> Vec<Risk> {
    let mut risks = Vec::new();
    for (key, value) in &account.settings {
        if let SettingValue::Text(text) = value
            && origin::is_plain_and_leaves(text)
        {
            let sentence = format!(
                "Account {}: {key} {} is not encrypted: passwords and numbers can be read on the way. Use https://.",
                account.name,
                shown(text)
            );
            risks.push(Risk { what: RiskKind::PlainAddress, sentence });
        }
    }
    if !is_proved(account, connectors) {
        let sentence = format!("Account {}: {}", account.name, without_a_key(&account.push_from));
        risks.push(Risk { what: RiskKind::NoPushProof, sentence });
    }
    risks
}

/// Whether pushes carry a proof of where they come from.
fn is_proved(account: &Account, connectors: &dyn Connectors) -> bool {
    let text = |key: &str| match account.settings.get(key) {
        Some(SettingValue::Text(text)) => Some(text.clone()),
        _ => None,
    };
    let settings = connectors.settings_of(&account.connector).unwrap_or_default();
    let preset =
        settings.iter().find(|setting| setting.key == "push_proof").and_then(|setting| setting.default.as_ref());
    let proof = text("push_proof").or_else(|| preset.and_then(|preset| preset.as_str()).map(str::to_owned));
    proof.as_deref() != Some("none")
}

/// What a team risks with one token for all: of one agent's there is nobody else to be.
pub fn of_shared_token(listen: &Listen, agents: usize) -> Option<Risk> {
    (listen.shared_token && agents > 1).then(|| Risk {
        what: RiskKind::SharedToken,
        sentence:
            "Desks may come with the API token: whoever has it may be any agent, and everything an administrator may. \
                   Give each agent their own (ringcard-hub agent token NAME), then set [listen] shared_token = false."
                .to_owned(),
    })
}

/// Without what may stand in an address besides where it leads.
fn shown(url: &str) -> String {
    origin::of(url).unwrap_or_default()
}

/// Fewer different characters are a pattern.
const FEWEST: usize = 5;
/// What is tried first, and what stands in examples.
const TRIED_FIRST: [&str; 14] = [
    "changeme",
    "change-me",
    "change_me",
    "password",
    "passw0rd",
    "secret",
    "default",
    "example",
    "123456",
    "qwerty",
    "letmein",
    "admin",
    "ringcard",
    "test",
];

/// A key or token that can be guessed; `name` says which it is, in words. `chosen_elsewhere`: a password of another
/// system's, which may be as short as that one allows.
pub fn of_secret(name: &str, secret: &SecretString, chosen_elsewhere: bool) -> Option<Risk> {
    let text = secret.expose_secret();
    let different: BTreeSet<char> = text.chars().collect();
    let lower = text.to_lowercase();
    // A word of these in something long and random is chance.
    let left = TRIED_FIRST.iter().fold(lower.clone(), |left, word| left.replace(word, ""));
    let why = if lower != left && is_short(left.chars().filter(|c| c.is_alphanumeric()).count()) {
        "is one of the first that are tried"
    } else if different.len() < FEWEST {
        "is the same few characters over and over"
    } else if is_short(text.chars().count()) && !chosen_elsewhere {
        "is shorter than 16 characters"
    } else {
        return None;
    };
    let sentence = format!("{name} {why}, and can be guessed. Make one with: openssl rand -hex 32");
    Some(Risk { what: RiskKind::WeakSecret, sentence })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{config::HubSettings, secrets::SecretRef, setup::Profiles};
    use std::path::Path;

    fn risks(settings: &str) -> Vec<RiskKind> {
        let profiles = Profiles::builtin();
        let settings = HubSettings::parse(settings, Path::new("hub.toml"), &profiles).expect("settings");
        of_settings(&settings.listen, &settings.accounts, None, &profiles).iter().map(|risk| risk.what).collect()
    }

    fn account(more: &str) -> String {
        let key = if more.contains("push_proof") { "" } else { "push_key = { env = \"K\" }" };
        format!(
            "[[account]]\nname = \"pbx\"\nconnector = \"vipex\"\nuser = \"crm\"\npassword = {{ env = \"P\" }}\n{key}\n{more}\n"
        )
    }

    #[test]
    fn one_token_for_a_team_is_risky_until_each_has_their_own() {
        let shared = Listen::default();
        assert!(of_shared_token(&shared, 1).is_none());
        assert_eq!(of_shared_token(&shared, 2).map(|risk| risk.what), Some(RiskKind::SharedToken));
        assert!(of_shared_token(&Listen { shared_token: false, ..shared }, 2).is_none());
    }

    #[test]
    fn what_is_not_encrypted_beyond_this_machine_or_believes_everybody_is_risky() {
        for (settings, expected) in [
            ("", &[][..]),
            ("[listen]\naddress = \"127.0.0.1:8480\"", &[]),
            ("[listen]\naddress = \"[::1]:8480\"", &[]),
            ("[listen]\naddress = \"0.0.0.0:8480\"", &[RiskKind::PlainListening]),
            (
                "[listen]\naddress = \"192.0.2.7:8480\"\npublic_url = \"https://hub.example.com\"",
                &[RiskKind::PlainListening],
            ),
            ("[listen]\ntrusted_proxies = [\"127.0.0.1\", \"10.0.0.0/8\"]", &[]),
            ("[listen]\ntrusted_proxies = [\"127.0.0.1\", \"0.0.0.0/0\"]", &[RiskKind::TrustsEverybody]),
            ("[listen]\ntrusted_proxies = [\"::/0\"]", &[RiskKind::TrustsEverybody]),
            (&account("api_url = \"https://pbx.example.com\""), &[]),
            (&account("api_url = \"http://127.0.0.1:8088\"\nallow_http = true"), &[]),
            (&account("api_url = \"http://pbx.example.com\"\nallow_http = true"), &[RiskKind::PlainAddress]),
        ] {
            assert_eq!(risks(settings), expected, "{settings}");
        }
        let link = |url: &str| HubLink { url: url.to_owned(), token: SecretRef::Env("T".to_owned()) };
        let of_link = |url| of_settings(&Listen::default(), &[], Some(&link(url)), &Profiles::builtin());
        assert_eq!(of_link("wss://hub.example.com/v1/desk"), []);
        assert_eq!(of_link("ws://hub.example.com/v1/desk")[0].what, RiskKind::PlainAddress);
    }

    #[test]
    fn pushes_that_prove_nothing_are_risky_and_it_is_said_who_may_send_them() {
        let none = account("api_url = \"https://pbx.example.com\"\npush_proof = \"none\"");
        let profiles = Profiles::builtin();
        let settings = HubSettings::parse(&none, Path::new("hub.toml"), &profiles).expect("settings");
        let mut account = settings.accounts[0].clone();
        let said = |account: &Account| match &of_settings(
            &Listen::default(),
            std::slice::from_ref(account),
            None,
            &profiles,
        )[..]
        {
            [risk] if risk.what == RiskKind::NoPushProof => risk.sentence.clone(),
            other => panic!("not one risk: {other:?}"),
        };
        assert!(said(&account).contains("only programs on this machine"), "{}", said(&account));
        account.push_from = vec!["192.0.2.7".parse().expect("an address")];
        assert!(said(&account).contains("anybody on 192.0.2.7"), "{}", said(&account));
    }

    #[test]
    fn what_can_be_guessed_is_risky_and_never_shown() {
        for weak in [
            "hunter2",
            "aaaaaaaaaaaaaaaaaaaaaaaa",
            "abababababababababababab",
            "changeme-changeme-changeme",
            "Password123456789",
            "my-secret-token-1",
        ] {
            let risk = of_secret("The API token", &SecretString::from(weak), false).expect(weak);
            assert!(risk.sentence.contains("openssl rand") && !risk.sentence.contains(weak), "{risk}");
        }
        for strong in ["3f9c1b7de2a84c06", "rc_0f4b2d7c9e1a4b8fa1c3d5e7f9b0a2c4", "correct-horse-battery-staple"] {
            assert_eq!(of_secret("The API token", &SecretString::from(strong), false), None, "{strong}");
        }
        assert_eq!(of_secret("The password", &SecretString::from("hunter2"), true), None);
        assert!(of_secret("The password", &SecretString::from("changeme"), true).is_some());
    }
}
