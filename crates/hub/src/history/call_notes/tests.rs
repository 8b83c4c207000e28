use super::*;
use crate::history::{
    Recorded, Wanted,
    tests::{recorded, ring},
};
use ringcard_core::{
    call::{CallEvent, CallState},
    customer::NoteSoFar,
    frame::CallSearch,
};
use rusqlite::Connection;
use std::time::Instant;
use tempfile::TempDir;

struct Office {
    history: History,
    folder: TempDir,
    call: CallId,
}

fn agent(name: &str) -> AgentId {
    AgentId(name.into())
}

fn by(name: Option<&str>, at: i64) -> NoteBy {
    NoteBy { agent: name.map(agent), at: Timestamp(at), asks_approval: true }
}

fn new(key: &str, kind: NoteKind, text: &str) -> NewNote {
    NewNote { key: NoteKey(key.into()), kind, text: text.into(), language: None, source: Some("whisper".into()) }
}

impl Office {
    async fn open() -> Self {
        let folder = TempDir::new().expect("a folder");
        let history = History::open(&folder.path().join("calls.db")).expect("it opens");
        let call = ring("a");
        let over = ringcard_core::call::Call { state: CallState::Ended, ended_at: Some(Timestamp(9_000)), ..call };
        let recorded = Recorded { call: over.clone(), ..recorded(&over, CallEvent::Ended) };
        history.record(recorded).await.expect("kept");
        Self { history, folder, call: over.id }
    }

    async fn puts(&self, note: NewNote, by: NoteBy) -> Result<CallNote, String> {
        self.history.put_note(self.call.clone(), note, by).await.map_err(|why| why.to_string())
    }

    async fn edits(&self, key: &str, text: &str, seen: u64, by: NoteBy) -> Result<CallNote, String> {
        let edited = self.history.edit_note(self.call.clone(), NoteKey(key.into()), text.into(), seen, by).await;
        edited.map_err(|why| why.to_string())
    }

    async fn approves(&self, key: &str, seen: u64) -> Result<CallNote, String> {
        let approved =
            self.history.approve_note(self.call.clone(), NoteKey(key.into()), seen, by(Some("Ana"), 50)).await;
        approved.map_err(|why| why.to_string())
    }

    async fn notes(&self) -> Vec<CallNote> {
        self.history.call_notes(self.call.clone(), true).await.expect("read")
    }

    async fn is_found_by(&self, text: &str) -> bool {
        let search = CallSearch { text: text.into(), ..CallSearch::default() };
        let found = self.history.find_calls(Wanted { search, limit: 5, ..Wanted::default() }).await.expect("read");
        found.calls.iter().any(|row| row.call.id == self.call)
    }

    /// How often something new was to be told of the call.
    async fn news(&self) -> i64 {
        let list = Connection::open(self.folder.path().join("calls.db")).expect("the list");
        list.query_row("SELECT news FROM to_tell WHERE call_id = ?1", [&self.call.0], |row| row.get(0)).expect("a row")
    }
}

#[tokio::test]
async fn the_same_key_is_one_note_and_another_text_takes_its_place_and_has_to_be_approved_anew() {
    let office = Office::open().await;
    let first = new("asr-1", NoteKind::Transcript, "A: hello");
    let kept = office.puts(first.clone(), by(None, 10)).await.expect("kept");
    assert_eq!((kept.version, &kept.approval, kept.by), (1, &Approval::Waits, None));
    let news = office.news().await;
    let again = office.puts(first.clone(), by(None, 20)).await.expect("the same once more");
    assert_eq!((again.version, again.at, office.news().await), (1, Timestamp(10), news), "nothing is new");

    let approved = office.approves("asr-1", 1).await.expect("approved");
    assert_eq!(approved.approval, Approval::Given { by: Some(agent("Ana")), at: Timestamp(50) });
    for seen in [1, 2] {
        assert_eq!(office.approves("asr-1", seen).await.expect("twice is once"), approved);
    }
    let better = office.puts(new("asr-1", NoteKind::Transcript, "A: hello there"), by(None, 60)).await.expect("kept");
    assert_eq!((better.version, &better.approval, better.at), (3, &Approval::Waits, Timestamp(60)));
    assert_eq!(office.notes().await, [better]);
    assert_eq!(office.news().await, news + 2, "an approval and a text");
}

#[tokio::test]
async fn of_two_editors_the_second_is_told_who_was_faster_and_a_machine_writes_over_neither() {
    let office = Office::open().await;
    let sent = new("asr-1", NoteKind::Summary, "They argued.");
    office.puts(sent.clone(), by(None, 10)).await.expect("kept");
    let edited = office.edits("asr-1", "They agreed.", 1, by(Some("Béla"), 20)).await.expect("edited");
    assert_eq!(edited.edited, Some(NoteMark { by: Some(agent("Béla")), at: Timestamp(20) }));
    let again = office.edits("asr-1", "They agreed.", 1, by(Some("Béla"), 25)).await.expect("as its answer was lost");
    assert_eq!(again, edited);
    let refused = office.edits("asr-1", "They parted.", 1, by(Some("Ana"), 30)).await.expect_err("Béla was faster");
    assert_eq!(refused, "Béla changed it meanwhile: look at it once more");
    assert!(office.approves("asr-1", 1).await.is_err(), "nor is approved what nobody saw");
    // The program tries once more what it sent, and then something else.
    assert_eq!(office.puts(sent, by(None, 40)).await.expect("known"), edited);
    let refused = office.puts(new("asr-1", NoteKind::Summary, "Better."), by(None, 50)).await.expect_err("edited");
    assert_eq!(refused, "Béla edited it since, and it stays as it is: send the text with another key");
    let approved = office.approves("asr-1", 2).await.expect("approved");
    let edited = office.edits("asr-1", "They agreed!", 3, by(Some("Ana"), 60)).await.expect("edited");
    assert_eq!((edited.version, edited.approval), (4, approved.approval), "who edits has read it");
}

#[tokio::test]
async fn what_agents_write_needs_no_approval_and_is_beside_what_they_typed_while_they_talked() {
    let office = Office::open().await;
    let typed = NoteSoFar { by: agent("Ana"), note: "wants the invoice".into(), at: Timestamp(5) };
    office.history.note_so_far(office.call.clone(), typed).await.expect("kept");
    let own = NewNote { source: None, ..new("n-1", NoteKind::Note, "called back twice") };
    office.puts(own, by(Some("Ana"), 10)).await.expect("kept");
    office.puts(new("n-2", NoteKind::Note, "a machine's"), by(None, 20)).await.expect("kept");
    let notes = office.notes().await;
    let told: Vec<_> = notes.iter().map(|note| (note.text.as_str(), note.while_talking, note.goes_out())).collect();
    assert_eq!(
        told,
        [("wants the invoice", true, true), ("called back twice", false, true), ("a machine's", false, false)]
    );
    let all = office.history.call_notes(office.call.clone(), false).await.expect("read");
    assert!(all.iter().all(CallNote::goes_out), "where nobody is asked");
    let refused = office.puts(new("n-1", NoteKind::Note, "not hers"), by(None, 30)).await.expect_err("Ana's");
    assert_eq!(refused, "That key is the one of a note that Ana wrote");
}

#[tokio::test]
async fn an_agent_takes_away_what_they_wrote_and_a_lead_what_anybody_did() {
    let office = Office::open().await;
    office.puts(new("asr-1", NoteKind::Transcript, "the warehouse"), by(None, 10)).await.expect("kept");
    office.puts(new("n-1", NoteKind::Note, "the cellar"), by(Some("Ana"), 10)).await.expect("kept");
    let delete = async |key: &str, seen, only_of| {
        let deleted = office.history.delete_note(office.call.clone(), NoteKey(key.into()), seen, only_of).await;
        deleted.map_err(|why| why.to_string())
    };
    let refused = delete("asr-1", None, Some(agent("Ana"))).await.expect_err("not hers");
    assert_eq!(refused, "Another program wrote it: they delete it, or a team lead");
    assert_eq!(
        delete("n-1", Some(7), None).await.expect_err("unseen"),
        "Ana changed it meanwhile: look at it once more"
    );
    let news = office.news().await;
    delete("n-1", Some(1), Some(agent("Ana"))).await.expect("hers");
    delete("asr-1", None, None).await.expect("a lead's");
    assert_eq!(delete("asr-1", None, None).await.expect_err("gone"), "There is no such note of this call");
    assert!(office.notes().await.is_empty());
    assert!(!office.is_found_by("warehouse").await && !office.is_found_by("cellar").await);
    assert_eq!(office.news().await, news + 2, "what told of them is changed");
}

#[tokio::test]
async fn a_call_is_found_by_the_words_of_its_notes_as_they_stand_now() {
    let office = Office::open().await;
    office
        .puts(new("asr-1", NoteKind::Transcript, "A: where is the Ångström invoice?"), by(None, 10))
        .await
        .expect("kept");
    assert!(office.is_found_by("angstrom invo").await);
    office.edits("asr-1", "A: where is the receipt?", 1, by(Some("Ana"), 20)).await.expect("edited");
    assert!(!office.is_found_by("angstrom").await && office.is_found_by("receipt").await);
    // A long transcript costs the other notes nothing.
    let long = "word ".repeat(NewNote::LARGEST / 5) + "zebra";
    office.edits("asr-1", &long, 2, by(Some("Ana"), 30)).await.expect("edited");
    office.puts(new("s-1", NoteKind::Summary, "about giraffes"), by(None, 40)).await.expect("kept");
    assert!(office.is_found_by("giraffes").await && !office.is_found_by("zebra").await);
}

#[tokio::test]
async fn so_many_notes_are_kept_and_none_of_a_call_that_is_not_there() {
    let office = Office::open().await;
    for n in 0..MOST_NOTES {
        office.puts(new(&format!("n{n}"), NoteKind::Note, "text"), by(None, 1)).await.expect("kept");
    }
    let refused = office.puts(new("more", NoteKind::Note, "text"), by(None, 1)).await.expect_err("full");
    assert_eq!(refused, "This call has 20 notes already: change one of them, or delete one");
    office.puts(new("n3", NoteKind::Note, "another text"), by(None, 1)).await.expect("one of them changes");
    let put = office.history.put_note(CallId("nothing".into()), new("k", NoteKind::Note, "text"), by(None, 1)).await;
    assert!(matches!(put, Err(NoteNotKept::NoCall)), "{put:?}");
}

#[tokio::test]
async fn with_its_call_a_note_is_gone_and_its_words_are_not_left_in_the_file() {
    let office = Office::open().await;
    let secret = "the code of the safe is rhinoceros";
    office.puts(new("asr-1", NoteKind::Transcript, secret), by(None, 10)).await.expect("kept");
    let call = office.call.clone();
    let deleted = office.history.files.change(move |connection| {
        connection.execute("DELETE FROM step WHERE call_id = ?1", [&call.0])?;
        connection.execute("DELETE FROM call_agent WHERE call_id = ?1", [&call.0])?;
        connection.execute("DELETE FROM call WHERE id = ?1", [&call.0])
    });
    assert_eq!(deleted.await.expect("deleted"), 1);
    assert!(office.notes().await.is_empty());
    office.history.close().await;
    let file = std::fs::read(office.folder.path().join("calls.db")).expect("the file");
    assert!(!file.windows(secret.len()).any(|bytes| bytes == secret.as_bytes()), "it is still in the file");
}

/// Not a limit: says how long a ring waits behind the largest text.
#[tokio::test]
#[ignore = "for people"]
async fn how_long_the_largest_text_takes() {
    let office = Office::open().await;
    for n in 0..MOST_NOTES {
        let text = (0..40_000).map(|word| format!("w{word}")).collect::<Vec<_>>().join(" ");
        let begun = Instant::now();
        office.puts(new(&format!("t{n}"), NoteKind::Transcript, &text), by(None, 1)).await.expect("kept");
        println!("{n}: {} bytes, {:?}", text.len(), begun.elapsed());
    }
}
