use super::support::*;
use ringcard_connect::{
    ActFailure, Attempt, CallAct, CallControl, Originate, OriginateFailure, StartCalls, Toggle, Writes,
};
use ringcard_core::{
    number::Party,
    submission::{ParkReason, Write},
};
use ringcard_sim::wolkvox::{CallOrigin, Misbehaviour};
use std::time::{Duration, Instant};

const NUMBER: &str = "+573001234567";
const DIALLED: &str = "3001234567";

fn order(agent: &str) -> Originate {
    Originate { extension: agent.to_owned(), number: outside(NUMBER), call_id: "0192f0c0ffee".to_owned(), ticket: None }
}

const OFF: Toggle = Toggle { on: false, known: true };
const ON: Toggle = Toggle { on: true, known: true };

#[tokio::test]
async fn a_click_to_call_goes_through_the_cloud_or_the_agents_own_machine() {
    let sim = sim().await;
    let wolkvox = account_here(&sim);
    for (agent, file) in [(AGENT, "agentbox"), (LOCAL_AGENT, "local")] {
        let started = wolkvox.originate(&order(agent)).await.expect("it starts");
        let call = sim.agent(agent).and_then(|a| a.call).expect("a call");
        assert_eq!(started.external_id.as_deref(), Some(call.conn_id.as_str()), "{agent}");
        assert_eq!(call.phone, DIALLED);
        let asked = sim.requests_of("dial");
        assert_eq!(asked.last().map(|a| a.file.as_str()), Some(file));
    }
    assert_eq!(sim.quota().spent, 0, "agent actions are free");
    sim.shutdown().await;
}

#[tokio::test]
async fn a_dial_whose_answer_is_lost_is_unknown_and_never_repeated_on_either_way() {
    for (agent, api) in [(AGENT, "agentbox/dial"), (LOCAL_AGENT, "local/dial")] {
        for misbehaviour in
            [Misbehaviour::ApplyThenCut, Misbehaviour::CutAnswer, Misbehaviour::Garbage { applied: true }]
        {
            let sim = sim().await;
            let wolkvox = account_here(&sim);
            sim.misbehave(api, misbehaviour.clone());
            let failure = wolkvox.originate(&order(agent)).await.expect_err("no answer");
            assert!(matches!(failure, OriginateFailure::Unknown { .. }), "{api} {misbehaviour:?}: {failure:?}");
            assert_no_secret(&format!("{failure:?} {failure}"));
            assert_eq!((sim.dialled(DIALLED), sim.requests().len()), (1, 1), "{api} {misbehaviour:?}");
            sim.shutdown().await;
        }
    }
}

#[tokio::test]
async fn the_cloud_takes_over_only_where_the_local_agent_surely_took_nothing() {
    let sim = sim().await;
    let wolkvox = account_here(&sim);
    sim.local_online(false).await.expect("it ends");
    assert!(wolkvox.originate(&order(LOCAL_AGENT)).await.is_ok());
    assert_eq!(sim.requests().iter().map(|a| a.file.as_str()).collect::<Vec<_>>(), ["agentbox"]);
    sim.local_online(true).await.expect("it comes back");
    // it refuses: there is a call already; nobody else is asked
    let refused = wolkvox.originate(&order(LOCAL_AGENT)).await;
    assert!(matches!(refused, Err(OriginateFailure::Refused { .. })), "{refused:?}");
    assert_eq!(sim.requests().iter().map(|a| a.file.as_str()).collect::<Vec<_>>(), ["agentbox", "local"]);
    sim.shutdown().await;
}

#[tokio::test]
async fn a_dial_that_cannot_start_says_why() {
    let sim = sim().await;
    let wolkvox = account(&sim);
    let no_agent = wolkvox.originate(&order(" ")).await;
    assert!(matches!(no_agent, Err(OriginateFailure::NotConfigured { .. })), "{no_agent:?}");
    let hidden = wolkvox.originate(&Originate { number: Party::Hidden, ..order(AGENT) }).await;
    assert!(matches!(hidden, Err(OriginateFailure::Refused { .. })), "{hidden:?}");
    assert!(sim.requests().is_empty());
    let logged_out = wolkvox.originate(&order("5005")).await;
    assert!(matches!(logged_out, Err(OriginateFailure::Refused { .. })), "{logged_out:?}");
    let wrong = account_with(&sim, &[], "an0ther token").originate(&order(AGENT)).await;
    assert!(matches!(wrong, Err(OriginateFailure::Authentication { .. })), "{wrong:?}");
    sim.maintenance(true);
    let closed = wolkvox.originate(&order(AGENT)).await;
    assert!(matches!(closed, Err(OriginateFailure::Unreachable { .. })), "{closed:?}");
    sim.go_offline().await;
    let offline = wolkvox.originate(&order(AGENT)).await;
    assert!(matches!(&offline, Err(OriginateFailure::Unreachable { detail }) if detail.contains("allowed IPs")));
    sim.shutdown().await;
}

#[tokio::test]
async fn every_act_reaches_the_call_on_both_ways() {
    for agent in [AGENT, LOCAL_AGENT] {
        let sim = sim().await;
        let wolkvox = account_here(&sim);
        sim.give_call(agent, CallOrigin::Inbound, "3009998877", None);
        wolkvox.call_began(agent);
        let call = || sim.agent(agent).and_then(|a| a.call).expect("a call");
        for act in [CallAct::Hold, CallAct::Dtmf { tones: "12#".to_owned() }] {
            wolkvox.act(agent, &act).await.unwrap_or_else(|e| panic!("{agent} {act:?}: {e}"));
        }
        assert!(call().on_hold);
        assert_eq!(call().tones, "12#", "{agent}");
        wolkvox.act(agent, &CallAct::Resume).await.expect("resumed");
        assert!(!call().on_hold);
        wolkvox.act(agent, &CallAct::Mute).await.expect("muted");
        assert!(sim.agent(agent).is_some_and(|a| a.muted));
        wolkvox
            .act(agent, &CallAct::Transfer { to: Party::Internal { digits: "5004".into() } })
            .await
            .expect("transferred");
        let files: Vec<String> = sim.requests().into_iter().map(|a| a.file).collect();
        let local = files.iter().filter(|file| *file == "local").count();
        assert_eq!(local > 0, agent == LOCAL_AGENT, "{files:?}");
        assert_eq!(sim.quota().spent, 0);
        sim.shutdown().await;
    }
}

#[tokio::test]
async fn toggles_are_known_where_we_turned_them_and_a_guess_after_a_lost_answer() {
    let sim = sim().await;
    let wolkvox = account(&sim);
    sim.give_call(AGENT, CallOrigin::Inbound, "3009998877", None);
    assert!(!wolkvox.toggles(AGENT).hold.known, "we were just started");
    let held = wolkvox.act(AGENT, &CallAct::Hold).await.expect("held");
    assert_eq!(held.toggles.hold, Toggle { on: true, known: false }, "it may have been held before");

    wolkvox.act(AGENT, &CallAct::HangUp).await.expect("ended");
    sim.give_call(AGENT, CallOrigin::Inbound, "3009998877", None);
    wolkvox.call_began(AGENT);
    assert_eq!(wolkvox.toggles(AGENT).hold, OFF);
    assert_eq!(wolkvox.act(AGENT, &CallAct::Hold).await.expect("held").toggles.hold, ON);

    let asked = sim.requests().len();
    assert_eq!(wolkvox.act(AGENT, &CallAct::Hold).await.expect("held already").toggles.hold, ON);
    assert_eq!(sim.requests().len(), asked, "a second one would have resumed");
    assert!(sim.agent(AGENT).and_then(|a| a.call).is_some_and(|c| c.on_hold));

    sim.misbehave("hold", Misbehaviour::ApplyThenCut);
    let lost = wolkvox.act(AGENT, &CallAct::Resume).await;
    assert!(matches!(lost, Err(ActFailure::Unknown { .. })), "{lost:?}");
    assert_eq!(wolkvox.toggles(AGENT).hold, Toggle { on: false, known: false });

    sim.misbehave("mute", Misbehaviour::Refuse { status: 400, message: "NO".into() });
    let before = wolkvox.toggles(AGENT).mute;
    assert!(wolkvox.act(AGENT, &CallAct::Mute).await.is_err());
    assert_eq!(wolkvox.toggles(AGENT).mute, before, "it surely did not happen");
    sim.shutdown().await;
}

#[tokio::test]
async fn two_clicks_on_hold_at_once_hold_the_call() {
    let sim = sim_with(|config| config.answer_time = Duration::from_millis(20)).await;
    let wolkvox = account(&sim);
    sim.give_call(AGENT, CallOrigin::Inbound, "3009998877", None);
    wolkvox.call_began(AGENT);
    let (one, other) = tokio::join!(wolkvox.act(AGENT, &CallAct::Hold), wolkvox.act(AGENT, &CallAct::Hold));
    assert!(one.is_ok() && other.is_ok());
    assert!(sim.agent(AGENT).and_then(|a| a.call).is_some_and(|c| c.on_hold));
    assert_eq!(sim.requests_of("hold").len(), 1);
    sim.shutdown().await;
}

#[tokio::test]
async fn a_call_is_coded_and_coded_again_free_of_the_allowance() {
    for agent in [AGENT, LOCAL_AGENT] {
        let sim = sim().await;
        let wolkvox = {
            let url = sim.local_url().expect("a local agent");
            let port = url.trim_start_matches("http://127.0.0.1:").trim_end_matches("/apiagentbox").to_owned();
            let given = [("local_agent_port", port.as_str()), ("local_agent_id", LOCAL_AGENT), ("second_code", "true")];
            account_with(&sim, &given, TOKEN)
        };
        sim.give_call(agent, CallOrigin::Inbound, "3009998877", None);
        let coded = |second: Option<&str>, comment: &str| {
            submission(Write::CodeCall {
                account: "wolkvox".to_owned(),
                agent_id: agent.to_owned(),
                code: "001".to_owned(),
                second_code: second.map(str::to_owned),
                comment: comment.to_owned(),
            })
        };
        let missing = wolkvox.write_one(&coded(None, "said yes")).await;
        assert!(matches!(missing, Attempt::Refused { why: ParkReason::Invalid, .. }), "{missing:?}");
        assert!(sim.requests().is_empty());
        let write = coded(Some("A01"), "said yes");
        assert!(!wolkvox.counts_against_day(&write) && !wolkvox.is_idempotent(&write));
        let done = wolkvox.write_one(&write).await;
        assert!(matches!(done, Attempt::Done { .. }), "{agent}: {done:?}");
        let again = wolkvox.write_one(&coded(Some("A02"), "said yes\r\nand more")).await;
        assert!(matches!(again, Attempt::Done { .. }), "{agent}: {again:?}");
        let call = sim.agent(agent).and_then(|a| a.call).expect("a call");
        assert_eq!((call.cod_act_2.as_deref(), call.comment.as_str()), (Some("A02"), "said yes and more"));
        assert_eq!(sim.quota().spent, 0);
        sim.shutdown().await;
    }
}

#[tokio::test]
async fn another_program_at_the_port_is_not_taken_for_wolkvox_agent() {
    let sim = sim().await;
    // the cloud's own port: it has no /apiagentbox
    let port = sim.address().port().to_string();
    let given = [("local_agent_port", port.as_str()), ("local_agent_id", LOCAL_AGENT)];
    let refused = account_with(&sim, &given, TOKEN).originate(&order(LOCAL_AGENT)).await;
    assert!(matches!(&refused, Err(OriginateFailure::Refused { detail }) if detail.contains("port")), "{refused:?}");
    assert_eq!(sim.dialled(DIALLED), 0);
    sim.shutdown().await;
}

#[tokio::test]
async fn an_agent_does_not_wait_behind_a_report_where_two_are_allowed() {
    let sim = sim().await;
    let wolkvox = account_with(&sim, &[("at_once", "2")], TOKEN);
    sim.misbehave("codify", Misbehaviour::Slow { ms: 3000 });
    let slow = codify(CUSTOMER, "x");
    let began = Instant::now();
    let dial = async {
        sim.wait_for_request("codify", |a| a.api == "codify").await.expect("it is under way");
        let outcome = wolkvox.originate(&order(AGENT)).await;
        (outcome, began.elapsed())
    };
    let (_, (outcome, took)) = tokio::join!(wolkvox.write_one(&slow), dial);
    assert!(outcome.is_ok() && took < Duration::from_secs(2), "{outcome:?} after {took:?}");
    assert_eq!(sim.traffic("desk").most_at_once, 2);
    sim.shutdown().await;
}
