//! Other systems that take their time, or never answer: nothing that does not need them waits for them.

use crate::support;

use async_trait::async_trait;
use ringcard_connect::{Crm, CrmFailure};
use ringcard_core::{
    call::CallState,
    customer::{Customer, CustomerDetails, CustomerId, Match},
    frame::{DeskFrame, PROTOCOL, Reply, Request, RequestErrorCode},
    number::Party,
};
use ringcard_hub::{Hub, directory::Directory};
use ringcard_sim::{HubTarget, Sim, SimConfig};
use std::{sync::Arc, time::Duration};
use support::{Desk, KEY, Plan, World, agent, client, dial_plan, setup_in, world};
use tempfile::TempDir;
use tokio::{sync::Semaphore, time::timeout};

/// Long enough on the noisiest machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// The customer list, which answers nothing before its gate is open; numbers are looked up as always.
struct Slow {
    directory: Directory,
    gate: Arc<Semaphore>,
}

impl Slow {
    async fn pass(&self) {
        let _ = self.gate.acquire().await;
    }
}

#[async_trait]
impl Crm for Slow {
    async fn find_by_number(&self, number: &Party) -> Result<Vec<Match>, CrmFailure> {
        self.directory.find_by_number(number).await
    }

    async fn search(&self, query: &str, limit: u32) -> Result<Vec<Match>, CrmFailure> {
        self.pass().await;
        self.directory.search(query, limit).await
    }

    async fn get(&self, id: &CustomerId) -> Result<Customer, CrmFailure> {
        self.pass().await;
        self.directory.get(id).await
    }

    async fn create(&self, details: CustomerDetails) -> Result<Customer, CrmFailure> {
        self.directory.create(details).await
    }

    async fn update(&self, id: &CustomerId, details: CustomerDetails) -> Result<Customer, CrmFailure> {
        self.directory.update(id, details).await
    }

    async fn delete(&self, id: &CustomerId) -> Result<(), CrmFailure> {
        self.directory.delete(id).await
    }
}

async fn slow_hub(dir: TempDir, sim: Sim) -> (World, Arc<Semaphore>) {
    let gate = Arc::new(Semaphore::new(0));
    let directory = Directory::open(&dir.path().join("directory.db"), dial_plan()).expect("the directory opens");
    let crm = Arc::new(Slow { directory: directory.clone(), gate: gate.clone() });
    let setup = setup_in(dir.path(), &Plan::default(), &sim.base_url());
    let starting = timeout(PATIENCE, Hub::start_with_crm(setup, directory, crm));
    let hub = starting.await.expect("in time").expect("the hub starts");
    let base = support::address(&hub);
    sim.set_hub(Some(HubTarget::new(&base, "pbx")));
    (World { hub, sim, http: client(), base, dir }, gate)
}

async fn slow_world() -> (World, Arc<Semaphore>) {
    let mut sim = SimConfig::default();
    sim.push.auth = ringcard_sim::PushAuth::key(KEY);
    let sim = Sim::start(sim).await.expect("the simulator starts");
    slow_hub(TempDir::new().expect("a folder for the test"), sim).await
}

fn search(query: &str) -> Request {
    Request::SearchCustomers { query: query.into(), limit: 10 }
}

#[tokio::test]
async fn whatever_is_searched_for_a_number_is_dialled() {
    let (world, gate) = slow_world().await;
    let mut desk = world.desk().await;
    for n in 0..40 {
        desk.begin(search(&format!("María {n}"))).await;
    }
    let call = desk.dial("+36301234567", "click").await.expect("it is started");
    desk.until("it rings here", |desk| desk.calls.get(&call).is_some_and(|call| call.state != CallState::Starting))
        .await;
    assert_eq!(desk.ask(Request::MissedSeen).await, Ok(Reply::Done));
    gate.add_permits(1000);
    assert_eq!(desk.ask(search("María")).await, Ok(Reply::Matches { matches: Vec::new() }));
}

#[tokio::test]
async fn more_searches_than_anybody_makes_are_told_so_at_once() {
    let (world, _gate) = slow_world().await;
    let mut desk = world.desk().await;
    for n in 0..100 {
        desk.begin(search(&format!("María {n}"))).await;
    }
    let refused = desk.ask(search("one too many")).await.expect_err("too many");
    assert_eq!(refused.code, RequestErrorCode::Busy);
    desk.dial("+36301234567", "click").await.expect("it is started");
}

#[tokio::test]
async fn a_call_rings_while_it_is_asked_who_an_agent_chose_for_another() {
    let (world, gate) = slow_world().await;
    let customer = world.customer("María López", &["06 30 123 4567"]).await;
    let mut desk = world.desk().await;
    assert_eq!(world.push("caller=anonymous&called=101&callid=1").await, 200);
    let hidden = desk.call_in(CallState::Ringing).await;
    let choosing =
        desk.begin(Request::Choose { call_id: hidden.id.clone(), customer: Some(customer.id.clone()) }).await;
    assert_eq!(world.push("caller=%2B36207654321&called=101&callid=2").await, 200);
    desk.until("the other call", |desk| desk.calls.len() == 2).await;
    desk.dial("+36301112222", "click").await.expect("it is started");
    gate.add_permits(1000);
    assert_eq!(desk.reply_to(choosing).await, Ok(Reply::Done));
    desk.until("the customer on the card", |desk| desk.chosen(&hidden.id) == Some(customer.id.clone())).await;
}

#[tokio::test]
async fn a_hub_starts_while_the_list_that_knows_a_hidden_caller_does_not_answer() {
    let (world, gate) = slow_world().await;
    gate.add_permits(1000);
    let customer = world.customer("María López", &["06 30 123 4567"]).await;
    let mut desk = world.desk().await;
    assert_eq!(world.push("caller=anonymous&called=101&callid=1").await, 200);
    let hidden = desk.call_in(CallState::Ringing).await;
    let choose = Request::Choose { call_id: hidden.id.clone(), customer: Some(customer.id.clone()) };
    assert_eq!(desk.ask(choose).await, Ok(Reply::Done));
    let World { hub, sim, dir, .. } = world;
    hub.shutdown().await;

    let (world, gate) = slow_hub(dir, sim).await;
    let mut desk = Desk::open(world.hub.connect(agent("Ana", "101").id), "Ana").await;
    assert_eq!(world.push("caller=%2B36207654321&called=101&callid=2").await, 200);
    desk.call_in(CallState::Ringing).await;
    gate.add_permits(1000);
    desk.until("who it is", |desk| desk.chosen(&hidden.id) == Some(customer.id.clone())).await;
}

#[tokio::test]
async fn a_desk_that_asks_and_takes_no_answer_is_let_go() {
    let world = world().await;
    let mut link = world.hub.connect(agent("Ana", "101").id);
    let hello = DeskFrame::Hello { protocol: PROTOCOL, agent: agent("Ana", "101").id, token: String::new() };
    link.to_hub.send(hello).await.expect("the hub listens");
    let asking = async {
        for id in 0.. {
            let request = Request::Pushes { account: None };
            if link.to_hub.send(DeskFrame::Request { id, request }).await.is_err() {
                return;
            }
        }
    };
    timeout(PATIENCE, asking).await.expect("nobody listens to it any more");
    let rest = async { while link.from_hub.recv().await.is_some() {} };
    timeout(PATIENCE, rest).await.expect("its link ends");
    assert_eq!(world.desk().await.missed, 0, "it may come again");
}
