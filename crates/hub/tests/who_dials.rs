//! Which account dials when nobody named one: in every combination and order of those there are.

use crate::support;

use ringcard_connect::{profile::Profile, wolkvox::WolkvoxAccount};
use ringcard_core::call::{CallState, FailReason, Leg};
use ringcard_hub::{AccountSetup, System};
use secrecy::SecretString;
use serde_json::json;
use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicU32, Ordering},
};
use support::{World, dial_plan, vipex_account, world};

const NUMBER: &str = "+36 30 123 4567";
static CALLS: AtomicU32 = AtomicU32::new(0);
const NO_TOKEN: &str = "the token is missing: store it";

fn good(name: &str, world: &World) -> AccountSetup {
    AccountSetup { name: name.into(), ..vipex_account(&world.sim.base_url(), 10) }
}

fn broken(name: &str, why: &str) -> AccountSetup {
    AccountSetup::new(name, Err(why.into()))
}

fn wolkvox(name: &str) -> AccountSetup {
    let values = BTreeMap::from([
        ("api_url".to_owned(), toml::Value::from("http://127.0.0.1:9")),
        ("licences".to_owned(), 1.into()),
    ]);
    let secrets = BTreeMap::from([("token".to_owned(), SecretString::from("a-token"))]);
    let account = WolkvoxAccount::new(name, values, secrets, dial_plan()).unwrap_or_else(|error| panic!("{error}"));
    AccountSetup::new(name, Ok(System::from(account)))
}

/// Tells of calls and cannot be asked to start any.
fn mute(name: &str) -> AccountSetup {
    let profile = "id = \"mute\"\ntitle = \"Mute\"\n[push.auth]\nmethod = \"none\"\n[push.fields]\ncaller = \"caller\"\n[incoming]\n";
    let profile = Profile::parse("mute.toml", profile).unwrap_or_else(|error| panic!("{error}"));
    let account = profile.account(BTreeMap::new(), BTreeMap::new(), dial_plan()).expect("nothing is asked for");
    AccountSetup::new(name, Ok(System::from(account)))
}

/// Dials with these accounts; answers the error, or the account that was used.
async fn dialled(world: &World, accounts: Vec<AccountSetup>) -> Result<String, (String, String)> {
    world.hub.use_accounts(accounts).await;
    let mut desk = world.desk().await;
    // Each time another number: the same one again at once would be the same click.
    let number = format!("+36 30 123 {:04}", CALLS.fetch_add(1, Ordering::Relaxed));
    match desk.dial(&number, "").await {
        Err(refused) => Err((format!("{:?}", refused.code), refused.message)),
        Ok(id) => {
            desk.until("what became of it", |desk| {
                desk.states(&id).last().is_some_and(|state| *state != CallState::Starting)
            })
            .await;
            let call = &desk.calls[&id];
            match &call.state {
                CallState::Failed { leg: Leg::Agent, why: FailReason::NotConfigured { detail } } => {
                    Err(("NotConfigured".into(), detail.clone()))
                }
                _ => Ok(call.account.clone()),
            }
        }
    }
}

#[tokio::test]
async fn an_account_that_cannot_dial_is_no_choice() {
    type Made = fn(&str) -> AccountSetup;
    let beside: [(&str, Made); 5] = [
        ("a secret that is missing", |name| broken(name, NO_TOKEN)),
        ("a connector nobody knows", |name| broken(name, "there is no profile “acme”; known are vipex")),
        ("one that only tells of calls", mute),
        ("a contact centre that can dial, too", wolkvox),
        ("nothing", |_| broken("z", NO_TOKEN)),
    ];
    for (what, other) in beside {
        // by name: before it and after it
        for name in ["a", "z"] {
            let world = world().await;
            let accounts = vec![other(name), good("pbx", &world), broken("zz", NO_TOKEN)];
            assert_eq!(dialled(&world, accounts).await.as_deref(), Ok("pbx"), "{what}, called {name}");
        }
    }
}

#[tokio::test]
async fn where_the_pbx_cannot_dial_what_else_can_does() {
    for pbx in [broken("pbx", NO_TOKEN), mute("pbx")] {
        for name in ["a", "z"] {
            let world = world().await;
            assert_eq!(dialled(&world, vec![pbx.clone(), wolkvox(name)]).await.as_deref(), Ok(name));
        }
    }
}

#[tokio::test]
async fn the_only_one_that_could_dial_says_why_it_cannot() {
    for accounts in [
        vec![broken("crm", NO_TOKEN)],
        vec![broken("crm", NO_TOKEN), mute("a")],
        vec![mute("z"), broken("crm", NO_TOKEN)],
    ] {
        let world = world().await;
        let (_, said) = dialled(&world, accounts).await.expect_err("nothing can dial");
        assert!(said.contains(NO_TOKEN) && !said.contains("everal"), "{said}");
    }
    let world = world().await;
    let two = vec![broken("crm", NO_TOKEN), broken("pbx", "the password is missing")];
    let (_, said) = dialled(&world, two).await.expect_err("nothing can dial");
    assert!(said.contains(NO_TOKEN) && said.contains("the password is missing") && !said.contains("everal"), "{said}");
    for only_told_of in [vec![mute("pbx")], vec![mute("a"), mute("b")]] {
        let (_, said) = dialled(&world, only_told_of).await.expect_err("nothing can dial");
        assert!(said.contains("start"), "{said}");
    }
    let (code, said) = dialled(&world, Vec::new()).await.expect_err("nothing is there");
    assert_eq!(code, "NoAccount");
    assert!(said.contains("No PBX is connected"), "{said}");
}

#[tokio::test]
async fn between_two_that_can_dial_somebody_has_to_choose() {
    for third in [broken("m", NO_TOKEN), mute("m"), wolkvox("m")] {
        let world = world().await;
        let accounts = vec![good("a", &world), good("z", &world), third];
        let (code, said) = dialled(&world, accounts).await.expect_err("it is not clear which");
        assert_eq!(code, "NoAccount");
        assert!(said.contains("Several"), "{said}");
        let named = json!({ "number": NUMBER, "extension": "101", "account": "z" });
        assert_eq!(world.dial(named).await.0, 202);
    }
    let world = world().await;
    let (_, said) = dialled(&world, vec![wolkvox("a"), wolkvox("b")]).await.expect_err("it is not clear which");
    assert!(said.contains("Several"), "{said}");
}
