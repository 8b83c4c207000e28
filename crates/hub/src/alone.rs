//! Trying accounts where no hub runs: what that asks counts against what the next hub goes on from.
//!
//! The folder is taken for as long, as a hub takes it; nothing that waits in it is sent. Where no hub was started yet there is
//! no count to go on with: the requests are made, and nothing is left behind.

use crate::{
    AccountSetup,
    account::Accounts,
    folder::{self, FolderLock, FolderRefused},
    outbox::{OutboxPlace, OutboxSetup},
    permits::count,
    requests::RequestLog,
};
use ringcard_connect::TestReport;
use std::{path::Path, sync::Arc};
use tokio::sync::{SetOnce, watch};

/// The accounts of a hub that does not run.
pub struct Alone {
    accounts: Accounts,
    counting: Option<Counting>,
}

struct Counting {
    outbox: OutboxPlace,
    /// Permits end with it.
    _place: Arc<SetOnce<OutboxPlace>>,
    requests: RequestLog,
    stop: watch::Sender<bool>,
    /// Given back last.
    _folder: FolderLock,
}

impl Alone {
    /// Takes the folder for `program`, if a hub has counted in it before. Give it all the accounts: some may share what they
    /// are allowed.
    pub async fn begin(data_dir: &Path, program: &str, setups: Vec<AccountSetup>) -> Result<Self, FolderRefused> {
        let file = data_dir.join("outbox.db");
        if !file.is_file() {
            return Ok(Self { accounts: Accounts::new(setups, |_, _| ()), counting: None });
        }
        let folder = FolderLock::wait_for(data_dir, program, folder::PATIENCE).await?;
        let log = data_dir.join("requests.db");
        let requests = tokio::task::spawn_blocking(move || RequestLog::start(&log)).await;
        let requests = requests.expect("BUG: opening the list of requests panicked");
        let place = Arc::new(SetOnce::new());
        let accounts = Accounts::new(setups, |name, system| count(name, system, &place, &requests));
        let (stop, stopped) = watch::channel(false);
        let setup = OutboxSetup { sends: false, ..OutboxSetup::new(&file, accounts.writes()) };
        let outbox = OutboxPlace::start(setup, stopped).await;
        let _ = place.set(outbox.clone());
        Ok(Self { accounts, counting: Some(Counting { outbox, _place: place, requests, stop, _folder: folder }) })
    }

    /// Tries an account's connection; `None`: there is none of this name.
    pub async fn test(&self, account: &str) -> Option<TestReport> {
        self.accounts.test(account).await
    }

    /// Writes down what was counted, and gives the folder back.
    pub async fn end(self) {
        let Some(counting) = self.counting else { return };
        let _ = counting.stop.send(true);
        counting.outbox.shutdown().await;
        counting.requests.close().await;
    }
}
