//! Settings that say who may send: proxies, names, addresses of a PBX.

use ringcard_hub::{
    config::{HubSettings, Network, SettingsFile, UnknownConnectors},
    setup::Profiles,
};
use std::{path::Path, sync::Arc};

fn problem(text: &str) -> String {
    let problems = HubSettings::parse(text, Path::new("hub.toml"), &UnknownConnectors).expect_err(text);
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

#[test]
fn addresses_and_networks_are_read_and_what_is_neither_is_said_with_its_place() {
    let text = "[listen]\ntrusted_proxies = [\"127.0.0.1\", \"10.0.0.0/8\", \"2001:db8::/32\"]\n";
    let settings = HubSettings::parse(text, Path::new("hub.toml"), &UnknownConnectors).expect("it is right");
    let shown: Vec<String> = settings.listen.trusted_proxies.iter().map(Network::to_string).collect();
    assert_eq!(shown, ["127.0.0.1", "10.0.0.0/8", "2001:db8::/32"]);
    for (wrong, expected) in [
        ("[listen]\ntrusted_proxies = [\"proxy.example.com\"]", "IP address or a network"),
        ("[listen]\ntrusted_proxies = \"10.0.0.0/8\"", "[\"203.0.113.4\", \"10.0.0.0/8\"]"),
        ("[listen]\ntrusted_proxies = [\"10.0.0.0/33\"]", "hub.toml:2:20"),
        ("[listen]\nnames = [\"https://hub.example.com\"]", "(no port)"),
        ("[listen]\nnames = [\"hub.example.com:8480\"]", "(no port)"),
        ("[listen]\npushes_per_second = 0", "from 1 to 10000"),
        ("[[account]]\nname = \"pbx\"\nconnector = \"x\"\npush_from = [\"pbx\"]", "hub.toml:4:14"),
    ] {
        assert!(problem(wrong).contains(expected), "{wrong}: {}", problem(wrong));
    }
}

#[test]
fn an_account_changed_under_settings_keeps_the_addresses_it_listens_to() {
    let dir = tempfile::TempDir::new().expect("a folder");
    let path = dir.path().join("ringcard.toml");
    let text = "[[account]]\nname = \"pbx\"\nconnector = \"vipex\"\napi_url = \"https://pbx.example.com\"\nuser = \"crm\"\n\
                password = { env = \"PBX\" }\npush_key = { env = \"KEY\" }\npush_from = [\"203.0.113.4\"] # the PBX\n";
    std::fs::write(&path, text).expect("written");
    let mut file = SettingsFile::open(path.clone(), Arc::new(Profiles::builtin())).expect("it is right");
    let mut account = file.settings().accounts[0].clone();
    assert_eq!(account.push_from, ["203.0.113.4".parse().expect("an address")]);
    // the page knows nothing of them
    account.push_from.clear();
    file.put_account(&account).expect("saved");
    assert_eq!(std::fs::read_to_string(&path).expect("read"), text);
}
