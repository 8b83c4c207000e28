//! Writing calls into a CRM's call log, and what its answers mean.

use super::{
    account::PbxAccount,
    config::{
        call_log::{CallLogRules, LogRequest},
        template::{LOGGED, OrderNames},
    },
    outcome::{Answer, Verdicts},
};
use crate::{
    Allowance, Attempt, CallLog, Looked, OriginateFailure, WriteRow, Writes,
    http::{failure::SendFailure, scrub::Scrub},
    settings::values::Values,
};
use async_trait::async_trait;
use jiff::tz::TimeZone;
use ringcard_core::{
    Timestamp,
    call::Direction,
    call_log::CallEntry,
    limits::Misfit,
    submission::{GateReason, ParkReason, Submission, Write},
};
use std::borrow::Cow;

/// An account without limits of its own is asked so much at once.
const AT_ONCE: u32 = 4;

/// The rules of `[call_log]` with an account's settings.
#[derive(Debug, Clone, Default)]
pub(super) struct LogRules {
    add: Verdicts,
    change: Verdicts,
    find: Verdicts,
    twice_is_once: bool,
}

impl LogRules {
    pub fn new(rules: &CallLogRules, values: &Values) -> Result<Self, String> {
        let of = |request: Option<&LogRequest>| {
            request.map_or_else(|| Ok(Verdicts::default()), |request| Verdicts::new(&request.answer, values))
        };
        let twice_is_once = rules.twice_is_once.as_ref().map(|text| text.render(values, None)).transpose()?;
        let twice_is_once = twice_is_once.is_some_and(|text| text.trim() == "true");
        Ok(Self {
            twice_is_once,
            add: of(Some(&rules.add))?,
            change: of(rules.change.as_ref())?,
            find: of(rules.find.as_ref())?,
        })
    }
}

/// A moment as CRMs read it.
fn moment(at: Timestamp) -> String {
    let moment = jiff::Timestamp::from_millisecond(at.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    moment.to_zoned(TimeZone::UTC).strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Each part of an entry on a line of its own.
fn lines(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join("\n")
}

fn legs(entry: &CallEntry) -> String {
    lines(entry.legs.iter().map(|leg| {
        let who = leg.agent.as_ref().map(|agent| agent.0.as_str()).or(leg.extension.as_deref()).unwrap_or("?");
        match leg.answered {
            true => format!("{who}: {}:{:02}", leg.talk_seconds / 60, leg.talk_seconds % 60),
            false => format!("{who}: -"),
        }
    }))
}

/// What the names of [`LOGGED`] stand for, in its order.
fn told<'e>(submission: &'e Submission, entry: &'e CallEntry, entry_id: &'e str) -> Vec<(&'static str, Cow<'e, str>)> {
    let text = |text: &'e str| Cow::Borrowed(text);
    let option = |text: &'e Option<String>| Cow::Borrowed(text.as_deref().unwrap_or_default());
    let coded = entry.coded.as_ref();
    let of_code = |pick: fn(&ringcard_core::call_log::CodedAs) -> &str| Cow::Borrowed(coded.map_or("", pick));
    let value = |name: &str| match name {
        "call_id" => text(&entry.call_id.0),
        "external_id" => option(&entry.external_id),
        "entry_id" => text(entry_id),
        "key" => text(&submission.key.0),
        "direction" => text(match entry.direction {
            Direction::Inbound => "inbound",
            Direction::Outbound => "outbound",
        }),
        "outcome" => text(entry.outcome.word()),
        "number" => text(&entry.number),
        "line" => text(&entry.line),
        "line_name" => option(&entry.line_name),
        "queue" => option(&entry.queue),
        "agent" => text(entry.agent.as_ref().map_or("", |agent| agent.0.as_str())),
        "extension" => option(&entry.extension),
        "customer_id" => text(entry.customer_id.as_ref().map_or("", |id| id.0.as_str())),
        "customer_name" => option(&entry.customer_name),
        "started_at" => moment(entry.started_at).into(),
        "connected_at" => entry.connected_at.map(moment).unwrap_or_default().into(),
        "ended_at" => moment(entry.ended_at).into(),
        "seconds" => entry.seconds.to_string().into(),
        "talk_seconds" => entry.talk_seconds.to_string().into(),
        "talk_milliseconds" => (u64::from(entry.talk_seconds) * 1000).to_string().into(),
        "code" => of_code(|coded| &coded.code),
        "code_label" => of_code(|coded| &coded.label),
        "second_code" => of_code(|coded| coded.second_code.as_deref().unwrap_or_default()),
        "second_label" => of_code(|coded| coded.second_label.as_deref().unwrap_or_default()),
        "comment" => of_code(|coded| &coded.comment),
        "notes" => text(&entry.notes),
        "summary" => text(&entry.summary),
        "transcript" => text(&entry.transcript),
        "legs" => legs(entry).into(),
        "recordings" => lines(entry.recordings.iter().filter_map(|one| one.url.clone())).into(),
        _ => Cow::Borrowed(""),
    };
    LOGGED.iter().map(|name| (*name, value(name))).collect()
}

/// What an answer to a write means for its row.
fn attempt(judged: Result<Option<String>, OriginateFailure>, status: u16, changes: bool) -> Attempt {
    let detail = match judged {
        Ok(reference) => return Attempt::Done { answer: format!("HTTP {status}"), reference },
        Err(OriginateFailure::Authentication { detail }) => {
            return Attempt::Closed { why: GateReason::SignIn, until: None, detail };
        }
        Err(OriginateFailure::NotConfigured { detail }) => {
            return Attempt::Closed { why: GateReason::Offline, until: None, detail };
        }
        Err(OriginateFailure::Unreachable { detail }) => return Attempt::NotSent { detail, wait: None },
        Err(OriginateFailure::Unknown { detail }) => return Attempt::Unknown { detail },
        Err(OriginateFailure::Refused { detail }) => detail,
    };
    match status {
        429 => Attempt::NotSent { detail, wait: None },
        // It may have been written before it failed.
        500..=599 => Attempt::Unknown { detail },
        404 | 410 if changes => Attempt::Refused { why: ParkReason::Gone, detail },
        _ => Attempt::Refused { why: ParkReason::Refused, detail },
    }
}

impl PbxAccount {
    /// One request about an entry, and what came of it; `None`: nothing that could be read.
    async fn about_entry(
        &self,
        log: &LogRequest,
        what: &'static str,
        row: &WriteRow,
    ) -> Result<(Answer, crate::permits::UnderWay), Attempt> {
        let invalid = |detail: String| Attempt::Refused { why: ParkReason::Invalid, detail };
        let Write::LogCall { entry, .. } = &row.submission.write else {
            return Err(invalid(Misfit::NotTaken.to_string()));
        };
        let entry_id = row.needed.as_deref().unwrap_or_default();
        let told = told(&row.submission, entry, entry_id);
        let told: Vec<(&'static str, &str)> = told.iter().map(|(name, value)| (*name, value.as_ref())).collect();
        let names = OrderNames { entry: &told, ..OrderNames::default() };
        let filled = log.request.fill(&self.values, Some(names)).map_err(invalid)?;
        self.leads_to_us(&filled.url).map_err(invalid)?;
        self.client.send(what, filled).await.map_err(|failure| match failure {
            SendFailure::NotConfigured(detail) => invalid(detail),
            SendFailure::NotSent(detail) => Attempt::NotSent { detail, wait: None },
            // Its budget says when: nobody needs to remember it with the row.
            SendFailure::NotNow(not_now) => Attempt::NotSent { detail: not_now.why, wait: None },
            SendFailure::Unknown(detail) => Attempt::Unknown { detail },
        })
    }

    fn judge(&self, verdicts: &Verdicts, answer: &Answer, scrub: &Scrub, changes: bool) -> Attempt {
        attempt(verdicts.judge(answer, scrub), answer.status.as_u16(), changes)
    }

    async fn log(&self, rules: &CallLogRules, row: &WriteRow) -> Attempt {
        let changes = row.submission.needs.is_some();
        let (log, verdicts) = match (&rules.change, changes) {
            (_, false) => (&rules.add, &self.logs.add),
            (Some(change), true) => (change, &self.logs.change),
            (None, true) => {
                let detail = "this CRM takes no changes of an entry".to_owned();
                return Attempt::Refused { why: ParkReason::Invalid, detail };
            }
        };
        let names_the_entry = log.request.texts().iter().any(|(_, text)| text.names().iter().any(|n| n == "entry_id"));
        // Of a path such an id would change something else.
        let entry_id = row.needed.as_deref().unwrap_or_default().trim();
        if changes && names_the_entry && matches!(entry_id, "" | "." | "..") {
            let detail = "the CRM did not say how it calls the entry: change it there".to_owned();
            return Attempt::Refused { why: ParkReason::Invalid, detail };
        }
        match self.about_entry(log, "call_log", row).await {
            Ok((answer, request)) => {
                let attempt = self.judge(verdicts, &answer, &self.scrub, changes);
                request.end(attempt.came_to());
                attempt
            }
            Err(attempt) => attempt,
        }
    }
}

#[async_trait]
impl Writes for PbxAccount {
    async fn write(&self, rows: &[WriteRow]) -> Vec<Attempt> {
        let [row, ..] = rows else { return Vec::new() };
        let Some(rules) = &self.profile.parts().call_log else { return Vec::new() };
        vec![self.log(rules, row).await]
    }

    async fn look(&self, row: &WriteRow) -> Looked {
        let rules = self.profile.parts().call_log.as_ref();
        let Some(find) = rules.and_then(|rules| rules.find.as_ref()) else { return Looked::CannotTell };
        let (answer, request) = match self.about_entry(find, "find_call_log", row).await {
            Ok(answered) => answered,
            Err(attempt) => return Looked::NotNow(attempt),
        };
        let attempt = self.judge(&self.logs.find, &answer, &self.scrub, false);
        let looked = match (&attempt, answer.status.as_u16()) {
            (Attempt::Done { reference: Some(reference), .. }, _) => Looked::Written {
                answer: "the entry is in the call log".to_owned(),
                reference: Some(reference.clone()),
            },
            (Attempt::Done { reference: None, .. }, _) | (Attempt::Refused { .. }, 404) => Looked::NotWritten,
            (Attempt::Refused { .. }, _) => Looked::CannotTell,
            _ => Looked::NotNow(attempt.clone()),
        };
        request.end(attempt.came_to());
        looked
    }

    fn check(&self, write: &Write) -> Result<(), Misfit> {
        match write {
            Write::LogCall { .. } => Ok(()),
            _ => Err(Misfit::NotTaken),
        }
    }

    /// Changing an entry to the same twice is the same as once.
    fn is_idempotent(&self, submission: &Submission) -> bool {
        submission.needs.is_some() || self.logs.twice_is_once
    }

    fn call_log(&self) -> Option<CallLog> {
        let rules = self.profile.parts().call_log.as_ref()?;
        Some(if rules.change.is_some() { CallLog::AddsAndChanges } else { CallLog::AddsOnly })
    }

    fn allowance(&self) -> Allowance {
        Allowance::unlimited(AT_ONCE)
    }

    fn counts_against_day(&self, _submission: &Submission) -> bool {
        true
    }
}
