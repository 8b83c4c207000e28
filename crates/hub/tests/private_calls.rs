//! Private calls: who sees whom they were with, and that no recording of them is kept.

use crate::{
    sent_recordings::wav,
    support::{Desk, KEY, Plan, TOKEN, World, outside},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use ringcard_core::{
    call::{Call, CallId, CallState},
    customer::Lookup,
    frame::{CallFilter, CallSearch, MadePrivate, Reply, Request, RequestErrorCode, Timeline},
    number::Party,
    recording::{Recording, RecordingAct, RecordingRefused, RecordingState},
};
use serde_json::json;

const NUMBER: &str = "+36301234567";
const CALLER: &str = "caller=%2B36301234567&called=%2B3612345678";

impl World {
    /// Rings at both agents, and is Ana's.
    async fn ana_talks(&self, ana: &mut Desk, id: &str) -> CallId {
        self.told("incoming", &format!("{CALLER}&call_id={id}&extension=101")).await;
        self.told("incoming", &format!("{CALLER}&call_id={id}&extension=102")).await;
        self.told("event", &format!("{CALLER}&call_id={id}&extension=101&event=answered")).await;
        ana.call_in(CallState::Connected).await.id
    }

    async fn ends(&self, id: &str) {
        self.told("call-data", &format!("{CALLER}&call_id={id}&extension=101&result=answered&billsec=42")).await;
    }

    async fn with_recording(&self, id: &str, seed: u8) {
        let recording = STANDARD.encode(wav(70_000, seed));
        let data = json!({ "call": { "id": id, "caller": NUMBER, "called": "+3612345678", "extension": "101",
            "direction": "in", "disposition": "answered", "billsec": 42, "recording": recording } });
        let url = format!("{}/in/pbx/call-data?key={KEY}", self.base);
        let sent = self.http.post(url).header("content-type", "application/json").body(data.to_string());
        assert_eq!(sent.send().await.expect("an answer").status(), 200);
    }

    async fn text_of(&self, path: &str) -> String {
        let asked = self.http.get(format!("{}{path}", self.base)).bearer_auth(TOKEN);
        asked.send().await.expect("an answer").text().await.expect("text")
    }
}

impl Desk {
    async fn sets_private(&mut self, call: &CallId, private: bool) -> Result<MadePrivate, RequestErrorCode> {
        match self.ask(Request::SetPrivate { call_id: call.clone(), private }).await {
            Ok(Reply::MadePrivate { became }) => Ok(became),
            Ok(other) => panic!("answered with {other:?}"),
            Err(error) => Err(error.code),
        }
    }

    async fn timeline(&mut self, call: &CallId) -> Timeline {
        match self.ask(Request::Call { id: call.clone() }).await {
            Ok(Reply::Call { timeline }) => timeline,
            other => panic!("answered with {other:?}"),
        }
    }

    async fn finds(&mut self, text: &str) -> Vec<CallId> {
        let search = CallSearch { text: text.into(), everybody: true, ..CallSearch::default() };
        match self.ask(Request::FindCalls { search, before: None, limit: 50 }).await {
            Ok(Reply::FoundCalls { calls, .. }) => calls.into_iter().map(|row| row.call.id).collect(),
            other => panic!("answered with {other:?}"),
        }
    }

    async fn recordings(&mut self, call: &CallId) -> Vec<Recording> {
        match self.ask(Request::Recordings { call_id: call.clone() }).await {
            Ok(Reply::Recordings { recordings }) => recordings,
            other => panic!("answered with {other:?}"),
        }
    }
}

/// That there was a call, when and for how long, and nothing of whom it was with.
fn is_withheld(call: &Call) -> bool {
    call.is_private() && *call.customer() == Party::Hidden && call.course.party_name.is_none()
}

#[tokio::test]
async fn only_whoever_speaks_sees_whom_a_private_call_is_with() {
    let world = Plan::default().begin().await;
    world.customer("Anna Kiss", &[NUMBER]).await;
    let (mut ana, mut bela) = (world.desk().await, world.desk_of("Béla").await);
    let id = world.ana_talks(&mut ana, "c1").await;
    bela.until("the ring", |desk| desk.calls.contains_key(&id)).await;
    assert!(matches!(bela.lookup(&id).await, Lookup::Found { .. }), "it rang there, too");
    assert_eq!(bela.sets_private(&CallId::new(), true).await, Err(RequestErrorCode::NotFound));

    ana.sets_private(&id, true).await.expect("it is hers");
    bela.until("a private call", |desk| is_withheld(&desk.calls[&id])).await;
    bela.until("its card", |desk| desk.cards[&id].lookup == Lookup::NotAsked).await;
    ana.until("the same", |desk| desk.calls[&id].is_private()).await;
    assert_eq!(*ana.calls[&id].customer(), outside(NUMBER));
    world.ends("c1").await;
    ana.call_in(CallState::Ended).await;

    let seen = bela.timeline(&id).await;
    assert!(is_withheld(&seen.row.call) && seen.steps.is_empty(), "{seen:?}");
    assert_eq!((seen.row.customer_name, seen.row.call.started_at), (None, ana.calls[&id].started_at));
    let own = ana.timeline(&id).await;
    assert_eq!((own.row.call.customer(), own.row.customer_name.as_deref()), (&outside(NUMBER), Some("Anna Kiss")));
    // By what only Ana knows it is found by Ana only; that there was a call, everybody sees who sees all calls.
    for text in [NUMBER, "Anna"] {
        assert_eq!((ana.finds(text).await, bela.finds(text).await), (vec![id.clone()], Vec::new()), "{text}");
    }
    assert_eq!(bela.finds("").await, std::slice::from_ref(&id));
    let Ok(Reply::Calls { calls, .. }) =
        bela.ask(Request::Calls { filter: CallFilter::default(), before: None, limit: 50 }).await
    else {
        panic!("no calls")
    };
    assert!(calls.iter().all(|row| is_withheld(&row.call)), "{calls:?}");
    for path in ["/v1/calls.csv", "/v1/calls", "/v1/calls/search"] {
        let text = world.text_of(path).await;
        assert!(text.contains(&id.0) && !text.contains("301234567") && !text.contains("Anna"), "{path}: {text}");
    }
    // The next card of the same customer does not tell of it.
    world.told("incoming", &format!("{CALLER}&call_id=c2&extension=102")).await;
    let next = bela.call_in(CallState::Ringing).await;
    bela.lookup(&next.id).await;
    assert!(bela.cards[&next.id].earlier.is_empty());

    assert_eq!(bela.sets_private(&id, false).await, Err(RequestErrorCode::NotAllowed));
    let note = Request::NoteSoFar { call_id: id.clone(), note: "who was it?".into() };
    assert_eq!(bela.ask(note).await.expect_err("it is private").code, RequestErrorCode::NotAllowed);
    ana.sets_private(&id, false).await.expect("she takes it back");
    assert_eq!(*bela.timeline(&id).await.row.call.customer(), outside(NUMBER));
    assert_eq!(bela.finds(NUMBER).await, [next.id, id]);
}

#[tokio::test]
async fn a_listed_number_makes_its_calls_private_and_they_stay_so_over_a_start() {
    let world = Plan { private: vec!["+36 30 123*"], ..Plan::default() }.begin().await;
    let (mut ana, mut bela) = (world.desk().await, world.desk_of("Béla").await);
    let id = world.ana_talks(&mut ana, "c1").await;
    assert!(ana.calls[&id].is_private());
    bela.until("a private call", |desk| desk.calls.get(&id).is_some_and(is_withheld)).await;
    let late = world.desk_of("Béla").await;
    assert!(late.welcome.calls.iter().all(|seen| is_withheld(&seen.call)), "{:?}", late.welcome.calls);
    world.ends("c1").await;
    ana.call_in(CallState::Ended).await;
    drop((ana, bela, late));
    world.hub.shutdown().await;
    let hub = crate::support::hub_in(world.dir.path(), &Plan::default(), &world.sim.base_url()).await;
    let world = World { base: crate::support::address(&hub), hub, ..world };
    let seen = world.desk_of("Béla").await.timeline(&id).await;
    assert!(is_withheld(&seen.row.call), "whatever the settings say by now: {seen:?}");
    let mut ana = world.desk().await;
    ana.sets_private(&id, false).await.expect("it is hers");
    assert!(!ana.timeline(&id).await.row.call.is_private());
}

#[tokio::test]
async fn no_recording_of_a_private_call_is_kept_or_fetched() {
    let world = Plan::default().begin().await;
    let mut ana = world.desk().await;
    let files = || std::fs::read_dir(world.dir.path().join("recordings")).expect("a folder").count();
    let id = world.ana_talks(&mut ana, "c1").await;
    world.with_recording("c1", 7).await;
    let [kept] = &ana.recordings(&id).await[..] else { panic!("one recording") };
    assert!(matches!(kept.state, RecordingState::Here { .. }) && files() == 1, "{kept:?}");

    let hold = |why: Option<&str>| Request::HoldRecording { recording: kept.id.clone(), why: why.map(str::to_owned) };
    ana.ask(hold(Some("A complaint"))).await.expect("held");
    assert_eq!(ana.sets_private(&id, true).await.map(|became| (became.deleted, became.held)), Ok((0, 1)));
    let heard = ana.ask(Request::Listen { recording: kept.id.clone() }).await;
    assert_eq!(heard.expect_err("nobody hears it").code, RequestErrorCode::RecordingPrivate);
    // Once it is let go, nothing keeps it.
    ana.ask(hold(None)).await.expect("let go");
    assert_eq!((&ana.recordings(&id).await[0].state, files()), (&RecordingState::Deleted, 0));
    let accesses = ana.ask(Request::RecordingAccesses { recording: kept.id.clone() }).await;
    let Ok(Reply::RecordingAccesses { accesses }) = accesses else { panic!("{accesses:?}") };
    let last = accesses.last().map(|access| (access.act, access.why.as_deref()));
    assert_eq!(last, Some((RecordingAct::Deleted, Some("the call is private"))));

    // Another one that comes late, and one that only has an id.
    world.with_recording("c1", 8).await;
    world.told("call-data", &format!("{CALLER}&call_id=c1&extension=101&result=answered&recording_id=there")).await;
    let states: Vec<RecordingState> = ana.recordings(&id).await.into_iter().map(|one| one.state).collect();
    let refused = RecordingState::Refused { why: RecordingRefused::Private };
    assert!(states.contains(&refused) && states.contains(&RecordingState::AtSystem) && files() == 0, "{states:?}");
    let there = ana.recordings(&id).await.into_iter().find(|one| one.state == RecordingState::AtSystem);
    let heard = ana.ask(Request::Listen { recording: there.expect("it is listed").id }).await;
    assert_eq!(heard.expect_err("it is not fetched").code, RequestErrorCode::RecordingPrivate);
    assert!(world.sim.requests().iter().all(|request| request.path != "/api/recording"));
}

#[tokio::test]
async fn a_kept_recording_goes_for_good_when_its_call_is_made_private_long_after() {
    let world = Plan::default().begin().await;
    let mut ana = world.desk().await;
    let id = world.ana_talks(&mut ana, "c1").await;
    world.with_recording("c1", 7).await;
    ana.call_in(CallState::Ended).await;
    world.hub.shutdown().await;
    // After a start nobody follows it any more.
    let hub = crate::support::hub_in(world.dir.path(), &Plan::default(), &world.sim.base_url()).await;
    let world = World { base: crate::support::address(&hub), hub, ..world };
    let mut ana = world.desk().await;
    assert_eq!(ana.sets_private(&id, true).await.map(|became| (became.deleted, became.held)), Ok((1, 0)));
    assert_eq!(std::fs::read_dir(world.dir.path().join("recordings")).expect("a folder").count(), 0);
    assert_eq!(ana.sets_private(&id, true).await, Ok(MadePrivate::default()), "said again, nothing is left to do");
}

#[tokio::test]
async fn a_private_call_is_not_among_the_teams_missed_ones() {
    let world = Plan { private: vec!["+3670*"], ..Plan::default() }.begin().await;
    let (mut ana, mut bela) = (world.desk().await, world.desk_of("Béla").await);
    let misses = |id: &'static str, caller: &'static str| {
        let query = format!("caller=%2B{caller}&called=%2B3612345678&call_id={id}");
        (query.clone(), format!("{query}&result=missed"))
    };
    for (id, caller) in [("private", "36701112233"), ("other", "36301112233")] {
        let (ring, data) = misses(id, caller);
        world.told("incoming", &ring).await;
        world.told("call-data", &data).await;
    }
    bela.until("the other one", |desk| desk.missed_list.len() == 1).await;
    let row = bela.missed_list.values().next().cloned().expect("one row");
    assert_eq!(row.caller.0, outside("+36301112233"));
    ana.sets_private(&row.last_call, true).await.expect("it rang for her");
    bela.until("nothing", |desk| desk.missed_list.is_empty()).await;
    ana.sets_private(&row.last_call, false).await.expect("taken back");
    bela.until("the same again", |desk| desk.missed_list.len() == 1).await;
}
