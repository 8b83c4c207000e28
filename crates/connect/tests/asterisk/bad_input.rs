//! What should not be, from an Asterisk: each is said, and nothing else is lost by it.

use super::{Heard, PASSWORD, sim, system, with};
use ringcard_connect::{Lost, TestState, WatchState};
use ringcard_core::{call::CallEvent, leg::LegEvent};
use ringcard_sim::{AsteriskSim, AsteriskWrong};
use serde_json::json;
use std::time::Duration;

#[tokio::test]
async fn what_cannot_be_read_of_a_snapshot_is_said_and_the_rest_is_there() {
    let sim = sim().await;
    for channel in [
        json!({ "id": "x".repeat(200), "name": "PJSIP/101-1", "state": "Up" }),
        json!({ "id": "9.1", "name": null, "state": null, "caller": null, "connected": 7, "dialplan": [] }),
        json!({ "id": "9.2", "name": format!("PJSIP/{}", "y".repeat(4096)), "state": "Levitating" }),
    ] {
        sim.happens_unheard(json!({ "type": "ChannelCreated", "channel": channel }));
    }
    let mut heard = Heard::of(&system(&sim));
    let note = heard.note().await;
    assert!(note.contains("1 of the things"), "{note}");
    let trunk = sim.calls_in("+36301234567", "", "+3612001000");
    sim.rings(&trunk, "101");
    assert_eq!(heard.push().await.extensions, ["101"]);
}

#[tokio::test]
async fn a_user_who_may_only_read_is_said_on_the_line_and_by_the_test() {
    let sim = sim().await;
    sim.set_read_only(true);
    let system = system(&sim);
    let note = Heard::of(&system).note().await;
    assert!(note.contains("may only read"), "{note}");
    let report = system.trial.test().await;
    let says = |words: &str| report.steps.iter().any(|step| step.detail.contains(words));
    assert!(report.state == TestState::Works && says("none can be started or ended"), "{report:?}");
    sim.set_read_only(false);
    let report = system.trial.test().await;
    assert!(report.steps.iter().any(|step| step.detail.contains("may start and end calls")), "{report:?}");
}

#[tokio::test]
async fn a_user_who_is_let_in_from_elsewhere_only_is_told_where_to_look() {
    let sim = sim().await;
    sim.misbehave(Some(AsteriskWrong::Forbids));
    let (why, detail, again_in) = Heard::of(&system(&sim)).away().await;
    assert!(why == Lost::NotSetUp && detail.contains("deny and permit"), "{detail}");
    assert!(again_in >= Duration::from_secs(15), "{again_in:?}");
    assert!(!system(&sim).trial.test().await.steps.is_empty());
}

#[tokio::test]
async fn a_clock_an_hour_off_is_said() {
    let sim = sim().await;
    sim.set_clock_off_ms(3_600_000);
    let mut heard = Heard::of(&system(&sim));
    while heard.state().await != WatchState::Connected {}
    let trunk = sim.calls_in("+36301234567", "", "+3612001000");
    sim.rings(&trunk, "101");
    let note = heard.note().await;
    assert!(note.contains("clock") && note.contains("min ahead"), "{note}");
}

#[tokio::test]
async fn hearing_begins_again_by_itself_once_the_password_is_the_right_one() {
    let sim = sim().await;
    let mut heard = Heard::open(&system(&sim)).await;
    sim.set_password("another");
    sim.cut_lines();
    let (mut why, mut again_in) = (Lost::Unreachable, Duration::ZERO);
    while why != Lost::Refused {
        (why, _, again_in) = heard.away().await;
    }
    let asked = sim.requests().len();
    sim.set_password(PASSWORD);
    let trunk = sim.calls_in("+36301234567", "", "+3612001000");
    sim.rings(&trunk, "101");
    tokio::time::pause();
    tokio::time::advance(again_in - Duration::from_millis(100)).await;
    assert_eq!(sim.requests().len(), asked, "not before its time");
    tokio::time::advance(Duration::from_secs(1)).await;
    tokio::time::resume();
    while heard.state().await != WatchState::Connected {}
    assert!(sim.requests().len() > asked);
}

#[tokio::test]
async fn a_frame_longer_than_any_is_said_and_the_line_opened_again() {
    let sim = sim().await;
    let mut heard = Heard::open(&system(&sim)).await;
    sim.send_raw(&"x".repeat(5 * 1024 * 1024));
    let (_, detail, _) = heard.away().await;
    assert!(detail.contains("longer than any"), "{detail}");
    while heard.state().await != WatchState::Connected {}
}

#[tokio::test]
async fn events_of_before_the_snapshot_are_told_once() {
    let sim = sim().await;
    let trunk = sim.calls_in("+36301234567", "", "+3612001000");
    let phone = sim.rings(&trunk, "101");
    let mut heard = Heard::of(&system(&sim));
    while sim.lines() == 0 {
        tokio::task::yield_now().await;
    }
    // The line is open, and the snapshot may not be read yet.
    sim.answers(&phone);
    let first = heard.leg().await;
    let answered = if first.1 == LegEvent::Rings { heard.leg().await } else { first };
    assert_eq!((answered.1, answered.2), (LegEvent::Answered, Some(CallEvent::Connected)));
    sim.hangs_up(&phone, 16);
    assert_eq!(heard.leg().await.1, LegEvent::Ended);
}

#[tokio::test]
async fn an_asterisk_that_was_restarted_and_counts_anew_tells_of_other_calls() {
    let first = sim().await;
    let address = first.address();
    let system = with(&first, &[]);
    let mut heard = Heard::open(&system).await;
    let trunk = first.calls_in("+36301234567", "", "+3612001000");
    let phone = first.rings(&trunk, "101");
    let rang = heard.push().await;
    first.shutdown().await;
    let (why, _, _) = heard.away().await;
    assert_eq!(why, Lost::Unreachable);
    let second = AsteriskSim::start_at(address, "ringcard", PASSWORD, &["101", "102"]).await.expect("it is back");
    second.misbehave(Some(AsteriskWrong::Starting));
    let again = second.calls_in("+36307654321", "", "+3612001000");
    assert_eq!((second.rings(&again, "102"), again), (phone, trunk), "the ids are the same");
    while heard.away().await.0 != Lost::Silent {}
    second.misbehave(None);
    let mut told = Vec::new();
    while told.len() < 3 {
        let push = heard.push().await;
        told.push((push.leg.map(|leg| leg.event), push.ani.0.display(), push.extensions));
    }
    let old = rang.ani.0.display();
    assert!(told[..2].iter().all(|(event, ani, _)| *event == Some(LegEvent::Ended) && *ani == old), "{told:?}");
    let anew = (Some(LegEvent::Rings), "+36 30 765 4321".to_owned(), vec!["102".to_owned()]);
    assert_eq!(told[2], anew);
}
