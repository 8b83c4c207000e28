//! Call records of Talk Partner Edition: record, ticket and comment in one request.
//!
//! A record has fields for what is counted, and none for what was noted: notes, summary and transcript stand in its
//! `transcript`, and its last line names the row. So a change of the call is one request, too, and twice is the same as once.

use super::{
    Told, before,
    place::{New, Place, reference::Reference, user_of},
    ticket::{Instead, Ready, deleted},
};
use crate::{
    Attempt,
    zendesk::{ZendeskAccount, client::Ask, outcome::Trouble, wire::Read},
};
use jiff::tz::TimeZone;
use reqwest::Method;
use ringcard_core::{
    Timestamp,
    call::Direction,
    call_log::{CallEntry, CallResult},
    ticket::FieldValue,
};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// Characters of the names of fields that were not set.
const LONGEST_NOT_SET: usize = 8_000;

/// What is shown of a call record in its comment.
const SHOWN: [&str; 8] = [
    "from_line",
    "to_line",
    "call_started_at",
    "duration",
    "completion_status",
    "call_disposition",
    "recording_url",
    "transcript",
];

/// What writing a call record came to.
pub(super) enum Recorded {
    Ended(Attempt),
    /// The plan has none; nothing was written. In Zendesk's words.
    NoPlan(String),
}

fn moment(at: Timestamp) -> String {
    let moment = jiff::Timestamp::from_millisecond(at.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    moment.to_zoned(TimeZone::UTC).strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// In the words of a call record; `None`: it has none for that.
fn completion(entry: &CallEntry) -> Option<&'static str> {
    match entry.outcome {
        CallResult::Answered | CallResult::AnsweredElsewhere => Some("completed"),
        CallResult::Missed => Some("abandoned_in_queue"),
        CallResult::NotReached | CallResult::Failed | CallResult::NotReported => None,
    }
}

impl ZendeskAccount {
    /// The parts of a record that may change later.
    fn changing(&self, told: Told<'_>) -> Map<String, Value> {
        let (entry, layout) = (told.entry, &self.config.writing.layout);
        let mut call = Map::new();
        call.insert("call_ended_at".into(), json!(moment(entry.ended_at)));
        call.insert("duration".into(), json!(entry.seconds));
        call.insert("talk_time".into(), json!(entry.talk_seconds));
        if let Some(status) = completion(entry) {
            call.insert("completion_status".into(), json!(status));
        }
        if let Some(coded) = &entry.coded {
            let second = coded.second_label.as_deref().or(coded.second_code.as_deref());
            let words = [Some(coded.label.as_str()), second].into_iter().flatten().collect::<Vec<_>>().join(" / ");
            call.insert("call_disposition".into(), json!(words.chars().take(255).collect::<String>()));
        }
        let mut links =
            entry.recordings.iter().filter(|_| layout.links).filter_map(|recording| recording.url.as_deref());
        if let Some(url) = links.next_back() {
            call.insert("recording_url".into(), json!(url));
        }
        let said = layout.said(entry, told.key);
        let said = told.more.map_or_else(|| said.clone(), |more| format!("{more}\n\n{said}"));
        call.insert("transcript".into(), json!(said));
        call
    }

    fn whole(&self, told: Told<'_>, app: i64, ticket: Option<&str>) -> Map<String, Value> {
        let entry = told.entry;
        let number = |id: &str| id.parse::<u64>().map_or_else(|_| json!(id), |id| json!(id));
        let (from, to, direction) = match entry.direction {
            Direction::Inbound => (&entry.number, &entry.line, "inbound"),
            Direction::Outbound => (&entry.line, &entry.number, "outbound"),
        };
        let or_hidden = |number: &str| if number.is_empty() { "anonymous".to_owned() } else { number.to_owned() };
        let mut call = self.changing(told);
        call.insert("app_id".into(), json!(app));
        call.insert("from_line".into(), json!(or_hidden(from)));
        call.insert("to_line".into(), json!(or_hidden(to)));
        call.insert("call_started_at".into(), json!(moment(entry.started_at)));
        call.insert("direction".into(), json!(direction));
        call.insert("external_id".into(), json!(entry.call_id.0));
        if let Some(at) = entry.connected_at {
            let waited = at.since(entry.started_at).as_secs();
            call.insert("time_to_answer".into(), json!(waited));
        }
        let named = match entry.direction {
            Direction::Inbound => "to_line_nickname",
            Direction::Outbound => "from_line_nickname",
        };
        call.extend(entry.line_name.as_ref().map(|name| (named.to_owned(), json!(name))));
        call.extend(entry.queue.as_ref().map(|queue| ("queue_name".to_owned(), json!(queue))));
        call.extend(told.agent.map(|agent| ("agent_id".to_owned(), json!(agent))));
        call.extend(user_of(entry).map(|user| ("end_user_id".to_owned(), number(user))));
        call.extend(ticket.map(|ticket| ("ticket_id".to_owned(), number(ticket))));
        call
    }

    /// Writes the record of a call where it belongs.
    pub(super) async fn record(&self, told: Told<'_>, place: &Place) -> Result<Recorded, Trouble> {
        match place {
            Place::Nowhere => self.post(told, None, None).await,
            // What a form asks for only a ticket's own request can hold.
            Place::New(new) if new.form.is_some() || !new.fields.is_empty() || self.sends_files(told.entry) => {
                self.after_its_ticket(told, new, None).await
            }
            Place::New(new) => {
                let subject = ringcard_core::limits::one_line(&new.subject);
                self.post(told, None, Some(subject)).await
            }
            Place::AddTo { ticket, fields } if fields.is_empty() && !self.sends_files(told.entry) => {
                self.on_ticket(told, ticket).await
            }
            Place::AddTo { ticket, fields } => self.on_ready_ticket(told, ticket, fields).await,
        }
    }

    /// The ticket's fields and files first, then the record on it. What an earlier attempt did of it is not done again.
    async fn on_ready_ticket(&self, told: Told<'_>, chosen: &str, fields: &[FieldValue]) -> Result<Recorded, Trouble> {
        let (ticket, not_set, said) = match self.make_ready(told, chosen, fields).await? {
            Ready::Takes { ticket, not_set, said } => (ticket, not_set, said),
            Ready::Gone { ticket } => return Ok(Recorded::Ended(deleted(&ticket))),
            Ready::Closed { ticket } => {
                let new = New { fields: fields.to_vec(), ..New::default() };
                let recorded = self.after_its_ticket(told, &new, Some(&ticket)).await?;
                return Ok(with_words(recorded, &format!("ticket {ticket} is closed")));
            }
        };
        let not_set = not_set.then(|| self.config.writing.layout.fields_not_set(fields));
        let not_set: Option<String> = not_set.map(|names| names.chars().take(LONGEST_NOT_SET).collect());
        let mut recorded = self.on_ticket(Told { more: not_set.as_deref(), ..told }, &ticket).await?;
        if ticket != chosen {
            recorded = with_words(recorded, &format!("ticket {chosen} was merged into {ticket}"));
        }
        let why = "; somebody else changed it meanwhile: its fields were not set, the comment names them";
        Ok(and_words(recorded, &format!("{said}{}", if not_set.is_some() { why } else { "" })))
    }

    /// A ticket of its own first, then the record on it. A ticket that an earlier attempt made is not made again.
    async fn after_its_ticket(&self, told: Told<'_>, new: &New, follows: Option<&str>) -> Result<Recorded, Trouble> {
        let mut said = String::new();
        let ticket = match self.made_by(told).await.map_err(before)? {
            Some(ticket) => ticket,
            None => {
                let files = self.upload(told.entry, &BTreeSet::new()).await?;
                said.clone_from(&files.said);
                match self.make_ticket(Told { uploads: &files.tokens, ..told }, new, follows).await? {
                    Attempt::Done { reference: Some(reference), .. } => {
                        let made = Reference::read(&reference).ticket;
                        made.ok_or_else(|| Trouble::Unknown { detail: "the ticket has no number".to_owned() })?
                    }
                    other => return Ok(Recorded::Ended(other)),
                }
            }
        };
        // From here on the ticket is there: a record that is refused leaves it, and is said.
        let detail = match self.post(told, Some(&ticket), None).await {
            Ok(ended @ Recorded::Ended(_)) => return Ok(and_words(ended, &said)),
            Ok(Recorded::NoPlan(detail)) => {
                self.talk.found(false);
                detail
            }
            Err(Trouble::Refused { detail, .. }) => detail,
            Err(trouble) => return Err(trouble),
        };
        let answer = format!("ticket {ticket}; no call record: {detail}{said}");
        Ok(Recorded::Ended(Attempt::Done { answer, reference: Reference::ticket(ticket).kept() }))
    }

    /// The record on a ticket that an agent chose, or on what became of it.
    async fn on_ticket(&self, told: Told<'_>, ticket: &str) -> Result<Recorded, Trouble> {
        let refused = match self.post(told, Some(ticket), None).await {
            Err(trouble @ Trouble::Refused { .. }) => trouble,
            other => return other,
        };
        match self.instead_of(ticket).await.map_err(before)? {
            Instead::Itself => Err(refused),
            Instead::Gone => Ok(Recorded::Ended(deleted(ticket))),
            Instead::Another(into) => {
                let recorded = self.post(told, Some(&into), None).await?;
                Ok(with_words(recorded, &format!("ticket {ticket} was merged into {into}")))
            }
            Instead::FollowUp => {
                let recorded = self.after_its_ticket(told, &New::default(), Some(ticket)).await?;
                Ok(with_words(recorded, &format!("ticket {ticket} is closed")))
            }
        }
    }

    /// One request: the record, on a ticket or with one of its own (`subject`), or alone.
    async fn post(&self, told: Told<'_>, ticket: Option<&str>, subject: Option<String>) -> Result<Recorded, Trouble> {
        let Some(app) = self.config.app_id else { return Ok(Recorded::NoPlan("no app id is set".to_owned())) };
        let call = self.whole(told, app, ticket);
        let mut body = json!({ "call": call });
        if ticket.is_some() || subject.is_some() {
            let title = self.config.writing.layout.subject(told.entry);
            let shown: Vec<&str> = SHOWN.into_iter().filter(|field| body["call"].get(field).is_some()).collect();
            let mut comment = json!({ "title": title, "call_fields": shown });
            if let Some(subject) = subject {
                comment["subject"] = json!(if subject.is_empty() { title } else { subject });
            }
            if let Some(user) = user_of(told.entry).and_then(|user| user.parse::<u64>().ok()) {
                comment["end_user_id"] = json!(user);
            }
            if let Some(agent) = told.agent {
                comment["author_id"] = json!(agent);
                if self.config.writing.shows && told.entry.outcome == CallResult::Answered {
                    comment["display_to_agent"] = json!(agent);
                }
            }
            body["comment"] = comment;
        }
        let ask = Ask::new(Method::POST, "log_call", "/api/v2/calls").json(body);
        let reply = match self.ask(ask).await {
            Ok(reply) => reply,
            Err(Trouble::Refused { status, error, detail, .. }) if is_no_plan(status, &error, ticket.is_some()) => {
                return Ok(Recorded::NoPlan(detail));
            }
            Err(trouble) => return Err(trouble),
        };
        self.talk.found(true);
        let call = &reply.json["call"];
        let reference = Reference { call: call.id("id"), ticket: call.id("ticket_id").or(ticket.map(str::to_owned)) };
        let Some(id) = &reference.call else {
            return Ok(Recorded::Ended(Attempt::Unknown { detail: "Zendesk did not name the call record".to_owned() }));
        };
        let answer = match &reference.ticket {
            Some(ticket) => format!("call {id} on ticket {ticket}"),
            None => format!("call {id}"),
        };
        Ok(Recorded::Ended(Attempt::Done { answer, reference: reference.kept() }))
    }

    /// What is new of a call whose record is there.
    pub(super) async fn change_record(
        &self,
        told: Told<'_>,
        call: &str,
        ticket: Option<&str>,
    ) -> Result<Attempt, Trouble> {
        let mut said = String::new();
        if let Some(ticket) = ticket.filter(|_| self.sends_files(told.entry)) {
            said = match self.make_ready(told, ticket, &[]).await {
                Ok(Ready::Takes { said, .. }) => said,
                Ok(Ready::Closed { ticket } | Ready::Gone { ticket }) => {
                    format!("; recordings were not uploaded: ticket {ticket} takes nothing more")
                }
                Err(Trouble::Refused { detail, .. }) => format!("; recordings were not added: {detail}"),
                Err(trouble) => return Err(trouble),
            };
        }
        let ask = Ask::new(Method::PATCH, "change_call", format!("/api/v2/calls/{call}"))
            .json(json!({ "call": self.changing(told) }));
        self.ask(ask).await?;
        let reference = told.first.map(str::to_owned);
        Ok(Attempt::Done { answer: format!("call {call} is up to date{said}"), reference })
    }
}

/// Whether an answer says that the plan has no call records. One about a ticket may mean the ticket.
fn is_no_plan(status: u16, error: &str, has_ticket: bool) -> bool {
    match status {
        403 => true,
        404 => !has_ticket || error != "RecordNotFound",
        _ => false,
    }
}

fn with_words(recorded: Recorded, before: &str) -> Recorded {
    match recorded {
        Recorded::Ended(Attempt::Done { answer, reference }) => {
            Recorded::Ended(Attempt::Done { answer: format!("{before}: {answer}"), reference })
        }
        other => other,
    }
}

fn and_words(recorded: Recorded, after: &str) -> Recorded {
    match recorded {
        Recorded::Ended(Attempt::Done { answer, reference }) => {
            Recorded::Ended(Attempt::Done { answer: format!("{answer}{after}"), reference })
        }
        other => other,
    }
}
