//! What the documents print works: every account in them is taken as it stands, and can be set up.

use async_trait::async_trait;
use ringcard_core::Timestamp;
use ringcard_hub::{
    config::{HubSettings, Settings},
    profiles::Confirmed,
    secrets::{SecretFailure, SecretRef, SecretStore},
    setup::{self, Profiles},
};
use secrecy::SecretString;
use std::path::{Path, PathBuf};

/// Every place holds something.
struct Filled;

#[async_trait]
impl SecretStore for Filled {
    async fn read(&self, _place: &SecretRef) -> Result<SecretString, SecretFailure> {
        // As the most particular of them want it: webhooks.
        Ok(SecretString::from("whsec_YS1zZWNyZXQtZm9yLXRlc3RzLW9mLTMyLWJ5dGVzISE="))
    }

    async fn write(&self, name: &str, _secret: SecretString) -> Result<SecretRef, SecretFailure> {
        Ok(SecretRef::Keyring(name.to_owned()))
    }

    async fn delete(&self, _place: &SecretRef) -> Result<(), SecretFailure> {
        Ok(())
    }

    async fn check(&self) -> Result<(), SecretFailure> {
        Ok(())
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Every TOML block of the README and of the pages in `docs`, with the page it stands on.
fn blocks() -> Vec<(String, String)> {
    let mut pages = vec![root().join("README.md")];
    let docs = std::fs::read_dir(root().join("docs")).expect("there are documents");
    pages.extend(
        docs.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| path.extension() == Some("md".as_ref())),
    );
    let mut blocks = Vec::new();
    for page in pages {
        let text = std::fs::read_to_string(&page).expect("it can be read").replace("\r\n", "\n");
        for block in text.split("```toml\n").skip(1) {
            let block = block.split("```").next().unwrap_or_default().to_owned();
            blocks.push((page.display().to_string(), block));
        }
    }
    blocks
}

/// Whether the accounts of a block are taken by a desk and by a server, and can be set up.
async fn loads(page: &str, text: &str, profiles: &Profiles) -> usize {
    let whole_of = |name: &str| text.starts_with(&format!("# {name}\n"));
    let (mut taken, mut accounts) = (0, 0);
    if !whole_of("hub.toml") {
        let desk = Settings::parse(text, Path::new("ringcard.toml"), profiles);
        let desk = desk.unwrap_or_else(|why| panic!("{page}:\n{text}\n{why:#?}"));
        let plan = desk.dial_plan().expect("its numbers can be read");
        for account in setup::accounts(&desk.accounts, profiles, &Filled, &plan).await {
            account.system.unwrap_or_else(|why| panic!("{page}: {}: {why}\n{text}", account.name));
            accounts += 1;
        }
        taken += 1;
    }
    if !whole_of("ringcard.toml") {
        let hub = HubSettings::parse(text, Path::new("hub.toml"), profiles);
        let hub = hub.unwrap_or_else(|why| panic!("{page}:\n{text}\n{why:#?}"));
        let plan = hub.dial_plan().expect("its numbers can be read");
        for account in setup::accounts(&hub.accounts, profiles, &Filled, &plan).await {
            account.system.unwrap_or_else(|why| panic!("{page}: {}: {why}\n{text}", account.name));
            accounts += 1;
        }
        taken += 1;
    }
    assert!(taken > 0);
    accounts
}

/// The profiles of a folder, every one of them confirmed.
fn looked_at(folder: &Path) -> Profiles {
    let (profiles, refused) = Profiles::with(Some(folder), &Confirmed::default());
    assert!(refused.is_empty(), "{refused:?}");
    let mut confirmed = Confirmed::default();
    profiles.own().iter().for_each(|own| confirmed.confirm(own, Timestamp(0)));
    Profiles::with(Some(folder), &confirmed).0
}

#[tokio::test]
async fn every_account_in_the_documents_can_be_set_up_as_it_is_printed() {
    let profiles = looked_at(&root().join("docs/profiles"));
    let mut accounts = 0;
    for (page, text) in blocks() {
        accounts += loads(&page, &text, &profiles).await;
    }
    assert!(accounts >= 6, "only {accounts} accounts are in the documents");
}

const OWN: &str = r#"
id = "own"
title = "Own"
setting = [
    { key = "address", kind = "url", required = true, default = "https://pbx.invalid/api", label = "a" },
    { key = "way", kind = "choice", required = true, default = "one", choices = ["one", "two"], label = "b" },
    { key = "ring", kind = "number", required = true, default = 30, label = "c" },
    { key = "loud", kind = "flag", required = true, default = false, label = "d" },
    { key = "endpoint", kind = "text", required = true, default = "PJSIP/{extension}", label = "e", when = { way = ["one"] } },
    { key = "trunk", kind = "text", required = true, label = "f" },
    { key = "other", kind = "text", required = true, label = "g", when = { way = ["two"] } },
]

[originate]
method = "GET"
url = "{{ address }}"
query = { ring = "{{ ring }}", loud = "{{ loud }}", to = "{{ number }}", at = "{{ endpoint }}", by = "{{ trunk }}{{ other }}" }
failure = [{ status = 403, kind = "authentication" }]
"#;

#[tokio::test]
async fn a_required_setting_with_a_default_need_not_be_written_and_one_without_is_asked_for() {
    let folder = tempfile::TempDir::new().expect("a folder");
    std::fs::write(folder.path().join("own.toml"), OWN).expect("written");
    let profiles = looked_at(folder.path());
    let account = |more: &str| format!("[[account]]\nname = \"pbx\"\nconnector = \"own\"\n{more}");
    assert_eq!(loads("the test", &account("trunk = \"t\"\n"), &profiles).await, 2);
    assert_eq!(loads("the test", &account("trunk = \"t\"\nway = \"two\"\nother = \"o\"\n"), &profiles).await, 2);

    for (given, missing) in [("", "trunk"), ("trunk = \"t\"\nway = \"two\"\n", "other")] {
        let problems = HubSettings::parse(&account(given), Path::new("hub.toml"), &profiles).expect_err("it lacks one");
        let said: Vec<String> = problems.iter().map(ToString::to_string).collect();
        assert_eq!(said.len(), 1, "{said:?}");
        assert!(said[0].contains(&format!("`{missing}`")), "{said:?}");
    }
}
