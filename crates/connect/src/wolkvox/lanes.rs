//! Never more requests under way than a token allows, and what agents do first.
//!
//! wolkvox turns away the third request of a token and advises to send one at a time (wolkvox.md, Limits). Tokens are counted, not
//! accounts: two accounts with the same token, or an account set up anew while requests of the old one are under way,
//! share their lanes.

use reqwest::Url;
use secrecy::{ExposeSecret, SecretString};
use std::{
    sync::{Arc, Mutex, PoisonError, Weak},
    time::Duration,
};
use tokio::{sync::Semaphore, time::timeout};

/// What wolkvox allows (wolkvox.md, Limits).
const WIDTH: u32 = 2;
/// How long an agent's act waits for its turn: later, nobody expects it any more.
const URGENT_PATIENCE: Duration = Duration::from_secs(10);

/// The lanes of one token.
#[derive(Debug)]
pub(super) struct Lanes {
    all: Arc<Semaphore>,
    /// At most one request that is not urgent is under way or next in turn: so an agent's act waits for one at most,
    /// and with two lanes the second stays free for it.
    ordinary: Arc<Semaphore>,
}

/// A place in a lane, until dropped.
#[derive(Debug)]
pub(super) struct Turn {
    // In this order: whoever is urgent is woken before the next ordinary one gets in line.
    _place: tokio::sync::OwnedSemaphorePermit,
    _ordinary: Option<tokio::sync::OwnedSemaphorePermit>,
}

struct Known {
    base: Url,
    token: SecretString,
    lanes: Weak<Lanes>,
}

static KNOWN: Mutex<Vec<Known>> = Mutex::new(Vec::new());

impl Lanes {
    /// The lanes of this token, whoever asks.
    pub fn of(base: &Url, token: &SecretString) -> Arc<Self> {
        let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|known| known.lanes.strong_count() > 0);
        let same = |known: &&Known| known.base == *base && known.token.expose_secret() == token.expose_secret();
        if let Some(lanes) = known.iter().find(same).and_then(|known| known.lanes.upgrade()) {
            return lanes;
        }
        let lanes =
            Arc::new(Self { all: Arc::new(Semaphore::new(WIDTH as usize)), ordinary: Arc::new(Semaphore::new(1)) });
        known.push(Known { base: base.clone(), token: token.clone(), lanes: Arc::downgrade(&lanes) });
        lanes
    }

    /// Waits for a place; `None` when none came free in time. An account that sends one at a time takes both places.
    pub async fn turn(&self, at_once: u32, urgent: bool, patience: Duration) -> Option<Turn> {
        let places = if at_once >= WIDTH { 1 } else { WIDTH };
        let take = async {
            let ordinary = match urgent {
                true => None,
                false => Some(Arc::clone(&self.ordinary).acquire_owned().await.ok()?),
            };
            let place = Arc::clone(&self.all).acquire_many_owned(places).await.ok()?;
            Some(Turn { _place: place, _ordinary: ordinary })
        };
        timeout(if urgent { patience.min(URGENT_PATIENCE) } else { patience }, take).await.ok().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::sync::mpsc;

    const PATIENCE: Duration = Duration::from_secs(60);

    fn lanes(token: &str) -> Arc<Lanes> {
        Lanes::of(&Url::parse("https://wv0010.wolkvox.com").expect("an address"), &SecretString::from(token))
    }

    #[tokio::test(start_paused = true)]
    async fn one_at_a_time_unless_two_are_allowed_and_the_second_is_the_agents() {
        let lanes = lanes("one");
        let first = lanes.turn(1, false, PATIENCE).await;
        assert!(first.is_some());
        assert!(lanes.turn(1, true, PATIENCE).await.is_none(), "one at a time, also for agents");
        drop(first);

        let first = lanes.turn(2, false, PATIENCE).await;
        assert!(first.is_some());
        assert!(lanes.turn(2, false, PATIENCE).await.is_none(), "the second lane is kept");
        let urgent = lanes.turn(2, true, PATIENCE).await;
        assert!(urgent.is_some(), "for agents");
        assert!(lanes.turn(2, true, PATIENCE).await.is_none(), "never a third");
    }

    #[tokio::test(start_paused = true)]
    async fn what_an_agent_does_goes_before_what_waited_longer() {
        let lanes = lanes("order");
        let busy = lanes.turn(1, false, PATIENCE).await;
        let (said, mut order) = mpsc::unbounded_channel();
        let mut tasks = Vec::new();
        for name in ["report", "dial"] {
            let (lanes, said) = (Arc::clone(&lanes), said.clone());
            tasks.push(tokio::spawn(async move {
                let turn = lanes.turn(1, name == "dial", PATIENCE).await;
                said.send(name).expect("somebody listens");
                drop(turn);
            }));
            tokio::task::yield_now().await;
        }
        drop(busy);
        assert_eq!((order.recv().await, order.recv().await), (Some("dial"), Some("report")));
        for task in tasks {
            task.await.expect("it ends");
        }
    }

    #[test]
    fn a_token_has_one_set_of_lanes() {
        let one = lanes("same");
        assert!(Arc::ptr_eq(&one, &lanes("same")));
        assert!(!Arc::ptr_eq(&one, &lanes("other")));
    }
}
