//! What is written of a call into a ticket: one layout for every call, as plain text.
//!
//! Its lines are those a contact centre's own feed has: when it began and ended, how long, who with, on which line, who
//! spoke, what came of it, the code and its comment, notes, summary, transcript, each agent's part, recordings. What people
//! wrote is text, whatever it looks like: it goes into `body` and never into `html_body`. The last line names the entry, by
//! which it is found again where an answer was lost.

use super::words::NoteWords;
use jiff::tz::TimeZone;
use ringcard_core::{Timestamp, call_log::CallEntry, submission::SubmissionKey, ticket::FieldValue};
use std::fmt::Write;

/// Bytes of a comment: Zendesk takes 64 KiB.
const LONGEST: usize = 60_000;
/// Characters of a subject: Zendesk takes 255 of most lines.
const LONGEST_SUBJECT: usize = 150;
/// Parts of a call that are told.
const MOST_LEGS: usize = 20;
/// Between two calls in one comment.
const BETWEEN: &str = "\n\n* * *\n\n";

/// How an account is written to.
#[derive(Debug, Clone)]
pub(in crate::zendesk) struct Layout {
    pub words: &'static NoteWords,
    pub zone: TimeZone,
    /// Whether links to recordings are told.
    pub links: bool,
}

/// What names an entry in Zendesk, at the end of its text.
pub(in crate::zendesk) fn mark(key: &SubmissionKey) -> String {
    format!("Ringcard {key}")
}

impl Layout {
    /// *Incoming call from Ana Kiss*, in one line.
    pub fn subject(&self, entry: &CallEntry) -> String {
        let kind = self.words.kind(entry.direction, entry.outcome);
        one_line(&format!("{kind} {}", self.who(entry)), LONGEST_SUBJECT)
    }

    /// The whole note; `is_change`: an earlier one was written of the same call.
    pub fn body(&self, entry: &CallEntry, key: &SubmissionKey, is_change: bool) -> String {
        let mark = mark(key);
        let mut text = self.text(entry, is_change);
        cut(&mut text, LONGEST - mark.len() - 2);
        text.push_str("\n\n");
        text.push_str(&mark);
        text
    }

    /// Notes of several calls in one comment, in their order.
    pub fn bodies<'e>(&self, entries: impl Iterator<Item = (&'e CallEntry, &'e SubmissionKey, bool)>) -> String {
        entries.map(|(entry, key, is_change)| self.body(entry, key, is_change)).collect::<Vec<_>>().join(BETWEEN)
    }

    /// What somebody chose for fields that could not be set.
    pub fn fields_not_set(&self, fields: &[FieldValue]) -> String {
        let mut text = format!("{}:", self.words.not_set);
        for FieldValue { field, value } in fields {
            let _ = write!(text, "\n{} = {}", one_line(field, 100), one_line(value, 500));
        }
        text
    }

    /// Notes, summary and transcript: what a call record has no field of its own for.
    pub fn said(&self, entry: &CallEntry, key: &SubmissionKey) -> String {
        let mark = mark(key);
        let mut text = String::new();
        self.add_said(&mut text, entry);
        cut(&mut text, LONGEST - mark.len() - 2);
        if !text.is_empty() {
            text.push_str("\n\n");
        }
        text.push_str(&mark);
        text
    }

    fn text(&self, entry: &CallEntry, is_change: bool) -> String {
        let words = self.words;
        let mut text = String::new();
        if is_change {
            let _ = write!(text, "{} ", words.updated);
        }
        text.push_str(&self.subject(entry));
        text.push('\n');
        let mut line = |label: &str, value: &str| {
            let value = one_line(value, 500);
            if !value.is_empty() {
                let _ = write!(text, "\n{label}: {value}");
            }
        };
        line(words.started, &self.moment(entry.started_at));
        line(words.ended, &self.moment(entry.ended_at));
        line(words.length, &format!("{} ({} {})", clock(entry.seconds), words.talked, clock(entry.talk_seconds)));
        line(words.number, &entry.number);
        line(words.line, &named(&entry.line, entry.line_name.as_deref()));
        line(words.queue, entry.queue.as_deref().unwrap_or_default());
        line(words.agent, &named(entry.agent.as_ref().map_or("", |agent| &agent.0), entry.extension.as_deref()));
        line(words.outcome, words.result(entry.outcome));
        if let Some(coded) = &entry.coded {
            let second = coded.second_label.as_deref().or(coded.second_code.as_deref());
            line(
                words.code,
                &[Some(coded.label.as_str()), second].into_iter().flatten().collect::<Vec<_>>().join(" / "),
            );
        }
        let told = entry.legs.iter().take(MOST_LEGS).filter(|_| entry.legs.len() > 1);
        let legs = told.map(|leg| {
            let who = leg.agent.as_ref().map(|agent| agent.0.as_str()).or(leg.extension.as_deref()).unwrap_or("?");
            let how = if leg.answered { clock(leg.talk_seconds) } else { words.not_answered.to_owned() };
            format!("{who} {how}")
        });
        line(words.legs, &legs.collect::<Vec<_>>().join(", "));
        for recording in entry.recordings.iter().filter(|_| self.links) {
            line(words.recording, recording.url.as_deref().unwrap_or_default());
        }
        self.add_said(&mut text, entry);
        text
    }

    fn add_said(&self, text: &mut String, entry: &CallEntry) {
        let words = self.words;
        let comment = entry.coded.as_ref().map_or("", |coded| coded.comment.as_str());
        let parts = [
            (words.comment, comment),
            (words.notes, &entry.notes),
            (words.summary, &entry.summary),
            (words.transcript, &entry.transcript),
        ];
        for (label, part) in parts {
            let part = lines(part);
            if !part.is_empty() {
                let _ = write!(text, "{}{label}:\n{part}", if text.is_empty() { "" } else { "\n\n" });
            }
        }
    }

    fn who(&self, entry: &CallEntry) -> String {
        let name = entry.customer_name.as_deref().map(str::trim).filter(|name| !name.is_empty());
        match (name, entry.number.as_str()) {
            (Some(name), _) => name.to_owned(),
            (None, "") => self.words.hidden.to_owned(),
            (None, number) => number.to_owned(),
        }
    }

    fn moment(&self, at: Timestamp) -> String {
        let moment = jiff::Timestamp::from_millisecond(at.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        moment.to_zoned(self.zone.clone()).strftime("%Y-%m-%d %H:%M:%S (%Z)").to_string()
    }
}

fn clock(seconds: u32) -> String {
    match seconds / 3600 {
        0 => format!("{}:{:02}", seconds / 60, seconds % 60),
        hours => format!("{hours}:{:02}:{:02}", seconds / 60 % 60, seconds % 60),
    }
}

/// `101 (Sales)`
fn named(id: &str, name: Option<&str>) -> String {
    match name.map(str::trim).filter(|name| !name.is_empty()) {
        Some(name) if id.is_empty() => name.to_owned(),
        Some(name) => format!("{id} ({name})"),
        None => id.to_owned(),
    }
}

fn one_line(text: &str, most: usize) -> String {
    ringcard_core::limits::one_line(text).chars().take(most).collect()
}

/// Several lines as they were written, without what is no letter.
fn lines(text: &str) -> String {
    let letters = text.trim().chars().filter(|letter| *letter == '\n' || *letter == '\t' || !letter.is_control());
    letters.collect()
}

/// At most so many bytes, by whole letters; shows that it was cut.
fn cut(text: &mut String, most: usize) {
    if text.len() > most {
        let mut end = most.saturating_sub('…'.len_utf8());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text.truncate(end);
        text.push('…');
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use ringcard_core::{
        call::{AgentId, CallId, Direction},
        call_log::{CallResult, CodedAs, EntryLeg, EntryRecording},
        recording::RecordingId,
    };

    pub(in crate::zendesk::writes) fn entry() -> CallEntry {
        CallEntry {
            call_id: CallId("c1".into()),
            account: "pbx".into(),
            external_id: None,
            direction: Direction::Inbound,
            outcome: CallResult::Answered,
            number: "+36301234567".into(),
            line: "+3612345678".into(),
            line_name: Some("Sales".into()),
            queue: Some("support".into()),
            agent: Some(AgentId("Eva".into())),
            extension: Some("101".into()),
            customer_id: None,
            customer_name: Some("Ana Kiss".into()),
            started_at: Timestamp(1_795_231_800_000),
            connected_at: Some(Timestamp(1_795_231_805_000)),
            ended_at: Timestamp(1_795_231_925_000),
            seconds: 125,
            talk_seconds: 120,
            coded: Some(CodedAs {
                code: "12".into(),
                label: "Sale".into(),
                second_code: None,
                second_label: Some("New".into()),
                comment: "wants <b>two</b>".into(),
                agent: AgentId("Eva".into()),
                at: Timestamp(1_795_231_926_000),
            }),
            notes: "Eva: call back\nin May".into(),
            summary: String::new(),
            transcript: String::new(),
            legs: vec![
                EntryLeg { agent: Some(AgentId("Eva".into())), extension: None, answered: true, talk_seconds: 3_725 },
                EntryLeg { agent: None, extension: Some("102".into()), answered: false, talk_seconds: 0 },
            ],
            recordings: vec![EntryRecording { id: RecordingId::new(), url: Some("https://hub.example/r/1".into()) }],
            filing: None,
        }
    }

    fn layout(language: &str) -> Layout {
        Layout { words: NoteWords::of(language), zone: TimeZone::UTC, links: true }
    }

    #[test]
    fn a_note_has_every_line_that_is_known_and_what_people_wrote_is_text() {
        let key = SubmissionKey("call-1".into());
        let expected = "Incoming call from Ana Kiss\n\n\
            Started: 2026-11-21 03:30:00 (UTC)\nEnded: 2026-11-21 03:32:05 (UTC)\nLength: 2:05 (talked 2:00)\n\
            Customer's number: +36301234567\nOur line: +3612345678 (Sales)\nQueue: support\nAgent: Eva (101)\n\
            Outcome: answered\nCode: Sale / New\nAgents' parts: Eva 1:02:05, 102 not answered\n\
            Recording: https://hub.example/r/1\n\nComment:\nwants <b>two</b>\n\nNotes:\nEva: call back\nin May\n\n\
            Ringcard call-1";
        assert_eq!(layout("en").body(&entry(), &key, false), expected);
    }

    #[test]
    fn each_language_has_its_own_words() {
        for (language, start) in
            [("es", "Actualización: Llamada entrante de Ana"), ("hu", "Frissítés – Bejövő hívás: Ana")]
        {
            let body = layout(language).body(&entry(), &SubmissionKey("k".into()), true);
            assert!(body.starts_with(start), "{body}");
        }
    }

    #[test]
    fn a_hidden_caller_has_no_number_and_no_name() {
        let hidden = CallEntry { number: String::new(), customer_name: None, outcome: CallResult::Missed, ..entry() };
        assert_eq!(layout("en").subject(&hidden), "Missed call from a hidden number");
        assert!(!layout("en").body(&hidden, &SubmissionKey("k".into()), false).contains("Customer's number"));
    }

    #[test]
    fn the_longest_note_fits_and_still_names_its_entry() {
        let long = CallEntry { transcript: "ő".repeat(200_000), customer_name: Some("ő".repeat(5_000)), ..entry() };
        let key = SubmissionKey("call-long".into());
        let body = layout("hu").body(&long, &key, false);
        assert!(body.len() <= LONGEST && body.ends_with("…\n\nRingcard call-long"));
        assert!(layout("hu").subject(&long).chars().count() <= LONGEST_SUBJECT);
        let said = layout("hu").said(&long, &key);
        assert!(said.len() <= LONGEST && said.ends_with("Ringcard call-long"));
    }
}
