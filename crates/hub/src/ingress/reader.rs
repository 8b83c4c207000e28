//! Taking pushes apart, beside the tasks that answer everybody else: only so many at once, and strangers apart from those
//! who have proved who they are.

use std::thread;
use tokio::sync::Semaphore;

/// Up to this size it takes less time than it takes to hand it over.
const AT_ONCE_BYTES: usize = 8 * 1024;
/// Pushes without a proof in header or address that are looked through for one at the same time.
const STRANGERS: usize = 2;

pub(crate) struct PushReader {
    strangers: Semaphore,
    senders: Semaphore,
}

/// Whose push it is.
#[derive(Clone, Copy)]
pub(crate) enum Whose {
    Strangers,
    Senders,
}

impl Default for PushReader {
    fn default() -> Self {
        let cores = thread::available_parallelism().map_or(2, usize::from);
        Self { strangers: Semaphore::new(STRANGERS), senders: Semaphore::new(cores.max(2)) }
    }
}

impl PushReader {
    /// What `read` makes of so many bytes. Nothing where the hub is about to end.
    pub async fn read<T: Send + 'static>(
        &self,
        whose: Whose,
        bytes: usize,
        read: impl FnOnce() -> T + Send + 'static,
    ) -> Option<T> {
        if bytes <= AT_ONCE_BYTES {
            return Some(read());
        }
        let places = match whose {
            Whose::Strangers => &self.strangers,
            Whose::Senders => &self.senders,
        };
        let _place = places.acquire().await.ok()?;
        tokio::task::spawn_blocking(read).await.ok()
    }
}
