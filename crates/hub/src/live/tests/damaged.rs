//! A call list that is damaged: what goes on goes on.

use super::*;
use crate::history::Click;
use ringcard_core::{
    Timestamp,
    call::CallId,
    customer::{CustomerId, SaidOf, SetAside},
};
use std::path::Path;

#[tokio::test]
async fn calls_that_go_on_are_written_into_a_call_list_that_is_begun_anew() {
    let dir = TempDir::new().expect("a folder for the test");
    let hub = hub(&dir).await;
    let shared = hub.shared();
    let rings = shared.live.push("pbx", ring("+36301234567", Some("1")), Instant::now()).await;
    let Ok(Told::New(call)) = rings else { panic!("it rings: {rings:?}") };
    let set_aside = SetAside {
        customer: CustomerId("c".into()),
        name: "Anna".into(),
        of: SaidOf::Call,
        by: Some(ana()),
        at: Timestamp(1),
    };
    let click = Click { by: Some(ana()), key: "click".into() };
    let (said, clicked) = (set_aside.clone(), click.clone());
    let said = shared.live.of_call(&call, |live| {
        live.set_aside.push(said);
        live.clicks.push(clicked);
    });
    said.await.expect("the task goes on");

    shared.history.meet_damage().await;
    in_time(async {
        while shared.history.set_aside_as().is_none() {
            tokio::task::yield_now().await
        }
    })
    .await;
    let is_there = || async { matches!(shared.history.call(call.clone()).await, Ok(Some(_))) };
    in_time(async { while !is_there().await {} }).await;
    let said = shared.history.said_of_call(call.clone()).await.expect("read");
    assert_eq!(said.set_aside, [set_aside]);
    assert_eq!(shared.history.clicked(click).await.expect("read").map(|known| known.id), Some(call));
    hub.shutdown().await;
}

/// Tears the page on which one of these calls is, deep inside the table.
fn tear(file: &Path, calls: &[CallId]) {
    const PAGE: usize = 4096;
    /// What a page begins with that other pages do not hang on.
    const LEAF: u8 = 0x0a;
    let mut bytes = std::fs::read(file).expect("the file");
    let holds = |page: &[u8], text: &str| page.windows(text.len()).any(|at| at == text.as_bytes());
    let of_call = |page: &[u8]| calls.iter().any(|id| holds(page, &format!("{{\"id\":\"{id}\"")));
    let torn = bytes.chunks_mut(PAGE).find(|page| page[0] == LEAF && of_call(page)).expect("a page with a call");
    torn.fill(0);
    std::fs::write(file, bytes).expect("written");
}

#[tokio::test]
async fn damage_deep_in_the_call_list_costs_what_is_there_and_no_start() {
    let dir = TempDir::new().expect("a folder for the test");
    let first = hub(&dir).await;
    let mut calls = Vec::new();
    for n in 0..60 {
        let mut push = ring("+36301234567", Some(&n.to_string()));
        push.extra.insert("note".into(), "x".repeat(400));
        match first.shared().live.push("pbx", push, Instant::now()).await {
            Ok(Told::New(call)) => calls.push(call),
            other => panic!("it rings: {other:?}"),
        }
    }
    first.shutdown().await;
    tear(&dir.path().join("calls.db"), &calls[20..40]);

    let hub = hub(&dir).await;
    let shared = hub.shared();
    let followed = shared.live.with(|task| task.calls.keys().cloned().collect::<Vec<_>>()).await.expect("it goes on");
    assert!(followed.len() >= 40 && followed.len() < 60, "{}", followed.len());
    assert!(followed.contains(&calls[0]) && followed.contains(&calls[59]), "before and behind it");
    assert!(hub.history_set_aside_as().is_some(), "it is said");
    for call in followed {
        let is_kept = || async { matches!(shared.history.call(call.clone()).await, Ok(Some(_))) };
        in_time(async { while !is_kept().await {} }).await;
    }
    hub.shutdown().await;
}
