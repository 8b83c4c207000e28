//! The *Test* buttons: what works, and exactly what does not.

use super::Answer;
use crate::{
    contract::views::{TestReport, TestState, TestStep, Tested},
    installation::shared_hub::TriedHub,
    shell::Shell,
};
use ringcard_core::{
    frame::{RequestError, RequestErrorCode, ask},
    pushed::PushBecame,
};
use std::time::Duration;
use tauri_plugin_opener::OpenerExt;

const PATIENCE: Duration = Duration::from_secs(10);

/// Tries a PBX account without ringing anybody.
pub async fn account(shell: &Shell, name: String) -> Answer<TestReport> {
    let accounts = {
        let mut installation = shell.installation().await?;
        // The keyring may be open by now, or a secret's file may be there.
        if installation.accounts.iter().any(|account| account.name == name && account.system.is_err()) {
            installation.accounts_again().await;
        }
        let Some(hub) = installation.hub() else {
            return Ok(report(vec![failed(Tested::Hub, "The hub inside the app does not run: see the log.")]));
        };
        hub.accounts().clone()
    };
    accounts.test(&name).await.map(TestReport::from).ok_or_else(|| no_account(&name).into())
}

/// Somebody signs in to an account's system in their own browser; then the account is tried. Waits for the person, and ends
/// a sign-in that was begun before.
pub async fn sign_in(shell: &Shell, name: String) -> Answer<TestReport> {
    let sign_in = match shell.installation().await?.sign_in(&name) {
        Ok(sign_in) => sign_in,
        Err(why) => return Ok(report(vec![failed(Tested::SignIn, why)])),
    };
    let open = |url: &str| shell.app.opener().open_url(url, None::<&str>).map_err(|error| error.to_string());
    if let Err(failure) = shell.sign_ins.run(sign_in, open).await {
        return Ok(report(vec![failed(Tested::SignIn, failure.to_string())]));
    }
    shell.installation().await?.signed_in(&name).await;
    account(shell, name).await
}

/// Whether pushes for this account can arrive: listener, account, and the address given to the provider.
pub async fn incoming(shell: &Shell, name: String) -> Answer<TestReport> {
    let (listening, account, public_url) = {
        let installation = shell.installation().await?;
        let account = installation.accounts.iter().find(|account| account.name == name).cloned();
        (
            installation.hub().map(|hub| hub.listening().clone()),
            account,
            installation.settings().listen.public_url.clone(),
        )
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
            steps.push(not_checked(Tested::PublicAddress, advice));
        }
        None => {}
    }
    steps.push(last_push(shell, name).await);
    Ok(report(steps))
}

/// Whether the team's hub on a server answers, and lets this desk in.
pub async fn shared_hub(shell: &Shell) -> Answer<TestReport> {
    let Some(hub) = shell.installation().await?.shared_hub().await else {
        return Ok(report(vec![not_checked(Tested::Hub, "No address is set: the hub runs inside this app.")]));
    };
    let answers = done(Tested::Hub, format!("A hub answers at {}.", hub.url));
    Ok(report(match hub.tried().await {
        TriedHub::LetIn(agent) => vec![answers, done(Tested::SignIn, format!("It lets {} in.", agent.0))],
        TriedHub::NotLetIn(why) => vec![answers, failed(Tested::SignIn, why)],
        TriedHub::Away(why) => vec![failed(Tested::Hub, why)],
        TriedHub::NoToken(why) => vec![failed(Tested::SignIn, why)],
    }))
}

/// Whether a secret can be kept here and read again.
pub async fn secrets(shell: &Shell) -> Answer<TestReport> {
    let secrets = shell.installation().await?.secrets.clone();
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
    TestStep { state: TestState::Works, what, detail }
}

fn failed(what: Tested, detail: impl Into<String>) -> TestStep {
    TestStep { state: TestState::Fails, what, detail: detail.into() }
}

/// Nothing happened that could be wrong, and nothing that would show that it is right.
fn not_checked(what: Tested, why: impl Into<String>) -> TestStep {
    TestStep { state: TestState::NotChecked, what, detail: why.into() }
}

/// Whether the PBX has the right key shows with what it sent.
async fn last_push(shell: &Shell, account: String) -> TestStep {
    let pushes = match shell.desk.ask(ask::Pushes { account: Some(account) }).await {
        Ok(pushes) => pushes,
        Err(error) => return not_checked(Tested::LastPush, error.message),
    };
    if let Some(taken) = pushes.iter().find(|push| push.became.is_taken()) {
        return done(Tested::LastPush, format!("A push from {} was taken.", taken.from));
    }
    let Some(refused) = pushes.first() else {
        let none = "No push has come since Ringcard was started: whether the PBX sends the right key shows with its \
                    first call.";
        return not_checked(Tested::LastPush, none);
    };
    let why = match &refused.became {
        PushBecame::KeyMissing => "it carried no key, user or password".to_owned(),
        PushBecame::KeyWrong => "its key, user or password is wrong".to_owned(),
        PushBecame::Unreadable { detail } | PushBecame::NotSetUp { detail } => detail.clone(),
        _ => "the list of pushes says why".to_owned(),
    };
    failed(Tested::LastPush, format!("The last push, from {}, was refused: {why}.", refused.from))
}

fn report(steps: Vec<TestStep>) -> TestReport {
    TestReport::of(steps)
}

fn no_account(name: &str) -> RequestError {
    RequestError::new(RequestErrorCode::NotFound, format!("There is no account “{name}”."))
}
