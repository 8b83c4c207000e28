//! What a telephone system sends after an outage: many calls' data at once, and a ring among them.

use crate::support::{KEY, Plan, World};
use futures_util::future::join_all;
use ringcard_core::call::CallState;
use serde_json::json;

mod logged;

const RECORDS: usize = 1_000;
const CONNECTIONS: usize = 16;

async fn send(world: &World, connection: usize) -> usize {
    let mut taken = 0;
    for n in (connection..RECORDS).step_by(CONNECTIONS) {
        let data = json!({ "call": { "id": format!("1764412345.{n}"), "caller": format!("+3620{:07}", n % 400),
            "called": "+3612345678", "extension": "101", "direction": "in", "disposition": "answered", "billsec": n % 600 } });
        let url = format!("{}/in/pbx/call-data?key={KEY}", world.base);
        let sent = world.http.post(url).json(&data).send().await.expect("an answer");
        taken += usize::from(sent.status() == 200);
    }
    taken
}

#[tokio::test]
async fn a_backlog_is_taken_whole_without_a_card_and_a_ring_comes_through() {
    let mut plan = Plan::default();
    plan.listen.pushes_per_second = 10_000;
    let world = plan.begin().await;
    let mut desk = world.desk().await;
    let backlog = join_all((0..CONNECTIONS).map(|connection| send(&world, connection)));
    let ring = async {
        for _ in 0..20 {
            assert_eq!(world.push("caller=%2B36301234567&called=101&callid=now").await, 200);
        }
    };
    let (taken, ()) = tokio::join!(backlog, ring);
    assert_eq!(taken.iter().sum::<usize>(), RECORDS);
    let call = desk.call_in(CallState::Ringing).await;
    assert_eq!(call.external_id.as_deref(), Some("now"));
    // Of the others nothing was told: what was asked for now comes after all of it.
    assert_eq!(world.push("caller=%2B36307654321&called=101&callid=later").await, 200);
    desk.until("the last ring", |desk| desk.calls.values().any(|call| call.external_id.as_deref() == Some("later")))
        .await;
    assert_eq!(desk.calls.len(), 2);
    let list = rusqlite::Connection::open(world.dir.path().join("calls.db")).expect("the call list");
    let kept: i64 = list.query_row("SELECT count(*) FROM call", [], |row| row.get(0)).expect("a number");
    assert_eq!(usize::try_from(kept), Ok(RECORDS + 2));
}

#[tokio::test]
async fn data_beyond_what_an_account_may_send_wait_for_their_turn_and_keep_no_phone_from_ringing() {
    let mut plan = Plan::default();
    plan.listen.pushes_per_second = 2;
    let world = plan.begin().await;
    let mut desk = world.desk().await;
    let data = |n: usize| {
        let url = format!(
            "{}/in/pbx/call-data?key={KEY}&callid=d-{n}&caller=%2B36201234567&called=101&billsec=1",
            world.base
        );
        world.http.get(url).send()
    };
    // Ten are let through at once, the next ones as time goes by.
    let sent = join_all((0..12).map(data)).await;
    assert!(sent.into_iter().all(|answer| answer.expect("an answer").status() == 200));
    assert_eq!(world.push("caller=%2B36301234567&called=101&callid=now").await, 200);
    desk.call_in(CallState::Ringing).await;
}
