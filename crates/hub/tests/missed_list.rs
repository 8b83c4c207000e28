//! The team's missed calls on two desks: one list, one who takes a row on, and what settles it.

use crate::support::{Desk, Plan, TOKEN, World, dial_plan, hub_in, world};
use ringcard_core::{
    call::{AgentId, CallState},
    frame::{Reply, Request, RequestErrorCode},
    missed::{MissedAct, MissedCaller, MissedEnd, MissedId},
};
use ringcard_hub::Agent;
use serde_json::Value;

const CUSTOMER: &str = "caller=%2B36301234567&called=%2B3612345678";

impl World {
    /// Nobody takes this call.
    async fn misses(&self, id: &str) {
        self.told("incoming", &format!("{CUSTOMER}&call_id={id}")).await;
        self.told("call-data", &format!("{CUSTOMER}&call_id={id}&result=missed")).await;
    }

    async fn missed_over_rest(&self, method: &str, path: &str) -> (u16, Value) {
        let method = method.parse().expect("a method");
        let url = format!("{}/v1/missed{path}", self.base);
        let answer = self.http.request(method, url).bearer_auth(TOKEN).send().await.expect("an answer");
        (answer.status().as_u16(), answer.json().await.expect("JSON"))
    }
}

impl Desk {
    async fn has_row(&mut self, what: &str, is: impl Fn(&MissedCaller) -> bool) -> MissedCaller {
        self.until(what, |desk| desk.missed_list.values().any(&is)).await;
        self.missed_list.values().find(|row| is(row)).cloned().expect("it was just there")
    }

    async fn has_none(&mut self) {
        self.until("nothing left to do", |desk| desk.missed_list.is_empty()).await;
    }

    async fn does(&mut self, id: &MissedId, act: MissedAct) -> Result<MissedCaller, (RequestErrorCode, String)> {
        match self.ask(Request::MissedAct { id: id.clone(), act }).await {
            Ok(Reply::MissedCaller { row }) => Ok(row),
            Ok(other) => panic!("answered with {other:?}"),
            Err(error) => Err((error.code, error.message)),
        }
    }
}

#[tokio::test]
async fn who_takes_a_missed_call_is_seen_by_all_at_once() {
    let world = world().await;
    let (mut ana, mut bela) = (world.desk().await, world.desk_of("Béla").await);
    world.misses("a").await;
    let row = ana.has_row("a missed caller", |row| row.count == 1).await;
    assert_eq!(row.line.as_deref(), Some("Sales"));
    assert_eq!(row.due_at.map(|due| due.since(row.first_at).as_secs()), Some(3600), "as the line's settings say");
    bela.has_row("the same", |row| row.count == 1).await;

    let taken = ana.does(&row.id, MissedAct::Take).await.expect("nobody has it");
    assert_eq!(taken.taken.map(|taken| taken.by), Some(AgentId("Ana".into())));
    let seen = bela.has_row("who has it", |row| row.taken.is_some()).await;
    assert_eq!(seen.taken.map(|taken| taken.by), Some(AgentId("Ana".into())));
    // One who comes later begins with it.
    let late = world.desk_of("Béla").await;
    assert_eq!(late.missed_list[&row.id].taken.as_ref().map(|taken| taken.by.0.as_str()), Some("Ana"));

    ana.does(&row.id, MissedAct::Release).await.expect("it is hers");
    bela.has_row("given back", |row| row.taken.is_none()).await;
    let taken = bela.does(&row.id, MissedAct::Take).await.expect("nobody has it");
    ana.has_row("who has it now", |row| row.taken.is_some()).await;
    let done = bela.does(&row.id, MissedAct::Done { seen: taken.version }).await.expect("it is his");
    assert_eq!(done.done.map(|done| (done.how, done.by)), Some((MissedEnd::SaidDone, Some(AgentId("Béla".into())))));
    ana.has_none().await;
    bela.has_none().await;
}

#[tokio::test]
async fn of_two_who_take_it_at_once_one_has_it_and_the_other_hears_who() {
    let world = world().await;
    let (mut ana, mut bela) = (world.desk().await, world.desk_of("Béla").await);
    world.misses("a").await;
    let row = ana.has_row("a missed caller", |_| true).await;
    let take = |row: &MissedCaller| Request::MissedAct { id: row.id.clone(), act: MissedAct::Take };
    let (first, second) = (ana.begin(take(&row)).await, bela.begin(take(&row)).await);
    let (first, second) = (ana.reply_to(first).await, bela.reply_to(second).await);
    let (ok, refused) = match (first, second) {
        (Ok(ok), Err(refused)) | (Err(refused), Ok(ok)) => (ok, refused),
        both => panic!("one has it: {both:?}"),
    };
    let Reply::MissedCaller { row } = ok else { panic!("{ok:?}") };
    let by = row.taken.expect("taken").by;
    assert_eq!((refused.code, refused.message), (RequestErrorCode::Conflict, format!("{} has it", by.0)));
}

#[tokio::test]
async fn who_calls_again_in_vain_is_one_row_with_a_count_and_is_not_done_by_who_did_not_see_it() {
    let world = world().await;
    let mut ana = world.desk().await;
    world.misses("a").await;
    let seen = ana.has_row("a missed caller", |row| row.count == 1).await;
    world.misses("b").await;
    // Told twice it counts once.
    world.told("call-data", &format!("{CUSTOMER}&call_id=b&result=missed")).await;
    let again = ana.has_row("two calls", |row| row.count == 2).await;
    assert_eq!((again.id.clone(), again.first_at), (seen.id.clone(), seen.first_at));
    let (code, _) = ana.does(&seen.id, MissedAct::Done { seen: seen.version }).await.expect_err("they called again");
    assert_eq!(code, RequestErrorCode::Conflict);
    ana.does(&again.id, MissedAct::Done { seen: again.version }).await.expect("it was looked at");
    ana.has_none().await;
    world.misses("c").await;
    let fresh = ana.has_row("another row", |row| row.count == 1).await;
    assert_ne!(fresh.id, seen.id, "what is done stays done");
}

#[tokio::test]
async fn a_later_conversation_with_the_same_customer_settles_it() {
    let world = world().await;
    let (mut ana, mut bela) = (world.desk().await, world.desk_of("Béla").await);
    world.misses("a").await;
    let row = bela.has_row("a missed caller", |_| true).await;
    ana.does(&row.id, MissedAct::Take).await.expect("nobody has it");
    // They call again, and Béla picks up.
    world.told("incoming", &format!("{CUSTOMER}&call_id=b&extension=102")).await;
    world.told("event", &format!("{CUSTOMER}&call_id=b&extension=102&event=connected")).await;
    ana.has_none().await;
    let (_, list) = world.missed_over_rest("GET", "").await;
    assert_eq!(list["rows"], serde_json::json!([]));
    bela.call_in(CallState::Connected).await;
    let (status, done) = world.missed_over_rest("POST", &format!("/{}/done?agent=Ana&seen=9", row.id)).await;
    assert_eq!((status, &done["done"]["how"], &done["done"]["by"]), (200, &"called_again".into(), &"Béla".into()));
}

#[tokio::test]
async fn data_that_come_late_of_a_call_before_a_conversation_leave_nothing_to_do() {
    let world = world().await;
    let mut ana = world.desk().await;
    world.told("incoming", &format!("{CUSTOMER}&call_id=early")).await;
    world.told("incoming", &format!("{CUSTOMER}&call_id=later&extension=101")).await;
    world.told("event", &format!("{CUSTOMER}&call_id=later&extension=101&event=connected")).await;
    ana.call_in(CallState::Connected).await;
    world.told("call-data", &format!("{CUSTOMER}&call_id=early&result=missed")).await;
    ana.call_in(CallState::Missed).await;
    let (_, list) = world.missed_over_rest("GET", "").await;
    assert_eq!(list["rows"], serde_json::json!([]));
}

#[tokio::test]
async fn those_who_serve_the_line_see_it_and_others_do_not() {
    let own = dial_plan().read("+3612345678").expect("a number").party;
    let agents = vec![
        Agent { id: AgentId("Ana".into()), extension: Some("101".into()), lines: vec![own] },
        Agent { id: AgentId("Béla".into()), extension: Some("102".into()), lines: Vec::new() },
    ];
    let world = Plan { agents, ..Plan::default() }.begin().await;
    let (mut ana, mut bela) = (world.desk().await, world.desk_of("Béla").await);
    world.misses("a").await;
    let row = ana.has_row("a missed caller", |_| true).await;
    let Ok(Reply::MissedList { list }) = bela.ask(Request::MissedList).await else { panic!("a list") };
    assert_eq!(list.rows, []);
    let (status, list) = world.missed_over_rest("GET", "?agent=Ana").await;
    assert_eq!((status, list["rows"][0]["id"].as_str()), (200, Some(row.id.0.as_str())));
    assert_eq!(world.missed_over_rest("GET", "?agent=Nobody").await.0, 400);
    let (status, refused) = world.missed_over_rest("POST", &format!("/{}/take", row.id)).await;
    assert_eq!((status, &refused["error"]["code"]), (400, &"invalid".into()), "somebody takes it");
}

#[tokio::test]
async fn what_is_left_to_do_survives_a_restart() {
    let mut world = world().await;
    let mut ana = world.desk().await;
    world.misses("a").await;
    let row = ana.has_row("a missed caller", |_| true).await;
    ana.does(&row.id, MissedAct::Take).await.expect("nobody has it");
    drop(ana);
    world.hub.shutdown().await;
    world.hub = hub_in(world.dir.path(), &Plan::default(), &world.sim.base_url()).await;
    let ana = world.desk().await;
    let again = &ana.missed_list[&row.id];
    assert_eq!((again.taken.as_ref().map(|taken| taken.by.0.as_str()), again.due_at), (Some("Ana"), row.due_at));
}
