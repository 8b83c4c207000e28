//! Taking connections: so many and no more, each with its time, and room left for those who have shown who they are.
//!
//! Nobody has to be refused because others are silent: whoever comes when the places are taken gets the place of the
//! connection that has said nothing for longest. What a stranger can hold in memory follows from the figures here, in
//! [`places`] and in [`body`]; `cargo xtask bench` measures it.

mod accept;
mod body;
mod connection;
mod counts;
pub mod descriptors;
mod places;
mod sender;
mod stream;

pub(crate) use accept::serve;
pub(crate) use counts::Closed;
pub(crate) use sender::Sender;

use body::Bodies;
use counts::Counts;
use places::{Limits, Places};
use std::{
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard},
    time::{Duration, Instant},
};
use tokio::sync::Notify;

/// A connection nobody has vouched for says what it wants within this time, from its beginning.
const FIRST_HEAD: Duration = Duration::from_secs(5);
/// Between two requests of it.
const STRANGER_IDLE: Duration = Duration::from_secs(10);
/// Between two requests of a connection that has shown a right key or token, or whose address has. Longer than proxies
/// keep theirs (Caddy: two minutes): then it is not closed under a request that is just being sent.
const KNOWN_IDLE: Duration = Duration::from_secs(150);
/// Whoever takes nothing of an answer for so long will not have it.
const NOTHING_TAKEN: Duration = Duration::from_secs(30);

/// Says whether an address is that of a proxy that speaks for many: no limit per address holds for it.
pub(crate) type IsProxy = Arc<dyn Fn(IpAddr) -> bool + Send + Sync>;

/// Every connection there is, and what was refused.
pub(crate) struct Connections {
    places: Mutex<Places>,
    bodies: Bodies,
    counts: Counts,
    is_proxy: IsProxy,
    began: Instant,
    /// Told whenever a connection ends.
    one_left: Notify,
}

impl Connections {
    /// As many as the system's descriptors allow.
    pub fn new(is_proxy: IsProxy) -> Arc<Self> {
        Arc::new(Self {
            places: Mutex::new(Places::new(Limits::within(descriptors::limit()))),
            bodies: Bodies::default(),
            counts: Counts::default(),
            is_proxy,
            began: Instant::now(),
            one_left: Notify::new(),
        })
    }

    fn places(&self) -> MutexGuard<'_, Places> {
        self.places.lock().expect("BUG: nobody panics while holding the places")
    }

    /// Milliseconds since there are connections; never 0.
    fn now(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX).saturating_add(1)
    }

    /// For `/metrics`.
    pub fn text(&self) -> String {
        let (open, proven) = self.places().open();
        self.counts.text(open, proven)
    }
}
