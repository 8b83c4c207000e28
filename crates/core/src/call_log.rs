//! What is told of a call to other systems: an entry in a CRM's call log, and a word to a team's own programs.
//!
//! Both are made of the same [`CallEntry`], which is what the hub knows of the call at that moment. It is made by the hub
//! alone, of what is on disk; nobody hands one over.

use crate::{
    Timestamp,
    call::{AgentId, CallId, Direction},
    customer::CustomerId,
    recording::RecordingId,
    ticket::Filing,
};
use serde::{Deserialize, Serialize};
use std::fmt;
use ts_rs::TS;
use utoipa::ToSchema;

/// A call as it is told: numbers in E.164, moments in UTC, times in seconds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct CallEntry {
    pub call_id: CallId,
    /// The account the call came by.
    pub account: String,
    /// The telephone system's own id of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub external_id: Option<String>,
    pub direction: Direction,
    pub outcome: CallResult,
    /// The customer's number; empty where it is hidden.
    pub number: String,
    /// Our number or extension that was called, or called from.
    pub line: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub line_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub queue: Option<String>,
    /// Who spoke last, or for whom it rang.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub agent: Option<AgentId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub extension: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub customer_id: Option<CustomerId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub customer_name: Option<String>,
    pub started_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub connected_at: Option<Timestamp>,
    pub ended_at: Timestamp,
    /// From the first ring to the end.
    pub seconds: u32,
    /// For how long both sides spoke.
    pub talk_seconds: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub coded: Option<CodedAs>,
    /// What agents noted, a line each; absent where the code's comment says it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[ts(as = "Option<String>", optional)]
    pub notes: String,
    /// What was said, in short; absent where nobody approved it and the settings ask for that.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[ts(as = "Option<String>", optional)]
    pub summary: String,
    /// The same word by word; the beginning of a long one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[ts(as = "Option<String>", optional)]
    pub transcript: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(as = "Option<Vec<EntryLeg>>", optional)]
    pub legs: Vec<EntryLeg>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(as = "Option<Vec<EntryRecording>>", optional)]
    pub recordings: Vec<EntryRecording>,
    /// Where the account that is sent this puts it; never part of what programs are told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub filing: Option<Filing>,
}

impl CallEntry {
    /// The names of its fields, as others read them.
    pub const FIELDS: [&str; 24] = [
        "call_id",
        "account",
        "external_id",
        "direction",
        "outcome",
        "number",
        "line",
        "line_name",
        "queue",
        "agent",
        "extension",
        "customer_id",
        "customer_name",
        "started_at",
        "connected_at",
        "ended_at",
        "seconds",
        "talk_seconds",
        "coded",
        "notes",
        "summary",
        "transcript",
        "legs",
        "recordings",
    ];

    /// Whom the call was with, what was said and what came of it, for nobody to read.
    pub fn withhold(&mut self) {
        for said in [&mut self.number, &mut self.notes, &mut self.summary, &mut self.transcript] {
            said.clear();
        }
        (self.external_id, self.customer_id, self.customer_name, self.coded) = (None, None, None, None);
        self.filing = None;
    }
}

/// How an agent coded it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct CodedAs {
    pub code: String,
    pub label: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub second_code: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub second_label: Option<String>,
    pub comment: String,
    pub agent: AgentId,
    pub at: Timestamp,
}

/// One agent's part of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct EntryLeg {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub agent: Option<AgentId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub extension: Option<String>,
    pub answered: bool,
    pub talk_seconds: u32,
}

/// A recording that is kept at the hub.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct EntryRecording {
    pub id: RecordingId,
    /// Where it is fetched with a token; absent where nothing can reach the hub.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub url: Option<String>,
}

/// What became of a call, in the words that other systems hear.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CallResult {
    /// Both sides spoke.
    Answered,
    /// Inbound: nobody picked up.
    Missed,
    /// Inbound: somebody outside of this hub picked up.
    AnsweredElsewhere,
    /// Outbound: the customer was not reached.
    NotReached,
    Failed,
    /// Nobody told.
    NotReported,
}

impl CallResult {
    pub const ALL: [Self; 6] =
        [Self::Answered, Self::Missed, Self::AnsweredElsewhere, Self::NotReached, Self::Failed, Self::NotReported];

    /// In one stable word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Missed => "missed",
            Self::AnsweredElsewhere => "answered_elsewhere",
            Self::NotReached => "not_reached",
            Self::Failed => "failed",
            Self::NotReported => "not_reported",
        }
    }
}

/// What a team's own programs can be told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, ToSchema)]
pub enum TeamEvent {
    #[serde(rename = "call.ended")]
    CallEnded,
    #[serde(rename = "call.coded")]
    CallCoded,
    #[serde(rename = "call.missed")]
    CallMissed,
    #[serde(rename = "recording.ready")]
    RecordingReady,
}

impl TeamEvent {
    pub const ALL: [Self; 4] = [Self::CallEnded, Self::CallCoded, Self::CallMissed, Self::RecordingReady];

    /// As it is written in `type`.
    pub fn word(self) -> &'static str {
        match self {
            Self::CallEnded => "call.ended",
            Self::CallCoded => "call.coded",
            Self::CallMissed => "call.missed",
            Self::RecordingReady => "recording.ready",
        }
    }
}

impl fmt::Display for TeamEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whatever can be said of a call, said.
    fn whole() -> CallEntry {
        let coded = CodedAs {
            code: "12".into(),
            label: "Sale".into(),
            second_code: None,
            second_label: None,
            comment: String::new(),
            agent: AgentId("Ana".into()),
            at: Timestamp(1),
        };
        let text = || Some("x".to_owned());
        CallEntry {
            call_id: CallId("c1".into()),
            account: "pbx".into(),
            external_id: text(),
            direction: Direction::Inbound,
            outcome: CallResult::Answered,
            number: "+36301234567".into(),
            line: "101".into(),
            line_name: text(),
            queue: text(),
            agent: Some(AgentId("Ana".into())),
            extension: text(),
            customer_id: Some(CustomerId("k1".into())),
            customer_name: text(),
            started_at: Timestamp(1),
            connected_at: Some(Timestamp(2)),
            ended_at: Timestamp(3),
            seconds: 1,
            talk_seconds: 1,
            coded: Some(coded),
            summary: "x".into(),
            transcript: "x".into(),
            notes: "x".into(),
            legs: vec![EntryLeg { agent: None, extension: None, answered: true, talk_seconds: 1 }],
            recordings: vec![EntryRecording { id: RecordingId::new(), url: None }],
            filing: None,
        }
    }

    #[test]
    fn every_field_of_an_entry_has_its_name_in_the_list() {
        let entry = whole();
        let written = serde_json::to_value(&entry).expect("JSON");
        let mut names: Vec<&str> = written.as_object().expect("an object").keys().map(String::as_str).collect();
        let mut listed = CallEntry::FIELDS.to_vec();
        names.sort_unstable();
        listed.sort_unstable();
        assert_eq!(names, listed);
    }

    #[test]
    fn of_a_withheld_entry_nothing_is_left_of_whom_it_was_with_and_what_was_said() {
        let mut entry = CallEntry { filing: Some(Filing::default()), ..whole() };
        entry.withhold();
        let written = serde_json::to_value(&entry).expect("JSON");
        let mut said: Vec<&str> = written.as_object().expect("an object").keys().map(String::as_str).collect();
        said.retain(|name| written[name] != "");
        said.sort_unstable();
        let is_left = [
            "account",
            "agent",
            "call_id",
            "connected_at",
            "direction",
            "ended_at",
            "extension",
            "legs",
            "line",
            "line_name",
            "outcome",
            "queue",
            "recordings",
            "seconds",
            "started_at",
            "talk_seconds",
        ];
        assert_eq!(said, is_left);
    }
}
