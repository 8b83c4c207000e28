//! A recorded push that is sent again makes no new call where it has an id or a time.

use crate::support;

use ringcard_core::{
    Timestamp,
    call::CallState,
    frame::{Reply, Request},
};
use ringcard_hub::{AccountSetup, System};
use std::time::Duration;
use support::{Desk, Plan, World, address, hub_in, vipex_with, world};

const RING: &str = "caller=%2B36301234567&called=101";

async fn became(world: &World, desk: &mut Desk) -> String {
    let Ok(Reply::Pushes { pushes }) = desk.ask(Request::Pushes { account: Some("pbx".into()) }).await else {
        panic!("no pushes of {}", world.base)
    };
    let newest = pushes.iter().max_by_key(|push| push.at).expect("one came");
    serde_json::to_value(&newest.became).expect("JSON")["kind"].as_str().expect("a word").to_owned()
}

#[tokio::test]
async fn a_ring_with_an_id_is_the_same_call_also_when_it_is_over_and_after_a_restart() {
    let plan = Plan::default();
    let mut world = world().await;
    let mut desk = world.desk().await;
    let ring = format!("{RING}&callid=replayed-1");
    assert_eq!(world.push(&ring).await, 200);
    desk.call_in(CallState::Ringing).await;
    let end = format!("{}/in/pbx/event?key={}&event=missed&callid=replayed-1", world.base, support::KEY);
    assert_eq!(world.http.get(end).send().await.expect("an answer").status(), 200);
    desk.call_in(CallState::Missed).await;
    assert_eq!(world.push(&ring).await, 200);
    assert_eq!(became(&world, &mut desk).await, "repeated");
    assert_eq!(desk.calls.len(), 1);

    world.hub.shutdown().await;
    world.hub = hub_in(world.dir.path(), &plan, &world.sim.base_url()).await;
    world.base = address(&world.hub);
    let mut desk = world.desk().await;
    assert_eq!(world.push(&ring).await, 200);
    let begun =
        format!("{}/in/pbx/event?key={}&event=agent_ringing&{RING}&callid=replayed-1", world.base, support::KEY);
    assert_eq!(world.http.get(begun).send().await.expect("an answer").status(), 200);
    assert_eq!(became(&world, &mut desk).await, "repeated");
    assert!(desk.calls.values().all(|call| call.state == CallState::Missed), "{:?}", desk.calls);
}

#[tokio::test]
async fn a_ring_that_was_sent_long_ago_makes_no_call_and_every_other_does() {
    let world = world().await;
    let with_time = vipex_with(&world.sim.base_url(), 10, &[("time_name", "sent")]);
    world.hub.use_accounts(vec![AccountSetup::new("pbx", Ok(System::from(with_time)))]).await;
    let mut desk = world.desk().await;
    let seconds = |ago: u64| Timestamp::now().before(Duration::from_secs(ago)).0 / 1000;
    assert_eq!(world.push(&format!("{RING}&sent={}", seconds(3600))).await, 200);
    assert_eq!(became(&world, &mut desk).await, "too_old");
    for (number, sent) in [(1, seconds(30).to_string()), (2, "yesterday".into()), (3, (seconds(0) + 3600).to_string())]
    {
        assert_eq!(world.push(&format!("caller=%2B3630123456{number}&called=101&sent={sent}")).await, 200);
        assert_eq!(became(&world, &mut desk).await, "new_call", "{sent}");
    }
    desk.until("three calls", |desk| desk.calls.len() == 3).await;
}
