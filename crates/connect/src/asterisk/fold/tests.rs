//! Real streams of Asterisk 16 and 22, and what a person reading them would tell.

use super::*;
use crate::asterisk::wire::Head;
use ringcard_core::{
    leg::{LegEvent, LegSide},
    number::DialPlan,
};

pub(super) fn fold() -> Fold {
    let plan = DialPlan::new("CO").expect("a country");
    let keeping = Keeping { folder: "/var/spool/asterisk/recording".into(), can_mute: true };
    Fold::new(Names::new("PJSIP/{extension}", plan), Arc::default(), keeping)
}

/// A capture's events.
fn events(capture: &str) -> Vec<(Event, Option<Timestamp>)> {
    let path = format!("{}/tests/asterisk/captures/{capture}.jsonl", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    text.lines().filter_map(read).collect()
}

fn read(line: &str) -> Option<(Event, Option<Timestamp>)> {
    let head: Head = serde_json::from_str(line).expect("an event");
    head.is_wanted().then(|| (serde_json::from_str(line).expect("it is read"), head.at()))
}

/// A push in a line: what happened to whose leg, and what that is for the call.
pub(super) fn line(push: &Push) -> String {
    let mut words = Vec::new();
    if let Some(leg) = &push.leg {
        words.push(match (leg.side, &leg.extension) {
            (LegSide::Agent, Some(extension)) => extension.clone(),
            (LegSide::Agent, None) => "agent".to_owned(),
            (LegSide::Customer, _) => "customer".to_owned(),
            (LegSide::Service, _) => push.extra.get("service").cloned().unwrap_or_else(|| "elsewhere".to_owned()),
        });
        words.push(
            match leg.event {
                LegEvent::Rings => "rings",
                LegEvent::Answered => "answers",
                LegEvent::Held => "holds",
                LegEvent::Resumed => "resumes",
                LegEvent::Ended => "ends",
            }
            .to_owned(),
        );
        words.extend(leg.cause.q850.map(|cause| cause.to_string()));
        words.extend(leg.cause.sip.map(|status| format!("/{status}")));
    }
    words.extend(push.queue.as_ref().map(|queue| format!("queue={queue}")));
    words.extend(push.passed_by.as_ref().map(|by| format!("passed_by={by}")));
    if let Some(event) = &push.event {
        words
            .push(format!("= {event:?}").replace("Failed { leg: ", "failed ").replace(", why:", ":").replace(" }", ""));
    }
    words.join(" ")
}

fn told(capture: &str) -> (Vec<String>, Vec<Push>) {
    let mut fold = fold();
    let pushes: Vec<Push> = events(capture).iter().flat_map(|(event, at)| fold.event(event, *at)).collect();
    assert_eq!(fold.len(), 0, "{capture}: something is left over");
    assert!(fold.calls.is_empty() && fold.halves.is_empty(), "{capture}: {:?}", fold.calls);
    // What was recorded is told beside what happened, and has its own test.
    let pushes: Vec<Push> = pushes.into_iter().filter(|push| !is_about_a_recording(push)).collect();
    (pushes.iter().map(line).collect(), pushes)
}

fn is_about_a_recording(push: &Push) -> bool {
    push.leg.is_none() && push.event.is_none() && !push.recording_ids.is_empty()
}

#[test]
fn what_mixmonitor_and_applications_recorded_is_named_once() {
    for (capture, name) in [
        ("asterisk16_c2c_ami", "call-20261120-c2c-1795175732"),
        ("asterisk16_inbound_missed", "call-20261120-pbx1-1795175725.19"),
        ("asterisk22_inbound_answered", "call-20261120-pbx1-1795174324.0"),
        ("asterisk22_queue_answered", "call-20261120-pbx1-1795174418.34"),
        ("asterisk22_registered_phone_hold_transfer", "call-20261120-pbx1-1795176431.0"),
    ] {
        let mut fold = fold();
        let pushes: Vec<Push> = events(capture).iter().flat_map(|(event, at)| fold.event(event, *at)).collect();
        let named: Vec<&String> = pushes.iter().flat_map(|push| &push.recording_ids).collect();
        assert_eq!(named, [name], "{capture}");
        let is_same = |push: &Push| push.external_id == pushes[0].external_id;
        assert!(pushes.iter().all(is_same), "{capture}: of the one call there is");
    }
}

#[track_caller]
fn tells(capture: &str, who: &str, expected: &[&str]) {
    let (lines, pushes) = told(capture);
    assert_eq!(lines, expected, "{capture}");
    let ids: BTreeSet<_> = pushes.iter().map(|push| push.external_id.clone()).collect();
    assert_eq!(ids.len(), 1, "{capture}: one call");
    for push in &pushes {
        let name = push.party_name.as_deref().unwrap_or("-");
        let direction = push.direction.expect("it is known");
        assert_eq!(
            format!("{direction:?} {} {} {name}", push.ani.0.display(), push.dnis.0.display()),
            who,
            "{capture}"
        );
        assert_eq!(push.sent_at, None, "{capture}: a PBX's clock decides nothing");
    }
}

const MARIA: &str = "Inbound +57 300 1234567 +57 601 6017000 MARIA LOPEZ";
const MARIA_WITHOUT_NAME: &str = "Inbound +57 300 1234567 +57 601 6017000 -";
const CLICK: &str = "Outbound 101 +57 300 1234567 -";

#[test]
fn a_call_that_is_answered() {
    for capture in ["asterisk22_inbound_answered", "asterisk16_inbound_answered"] {
        let told = [
            "101 rings = CustomerRinging",
            "customer answers",
            "101 answers = Connected",
            "customer ends 16",
            "101 ends 16 = Ended",
        ];
        tells(capture, MARIA, &told);
    }
    let told = [
        "101 rings = CustomerRinging",
        "customer answers",
        "101 answers = Connected",
        "customer ends 16",
        "101 ends 16 = Ended",
    ];
    tells("asterisk22_inbound_anonymous", "Inbound anonymous +57 601 6017000 -", &told);
}

#[test]
fn a_caller_who_gives_up_and_a_phone_that_is_busy() {
    for capture in ["asterisk22_inbound_missed", "asterisk16_inbound_missed"] {
        let told =
            ["101 rings = CustomerRinging", "customer answers", "customer ends 16 /487", "101 ends 16 /487 = Missed"];
        tells(capture, MARIA_WITHOUT_NAME, &told);
    }
    let told =
        ["101 rings = CustomerRinging", "customer answers", "101 ends 17 /486", "customer ends 17 /486 = Missed"];
    tells("asterisk22_inbound_busy", MARIA_WITHOUT_NAME, &told);
}

#[test]
fn a_call_through_a_queue_has_its_name() {
    let told = [
        "101 rings queue=soporte = CustomerRinging",
        "customer answers queue=soporte",
        "101 answers queue=soporte = Connected",
        "customer ends 16 queue=soporte",
        "101 ends 16 queue=soporte = Ended",
    ];
    tells("asterisk22_queue_answered", "Inbound +57 601 5551234 +57 601 6017009 ACME SAS", &told);
}

#[test]
fn a_call_that_is_held_and_passed_on_is_one_call_with_both_in_it() {
    let told = [
        "102 rings = CustomerRinging",
        "customer answers",
        "102 answers = Connected",
        "102 holds",
        "102 resumes",
        "102 ends 16",
        "101 rings passed_by=102 = CustomerRinging",
        "101 answers passed_by=102 = Connected",
        "customer ends 16 passed_by=102",
        "101 ends 16 passed_by=102 = Ended",
    ];
    let who = "Inbound +57 300 1234567 +57 601 6017002 MARIA LOPEZ";
    tells("asterisk22_registered_phone_hold_transfer", who, &told);
}

#[test]
fn a_call_that_is_parked_is_had_by_whoever_fetches_it() {
    let told = [
        "101 rings = CustomerRinging",
        "customer answers",
        "101 answers = Connected",
        "101 ends 16",
        "102 answers passed_by=101 = Connected",
        "customer ends 16 passed_by=101",
        "102 ends 16 passed_by=101 = Ended",
    ];
    tells("asterisk22_parked", "Inbound +57 300 1234567 +57 601 6017001 MARIA LOPEZ", &told);
}

#[test]
fn a_call_that_a_colleague_picks_up_was_answered_elsewhere() {
    let told = [
        "101 rings = CustomerRinging",
        "customer answers",
        "102 answers = Connected",
        "101 ends 26",
        "customer ends 16",
        "102 ends 16 = Ended",
    ];
    tells("asterisk22_picked_up", "Inbound +57 300 1234567 +57 601 6017001 MARIA LOPEZ", &told);
}

/// The lines of a capture with two calls, `A` and `B` in the order in which they were told of.
fn two_calls(capture: &str) -> Vec<String> {
    let (lines, pushes) = told(capture);
    let first = pushes.first().and_then(|push| push.external_id.clone());
    let which = |push: &Push| if push.external_id == first { 'A' } else { 'B' };
    pushes.iter().zip(lines).map(|(push, line)| format!("{} {line}", which(push))).collect()
}

#[test]
fn whoever_is_asked_first_gets_the_customer_from_who_asked() {
    let begins = [
        "A 101 rings = CustomerRinging",
        "A customer answers",
        "A 101 answers = Connected",
        "A 101 holds",
        "B 102 rings = CustomerRinging",
        "B customer answers",
    ];
    // The customer is in the colleague's bridge before Asterisk says that it is a transfer.
    let asked = [
        "B 102 answers = Connected",
        "A 101 resumes",
        "B customer ends",
        "B 102 ends = Ended",
        "A 102 answers passed_by=101 = Connected",
        "A 101 ends 16",
        "A customer ends 16 passed_by=101",
        "A 102 ends 16 passed_by=101 = Ended",
    ];
    assert_eq!(two_calls("asterisk22_attended_transfer"), [&begins[..], &asked].concat());
    let rings_on = [
        "A 101 resumes",
        "B customer ends",
        "B 102 ends = Missed",
        "A 102 rings passed_by=101 = CustomerRinging",
        "A 101 ends 16",
        "A 102 answers passed_by=101 = Connected",
        "A customer ends 16 passed_by=101",
        "A 102 ends 16 passed_by=101 = Ended",
    ];
    assert_eq!(two_calls("asterisk22_half_attended_transfer"), [&begins[..], &rings_on].concat());
}

#[test]
fn a_click_is_told_leg_by_leg_and_who_hung_up_comes_first() {
    let begins = ["101 rings = AgentRinging", "101 answers = AgentAnswered", "customer rings = CustomerRinging"];
    let with = |ends: &[&'static str]| [&begins[..], ends].concat();
    for capture in ["asterisk16_c2c_ami", "asterisk16_c2c_ari", "asterisk22_c2c_ami", "asterisk22_c2c_ari"] {
        tells(capture, CLICK, &with(&["customer answers = Connected", "customer ends 16", "101 ends 16 = Ended"]));
    }
    let ends = with(&["customer answers = Connected", "101 ends 16", "customer ends 16 = Ended"]);
    tells("asterisk22_c2c_agent_hangs_up", CLICK, &ends);
    tells("asterisk16_c2c_customer_busy", CLICK, &with(&["customer ends 17", "101 ends 17 = failed Customer: Busy"]));
    let busy = with(&["customer ends 17 /486", "101 ends 17 /486 = failed Customer: Busy"]);
    tells("asterisk22_c2c_customer_busy", CLICK, &busy);
    let declined = ["101 rings = AgentRinging", "101 ends 21 /603 = failed Agent: Declined"];
    tells("asterisk22_c2c_agent_declines", CLICK, &declined);
}

#[test]
fn a_call_that_another_application_makes_of_two_is_one() {
    let told = [
        "101 rings = AgentRinging",
        "101 answers = AgentAnswered",
        "customer answers = Connected",
        "customer ends 16",
        "101 ends 16 = Ended",
    ];
    tells("asterisk22_c2c_ari_stasis", CLICK, &told);
}

/// Without the transfer while the colleague's phone rings: there a channel gets another one's time of creation, so that its first
/// event, when it comes after that, is one of another channel.
const CAPTURES: [&str; 20] = [
    "asterisk16_c2c_ami",
    "asterisk16_c2c_ari",
    "asterisk16_c2c_customer_busy",
    "asterisk16_inbound_answered",
    "asterisk16_inbound_missed",
    "asterisk22_attended_transfer",
    "asterisk22_c2c_agent_declines",
    "asterisk22_c2c_agent_hangs_up",
    "asterisk22_c2c_ami",
    "asterisk22_c2c_ari",
    "asterisk22_c2c_ari_stasis",
    "asterisk22_c2c_customer_busy",
    "asterisk22_inbound_anonymous",
    "asterisk22_inbound_answered",
    "asterisk22_inbound_busy",
    "asterisk22_inbound_missed",
    "asterisk22_parked",
    "asterisk22_picked_up",
    "asterisk22_queue_answered",
    "asterisk22_registered_phone_hold_transfer",
];

#[test]
fn events_that_come_twice_tell_nothing_twice() {
    for capture in CAPTURES {
        let mut fold = fold();
        let twice = events(capture).into_iter().flat_map(|event| [event.clone(), event]);
        let pushes: Vec<Push> = twice.flat_map(|(event, at)| fold.event(&event, at)).collect();
        let about_recordings: Vec<&Push> = pushes.iter().filter(|push| is_about_a_recording(push)).collect();
        assert!(about_recordings.len() <= 1, "{capture}: {about_recordings:?}");
        let lines: Vec<String> = pushes.iter().filter(|push| !is_about_a_recording(push)).map(line).collect();
        assert_eq!(lines, told(capture).0, "{capture}");
    }
}

#[test]
fn events_that_change_places_leave_nothing_over_and_end_what_rang() {
    for capture in CAPTURES {
        let events = events(capture);
        for seed in 0..60_u64 {
            let mut shuffled: Vec<_> = events.iter().enumerate().collect();
            // Each up to two seconds late.
            shuffled.sort_by_key(|(no, (_, at))| {
                let late = (no + 1) as u64 * 2_654_435_761 * (seed + 1) % 2_000;
                at.expect("a moment").0 + i64::try_from(late).expect("it fits")
            });
            let mut fold = fold();
            let pushes: Vec<Push> = shuffled.iter().flat_map(|(_, (event, at))| fold.event(event, *at)).collect();
            let lines: Vec<String> = pushes.iter().map(line).collect();
            assert!(fold.len() == 0 && fold.calls.is_empty(), "{capture} {seed}: {:?} of {lines:#?}", fold.channels);
            assert!(fold.halves.is_empty(), "{capture} {seed}");
            let ended = |push: &Push| push.leg.as_ref().is_some_and(|leg| leg.event == LegEvent::Ended);
            let rung: BTreeSet<_> = pushes.iter().filter(|push| !ended(push)).filter_map(leg_id).collect();
            let over: BTreeSet<_> = pushes.iter().filter(|push| ended(push)).filter_map(leg_id).collect();
            assert!(rung.is_subset(&over), "{capture} {seed}: {lines:#?}");
        }
    }
}

#[test]
fn what_was_missed_is_told_by_the_next_snapshot_and_nothing_is_left_over() {
    for capture in CAPTURES {
        let events = events(capture);
        for gap in 0..events.len() {
            let mut fold = fold();
            // The line was lost for good after `gap` events; by the snapshot all is over.
            let mut pushes: Vec<Push> = events[..gap].iter().flat_map(|(event, at)| fold.event(event, *at)).collect();
            pushes.extend(fold.snapshot(&[], &[], None));
            pushes.extend(fold.sweep(None));
            assert!(fold.len() == 0 && fold.calls.is_empty(), "{capture} at {gap}");
            let ended = |push: &Push| push.leg.as_ref().is_some_and(|leg| leg.event == LegEvent::Ended);
            let rung: BTreeSet<_> = pushes.iter().filter(|push| !ended(push)).filter_map(leg_id).collect();
            let over: BTreeSet<_> = pushes.iter().filter(|push| ended(push)).filter_map(leg_id).collect();
            assert!(rung.is_subset(&over), "{capture} at {gap}: {rung:?} {over:?}");
            let closed = |event: &ringcard_core::call::CallEvent| {
                use ringcard_core::call::CallEvent::{Ended, Failed, Missed};
                matches!(event, Ended | Missed | Failed { .. })
            };
            let closed = pushes.iter().filter_map(|push| push.event.as_ref()).filter(|event| closed(event)).count();
            let calls: BTreeSet<_> = pushes.iter().map(|push| push.external_id.clone()).collect();
            assert_eq!(closed, calls.len(), "{capture} at {gap}: {pushes:?}");
        }
    }
}

fn leg_id(push: &Push) -> Option<String> {
    push.leg.as_ref().and_then(|leg| leg.leg_id.clone())
}
