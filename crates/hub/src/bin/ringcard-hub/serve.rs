//! `serve`: the hub, until it is told to stop.

use crate::{Answer, Failure, installation::Installation};
use ringcard_core::frame::ConnectionState;
use ringcard_hub::{
    Hub, HubSetup,
    directory::Directory,
    folder::{self, FolderLock},
    listen::descriptors,
};

/// Below this a team with its desks and PBXs may not find places for all.
const FEW_DESCRIPTORS: u64 = 4096;

pub async fn serve(installation: &mut Installation) -> Result<Answer, Failure> {
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
    // Asked for before anything is opened: a signal during the start must not be lost.
    let mut stop = Stop::new()?;
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
    let secrets = installation.secrets();
    let setup = HubSetup::of_server(&settings, data_dir.clone(), installation.profiles(), &secrets, api_token).await?;
    let directory = Directory::open(&installation.directory_file(&settings), setup.plan.clone())?;
    let hub = Hub::start(setup, directory.clone()).await?;
    let listening = match hub.listening() {
        Ok(address) => *address,
        Err(problem) => {
            // A server that hears nothing is none.
            let problem = problem.clone();
            hub.shutdown().await;
            directory.close().await;
            return Err(problem.into());
        }
    };
    if let Some(address) = listening {
        folder.listens_at(address);
        tracing::info!("listening on http://{address}");
    }
    for connection in hub.connections() {
        if let ConnectionState::Trouble { detail, .. } = &connection.state {
            tracing::warn!("account {}: {detail}", connection.name);
        }
    }
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

/// SIGTERM and Ctrl-C.
#[cfg(unix)]
struct Stop {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Stop {
    fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    async fn asked(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

/// Ctrl-C, and the console being closed.
#[cfg(windows)]
struct Stop {
    interrupt: tokio::signal::windows::CtrlC,
    close: tokio::signal::windows::CtrlClose,
}

#[cfg(windows)]
impl Stop {
    fn new() -> std::io::Result<Self> {
        use tokio::signal::windows::{ctrl_c, ctrl_close};
        Ok(Self { interrupt: ctrl_c()?, close: ctrl_close()? })
    }

    async fn asked(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.close.recv() => {}
        }
    }
}
