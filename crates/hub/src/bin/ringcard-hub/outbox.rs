//! `outbox`: what waits to be written to other systems. A running hub is asked; without one the file is read, and
//! nothing can be decided.

use crate::{Answer, Failure, installation::Installation, rest::Hub};
use clap::Subcommand;
use ringcard_core::{
    Timestamp,
    submission::{AttemptNote, OutboxRow, SubmissionKey, SubmissionState},
};
use ringcard_hub::outbox::{OutboxFilter, Resting};
use serde::Serialize;
use serde_json::Value;
use std::{fmt::Write, path::Path};

/// Rows of one question.
const PAGE: u32 = 200;
const NO_HUB: &str = "No hub runs here: this is what stands in its file.\n";

#[derive(Subcommand)]
pub enum Command {
    /// Lists what waits to be sent.
    List {
        /// Only what waits for a person.
        #[arg(long)]
        needs_a_person: bool,
        /// What was sent, discarded or replaced instead, newest first.
        #[arg(long, conflicts_with = "needs_a_person")]
        over: bool,
        /// At most so many.
        #[arg(long, default_value_t = 50)]
        limit: u32,
    },
    /// Shows one row with every attempt.
    Show { key: String },
    /// Tries again what waits for a person, and at once what waits for a repetition.
    Retry {
        #[arg(required = true)]
        keys: Vec<String>,
    },
    /// Takes rows away, for good.
    Discard {
        #[arg(required = true)]
        keys: Vec<String>,
    },
}

pub async fn run(command: Command, installation: &Installation) -> Result<Answer, Failure> {
    let settings = installation.settings()?;
    let hub = Hub::of(installation, &settings).await?;
    let file = installation.data_dir(&settings).join("outbox.db");
    match command {
        Command::List { needs_a_person, over, limit } => {
            let filter = OutboxFilter { over, needs_a_person, ..OutboxFilter::default() };
            list(&hub, &file, &filter, limit).await
        }
        Command::Show { key } => show(&hub, &file, &key).await,
        Command::Retry { keys } => decide(&hub, &keys, "retry", "is tried again").await,
        Command::Discard { keys } => decide(&hub, &keys, "discard", "was discarded").await,
    }
}

async fn list(hub: &Hub, file: &Path, filter: &OutboxFilter, limit: u32) -> Result<Answer, Failure> {
    let mut rows: Vec<OutboxRow> = Vec::new();
    let word = match filter {
        OutboxFilter { over: true, .. } => "over",
        OutboxFilter { needs_a_person: true, .. } => "needs_a_person",
        _ => "waiting",
    };
    let mut text = String::new();
    let mut resting = None;
    loop {
        let wanted = PAGE.min(limit.saturating_sub(u32::try_from(rows.len()).unwrap_or(u32::MAX)));
        let after = rows.last().map(|row| row.submission.key.clone());
        let path_after = after.as_ref().map(|key| format!("&after={key}")).unwrap_or_default();
        let asked = match resting {
            None => hub.ask("GET", &format!("/outbox?filter={word}&limit={wanted}{path_after}")).await?,
            Some(_) => None,
        };
        let (page, more) = match asked {
            Some(mut answer) => (serde_json::from_value(answer["rows"].take())?, answer["more"] == true),
            None => {
                if resting.is_none() {
                    text.push_str(NO_HUB);
                    resting = Resting::open(file)?;
                }
                let Some(resting) = &resting else { break };
                resting.list(filter, after.as_ref(), wanted)?
            }
        };
        let page: Vec<OutboxRow> = page;
        rows.extend(page);
        if !more || rows.len() >= limit as usize {
            break;
        }
    }
    for row in &rows {
        let _ = writeln!(text, "{}", line(row));
    }
    if rows.is_empty() {
        text.push_str(if filter.over { "Nothing was sent yet.\n" } else { "Nothing waits.\n" });
    }
    Ok(Answer::well(text))
}

async fn show(hub: &Hub, file: &Path, key: &str) -> Result<Answer, Failure> {
    let key = plain(key)?;
    let mut text = String::new();
    let (row, attempts): (OutboxRow, Vec<AttemptNote>) = match hub.ask("GET", &format!("/outbox/{key}")).await? {
        Some(mut answer) => {
            (serde_json::from_value(answer["row"].take())?, serde_json::from_value(answer["attempts"].take())?)
        }
        None => {
            text.push_str(NO_HUB);
            let found = match Resting::open(file)? {
                Some(resting) => resting.row(&SubmissionKey(key.to_owned()))?,
                None => None,
            };
            found.ok_or_else(|| format!("There is no row {key}."))?
        }
    };
    let _ = writeln!(text, "{}", line(&row));
    let _ = writeln!(text, "{}", serde_json::to_string_pretty(&row.submission.write)?);
    if let Some(needs) = &row.submission.needs {
        let _ = writeln!(text, "goes after {needs}");
    }
    if let Some(reference) = &row.reference {
        let _ = writeln!(text, "the other system calls it {reference}");
    }
    for note in &attempts {
        let _ = writeln!(text, "{}  {:10}  {}", moment(note.at), note.outcome, note.answer);
    }
    Ok(Answer::well(text))
}

/// Each by itself: one that cannot be decided about keeps no other back.
async fn decide(hub: &Hub, keys: &[String], act: &str, done: &str) -> Result<Answer, Failure> {
    let mut answer = Answer::well("");
    for key in keys {
        let said = match hub.ask("POST", &format!("/outbox/{}/{act}", plain(key)?)).await {
            Ok(Some(_)) => format!("{key} {done}."),
            Ok(None) => return Err("No hub runs here: start it, and decide then.".into()),
            Err(refused) => {
                answer.is_well = false;
                format!("{key}: {refused}")
            }
        };
        let _ = writeln!(answer.text, "{said}");
    }
    Ok(answer)
}

/// A key goes into a path as it is.
fn plain(key: &str) -> Result<&str, Failure> {
    match !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_') {
        true => Ok(key),
        false => Err(format!("“{key}” is no key of a row.").into()),
    }
}

fn line(row: &OutboxRow) -> String {
    let submission = &row.submission;
    let last = row.last_answer.as_deref().map(|said| format!("  “{said}”")).unwrap_or_default();
    let kind = serde_json::to_value(&submission.write).ok().map(|write| word(&write["kind"])).unwrap_or_default();
    let tries = match row.attempts {
        0 => String::new(),
        1 => "  1 attempt".to_owned(),
        n => format!("  {n} attempts"),
    };
    let account = submission.write.account();
    format!("{}  {}  {kind}  {account}  {}{tries}{last}", submission.key, state(&row.state), submission.about)
}

fn state(state: &SubmissionState) -> String {
    let until = |until: &Option<Timestamp>| until.map(|at| format!(" until {}", moment(at))).unwrap_or_default();
    match state {
        SubmissionState::Waiting { why, until: end } => format!("waits ({}){}", reason(why), until(end)),
        SubmissionState::Sending { .. } => "is being sent".to_owned(),
        SubmissionState::Checking { until: end } => format!("is being asked about{}", until(end)),
        SubmissionState::MayBeWritten { .. } => "may be written: look there".to_owned(),
        SubmissionState::Parked { why, .. } => format!("needs a person ({})", reason(why)),
        SubmissionState::Done { at } => format!("sent {}", moment(*at)),
        SubmissionState::Discarded { at, private: true } => format!("taken away {}: the call is private", moment(*at)),
        SubmissionState::Discarded { at, private: false } => format!("discarded {}", moment(*at)),
        SubmissionState::Replaced { by, .. } => format!("replaced by {by}"),
    }
}

/// A reason's stable word, for people.
fn reason(why: impl Serialize) -> String {
    serde_json::to_value(why).map(|why| word(&why)).unwrap_or_default()
}

fn word(value: &Value) -> String {
    value.as_str().unwrap_or_default().replace('_', " ")
}

/// By this machine's clock.
fn moment(at: Timestamp) -> String {
    let moment = jiff::Timestamp::from_millisecond(at.0).unwrap_or_default();
    moment.to_zoned(jiff::tz::TimeZone::system()).strftime("%Y-%m-%d %H:%M:%S").to_string()
}
