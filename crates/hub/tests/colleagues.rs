//! Calls between colleagues, and which colleague spoke to a customer last.

use crate::support;

use ringcard_core::{call::CallState, customer::Lookup};
use support::{KEY, World, world};

impl World {
    async fn heard(&self, kind: &str, query: &str) {
        let url = format!("{}/in/pbx/{kind}?key={KEY}&{query}", self.base);
        assert_eq!(self.http.get(url).send().await.expect("an answer").status(), 200, "{kind} {query}");
    }
}

#[tokio::test]
async fn a_colleague_who_calls_is_named_and_asked_about_nowhere() {
    let world = world().await;
    let mut ana = world.desk().await;
    world.heard("incoming", "caller=102&called=101&call_id=between&extension=101").await;
    let ringing = ana.call_in(CallState::Ringing).await;
    assert!(ringing.is_internal());
    assert_eq!(ringing.course.party_name.as_deref(), Some("Béla"));
    assert_eq!(ana.lookup(&ringing.id).await, Lookup::NotAsked);
}

#[tokio::test]
async fn the_card_says_who_spoke_to_the_customer_last_and_not_for_whom_it_rang_first() {
    let world = world().await;
    let (mut ana, mut bela) = (world.desk().await, world.desk_of("Béla").await);
    let caller = "caller=%2B36305550103&called=0615550100";
    world.heard("incoming", &format!("{caller}&call_id=first&extension=101")).await;
    ana.call_in(CallState::Ringing).await;
    world.heard("event", &format!("{caller}&call_id=first&extension=101&event=no_answer&leg=agent")).await;
    world.heard("incoming", &format!("{caller}&call_id=first&extension=102")).await;
    bela.call_in(CallState::Ringing).await;
    world.heard("event", &format!("{caller}&call_id=first&extension=102&event=connected")).await;
    bela.call_in(CallState::Connected).await;
    world.heard("call-data", "call_id=first&disposition=ANSWERED&billsec=20").await;
    bela.call_in(CallState::Ended).await;
    ana.call_in(CallState::AnsweredElsewhere).await;
    world.heard("incoming", &format!("{caller}&call_id=second&extension=101")).await;
    let again = ana.call_in(CallState::Ringing).await;
    ana.lookup(&again.id).await;
    let earlier = &ana.cards[&again.id].earlier;
    assert_eq!(earlier.iter().map(|one| one.agent.as_deref()).collect::<Vec<_>>(), [Some("Béla")]);
}
