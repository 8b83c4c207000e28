//! Call data have a lane of their own, so that a day's backlog after an outage holds up no ring.
//!
//! While nothing rings they are written down as fast as they come. While it rings they go in rounds: what came meanwhile is
//! written together, and between two rounds the disk and the processors are free.

use std::sync::{Mutex, PoisonError};
use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time::{Duration, Instant, sleep_until},
};

/// Call data that are written down at the same time, of all accounts: a ring finds no more before it.
const AT_ONCE: usize = 32;
/// Of such a round a ring meets next to nothing: it takes some milliseconds.
const ROUND: Duration = Duration::from_millis(50);
/// For so long after a push that was no call data, others are to be expected.
const IT_RINGS: Duration = Duration::from_secs(10);

pub(crate) struct DataLane {
    places: Semaphore,
    /// Rounds are counted from here.
    began: Instant,
    rang: Mutex<Option<Instant>>,
}

impl Default for DataLane {
    fn default() -> Self {
        Self { places: Semaphore::new(AT_ONCE), began: Instant::now(), rang: Mutex::new(None) }
    }
}

impl DataLane {
    /// Something came that somebody waits for.
    pub fn rings(&self) {
        *self.rang.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    /// A place among those whose call data are written down, when it is their round. Nothing where the hub is about to end.
    pub async fn enter(&self) -> Option<SemaphorePermit<'_>> {
        let place = self.places.acquire().await.ok()?;
        if let Some(round) = self.round(Instant::now()) {
            sleep_until(round).await;
        }
        Some(place)
    }

    /// When the next round is, if there are rounds now.
    fn round(&self, now: Instant) -> Option<Instant> {
        let rang = (*self.rang.lock().unwrap_or_else(PoisonError::into_inner))?;
        let gone = now.duration_since(self.began).as_millis() / ROUND.as_millis();
        let next = u32::try_from(gone + 1).unwrap_or(u32::MAX);
        (now.duration_since(rang) < IT_RINGS).then(|| self.began + ROUND * next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn while_nothing_rings_call_data_wait_for_nothing() {
        let lane = DataLane::default();
        assert_eq!(lane.round(lane.began), None);
        lane.rings();
        assert_eq!(lane.round(Instant::now() + IT_RINGS), None, "some time after the last ring");
    }

    #[test]
    fn while_it_rings_those_that_came_at_different_times_go_in_one_round() {
        let lane = DataLane::default();
        lane.rings();
        let round = |after: u32| lane.round(lane.began + MS * after).map(|round| round.duration_since(lane.began));
        assert_eq!(round(65), Some(ROUND * 2));
        assert_eq!(round(90), Some(ROUND * 2));
        assert_eq!(round(100), Some(ROUND * 3));
    }

    #[tokio::test]
    async fn a_ring_finds_only_so_many_before_it() {
        let lane = DataLane::default();
        let mut places = Vec::new();
        for _ in 0..AT_ONCE {
            places.push(lane.enter().await);
        }
        assert_eq!(lane.places.available_permits(), 0);
        drop(places);
        assert!(lane.enter().await.is_some());
    }
}
