//! `[dialling]` of the settings: what it means, what is wrong with it, and changing it.

use ringcard_core::number::{CautionKind, Number, Party, RuleAct};
use ringcard_hub::config::{
    DiallingPatch, DiallingRule, HubFile, HubSettings, Settings, SettingsFile, SettingsPatch, UnknownConnectors,
};
use std::{fs, path::Path, sync::Arc};

fn desk(text: &str) -> Settings {
    Settings::parse(text, Path::new("ringcard.toml"), &UnknownConnectors).expect("a good file")
}

/// All problems of a text, as they are shown.
fn problems(text: &str) -> String {
    let found = Settings::parse(text, Path::new("ringcard.toml"), &UnknownConnectors).expect_err(text);
    let server = HubSettings::parse(text, Path::new("ringcard.toml"), &UnknownConnectors).expect_err(text);
    assert_eq!(found, server, "a server says the same");
    found.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// What asks of a number by these settings; `None`: it is refused.
fn asks(settings: &Settings, e164: &str) -> Option<Vec<CautionKind>> {
    let number = Party::Outside(Number { e164: e164.to_owned(), extension: None });
    let cautions = settings.dial_plan().expect("a plan").cautions(&number);
    (!cautions.refused)
        .then(|| cautions.all.iter().filter(|caution| caution.asks).map(|caution| caution.kind).collect())
}

const WHOLE: &str = r#"[locale]
country = "HU"

[dialling]
also_ask = ["international"]   # we have a flat rate at home
usual_countries = ["at", "SK"]

# nobody
[[dialling.rule]]
prefix = "+3690"
do = "refuse"
name = "Premium numbers"

# the fan club's competition
[[dialling.rule]]
prefix = "+36901"
do = "call"
"#;

#[test]
fn what_stands_in_the_file_is_what_asks() {
    let settings = desk(WHOLE);
    assert_eq!(asks(&settings, "+36301234567"), Some(vec![]));
    assert_eq!(asks(&settings, "+4312345678"), Some(vec![CautionKind::International]));
    assert_eq!(asks(&settings, "+34612345678"), Some(vec![CautionKind::UnusualCountry]));
    assert_eq!(asks(&settings, "+3690222222"), None);
    assert_eq!(asks(&settings, "+3690123456"), Some(vec![]));

    let usual = desk("[locale]\ncountry = \"HU\"\n");
    assert_eq!(asks(&usual, "+34612345678"), Some(vec![]));
    assert_eq!(asks(&usual, "+14155552671"), Some(vec![CautionKind::UnusualCountry]));
    assert_eq!(asks(&usual, "+3690222222"), Some(vec![CautionKind::Premium]));
}

#[test]
fn what_is_wrong_is_said_with_its_place_and_what_was_expected() {
    let table = [
        ("[dialling]\nask = [\"premium\"]\n", "ringcard.toml:2:1", "[dialling] has no key `ask`: known are `also_ask`"),
        (
            "[dialling]\nalso_ask = [\"premium\"]\n",
            "2:13",
            "`also_ask` must be one of \"shared_cost\", \"international\"",
        ),
        ("[dialling]\nalso_ask = \"international\"\n", "2:12", "`also_ask` must be a list of texts"),
        ("[dialling]\nusual_countries = [\"HU\", \"XX\"]\n", "2:26", "`XX` is no country we know"),
        ("[dialling]\nusual_countries = \"HU\"\n", "2:19", "such as [\"HU\", \"AT\"]"),
        ("[dialling]\nrule = \"+3690\"\n", "2:8", "write [[dialling.rule]]"),
        ("[[dialling.rule]]\ndo = \"ask\"\n", "1:1", "[[dialling.rule]] needs `prefix = \"+3690\"`"),
        ("[[dialling.rule]]\nprefix = \"+3690\"\n", "1:1", "[[dialling.rule]] needs `do = \"ask\"`"),
        ("[[dialling.rule]]\nprefix = \"0036 90\"\ndo = \"ask\"\n", "2:10", "“0036 90” begins no number: give + with"),
        ("[[dialling.rule]]\nprefix = 3690\ndo = \"ask\"\n", "2:10", "must be text in quotation marks"),
        (
            "[[dialling.rule]]\nprefix = \"06901234\"\ndo = \"ask\"\n",
            "2:10",
            "internal numbers have at most 6 (internal_max)",
        ),
        (
            "[numbers]\ninternal_max = 3\n[[dialling.rule]]\nprefix = \"0690\"\ndo = \"ask\"\n",
            "4:10",
            "at most 3 (internal_max): give + and the country code",
        ),
        ("[[dialling.rule]]\nprefix = \"+3690\"\ndo = \"refused\"\n", "3:6", "did you mean \"refuse\"?"),
        ("[[dialling.rule]]\nprefix = \"+3690\"\ndo = \"ask\"\nnames = \"x\"\n", "4:1", "did you mean `name`?"),
        ("[[dialling.rule]]\nprefix = \"+3690\"\ndo = \"ask\"\nname = \"a\\nb\"\n", "4:8", "one line of text"),
        (
            "[[dialling.rule]]\nprefix = \"+36\"\ndo = \"ask\"\n[[dialling.rule]]\nprefix = \"+36\"\ndo = \"call\"\n",
            "5:10",
            "there is another rule for +36",
        ),
    ];
    for (text, place, words) in table {
        let said = problems(text);
        assert!(said.contains(place) && said.contains(words), "{text}\n{said}");
        assert_eq!(said.lines().count(), 1, "{said}");
    }
}

fn rule(prefix: &str, act: RuleAct, name: Option<&str>) -> DiallingRule {
    DiallingRule { prefix: prefix.to_owned(), act, name: name.map(str::to_owned) }
}

#[test]
fn a_change_leaves_comments_and_what_it_does_not_name_as_they_are() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("ringcard.toml");
    fs::write(&path, WHOLE).expect("written");
    let mut file = SettingsFile::open(&path, Arc::new(UnknownConnectors)).expect("a good file");
    let rules = vec![
        rule("+36901", RuleAct::Call, None),
        rule("+3690", RuleAct::Ask, Some("Premium numbers")),
        rule("7", RuleAct::Refuse, Some(" The lift ")),
    ];
    let patch = DiallingPatch { rules: Some(rules), ..DiallingPatch::default() };
    let patch = SettingsPatch { dialling: Some(patch), ..SettingsPatch::default() };
    file.apply(&patch).expect("changed");
    let added = "\n[[dialling.rule]]\nprefix = \"7\"\ndo = \"refuse\"\nname = \"The lift\"\n";
    let expected = format!("{}{added}", WHOLE.replace("do = \"refuse\"", "do = \"ask\""));
    assert_eq!(fs::read_to_string(&path).expect("the file"), expected);

    let patch = DiallingPatch { usual_countries: Some(None), rules: Some(vec![]), also_ask: Some(vec![]) };
    let settings = file.set_dialling(&patch).expect("changed");
    assert_eq!((&settings.dialling.usual_countries, settings.dialling.rules.len()), (&None, 0));
    assert_eq!(asks(settings, "+34612345678"), Some(vec![]));
}

#[test]
fn what_is_wrong_is_not_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("hub.toml");
    fs::write(&path, "# ours\n").expect("written");
    let mut file = HubFile::open(&path, Arc::new(UnknownConnectors)).expect("a good file");
    for patch in [
        DiallingPatch { rules: Some(vec![rule("0036", RuleAct::Ask, None)]), ..DiallingPatch::default() },
        DiallingPatch { usual_countries: Some(Some(vec!["Hungary".to_owned()])), ..DiallingPatch::default() },
        DiallingPatch { also_ask: Some(vec![CautionKind::Emergency]), ..DiallingPatch::default() },
    ] {
        file.set_dialling(&patch).expect_err("refused");
        assert_eq!(fs::read_to_string(&path).expect("the file"), "# ours\n");
    }
    let patch = DiallingPatch {
        usual_countries: Some(Some(vec!["AT".to_owned()])),
        rules: Some(vec![rule("+1", RuleAct::Call, None)]),
        ..DiallingPatch::default()
    };
    let settings = file.set_dialling(&patch).expect("changed");
    assert_eq!(settings.dialling.usual_countries.as_deref(), Some(&["AT".to_owned()][..]));
    assert!(fs::read_to_string(&path).expect("the file").starts_with("# ours\n"));
}
