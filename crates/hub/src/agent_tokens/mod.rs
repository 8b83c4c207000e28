//! Agents' own tokens: each opens the hub for one agent, with one role, until it is revoked.
//!
//! A token is told once, when it is made; what is kept of it is its hash, in a file of the data folder
//! ([`TokenFile`]). While a hub runs it is the only one that writes the file: a command asks it, by REST. So what is made
//! or revoked holds from that moment on, and a desk that came with a revoked token loses its socket at once.

mod file;

pub use file::{KeptToken, Made, TokenFile};

use crate::principal::{Principal, Role};
use ringcard_core::{Timestamp, call::AgentId};
use std::{
    io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard},
};
use subtle::ConstantTimeEq;
use thiserror::Error;
use tokio::sync::watch;

/// Why a token was not made or revoked. Each sentence says what to do.
#[derive(Debug, Error)]
pub enum TokensFailure {
    #[error(
        "{} cannot be read ({why}): no agent's token is good. Put a backup in its place and start the hub again, or take \
         the file away and make new tokens.",
        .path.display()
    )]
    Unreadable { path: PathBuf, why: String },
    #[error("{} could not be written: {source}. Mend the folder's permissions or free some space.", .path.display())]
    NotWritten { path: PathBuf, source: io::Error },
    #[error("This system gives no random numbers: {0}.")]
    NoRandom(String),
    #[error("The hub is stopping.")]
    Stopping,
}

/// The tokens of a running hub. Cheap to clone.
#[derive(Clone)]
pub(crate) struct AgentTokens(Arc<Inner>);

struct Inner {
    data_dir: PathBuf,
    /// One change after another. Absent: it could not be read, and is left as it is.
    file: Mutex<Option<TokenFile>>,
    good: Mutex<Vec<Good>>,
}

/// A token that opens the hub. Whoever came with it hears of its end by the sender's.
struct Good {
    kept: KeptToken,
    open: watch::Sender<()>,
}

/// A right token's owner, for as long as it is one.
pub(crate) struct Grant {
    pub principal: Principal,
    /// Absent: it is no agent's token, and not revoked while the hub runs.
    open: Option<watch::Receiver<()>>,
}

impl Grant {
    /// For whoever shows the administrator's token.
    pub fn of_administrator() -> Self {
        Self { principal: Principal::api_client(), open: None }
    }

    /// Returns when the token is good no longer.
    pub async fn revoked(&mut self) {
        match &mut self.open {
            Some(open) => while open.changed().await.is_ok() {},
            None => std::future::pending().await,
        }
    }
}

impl AgentTokens {
    /// What stands in the file; a broken one costs agents their tokens, and nobody else anything.
    pub fn open(data_dir: &Path) -> Self {
        let file = TokenFile::open(data_dir).inspect_err(|failure| tracing::error!("{failure}")).ok();
        let tokens =
            Self(Arc::new(Inner { data_dir: data_dir.to_owned(), good: Mutex::default(), file: Mutex::new(None) }));
        if let Some(file) = file {
            tokens.take_up(file.tokens());
            *tokens.file() = Some(file);
        }
        tokens
    }

    /// Whose token this is. All are compared, each in the same time, whichever it is.
    pub fn grant(&self, token: &str) -> Option<Grant> {
        let hash = file::hash(token);
        let good = self.good();
        let found = good.iter().fold(None, |found, one| {
            let is_it = bool::from(one.kept.sha256.as_bytes().ct_eq(hash.as_bytes()));
            if is_it { Some(one) } else { found }
        })?;
        Some(Grant {
            principal: Principal::agent_with(found.kept.agent.clone(), found.kept.role),
            open: Some(found.open.subscribe()),
        })
    }

    /// Everything but the tokens.
    pub fn list(&self) -> Vec<KeptToken> {
        self.good().iter().map(|one| one.kept.clone()).collect()
    }

    /// A new token, good from now on; the one that the agent had is no longer.
    pub async fn make(&self, agent: AgentId, role: Option<Role>) -> Result<Made, TokensFailure> {
        self.change(move |file| file.make(&agent, role, Timestamp::now())).await
    }

    /// Ends an agent's token, and the sockets that came with it; `false`: they have none. Where the file could not be
    /// written it ends all the same, for as long as this hub runs.
    pub async fn revoke(&self, agent: AgentId) -> Result<bool, TokensFailure> {
        self.change(move |file| file.revoke(&agent)).await
    }

    /// Off the runtime: it waits for the disk.
    async fn change<T: Send + 'static>(
        &self,
        change: impl FnOnce(&mut TokenFile) -> Result<T, TokensFailure> + Send + 'static,
    ) -> Result<T, TokensFailure> {
        let tokens = self.clone();
        let changed = tokio::task::spawn_blocking(move || {
            let mut file = tokens.file();
            let file = match &mut *file {
                Some(file) => file,
                // Somebody may have mended it meanwhile.
                none => none.insert(TokenFile::open(&tokens.0.data_dir)?),
            };
            let changed = change(file);
            tokens.take_up(file.tokens());
            changed
        });
        changed.await.unwrap_or(Err(TokensFailure::Stopping))
    }

    /// Exactly these are good: what is not among them any more ends, what is goes on.
    fn take_up(&self, tokens: &[KeptToken]) {
        let mut good = self.good();
        let mut before = std::mem::take(&mut *good);
        *good = tokens
            .iter()
            .map(|kept| match before.iter().position(|one| one.kept == *kept) {
                Some(at) => before.swap_remove(at),
                None => Good { kept: kept.clone(), open: watch::Sender::new(()) },
            })
            .collect();
    }

    fn file(&self) -> MutexGuard<'_, Option<TokenFile>> {
        self.0.file.lock().expect("BUG: nobody panics while changing the tokens")
    }

    fn good(&self) -> MutexGuard<'_, Vec<Good>> {
        self.0.good.lock().expect("BUG: nobody panics while holding the tokens")
    }
}

#[cfg(test)]
mod tests;
