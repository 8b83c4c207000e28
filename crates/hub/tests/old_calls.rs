//! Calls that are too old, by a clock of the test's own.

use crate::{
    sent_recordings::{call, wav, with_recording},
    support::{Plan, TOKEN, World, address, dial_plan, setup_in, world},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use ringcard_core::Timestamp;
use ringcard_hub::{Hub, HubSetup, directory::Directory, outbox::Clock, recordings::Keeping};
use rusqlite::{Connection, OpenFlags};
use serde_json::json;
use std::{collections::BTreeSet, sync::Arc, time::Duration};

impl World {
    /// The same hub so many days later, where calls are kept for 30 days and recordings for 60.
    async fn days_later(self, days: u64) -> World {
        let World { hub, sim, http, dir, .. } = self;
        hub.shutdown().await;
        let setup = HubSetup {
            keep_calls_days: Some(30),
            recordings: Keeping { days: Some(60), ..Keeping::default() },
            ..setup_in(dir.path(), &Plan::default(), &sim.base_url())
        };
        let directory = Directory::open(&dir.path().join("directory.db"), dial_plan()).expect("the directory opens");
        let clock = Clock::starting_at(Timestamp::now().after(Duration::from_secs(days * 24 * 3600)));
        let hub = Hub::start_by(clock, setup, directory.clone(), Arc::new(directory)).await.expect("the hub starts");
        World { base: address(&hub), hub, sim, http, dir }
    }

    /// What the telephone system calls the calls that are listed.
    async fn listed(&self) -> BTreeSet<String> {
        let calls = self.json_of("/v1/calls").await;
        let ids = calls["calls"].as_array().expect("calls").iter().map(|row| &row["call"]["external_id"]);
        ids.map(|id| id.as_str().expect("an id").to_owned()).collect()
    }

    async fn until_listed(&self, wanted: &[&str]) {
        let wanted: BTreeSet<String> = wanted.iter().map(|id| (*id).to_owned()).collect();
        while self.listed().await != wanted {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Other systems were told of all calls that are over.
    async fn all_told(&self) {
        let path = self.dir.path().join("calls.db");
        let list = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).expect("the list opens");
        let left = || list.query_row("SELECT count(*) FROM to_tell", [], |row| row.get::<_, i64>(0)).expect("a number");
        while left() > 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

#[tokio::test]
async fn calls_go_when_they_are_too_old_and_one_whose_recording_is_kept_or_held_with_that() {
    let world = world().await;
    let recorded = |id: &str, seed: u8| with_recording(id, &STANDARD.encode(wav(20_000, seed)));
    for body in [call("plain").to_string(), recorded("recorded", 1), recorded("held", 2)] {
        assert_eq!(world.send("application/json", body).await, 200);
    }
    let (_, kept) = world.call_with("recorded").await;
    let kept = kept[0]["id"].as_str().expect("an id").to_owned();
    let (_, held) = world.call_with("held").await;
    let hold = format!("{}/v1/recordings/{}/hold", world.base, held[0]["id"].as_str().expect("an id"));
    let why = json!({ "why": "A complaint" });
    let answer = world.http.put(hold).bearer_auth(TOKEN).json(&why).send().await.expect("an answer");
    assert_eq!(answer.status(), 204);
    world.all_told().await;

    let world = world.days_later(40).await;
    world.until_listed(&["held", "recorded"]).await;
    // Another call comes and is none of the old ones.
    assert_eq!(world.send("application/json", call("new").to_string()).await, 200);
    world.all_told().await;

    let world = world.days_later(20).await;
    assert_eq!(world.listed().await, BTreeSet::from(["held", "recorded", "new"].map(str::to_owned)));
    let world = world.days_later(70).await;
    world.until_listed(&["held"]).await;
    assert_eq!(world.files().len(), 1);
    // Who deleted the recording stays.
    let list = Connection::open(world.dir.path().join("recordings.db")).expect("the list opens");
    let said: String = list
        .query_row("SELECT why FROM access WHERE recording_id = ?1 AND act = 'deleted'", [&kept], |row| row.get(0))
        .expect("it is written down");
    assert_eq!(said, "older than 60 days");
    let system_ids: i64 = list
        .query_row("SELECT count(*) FROM recording WHERE id = ?1 AND system_id IS NOT NULL", [&kept], |row| row.get(0))
        .expect("a number");
    assert_eq!(system_ids, 0);
}
