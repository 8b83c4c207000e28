//! Changing `ringcard.toml`: the person's comments and order stay, and nothing they wrote is ever lost.

use proptest::{option, prelude::*};
use ringcard_core::Timestamp;
use ringcard_hub::{
    config::{
        Account, AgentPatch, Appearance, Corner, DeskPatch, EditFailure, HubLink, Language, LineName, LinkDials,
        ListenPatch, LocalePatch, NumbersPatch, QuietMode, SettingValue, Settings, SettingsFile, SettingsPatch,
        UnknownConnectors, set_aside,
    },
    secrets::SecretRef,
};
use std::{fs, path::PathBuf, sync::Arc};
use tempfile::TempDir;

/// A `ringcard.toml` in a folder of its own.
struct Written {
    folder: TempDir,
    path: PathBuf,
}

impl Written {
    fn new(text: &str) -> Self {
        let missing = Self::missing();
        fs::write(&missing.path, text).expect("write");
        missing
    }

    fn missing() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("ringcard.toml");
        Self { folder, path }
    }

    fn open(&self) -> SettingsFile {
        SettingsFile::open(&self.path, Arc::new(UnknownConnectors)).expect("a good file")
    }

    fn text(&self) -> String {
        fs::read_to_string(&self.path).expect("the file is there")
    }

    fn others(&self) -> Vec<String> {
        let entries = fs::read_dir(self.folder.path()).expect("the folder");
        let names = entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned());
        names.filter(|name| name != "ringcard.toml").collect()
    }
}

fn name(name: &str) -> SettingsPatch {
    SettingsPatch {
        agent: Some(AgentPatch { name: Some(name.to_owned()), ..AgentPatch::default() }),
        ..SettingsPatch::default()
    }
}

const COMMENTED: &str = r#"# Ana's desk, third floor.
# Ask Béla before changing anything.

[desk]   # how it looks
quiet  =  'card'   # not both!
corner = "top_left"

# the person
[agent]
extension = "101"  # the grey phone
name = "Ana"

# --- the PBX ---
[[account]]
name = "pbx"        # in the webhook
connector = "vipex"
# from the provider's letter
api_url = "https://pbx.example.com/api"
password = { keyring = "pbx" } # since March

[[account]]
# the old one
name = "old"
connector = "ari"

# the end
"#;

#[test]
fn comments_order_and_spaces_stay_where_a_value_changes() {
    let file = Written::new(COMMENTED);
    let patch = SettingsPatch {
        desk: Some(DeskPatch {
            quiet: Some(QuietMode::Both),
            corner: Some(Corner::TopLeft),
            hide_after_seconds: Some(20),
            ..DeskPatch::default()
        }),
        agent: Some(AgentPatch { extension: Some(Some("102".to_owned())), ..AgentPatch::default() }),
        ..SettingsPatch::default()
    };
    let mut open = file.open();
    let settings = open.apply(&patch).expect("saved");
    assert_eq!((settings.desk.quiet, settings.desk.hide_after_seconds), (QuietMode::Both, 20));
    let expected = COMMENTED
        .replace("quiet  =  'card'", "quiet  =  \"both\"")
        .replace("corner = \"top_left\"\n", "corner = \"top_left\"\nhide_after_seconds = 20\n")
        .replace("\"101\"", "\"102\"");
    assert_eq!(file.text(), expected);
    assert!(file.others().is_empty(), "{:?}", file.others());
}

#[test]
fn what_a_patch_does_not_name_is_not_touched_and_saying_the_same_writes_nothing() {
    let file = Written::new(COMMENTED);
    let before = fs::metadata(&file.path).and_then(|file| file.modified()).expect("a time");
    let mut open = file.open();
    open.apply(&SettingsPatch::default()).expect("nothing to do");
    open.apply(&name("Ana")).expect("nothing to do");
    assert_eq!(file.text(), COMMENTED);
    assert_eq!(fs::metadata(&file.path).and_then(|file| file.modified()).expect("a time"), before);
}

#[test]
fn null_takes_a_key_out_and_no_hotkey_is_a_choice() {
    let file = Written::new("[agent]\nname = \"Ana\"\nextension = \"101\"\n[desk]\nmonitor = \"DP-1\"\n");
    let patch: SettingsPatch =
        serde_json::from_str(r#"{"agent": {"extension": null}, "desk": {"monitor": null, "hotkey": null}}"#)
            .expect("as the user interface sends it");
    let mut open = file.open();
    let settings = open.apply(&patch).expect("saved");
    assert_eq!((&settings.agent.extension, &settings.desk.monitor, &settings.desk.hotkey), (&None, &None, &None));
    assert_eq!(file.text(), "[agent]\nname = \"Ana\"\n[desk]\nhotkey = \"\"\n");
}

#[test]
fn the_first_change_makes_the_file_and_its_folder_for_its_owner_only() {
    let file = Written::missing();
    let path = file.folder.path().join("new/ringcard.toml");
    let mut open = SettingsFile::open(&path, Arc::new(UnknownConnectors)).expect("a first start");
    open.apply(&name("Ana")).expect("saved");
    assert_eq!(fs::read_to_string(&path).expect("written"), "[agent]\nname = \"Ana\"\n");
    #[cfg(unix)]
    assert_eq!(mode(&path), 0o600);
}

#[test]
fn a_file_of_comments_keeps_them_at_the_top() {
    let file = Written::new("# Ana's desk\n\n# ask Béla\n");
    file.open().apply(&name("Ana")).expect("saved");
    assert_eq!(file.text(), "# Ana's desk\n\n# ask Béla\n[agent]\nname = \"Ana\"\n");
}

#[test]
fn accounts_are_added_changed_and_taken_out_and_the_others_keep_their_comments() {
    let file = Written::new(COMMENTED);
    let mut open = file.open();
    let mut account = open.settings().accounts[0].clone();
    account.settings.insert("api_url".to_owned(), SettingValue::Text("https://new.example.com".to_owned()));
    account.settings.insert("timeout".to_owned(), SettingValue::Number(5));
    open.put_account(&account).expect("saved");
    let changed = COMMENTED
        .replace("https://pbx.example.com/api", "https://new.example.com")
        .replace("# since March\n", "# since March\ntimeout = 5\n");
    assert_eq!(file.text(), changed);

    let new = Account {
        name: "second".to_owned(),
        connector: "ari".to_owned(),
        settings: [
            ("password".to_owned(), SettingValue::Secret(SecretRef::Env("PBX".to_owned()))),
            ("record".to_owned(), SettingValue::Flag(true)),
        ]
        .into(),
        ..Account::default()
    };
    open.put_account(&new).expect("saved");
    assert_eq!(open.settings().accounts.len(), 3);
    assert_eq!(open.settings().accounts[2], new);

    account.settings.remove("timeout");
    open.put_account(&account).expect("saved");
    assert!(!file.text().contains("timeout"));

    open.remove_account("pbx").expect("saved");
    let names: Vec<_> = open.settings().accounts.iter().map(|account| account.name.as_str()).collect();
    assert_eq!(names, ["old", "second"]);
    assert!(file.text().contains("# the old one"));
    assert!(matches!(open.remove_account("pbx"), Err(EditFailure::NoAccount(name)) if name == "pbx"));
    open.remove_account("old").expect("saved");
    open.remove_account("second").expect("saved");
    assert!(!file.text().contains("account"), "{}", file.text());
    assert!(file.text().contains("# Ana's desk"), "{}", file.text());
}

#[test]
fn the_way_to_a_hub_on_a_server_is_set_changed_and_taken_out_and_comments_stay() {
    for written in [
        "[hub]\n# of the team\nurl = \"wss://old.example.com/v1/desk\" # until May\n\n[hub.token]\nfile = \"hub\"\n",
        "hub = { url = \"wss://old.example.com/v1/desk\", token = { env = \"HUB\" } }\n[agent]\nname = \"Ana\"\n",
        "[agent]\nname = \"Ana\" # Ana's desk\n",
    ] {
        let file = Written::new(written);
        let mut open = file.open();
        let url = "wss://hub.example.com/v1/desk".to_owned();
        let link = HubLink { url, token: SecretRef::Keyring("hub-token".to_owned()) };
        open.set_hub(Some(&link)).expect("saved");
        assert_eq!(file.open().settings().hub, Some(link), "{}", file.text());
        for comment in ["# of the team", "# until May", "# Ana's desk"] {
            assert_eq!(file.text().contains(comment), written.contains(comment), "{}", file.text());
        }
        open.set_hub(None).expect("saved");
        assert_eq!(file.open().settings().hub, None, "{}", file.text());
    }
}

#[test]
fn accounts_written_on_one_line_are_changed_all_the_same() {
    let file = Written::new("account = [{ name = \"a\", connector = \"x\" }, { name = \"b\", connector = \"x\" }]\n");
    let mut open = file.open();
    open.remove_account("a").expect("saved");
    let mut account = open.settings().accounts[0].clone();
    account.connector = "y".to_owned();
    open.put_account(&account).expect("saved");
    assert_eq!(file.open().settings().accounts, [account]);
}

#[test]
fn lines_get_names_and_keep_who_answers_them() {
    let file = Written::new(
        "[[line]]\nnumber = \"+3612345678\" # reception\nname = \"Old\"\nagents = [\"Ana\"]\n\n[[line]]\nnumber = \"+3612345679\"\nname = \"Gone\"\n",
    );
    let line = |number: &str, name: &str| LineName { number: number.to_owned(), name: name.to_owned() };
    let patch = SettingsPatch {
        line_names: Some(vec![line("+3612345678", "Reception"), line("+3612345670", "New")]),
        ..SettingsPatch::default()
    };
    file.open().apply(&patch).expect("saved");
    let text = file.text();
    assert!(
        text.contains("number = \"+3612345678\" # reception\nname = \"Reception\"\nagents = [\"Ana\"]\n"),
        "{text}"
    );
    let settings = file.open();
    let names: Vec<_> = settings.settings().lines.iter().map(|line| line.name.as_str()).collect();
    assert_eq!(names, ["Reception", "New"]);
}

#[test]
fn what_cannot_be_kept_is_refused_and_the_file_stays_as_it_was() {
    let file = Written::new(COMMENTED);
    let mut open = file.open();
    let address = SettingsPatch {
        listen: Some(ListenPatch { address: Some("localhost".to_owned()), ..ListenPatch::default() }),
        ..SettingsPatch::default()
    };
    let refused = open.apply(&address).expect_err("no address");
    assert!(matches!(refused, EditFailure::Invalid(_)));
    assert!(refused.to_string().starts_with("`address` must be an IP address with a port"), "{refused}");

    let own = SettingsPatch {
        numbers: Some(NumbersPatch { own: Some(vec!["abc".to_owned()]), ..NumbersPatch::default() }),
        ..SettingsPatch::default()
    };
    assert!(open.apply(&own).expect_err("no number").to_string().contains("no phone number"));

    let literal = Account {
        name: "new".to_owned(),
        connector: "vipex".to_owned(),
        settings: [("password".to_owned(), SettingValue::Text("hunter2".to_owned()))].into(),
        ..Account::default()
    };
    let refused = open.put_account(&literal).expect_err("a secret").to_string();
    assert!(refused.contains("must not stand in this file") && !refused.contains("hunter2"), "{refused}");
    let named = Account { name: "Not A Name".to_owned(), ..literal };
    assert!(matches!(open.put_account(&named), Err(EditFailure::Invalid(_))));

    assert_eq!(file.text(), COMMENTED);
    assert_eq!(open.settings(), file.open().settings(), "what was refused is not in the settings either");
}

#[test]
fn a_broken_file_is_never_overwritten() {
    let file = Written::new(COMMENTED);
    let mut open = file.open();
    let broken = "[agent\nname = \"half writ";
    fs::write(&file.path, broken).expect("somebody edits by hand");
    let refused = open.apply(&name("Béla")).expect_err("broken");
    assert!(matches!(refused, EditFailure::Broken(_)));
    assert!(refused.to_string().contains("ringcard.toml:1:"), "{refused}");
    assert!(open.put_account(&open.settings().accounts[0].clone()).is_err());
    assert!(open.remove_account("pbx").is_err());
    assert_eq!(file.text(), broken);
    assert!(SettingsFile::open(&file.path, Arc::new(UnknownConnectors)).is_err());
}

#[test]
fn a_file_that_somebody_changed_meanwhile_is_not_overwritten_until_it_was_read_again() {
    let file = Written::new(COMMENTED);
    let mut open = file.open();
    let theirs = COMMENTED.replace("101", "103");
    fs::write(&file.path, &theirs).expect("somebody edits by hand");
    assert!(matches!(open.apply(&name("Béla")), Err(EditFailure::Changed(_))));
    assert_eq!(file.text(), theirs);
    open.reread().expect("theirs is good");
    let settings = open.apply(&name("Béla")).expect("saved");
    assert_eq!((settings.agent.name.as_str(), settings.agent.extension.as_deref()), ("Béla", Some("103")));

    fs::remove_file(&file.path).expect("somebody takes it away");
    assert!(matches!(open.apply(&name("Cili")), Err(EditFailure::Changed(_))));
    assert!(!file.path.exists());
}

#[test]
fn a_broken_file_is_set_aside_under_a_name_with_the_time_and_defaults_begin() {
    let file = Written::new("[agent");
    let now = Timestamp(1_763_646_485_000);
    let aside = set_aside(&file.path, now).expect("set aside");
    assert_eq!(aside.file_name().and_then(|name| name.to_str()), Some("ringcard.toml.broken-20251120-134805"));
    assert_eq!(fs::read_to_string(&aside).expect("nothing is lost"), "[agent");
    assert!(file.open().settings().is_first_start());
    fs::write(&file.path, "[again").expect("write");
    let second = set_aside(&file.path, now).expect("set aside");
    assert_ne!(second, aside);
    assert_eq!(fs::read_to_string(&aside).expect("the first is still there"), "[agent");
}

#[test]
fn what_a_kill_left_behind_harms_nothing() {
    let file = Written::new(COMMENTED);
    fs::write(file.folder.path().join(".ringcard.toml.new"), "[age").expect("half a new file");
    file.open().apply(&name("Béla")).expect("saved");
    assert_eq!(file.text(), COMMENTED.replace("name = \"Ana\"", "name = \"Béla\""));
    assert!(file.others().is_empty());
}

#[test]
fn a_file_that_cannot_be_written_is_said_and_stays() {
    let file = Written::new(COMMENTED);
    let mut permissions = fs::metadata(&file.path).expect("metadata").permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&file.path, permissions).expect("write-protect");
    let mut open = file.open();
    let refused = open.apply(&name("Béla")).expect_err("write-protected");
    assert!(matches!(refused, EditFailure::NotWritten { .. }));
    assert!(refused.to_string().contains("write-protected"), "{refused}");
    assert_eq!(file.text(), COMMENTED);
    assert_eq!(open.settings().agent.name, "Ana");
    assert!(file.others().is_empty());
}

// By modes: Windows has lists instead, tried in `own_files/windows/tests.rs`.
#[cfg(unix)]
fn mode(path: &std::path::Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).expect("metadata").permissions().mode() & 0o777
}

#[cfg(unix)]
#[test]
fn a_group_that_was_let_in_stays_and_everybody_else_does_not() {
    use std::os::unix::fs::PermissionsExt;
    for (before, after) in [(0o640, 0o640), (0o660, 0o640), (0o600, 0o600), (0o644, 0o600), (0o666, 0o600)] {
        let file = Written::new(COMMENTED);
        fs::set_permissions(&file.path, fs::Permissions::from_mode(before)).expect("chmod");
        file.open().apply(&name("Béla")).expect("saved");
        assert_eq!(mode(&file.path), after, "{before:o}");
    }
}

// To make a link is an administrator's on Windows.
#[cfg(unix)]
#[test]
fn settings_are_read_through_a_symbolic_link_and_not_written_through_one() {
    let file = Written::missing();
    let real = file.folder.path().join("dotfiles.toml");
    fs::write(&real, COMMENTED).expect("write");
    std::os::unix::fs::symlink(&real, &file.path).expect("link");
    let mut open = file.open();
    assert_eq!(open.settings().agent.name, "Ana");
    let refused = open.apply(&name("Béla")).expect_err("a link").to_string();
    assert!(refused.contains("it is a symbolic link") && refused.contains("put the file itself"), "{refused}");
    assert_eq!(fs::read_to_string(&real).expect("read"), COMMENTED);
    assert!(file.path.is_symlink());
}

/// Settings pages send anything that is well formed.
fn patches() -> impl Strategy<Value = SettingsPatch> {
    let word = || "[A-Za-zÁ-ű\"\\\\#'= ]{0,20}";
    let digits = || option::of(option::of("[0-9]{1,6}"));
    let agent = (option::of(word()), digits(), option::of(prop::collection::vec("\\+36301234[0-9]{3}", 0..3)))
        .prop_map(|(name, extension, lines)| AgentPatch { name, extension, lines });
    let locale = (
        option::of(option::of(prop::sample::select(vec!["HU", "ES", "US"]).prop_map(str::to_owned))),
        option::of(option::of(prop::sample::select(vec![Language::En, Language::Es, Language::Hu]))),
    )
        .prop_map(|(country, language)| LocalePatch { country, language });
    let desk = (
        option::of((any::<bool>(), prop::sample::select(vec![LinkDials::Ask, LinkDials::AtOnce]))),
        option::of(option::of(word())),
        option::of(prop::sample::select(vec![QuietMode::Card, QuietMode::Both, QuietMode::Neither])),
        option::of(option::of(word())),
        option::of(0u32..600),
    )
        .prop_map(|(links, monitor, quiet, hotkey, hide_after_seconds)| DeskPatch {
            links: links.map(|(on, _)| on),
            link_dials: links.map(|(_, dials)| dials),
            monitor,
            quiet,
            hotkey,
            hide_after_seconds,
            ..DeskPatch::default()
        });
    let numbers =
        (option::of(1u8..4), option::of(4u8..8), digits()).prop_map(|(internal_min, internal_max, prefix)| {
            let outside_prefix = prefix.map(|prefix| prefix.map(|prefix| prefix.chars().take(4).collect()));
            NumbersPatch { internal_min, internal_max, outside_prefix, own: None, private: None }
        });
    let look = option::of(prop::sample::select(vec![Appearance::System, Appearance::Light, Appearance::Dark]));
    (option::of(agent), option::of(locale), option::of(desk), option::of(numbers), look).prop_map(
        |(agent, locale, desk, numbers, appearance)| SettingsPatch {
            agent,
            locale,
            desk,
            numbers,
            appearance,
            ..SettingsPatch::default()
        },
    )
}

fn files() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "",
        "# only a comment\n",
        COMMENTED,
        "agent = { name = \"Ana\", extension = \"1\" } # one line\ndesk.links = true\n\n[locale]\n",
        "\u{feff}[agent]\r\nname = \"Ana\"\r\n",
    ])
}

/// What the settings say of what a patch names.
fn agrees(settings: &Settings, patch: &SettingsPatch) -> bool {
    let text =
        |value: &Option<String>| value.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
    let agent = patch.agent.as_ref().is_none_or(|agent| {
        agent.name.as_ref().is_none_or(|name| settings.agent.name == name.trim())
            && agent.extension.as_ref().is_none_or(|extension| settings.agent.extension == text(extension))
            && agent.lines.as_ref().is_none_or(|lines| settings.agent.lines == *lines)
    });
    let locale = patch.locale.as_ref().is_none_or(|locale| {
        locale.country.as_ref().is_none_or(|country| settings.locale.country == text(country))
            && locale.language.is_none_or(|language| settings.locale.language == language)
    });
    let desk = patch.desk.as_ref().is_none_or(|desk| {
        desk.links.is_none_or(|links| settings.desk.links == links)
            && desk.link_dials.is_none_or(|dials| settings.desk.link_dials == dials)
            && desk.monitor.as_ref().is_none_or(|monitor| settings.desk.monitor == text(monitor))
            && desk.quiet.is_none_or(|quiet| settings.desk.quiet == quiet)
            && desk.hotkey.as_ref().is_none_or(|hotkey| settings.desk.hotkey == text(hotkey))
            && desk.hide_after_seconds.is_none_or(|seconds| settings.desk.hide_after_seconds == seconds)
    });
    let numbers = patch.numbers.as_ref().is_none_or(|numbers| {
        numbers.internal_min.is_none_or(|min| settings.numbers.internal_min == min)
            && numbers.internal_max.is_none_or(|max| settings.numbers.internal_max == max)
            && numbers.outside_prefix.as_ref().is_none_or(|prefix| settings.numbers.outside_prefix == text(prefix))
    });
    agent && locale && desk && numbers && patch.appearance.is_none_or(|look| settings.desk.appearance == look)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn whatever_is_saved_is_read_back_and_saving_it_again_changes_nothing(text in files(), patch in patches()) {
        let file = Written::new(text);
        let comments = |text: &str| text.matches('#').count();
        let mut open = file.open();
        open.apply(&patch).expect("saved");
        let read = file.open();
        prop_assert_eq!(read.settings(), open.settings());
        prop_assert!(agrees(read.settings(), &patch), "{:?}\n{}", patch, file.text());
        // A comment behind a value goes with it: the grey phone.
        let gone = usize::from(matches!(&patch.agent, Some(AgentPatch { extension: Some(None), .. })));
        prop_assert!(comments(&file.text()) + gone >= comments(text), "a comment is gone:\n{}", file.text());
        prop_assert_eq!(file.text().contains("\r\n"), text.contains("\r\n"));
        let once = file.text();
        open.apply(&patch).expect("saved again");
        prop_assert_eq!(file.text(), once);
    }
}
