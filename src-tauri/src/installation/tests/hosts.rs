//! What was typed in for one host is sent to no other.

use super::*;
use crate::contract::views::SecretText;
use ringcard_hub::secrets::SecretRef;
use secrecy::SecretString;
use std::io::ErrorKind;

const PASSWORD: &str = "typed-for-one-host";

/// Somewhere a password must not arrive.
fn stranger() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.set_nonblocking(true).expect("it need not wait");
    let url = format!("http://{}/ari", listener.local_addr().expect("an address"));
    (listener, url)
}

fn heard_nothing(listener: &TcpListener) {
    assert_eq!(listener.accept().map(drop).map_err(|error| error.kind()), Err(ErrorKind::WouldBlock));
}

fn asterisk(url: &str, secrets: &[(&str, &str)]) -> AccountInput {
    let text = |value: &str| PlainValue::Text(value.to_owned());
    let values = [("api_url", text(url)), ("user", text("crm"))].map(|(key, value)| (key.to_owned(), value));
    let secrets = secrets.iter().map(|(key, value)| ((*key).to_owned(), SecretText(SecretString::from(*value))));
    AccountInput {
        name: "pbx".into(),
        connector: "asterisk-ari".into(),
        values: values.into(),
        secrets: secrets.collect(),
    }
}

async fn open_with(folder: &TempDir, secrets: &InMemory) -> Installation {
    Installation::open(StartSettings::read(places(folder), Arc::new(secrets.clone()), false)).await
}

async fn test(installation: &Installation) -> String {
    let report = installation.hub().expect("a hub").accounts().test("pbx").await.expect("an account");
    format!("{report:?}")
}

fn problem(installation: &Installation) -> String {
    installation.accounts[0].system.as_ref().err().cloned().unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_is_asked_for_again_when_the_host_is_changed_in_settings() {
    let (folder, (listener, elsewhere)) = (folder(), stranger());
    fs::write(places(&folder).settings_file(), ANY_PORT).expect("written");
    let secrets = InMemory::default();
    let mut installation = open_with(&folder, &secrets).await;
    installation
        .save_account(asterisk("http://127.0.0.1:9/ari", &[("password", PASSWORD), ("push_key", "key-of-the-pushes")]))
        .await
        .expect("saved");
    let before = fs::read_to_string(places(&folder).settings_file()).expect("it is there");

    let refused =
        installation.save_account(asterisk(&elsewhere, &[])).await.expect_err("the password is another host's");
    assert_eq!(serde_json::to_value(refused.code).expect("JSON"), "secret_again", "{}", refused.message);
    assert!(refused.message.contains("password") && !refused.message.contains(PASSWORD), "{}", refused.message);
    assert_eq!(fs::read_to_string(places(&folder).settings_file()).expect("it is there"), before);
    test(&installation).await;
    heard_nothing(&listener);

    // Encrypted or not is another host; a path is not.
    installation.save_account(asterisk("https://127.0.0.1:9/ari", &[])).await.expect_err("the scheme is another one");
    installation.save_account(asterisk("http://127.0.0.1:9/pbx/ari", &[])).await.expect("the path is another one");
    assert_eq!(problem(&installation), "");

    installation.save_account(asterisk(&elsewhere, &[("password", "typed-again")])).await.expect("it was typed again");
    assert_eq!(problem(&installation), "");
    let view = installation.view(Vec::new()).await;
    assert_eq!(view.accounts[0].secrets["password"], SecretState::Set);
    installation.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_does_not_follow_an_address_that_was_changed_in_the_file() {
    let (folder, (listener, elsewhere)) = (folder(), stranger());
    fs::write(places(&folder).settings_file(), ANY_PORT).expect("written");
    let secrets = InMemory::default();
    let mut installation = open_with(&folder, &secrets).await;
    installation
        .save_account(asterisk("http://127.0.0.1:9/ari", &[("password", PASSWORD), ("push_key", "key-of-the-pushes")]))
        .await
        .expect("saved");
    installation.close().await;
    let file = places(&folder).settings_file();
    let edited = fs::read_to_string(&file).expect("it is there").replace("http://127.0.0.1:9/ari", &elsewhere);
    fs::write(&file, edited).expect("written");

    let mut installation = open_with(&folder, &secrets).await;
    let said = problem(&installation);
    assert!(said.contains("was entered for http://127.0.0.1:9, and is not sent to http://127.0.0.1"), "{said}");
    assert!(said.contains("type the secret in again under Settings") && !said.contains(PASSWORD), "{said}");
    assert_eq!(installation.view(Vec::new()).await.accounts[0].secrets["password"], SecretState::OtherHost);
    assert!(test(&installation).await.contains("was entered for"));
    heard_nothing(&listener);
    installation.save_account(asterisk(&elsewhere, &[])).await.expect_err("saving it as it is confirms nothing");
    installation.save_account(asterisk(&elsewhere, &[("password", "typed-again")])).await.expect("it was typed again");
    assert_eq!(problem(&installation), "");
    installation.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_of_another_account_or_of_ours_is_no_password_for_a_host() {
    let folder = folder();
    fs::write(places(&folder).settings_file(), ANY_PORT).expect("written");
    let secrets = InMemory::default();
    let mut installation = open_with(&folder, &secrets).await;
    installation
        .save_account(asterisk("http://127.0.0.1:9/ari", &[("password", PASSWORD), ("push_key", "key-of-the-pushes")]))
        .await
        .expect("saved");
    installation.close().await;
    secrets.write("key", SecretString::from("key-of-the-pushes")).await.expect("kept");
    for entry in ["pbx.password", "api-token"] {
        let settings = format!(
            "{ANY_PORT}[[account]]\nname = \"other\"\nconnector = \"asterisk-ari\"\napi_url = \"http://127.0.0.1:8/ari\"\n\
             user = \"crm\"\npassword = {{ keyring = \"{entry}\" }}\npush_key = {{ keyring = \"key\" }}\n"
        );
        fs::write(places(&folder).settings_file(), settings).expect("written");
        let installation = open_with(&folder, &secrets).await;
        assert!(
            problem(&installation).contains("is not sent to http://127.0.0.1:8"),
            "{entry}: {}",
            problem(&installation)
        );
        installation.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_from_before_belongs_to_the_host_it_is_first_used_with_and_what_is_put_there_anew_begins_anew() {
    let folder = folder();
    let settings = |port: u16| {
        format!(
            "{ANY_PORT}[[account]]\nname = \"pbx\"\nconnector = \"asterisk-ari\"\napi_url = \"http://127.0.0.1:{port}/ari\"\n\
             user = \"crm\"\npassword = {{ keyring = \"by-hand\" }}\npush_key = {{ keyring = \"key\" }}\n"
        )
    };
    let secrets = InMemory::default();
    secrets.write("key", SecretString::from("key-of-the-pushes")).await.expect("kept");
    secrets.write("by-hand", SecretString::from(PASSWORD)).await.expect("kept");
    for (port, is_taken) in [(9, true), (8, false), (9, true)] {
        fs::write(places(&folder).settings_file(), settings(port)).expect("written");
        let installation = open_with(&folder, &secrets).await;
        assert_eq!(problem(&installation).is_empty(), is_taken, "{port}: {}", problem(&installation));
        installation.close().await;
    }
    // With the keyring's own program.
    secrets.write("by-hand", SecretString::from(PASSWORD)).await.expect("kept");
    fs::write(places(&folder).settings_file(), settings(8)).expect("written");
    let installation = open_with(&folder, &secrets).await;
    assert_eq!(problem(&installation), "");
    // As an earlier version keeps it, while the app runs.
    secrets.write("by-hand", SecretString::from(PASSWORD)).await.expect("kept");
    let mut installation = installation;
    installation
        .save_account(asterisk("http://127.0.0.1:7/ari", &[]))
        .await
        .expect_err("it was for the host of before");
    installation.save_account(asterisk("http://127.0.0.1:8/ari", &[])).await.expect("and still is");
    let kept = installation.secrets.read(&SecretRef::Keyring("by-hand".into())).await.expect("it is there");
    assert_eq!(kept.expose_secret(), PASSWORD);
    installation.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hubs_token_does_not_follow_a_changed_address() {
    let folder = folder();
    let settings = |url: &str| format!("[hub]\nurl = \"{url}\"\ntoken = {{ keyring = \"hub\" }}\n");
    let secrets = InMemory::default();
    secrets.write("hub", SecretString::from(PASSWORD)).await.expect("kept");
    for (url, is_taken) in [
        ("wss://hub.example.com/v1/desk", true),
        ("wss://hub.example.com/other/v1/desk", true),
        ("wss://hub.example.net/v1/desk", false),
        ("ws://127.0.0.1:9/v1/desk", false),
    ] {
        fs::write(places(&folder).settings_file(), settings(url)).expect("written");
        let installation = open_with(&folder, &secrets).await;
        assert_eq!(installation.way_to_hub().is_remote(), is_taken, "{url}");
        installation.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_only_pushes_carry_stays() {
    let folder = folder();
    fs::write(places(&folder).settings_file(), ANY_PORT).expect("written");
    let secrets = InMemory::default();
    let mut installation = open_with(&folder, &secrets).await;
    let vipex =
        |url: &str, secrets: &[(&str, &str)]| AccountInput { connector: "vipex".into(), ..asterisk(url, secrets) };
    let both = [("password", PASSWORD), ("push_key", "key-of-the-pushes")];
    installation.save_account(vipex("https://pbx.example.com/api", &both)).await.expect("saved");
    installation
        .save_account(vipex("https://pbx.example.net/api", &[("password", "typed-again")]))
        .await
        .expect("the key of pushes is sent nowhere");
    assert_eq!(problem(&installation), "");
    installation.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_is_not_saved_leaves_the_password_of_before_to_the_host_of_before() {
    let folder = folder();
    let file = places(&folder).settings_file();
    fs::write(&file, ANY_PORT).expect("written");
    let secrets = InMemory::default();
    let mut installation = open_with(&folder, &secrets).await;
    let both = [("password", PASSWORD), ("push_key", "key-of-the-pushes")];
    installation.save_account(asterisk("http://127.0.0.1:9/ari", &both)).await.expect("saved");
    let before = fs::read_to_string(&file).expect("it is there");
    // Somebody broke the file meanwhile.
    fs::write(&file, format!("{before}\n[nonsense")).expect("written");
    installation
        .save_account(asterisk("http://127.0.0.1:8/ari", &[("password", "typed-again")]))
        .await
        .expect_err("not saved");
    installation.close().await;

    fs::write(&file, before).expect("written");
    let installation = open_with(&folder, &secrets).await;
    assert_eq!(problem(&installation), "");
    let kept = installation.secrets.read(&SecretRef::Keyring("pbx.password".into())).await.expect("it is there");
    assert_eq!(kept.expose_secret(), PASSWORD);
    installation.close().await;
}
