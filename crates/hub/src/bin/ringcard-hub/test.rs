//! `test`: what the button *Test* of the settings page does, on a server. A running hub is asked, since its requests count
//! against the account's allowance; without one, the accounts are set up here.

use crate::{Answer, Failure, installation::Installation, rest::Hub};
use ringcard_hub::{not_there, setup};
use serde_json::Value;
use std::fmt::Write;

pub async fn run(account: Option<String>, installation: &Installation) -> Result<Answer, Failure> {
    let settings = installation.settings()?;
    let all: Vec<&str> = settings.accounts.iter().map(|account| account.name.as_str()).collect();
    let wanted = match &account {
        Some(name) if !all.contains(&name.as_str()) => {
            return Err(format!("{}.", not_there::account(name, all)).into());
        }
        Some(name) => vec![name.as_str()],
        None if all.is_empty() => return Err("There is no [[account]] to be tried.".into()),
        None => all,
    };
    let hub = Hub::of(installation, &settings).await?;
    let mut answer = Answer::well("");
    for name in wanted {
        let report = match hub.ask("POST", &format!("/accounts/{}/test", in_path(name))).await? {
            Some(report) => report,
            None => tried_here(name, installation, &settings).await?,
        };
        answer.is_well &= report["state"] != "fails";
        answer.text.push_str(&shown(name, &report));
    }
    Ok(answer)
}

/// The same report, made without a hub.
async fn tried_here(
    name: &str,
    installation: &Installation,
    settings: &ringcard_hub::config::HubSettings,
) -> Result<Value, Failure> {
    let wanted: Vec<_> = settings.accounts.iter().filter(|account| account.name == name).cloned().collect();
    let plan = settings.dial_plan()?;
    let setups = setup::accounts(&wanted, installation.profiles(), &installation.secrets(), &plan).await;
    let account = setups.first().ok_or("the account is gone")?;
    Ok(serde_json::to_value(account.test().await)?)
}

fn shown(name: &str, report: &Value) -> String {
    let mut text = format!("{name}\n");
    for step in report["steps"].as_array().into_iter().flatten() {
        let state = match step["state"].as_str() {
            Some("works") => "ok",
            Some("fails") => "wrong",
            _ => "not checked",
        };
        let word = |key: &str| step[key].as_str().unwrap_or_default();
        let _ = writeln!(text, "{state:>11}  {}: {}", word("what"), word("detail"));
    }
    text
}

/// An account's name as it stands in an address.
fn in_path(name: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    name.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}
