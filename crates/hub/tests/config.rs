//! Reading settings files: what is right is understood, what is wrong is said with its place.

use proptest::prelude::*;
use ringcard_connect::settings::{Choice, Setting, SettingKind, Words};
use ringcard_core::{
    call::AgentId,
    number::{Number, Party},
};
use ringcard_hub::{
    config::{
        Appearance, Connectors, Corner, HubSettings, Language, LinkDials, QuietMode, SettingValue, Settings,
        SettingsProblem, UnknownConnectors,
    },
    secrets::SecretRef,
};
use std::path::Path;

/// One connector, `vipex`, as a profile would describe it.
struct OneProfile(Vec<Setting>);

impl OneProfile {
    fn new() -> Self {
        let setting = |key: &str, kind: SettingKind, required: bool| Setting {
            key: key.to_owned(),
            label: Words::default(),
            kind,
            required,
            default: None,
            choices: Vec::new(),
            help: Words::default(),
            when: None,
            retired: false,
        };
        let choice = |value: &str| Choice { value: value.to_owned(), label: Words::default() };
        Self(vec![
            setting("api_url", SettingKind::Url, true),
            setting("user", SettingKind::Text, false),
            setting("password", SettingKind::Secret, false),
            setting("push_word", SettingKind::Secret, false),
            setting("timeout_seconds", SettingKind::Number, false),
            setting("record", SettingKind::Flag, false),
            Setting { choices: vec![choice("get"), choice("post")], ..setting("method", SettingKind::Choice, false) },
        ])
    }
}

impl Connectors for OneProfile {
    fn settings_of(&self, connector: &str) -> Option<&[Setting]> {
        (connector == "vipex").then_some(self.0.as_slice())
    }

    fn names(&self) -> Vec<&str> {
        vec!["vipex"]
    }
}

fn desk(text: &str) -> Result<Settings, Vec<SettingsProblem>> {
    Settings::parse(text, Path::new("ringcard.toml"), &OneProfile::new())
}

fn hub(text: &str) -> Result<HubSettings, Vec<SettingsProblem>> {
    HubSettings::parse(text, Path::new("hub.toml"), &OneProfile::new())
}

/// The only problem of a text, as it is shown.
fn only_problem<T: std::fmt::Debug>(read: Result<T, Vec<SettingsProblem>>) -> String {
    let problems = read.expect_err("this has a problem");
    assert_eq!(problems.len(), 1, "{problems:#?}");
    problems[0].to_string()
}

const WHOLE: &str = r#"
# Everything at once.
[agent]
name = "Ana Kiss"
extension = "101"
lines = ["+36 1 234 5678"]

[locale]
country = "HU"
language = "hu"

[hub]
url = "wss://hub.example.com/v1/desk"
token = { keyring = "hub" }

[listen]
address = "0.0.0.0:8480"
public_url = "https://ringcard.example.com"
api_token = { env = "TOKEN" }

[numbers]
internal_min = 3
internal_max = 4
outside_prefix = "0"
own = ["06 1 234 5670"]
hidden_words = ["rejtett"]

[[line]]
number = "+3612345678"
name = "Sales (HU)"
agents = ["Ana Kiss"]

[[account]]
name = "pbx"
connector = "vipex"
api_url = "https://pbx.example.com/api"
user = "crm"
password = { keyring = "pbx" }
timeout_seconds = 10
record = true
method = "post"

[desk]
start_at_login = true
links = true
link_dials = "at_once"
monitor = "DP-1"
corner = "bottom_left"
quiet = "both"
do_not_disturb = true
hotkey = ""
hide_after_seconds = 0
appearance = "dark"

[calls]
ring_expires_seconds = 60
live_expires_hours = 2
"#;

#[test]
fn a_whole_file_is_understood() {
    let settings = desk(WHOLE).expect("a whole file");
    assert_eq!(settings.agent_id(), AgentId("Ana Kiss".into()));
    assert_eq!(settings.agent.extension.as_deref(), Some("101"));
    assert_eq!(settings.locale.language, Some(Language::Hu));
    let link = settings.hub.as_ref().expect("a hub");
    assert_eq!((link.url.as_str(), &link.token), ("wss://hub.example.com/v1/desk", &SecretRef::Keyring("hub".into())));
    assert_eq!(settings.listen.address.to_string(), "0.0.0.0:8480");
    assert_eq!(settings.listen.api_token, Some(SecretRef::Env("TOKEN".into())));
    assert_eq!((settings.numbers.internal_min, settings.numbers.internal_max), (3, 4));
    let account = &settings.accounts[0];
    assert_eq!((account.name.as_str(), account.connector.as_str()), ("pbx", "vipex"));
    assert_eq!(account.settings["timeout_seconds"], SettingValue::Number(10));
    assert_eq!(account.settings["record"], SettingValue::Flag(true));
    assert_eq!(account.settings["user"], SettingValue::Text("crm".into()));
    assert_eq!(account.secrets().collect::<Vec<_>>(), [("password", &SecretRef::Keyring("pbx".into()))]);
    assert_eq!((settings.desk.corner, settings.desk.quiet), (Corner::BottomLeft, QuietMode::Both));
    assert!(settings.desk.links && settings.desk.link_dials == LinkDials::AtOnce);
    assert_eq!((settings.desk.hotkey.as_deref(), settings.desk.appearance), (None, Appearance::Dark));
    assert_eq!(settings.desk.monitor.as_deref(), Some("DP-1"));
    assert_eq!(settings.calls.ring_expires().as_secs(), 60);
    assert_eq!(settings.calls.live_expires().as_secs(), 7200);
    assert!(!settings.is_first_start());
}

#[test]
fn an_empty_file_and_a_missing_file_are_a_first_start() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("ringcard.toml");
    let missing = Settings::load(&path, &UnknownConnectors).expect("missing is a first start");
    assert_eq!(missing, Settings::default());
    assert!(missing.is_first_start());
    std::fs::write(&path, "\u{feff}# nothing yet\n").expect("write");
    assert_eq!(Settings::load(&path, &UnknownConnectors).expect("empty is a first start"), Settings::default());
    assert_eq!(hub("").expect("empty"), HubSettings::default());
    assert_eq!(Settings::default().listen.address.to_string(), "127.0.0.1:8480");
}

/// What is wrong, and what is said about it.
const WRONG: &[(&str, &str)] = &[
    ("[agnet]\nname = \"Ana\"", "1:2: `agnet` is no table of this file: did you mean `agent`?"),
    ("[agent]\n  nmae = \"Ana\"", "2:3: [agent] has no key `nmae`: did you mean `name`?"),
    ("[[wrap_up.codes]]\nqueue = [\"Sales\"]", "2:1: [[wrap_up.codes]] has no key `queue`: did you mean `queues`?"),
    (
        "[[wrap_up.codes]]\n[[wrap_up.codes.code]]\ncode = \"sold\"\nlable = \"Sold\"",
        "4:1: [[wrap_up.codes.code]] has no key `lable`: did you mean `label`?",
    ),
    ("[wrap_up]\ncodes = \"sold\"", "2:9: `wrap_up.codes` is a list of tables: write [[wrap_up.codes]]"),
    ("[desk]\nstart-at-login = true", "2:1: [desk] has no key `start-at-login`: did you mean `start_at_login`?"),
    (
        "[calls]\nx = 1",
        "2:1: [calls] has no key `x`: known are `ring_expires_seconds`, `live_expires_hours`, `next_ring_seconds`",
    ),
    ("[agent]\nname = 7", "2:8: `name` must be text in quotation marks, and is a whole number"),
    ("[agent]\nextension = 101", "2:13: `extension` must be text in quotation marks, and is a whole number"),
    ("[agent]\nextension = \"Ana\"", "2:13: `extension` must be 1 to 20 digits, such as \"101\""),
    (
        "[agent]\nlines = \"+3612345678\"",
        "2:9: `lines` must be a list of texts, such as [\"+3612345678\"], and is text",
    ),
    ("[agent]\nlines = [\"+3612345678\", 7]", "2:25: `lines` must be a list of texts, such as [\"+3612345678\"]"),
    ("agent = 7", "1:9: `agent` is one table: write [agent]"),
    ("[account]\nname = \"pbx\"", "1:1: `account` is a list of tables: write [[account]]"),
    ("[[account]]\nname = \"pbx\"", "1:1: [[account]] needs `connector = \"acme\"`"),
    (
        "[[account]]\nname = \"\"\nconnector = \"other\"",
        "2:8: `name` must be 1 to 32 lower-case letters, digits and hyphens, such as \"pbx\": it is part of webhook addresses",
    ),
    (
        "[[account]]\nname = \"Pbx\"\nconnector = \"other\"",
        "2:8: `name` must be 1 to 32 lower-case letters, digits and hyphens, such as \"pbx\": it is part of webhook addresses",
    ),
    (
        "[[account]]\nname = \"pbx\"\nconnector = \"vipx\"",
        "3:13: there is no connector “vipx”: did you mean \"vipex\"?",
    ),
    ("[[account]]\nname = \"pbx\"\nconnector = \"vipex\"", "1:1: [[account]] with connector “vipex” needs `api_url`"),
    (
        "[[account]]\nname = \"pbx\"\nconnector = \"vipex\"\napi_url = \"https://a\"\nusr = \"x\"",
        "5:1: [[account]] with connector “vipex” has no key `usr`: did you mean `user`?",
    ),
    (
        "[[account]]\nname = \"pbx\"\nconnector = \"vipex\"\napi_url = \"https://u:p@a\"",
        "4:11: `api_url` must not hold a user or password: they have settings of their own",
    ),
    (
        "[[account]]\nname = \"pbx\"\nconnector = \"vipex\"\napi_url = \"pbx.example.com\"",
        "4:11: `api_url` must be an address such as https://… or http://…",
    ),
    (
        "[[account]]\nname = \"pbx\"\nconnector = \"vipex\"\napi_url = \"https://a\"\nmethod = \"put\"",
        "5:10: `method` must be one of \"get\", \"post\"",
    ),
    (
        "[[account]]\nname = \"pbx\"\nconnector = \"vipex\"\napi_url = \"https://a\"\nrecord = \"yes\"",
        "5:10: `record` must be true or false, and is text",
    ),
    (
        "[[account]]\nname = \"pbx\"\nconnector = \"other\"\nx = [1]",
        "4:5: `x` must be text, a whole number, true or false",
    ),
    (
        "[[account]]\nname = \"a\"\nconnector = \"x\"\n[[account]]\nname = \"a\"\nconnector = \"x\"",
        "5:8: there is another account with the name “a”: names are unique",
    ),
    (
        "[locale]\ncountry = \"Hungary\"",
        "2:11: `country` must be the two letters of a country, such as \"HU\", \"ES\" or \"US\"",
    ),
    (
        "[locale]\ncountry = \"QQ\"",
        "2:11: `QQ` is no country we know: give its two letters of ISO 3166, such as HU, ES or US",
    ),
    ("[locale]\nlanguage = \"de\"", "2:12: `language` must be one of \"en\", \"es\", \"hu\""),
    (
        "[desk]\ncorner = \"topright\"",
        "2:10: `corner` must be one of \"top_right\", \"top_left\", \"bottom_right\", \"bottom_left\": did you mean \"top_right\"?",
    ),
    ("[desk]\nhide_after_seconds = 601", "2:22: `hide_after_seconds` must be a whole number from 0 to 600, and is 601"),
    (
        "[desk]\nhide_after_seconds = 1.5",
        "2:22: `hide_after_seconds` must be a whole number from 0 to 600, and is a number with a fraction",
    ),
    ("[desk]\nlink_dials = \"always\"", "2:14: `link_dials` must be one of \"ask\", \"at_once\""),
    ("[desk]\nlinks = \"no\"", "2:9: `links` must be true or false, and is text"),
    ("[desk]\nmonitor = \"a\\nb\"", "2:11: `monitor` must be one line, without control characters"),
    (
        "[listen]\naddress = \"localhost:8480\"",
        "2:11: `address` must be an IP address with a port, such as \"127.0.0.1:8480\" or \"[::1]:8480\" (no host name)",
    ),
    ("[listen]\npublic_url = \"https://a.example?x\"", "2:14: `public_url` must end before any ? or #"),
    ("[numbers]\ninternal_min = 5\ninternal_max = 4", "2:16: internal_min (5) is more than internal_max (4)"),
    (
        "[numbers]\nown = [\"+3612345678\", \"abc\"]",
        "2:23: `own` has “abc”, which is no phone number: there are no digits in it: give a phone number",
    ),
    ("[hub]\nurl = \"wss://hub.example.com\"", "1:1: [hub] needs `token = { keyring = \"hub\" }`"),
    (
        "[hub]\nurl = \"ws://hub.example.com\"\ntoken = { keyring = \"hub\" }",
        "2:7: `url` must begin with wss:// (ws:// is not encrypted and stays on this machine)",
    ),
    (
        "[hub]\nurl = \"wss://h\"\ntoken = { keyrng = \"hub\" }",
        "3:9: `token` must name its place by keyring, env or file: ",
    ),
    (
        "[hub]\nurl = \"wss://h\"\ntoken = { env = \"pass word\" }",
        "3:9: the env of `token` must be the name of an environment variable, such as PBX_PASSWORD",
    ),
    ("[agent\nname = \"Ana\"", "1:7: this is not TOML: "),
    ("[agent]\nname = \"Ana", "2:12: this is not TOML: "),
    ("[agent]\nname = \"Ana\"\nname = \"Béla\"", "3:1: this is not TOML: duplicate key"),
];

#[test]
fn every_problem_is_said_with_its_place_and_what_was_expected() {
    let mut different = Vec::new();
    for (text, expected) in WRONG {
        let said = only_problem(desk(text));
        if !said.starts_with(&format!("ringcard.toml:{expected}")) {
            different.push(format!("for:\n{text}\nsaid:     {said}\nexpected: {expected}\n"));
        }
    }
    assert!(different.is_empty(), "{}", different.join("\n"));
}

#[test]
fn all_problems_of_a_file_are_found_in_its_order() {
    let problems = desk("[desk]\nquiet = 7\nlinks = 7\n[agent]\nnam = 1\n").expect_err("three problems");
    let lines: Vec<_> = problems.iter().map(|problem| problem.line).collect();
    assert_eq!(lines, [Some(2), Some(3), Some(5)]);
}

#[test]
fn a_column_counts_characters_and_not_bytes() {
    assert!(only_problem(desk("agent = { name = \"Éva Kő\", extnsion = \"1\" }")).starts_with("ringcard.toml:1:28:"));
}

#[test]
fn a_secret_in_the_file_is_refused_and_the_way_to_store_it_is_shown() {
    let account = |connector: &str, key: &str| {
        format!(
            "[[account]]\nname = \"main-pbx\"\nconnector = \"{connector}\"\napi_url = \"https://a\"\n{key} = \"hunter2\"\n"
        )
    };
    // A profile says which of its settings are secrets, whatever their names; without a profile the name tells.
    for text in [account("vipex", "password"), account("vipex", "push_word"), account("none", "api_key")] {
        let said = only_problem(desk(&text));
        assert!(said.starts_with("ringcard.toml:5:"), "{said}");
        assert!(said.contains("is a secret and must not stand in this file"), "{said}");
        assert!(said.contains("{ keyring = \"main-pbx-"), "{said}");
        assert!(said.contains("{ env = \"MAIN_PBX_"), "{said}");
        assert!(said.contains("{ file = \"secrets/main-pbx-"), "{said}");
        assert!(!said.contains("hunter2"), "{said}");
    }
}

#[test]
fn a_file_that_is_no_toml_is_reported_without_showing_its_text() {
    let said = only_problem(desk("[[account]]\npassword = \"hunter2\n"));
    assert!(said.starts_with("ringcard.toml:2:"), "{said}");
    assert!(!said.contains("hunter2"), "{said}");
}

#[test]
fn a_file_that_is_no_text_or_far_too_large_is_reported() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("ringcard.toml");
    let load = || Settings::load(&path, &UnknownConnectors).expect_err("a problem");
    std::fs::write(&path, b"[agent]\nname = \"\xc1na\"\n").expect("write");
    let problem = load();
    assert_eq!((problem.line, problem.column), (Some(2), Some(9)));
    assert!(problem.message.contains("UTF-8"), "{problem}");
    std::fs::write(&path, vec![b'#'; 1024 * 1024 + 1]).expect("write");
    assert!(load().message.contains("larger than 1 MiB"));
    std::fs::remove_file(&path).expect("remove");
    std::fs::create_dir(&path).expect("a folder in its place");
    assert!(load().message.contains("cannot be read"));
}

#[test]
fn too_many_of_anything_is_a_mistake() {
    let accounts: String =
        (0..51).map(|number| format!("[[account]]\nname = \"a{number}\"\nconnector = \"x\"\n")).collect();
    assert!(only_problem(desk(&accounts)).contains("there are 51 [[account]] tables, and 50 is the most"));
    let own = vec!["\"+3612345678\""; 501].join(", ");
    assert!(only_problem(desk(&format!("[numbers]\nown = [{own}]"))).contains("500 is the most"));
    let broken: String = (0..20_000).map(|number| format!("k{number} = 1\n")).collect();
    assert_eq!(desk(&broken).expect_err("many problems").len(), 100);
}

#[test]
fn on_a_server_every_agent_has_a_name_of_their_own() {
    assert_eq!(
        only_problem(hub("[[agent]]\nextension = \"101\"")),
        "hub.toml:1:1: [[agent]] needs `name = \"Ana Kiss\"`"
    );
    let two = "[[agent]]\nname = \"Ana\"\n[[agent]]\nname = \"Ana\"\n";
    assert_eq!(only_problem(hub(two)), "hub.toml:4:8: there is another agent with the name “Ana”: names are unique");
    assert_eq!(
        only_problem(hub("[agent]\nname = \"Ana\"")),
        "hub.toml:1:1: `agent` is a list of tables: write [[agent]]"
    );
    assert_eq!(
        only_problem(hub("[[line]]\nnumber = \"+3612345678\"\nname = \"Sales\"\nagents = [\"103\"]")),
        "hub.toml:4:11: there is no [[agent]] with the name or extension “103”"
    );
    assert!(only_problem(hub("[desk]\nlinks = true")).starts_with("hub.toml:1:2: `desk` is no table of this file"));
}

#[test]
fn lines_agents_and_own_numbers_are_read_by_country() {
    let settings = hub(r#"
        data_dir = "/var/lib/ringcard"
        [locale]
        country = "HU"
        [numbers]
        own = ["06 1 234 5670"]
        [[agent]]
        name = "Ana"
        extension = "101"
        lines = ["(06 1) 234 5678"]
        [[agent]]
        name = "Béla"
        extension = "102"
        [[line]]
        number = "0612345678"
        name = "Sales"
        agents = ["102"]
        [[line]]
        number = "300"
        name = "Desk"
        "#)
    .expect("good settings");
    let outside = |e164: &str| Party::Outside(Number { e164: e164.into(), extension: None });
    let directions = settings.directions().expect("all numbers were checked");
    assert_eq!(directions.plan.country(), "HU");
    assert_eq!(directions.agents[0].lines, [outside("+3612345678")]);
    assert_eq!(directions.agents[1].lines, [outside("+3612345678")]);
    let names: Vec<_> = directions.line_names.iter().map(|(key, name)| (key.as_str(), name.as_str())).collect();
    assert_eq!(names, [("+3612345678", "Sales"), ("300", "Desk")]);
    assert!(directions.plan.is_own(&outside("+3612345670")), "own");
    assert!(directions.plan.is_own(&outside("+3612345678")), "a line is ours too");
    assert!(!directions.plan.is_own(&outside("+3612345679")));
}

#[test]
fn accounts_and_tables_may_be_written_on_one_line_too() {
    let text = "agent = { name = \"Ana\" }\naccount = [{ name = \"pbx\", connector = \"vipex\", api_url = \"https://a\" }]\ndesk.links = true\n";
    let settings = desk(text).expect("inline tables are TOML too");
    assert_eq!(settings.accounts[0].settings["api_url"], SettingValue::Text("https://a".into()));
    assert!(settings.desk.links);
}

proptest! {
    #[test]
    fn a_file_cut_anywhere_is_read_or_refused_and_never_anything_else(cut in 0..WHOLE.len()) {
        let _ = desk(&WHOLE[..cut]);
    }

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,200}|([a-z\\[\\]= \"\n{}.,0-9]{0,200})") {
        if let Err(problems) = desk(&text) {
            prop_assert!(!problems.is_empty());
        }
    }

    #[test]
    fn one_changed_character_is_read_or_refused_with_a_place(at in 0..WHOLE.len(), to in "[ -~\n]") {
        let mut text = WHOLE.to_owned();
        text.replace_range(at..=at, &to);
        if let Err(problems) = desk(&text) {
            prop_assert!(problems.iter().all(|problem| problem.line.is_some()), "{problems:?}");
        }
    }
}
