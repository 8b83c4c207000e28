//! `docs/settings.md` and the list of keys say the same as the program does.

use ringcard_hub::{
    config::{
        HubSettings, Settings, UnknownConnectors,
        schema::{Key, Kind, Shape, TABLES, Table},
    },
    setup::Profiles,
};
use std::{fmt::Write, path::Path};

const BEGIN: &str =
    "<!-- keys: written by `RINGCARD_WRITE_DOCS=1 cargo test -p ringcard-hub --test all config_docs` -->\n";
const END: &str = "<!-- end of keys -->\n";

/// The part of `docs/settings.md` that lists the keys.
fn keys() -> String {
    let mut page = String::new();
    for table in TABLES {
        let heading = match table.name {
            "" => "At the top of `hub.toml`".to_owned(),
            _ => heading(table),
        };
        write!(page, "\n### {heading}\n\n{}\n\n", table.about).expect("text");
        page.push_str("| key | value | when absent | example | |\n|---|---|---|---|---|\n");
        for key in table.keys {
            let absent = match key.required {
                true => "required".to_owned(),
                false => default_shown(key.default),
            };
            let cells =
                [format!("`{}`", key.name), kind(key.kind), absent, format!("`{}`", key.example), key.about.to_owned()];
            writeln!(page, "| {} |", cells.join(" | ")).expect("text");
        }
    }
    page.push('\n');
    page
}

fn heading(table: &Table) -> String {
    let shown = |shape| match shape {
        Shape::Absent => None,
        Shape::One => Some(format!("`[{}]`", table.name)),
        Shape::Many(_) => Some(format!("`[[{}]]`", table.name)),
    };
    match (shown(table.in_desk), shown(table.in_hub)) {
        (Some(desk), Some(hub)) if desk == hub => desk,
        (Some(desk), Some(hub)) => format!("{desk} on a desk, {hub} on a server"),
        (Some(desk), None) => format!("{desk}, on a desk only"),
        (None, hub) => format!("{}, on a server only", hub.unwrap_or_default()),
    }
}

/// TOML in code style, words as they are.
fn default_shown(default: &str) -> String {
    let is_toml = format!("x = {default}").parse::<toml_edit::DocumentMut>().is_ok();
    if is_toml { format!("`{default}`") } else { default.to_owned() }
}

fn kind(kind: Kind) -> String {
    match kind {
        Kind::Text(max) => format!("text, at most {max} characters"),
        Kind::Digits(max) => format!("text of at most {max} digits"),
        Kind::Number => "a phone number".to_owned(),
        Kind::Numbers => "a list of phone numbers".to_owned(),
        Kind::NumberList => "a list of phone numbers, or how they begin".to_owned(),
        Kind::Texts => "a list of texts".to_owned(),
        Kind::Choices(choices) => {
            format!(
                "a list of {}",
                choices.iter().map(|choice| format!("`\"{choice}\"`")).collect::<Vec<_>>().join(", ")
            )
        }
        Kind::Countries => "a list of countries, two letters each".to_owned(),
        Kind::Rules => "`[[dialling.rule]]` tables".to_owned(),
        Kind::Networks => "a list of IP addresses and networks".to_owned(),
        Kind::Hosts => "a list of host names".to_owned(),
        Kind::Integer(min, max) => format!("a whole number, {min} to {max}"),
        Kind::Flag => "`true` or `false`".to_owned(),
        Kind::Choice(choices) => choices.iter().map(|choice| format!("`\"{choice}\"`")).collect::<Vec<_>>().join(", "),
        Kind::Address => "an IP address and a port".to_owned(),
        Kind::Url(schemes) => schemes.iter().map(|scheme| format!("`{scheme}://…`")).collect::<Vec<_>>().join(" or "),
        Kind::Country => "two letters".to_owned(),
        Kind::Name => "`a`–`z`, `0`–`9`, `-`; at most 32".to_owned(),
        Kind::Secret => "where a [secret](#secrets) is kept".to_owned(),
        Kind::Path => "a path".to_owned(),
        Kind::Codes => "`[[wrap_up.codes]]` tables".to_owned(),
    }
}

/// A file with one table of which only these keys are written.
fn file(shape: Shape, table: &Table, value: impl Fn(&Key) -> Option<&'static str>) -> String {
    let mut text = match (table.name, shape) {
        ("", _) => String::new(),
        (name, Shape::Many(_)) => format!("[[{name}]]\n"),
        (name, _) => format!("[{name}]\n"),
    };
    for key in table.keys {
        if let Some(value) = value(key) {
            writeln!(text, "{} = {value}", key.name).expect("text");
        }
    }
    text
}

fn desk(text: &str) -> Settings {
    Settings::parse(text, Path::new("ringcard.toml"), &UnknownConnectors)
        .unwrap_or_else(|why| panic!("{text}\n{why:#?}"))
}

fn hub(text: &str) -> HubSettings {
    HubSettings::parse(text, Path::new("hub.toml"), &UnknownConnectors).unwrap_or_else(|why| panic!("{text}\n{why:#?}"))
}

#[test]
fn every_example_is_taken_and_means_something_else_than_the_default() {
    for table in TABLES {
        for key in table.keys {
            let needed = |other: &Key| {
                (other.required || other.name == "name" || other.name == key.name).then_some(other.example)
            };
            let without = |other: &Key| {
                (other.name != key.name && (other.required || other.name == "name")).then_some(other.example)
            };
            // A line on a server names agents who are there.
            let around = if key.name == "agents" {
                "[[agent]]\nname = \"Ana Kiss\"\n[[agent]]\nname = \"B\"\nextension = \"102\"\n"
            } else {
                ""
            };
            if table.in_desk != Shape::Absent {
                let with = desk(&file(table.in_desk, table, needed));
                let absent =
                    if key.required { Settings::default() } else { desk(&file(table.in_desk, table, without)) };
                let same_as_default = key.default == key.example;
                assert_eq!(with == absent, same_as_default, "[{}] {}", table.name, key.name);
            }
            if table.in_hub != Shape::Absent {
                hub(&format!("{around}{}", file(table.in_hub, table, needed)));
            }
        }
    }
}

#[test]
fn every_default_is_what_is_meant_when_the_key_is_absent() {
    for table in TABLES.iter().filter(|table| table.in_desk == Shape::One) {
        let defaults = |key: &Key| {
            let is_toml = !key.required && format!("x = {}", key.default).parse::<toml_edit::DocumentMut>().is_ok();
            is_toml.then_some(key.default)
        };
        let text = file(Shape::One, table, defaults);
        if table.keys.iter().all(|key| !key.required) {
            assert_eq!(desk(&text), Settings::default(), "{text}");
        }
    }
}

#[test]
fn the_page_lists_every_key_as_the_program_takes_it() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/settings.md");
    let page = std::fs::read_to_string(&path).expect("docs/settings.md is there").replace("\r\n", "\n");
    let (head, rest) = page.split_once(BEGIN).expect("the page says where the keys begin");
    let (written, tail) = rest.split_once(END).expect("the page says where the keys end");
    if std::env::var_os("RINGCARD_WRITE_DOCS").is_some() {
        std::fs::write(&path, format!("{head}{BEGIN}{}{END}{tail}", keys())).expect("docs/settings.md can be written");
        return;
    }
    assert_eq!(written, keys(), "docs/settings.md is not what the program takes: write it again as it says itself");
}

#[test]
fn the_whole_files_on_the_pages_are_taken_with_the_profiles_there_are() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs");
    let page = |name: &str| std::fs::read_to_string(docs.join(name)).expect("the page is there").replace("\r\n", "\n");
    let pages = [page("settings.md"), page("server.md")];
    let profiles = Profiles::builtin();
    let (mut desks, mut hubs) = (0, 0);
    for block in pages.iter().flat_map(|page| page.split("```toml\n").skip(1)) {
        let text = block.split("```").next().unwrap_or_default();
        match text.lines().next() {
            Some("# ringcard.toml") => {
                Settings::parse(text, Path::new("ringcard.toml"), &profiles).expect("what the page shows is right");
                desks += 1;
            }
            Some("# hub.toml") => {
                HubSettings::parse(text, Path::new("hub.toml"), &profiles).expect("what the page shows is right");
                hubs += 1;
            }
            _ => {}
        }
    }
    assert!(desks >= 1 && hubs >= 1, "{desks} {hubs}");
}
