//! Taking pushes apart, beside the tasks that answer everybody else: only so many at once, and strangers apart from those
//! who have proved who they are.

use super::data_lane::DataLane;
use std::{sync::Arc, thread};
use tokio::sync::Semaphore;

/// Up to this size it takes less time than it takes to hand it over.
const AT_ONCE_BYTES: usize = 8 * 1024;
/// Pushes without a proof in header or address that are looked through for one at the same time.
const STRANGERS: usize = 2;

pub(crate) struct PushReader {
    strangers: Arc<Semaphore>,
    senders: Arc<Semaphore>,
    pub data: DataLane,
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
        Self {
            strangers: Arc::new(Semaphore::new(STRANGERS)),
            senders: Arc::new(Semaphore::new(cores.max(2))),
            data: DataLane::default(),
        }
    }
}

impl PushReader {
    /// What `read` makes of so many bytes. Nothing where the hub is about to end. Whoever hangs up meanwhile keeps their
    /// place until it is read: the work goes on, too.
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
        let place = places.clone().acquire_owned().await.ok()?;
        let read = move || {
            let _place = place;
            read()
        };
        tokio::task::spawn_blocking(read).await.ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;
    use std::sync::mpsc;

    #[tokio::test]
    async fn who_hangs_up_while_a_push_is_read_makes_no_room_for_another() {
        let reader = PushReader::default();
        let (go_on, waits) = mpsc::channel::<()>();
        let (began, has_begun) = mpsc::channel();
        let slow = move || {
            let _ = began.send(());
            let _ = waits.recv();
        };
        let hung_up = reader.read(Whose::Strangers, AT_ONCE_BYTES + 1, slow);
        assert_eq!(hung_up.now_or_never(), None);
        has_begun.recv().expect("it is being read");
        assert_eq!(reader.strangers.available_permits(), STRANGERS - 1);
        drop(go_on);
        let all = reader.strangers.acquire_many(STRANGERS as u32).await;
        drop(all.expect("room again, as soon as it is read"));
    }
}
