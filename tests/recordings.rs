//! A call's recording: fetched, shown and heard.

use crate::support;

use support::{
    Plan, Window,
    people::{MARIA_CALLS, maria},
    until,
};

async fn call_with_recording(desk: &support::Desk) {
    desk.knows(maria()).await;
    let call = desk.rings(MARIA_CALLS).await;
    call.answer().await.expect("answered");
    desk.popup().await.sees("Connected").await;
    call.hang_up().await.expect("hung up");
    let data = |push: &ringcard_sim::Pushed| push.kind == ringcard_sim::PushKind::CallData;
    desk.sim.wait_for_push("its data", data).await.expect("call data");
}

fn plan(name: &'static str) -> Plan {
    let mut plan = Plan::new(name).with_main_window();
    plan.sim.push.recording_ids = true;
    // The address of the plan is that of click-to-call.
    plan.account_settings = "recording_path = \"/../recording\"";
    plan
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recording_is_fetched_and_heard_whole() {
    let desk = Plan { loudspeaker: true, ..plan("recording") }.open().await;
    let loudspeaker = desk.loudspeaker();
    call_with_recording(&desk).await;

    let main = desk.main_window().await;
    main.press_containing("María López").await;
    main.sees("it is fetched when you play it").await;
    desk.picture(&main, "there").await;
    assert_eq!(loudspeaker.seconds(), 0.0);
    main.press("Play").await;
    main.find("[aria-label=Position]").await;
    desk.picture(&main, "plays").await;
    let length = main.run("return document.querySelector('[aria-label=Position]').max").await;
    let length: f64 = length.as_str().and_then(|length| length.parse().ok()).expect("seconds");
    until("all of it", async || {
        let seconds = loudspeaker.seconds();
        if seconds > length - 0.1 { Ok(()) } else { Err(format!("{seconds} of {length} s")) }
    })
    .await;
    main.find_button("Play").await;
    let (seconds, pitch) = (loudspeaker.seconds(), loudspeaker.pitch());
    assert!((length - 0.1..length + 0.3).contains(&seconds), "{seconds} of {length} s were heard");
    // The simulator's recordings are an A.
    assert!((430.0..450.0).contains(&pitch), "{pitch} Hz were heard");
    let fetches = desk.sim.requests().iter().filter(|request| request.path == "/api/recording").count();
    assert_eq!(fetches, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn why_a_recording_is_not_heard_is_said_where_it_would_be() {
    let desk = plan("recording-gone").open().await;
    call_with_recording(&desk).await;
    let main = desk.main_window().await;
    main.press_containing("María López").await;
    desk.sim.misbehave_until_cleared(ringcard_sim::Misbehaviour::RefuseAuthentication);
    main.press("Play").await;
    main.sees("The recording cannot be played").await;
    desk.picture(&main, "refused").await;
    desk.sim.behave();
    main.press("Play").await;
    main.find("[aria-label=Position]").await;
    only_by_its_name(&main).await;
}

/// The page hears what it has a name for, and nothing else.
async fn only_by_its_name(main: &Window<'_>) {
    let of = |name: &str| {
        let fetched = format!("fetch('ringcard-audio://localhost/{name}').then((answer) => answer.status, () => 0)");
        format!("return {fetched};")
    };
    for name in ["", "nobody", "../../etc/passwd", &"0".repeat(32)] {
        let status = main.run(&of(name)).await;
        assert_ne!(status, 200, "{name}");
    }
    let elsewhere = "return fetch('http://127.0.0.1:9/').then(() => 'let out', () => 'kept in');";
    assert_eq!(main.run(elsewhere).await, "kept in");
}
