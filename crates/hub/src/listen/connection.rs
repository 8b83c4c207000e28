//! One connection's place, and what it is doing.

use super::{
    Closed, Connections, FIRST_HEAD, KNOWN_IDLE, STRANGER_IDLE,
    places::{Doing, Seat},
};
use std::{
    net::{IpAddr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::Duration,
};
use tokio::time::sleep;

/// Gives its place back when the last of those who hold it is gone: the socket, mostly.
pub(crate) struct Connection {
    pub(super) all: Arc<Connections>,
    pub(super) from: SocketAddr,
    id: u64,
    seat: Arc<Seat>,
    is_proven: AtomicBool,
    has_asked: AtomicBool,
}

impl Connection {
    /// A place for a newcomer, or none.
    pub(super) fn take(all: &Arc<Connections>, from: SocketAddr) -> Option<Arc<Self>> {
        let trusted = (all.is_proxy)(from.ip().to_canonical());
        let given = all.places().take(from.ip(), trusted, all.now());
        let given = given.inspect_err(|why| all.counts.refused(*why)).ok()?;
        if given.made_room {
            all.counts.closed(Closed::MadeRoom);
        }
        Some(Arc::new(Self {
            all: all.clone(),
            from,
            id: given.id,
            seat: given.seat,
            is_proven: AtomicBool::new(false),
            has_asked: AtomicBool::new(false),
        }))
    }

    /// Something is under way.
    pub fn works(&self) {
        self.has_asked.store(true, Relaxed);
        self.seat.does(Doing::Works(self.all.now()));
    }

    /// It is for the other side to say something.
    pub(super) fn waits(&self) {
        self.seat.does(Doing::Waits(self.all.now()));
    }

    /// Its sender has shown a right key or token.
    pub(super) fn proved(&self) {
        self.is_proven.store(true, Relaxed);
        self.all.places().proved(self.id, self.all.now());
    }

    pub(super) fn is_from_somebody_known(&self) -> bool {
        self.all.places().is_known(self.from.ip(), self.all.now())
    }

    pub(super) fn address(&self) -> IpAddr {
        self.from.ip().to_canonical()
    }

    pub(super) fn is_waiting(&self) -> bool {
        matches!(self.seat.doing(), Doing::Waits(_))
    }

    /// Returns when this place is given to somebody else.
    pub async fn is_wanted(&self) {
        self.seat.leave.notified().await;
    }

    /// Returns when nothing was said for longer than it may take.
    pub(super) async fn is_silent(&self) {
        loop {
            let patience = match self.has_asked.load(Relaxed) {
                false => FIRST_HEAD,
                true if self.is_proven.load(Relaxed) || self.is_from_somebody_known() => KNOWN_IDLE,
                true => STRANGER_IDLE,
            };
            let waited = match self.seat.doing() {
                Doing::Waits(since) => Duration::from_millis(self.all.now().saturating_sub(since)),
                // Looked at again: it may have become silent meanwhile.
                Doing::Works(_) => Duration::ZERO,
            };
            if waited >= patience {
                return;
            }
            sleep(patience - waited).await;
        }
    }

    /// Why the hub ends it.
    pub fn closed(&self, why: Closed) {
        self.all.counts.closed(why);
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.all.places().left(self.id);
        self.all.one_left.notify_one();
    }
}
