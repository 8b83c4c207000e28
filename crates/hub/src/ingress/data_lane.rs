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
const AT_ONCE: usize = 16;
/// Of such a round a ring meets next to nothing: it takes some milliseconds.
const ROUND: Duration = Duration::from_millis(100);
/// For so long after a push that was no call data, others are to be expected.
const IT_RINGS: Duration = Duration::from_secs(10);

pub(super) struct DataLane {
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
        let now = Instant::now();
        let rang = *self.rang.lock().unwrap_or_else(PoisonError::into_inner);
        if rang.is_some_and(|rang| now.duration_since(rang) < IT_RINGS) {
            sleep_until(self.next_round(now)).await;
        }
        Some(place)
    }

    fn next_round(&self, now: Instant) -> Instant {
        let round = ROUND.as_millis();
        let gone = now.duration_since(self.began).as_millis() % round;
        now + Duration::from_millis(u64::try_from(round - gone).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::advance;

    #[tokio::test(start_paused = true)]
    async fn while_nothing_rings_call_data_wait_for_nothing() {
        let lane = DataLane::default();
        let began = Instant::now();
        for _ in 0..100 {
            drop(lane.enter().await);
        }
        assert_eq!(began.elapsed(), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn while_it_rings_those_that_came_at_different_times_go_in_one_round() {
        let lane = DataLane::default();
        lane.rings();
        advance(Duration::from_millis(130)).await;
        let went = async || {
            let _place = lane.enter().await;
            lane.began.elapsed()
        };
        let late = async {
            sleep_until(Instant::now() + Duration::from_millis(50)).await;
            went().await
        };
        let (early, late) = tokio::join!(went(), late);
        assert_eq!((early, late), (ROUND * 2, ROUND * 2));
    }

    #[tokio::test(start_paused = true)]
    async fn some_time_after_the_last_ring_they_wait_no_longer() {
        let lane = DataLane::default();
        lane.rings();
        advance(IT_RINGS).await;
        let began = Instant::now();
        drop(lane.enter().await);
        assert_eq!(began.elapsed(), Duration::ZERO);
    }
}
