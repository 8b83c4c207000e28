//! *recording.ready*: a program is told once of every recording that is kept.

use super::*;
use crate::{sent_recordings::wav, support::KEY};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

impl Team {
    /// The telephone system sends a call's data with its recording in it.
    async fn data_with_recording(&self, id: &str, seed: u8) {
        let data = json!({ "call": { "id": id, "caller": "+36301234567", "called": "+3612345678", "extension": "101",
            "direction": "in", "disposition": "answered", "billsec": 42, "recording": STANDARD.encode(wav(70_000, seed)) } });
        let url = format!("{}/in/pbx/call-data?key={KEY}", self.world.base);
        let sent = self.world.http.post(url).header("content-type", "application/json").body(data.to_string());
        assert_eq!(sent.send().await.expect("an answer").status(), 200);
    }

    fn ready(&self) -> Vec<Value> {
        let told = self.office.told();
        told.into_iter().filter(|one| one.of == "recording.ready").map(|one| one.data["recordings"].clone()).collect()
    }
}

#[tokio::test]
async fn a_recording_that_comes_with_the_data_is_told_once_and_so_is_each_later_one() {
    let team = Team::begin(Duration::ZERO).await;
    team.data_with_recording("c1", 7).await;
    let mut first = team.told(2).await;
    first.sort();
    assert_eq!(first, ["call.ended", "recording.ready"]);
    // The same data again are the same recording; another one is another word.
    team.data_with_recording("c1", 7).await;
    team.data_with_recording("c1", 8).await;
    assert_eq!(team.told(3).await[2], "recording.ready");
    let [one, two] = &team.ready()[..] else { panic!("{:?}", team.office.told()) };
    assert_eq!((one.as_array().map(Vec::len), two.as_array().map(Vec::len)), (Some(1), Some(2)));
}

#[tokio::test]
async fn killed_between_a_recording_and_the_word_of_it_the_program_is_told_after_the_start() {
    let mut team = Team::begin(Duration::ZERO).await;
    team.data_with_recording("c1", 7).await;
    team.told(2).await;
    team.until_in(OutboxFilter::Over, |_| true).await;
    let Team { world, office, desk } = team;
    drop(desk);
    world.hub.shutdown().await;
    // As a kill leaves it: the recording is here, and nobody was told that it is.
    let outbox = Connection::open(world.dir.path().join("outbox.db")).expect("the outbox opens");
    let gone = outbox.execute("DELETE FROM submission WHERE submission LIKE '%recording.ready%'", []).expect("gone");
    assert_eq!(gone, 1);
    drop(outbox);
    let accounts = Team::accounts(&world.sim.base_url(), &office);
    let setup = HubSetup { accounts, ..setup_in(world.dir.path(), &Plan::default(), &world.sim.base_url()) };
    let directory = Directory::open(&world.dir.path().join("directory.db"), dial_plan()).expect("the directory opens");
    let hub = Hub::start(setup, directory).await.expect("the hub starts");
    let told = office.wait_for_told("the word of the recording", |told| {
        // By its id it is the same message, which the program has already.
        (told.len() >= 3).then(|| told.iter().map(|one| (one.of.clone(), one.id.clone())).collect::<Vec<_>>())
    });
    let told = told.await.expect("the program is told");
    let ready: Vec<_> = told.iter().filter(|(of, _)| of == "recording.ready").collect();
    assert!(ready.len() == 2 && ready[0] == ready[1], "{told:?}");
    hub.shutdown().await;
}
