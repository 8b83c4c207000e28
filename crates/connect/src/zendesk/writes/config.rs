//! What an administrator says of how calls are filed.

use super::{layout::Layout, words::NoteWords};
use crate::settings::values::Values;
use jiff::tz::TimeZone;
use ringcard_core::call_log::{CallEntry, CallResult};

/// What becomes of a call that was answered, where no agent chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::zendesk) enum Answered {
    NewTicket,
    /// A comment on the customer's newest open ticket; without one, a new ticket.
    NewestOpen,
    /// A call record, where the plan has them.
    LogOnly,
}

/// How calls are filed.
#[derive(Debug, Clone)]
pub(in crate::zendesk) struct Writing {
    pub answered: Answered,
    pub missed_tickets: bool,
    /// Whether several rows may share a request.
    pub batching: bool,
    pub layout: Layout,
}

impl Writing {
    pub fn new(values: &Values, zone_name: &str) -> Self {
        let answered = match values.text("answered_calls") {
            Some("newest") => Answered::NewestOpen,
            Some("log") => Answered::LogOnly,
            _ => Answered::NewTicket,
        };
        let layout = Layout {
            words: NoteWords::of(values.text("note_language").unwrap_or("en")),
            zone: TimeZone::get(zone_name).unwrap_or(TimeZone::UTC),
            links: values.flag("recording_links"),
        };
        Self { answered, missed_tickets: values.flag("missed_tickets"), batching: values.flag("batching"), layout }
    }

    /// What is filed of such a call where no agent chose; `None`: nothing but a call record.
    pub fn files(&self, entry: &CallEntry) -> Option<Answered> {
        match entry.outcome {
            CallResult::Answered if self.answered != Answered::LogOnly => Some(self.answered),
            CallResult::Missed if self.missed_tickets => Some(Answered::NewTicket),
            _ => None,
        }
    }

    /// Whether it is asked for the customer's newest ticket before the call is filed.
    pub fn asks_for_the_newest(&self, entry: &CallEntry) -> bool {
        self.files(entry) == Some(Answered::NewestOpen)
    }
}
