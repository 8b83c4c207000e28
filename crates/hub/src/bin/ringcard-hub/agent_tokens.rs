//! `agent token`, `tokens` and `revoke`: who may open a desk, and use REST, as which agent. A running hub is asked, so that
//! it holds at once; without one the file is changed.

use crate::{Answer, Failure, installation::Installation, rest::Hub};
use ringcard_core::{Timestamp, call::AgentId};
use ringcard_hub::{
    Role,
    agent_tokens::TokenFile,
    config::HubSettings,
    folder::{self, FolderRefused},
};
use secrecy::ExposeSecret;
use serde::Deserialize;
use serde_json::json;
use std::{fmt::Write, path::PathBuf};

/// Makes a token, and shows it.
pub async fn make(
    name: &str,
    role: Option<Role>,
    installation: &Installation,
    settings: &HubSettings,
) -> Result<Answer, Failure> {
    if !settings.agents.iter().any(|agent| agent.name == name) {
        return Err(format!("There is no agent “{name}”: ringcard-hub agent add \"{name}\" --extension 101").into());
    }
    let hub = Hub::of(installation, settings).await?;
    let asked = hub.send("POST", &path(name), Some(&json!({ "role": role }))).await?;
    let Fresh { token, role, replaced } = match asked {
        Some(answer) => serde_json::from_value(answer)?,
        None => {
            let made = file(installation, settings)?.make(&AgentId(name.to_owned()), role, Timestamp::now())?;
            nobody_came(installation, settings)?;
            Fresh { token: made.token.expose_secret().to_owned(), role: made.kept.role, replaced: made.replaced }
        }
    };
    let mut text = format!("{token}\n\nThis is the token of {name} (role: {role}). It is shown only now");
    text.push_str(": keep it where their Ringcard's [hub] token says.\n");
    if replaced {
        text.push_str("The token they had is good no longer.\n");
    }
    Ok(Answer::well(text))
}

/// Who has a token.
pub async fn list(installation: &Installation, settings: &HubSettings) -> Result<Answer, Failure> {
    let rows = match Hub::of(installation, settings).await?.ask("GET", "/agents").await? {
        Some(mut answer) => serde_json::from_value(answer["agents"].take())?,
        None => rows_of(settings, &TokenFile::open(&installation.data_dir(settings))?),
    };
    let rows: Vec<Row> = rows;
    if rows.is_empty() {
        return Ok(Answer::well("There are no agents yet: ringcard-hub agent add NAME --extension 101\n"));
    }
    let width = rows.iter().map(|row| row.agent.chars().count()).max().unwrap_or_default();
    let mut text = String::new();
    for Row { agent, known, token } in rows {
        let said =
            token.map_or_else(|| "no token".to_owned(), |token| format!("{}, {}", token.role, day(token.made_at)));
        let gone = if known { "" } else { "  is no agent of this hub: the token opens nothing" };
        let _ = writeln!(text, "{agent:width$}  {said}{gone}");
    }
    Ok(Answer::well(text))
}

/// Ends an agent's token.
pub async fn revoke(name: &str, installation: &Installation, settings: &HubSettings) -> Result<Answer, Failure> {
    match end(name, installation, settings).await? {
        true => Ok(Answer::well(format!("The token of {name} is good no longer.\n"))),
        false => Err(format!("{name} has no token.").into()),
    }
}

/// The same; `false`: they have none.
pub async fn end(name: &str, installation: &Installation, settings: &HubSettings) -> Result<bool, Failure> {
    // A running hub keeps the file as it is itself.
    let kept = TokenFile::open(&installation.data_dir(settings));
    if kept.is_ok_and(|file| !file.tokens().iter().any(|kept| kept.agent.0 == name)) {
        return Ok(false);
    }
    if Hub::of(installation, settings).await?.ask("DELETE", &path(name)).await?.is_some() {
        return Ok(true);
    }
    let had_one = file(installation, settings)?.revoke(&AgentId(name.to_owned()))?;
    nobody_came(installation, settings)?;
    Ok(had_one)
}

#[derive(Deserialize)]
struct Fresh {
    token: String,
    role: Role,
    replaced: bool,
}

#[derive(Deserialize)]
struct Row {
    agent: String,
    /// Whether the hub has such an agent.
    known: bool,
    token: Option<Kept>,
}

#[derive(Deserialize)]
struct Kept {
    role: Role,
    made_at: Timestamp,
}

/// As a running hub would tell it.
fn rows_of(settings: &HubSettings, file: &TokenFile) -> Vec<Row> {
    let token_of = |name: &str| {
        let kept = file.tokens().iter().find(|kept| kept.agent.0 == name)?;
        Some(Kept { role: kept.role, made_at: kept.made_at })
    };
    let is_agent = |name: &str| settings.agents.iter().any(|agent| agent.name == name);
    let known = settings.agents.iter().map(|agent| (agent.name.as_str(), true));
    let gone = file.tokens().iter().map(|kept| (kept.agent.0.as_str(), false)).filter(|(name, _)| !is_agent(name));
    let row = |(name, known): (&str, bool)| Row { agent: name.to_owned(), known, token: token_of(name) };
    known.chain(gone).map(row).collect()
}

/// The file, while no hub has it.
fn file(installation: &Installation, settings: &HubSettings) -> Result<TokenFile, Failure> {
    nobody_has(installation, settings)?;
    Ok(TokenFile::open(&installation.data_dir(settings))?)
}

/// A hub that has the folder would write its own over ours.
fn nobody_has(installation: &Installation, settings: &HubSettings) -> Result<PathBuf, Failure> {
    let folder = installation.data_dir(settings);
    match folder::in_use(&folder) {
        None => Ok(folder),
        Some(holder) => Err(FolderRefused::InUse { folder, holder }.into()),
    }
}

fn nobody_came(installation: &Installation, settings: &HubSettings) -> Result<(), Failure> {
    nobody_has(installation, settings).map(drop).map_err(|_| "A hub was started just now: do this again.".into())
}

/// A name may have anything in it.
fn path(name: &str) -> String {
    let name: String = form_urlencoded::byte_serialize(name.as_bytes()).collect();
    format!("/agents/{}/token", name.replace('+', "%20"))
}

/// By this machine's clock.
fn day(at: Timestamp) -> String {
    let moment = jiff::Timestamp::from_millisecond(at.0).unwrap_or_default();
    moment.to_zoned(jiff::tz::TimeZone::system()).strftime("since %Y-%m-%d").to_string()
}
