//! What is recorded of a call: told by its name when it is over, paused from outside, and found anew by whoever comes late.

use super::{Heard, PASSWORD, plan, secrets, sim, system, values};
use ringcard_connect::{ActFailure, CallAct, Connector, NewAccount, System, Toggle, Watched, asterisk::Asterisk};
use ringcard_sim::{AsteriskAct as Act, AsteriskSim, AsteriskWrong};

const FILE: &str = "../recording/2026/call 7+b.wav";
const NAME: &str = "2026/call 7+b";
const GOES_ON: Toggle = Toggle { on: false, known: true };
const PAUSED: Toggle = Toggle { on: true, known: true };

/// One with a user of the manager, too.
fn with_manager(sim: &AsteriskSim) -> System {
    sim.set_manager(Some(("desk", "manager-s3cret")));
    let url = sim.ari_url();
    let account = NewAccount {
        name: "pbx".to_owned(),
        values: values(&[("api_url", &url), ("user", "ringcard"), ("manager_user", "desk")]),
        secrets: secrets(&[("password", PASSWORD), ("manager_password", "manager-s3cret")]),
        plan: plan(),
    };
    Asterisk.set_up(account).unwrap_or_else(|error| panic!("{error}"))
}

impl Heard {
    /// Whether the recording of a call is paused, the next time that is told.
    async fn recording(&mut self) -> (String, Option<Toggle>) {
        loop {
            if let Watched::Recording { call, paused } = self.heard.recv().await.expect("it goes on") {
                return (call, paused);
            }
        }
    }

    /// What is told of recordings until one is named.
    async fn recordings_until_named(&mut self) -> Vec<Option<Toggle>> {
        let mut told = Vec::new();
        loop {
            match self.heard.recv().await.expect("it goes on") {
                Watched::Recording { paused, .. } => told.push(paused),
                Watched::Push(push) if !push.recording_ids.is_empty() => return told,
                _ => {}
            }
        }
    }

    /// The next recording that is named.
    async fn named(&mut self) -> (Option<String>, Vec<String>) {
        loop {
            if let Watched::Push(push) = self.heard.recv().await.expect("it goes on")
                && !push.recording_ids.is_empty()
            {
                return (push.external_id, push.recording_ids);
            }
        }
    }
}

/// A customer is spoken with at 101; the channels of both.
fn talk(sim: &AsteriskSim) -> (String, String) {
    let caller = sim.calls_in("+36301234567", "Ana Kiss", "+3612345678");
    let phone = sim.rings(&caller, "101");
    sim.answers(&phone);
    (caller, phone)
}

async fn act(system: &System, act: CallAct) -> Result<(), ActFailure> {
    system.control_calls.as_ref().expect("it controls calls").act("101", &act).await.map(drop)
}

#[tokio::test]
async fn what_mixmonitor_wrote_is_named_when_the_call_is_over_and_can_be_fetched() {
    for carried in [true, false] {
        let sim = sim().await;
        if !carried {
            sim.carries_no_variables();
        }
        let system = system(&sim);
        let mut heard = Heard::open(&system).await;
        let (caller, phone) = talk(&sim);
        sim.records(&caller, FILE);
        sim.goes_on(&caller, "Dial", "PJSIP/101");
        sim.hangs_up(&phone, 16);
        sim.hangs_up(&caller, 16);
        assert_eq!(heard.named().await, (Some(caller), vec![NAME.to_owned()]));
        let recordings = system.recordings.as_ref().expect("it gives recordings");
        assert!(recordings.fetch(NAME).await.is_ok());
        let asked = sim.requests();
        assert!(asked.contains(&"GET /ari/recordings/stored/2026%2Fcall%207+b/file".to_owned()), "{asked:?}");
    }
}

#[tokio::test]
async fn of_what_is_written_elsewhere_and_stopped_before_only_what_can_be_fetched_is_named() {
    let sim = sim().await;
    let mut heard = Heard::open(&system(&sim)).await;
    let (caller, phone) = talk(&sim);
    // Into `monitor`, of which ARI gives nothing.
    sim.records(&caller, "elsewhere.wav");
    sim.act(&Act::StopsRecording { channel: caller.clone() }).expect("it stops");
    sim.records(&caller, FILE);
    sim.act(&Act::StopsRecording { channel: caller.clone() }).expect("it stops");
    assert_eq!(heard.named().await, (Some(caller.clone()), vec![NAME.to_owned()]), "before the call is over");
    sim.act(&Act::RecordsLive { channel: phone.clone(), name: "of/an application".into() }).expect("it records");
    sim.hangs_up(&phone, 16);
    assert_eq!(heard.named().await, (Some(caller), vec!["of/an application".to_owned()]));
}

#[tokio::test]
async fn a_recording_is_paused_and_goes_on_once() {
    let sim = sim().await;
    let system = with_manager(&sim);
    let mut heard = Heard::open(&system).await;
    let (caller, _) = talk(&sim);
    sim.records(&caller, FILE);
    assert_eq!(heard.recording().await, (caller.clone(), Some(GOES_ON)));
    for (wanted, paused) in [(CallAct::PauseRecording, PAUSED), (CallAct::ResumeRecording, GOES_ON)] {
        act(&system, wanted.clone()).await.expect("it is done");
        assert_eq!(sim.is_recording_paused(&caller), paused.on);
        let asked = sim.requests().len();
        act(&system, wanted).await.expect("it is so already");
        assert_eq!(sim.requests().len(), asked, "nobody is asked");
        let toggles = system.control_calls.as_ref().expect("it controls calls").toggles("101");
        assert_eq!(toggles.recording_paused, Some(paused));
    }
}

#[tokio::test]
async fn what_was_paused_for_a_while_is_not_told_again_when_something_else_happens() {
    let sim = sim().await;
    let system = with_manager(&sim);
    let mut heard = Heard::open(&system).await;
    let (caller, phone) = talk(&sim);
    sim.records(&caller, FILE);
    assert_eq!(heard.recording().await.1, Some(GOES_ON));
    act(&system, CallAct::PauseRecording).await.expect("it is paused");
    act(&system, CallAct::ResumeRecording).await.expect("it goes on");
    sim.holds(&phone, true);
    sim.hangs_up(&phone, 16);
    sim.hangs_up(&caller, 16);
    let told = heard.recordings_until_named().await;
    assert!(!told.contains(&Some(PAUSED)), "{told:?}");
}

#[tokio::test]
async fn whoever_comes_later_finds_a_recording_paused() {
    let sim = sim().await;
    let first = with_manager(&sim);
    let mut heard = Heard::open(&first).await;
    let (caller, phone) = talk(&sim);
    sim.records(&caller, FILE);
    sim.goes_on(&caller, "Dial", "PJSIP/101");
    heard.recording().await;
    act(&first, CallAct::PauseRecording).await.expect("it is paused");

    // The line breaks, and comes again.
    sim.cut_lines();
    assert_eq!(heard.recording().await.1, Some(PAUSED));
    drop(heard);
    let second = with_manager(&sim);
    let mut heard = Heard::of(&second);
    assert_eq!(heard.recording().await, (caller.clone(), Some(PAUSED)));
    act(&second, CallAct::ResumeRecording).await.expect("it goes on");
    assert!(!sim.is_recording_paused(&caller));
    // Over while it is paused: nothing waits for anything.
    act(&second, CallAct::PauseRecording).await.expect("it is paused");
    sim.hangs_up(&phone, 16);
    sim.hangs_up(&caller, 16);
    assert_eq!(heard.named().await.1, [NAME]);
    let failure = act(&second, CallAct::ResumeRecording).await.expect_err("it is over");
    assert!(matches!(failure, ActFailure::Refused { .. }), "{failure}");
}

#[tokio::test]
async fn without_the_variables_whoever_comes_later_says_that_it_is_a_guess() {
    let sim = sim().await;
    sim.carries_no_variables();
    let system = with_manager(&sim);
    let mut heard = Heard::open(&system).await;
    let (caller, _) = talk(&sim);
    sim.records(&caller, FILE);
    assert_eq!(heard.recording().await.1, Some(GOES_ON), "it was heard to begin");
    sim.cut_lines();
    assert_eq!(heard.recording().await, (caller, Some(Toggle { on: false, known: false })));
}

#[tokio::test]
async fn what_an_application_records_is_paused_by_ari_itself() {
    let sim = sim().await;
    let system = system(&sim);
    let mut heard = Heard::open(&system).await;
    let (_, phone) = talk(&sim);
    sim.act(&Act::RecordsLive { channel: phone, name: "live/7 a".into() }).expect("it records");
    assert_eq!(heard.recording().await.1, Some(GOES_ON));
    act(&system, CallAct::PauseRecording).await.expect("it is paused");
    assert!(sim.is_recording_paused("live/7 a"));
    act(&system, CallAct::ResumeRecording).await.expect("it goes on");
    assert!(!sim.is_recording_paused("live/7 a"));
}

#[tokio::test]
async fn what_cannot_be_paused_says_why() {
    let sim = sim().await;
    let (caller, _) = talk(&sim);
    let without = system(&sim);
    let heard = Heard::open(&without).await;
    let failure = act(&without, CallAct::PauseRecording).await.expect_err("nothing records it");
    assert!(matches!(failure, ActFailure::Refused { .. }), "{failure}");
    sim.records(&caller, FILE);
    sim.goes_on(&caller, "Dial", "PJSIP/101");
    drop(heard);
    let heard = Heard::open(&without).await;
    let failure = act(&without, CallAct::PauseRecording).await.expect_err("nobody may");
    assert!(failure.to_string().contains("manager_user"), "{failure}");
    drop(heard);

    let with = with_manager(&sim);
    let mut heard = Heard::of(&with);
    heard.recording().await;
    for (manager, words) in [(None, "webenabled"), (Some(("desk", "another")), "manager_user")] {
        sim.set_manager(manager);
        let failure = act(&with, CallAct::PauseRecording).await.expect_err("it is not let in");
        assert!(failure.to_string().contains(words), "{failure}");
        assert!(!failure.to_string().contains("s3cret"), "{failure}");
        let toggles = with.control_calls.as_ref().expect("it controls calls").toggles("101");
        assert_eq!(toggles.recording_paused, Some(GOES_ON), "it goes on as it did");
    }
    sim.set_manager(Some(("desk", "manager-s3cret")));
    sim.misbehave(Some(AsteriskWrong::CutOff));
    let failure = act(&with, CallAct::PauseRecording).await.expect_err("no answer");
    assert!(matches!(failure, ActFailure::Unknown { .. }), "{failure}");
}

#[tokio::test]
async fn the_test_button_says_whether_recordings_can_be_paused() {
    let sim = sim().await;
    let system = with_manager(&sim);
    let report = format!("{:?}", system.trial.test().await);
    assert!(report.contains("can be paused"), "{report}");
    sim.set_manager(Some(("desk", "another")));
    let report = format!("{:?}", system.trial.test().await);
    assert!(report.contains("manager_user") && !report.contains("s3cret"), "{report}");
}
