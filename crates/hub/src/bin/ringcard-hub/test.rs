//! `test`: what the button *Test* of the settings page does, on a server. A running hub is asked, since its requests count
//! against the account's allowance; without one, the accounts are set up here, and what they
//! are asked is written down as a hub would.

use crate::{Answer, Failure, installation::Installation, rest::Hub};
use ringcard_hub::{alone::Alone, config::HubSettings, not_there, setup};
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
    let mut alone = None;
    let mut answer = Answer::well("");
    for name in wanted {
        let asked = match alone {
            None => hub.ask("POST", &format!("/accounts/{}/test", in_path(name))).await?,
            Some(_) => None,
        };
        let report = match asked {
            Some(report) => report,
            None => {
                let alone = match &mut alone {
                    Some(alone) => alone,
                    none => none.insert(without_a_hub(installation, &settings).await?),
                };
                serde_json::to_value(alone.test(name).await.ok_or("the account is gone")?)?
            }
        };
        answer.is_well &= report["state"] != "fails";
        answer.text.push_str(&shown(name, &report));
    }
    if let Some(alone) = alone {
        alone.end().await;
    }
    Ok(answer)
}

/// All accounts, since those of one token share what it allows.
async fn without_a_hub(installation: &Installation, settings: &HubSettings) -> Result<Alone, Failure> {
    let plan = settings.dial_plan()?;
    let setups =
        setup::accounts(&settings.accounts, installation.profiles(), &installation.secrets_of(settings), &plan).await;
    Ok(Alone::begin(&installation.data_dir(settings), env!("CARGO_BIN_NAME"), setups).await?)
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
