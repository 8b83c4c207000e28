//! The token that opens REST: made at the first start and kept in the keyring, or given from outside.

use ringcard_hub::{
    config::Settings,
    hosts::Hosts,
    secrets::{SecretFailure, SecretRef, SecretStore},
};
use secrecy::{ExposeSecret, SecretString};
use std::time::Duration;
use uuid::Uuid;

/// Where scripts and tests put it.
const VARIABLE: &str = "RINGCARD_API_TOKEN";

/// Its entry in the keyring.
const ENTRY: &str = "api-token";

/// It opens this hub and is sent nowhere: no account can name its entry as a password for a host.
const HERE: &str = "ringcard-here";

/// The token at work, and where it comes from.
pub struct ApiToken {
    secret: SecretString,
    from: From,
}

enum From {
    Environment,
    Settings,
    Keyring,
    /// There is no keyring to keep it in: another one at every start.
    ThisRun,
}

impl ApiToken {
    /// Looks where it may be; makes one where there is none. Waits no longer than `patience` for a keyring.
    pub async fn find(settings: &Settings, secrets: &dyn SecretStore, patience: Duration) -> Self {
        if let Some(given) = std::env::var(VARIABLE).ok().filter(|given| !given.trim().is_empty()) {
            return Self { secret: SecretString::from(given.trim().to_owned()), from: From::Environment };
        }
        let place = settings.listen.api_token.clone();
        let found = tokio::time::timeout(patience, Self::kept(place, secrets)).await;
        match found.unwrap_or(Err(SecretFailure::Locked)) {
            Ok(token) => token,
            Err(failure) => {
                tracing::warn!(%failure, "REST has a token for this run only");
                Self { secret: fresh(), from: From::ThisRun }
            }
        }
    }

    async fn kept(place: Option<SecretRef>, secrets: &dyn SecretStore) -> Result<Self, SecretFailure> {
        if let Some(place) = place {
            return Ok(Self { secret: secrets.read(&place).await?, from: From::Settings });
        }
        let ours = Hosts::only(HERE);
        match secrets.read_for(&SecretRef::Keyring(ENTRY.to_owned()), &ours).await {
            Ok(secret) => Ok(Self { secret, from: From::Keyring }),
            Err(SecretFailure::Missing { .. }) => {
                let secret = fresh();
                secrets.write_for(ENTRY, secret.clone(), &ours).await?;
                Ok(Self { secret, from: From::Keyring })
            }
            Err(other) => Err(other),
        }
    }

    pub fn secret(&self) -> Option<SecretString> {
        Some(self.secret.clone())
    }

    /// Which token it is, without telling it.
    pub fn hint(&self) -> String {
        let whole = self.secret.expose_secret();
        let shown = match whole.chars().count() {
            0..=11 => "…".to_owned(),
            length => format!("…{}", whole.chars().skip(length - 4).collect::<String>()),
        };
        match self.from {
            From::Environment => format!("{shown} ({VARIABLE})"),
            From::Settings => format!("{shown} (ringcard.toml)"),
            From::Keyring => shown,
            From::ThisRun => format!("{shown} (only until Ringcard ends: there is no keyring)"),
        }
    }
}

/// 244 random bits.
fn fresh() -> SecretString {
    SecretString::from(format!("rc_{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ringcard_hub::secrets::{EnvAndFiles, InMemory};

    async fn find(secrets: &dyn SecretStore) -> ApiToken {
        ApiToken::find(&Settings::default(), secrets, Duration::from_secs(5)).await
    }

    #[tokio::test]
    async fn a_token_is_made_once_and_kept() {
        let keyring = InMemory::default();
        let (first, second) = (find(&keyring).await, find(&keyring).await);
        assert_eq!(first.secret.expose_secret(), second.secret.expose_secret());
        assert!(first.secret.expose_secret().len() > 60);
        assert!(!first.hint().contains(first.secret.expose_secret()));
        assert!(first.secret.expose_secret().ends_with(first.hint().trim_start_matches('…')));
    }

    #[tokio::test]
    async fn without_a_keyring_there_is_a_token_for_this_run_and_it_is_said() {
        let nothing = EnvAndFiles::new("/nowhere");
        let (first, second) = (find(&nothing).await, find(&nothing).await);
        assert_ne!(first.secret.expose_secret(), second.secret.expose_secret());
        assert!(first.hint().contains("no keyring"));
    }
}
