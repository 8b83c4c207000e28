//! Pushes of a telephone system that tells of each leg.

use super::*;
use ringcard_core::{
    Timestamp,
    call::{Call, CallId, Direction, OwnPart},
    frame::DeskEvent,
    leg::{Cause, LegEvent, LegNews, LegSide},
};

fn leg(side: LegSide, event: LegEvent, id: &str, phone: Option<&str>, q850: Option<u16>) -> Push {
    let news = LegNews {
        side,
        event,
        leg_id: Some(id.to_owned()),
        extension: phone.map(str::to_owned),
        cause: Cause { q850, sip: None },
        at: Some(Timestamp::now()),
    };
    Push { kind: PushKind::Event, leg: Some(news), queue: Some("Sales".into()), ..ring("+36301234567", Some("linked")) }
}

/// What Ana's desk sees next.
async fn seen(link: &mut Link) -> (CallState, Option<OwnPart>) {
    loop {
        match in_time(link.from_hub.recv()).await {
            Some(HubFrame::Event { event: DeskEvent::Call { call }, .. }) => return (call.state, call.course.part),
            Some(_) => {}
            None => panic!("the hub went away"),
        }
    }
}

#[tokio::test]
async fn a_call_whose_legs_are_told_is_on_a_screen_while_its_phone_rings_or_talks() {
    use LegEvent::*;
    use LegSide::*;
    let dir = TempDir::new().expect("a folder for the test");
    let hub = hub(&dir).await;
    let live = hub.shared().live.clone();
    let (mut link, _) = welcome(&hub).await;
    let told = |push: Push| {
        let live = live.clone();
        async move { live.push("pbx", push, Instant::now()).await }
    };
    let Ok(Told::New(id)) = told(leg(Customer, Rings, "c", None, None)).await else { panic!("a new call") };
    let agents = live.with(move |task| task.calls[&id].call.agents.clone()).await;
    assert_eq!(agents, Ok(Vec::new()), "nobody's phone rings yet");

    told(leg(Agent, Rings, "a", Some("101"), None)).await.expect("kept");
    assert_eq!(seen(&mut link).await, (CallState::Ringing, None));
    told(leg(Agent, Ended, "a", Some("101"), Some(21))).await.expect("kept");
    assert_eq!(seen(&mut link).await, (CallState::AnsweredElsewhere, Some(OwnPart::Declined)));
    // The queue goes on, and comes back: another leg of the same phone.
    told(leg(Agent, Rings, "b", Some("102"), None)).await.expect("kept");
    seen(&mut link).await;
    told(leg(Agent, Ended, "b", Some("102"), Some(19))).await.expect("kept");
    seen(&mut link).await;
    told(leg(Agent, Rings, "a2", Some("101"), None)).await.expect("kept");
    assert_eq!(seen(&mut link).await, (CallState::Ringing, None));
    let again = told(leg(Agent, Rings, "a2", Some("101"), None)).await;
    assert!(matches!(again, Ok(Told::Again(_))), "{again:?}");
    told(leg(Agent, Answered, "a2", Some("101"), None)).await.expect("kept");
    assert_eq!(seen(&mut link).await, (CallState::Connected, None));
    told(leg(Customer, Ended, "c", None, Some(16))).await.expect("kept");
    assert_eq!(seen(&mut link).await, (CallState::Ended, None));

    let history = hub.shared().history.clone();
    let call = history.by_external_id("pbx".into(), "linked".into()).await.expect("read").expect("it is there");
    assert_eq!((call.course.queue.as_deref(), call.course.legs.len()), (Some("Sales"), 3));
    hub.shutdown().await;
}

#[tokio::test]
async fn a_call_of_legs_is_the_same_after_a_kill_at_any_point() {
    use LegEvent::*;
    use LegSide::*;
    let pushes = [
        leg(Customer, Rings, "c", None, None),
        leg(Agent, Rings, "a", Some("101"), None),
        leg(Agent, Answered, "a", Some("101"), None),
        leg(Agent, Rings, "b", Some("102"), None),
        leg(Agent, Ended, "a", Some("101"), Some(16)),
        leg(Agent, Answered, "b", Some("102"), None),
        leg(Customer, Ended, "c", None, Some(16)),
    ];
    let mut whole = None;
    for killed_after in 0..pushes.len() {
        let dir = TempDir::new().expect("a folder for the test");
        let mut now = hub(&dir).await;
        for (n, push) in pushes.iter().enumerate() {
            let mut push = push.clone();
            push.leg.as_mut().expect("each is news of a leg").at = Some(Timestamp::now());
            now.shared().live.push("pbx", push, Instant::now()).await.expect("kept");
            later().await;
            if n == killed_after {
                drop(now); // no shutdown
                now = hub(&dir).await;
            }
        }
        let history = now.shared().history.clone();
        let mut call = history.by_external_id("pbx".into(), "linked".into()).await.expect("read").expect("it is there");
        now.shutdown().await;
        call.id = CallId("one".into());
        without_moments(&mut call);
        assert_eq!((&call.state, call.direction), (&CallState::Ended, Direction::Inbound));
        assert_eq!(whole.get_or_insert_with(|| call.clone()), &call, "killed after {killed_after}");
    }
}

/// Every call has moments of its own: what stays is whether there is one.
fn without_moments(call: &mut Call) {
    let some = |at: &mut Option<Timestamp>| *at = at.map(|_| Timestamp(0));
    call.started_at = Timestamp(0);
    some(&mut call.connected_at);
    some(&mut call.ended_at);
    call.course.talk_seconds = call.course.talk_seconds.map(|_| 0);
    for leg in &mut call.course.legs {
        some(&mut leg.rang_at);
        some(&mut leg.answered_at);
        some(&mut leg.ended_at);
        leg.talk_seconds = leg.talk_seconds.map(|_| 0);
    }
}

#[tokio::test]
async fn a_call_that_rang_a_thousand_times_is_answered_and_ends_all_the_same() {
    use LegEvent::*;
    use LegSide::*;
    let dir = TempDir::new().expect("a folder for the test");
    let hub = hub(&dir).await;
    let live = hub.shared().live.clone();
    let Ok(Told::New(id)) = live.push("pbx", leg(Customer, Rings, "c", None, None), Instant::now()).await else {
        panic!("a new call")
    };
    let state = |what: &'static str| {
        let (live, id) = (live.clone(), id.clone());
        async move { live.with(move |task| task.calls[&id].call.state.clone()).await.expect(what) }
    };
    for n in 0..1_010 {
        let rung = live.push("pbx", leg(Agent, Rings, &format!("a{n}"), Some("101"), None), Instant::now()).await;
        rung.expect("kept");
    }
    assert_eq!(state("it rings").await, CallState::Ringing);
    live.push("pbx", leg(Agent, Answered, "last", Some("101"), None), Instant::now()).await.expect("kept");
    assert_eq!(state("it is answered").await, CallState::Connected);
    live.push("pbx", leg(Customer, Ended, "c", None, Some(16)), Instant::now()).await.expect("kept");
    assert_eq!(state("it is over").await, CallState::Ended);
}
