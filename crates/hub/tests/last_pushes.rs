//! What a PBX sent and what became of it can be seen, without a number or a secret in it.

use crate::support;

use ringcard_connect::wolkvox::WolkvoxAccount;
use ringcard_core::frame::{Reply, Request};
use ringcard_hub::AccountSetup;
use secrecy::SecretString;
use serde_json::Value;
use std::collections::BTreeMap;
use support::{KEY, TOKEN, World, client, vipex_account, world};

const CALLER: &str = "%2B36301234567";

async fn send(world: &World, path: &str, body: &str) -> u16 {
    let url = format!("{}{path}", world.base);
    let sent = client().post(url).header("content-type", "application/json").body(body.to_owned()).send().await;
    sent.map_or(0, |answer| answer.status().as_u16())
}

/// What became of the last pushes, newest first, as `kind` or `kind: detail`.
async fn became(world: &World, query: &str) -> Vec<String> {
    let url = format!("{}/v1/pushes{query}", world.base);
    let answer = world.http.get(url).bearer_auth(TOKEN).send().await.expect("an answer");
    assert_eq!(answer.status(), 200);
    let body: Value = answer.json().await.expect("JSON");
    let text = body.to_string();
    for hidden in [KEY, "1234567", "wr0ng-key", "s3cret-caller"] {
        assert!(!text.contains(hidden), "{hidden} is in {text}");
    }
    let notes = body["pushes"].as_array().expect("a list").clone();
    let said = |note: &Value| {
        assert_eq!(note["from"], "127.0.0.1");
        assert!(note["at"].as_i64().is_some_and(|at| at > 0));
        let kind = note["became"]["kind"].as_str().expect("a kind").to_owned();
        match note["became"]["detail"].as_str() {
            Some(detail) => format!("{kind}: {detail}"),
            None => kind,
        }
    };
    notes.iter().map(said).collect()
}

#[tokio::test]
async fn each_push_is_listed_with_what_became_of_it() {
    let world = world().await;
    let key = format!("key={KEY}");
    let ring = format!("/in/pbx/incoming?{key}&caller={CALLER}&called=101&extension=101&callid=c1");
    assert_eq!(send(&world, &ring, "").await, 200);
    assert_eq!(became(&world, "?account=pbx").await, ["new_call"]);
    assert_eq!(send(&world, &ring, "").await, 200);
    assert_eq!(became(&world, "?account=pbx").await, ["repeated", "new_call"]);
    assert_eq!(send(&world, &format!("/in/pbx/event?{key}&event=answered&extension=101&callid=c1"), "").await, 200);
    assert_eq!(became(&world, "?account=pbx").await[0], "known_call");
    assert_eq!(send(&world, &format!("/in/pbx/event?{key}&event=hangup&callid=none"), "").await, 200);
    assert_eq!(became(&world, "?account=pbx").await[0], "nothing");

    assert_eq!(send(&world, &format!("/in/pbx/incoming?caller={CALLER}"), "").await, 401);
    assert_eq!(became(&world, "?account=pbx").await[0], "key_missing");
    assert_eq!(send(&world, &format!("/in/pbx/incoming?key=wr0ng-key&caller={CALLER}"), "").await, 401);
    assert_eq!(became(&world, "?account=pbx").await[0], "key_wrong");
    assert_eq!(send(&world, &format!("/in/pbx/incoming?{key}&s3cret-caller=1"), "").await, 400);
    let unreadable = became(&world, "?account=pbx").await[0].clone();
    assert!(unreadable.starts_with("unreadable: ") && unreadable.contains("`caller`"), "{unreadable}");
    assert_eq!(send(&world, &format!("/in/pbx/incoming?{key}"), "{\"caller\": ").await, 400);
    assert!(became(&world, "?account=pbx").await[0].contains("line 1"), "where it is broken");
    send(&world, &format!("/in/pbx/incoming?{key}"), &"x".repeat(300_000)).await;
    assert_eq!(became(&world, "?account=pbx").await[0], "too_large");
    assert_eq!(send(&world, "/in/pbx/nothing", "").await, 404);
    assert_eq!(became(&world, "?account=pbx").await[0], "not_taken");

    // what a desk is told is the same, wherever its hub is
    let mut desk = world.desk().await;
    let Ok(Reply::Pushes { pushes }) = desk.ask(Request::Pushes { account: Some("pbx".into()) }).await else {
        panic!("no pushes")
    };
    assert_eq!(pushes.len(), became(&world, "?account=pbx").await.len());
}

#[tokio::test]
async fn what_came_for_no_account_or_for_one_that_is_not_set_up_is_seen_too() {
    let world = world().await;
    assert_eq!(send(&world, &format!("/in/pxb/incoming?key={KEY}&caller={CALLER}"), "").await, 401);
    assert_eq!(became(&world, "").await, ["not_taken"]);
    assert_eq!(became(&world, "?account=pxb").await, ["not_taken"]);
    assert!(became(&world, "?account=pbx").await.is_empty());

    // an address put together wrongly has the key in its path
    let wrong = [
        (format!("/in/pbx/incoming&key={KEY}"), 404),
        (format!("/in/pbx&key={KEY}/incoming"), 401),
        (format!("/in/{KEY}/incoming"), 401),
        (format!("/in/pbx/{KEY}{}", "x".repeat(40)), 404),
        (format!("/in/pbx/{KEY}{}", "x".repeat(400)), 404),
    ];
    for (path, status) in wrong {
        assert_eq!(send(&world, &path, "").await, status, "{path}");
        assert_eq!(became(&world, "").await[0], "not_taken");
    }
    let broken = AccountSetup::new("pbx", Err("the push key is missing: store it".into()));
    world.hub.use_accounts(vec![broken]).await;
    assert_eq!(send(&world, &format!("/in/pbx/incoming?key={KEY}&caller={CALLER}"), "").await, 401);
    assert_eq!(became(&world, "?account=pbx").await[0], "not_set_up: the push key is missing: store it");
    world.hub.use_accounts(vec![vipex_account(&world.sim.base_url(), 10)]).await;
    assert_eq!(send(&world, &format!("/in/pbx/incoming?key={KEY}&caller={CALLER}"), "").await, 200);
    assert_eq!(became(&world, "?account=pbx").await[0], "new_call");
}

/// Not only those of accounts that take pushes: an administrator mixes up which of them goes where.
#[tokio::test]
async fn a_secret_of_any_account_in_the_path_of_a_push_is_not_shown() {
    let world = world().await;
    let values =
        BTreeMap::from([("api_url".to_owned(), "http://127.0.0.1:9".into()), ("licences".to_owned(), 1.into())]);
    let secrets = BTreeMap::from([("token".to_owned(), SecretString::from("campaigns-token"))]);
    let campaigns = WolkvoxAccount::new("crm", values, secrets, support::dial_plan()).expect("it is complete");
    let campaigns = AccountSetup::new("crm", Ok(campaigns.into()));
    world.hub.use_accounts(vec![vipex_account(&world.sim.base_url(), 10), campaigns]).await;
    for secret in ["sim-password", "campaigns-token"] {
        for path in [format!("/in/{secret}/incoming"), format!("/in/pbx/{secret}"), format!("/in/pbx-{secret}/event")] {
            send(&world, &path, "").await;
        }
        let listed = world.http.get(format!("{}/v1/pushes", world.base)).bearer_auth(TOKEN).send().await;
        let listed = listed.expect("an answer").text().await.expect("text");
        assert!(!listed.contains(secret), "{listed}");
        assert_eq!(listed.matches("•••").count(), 3, "{listed}");
    }
}

#[tokio::test]
async fn a_flood_of_wrong_keys_is_one_row_and_hides_no_push_that_was_taken() {
    let world = world().await;
    assert_eq!(world.push(&format!("caller={CALLER}&called=101")).await, 200);
    for _ in 0..60 {
        assert_eq!(send(&world, "/in/pbx/incoming?key=wr0ng-key", "").await, 401);
    }
    let url = format!("{}/v1/pushes?account=pbx", world.base);
    let body: Value =
        world.http.get(url).bearer_auth(TOKEN).send().await.expect("an answer").json().await.expect("JSON");
    let pushes = body["pushes"].as_array().expect("a list");
    assert_eq!(pushes.len(), 2, "{body}");
    assert_eq!((&pushes[0]["became"]["kind"], &pushes[0]["times"]), (&"key_wrong".into(), &60.into()));
    assert_eq!(pushes[1]["became"]["kind"], "new_call");
}

#[tokio::test]
async fn without_the_token_nobody_sees_them() {
    let world = world().await;
    let answer = world.http.get(format!("{}/v1/pushes", world.base)).send().await.expect("an answer");
    assert_eq!(answer.status(), 401);
}

/// What an administrator pastes at the provider's portal works as it is.
#[tokio::test]
async fn the_address_that_is_copied_is_taken_as_it_is_pasted() {
    let world = world().await;
    let setup = vipex_account(&world.sim.base_url(), 10);
    let pbx = setup.system.expect("it is set up").read_pushes.expect("a PBX");
    for kind in [ringcard_connect::PushKind::Incoming, ringcard_connect::PushKind::Event] {
        let address = pbx.webhook_address(&world.base, "pbx", kind).expect("it takes them");
        let address = secrecy::ExposeSecret::expose_secret(&address);
        assert!(!address.contains('{'), "a name stands where the key should");
        let answer = world.http.get(format!("{address}&caller={CALLER}&called=101")).send().await.expect("an answer");
        assert_eq!(answer.status(), 200);
    }
}
