//! Profiles of somebody's own: used after a person has looked at them, as they were looked at, and in no built-in one's place
//! unless they say so.

use ringcard_connect::profile::Profile;
use ringcard_core::{Timestamp, number::DialPlan};
use ringcard_hub::{
    config::HubSettings,
    profiles::{Own, Profiles, Record, Standing, Start, told_of},
    secrets::{SecretFailure, SecretRef, SecretStore},
    setup,
};
use secrecy::SecretString;
use std::{fs, path::Path};
use tempfile::TempDir;

const NOW: Timestamp = Timestamp(1_764_350_000_000);

fn profile(id: &str, server: &str, more: &str) -> String {
    format!(
        "id = \"{id}\"\ntitle = \"Own\"\n{more}\n[[setting]]\nkey = \"token\"\nkind = \"secret\"\nlabel = \"Token\"\n\
         [originate]\nmethod = \"POST\"\nurl = \"{server}/call\"\n[originate.auth]\nmethod = \"bearer\"\n\
         token = \"{{{{ token }}}}\"\n[[originate.failure]]\nstatus = 403\nkind = \"authentication\"\n"
    )
}

/// An installation's folder with these profiles in it.
struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        let folder = TempDir::new().expect("a folder");
        fs::create_dir(folder.path().join("profiles")).expect("made");
        Self(folder)
    }

    fn put(&self, file: &str, text: &str) {
        fs::write(self.0.path().join("profiles").join(file), text).expect("written");
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn start(&self, settings: &str) -> Start {
        Start::find(&self.path().join("profiles"), self.path(), Some(settings), NOW)
    }

    fn has_worked_before(&self) {
        fs::write(self.path().join("calls.db"), "").expect("written");
    }

    /// As a person does who has looked at it.
    fn confirm(&self, id: &str) {
        let mut start = self.start("");
        let own = start.profiles.own().iter().find(|own| own.profile.id() == id).cloned().expect("it is there");
        start.confirmed.confirm(&own, NOW);
        start.confirmed.write(self.path()).expect("written");
    }
}

fn standings(start: &Start) -> Vec<(&str, Standing)> {
    start.profiles.own().iter().map(|own| (own.profile.id(), own.standing)).collect()
}

fn usable(start: &Start) -> Vec<&str> {
    start.profiles.iter().map(Profile::id).collect()
}

/// Fails the test when it is asked.
struct NotAsked;

#[async_trait::async_trait]
impl SecretStore for NotAsked {
    async fn read(&self, place: &SecretRef) -> Result<SecretString, SecretFailure> {
        panic!("nobody may read {place:?}");
    }

    async fn write(&self, _name: &str, _secret: SecretString) -> Result<SecretRef, SecretFailure> {
        panic!("nothing is kept here");
    }

    async fn delete(&self, _place: &SecretRef) -> Result<(), SecretFailure> {
        panic!("nothing is kept here");
    }

    async fn check(&self) -> Result<(), SecretFailure> {
        Ok(())
    }
}

const ACCOUNT: &str = "[[account]]\nname = \"pbx\"\nconnector = \"own\"\ntoken = { env = \"TOKEN\" }\n";

/// Why the one account of these settings is not set up.
async fn problem_of(settings: &str, profiles: &Profiles) -> String {
    let settings = HubSettings::parse(settings, Path::new("hub.toml"), profiles).expect("they are understood");
    let plan = DialPlan::new("HU").expect("a country");
    let mut accounts = setup::accounts(&settings.accounts, profiles, &NotAsked, &plan).await;
    accounts.swap_remove(0).system.map(|_| ()).expect_err("it waits")
}

#[tokio::test]
async fn a_new_profile_is_not_used_and_no_secret_is_read_for_it_before_somebody_has_looked() {
    let folder = Folder::new();
    folder.start("").keep();
    folder.put("own.toml", &profile("own", "https://pbx.example", ""));
    folder.has_worked_before();
    let start = folder.start(ACCOUNT);
    assert_eq!(standings(&start), [("own", Standing::New)]);
    assert_eq!(usable(&start), ["vipex", "asterisk-ari", "rest-crm"]);
    let why = problem_of(ACCOUNT, &start.profiles).await;
    assert!(why.starts_with("This description must be looked at first: ") && why.contains("own.toml"), "{why}");
    assert!(why.contains("ringcard-hub profile confirm own"), "{why}");

    folder.confirm("own");
    let start = folder.start(ACCOUNT);
    assert_eq!(standings(&start), [("own", Standing::Confirmed)]);
    assert!(usable(&start).contains(&"own"));

    // One letter of the file is another file.
    folder.put("own.toml", &profile("own", "https://pbx.examp1e", ""));
    let start = folder.start(ACCOUNT);
    assert_eq!(standings(&start), [("own", Standing::Changed)]);
    let why = problem_of(ACCOUNT, &start.profiles).await;
    assert!(why.contains("changed since it was confirmed"), "{why}");

    // What was looked at once is known again.
    folder.put("own.toml", &profile("own", "https://pbx.example", ""));
    assert_eq!(standings(&folder.start(ACCOUNT)), [("own", Standing::Confirmed)]);
}

#[test]
fn an_update_goes_on_with_what_accounts_use_and_asks_for_everything_else() {
    let folder = Folder::new();
    folder.put("own.toml", &profile("own", "https://pbx.example", ""));
    folder.put("other.toml", &profile("other", "https://other.example", ""));
    // today's way to replace a built-in one: the same id, and no word about it
    folder.put("vipex.toml", &profile("vipex", "https://vipex.example", ""));
    folder.has_worked_before();
    let settings = format!("{ACCOUNT}[[account]]\nname = \"v\"\nconnector = \"vipex\"\n");
    let expected = [("other", Standing::New), ("own", Standing::TakenOver), ("vipex", Standing::TakenOver)];
    let mut start = folder.start(&settings);
    assert_eq!(standings(&start), expected);
    assert!(start.refused.is_empty(), "{:?}", start.refused);
    assert!(!folder.path().join("profiles.json").exists(), "looking writes nothing");
    start.keep();

    // From then on it is asked, whatever the settings come to name.
    let start = folder.start(&format!("{settings}[[account]]\nname = \"o\"\nconnector = \"other\"\n"));
    assert_eq!(standings(&start), expected);
    folder.put("vipex.toml", &profile("vipex", "https://evil.example", ""));
    let start = folder.start(&settings);
    assert!(standings(&start).contains(&("vipex", Standing::Changed)));
    // … and nobody goes back to the built-in one unasked: its account waits.
    assert_eq!(usable(&start), ["own", "asterisk-ari", "rest-crm"]);
}

#[test]
fn a_first_start_takes_nothing_over() {
    let folder = Folder::new();
    folder.put("own.toml", &profile("own", "https://pbx.example", ""));
    let mut start = folder.start(ACCOUNT);
    assert_eq!(standings(&start), [("own", Standing::New)]);
    start.keep();
    // The databases are there at the next start.
    folder.has_worked_before();
    assert_eq!(standings(&folder.start(ACCOUNT)), [("own", Standing::New)]);
}

#[test]
fn settings_that_cannot_be_read_decide_nothing_and_a_damaged_record_confirms_nothing() {
    let folder = Folder::new();
    folder.put("own.toml", &profile("own", "https://pbx.example", ""));
    folder.has_worked_before();
    let mut start = folder.start("[[account\n");
    start.keep();
    assert!(!folder.path().join("profiles.json").exists());
    let mut start = folder.start(ACCOUNT);
    assert_eq!(standings(&start), [("own", Standing::TakenOver)]);
    start.keep();

    fs::write(folder.path().join("profiles.json"), "{ \"own\": ").expect("written");
    let start = folder.start(ACCOUNT);
    assert_eq!(standings(&start), [("own", Standing::New)]);
    assert!(start.problem.as_deref().is_some_and(|problem| problem.contains("profiles.json is damaged")));
    folder.confirm("own");
    assert!(matches!(Record::read(folder.path()), Record::Known(_)));
    assert_eq!(standings(&folder.start(ACCOUNT)), [("own", Standing::Confirmed)]);
}

#[test]
fn no_profile_takes_a_built_in_ones_place_silently() {
    let folder = Folder::new();
    folder.start("").keep();
    folder.put("vipex.toml", &profile("vipex", "https://evil.example", ""));
    folder.put("wolkvox.toml", &profile("wolkvox", "https://evil.example", ""));
    folder.put("x1.toml", &profile("x", "https://one.example", ""));
    folder.put("x2.toml", &profile("x", "https://two.example", ""));
    let start = folder.start("");
    let said: Vec<String> = start.refused.iter().map(ToString::to_string).collect();
    assert_eq!(said.len(), 3, "{said:?}");
    assert!(said[0].contains("a profile `vipex` is built in, and it stays in use"), "{}", said[0]);
    assert!(said[0].contains("replaces = \"vipex\""), "{}", said[0]);
    assert!(said[1].contains("`wolkvox` is built in"), "{}", said[1]);
    assert!(said[2].contains("a profile `x` in") && said[2].contains("x1.toml already"), "{}", said[2]);
    assert_eq!(usable(&start), ["vipex", "asterisk-ari", "rest-crm"]);

    // It says so, and the built-in one works on until somebody has looked.
    folder.put("vipex.toml", &profile("vipex", "https://mine.example", "replaces = \"vipex\""));
    let start = folder.start("");
    assert!(standings(&start).contains(&("vipex", Standing::New)));
    let builtin = start.profiles.iter().find(|known| known.id() == "vipex").expect("it is there");
    assert_eq!(builtin.title().in_language("en"), "VIPeX");
    let own = start.profiles.own().iter().find(|own| own.profile.id() == "vipex").expect("it is there");
    assert!(told_of(own).contains("REPLACES  the built-in profile vipex"), "{}", told_of(own));

    folder.confirm("vipex");
    let start = folder.start("");
    let used = start.profiles.iter().find(|known| known.id() == "vipex").expect("it is there");
    assert_eq!(used.title().in_language("en"), "Own");
}

#[test]
fn what_is_shown_names_servers_secrets_and_the_file() {
    let folder = Folder::new();
    folder.put("own.toml", &profile("own", "https://pbx.example:8443", ""));
    let own = Own::read(&folder.path().join("profiles/own.toml")).expect("a profile");
    let told = told_of(&own);
    for part in [
        "own.toml",
        &own.sha256,
        "not confirmed: it is not used",
        "starts calls: POST to https://pbx.example:8443",
        "sends the secret “Token” (token), as the sign-in",
    ] {
        assert!(told.contains(part), "{part} is not in\n{told}");
    }
    assert_eq!(own.sha256.len(), 64);
}

// Windows has neither modes nor pipes in a folder.
#[cfg(unix)]
#[test]
fn the_record_is_its_owners_and_a_pipe_among_the_profiles_is_not_waited_for() {
    use crate::support::pipe;
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new();
    pipe(&folder.path().join("profiles/pipe.toml"));
    let mut start = folder.start("");
    assert!(start.refused[0].message.contains("it is not a file but a pipe"), "{:?}", start.refused);
    start.keep();
    let mode = fs::metadata(folder.path().join("profiles.json")).expect("it is there").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert_eq!(Record::read(folder.path()), Record::Known(ringcard_hub::profiles::Confirmed::default()));
}

// Windows has no pipes in a folder.
#[cfg(unix)]
#[test]
fn a_pipe_in_the_place_of_settings_or_of_what_was_confirmed_is_not_waited_for() {
    use crate::support::pipe;
    let folder = Folder::new();
    for name in ["profiles.json", "hub.toml"] {
        pipe(&folder.path().join(name));
    }
    let record = Record::read(folder.path());
    assert!(matches!(&record, Record::Unreadable(why) if why.contains("a pipe")), "{record:?}");
    assert_eq!(ringcard_hub::profiles::settings_text(&folder.path().join("hub.toml")), None);
    assert_eq!(ringcard_hub::profiles::settings_text(&folder.path().join("other.toml")).as_deref(), Some(""));
}
