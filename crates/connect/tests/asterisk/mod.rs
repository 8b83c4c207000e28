//! What only an Asterisk does: bad input, gaps, and its two kinds of users.

mod bad_input;
mod recorded;
mod tls;

use crate::support::{outside, plan, secrets, values};
use ringcard_connect::{
    CallAct, Connector, Lost, NewAccount, Originate, OriginateFailure, Push, System, TestState, WatchState, Watched,
    asterisk::Asterisk,
};
use ringcard_core::{
    Timestamp,
    call::{CallEvent, Direction},
    leg::{LegEvent, LegSide},
};
use ringcard_sim::{AsteriskSim, AsteriskWrong};
use serde_json::json;
use std::time::Duration;
use tokio::{sync::mpsc, task::AbortHandle};

const PASSWORD: &str = "s3cret";

async fn sim() -> AsteriskSim {
    AsteriskSim::start("ringcard", PASSWORD, &["101", "102"]).await.expect("the simulator starts")
}

fn system(sim: &AsteriskSim) -> System {
    with(sim, &[])
}

fn with(sim: &AsteriskSim, more: &[(&str, &str)]) -> System {
    let url = sim.ari_url();
    let mut given = vec![("api_url", url.as_str()), ("user", "ringcard")];
    given.extend(more);
    let account = NewAccount {
        name: "pbx".to_owned(),
        values: values(&given),
        secrets: secrets(&[("password", PASSWORD)]),
        plan: plan(),
    };
    Asterisk.set_up(account).unwrap_or_else(|error| panic!("{error}"))
}

struct Heard {
    heard: mpsc::Receiver<Watched>,
    task: AbortHandle,
}

fn is_caller(push: &Push) -> bool {
    push.leg.as_ref().is_some_and(|leg| leg.side == LegSide::Customer && leg.event == LegEvent::Answered)
}

impl Drop for Heard {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Heard {
    fn of(system: &System) -> Self {
        let (told, heard) = mpsc::channel(64);
        let watched = system.watch_calls.clone().expect("it tells of its calls");
        Self { heard, task: tokio::spawn(async move { watched.watch(told).await }).abort_handle() }
    }

    /// Connected.
    async fn open(system: &System) -> Self {
        let mut heard = Self::of(system);
        while !matches!(heard.state().await, WatchState::Connected | WatchState::ConnectedBut { .. }) {}
        heard
    }

    /// What a person should know of it.
    async fn note(&mut self) -> String {
        loop {
            if let WatchState::ConnectedBut { detail } = self.state().await {
                return detail;
            }
        }
    }

    async fn state(&mut self) -> WatchState {
        loop {
            if let Watched::State(state) = self.heard.recv().await.expect("it goes on") {
                return state;
            }
        }
    }

    async fn away(&mut self) -> (Lost, String, Duration) {
        loop {
            if let WatchState::Away { why, detail, again_in } = self.state().await {
                return (why, detail, again_in);
            }
        }
    }

    async fn push(&mut self) -> Push {
        loop {
            // That whoever calls in is on the line is told as well, and is nothing to wait for.
            if let Watched::Push(push) = self.heard.recv().await.expect("it goes on")
                && !(push.direction == Some(Direction::Inbound) && is_caller(&push))
            {
                return *push;
            }
        }
    }

    async fn leg(&mut self) -> (LegSide, LegEvent, Option<CallEvent>) {
        let push = self.push().await;
        let leg = push.leg.expect("it is about a leg");
        (leg.side, leg.event, push.event)
    }
}

fn order(extension: &str) -> Originate {
    Originate {
        extension: extension.into(),
        number: outside("+36301234567"),
        call_id: "0192f0c0ffee".into(),
        ticket: None,
    }
}

#[tokio::test]
async fn a_click_is_told_from_its_first_ring_to_its_end_under_the_id_that_was_given() {
    let sim = sim().await;
    let system = system(&sim);
    let mut heard = Heard::open(&system).await;
    let started =
        system.start_calls.as_ref().expect("it starts calls").originate(&order("101")).await.expect("started");
    assert_eq!(started.external_id.as_deref(), Some("ringcard-0192f0c0ffee"));
    let rings = heard.push().await;
    assert_eq!((rings.external_id, rings.event), (started.external_id.clone(), Some(CallEvent::AgentRinging)));
    assert_eq!((rings.ani.0.display(), rings.dnis.0.display()), ("101".to_owned(), "+36 30 123 4567".to_owned()));
    let agent = started.external_id.expect("an id");
    sim.answers(&agent);
    assert_eq!(heard.leg().await, (LegSide::Agent, LegEvent::Answered, Some(CallEvent::AgentAnswered)));
    let customer = sim.dials_out(&agent, "+36301234567");
    assert_eq!(heard.leg().await, (LegSide::Customer, LegEvent::Rings, Some(CallEvent::CustomerRinging)));
    sim.hangs_up(&customer, 17);
    assert_eq!(heard.leg().await, (LegSide::Customer, LegEvent::Ended, None));
    let controls = system.control_calls.as_ref().expect("it controls calls");
    controls.act("101", &CallAct::HangUp).await.expect("it hangs up");
    let (side, event, over) = heard.leg().await;
    assert_eq!((side, event), (LegSide::Agent, LegEvent::Ended));
    assert!(matches!(over, Some(CallEvent::Failed { .. })), "{over:?}");
    assert!(sim.channels().is_empty());
}

#[tokio::test]
async fn the_agent_sees_whom_they_call_and_the_customer_sees_the_company() {
    for (company, shown) in [(Some("+3612001000"), "+3612001000"), (None, "+36301234567")] {
        let sim = sim().await;
        let given: Vec<_> = company.map(|number| ("company_number", number)).into_iter().collect();
        let system = with(&sim, &given);
        let mut heard = Heard::open(&system).await;
        let starts = system.start_calls.as_ref().expect("it starts calls");
        let agent = starts.originate(&order("101")).await.expect("started").external_id.expect("an id");
        heard.push().await;
        assert_eq!(sim.shown_to(&agent), "+36301234567", "the agent's phone");
        sim.answers(&agent);
        heard.push().await;
        let customer = sim.dials_out(&agent, "+36301234567");
        // Where nothing is set, the dialplan decides.
        assert_eq!(sim.shown_to(&customer), shown, "the customer's, with {company:?}");
        assert_eq!(sim.clicks(), ["101 calls +36301234567"]);
    }
}

#[tokio::test]
async fn a_customer_who_is_still_being_called_is_given_up_with_the_agents_phone() {
    let sim = sim().await;
    let system = system(&sim);
    let mut heard = Heard::open(&system).await;
    let starts = system.start_calls.as_ref().expect("it starts calls");
    let agent = starts.originate(&order("101")).await.expect("started").external_id.expect("an id");
    heard.push().await;
    sim.answers(&agent);
    assert_eq!(heard.leg().await.1, LegEvent::Answered);
    let customer = sim.dials_out(&agent, "+36301234567");
    assert_eq!(heard.leg().await, (LegSide::Customer, LegEvent::Rings, Some(CallEvent::CustomerRinging)));
    let controls = system.control_calls.as_ref().expect("it controls calls");
    controls.act("101", &CallAct::HangUp).await.expect("it hangs up");
    let requests = sim.requests();
    let hung_up: Vec<_> = requests.iter().filter(|asked| asked.starts_with("DELETE")).collect();
    assert!(matches!(hung_up.as_slice(), [one] if one.contains(&agent)), "the agent's own leg: {requests:?}");
    assert_eq!(heard.leg().await, (LegSide::Agent, LegEvent::Ended, None));
    // Its dialplan ends with it, and lets go whom it called.
    sim.hangs_up(&customer, 16);
    assert_eq!(heard.leg().await, (LegSide::Customer, LegEvent::Ended, Some(CallEvent::Ended)));
    assert!(controls.act("101", &CallAct::HangUp).await.is_err(), "there is nothing left to hang up");
}

#[tokio::test]
async fn a_customer_who_is_reached_by_the_second_way_out_was_never_lost() {
    let sim = sim().await;
    let system = system(&sim);
    let mut heard = Heard::open(&system).await;
    let started =
        system.start_calls.as_ref().expect("it starts calls").originate(&order("101")).await.expect("started");
    let agent = started.external_id.expect("an id");
    heard.push().await;
    sim.answers(&agent);
    assert_eq!(heard.leg().await.2, Some(CallEvent::AgentAnswered));
    let first = sim.dials_out(&agent, "+36301234567");
    assert_eq!(heard.leg().await.2, Some(CallEvent::CustomerRinging));
    sim.fails(&first, 34);
    let second = sim.dials_out(&agent, "+36301234567");
    assert_eq!(heard.leg().await, (LegSide::Customer, LegEvent::Rings, Some(CallEvent::CustomerRinging)));
    assert_eq!(heard.leg().await, (LegSide::Customer, LegEvent::Ended, None));
    sim.answers(&second);
    assert_eq!(heard.leg().await.2, Some(CallEvent::Connected));
}

#[tokio::test]
async fn a_phone_that_is_not_registered_is_said_before_anybody_is_asked() {
    let sim = sim().await;
    let system = system(&sim);
    let mut heard = Heard::open(&system).await;
    sim.registers("102", false);
    // What comes behind it in the stream has been read, too.
    let trunk = sim.calls_in("+36301234567", "", "+3612001000");
    sim.rings(&trunk, "101");
    heard.push().await;
    let before = sim.requests().len();
    let starts = system.start_calls.as_ref().expect("it starts calls");
    let failure = starts.originate(&order("102")).await.expect_err("nobody would hear it");
    assert!(failure.to_string().contains("no phone is registered for extension 102"), "{failure}");
    assert_eq!(sim.requests().len(), before);
    let failure = starts.originate(&order("104")).await.expect_err("there is none");
    assert!(matches!(&failure, OriginateFailure::Refused { detail } if detail.contains("does not exist")), "{failure}");
}

#[tokio::test]
async fn the_filter_names_what_is_wanted_and_a_user_who_may_only_read_goes_without() {
    let sim = sim().await;
    let heard = Heard::open(&system(&sim)).await;
    assert!(sim.requests().contains(&"PUT /ari/applications/ringcard/eventFilter".to_owned()));
    drop(heard);
    sim.set_read_only(true);
    let system = system(&sim);
    let mut heard = Heard::open(&system).await;
    let trunk = sim.calls_in("+36301234567", "", "+3612001000");
    sim.tell(json!({ "type": "ChannelVarset", "channel": {}, "variable": "X", "value": "Y" }));
    sim.rings(&trunk, "101");
    assert_eq!(heard.leg().await.1, LegEvent::Rings);
    let failure = system.start_calls.expect("it starts calls").originate(&order("101")).await.expect_err("it may not");
    assert!(failure.to_string().contains("read_only = no"), "{failure}");
}

#[tokio::test]
async fn frames_of_a_newer_version_and_frames_that_are_none_cost_nothing() {
    let sim = sim().await;
    let mut heard = Heard::open(&system(&sim)).await;
    let name = format!("PJSIP/{}", "x".repeat(4096));
    for frame in [
        "no json".to_owned(),
        "[]".to_owned(),
        json!({ "type": "ChannelLevitates", "height": 3 }).to_string(),
        json!({ "type": "ChannelCreated" }).to_string(),
        json!({ "type": "ChannelCreated", "channel": { "id": 7, "name": [] } }).to_string(),
        json!({ "type": "ChannelCreated", "channel": { "id": "9.9", "name": name, "state": "Ring", "new": {} } })
            .to_string(),
        json!({ "type": "Dial", "peer": { "id": "9.8", "name": "PJSIP/101-1" }, "dialstatus": "LEVITATING" })
            .to_string(),
    ] {
        sim.send_raw(&frame);
    }
    let trunk = sim.calls_in("+36301234567", "", "+3612001000");
    sim.rings(&trunk, "101");
    assert_eq!(heard.leg().await, (LegSide::Agent, LegEvent::Rings, Some(CallEvent::CustomerRinging)));
}

#[tokio::test]
async fn a_clock_an_hour_off_changes_no_moment() {
    let sim = sim().await;
    for off in [-3_600_000, 3_600_000] {
        sim.set_clock_off_ms(off);
        let mut heard = Heard::open(&system(&sim)).await;
        let trunk = sim.calls_in("+36301234567", "", "+3612001000");
        let phone = sim.rings(&trunk, "101");
        let at = heard.push().await.leg.and_then(|leg| leg.at).expect("a moment");
        assert!((at.0 - Timestamp::now().0).abs() < 60_000, "{off}");
        sim.hangs_up(&phone, 16);
        sim.hangs_up(&trunk, 16);
    }
}

#[tokio::test]
async fn a_password_that_is_changed_is_said_and_hearing_begins_again_with_the_right_one() {
    let sim = sim().await;
    let mut heard = Heard::open(&system(&sim)).await;
    sim.set_password("another");
    sim.cut_lines();
    let (mut why, mut detail, mut again_in) = heard.away().await;
    while why == Lost::Unreachable {
        (why, detail, again_in) = heard.away().await;
    }
    assert_eq!(why, Lost::Refused);
    assert!(detail.contains("user or password") && again_in >= Duration::from_secs(15), "{detail} {again_in:?}");
}

#[tokio::test]
async fn a_line_that_breaks_at_once_every_time_is_tried_ever_more_seldom() {
    let sim = sim().await;
    sim.misbehave(Some(AsteriskWrong::LinesBreak));
    let mut heard = Heard::of(&system(&sim));
    let mut pauses = Vec::new();
    for _ in 0..4 {
        pauses.push(heard.away().await.2);
    }
    assert!(pauses[3] > pauses[0], "{pauses:?}");
}

#[tokio::test]
async fn an_asterisk_that_is_still_starting_is_waited_for() {
    let sim = sim().await;
    sim.misbehave(Some(AsteriskWrong::Starting));
    let mut heard = Heard::of(&system(&sim));
    assert_eq!(heard.away().await.0, Lost::Silent);
    sim.misbehave(None);
    while heard.state().await != WatchState::Connected {}
}

#[tokio::test]
async fn two_hubs_under_one_name_are_told_so() {
    let sim = sim().await;
    let mut heard = Heard::open(&system(&sim)).await;
    let _other = Heard::open(&system(&sim)).await;
    let (why, detail, again_in) = heard.away().await;
    assert!(why == Lost::NotSetUp && detail.contains("ringcard") && again_in >= Duration::from_secs(15), "{detail}");
}

#[tokio::test]
async fn what_got_lost_on_a_line_is_told_by_the_next_snapshot() {
    let sim = sim().await;
    let mut heard = Heard::open(&system(&sim)).await;
    let trunk = sim.calls_in("+36301234567", "", "+3612001000");
    let phone = sim.rings(&trunk, "101");
    assert_eq!(heard.leg().await.1, LegEvent::Rings);
    sim.happens_unheard(json!({ "type": "ChannelDestroyed", "channel": { "id": phone } }));
    sim.happens_unheard(json!({ "type": "ChannelDestroyed", "channel": { "id": trunk } }));
    sim.cut_lines();
    let (mut side, mut over) = (Vec::new(), None);
    for _ in 0..2 {
        let (whose, event, whole) = heard.leg().await;
        assert_eq!(event, LegEvent::Ended);
        side.push(whose);
        over = over.or(whole);
    }
    side.sort_unstable();
    assert_eq!((side, over), (vec![LegSide::Customer, LegSide::Agent], Some(CallEvent::Missed)));
}

#[tokio::test]
async fn ten_thousand_channels_are_read_at_once() {
    let sim = sim().await;
    for no in 0..5_000 {
        let channel = |id: String, name: String, state: &str| {
            json!({ "type": "ChannelCreated", "channel": { "id": id, "name": name, "state": state,
                    "caller": { "name": "", "number": "+36301234567" },
                    "dialplan": { "exten": "+3612001000", "app_name": "AppDial" } } })
        };
        sim.happens_unheard(channel(format!("a.{no}"), format!("PJSIP/trunk-{no:08x}"), "Ring"));
        sim.happens_unheard(channel(format!("b.{no}"), format!("PJSIP/{}-{no:08x}", 1000 + no), "Down"));
    }
    let mut heard = Heard::open(&system(&sim)).await;
    let trunk = sim.calls_in("+36301234567", "", "+3612001000");
    sim.rings(&trunk, "101");
    assert_eq!(heard.push().await.extensions, ["101"]);
}

#[tokio::test]
async fn a_test_says_how_many_phones_there_are_and_which_setting_finds_none() {
    let sim = sim().await;
    let report = system(&sim).trial.test().await;
    let last = report.steps.last().expect("steps");
    assert!(report.state == TestState::Works && last.detail.starts_with("2 phones, 2 of them"), "{report:?}");
    let other = with(&sim, &[("endpoint", "PJSIP/web-{extension}")]);
    let report = other.trial.test().await;
    assert!(report.steps.last().is_some_and(|step| step.detail.contains("check that setting")), "{report:?}");
}
