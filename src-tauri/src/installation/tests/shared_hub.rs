//! The team's hub on a server, as Settings leads to it.

use super::*;
use crate::{
    contract::views::{SecretText, SharedHubInput},
    installation::shared_hub::TriedHub,
};
use ringcard_hub::secrets::{SecretFailure, SecretRef};
use secrecy::SecretString;

const ANA: &str = "[agent]\nname = \"Ana\"\n";

/// Somebody else's installation, whose hub is the team's; its address and token.
async fn server(folder: &TempDir) -> (Installation, String, String) {
    let installation = open(folder, &format!("{ANA}{ANY_PORT}")).await;
    let address = installation.hub().expect("a hub").listening().as_ref().expect("it listens").expect("an address");
    let token = installation.token.secret().expect("a token").expose_secret().to_owned();
    (installation, format!("ws://{address}/v1/desk"), token)
}

async fn desk(folder: &TempDir, secrets: &InMemory) -> Installation {
    fs::write(places(folder).settings_file(), format!("{ANA}{ANY_PORT}")).expect("written");
    Installation::open(StartSettings::read(places(folder), Arc::new(secrets.clone()), false)).await
}

fn input(url: &str, token: Option<&str>) -> SharedHubInput {
    SharedHubInput { url: url.to_owned(), token: token.map(|token| SecretText(SecretString::from(token))) }
}

fn file(folder: &TempDir) -> String {
    fs::read_to_string(places(folder).settings_file()).expect("it is there")
}

fn kept() -> SecretRef {
    SecretRef::Keyring("hub-token".to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_address_goes_to_the_file_the_token_to_the_keyring_and_the_desk_to_that_hub() {
    let (there, here, secrets) = (folder(), folder(), InMemory::default());
    let (server, url, token) = server(&there).await;
    let mut installation = desk(&here, &secrets).await;
    assert!(installation.shared_hub().await.is_none());

    assert!(installation.save_shared_hub(input(&format!(" {url} "), Some(&token))).await.expect("saved"));
    assert!(file(&here).contains(&url) && file(&here).contains("keyring = \"hub-token\""), "{}", file(&here));
    assert!(!file(&here).contains(&token));
    let view = installation.shared_hub_view().await;
    assert_eq!((view.url, view.token), (url.clone(), SecretState::Set));
    let tried = installation.shared_hub().await.expect("it is set").tried().await;
    assert!(matches!(tried, TriedHub::LetIn(AgentId(name)) if name == "Ana"));
    assert!(has_a_hub(&installation).await);

    // Another token for the same address is used at once.
    assert!(installation.save_shared_hub(input(&url, Some("no-token-of-that-hub"))).await.expect("saved"));
    let tried = installation.shared_hub().await.expect("it is set").tried().await;
    let TriedHub::NotLetIn(why) = tried else { panic!("it is let in") };
    assert!(!why.contains("no-token-of-that-hub"), "{why}");

    assert!(installation.save_shared_hub(input("", None)).await.expect("saved"));
    assert!(!file(&here).contains("[hub]"), "{}", file(&here));
    assert!(matches!(secrets.read(&kept()).await, Err(SecretFailure::Missing { .. })), "nobody uses it any more");
    assert!(has_a_hub(&installation).await, "the one inside");
    drop(server);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_typed_in_for_one_hub_is_asked_for_again_for_another() {
    let (here, secrets) = (folder(), InMemory::default());
    let mut installation = desk(&here, &secrets).await;
    let refused = installation.save_shared_hub(input("wss://hub.example.com/v1/desk", None)).await;
    let refused = refused.expect_err("there is no token");
    assert_eq!(serde_json::to_value(refused.code).expect("JSON"), "invalid_setting", "{}", refused.message);

    installation.save_shared_hub(input("wss://hub.example.com/v1/desk", Some("for-one-hub"))).await.expect("saved");
    let before = file(&here);
    let refused = installation.save_shared_hub(input("wss://hub.example.net/v1/desk", None)).await;
    let refused = refused.expect_err("the token is another hub's");
    assert_eq!(serde_json::to_value(refused.code).expect("JSON"), "secret_again", "{}", refused.message);
    assert_eq!(file(&here), before);
    installation
        .save_shared_hub(input("wss://hub.example.com/hub/v1/desk", None))
        .await
        .expect("only the path is other");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_cannot_be_used_is_not_saved_and_its_token_not_kept() {
    let (here, secrets) = (folder(), InMemory::default());
    let mut installation = desk(&here, &secrets).await;
    let before = file(&here);
    let refused =
        installation.save_shared_hub(input("ws://hub.example.com/v1/desk", Some("readable-on-the-way"))).await;
    assert!(refused.is_err(), "not encrypted");
    assert_eq!(file(&here), before);
    assert!(matches!(secrets.read(&kept()).await, Err(SecretFailure::Missing { .. })));

    // A port that was free a moment ago.
    let address = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address");
    installation.save_shared_hub(input(&format!("ws://{address}/v1/desk"), Some("a-token"))).await.expect("saved");
    let tried = installation.shared_hub().await.expect("it is set").tried().await;
    assert!(matches!(tried, TriedHub::Away(_)), "nobody is there");
}
