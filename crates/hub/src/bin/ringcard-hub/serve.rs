//! `serve`: the hub, until it is told to stop.

use crate::{Answer, Failure, installation::Installation, stop::Stop};
use ringcard_connect::ReadPushes;
use ringcard_core::frame::ConnectionState;
use ringcard_hub::{
    AccountSetup, Hub, HubSetup,
    directory::Directory,
    folder::{self, FolderLock},
    listen::descriptors,
};
use std::sync::Arc;

/// Below this a team with its desks and PBXs may not find places for all.
const FEW_DESCRIPTORS: u64 = 4096;

/// Until `stop`, which is asked for before anything is opened: what comes during the start must not be lost. `begun` is told
/// when it works.
pub async fn serve(installation: &mut Installation, mut stop: Stop, begun: impl FnOnce()) -> Result<Answer, Failure> {
    let settings = installation.settings()?;
    for refused in installation.refused() {
        tracing::warn!("a profile cannot be used: {refused}");
    }
    let data_dir = installation.data_dir(&settings);
    descriptors::raise();
    if let Some(limit) = descriptors::limit().filter(|limit| *limit < FEW_DESCRIPTORS) {
        tracing::warn!(
            "only {limit} files and connections may be open at once: allow more with LimitNOFILE= in the service, or `ulimit -n`"
        );
    }
    // First of all: whoever shares a folder with another hub sends what that one sends.
    let folder = tokio::select! {
        biased;
        taken = FolderLock::wait_for(&data_dir, env!("CARGO_BIN_NAME"), folder::PATIENCE) => taken?,
        () = stop.asked() => return Ok(Answer::well("")),
    };
    // Before there are databases: they tell an update from a first start.
    installation.start.keep();
    let api_token = installation.api_token(&settings).await?;
    if api_token.is_none() {
        tracing::warn!("there is no [listen] api_token: REST and the desks' socket take agents' own tokens only");
    }
    let secrets = installation.secrets_of(&settings);
    let setup = HubSetup::of_server(&settings, data_dir.clone(), installation.profiles(), &secrets, api_token).await?;
    let pushers = pushers(&setup.accounts);
    let directory = Directory::open(&installation.directory_file(&settings), setup.plan.clone())?;
    let hub = match Hub::start(setup, directory.clone()).await {
        Ok(hub) => hub,
        Err(failure) => {
            directory.close().await;
            return Err(failure.into());
        }
    };
    if let Ok(Some(address)) = hub.listening() {
        folder.listens_at(*address);
        tracing::info!("listening on http://{address}");
        let base = settings.listen.public_url.clone().unwrap_or_else(|| format!("http://{address}"));
        pushers.iter().for_each(|(name, pbx)| say_addresses(&base, name, pbx.as_ref()));
    }
    for connection in hub.connections() {
        if let ConnectionState::Trouble { detail, .. } = &connection.state {
            tracing::warn!("account {}: {detail}", connection.name);
        }
    }
    begun();
    stop.asked().await;
    tracing::info!("stopping");
    tokio::select! {
        biased;
        () = async {
            hub.shutdown().await;
            directory.close().await;
        } => tracing::info!("stopped"),
        // Whoever asks twice will not wait; what was committed stays.
        () = stop.asked() => tracing::warn!("stopped without waiting"),
    }
    drop(folder);
    Ok(Answer::well(""))
}

/// The accounts that listen to pushes.
fn pushers(accounts: &[AccountSetup]) -> Vec<(String, Arc<dyn ReadPushes>)> {
    let pusher =
        |account: &AccountSetup| Some((account.name.clone(), account.system.as_ref().ok()?.read_pushes.clone()?));
    accounts.iter().filter_map(pusher).collect()
}

/// Where the PBX is to send its pushes; what proves them is not for a log.
fn say_addresses(base: &str, account: &str, pbx: &dyn ReadPushes) {
    for hint in pbx.webhooks(base, account) {
        let (address, proof) = match hint.url.split_once('?') {
            Some((address, _)) => (address, ", with its key or its user and password"),
            None => (hint.url.as_str(), ""),
        };
        tracing::info!("account {account}: the PBX pushes to {address} ({}){proof}", hint.method);
    }
}
