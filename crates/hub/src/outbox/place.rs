//! Where the outbox is to be had, or why it is not there.
//!
//! A file that could not be opened is tried again until it opens: another program lets go of it, room is made on the disk,
//! permissions are mended, and nobody needs to start the hub again for that. One that is damaged, or a newer version's, stays
//! closed: a person decides. Whoever holds a place sees it change.

use super::{Outbox, OutboxSetup, QueueSummary, schedule};
use crate::database::OpenFailure;
use ringcard_connect::Writes;
use std::{collections::BTreeMap, sync::Arc};
use tokio::{
    sync::{Mutex, watch},
    time::sleep,
};

type Accounts = BTreeMap<String, Arc<dyn Writes>>;

/// The outbox, as far as it is there.
#[derive(Clone)]
pub enum OutboxState {
    Open(Outbox),
    /// It could not be opened, and is tried again.
    Opening(Arc<OpenFailure>),
    /// It is not tried again before a person has done something.
    Closed(Arc<OpenFailure>),
}

impl OutboxState {
    fn of(failure: OpenFailure) -> Self {
        match failure.passes() {
            true => Self::Opening(Arc::new(failure)),
            false => Self::Closed(Arc::new(failure)),
        }
    }

    pub fn open(&self) -> Result<&Outbox, &Arc<OpenFailure>> {
        match self {
            Self::Open(outbox) => Ok(outbox),
            Self::Opening(failure) | Self::Closed(failure) => Err(failure),
        }
    }

    /// What keeps anything from being saved now, where something does.
    pub fn trouble(&self) -> Option<String> {
        match self {
            Self::Open(outbox) => outbox.watch().borrow().not_saving.clone(),
            Self::Opening(failure) | Self::Closed(failure) => Some(failure.to_string()),
        }
    }

    /// In short, where it is there.
    pub(crate) fn summary(&self) -> Option<QueueSummary> {
        self.open().ok().map(|outbox| outbox.watch().borrow().clone())
    }
}

/// Where the outbox is to be had. Cheap to clone.
#[derive(Clone)]
pub struct OutboxPlace {
    state: watch::Receiver<OutboxState>,
    /// Those it opens with; `None` after [`OutboxPlace::shutdown`]: it does not open any more.
    accounts: Arc<Mutex<Option<Accounts>>>,
}

impl OutboxPlace {
    /// Opens the outbox; where that fails for now, it goes on trying until `stopped`.
    pub async fn start(setup: OutboxSetup, stopped: watch::Receiver<bool>) -> Self {
        let accounts = Arc::new(Mutex::new(Some(setup.accounts.clone())));
        let opened = match Outbox::start(setup.clone()).await {
            Ok(outbox) => OutboxState::Open(outbox),
            Err(failure) => {
                tracing::error!(%failure, "nothing can be saved for other systems; calls come in all the same");
                OutboxState::of(failure)
            }
        };
        let (state, watched) = watch::channel(opened);
        if let OutboxState::Opening(failure) = &*watched.borrow() {
            tokio::spawn(keep_trying(setup, failure.clone(), state, accounts.clone(), stopped));
        }
        Self { state: watched, accounts }
    }

    /// As it is now.
    pub fn state(&self) -> OutboxState {
        self.state.borrow().clone()
    }

    /// The outbox, or why it is not there.
    pub fn open(&self) -> Result<Outbox, Arc<OpenFailure>> {
        self.state.borrow().open().cloned().map_err(Arc::clone)
    }

    /// Wakes when it opens, or when why it does not is another; ends when that cannot happen any more.
    pub fn watch(&self) -> watch::Receiver<OutboxState> {
        self.state.clone()
    }

    /// Takes a new set of accounts, also for an outbox that opens later.
    pub async fn set_accounts(&self, fresh: Accounts) {
        let mut accounts = self.accounts.lock().await;
        let Some(accounts) = accounts.as_mut() else { return };
        accounts.clone_from(&fresh);
        let open = self.open();
        if let Ok(outbox) = open {
            outbox.set_accounts(fresh).await;
        }
    }

    /// Ends what is there, see [`Outbox::shutdown`], and what is not there stays away.
    pub async fn shutdown(&self) {
        self.accounts.lock().await.take();
        let open = self.open();
        if let Ok(outbox) = open {
            outbox.shutdown().await;
        }
    }
}

async fn keep_trying(
    setup: OutboxSetup,
    mut why: Arc<OpenFailure>,
    state: watch::Sender<OutboxState>,
    accounts: Arc<Mutex<Option<Accounts>>>,
    mut stopped: watch::Receiver<bool>,
) {
    for tries in 1.. {
        tokio::select! {
            biased;
            _ = stopped.changed() => return,
            () = sleep(schedule::before_opening(tries, &setup.path)) => {}
        }
        let opened = setup.open().await;
        // From here on whoever sets accounts sees them arrive: before it opens, or in what is open.
        let accounts = accounts.lock().await;
        let Some(accounts) = accounts.clone() else { return };
        match opened {
            Ok(files) => {
                tracing::info!(tries, "the outbox is open: what waits is sent");
                let setup = OutboxSetup { accounts, ..setup };
                state.send_replace(OutboxState::Open(Outbox::start_on(setup, files)));
                return;
            }
            Err(failure) => {
                let is_another = failure.to_string() != why.to_string();
                let fresh = OutboxState::of(failure);
                let lasts = matches!(fresh, OutboxState::Closed(_));
                if is_another || lasts {
                    if let Err(failure) = fresh.open() {
                        tracing::error!(%failure, "the outbox still cannot be opened");
                        why = failure.clone();
                    }
                    state.send_replace(fresh);
                }
                if lasts {
                    return;
                }
            }
        }
    }
}
