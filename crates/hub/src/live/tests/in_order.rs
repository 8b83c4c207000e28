//! What was said later is later, however slow something else is.

use super::*;
use crate::history::Past;
use ringcard_connect::Crm;
use ringcard_core::{call::CallEvent, customer::Lookup};
use std::future::ready;
use tokio::sync::oneshot;

fn ended(id: &str) -> Push {
    let event = Some(CallEvent::Ended);
    Push { kind: PushKind::Event, event, ..ring("+36301234567", Some(id)) }
}

#[tokio::test]
async fn a_push_waits_for_those_of_the_same_call_that_came_before_and_for_no_others() {
    let dir = TempDir::new().expect("a folder for the test");
    let hub = hub(&dir).await;
    let live = hub.shared().live.clone();
    let (go_on, slow) = oneshot::channel::<()>();
    let first = live.clone();
    let first = tokio::spawn(async move {
        let known = async { slow.await.ok().and(None::<Box<Past>>) };
        first.push_knowing("pbx", ring("+36301234567", Some("1")), Instant::now(), known).await
    });
    let pushed = |push: Push| {
        let live = live.clone();
        tokio::spawn(async move { live.push_knowing("pbx", push, Instant::now(), ready(None)).await })
    };
    let (end, other) = (pushed(ended("1")), pushed(ring("+36307654321", Some("2"))));
    assert!(matches!(in_time(other).await.expect("it ended"), Ok(Told::New(_))), "another call waits for nothing");
    // Nothing is pushed of it in its turn.
    live.with(|_| ()).await.expect("the task goes on");
    go_on.send(()).expect("the first one waits");
    let Ok(Told::New(call)) = in_time(first).await.expect("it ended") else { panic!("it rings") };
    assert_eq!(in_time(end).await.expect("it ended"), Ok(Told::News(call)));
}

#[tokio::test]
async fn what_was_found_for_an_earlier_number_does_not_replace_what_was_found_for_a_later_one() {
    let dir = TempDir::new().expect("a folder for the test");
    let hub = hub(&dir).await;
    let live = hub.shared().live.clone();
    for (name, number) in [("Anna", "+36301234567"), ("Béla", "+36307654321")] {
        let details = serde_json::json!({ "name": name, "numbers": [{ "written": number }] });
        let details = serde_json::from_value(details).expect("details");
        hub.directory().create(details).await.expect("created");
    }
    let disk = busy_disk(&dir);
    let pushed = live.clone();
    let push = tokio::spawn(async move { pushed.push("pbx", ring("+36301234567", None), Instant::now()).await });
    in_time(async { while live.with(|task| task.calls.is_empty()).await == Ok(true) {} }).await;
    let later = |task: &mut crate::live::task::LiveTask| {
        let id = task.calls.keys().next().expect("the call").clone();
        task.calls.get_mut(&id).expect("the call").call.ani = plan().read_ani(Some("+36307654321"));
        task.look_up(&id);
    };
    live.with(later).await.expect("the task goes on");
    let named = || live.with(|task| task.calls.values().find_map(|live| live.named()).map(|(_, name)| name));
    in_time(async { while named().await == Ok(None) {} }).await;
    assert_eq!(named().await, Ok(Some("Béla".into())));
    drop(disk);
    in_time(push).await.expect("it ended").expect("it is kept");
    assert_eq!(named().await, Ok(Some("Béla".into())), "the number it has now");
    let looks = live.with(|task| task.calls.values().any(|live| live.card.lookup == Lookup::Looking)).await;
    assert_eq!(looks, Ok(false));
}
