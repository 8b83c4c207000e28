//! The hub's time on a desk whose own clock may be wrong.
//!
//! Deadlines of what is handed over are the hub's to keep: it compares them with its own clock. So the desk says them by
//! that clock, as the hub's frames tell it, and measures what it measures itself by its monotonic clock. What the agent
//! types (a moment to call back) is wall time of the agent, and stays that.

use ringcard_core::{Timestamp, outcome::Handover, submission::SubmissionKey};
use std::{collections::HashMap, time::Duration};
use tokio::time::Instant;

/// Clocks that differ by less agree, as far as people see.
const AGREES: i64 = 1_000;
/// The wall's clock was set back while the desk was not running: so old at least is what was saved before. Older than
/// anything is that codes the call an agent has just had.
const OLD: Duration = Duration::from_secs(60);

/// The hub's clock, as its last frame said. A frame that was long on its way makes it slow and never fast: no deadline
/// becomes later than it was meant.
#[derive(Debug, Default)]
pub struct HubTime {
    heard: Option<(Timestamp, Instant)>,
    ahead: i64,
}

impl HubTime {
    /// A frame said when it was sent.
    pub fn hear(&mut self, at: Timestamp, now: Instant, wall: Timestamp) {
        // No clock that was ever set.
        if at.0 <= 0 {
            return;
        }
        self.heard = Some((at, now));
        let ahead = at.0.saturating_sub(wall.0);
        if ahead.abs_diff(self.ahead) >= AGREES.unsigned_abs() || ahead.abs() < AGREES {
            self.ahead = if ahead.abs() < AGREES { 0 } else { ahead };
        }
    }

    /// How many milliseconds the hub's clock is ahead of this machine's; zero where they agree.
    pub fn ahead(&self) -> i64 {
        self.ahead
    }

    /// What the hub's clock showed, or would have shown, at a moment of ours.
    fn at(&self, moment: Instant) -> Option<Timestamp> {
        let (at, heard) = self.heard?;
        Some(match moment.checked_duration_since(heard) {
            Some(later) => at.after(later),
            None => at.before(heard.duration_since(moment)),
        })
    }
}

/// How old everything is that waits for the hub: by the monotonic clock since it was saved or, if that was before this
/// run, since the start, with what the wall's clock says of the time before. A machine that slept may not have counted
/// that on its monotonic clock: where the hub's time was known when it was saved, it is no younger than that says.
#[derive(Debug, Default)]
pub struct Ages(HashMap<SubmissionKey, Since>);

#[derive(Debug, Clone, Copy)]
struct Since {
    noted: Instant,
    /// How old it was then.
    age: Duration,
    /// When it was saved, by what was known of the hub's clock then.
    by_hub: Option<Timestamp>,
}

impl Ages {
    /// It was saved just now, or found at the start.
    pub fn note(&mut self, handover: &Handover, hub: &HubTime, now: Instant, wall: Timestamp) {
        let made = handover.made_at();
        let age = if made > wall { OLD } else { wall.since(made) };
        self.0.entry(handover.key().clone()).or_insert_with(|| {
            let by_hub = hub.at(now).map(|at| at.before(age));
            Since { noted: now, age, by_hub }
        });
    }

    pub fn retain(&mut self, waits: impl Fn(&SubmissionKey) -> bool) {
        self.0.retain(|key, _| waits(key));
    }

    /// The same by the hub's clock; as it is where nobody knows that clock.
    pub fn in_hub_time(&self, handover: Handover, hub: &HubTime) -> Handover {
        let made = self.0.get(handover.key()).map(|since| {
            let now_known = hub.at(since.noted).map(|at| at.before(since.age));
            [now_known, since.by_hub].into_iter().flatten().min()
        });
        match made.flatten() {
            Some(made) => handover.made_instead_at(made),
            None => handover,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ringcard_core::submission::{Submission, Write};

    /// A call's code that was saved at this moment of the desk's clock, and may be sent for 30 s.
    fn code(made: Timestamp) -> Handover {
        let write = Write::CodeCall {
            account: "crm".into(),
            agent_id: "5001".into(),
            code: "001".into(),
            second_code: None,
            comment: String::new(),
        };
        Handover::Write {
            submission: Submission {
                key: SubmissionKey("k".into()),
                write,
                about: "Ana".into(),
                call_id: None,
                agent: None,
                made_at: made,
                expires_at: Some(made.after(Duration::from_secs(30))),
                needs: None,
            },
        }
    }

    fn times(handover: &Handover) -> (i64, i64) {
        let Handover::Write { submission } = handover else { panic!("another one") };
        (submission.made_at.0, submission.expires_at.expect("an end").0)
    }

    const HUB: Timestamp = Timestamp(1_800_000_000_000);

    #[test]
    fn a_deadline_is_the_hubs_whatever_the_desks_clock_shows() {
        for wrong in [-86_400_000, -40_000, 0, 40_000, 86_400_000] {
            let (desk, start) = (Timestamp(HUB.0 + wrong), Instant::now());
            let (mut hub, mut ages) = (HubTime::default(), Ages::default());
            hub.hear(HUB, start, desk);
            assert_eq!(hub.ahead(), -wrong);
            let saved = start + Duration::from_secs(10);
            let made = desk.after(Duration::from_secs(10));
            ages.note(&code(made), &hub, saved, made);
            let sent = ages.in_hub_time(code(made), &hub);
            assert_eq!(times(&sent), (HUB.0 + 10_000, HUB.0 + 40_000), "{wrong}");
        }
    }

    #[test]
    fn what_waited_for_minutes_is_minutes_old_when_the_hub_is_back() {
        let (desk, start) = (Timestamp(HUB.0 - 40_000), Instant::now());
        let (mut hub, mut ages) = (HubTime::default(), Ages::default());
        ages.note(&code(desk), &hub, start, desk);
        assert_eq!(ages.in_hub_time(code(desk), &hub), code(desk), "nobody has said yet how late it is");
        let back = Duration::from_secs(300);
        // The desk's clock was set right meanwhile.
        hub.hear(HUB.after(back), start + back, HUB.after(back));
        let sent = ages.in_hub_time(code(desk), &hub);
        assert_eq!(times(&sent), (HUB.0, HUB.0 + 30_000), "by the hub's clock it was saved five minutes ago");
    }

    #[test]
    fn time_that_a_sleeping_machine_does_not_count_makes_nothing_young() {
        let (start, hour) = (Instant::now(), Duration::from_secs(3600));
        let (mut hub, mut ages) = (HubTime::default(), Ages::default());
        hub.hear(HUB, start, HUB);
        ages.note(&code(HUB), &hub, start, HUB);
        // An hour later, of which the monotonic clock has seen a second.
        hub.hear(HUB.after(hour), start + Duration::from_secs(1), HUB.after(hour));
        assert_eq!(times(&ages.in_hub_time(code(HUB), &hub)), (HUB.0, HUB.0 + 30_000), "too late");
    }

    #[test]
    fn over_a_restart_the_walls_clock_tells_and_one_that_was_set_back_does_not_make_it_young() {
        let (start, minutes) = (Instant::now(), Duration::from_secs(120));
        let mut hub = HubTime::default();
        hub.hear(HUB, start, HUB);
        let mut ages = Ages::default();
        ages.note(&code(HUB.before(minutes)), &hub, start, HUB);
        assert_eq!(times(&ages.in_hub_time(code(HUB.before(minutes)), &hub)).0, HUB.before(minutes).0);
        let mut ages = Ages::default();
        ages.note(&code(HUB.after(minutes)), &hub, start, HUB);
        assert!(times(&ages.in_hub_time(code(HUB.after(minutes)), &hub)).1 < HUB.0, "too late");
    }

    #[test]
    fn clocks_that_agree_are_not_told_apart_and_a_view_does_not_tremble() {
        let mut hub = HubTime::default();
        for (ahead, shown) in
            [(900, 0), (-900, 0), (40_000, 40_000), (40_300, 40_000), (39_500, 40_000), (45_000, 45_000), (5, 0)]
        {
            hub.hear(Timestamp(HUB.0 + ahead), Instant::now(), HUB);
            assert_eq!(hub.ahead(), shown, "{ahead}");
        }
    }
}
