//! A world that others may look at, change, wait for, and close. The lock is never held across an await.

use crate::SimError;
use std::{
    future::Future,
    sync::{Mutex, PoisonError},
    time::Duration,
};
use tokio::sync::watch;

/// How long anybody waits for something to become so.
const PATIENCE: Duration = Duration::from_secs(10);

#[derive(Debug)]
pub(crate) struct Watched<W> {
    world: Mutex<W>,
    changed: watch::Sender<u64>,
    closing: watch::Sender<bool>,
}

impl<W> Watched<W> {
    pub fn new(world: W) -> Self {
        Self { world: Mutex::new(world), changed: watch::Sender::new(0), closing: watch::Sender::new(false) }
    }

    /// Changes something, and wakes whoever waits.
    pub fn change<T>(&self, f: impl FnOnce(&mut W) -> T) -> T {
        let out = f(&mut self.world.lock().unwrap_or_else(PoisonError::into_inner));
        self.changed.send_modify(|n| *n = n.wrapping_add(1));
        out
    }

    pub fn look<T>(&self, f: impl FnOnce(&W) -> T) -> T {
        f(&self.world.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Waits until `f` finds what it looks for.
    pub async fn wait_for<T>(&self, what: &str, f: impl Fn(&W) -> Option<T>) -> Result<T, SimError> {
        let mut changed = self.changed.subscribe();
        let search = async {
            loop {
                changed.mark_unchanged();
                if let Some(found) = self.look(&f) {
                    return found;
                }
                if changed.changed().await.is_err() {
                    std::future::pending::<()>().await;
                }
            }
        };
        tokio::time::timeout(PATIENCE, search)
            .await
            .map_err(|_| SimError::WaitedInVain(PATIENCE.as_secs(), what.to_owned()))
    }

    /// Resolves when it closes.
    pub fn closed(&self) -> impl Future<Output = ()> + Send + use<W> {
        let mut closing = self.closing.subscribe();
        async move {
            // An error means that all of it is gone.
            let _ = closing.wait_for(|closing| *closing).await;
        }
    }

    pub fn close(&self) {
        self.closing.send_replace(true);
    }
}
