mod hosts;
mod shared_hub;

use super::*;
use crate::contract::views::{AccountInput, PlainValue, Reach, SecretState};
use ringcard_core::{
    call::AgentId,
    frame::{ConnectionState, ask},
};
use ringcard_desk::Desk;
use ringcard_hub::{
    config::{AgentPatch, ListenPatch, LocalePatch, SettingsPatch},
    secrets::{EnvAndFiles, InMemory},
};
use secrecy::ExposeSecret;
use std::{fs, net::TcpListener, path::Path, time::Duration};
use tempfile::TempDir;

const ANY_PORT: &str = "[listen]\naddress = \"127.0.0.1:0\"\n";

fn places(folder: &TempDir) -> Places {
    Places { config_dir: folder.path().to_owned(), data_dir: folder.path().to_owned() }
}

async fn open(folder: &TempDir, settings: &str) -> Installation {
    fs::write(places(folder).settings_file(), settings).expect("settings can be written");
    Installation::open(StartSettings::read(places(folder), Arc::new(InMemory::default()), false)).await
}

fn folder() -> TempDir {
    TempDir::new().expect("a folder")
}

/// Whether a desk finds its hub here.
async fn has_a_hub(installation: &Installation) -> bool {
    let (desk, _task) = Desk::start(installation.preferences(), installation.way_to_hub());
    desk.online(Duration::from_secs(5)).await
}

fn trouble_of(installation: &Installation, name: &str) -> Option<String> {
    installation.connections().into_iter().find(|known| known.name == name).and_then(|known| match known.state {
        ConnectionState::Trouble { detail, .. } => Some(detail),
        _ => None,
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_settings_file_is_said_and_left_alone_until_a_person_chooses_defaults() {
    let folder = folder();
    let broken = "[agent]\nname = \"Ana\n";
    let mut installation = open(&folder, broken).await;
    let file = installation.places.settings_file();
    assert_eq!(installation.problem().and_then(|problem| problem.line), Some(2));
    let said = installation.preferences().settings_problem.expect("it is said");
    assert_eq!(said.path, file.display().to_string());

    let patch = SettingsPatch { agent: Some(AgentPatch::default()), ..SettingsPatch::default() };
    let refused = installation.change(|file| file.apply(&patch).map(drop)).await;
    assert!(matches!(refused, Err(EditFailure::Broken(_))));
    assert_eq!(fs::read_to_string(&file).expect("it is there"), broken);

    let kept = installation.begin_with_defaults().await.expect("it can be kept aside").expect("it was broken");
    assert_eq!(fs::read_to_string(kept).expect("it is there"), broken);
    assert!(installation.problem().is_none() && installation.preferences().first_start);
    installation.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_in_use_is_said_and_the_app_dials_all_the_same() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address");
    let folder = folder();
    let mut installation = open(&folder, &format!("[listen]\naddress = \"{address}\"\n")).await;
    let said = trouble_of(&installation, "incoming").expect("it is said");
    assert!(said.contains(&address.to_string()) && said.contains("already in use"), "{said}");
    assert!(has_a_hub(&installation).await);

    let listen = ListenPatch { address: Some("127.0.0.1:0".into()), ..ListenPatch::default() };
    let patch = SettingsPatch { listen: Some(listen), ..SettingsPatch::default() };
    assert!(
        installation.change(|file| file.apply(&patch).map(drop)).await.expect("saved"),
        "the desk looks for its hub again"
    );
    assert_eq!(trouble_of(&installation, "incoming"), None);
    installation.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_customer_list_is_said_and_left_alone_and_calls_work() {
    let folder = folder();
    let database = folder.path().join("directory.db");
    fs::write(&database, "this is no database, and somebody may want it back").expect("written");
    let installation = open(&folder, ANY_PORT).await;
    let said = trouble_of(&installation, "directory").expect("it is said");
    assert!(said.contains("directory.db"), "{said}");
    assert!(has_a_hub(&installation).await);
    let (desk, _task) = Desk::start(installation.preferences(), installation.way_to_hub());
    assert!(desk.online(Duration::from_secs(5)).await);
    desk.ask(ask::SearchCustomers { query: "anna".into(), limit: 10 })
        .await
        .expect_err("nobody pretends that there are no customers");
    installation.close().await;
    assert!(fs::read_to_string(database).expect("it is there").starts_with("this is no database"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_history_is_kept_aside_and_calls_work() {
    let folder = folder();
    let damaged = "this is no database either, and longer than a header";
    fs::write(folder.path().join("calls.db"), damaged).expect("written");
    let installation = open(&folder, ANY_PORT).await;
    let kept_as = installation.hub().expect("there is a hub").history_set_aside_as().expect("it is said");
    assert_eq!(fs::read_to_string(kept_as).expect("it is kept"), damaged);
    let (desk, _task) = Desk::start(installation.preferences(), installation.way_to_hub());
    assert!(desk.online(Duration::from_secs(5)).await);
    installation.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_another_hub_uses_is_said_left_alone_and_taken_when_it_is_free() {
    let folder = folder();
    let other = FolderLock::take(folder.path(), "ringcard-hub").expect("it is free");
    let mut installation = open(&folder, ANY_PORT).await;
    assert!(installation.hub().is_none() && installation.is_waiting());
    let (desk, _task) = Desk::start(installation.preferences(), installation.way_to_hub());
    assert!(!desk.online(Duration::from_secs(1)).await);
    let trouble = desk.attention().borrow().trouble.clone().expect("it is said");
    assert!(trouble.contains("in use by ringcard-hub (process"), "{trouble}");
    for database in ["calls.db", "directory.db", "outbox.db"] {
        assert!(!folder.path().join(database).exists(), "{database} is the other hub's");
    }
    assert!(!installation.try_again().await, "it is still in use, and that was said");

    drop(other);
    assert!(installation.try_again().await, "the desk looks for its hub again");
    assert!(!installation.is_waiting() && installation.directory.is_ok());
    desk.use_door(installation.way_to_hub()).await;
    assert!(desk.online(Duration::from_secs(5)).await);
    FolderLock::take(folder.path(), "ringcard-hub").expect_err("it is the app's now");
    installation.close().await;
    FolderLock::take(folder.path(), "ringcard-hub").expect("it is free again");
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_do_not_open_at_the_start_are_opened_as_soon_as_they_can_be() {
    let folder = folder();
    // Something else in their places, which a person clears away.
    let [calls, directory] = ["calls.db", "directory.db"].map(|name| folder.path().join(name));
    fs::create_dir(&calls).expect("made");
    fs::create_dir(&directory).expect("made");
    let mut installation = open(&folder, ANY_PORT).await;
    assert!(installation.is_waiting() && installation.hub().is_none() && installation.directory.is_err());
    assert!(!installation.try_again().await, "nothing is another");
    fs::remove_dir(&calls).expect("removed");
    assert!(installation.try_again().await, "calls come in without customers");
    assert!(installation.hub().is_some() && installation.is_waiting());
    assert!(trouble_of(&installation, "directory").is_some_and(|said| said.contains("directory.db")));
    fs::remove_dir(&directory).expect("removed");
    assert!(installation.try_again().await, "and then with them");
    assert!(!installation.is_waiting() && trouble_of(&installation, "directory").is_none());
    assert!(has_a_hub(&installation).await);
    installation.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_edited_by_hand_meanwhile_is_taken_first() {
    let folder = folder();
    let mut installation = open(&folder, ANY_PORT).await;
    let by_hand = format!("# mine\n[agent]\nname = \"Ana Kiss\"\n\n{ANY_PORT}");
    fs::write(installation.places.settings_file(), by_hand).expect("written");
    let locale = LocalePatch { country: Some(Some("ES".into())), ..LocalePatch::default() };
    let patch = SettingsPatch { locale: Some(locale), ..SettingsPatch::default() };
    installation.change(|file| file.apply(&patch).map(drop)).await.expect("saved");
    assert_eq!(installation.preferences().agent_id, AgentId("Ana Kiss".into()));
    assert_eq!(installation.preferences().plan.country(), "ES");
    let text = fs::read_to_string(installation.places.settings_file()).expect("it is there");
    assert!(text.starts_with("# mine"), "{text}");
    installation.close().await;
}

fn account(secrets: &[(&str, &str)]) -> AccountInput {
    let values = [("api_url", "https://pbx.example.com/api"), ("user", "crm")];
    AccountInput {
        name: "pbx".into(),
        connector: "vipex".into(),
        values: values.map(|(key, value)| (key.to_owned(), PlainValue::Text(value.into()))).into(),
        secrets: secrets.iter().map(|(key, secret)| ((*key).to_owned(), (*secret).to_owned().into())).collect(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_kept_with_its_secrets_elsewhere_and_forgotten_with_them() {
    let folder = folder();
    let mut installation = open(&folder, ANY_PORT).await;
    installation
        .save_account(account(&[("password", "very-secret"), ("push_key", "also-secret")]))
        .await
        .expect("saved");
    let text = fs::read_to_string(installation.places.settings_file()).expect("it is there");
    assert!(!text.contains("secret\"") && text.contains("keyring = \"pbx.password\""), "{text}");
    let view = installation.view(Vec::new()).await;
    assert_eq!(view.accounts[0].problem, None);
    let set = |key: &str| view.accounts[0].secrets.get(key).copied();
    assert_eq!((set("password"), set("api_key")), (Some(SecretState::Set), Some(SecretState::NotSet)));
    let incoming = view.accounts[0].webhooks.iter().find(|hook| hook.kind == "incoming").expect("there is one");
    assert!(incoming.url.contains("/in/pbx/incoming") && !incoming.url.contains("secret"), "{}", incoming.url);
    let shown = serde_json::to_string(&view).expect("JSON");
    assert!(!shown.contains("very-secret") && !shown.contains("also-secret"));

    // A changed value leaves the secrets as they are.
    installation.save_account(account(&[])).await.expect("saved");
    assert_eq!(installation.view(Vec::new()).await.accounts[0].secrets["password"], SecretState::Set);

    installation.remove_account("pbx").await.expect("removed");
    let place = ringcard_hub::secrets::SecretRef::Keyring("pbx.password".into());
    installation.secrets.read(&place).await.expect_err("it is forgotten");
    installation.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_address_that_is_copied_works_when_it_is_pasted_and_no_page_sees_its_key() {
    let folder = folder();
    let mut installation = open(&folder, ANY_PORT).await;
    let key = "p&sh k€y+/1";
    installation.save_account(account(&[("password", "very-secret"), ("push_key", key)])).await.expect("saved");
    let view = installation.view(Vec::new()).await;
    let shown = serde_json::to_string(&view).expect("JSON");
    assert!(!shown.contains("k€y") && !shown.contains("k%E2%82%ACy") && !shown.contains("{key}"), "{shown}");
    assert!(view.accounts[0].webhooks[0].url.ends_with("/in/pbx/incoming?key=•••"), "{:?}", view.accounts[0].webhooks);
    assert_eq!(view.listen.reach, Reach::ThisComputer);

    let address = installation.incoming_address("pbx", "incoming").expect("it is known");
    let IncomingAddress::WithSecret(address) = address else { panic!("its key is a secret") };
    let http = reqwest::Client::builder().no_proxy().build().expect("a client");
    let pasted = format!("{}&caller=%2B36301234567&called=101", address.expose_secret());
    assert_eq!(http.get(pasted).send().await.expect("an answer").status(), 200);

    installation.incoming_address("pbx", "nothing").expect_err("no such push");
    installation.incoming_address("other", "incoming").expect_err("no such account");
    // Somebody took the key out of the keyring.
    let place = ringcard_hub::secrets::SecretRef::Keyring("pbx.push_key".into());
    installation.secrets.delete(&place).await.expect("it was there");
    installation.accounts_again().await;
    let why = installation.incoming_address("pbx", "incoming").expect_err("a key is missing");
    assert!(why.message.contains("pbx.push_key"), "{}", why.message);
    assert!(installation.view(Vec::new()).await.accounts[0].webhooks.is_empty(), "a broken address is given to nobody");
    installation.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_keyring_an_account_whose_password_was_not_kept_is_not_saved() {
    let folder = folder();
    let nowhere = Arc::new(EnvAndFiles::with_env(Path::new("/nowhere"), |_| None));
    fs::write(places(&folder).settings_file(), ANY_PORT).expect("written");
    let mut installation = Installation::open(StartSettings::read(places(&folder), nowhere, false)).await;
    let refused = installation.save_account(account(&[("password", "very-secret")])).await.expect_err("not saved");
    assert!(refused.message.contains("environment"), "it says what else to do: {}", refused.message);
    assert!(installation.settings().accounts.is_empty());
    assert!(!installation.view(Vec::new()).await.secrets.available);
    installation.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_elsewhere_is_spoken_to_and_none_runs_here() {
    let folder = folder();
    fs::write(folder.path().join("token"), "a-token").expect("written");
    let secrets = Arc::new(EnvAndFiles::new(folder.path()));
    let settings =
        "[agent]\nname = \"Ana\"\n\n[hub]\nurl = \"ws://127.0.0.1:9/v1/desk\"\ntoken = { file = \"token\" }\n";
    fs::write(places(&folder).settings_file(), settings).expect("written");
    let installation = Installation::open(StartSettings::read(places(&folder), secrets, false)).await;
    assert!(installation.hub().is_none() && installation.way_to_hub().is_remote());
    assert!(!folder.path().join("calls.db").exists());
    assert!(installation.connections().is_empty());
    installation.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_hub_elsewhere_signing_in_says_where_that_is_done() {
    let folder = folder();
    fs::write(folder.path().join("token"), "a-token").expect("written");
    let secrets = Arc::new(EnvAndFiles::new(folder.path()));
    let settings = "[agent]\nname = \"Ana\"\n\n[hub]\nurl = \"ws://127.0.0.1:9/v1/desk\"\ntoken = { file = \"token\" }\n\n\
        [[account]]\nname = \"crm\"\nconnector = \"zendesk\"\nsubdomain = \"acme\"\nsign_in = \"oauth\"\n\
        oauth_client_id = \"ringcard\"\n";
    fs::write(places(&folder).settings_file(), settings).expect("written");
    let installation = Installation::open(StartSettings::read(places(&folder), secrets, false)).await;
    // Of an account that is set up here, and of one that the team's hub alone has.
    for name in ["crm", "other"] {
        let why = installation.sign_in(name).err().expect("not from here");
        assert!(why.contains(&format!("`ringcard-hub sign-in {name}`")) && why.contains("on its server"), "{why}");
    }
    installation.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_name_is_another_agent_for_the_hub_too() {
    let folder = folder();
    let mut installation = open(&folder, ANY_PORT).await;
    assert_eq!(installation.preferences().agent_id, AgentId("agent".into()));
    let agent = AgentPatch { name: Some("Béla".into()), extension: Some(Some("102".into())), lines: None };
    let patch = SettingsPatch { agent: Some(agent), ..SettingsPatch::default() };
    assert!(installation.change(|file| file.apply(&patch).map(drop)).await.expect("saved"));
    assert_eq!(installation.preferences().agent_id, AgentId("Béla".into()));
    assert!(has_a_hub(&installation).await);
    installation.close().await;
}

const OWN: &str = "id = \"own\"\ntitle = \"Own PBX\"\n[[setting]]\nkey = \"token\"\nkind = \"secret\"\nlabel = \"Token\"\n\
    [originate]\nmethod = \"POST\"\nurl = \"https://pbx.invalid/call\"\n[originate.auth]\nmethod = \"bearer\"\n\
    token = \"{{ token }}\"\n[[originate.failure]]\nstatus = 403\nkind = \"refused\"\n";

const OWN_ACCOUNT: &str = "[listen]\naddress = \"127.0.0.1:0\"\n[[account]]\nname = \"pbx\"\nconnector = \"own\"\n";

fn put_profile(folder: &TempDir, text: &str) {
    fs::create_dir_all(folder.path().join("profiles")).expect("made");
    fs::write(folder.path().join("profiles/own.toml"), text).expect("written");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_description_is_used_as_somebody_has_looked_at_it_and_not_before() {
    let folder = folder();
    put_profile(&folder, OWN);
    let mut installation = open(&folder, OWN_ACCOUNT).await;
    let shown = installation.view(Vec::new()).await;
    let [description] = shown.descriptions.as_slice() else { panic!("{:?}", shown.descriptions) };
    assert_eq!((description.id.as_str(), description.accounts.as_slice()), ("own", ["pbx".to_owned()].as_slice()));
    assert!(
        shown.accounts[0].problem.as_deref().is_some_and(|why| why.starts_with("This description must be looked at"))
    );
    let seen = description.sha256.clone();

    // Another file than the one that was shown is not confirmed with it, and is shown instead.
    put_profile(&folder, &OWN.replace("pbx.invalid", "evil.invalid"));
    let failure = installation.use_description("own", &seen).await.expect_err("it is another");
    assert!(failure.message.contains("changed meanwhile"), "{failure:?}");
    let shown = installation.view(Vec::new()).await;
    assert!(shown.descriptions[0].sha256 != seen && shown.accounts[0].problem.is_some());

    put_profile(&folder, OWN);
    installation.use_description("own", &seen).await.expect_err("this one is not what is shown now");
    installation.use_description("own", &seen).await.expect("it is as it was looked at");
    let shown = installation.view(Vec::new()).await;
    assert!(shown.descriptions.is_empty() && shown.accounts[0].problem.is_none(), "{:?}", shown.accounts);
    assert!(shown.profiles.iter().any(|profile| profile.id == "own"));
    installation.close().await;

    let installation = open(&folder, OWN_ACCOUNT).await;
    let shown = installation.view(Vec::new()).await;
    assert!(shown.descriptions.is_empty() && shown.accounts[0].problem.is_none(), "it is remembered");
    installation.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_update_goes_on_with_the_description_an_account_uses_and_asks_for_a_look() {
    let folder = folder();
    put_profile(&folder, OWN);
    let installation = open(&folder, ANY_PORT).await;
    installation.close().await;
    // as the version before left it
    fs::remove_file(folder.path().join("profiles.json")).expect("it was there");
    let installation = open(&folder, OWN_ACCOUNT).await;
    let shown = installation.view(Vec::new()).await;
    assert!(shown.accounts[0].problem.is_none(), "its calls go on: {:?}", shown.accounts[0].problem);
    assert_eq!(shown.descriptions.len(), 1);
    installation.close().await;
}
