//! Secrets that come at once, or not yet: nobody's calls wait for a locked keyring.
//!
//! Only reading is bounded. What is made of the secrets takes as long as the machine needs.

use crate::secrets::SOON;
use async_trait::async_trait;
use ringcard_connect::KeepSecret;
use ringcard_hub::{
    hosts::Hosts,
    secrets::{SecretFailure, SecretRef, SecretStore},
};
use secrecy::SecretString;
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::Duration,
};

pub(super) struct AtOnce {
    secrets: Arc<dyn SecretStore>,
    patience: Duration,
    /// One was waited for: the next ones in the keyring wait behind it.
    is_waiting: AtomicBool,
}

impl AtOnce {
    pub fn new(secrets: Arc<dyn SecretStore>) -> Self {
        Self { secrets, patience: SOON, is_waiting: AtomicBool::new(false) }
    }

    /// The keyring goes on waiting, and says when it was unlocked.
    async fn at_once<T>(
        &self,
        place: &SecretRef,
        reading: impl Future<Output = Result<T, SecretFailure>>,
    ) -> Result<T, SecretFailure> {
        let is_kept = matches!(place, SecretRef::Keyring(_));
        if is_kept && self.is_waiting.load(Relaxed) {
            return Err(SecretFailure::Locked);
        }
        match tokio::time::timeout(self.patience, reading).await {
            Ok(read) => read,
            Err(_) if is_kept => {
                self.is_waiting.store(true, Relaxed);
                Err(SecretFailure::Locked)
            }
            Err(_) => {
                let detail = "it does not answer".to_owned();
                Err(SecretFailure::Unusable { place: place.clone(), detail })
            }
        }
    }
}

#[async_trait]
impl SecretStore for AtOnce {
    async fn read(&self, place: &SecretRef) -> Result<SecretString, SecretFailure> {
        self.at_once(place, self.secrets.read(place)).await
    }

    async fn read_for(&self, place: &SecretRef, hosts: &Hosts) -> Result<SecretString, SecretFailure> {
        self.at_once(place, self.secrets.read_for(place, hosts)).await
    }

    async fn write(&self, name: &str, secret: SecretString) -> Result<SecretRef, SecretFailure> {
        self.secrets.write(name, secret).await
    }

    async fn write_for(&self, name: &str, secret: SecretString, hosts: &Hosts) -> Result<SecretRef, SecretFailure> {
        self.secrets.write_for(name, secret, hosts).await
    }

    async fn delete(&self, place: &SecretRef) -> Result<(), SecretFailure> {
        self.secrets.delete(place).await
    }

    async fn check(&self) -> Result<(), SecretFailure> {
        self.secrets.check().await
    }

    fn keeper(&self, account: &str, hosts: &Hosts) -> Option<Arc<dyn KeepSecret>> {
        self.secrets.keeper(account, hosts)
    }

    async fn forget_sign_in(&self, account: &str) -> Result<(), SecretFailure> {
        self.secrets.forget_sign_in(account).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ringcard_hub::secrets::InMemory;
    use std::collections::BTreeMap;
    use tokio::time::{Instant, sleep};

    /// Secrets that each come after so long.
    struct Slow(BTreeMap<String, Duration>);

    #[async_trait]
    impl SecretStore for Slow {
        async fn read(&self, place: &SecretRef) -> Result<SecretString, SecretFailure> {
            let SecretRef::Keyring(name) = place else { return InMemory::default().read(place).await };
            sleep(self.0[name]).await;
            Ok(name.clone().into())
        }

        async fn write(&self, _: &str, _: SecretString) -> Result<SecretRef, SecretFailure> {
            Err(SecretFailure::ReadOnly)
        }

        async fn delete(&self, _: &SecretRef) -> Result<(), SecretFailure> {
            Err(SecretFailure::ReadOnly)
        }

        async fn check(&self) -> Result<(), SecretFailure> {
            Ok(())
        }
    }

    fn slow(after: &[(&str, u64)]) -> AtOnce {
        let after = after.iter().map(|(name, millis)| ((*name).to_owned(), Duration::from_millis(*millis)));
        AtOnce::new(Arc::new(Slow(after.collect())))
    }

    #[tokio::test(start_paused = true)]
    async fn a_busy_machine_takes_its_time_over_many_accounts_and_none_is_given_up() {
        let secrets = slow(&[("a", 900), ("b", 900), ("c", 900)]);
        for name in ["a", "b", "c"] {
            let read = secrets.read(&SecretRef::Keyring(name.into())).await;
            assert!(read.is_ok(), "{name}: {read:?}");
            // What is made of it takes time as well.
            sleep(Duration::from_secs(3)).await;
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_locked_keyring_is_waited_for_once_however_many_accounts_there_are() {
        let secrets = slow(&[("a", 60_000), ("b", 60_000), ("c", 60_000)]);
        let began = Instant::now();
        for name in ["a", "b", "c"] {
            let read = secrets.read(&SecretRef::Keyring(name.into())).await;
            assert!(matches!(read, Err(SecretFailure::Locked)), "{name}: {read:?}");
        }
        assert!(began.elapsed() <= SOON + Duration::from_millis(10), "{:?}", began.elapsed());
    }
}
