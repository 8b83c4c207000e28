//! `recordings`: those that are kept here, as files for somebody else.

use crate::{Answer, Failure, installation::Installation};
use clap::Subcommand;
use jiff::{ToSpan, civil::Date, tz::TimeZone};
use ringcard_core::Timestamp;
use ringcard_hub::recordings::{Exported, Which, export};
use std::{fmt::Write, path::PathBuf};

#[derive(Subcommand)]
pub enum Command {
    /// Writes the recordings that are here into a folder, as files that anything plays, opened where they are sealed. It
    /// is written down of each that it was exported.
    Export {
        folder: PathBuf,
        /// Only those of one account, as in the settings.
        #[arg(long)]
        account: Option<String>,
        /// Only those that came on this day or later: `2026-11-30`.
        #[arg(long, value_name = "DAY")]
        from: Option<Date>,
        /// Only those that came on this day or earlier.
        #[arg(long, value_name = "DAY")]
        to: Option<Date>,
    },
}

/// All that could not be written are counted; so many are named.
const MOST_SHOWN: usize = 20;

pub async fn run(command: Command, installation: &Installation) -> Result<Answer, Failure> {
    let Command::Export { folder, account, from, to } = command;
    let settings = installation.settings()?;
    if let Some(account) = &account
        && !settings.accounts.iter().any(|known| known.name == *account)
    {
        tracing::warn!(account, "no account of this name is in the settings");
    }
    let before = to.map(|day| day.checked_add(1.day())).transpose()?;
    let which = Which { account, from: from.map(begin).transpose()?, before: before.map(begin).transpose()? };
    let key = settings.recordings.seal_key(&installation.secrets()).await?;
    let data_dir = installation.data_dir(&settings);
    let into = folder.clone();
    let exported = tokio::task::spawn_blocking(move || export(&data_dir, key, &which, &into)).await??;
    Ok(Answer { is_well: exported.failed.is_empty(), text: said(&exported, &folder.display().to_string()) })
}

/// When a day begins here.
fn begin(day: Date) -> Result<Timestamp, Failure> {
    Ok(Timestamp(day.to_zoned(TimeZone::system())?.timestamp().as_millisecond()))
}

fn said(exported: &Exported, folder: &str) -> String {
    let Exported { written, bytes, not_here, failed } = exported;
    let recordings = if *written == 1 { "recording" } else { "recordings" };
    let mut text = format!("Wrote {written} {recordings} ({} MB) to {folder}.\n", bytes.div_ceil(1_000_000));
    if *not_here > 0 {
        let _ = writeln!(
            text,
            "{not_here} more are at the telephone system only: they come here when somebody plays them."
        );
    }
    if !failed.is_empty() {
        let _ = writeln!(text, "{} could not be written:", failed.len());
    }
    for why in failed.iter().take(MOST_SHOWN) {
        let _ = writeln!(text, "  {why}");
    }
    text
}
