//! PBXs that push twice, late, in the wrong order or without ids, and customer lists that do not answer.

use crate::support;

use async_trait::async_trait;
use ringcard_connect::{Crm, CrmFailure};
use ringcard_core::{
    call::{AgentId, CallState},
    customer::{Customer, CustomerDetails, CustomerId, Lookup, Match},
    frame::{Reply, Request},
    number::Party,
};
use ringcard_hub::{Hub, HubSetup, directory::Directory};
use ringcard_sim::{Misbehaviour, Ring};
use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering::SeqCst},
    },
    time::Duration,
};
use support::{Desk, agent, dial_plan, world};

#[tokio::test]
async fn however_its_pushes_come_a_call_is_one_call_with_the_right_end() {
    let world = world().await;
    let mut desk = world.desk().await;
    let odd = [
        Misbehaviour::PushTwice,
        Misbehaviour::PushLate { ms: 50 },
        Misbehaviour::PushOutOfOrder,
        Misbehaviour::NoCallId,
    ];
    for (n, misbehaviour) in odd.into_iter().enumerate() {
        let said = format!("{misbehaviour:?}");
        world.sim.misbehave(misbehaviour);
        let ringing = world.sim.ring(Ring::from(format!("+3630111110{n}")).extension("101")).await.expect("it rings");
        ringing.answer().await.expect("answered");
        desk.until(&format!("connected after {said}"), |desk| {
            desk.calls.len() == n + 1 && desk.calls.values().last().is_some_and(|call| call.connected_at.is_some())
        })
        .await;
        ringing.hang_up().await.expect("hung up");
        let ended = |desk: &Desk| desk.calls.values().last().is_some_and(|call| call.state == CallState::Ended);
        desk.until(&format!("the end after {said}"), ended).await;
        assert_eq!(desk.calls.len(), n + 1, "{said}: one call became several");
    }
}

#[tokio::test]
async fn two_calls_the_pbx_tells_apart_are_two_calls_even_from_one_number() {
    let world = world().await;
    let mut desk = world.desk().await;
    assert_eq!(world.push("caller=%2B36301234567&called=101&callid=1").await, 200);
    let first = desk.call_in(CallState::Ringing).await;
    assert_eq!(world.push("caller=%2B36301234567&called=101&callid=2").await, 200);
    desk.until("two calls", |desk| desk.calls.len() == 2).await;
    assert_eq!(desk.calls[&first.id].state, CallState::Ringing, "the PBX tells them apart: both ring");
}

/// A customer list that hangs until it has been asked often enough.
struct Slow {
    asked: AtomicU32,
    answers_from: u32,
}

#[async_trait]
impl Crm for Slow {
    async fn find_by_number(&self, _: &Party) -> Result<Vec<Match>, CrmFailure> {
        if self.asked.fetch_add(1, SeqCst) + 1 < self.answers_from {
            std::future::pending::<()>().await;
        }
        Ok(Vec::new())
    }

    async fn search(&self, _: &str, _: u32) -> Result<Vec<Match>, CrmFailure> {
        Ok(Vec::new())
    }

    async fn get(&self, _: &CustomerId) -> Result<Customer, CrmFailure> {
        Err(CrmFailure::NotFound)
    }

    async fn create(&self, _: CustomerDetails) -> Result<Customer, CrmFailure> {
        Err(CrmFailure::NotFound)
    }

    async fn update(&self, _: &CustomerId, _: CustomerDetails) -> Result<Customer, CrmFailure> {
        Err(CrmFailure::NotFound)
    }

    async fn delete(&self, _: &CustomerId) -> Result<(), CrmFailure> {
        Err(CrmFailure::NotFound)
    }
}

/// A hub whose customer list hangs until it has been asked so often.
async fn with_a_list_that_hangs(answers_from: u32) -> (Hub, tempfile::TempDir) {
    let dir = tempfile::TempDir::new().expect("a folder");
    let directory = Directory::open(&dir.path().join("directory.db"), dial_plan()).expect("the directory");
    let setup = HubSetup {
        data_dir: dir.path().to_owned(),
        agents: vec![agent("Ana", "101")],
        plan: dial_plan(),
        line_names: BTreeMap::new(),
        call_back_within: BTreeMap::new(),
        accounts: vec![support::vipex_account("http://127.0.0.1:9", 5)],
        listen: Some(([127, 0, 0, 1], 0).into()),
        api_token: None,
        ring_expires: Duration::from_secs(60),
        conversation_expires: Duration::from_secs(60),
        waits: ringcard_hub::CallWaits::default(),
        recordings: ringcard_hub::recordings::Keeping::default(),
        keep_calls_days: None,
        customers: ringcard_hub::CustomerRules::default(),
    };
    let crm = Arc::new(Slow { asked: AtomicU32::new(0), answers_from });
    (Hub::start_with_crm(setup, directory, crm).await.expect("the hub starts"), dir)
}

#[tokio::test]
async fn the_card_does_not_wait_for_a_customer_list_that_hangs_and_takes_its_late_answer() {
    let (hub, _dir) = with_a_list_that_hangs(2).await;
    let base = format!("http://{}", hub.listening().as_ref().expect("bound").expect("an address"));
    let mut desk = Desk::open(hub.connect(AgentId("Ana".into())), "Ana").await;
    let push = format!("{base}/in/pbx/incoming?key={}&caller=%2B36301234567&called=101&callid=1", support::KEY);
    assert_eq!(support::client().get(push).send().await.expect("an answer").status(), 200);
    let call = desk.call_in(CallState::Ringing).await;
    desk.until("a first card", |desk| desk.cards.contains_key(&call.id)).await;
    assert_eq!(desk.cards[&call.id].lookup, Lookup::Looking, "the card waited for the list");
    let first = desk.cards[&call.id].version;
    assert!(matches!(desk.lookup(&call.id).await, Lookup::Unavailable { .. }), "it is not said that the list hangs");
    desk.until("the late answer", |desk| desk.cards[&call.id].lookup == Lookup::NoMatch).await;
    assert!(desk.cards[&call.id].version > first);
    // No REST without a token.
    let calls = support::client().get(format!("{base}/v1/calls")).bearer_auth("").send().await.expect("an answer");
    assert_eq!(calls.status(), 401);
}

#[tokio::test]
async fn what_there_is_to_know_of_a_number_does_not_wait_for_a_customer_list_that_hangs() {
    let (hub, _dir) = with_a_list_that_hangs(u32::MAX).await;
    let mut desk = Desk::open(hub.connect(AgentId("Ana".into())), "Ana").await;
    let asked = desk.ask(Request::BeforeDial { number: "0690123456".into() }).await;
    let Ok(Reply::BeforeDial { before }) = asked else { panic!("an answer, not {asked:?}") };
    assert_eq!((before.customer_name, before.cautions.len()), (None, 1));
}
