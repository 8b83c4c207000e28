//! The log: to stderr, and to a file in the data folder that never grows beyond [`FULL`] and one predecessor.

use ringcard_hub::logs::{
    self,
    file::{FULL, LogFile},
};
use std::{
    io::{self, IsTerminal},
    path::Path,
};
use tracing_subscriber::{layer::SubscriberExt, util::SubscriberInitExt};

/// What is logged where `RUST_LOG` chooses nothing.
const USUAL: &str = "info,zbus=warn";

/// Starts logging. Without a writable folder only stderr hears of it.
pub fn start(data_dir: &Path) {
    let on_screen = logs::lines(USUAL, io::stderr, io::stderr().is_terminal(), false);
    let begun = match LogFile::open(data_dir.join("ringcard.log"), FULL) {
        Ok(file) => {
            let in_file = logs::lines(USUAL, file, false, false);
            tracing_subscriber::registry().with(on_screen).with(in_file).try_init()
        }
        Err(error) => {
            let begun = tracing_subscriber::registry().with(on_screen).try_init();
            tracing::warn!(%error, folder = %data_dir.display(), "no log file");
            begun
        }
    };
    // Somebody else's logger (a test's) may be there already.
    let _ = begun;
}
