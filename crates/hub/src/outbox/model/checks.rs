//! What must be true at the end of every history.

use super::{
    rules::{ACCOUNTS, allowance, is_idempotent, token_of},
    world::World,
};
use crate::outbox::store::Need;
use ringcard_core::submission::{Submission, SubmissionState};
use std::time::Duration;

impl World {
    pub fn check_all(&mut self) {
        self.check_pace();
        for (key, submission, state) in self.all_rows() {
            let intent = self.intents.get(&key).unwrap_or_else(|| panic!("{key} came from nowhere"));
            let times = intent.applied.len();
            let twice_is_once = is_idempotent(&submission.write);
            match state {
                SubmissionState::Done { .. } => {
                    if let Some(needs) = submission.needs.as_ref().filter(|_| !intent.marked) {
                        let need = self.store.need(&needs.0);
                        assert!(matches!(need, Need::Done(_)), "{key} is done, and {needs}, which it needs, is not");
                    }
                    assert!(times >= 1 || intent.marked, "{key} is done and was never applied");
                    assert!(times <= 1 || twice_is_once, "{key} was applied {times} times");
                    if !intent.marked {
                        let last = intent.applied.last();
                        assert_eq!(last, Some(&submission.write), "{key}: what was applied is not what was wanted");
                    }
                }
                SubmissionState::Replaced { .. } => assert_eq!(times, 0, "{key} was replaced after it was applied"),
                SubmissionState::Discarded { .. } => assert!(times <= 1 || twice_is_once, "{key} twice"),
                other => panic!("{key} is still {other:?}"),
            }
        }
        let kept: Vec<String> = self.all_rows().into_iter().map(|(key, ..)| key).collect();
        for (key, intent) in &self.intents {
            assert!(!intent.accepted || kept.contains(key), "{key} was accepted and is lost");
            assert!(intent.applied.is_empty() || kept.contains(key), "{key} was applied and is not written down");
        }
    }

    /// No window of the other system held more than it allows, wherever it begins.
    fn check_pace(&mut self) {
        for account in ACCOUNTS {
            let of_token = |other: &str| token_of(other) == token_of(account);
            let mut arrived: Vec<Duration> =
                self.arrivals.iter().filter(|arrival| of_token(&arrival.account)).map(|arrival| arrival.at).collect();
            arrived.sort();
            let allowed = allowance(account);
            for (limit, length) in [(allowed.per_second, 1), (allowed.per_minute, 60)] {
                let Some(limit) = limit else { continue };
                for pair in arrived.windows(limit as usize + 1) {
                    let span = pair[limit as usize] - pair[0];
                    assert!(span >= Duration::from_secs(length), "{} requests in {span:?}", limit + 1);
                }
            }
        }
    }

    fn all_rows(&mut self) -> Vec<(String, Submission, SubmissionState)> {
        let mut query =
            self.store.connection().prepare("SELECT key, submission, state_json FROM submission").expect("a query");
        let rows = query
            .query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?)));
        let read = |text: &str| serde_json::from_str(text).expect("our own words");
        rows.expect("rows")
            .map(|row| row.expect("a row"))
            .map(|(key, submission, state)| (key, read(&submission), serde_json::from_str(&state).expect("a state")))
            .collect()
    }
}
