//! The *Test* buttons: what works, and exactly what does not.

use super::Answer;
use crate::{
    contract::views::{TestReport, TestStep, Tested},
    shell::Shell,
};
use ringcard_core::frame::{RequestError, RequestErrorCode};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(10);

/// Tries a PBX account without ringing anybody.
pub async fn account(shell: &Shell, name: String) -> Answer<TestReport> {
    let accounts = {
        let mut house = shell.house().await?;
        // The keyring may be open by now, or a secret's file may be there.
        if house.accounts.iter().any(|account| account.name == name && account.system.is_err()) {
            house.accounts_again().await;
        }
        let Some(hub) = house.hub() else {
            return Ok(report(vec![failed(Tested::Hub, "The hub inside the app does not run: see the log.")]));
        };
        hub.accounts().clone()
    };
    accounts.test(&name).await.map(TestReport::from).ok_or_else(|| no_account(&name).into())
}

/// Whether pushes for this account can arrive: listener, account, and the address given to the provider.
pub async fn incoming(shell: &Shell, name: String) -> Answer<TestReport> {
    let (listening, account, public_url) = {
        let house = shell.house().await?;
        let account = house.accounts.iter().find(|account| account.name == name).cloned();
        (house.hub().map(|hub| hub.listening().clone()), account, house.settings().listen.public_url.clone())
    };
    let account = account.ok_or_else(|| no_account(&name))?;
    let mut steps = Vec::new();
    let address = match listening {
        Some(Ok(Some(address))) => {
            steps.push(done(Tested::Listen, format!("Webhooks arrive at {address}.")));
            address
        }
        Some(Err(problem)) => return Ok(report(vec![failed(Tested::Listen, problem.to_string())])),
        _ => return Ok(report(vec![failed(Tested::Listen, "The hub inside the app does not run: see the log.")])),
    };
    match &account.system {
        Ok(_) => steps.push(done(Tested::Account, "The account reads pushes.".to_owned())),
        Err(problem) => steps.push(failed(Tested::Account, problem.clone())),
    }
    steps.push(reached(shell, Tested::ThisComputer, &format!("http://{address}")).await);
    match public_url {
        Some(url) => steps.push(reached(shell, Tested::PublicAddress, &url).await),
        None if address.ip().is_loopback() => {
            let advice = "The PBX can reach this address only if it runs on this computer. For a PBX elsewhere set a public \
                          address (a tunnel or reverse proxy), or let Ringcard listen on an address of your network.";
            steps.push(done(Tested::PublicAddress, advice.to_owned()));
        }
        None => {}
    }
    Ok(report(steps))
}

/// Whether a secret can be kept here and read again.
pub async fn secrets(shell: &Shell) -> Answer<TestReport> {
    let secrets = shell.house().await?.secrets.clone();
    let step = match secrets.check().await {
        Ok(()) => done(Tested::Keyring, "A secret was written, read and deleted again.".to_owned()),
        Err(failure) => failed(Tested::Keyring, failure.to_string()),
    };
    Ok(report(vec![step]))
}

/// Asks the hub's own health page the way a PBX would come.
async fn reached(shell: &Shell, what: Tested, url: &str) -> TestStep {
    let health = format!("{}/healthz", url.trim_end_matches('/'));
    match shell.http.get(&health).timeout(PATIENCE).send().await {
        Ok(answer) if answer.status().is_success() => done(what, format!("Ringcard answers at {url}.")),
        Ok(answer) => {
            failed(what, format!("Something answers at {url}, and it is not Ringcard ({}).", answer.status()))
        }
        Err(error) => failed(what, format!("Nothing answers at {url}: {}", error.without_url())),
    }
}

fn done(what: Tested, detail: String) -> TestStep {
    TestStep { ok: true, what, detail }
}

fn failed(what: Tested, detail: impl Into<String>) -> TestStep {
    TestStep { ok: false, what, detail: detail.into() }
}

fn report(steps: Vec<TestStep>) -> TestReport {
    TestReport { ok: steps.iter().all(|step| step.ok), steps }
}

fn no_account(name: &str) -> RequestError {
    RequestError { code: RequestErrorCode::NotFound, message: format!("There is no account “{name}”.") }
}
