//! What is told of a call.

use crate::{Agent, history::Told};
use ringcard_core::{
    call::{AgentId, Call, CallLeg, CallState, Direction, Leg},
    call_log::{CallEntry, CallResult, CodedAs, EntryLeg, EntryRecording},
    note::{CallNote, NoteKind},
    number::Party,
    outcome::CallOutcome,
    recording::Recording,
};

/// Characters of all notes together.
const LONGEST_NOTES: usize = 4_000;
/// Bytes of all summaries together, and of all transcripts: a description's texts take no more of a name.
const LONGEST_TEXT: usize = 16_000;
/// Legs and recordings that are told at most.
const MOST: usize = 50;

pub(super) fn of(told: &Told, recordings: &[Recording], agents: &[Agent], public_url: Option<&str>) -> CallEntry {
    let Call { id, account, external_id, direction, line, course, .. } = &told.row.call;
    let call = &told.row.call;
    let who = |extension: &str| {
        let known = agents.iter().find(|agent| agent.extension.as_deref() == Some(extension))?;
        call.agents.contains(&known.id).then(|| known.id.clone())
    };
    let spoke = call.spoken_at().map(str::to_owned);
    let agent = spoke.as_deref().and_then(who).or_else(|| call.agents.first().cloned());
    let ended_at = call.ended_at.unwrap_or(call.started_at);
    let our_end = match direction {
        Direction::Inbound => &call.dnis.0,
        Direction::Outbound => &call.ani.0,
    };
    let seconds = |from, to: ringcard_core::Timestamp| u32::try_from(to.since(from).as_secs()).unwrap_or(u32::MAX);
    let outcome = result(call);
    let talked = call.connected_at.filter(|_| outcome == CallResult::Answered).map(|at| seconds(at, ended_at));
    let coded = told.row.outcome.as_ref().map(coded);
    let url = |recording: &Recording| {
        public_url.map(|url| format!("{}/v1/recordings/{}", url.trim_end_matches('/'), recording.id))
    };
    CallEntry {
        call_id: id.clone(),
        account: account.clone(),
        external_id: external_id.clone(),
        direction: *direction,
        outcome,
        number: digits(call.customer()),
        line: digits(our_end),
        line_name: line.clone(),
        queue: course.queue.clone(),
        agent,
        extension: spoke.or_else(|| call.extension.clone()),
        customer_id: told.row.customer_id.clone(),
        customer_name: told.row.customer_name.clone().or_else(|| course.party_name.clone()),
        started_at: call.started_at,
        connected_at: call.connected_at,
        ended_at,
        seconds: seconds(call.started_at, ended_at),
        talk_seconds: course.talk_seconds.or(talked).unwrap_or(0),
        notes: notes(told, coded.as_ref().map_or("", |coded: &CodedAs| &coded.comment)),
        summary: texts(told, NoteKind::Summary),
        transcript: texts(told, NoteKind::Transcript),
        coded,
        legs: course.legs.iter().take(MOST).map(|one| leg(one, &who)).collect(),
        recordings: recordings
            .iter()
            .take(MOST)
            .map(|one| EntryRecording { id: one.id.clone(), url: url(one) })
            .collect(),
        filing: None,
    }
}

/// What became of it, in one word.
pub(super) fn result(call: &Call) -> CallResult {
    match &call.state {
        CallState::Missed => CallResult::Missed,
        CallState::AnsweredElsewhere => CallResult::AnsweredElsewhere,
        CallState::Failed { leg: Leg::Customer, .. } => CallResult::NotReached,
        CallState::Failed { .. } => CallResult::Failed,
        CallState::Ended if call.course.not_reached => CallResult::NotReached,
        CallState::Ended if call.connected_at.is_some() || call.course.talk_seconds.is_some() => CallResult::Answered,
        CallState::Ended => match call.direction {
            Direction::Inbound => CallResult::Missed,
            Direction::Outbound => CallResult::NotReached,
        },
        // It is asked about calls that are over only.
        CallState::OutcomeNotReported
        | CallState::Starting
        | CallState::AgentRinging
        | CallState::Ringing
        | CallState::Connected
        | CallState::Unknown => CallResult::NotReported,
    }
}

fn digits(party: &Party) -> String {
    match party {
        Party::Outside(number) => number.e164.clone(),
        Party::Internal { digits } => digits.clone(),
        Party::Hidden | Party::Unreadable { .. } => String::new(),
    }
}

fn leg(leg: &CallLeg, who: &impl Fn(&str) -> Option<AgentId>) -> EntryLeg {
    EntryLeg {
        agent: leg.extension.as_deref().and_then(who),
        extension: leg.extension.clone(),
        answered: leg.answered_at.is_some(),
        talk_seconds: leg.talk_seconds.unwrap_or(0),
    }
}

fn coded(outcome: &CallOutcome) -> CodedAs {
    let code = outcome.code.clone().unwrap_or_default();
    CodedAs {
        label: outcome.label.clone().unwrap_or_else(|| code.clone()),
        code,
        second_code: outcome.second_code.clone(),
        second_label: outcome.second_label.clone(),
        comment: outcome.comment.clone(),
        agent: outcome.agent.clone(),
        at: outcome.at,
    }
}

/// What may be told of one kind.
fn going_out(told: &Told, kind: NoteKind) -> impl Iterator<Item = &CallNote> {
    told.notes.iter().filter(move |note| note.kind == kind && note.goes_out())
}

/// Every note with whose it is; one that the comment says already is left out.
fn notes(told: &Told, comment: &str) -> String {
    let mut notes = String::new();
    for note in going_out(told, NoteKind::Note).filter(|note| !comment.contains(note.text.trim())) {
        if !notes.is_empty() {
            notes.push('\n');
        }
        let whose = note.by.as_ref().map(|agent| &agent.0).or(note.source.as_ref());
        notes.extend(whose.into_iter().flat_map(|whose| [whose.as_str(), ": "]));
        notes.push_str(note.text.trim());
    }
    match notes.char_indices().nth(LONGEST_NOTES) {
        Some((end, _)) => format!("{}…", &notes[..end]),
        None => notes,
    }
}

/// Every text of one kind, the oldest first; the beginning of what is long.
fn texts(told: &Told, kind: NoteKind) -> String {
    beginning(going_out(told, kind).map(|note| note.text.trim()).collect::<Vec<_>>().join("\n\n"), LONGEST_TEXT)
}

/// At most so many bytes of a text, by whole letters; shows that it was cut.
fn beginning(mut text: String, most: usize) -> String {
    if text.len() > most {
        let mut end = most.saturating_sub('…'.len_utf8());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text.truncate(end);
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::beginning;

    #[test]
    fn a_long_text_is_cut_by_whole_letters_and_says_so() {
        assert_eq!(beginning("árvíz".into(), 7), "árvíz");
        assert_eq!(beginning("árvíztűrő".into(), 8), "árv…");
        assert_eq!(beginning("árvíztűrő".into(), 9), "árví…");
        assert!((3..40).all(|most| beginning("ő".repeat(30), most).len() <= most));
    }
}
