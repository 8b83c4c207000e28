//! Secrets in the platform's keyring; those in environment variables and files are read where the settings say so.
//!
//! A locked keyring makes its caller wait for a person at a dialog, for ever if nobody sits there: every call runs on
//! a thread of its own and is given up after [`PATIENCE`]. While one waits no other is begun.
//!
//! Windows' entries are short: a longer secret is kept in several ([`parts`]).

mod parts;

use async_trait::async_trait;
use keyring::v1::{Entry, Error};
use parts::{Entries, InParts};
use ringcard_connect::KeepSecret;
use ringcard_hub::{
    hosts::{Hosts, unbind},
    secrets::{self, EnvAndFiles, KeptIn, SecretFailure, SecretRef, SecretStore, given_for},
};
use secrecy::{ExposeSecret, SecretString};
use std::{
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::sync::{Mutex, watch};
use uuid::Uuid;

const PATIENCE: Duration = Duration::from_secs(5);

/// Longer than a keyring takes that waits for nobody. Whoever cannot wait longer hears of a later answer by
/// [`Keyring::late_answers`].
pub const SOON: Duration = Duration::from_secs(1);

/// The name under which a person finds Ringcard's entries in the keyring.
const SERVICE: &str = "ringcard";

/// How many UTF-16 units Windows' Credential Manager takes as one secret: 2560 bytes. The others have no such limit.
const LONGEST: Option<usize> = if cfg!(windows) { Some(1280) } else { None };

/// The platform's entries under Ringcard's name.
struct Platform;

impl Entries for Platform {
    fn read(&self, name: &str) -> Result<String, Error> {
        Entry::new(SERVICE, name)?.get_password()
    }

    fn write(&self, name: &str, secret: &str) -> Result<(), Error> {
        Entry::new(SERVICE, name)?.set_password(secret)
    }

    fn delete(&self, name: &str) -> Result<(), Error> {
        Entry::new(SERVICE, name)?.delete_credential()
    }
}

/// The platform's keyring.
#[derive(Clone)]
pub struct Keyring {
    elsewhere: Arc<EnvAndFiles>,
    /// Held while the keyring is asked; the thread that waits for a person keeps it.
    turn: Arc<Mutex<()>>,
    /// How often an answer came late: the keyring was unlocked at last.
    late_answers: watch::Sender<u32>,
}

impl Keyring {
    /// `folder` is where relative paths of secret files start: the settings file's folder.
    pub fn new(folder: &Path) -> Self {
        Self {
            elsewhere: Arc::new(EnvAndFiles::new(folder)),
            turn: Arc::default(),
            late_answers: watch::Sender::default(),
        }
    }

    /// Wakes when the keyring answered after all: what could not be read before can be now.
    pub fn late_answers(&self) -> watch::Receiver<u32> {
        self.late_answers.subscribe()
    }

    /// As it is kept, with its hosts.
    async fn kept(&self, name: &str) -> Result<SecretString, SecretFailure> {
        let of = name.to_owned();
        self.ask(name, move |keyring| keyring.read(&of)).await.map(SecretString::from)
    }

    async fn ask<T: Send + 'static>(
        &self,
        name: &str,
        act: impl FnOnce(&InParts<Platform>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, SecretFailure> {
        let (asked_at, late_answers) = (Instant::now(), self.late_answers.clone());
        let asked = tokio::time::timeout(PATIENCE, async {
            let turn = self.turn.clone().lock_owned().await;
            let place = SecretRef::Keyring(name.to_owned());
            let answer = tokio::task::spawn_blocking(move || {
                let answer = act(&InParts::new(Platform, LONGEST));
                drop(turn);
                if answer.is_ok() && asked_at.elapsed() > SOON {
                    late_answers.send_modify(|count| *count += 1);
                }
                answer
            });
            match answer.await {
                Ok(answer) => answer.map_err(|error| failure(error, place)),
                // The library panicked: as good as no keyring.
                Err(panic) => Err(SecretFailure::NoKeyring { detail: panic.to_string() }),
            }
        });
        asked.await.unwrap_or(Err(SecretFailure::Locked))
    }
}

#[async_trait]
impl SecretStore for Keyring {
    async fn read(&self, place: &SecretRef) -> Result<SecretString, SecretFailure> {
        match place {
            SecretRef::Keyring(name) => {
                let secret = self.kept(name).await.map(|kept| unbind(&kept).0);
                secret.inspect(|secret| secrets::hide(name, secret))
            }
            SecretRef::Env(_) | SecretRef::File(_) => self.elsewhere.read(place).await,
        }
    }

    async fn read_for(&self, place: &SecretRef, hosts: &Hosts) -> Result<SecretString, SecretFailure> {
        let SecretRef::Keyring(name) = place else { return self.elsewhere.read(place).await };
        let (secret, bound) = given_for(&self.kept(name).await?, place, hosts)?;
        secrets::hide(name, &secret);
        if let Some(bound) = bound {
            // One that is not kept with its hosts now is the next time.
            if let Err(failure) = self.write(name, bound).await {
                tracing::warn!(%failure, "the host of a secret could not be kept with it");
            }
        }
        Ok(secret)
    }

    async fn write_for(&self, name: &str, secret: SecretString, hosts: &Hosts) -> Result<SecretRef, SecretFailure> {
        secrets::hide(name, &secret);
        self.write(name, hosts.bind(&secret)).await
    }

    async fn write(&self, name: &str, secret: SecretString) -> Result<SecretRef, SecretFailure> {
        secrets::hide(name, &secret);
        let of = name.to_owned();
        self.ask(name, move |keyring| keyring.write(&of, secret.expose_secret())).await?;
        Ok(SecretRef::Keyring(name.to_owned()))
    }

    async fn delete(&self, place: &SecretRef) -> Result<(), SecretFailure> {
        let SecretRef::Keyring(name) = place else { return Ok(()) };
        let of = name.clone();
        match self.ask(name, move |keyring| keyring.delete(&of)).await {
            Err(SecretFailure::Missing { .. }) => Ok(()),
            other => other,
        }
    }

    fn keeper(&self, account: &str, hosts: &Hosts) -> Option<Arc<dyn KeepSecret>> {
        Some(Arc::new(KeptIn::new(self.clone(), account, hosts)))
    }

    async fn check(&self) -> Result<(), SecretFailure> {
        let word = Uuid::now_v7().simple().to_string();
        let expected = word.clone();
        let read = self
            .ask("check", move |keyring| {
                keyring.write("check", &word)?;
                let read = keyring.read("check")?;
                keyring.delete("check")?;
                Ok(read)
            })
            .await?;
        if read == expected {
            return Ok(());
        }
        let detail = "it gave back something else than was put in".to_owned();
        Err(SecretFailure::Unusable { place: SecretRef::Keyring("check".to_owned()), detail })
    }
}

fn failure(error: Error, place: SecretRef) -> SecretFailure {
    match error {
        Error::NoEntry => SecretFailure::Missing { place, advice: "Type it in under Settings." },
        Error::NoStorageAccess(detail) => match is_locked(&detail.to_string()) {
            true => SecretFailure::Locked,
            false => SecretFailure::NoKeyring { detail: detail.to_string() },
        },
        Error::BadEncoding(_) => SecretFailure::Unusable { place, detail: "it is not UTF-8 text".to_owned() },
        Error::TooLong(what, most) => {
            SecretFailure::Unusable { place, detail: format!("the {what} is longer than {most} characters") }
        }
        other => SecretFailure::NoKeyring { detail: other.to_string() },
    }
}

/// The stores report a keyring nobody unlocked in words only.
fn is_locked(detail: &str) -> bool {
    let detail = detail.to_lowercase();
    ["locked", "dismissed", "prompt"].iter().any(|word| detail.contains(word))
}
