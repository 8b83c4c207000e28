//! Recordings as files of a ticket.

use super::{
    support::{sim, user, with},
    writing::{add_to, done, filed, fits, made, row, ticket_of, write, writes},
};
use async_trait::async_trait;
use ringcard_connect::{Attempt, GivesRecordings, Looked, WholeRecording, WriteRow, Writes};
use ringcard_core::{
    call_log::{CallEntry, EntryRecording},
    recording::{AudioKind, RecordingId},
    ticket::TicketChoice,
};
use ringcard_sim::zendesk::{Misbehaviour, ZendeskSim};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

/// Recordings by their id, with their length.
#[derive(Default)]
struct Kept(Mutex<BTreeMap<String, usize>>);

#[async_trait]
impl GivesRecordings for Kept {
    async fn whole(&self, id: &RecordingId, most: u64) -> Result<Option<WholeRecording>, String> {
        let long = self.0.lock().expect("a lock").get(&id.0).copied().filter(|long| *long as u64 <= most);
        Ok(long.map(|long| WholeRecording { audio: AudioKind::WavPcm, bytes: vec![b'x'; long] }))
    }
}

struct World {
    sim: ZendeskSim,
    kept: Arc<Kept>,
    writes: Arc<dyn Writes>,
    customer: u64,
}

async fn world(more: &[(&str, &str)]) -> World {
    let sim = sim().await;
    let customer = sim.add_user(user("Ana", "+36301234567"));
    let settings: Vec<_> = [("recording_files", "true")].into_iter().chain(more.iter().copied()).collect();
    let (system, kept) = (with(&sim, &settings), Arc::<Kept>::default());
    system.takes_recordings.as_ref().expect("it may be sent recordings").use_recordings(kept.clone());
    World { writes: writes(&system), sim, kept, customer }
}

impl World {
    fn recorded(&self, long: usize) -> EntryRecording {
        let id = RecordingId::new();
        self.kept.0.lock().expect("a lock").insert(id.0.clone(), long);
        EntryRecording { id, url: None }
    }

    fn entry(&self, ticket: Option<TicketChoice>, recordings: &[EntryRecording]) -> CallEntry {
        CallEntry { recordings: recordings.to_vec(), ..filed(Some(self.customer), ticket) }
    }

    fn files(&self, ticket: u64) -> Vec<String> {
        self.sim.comments(ticket).into_iter().flat_map(|comment| comment.uploads).collect()
    }

    /// As the outbox does: what is not known is looked for, and what is not there is sent again.
    async fn until_done(&self, row: &WriteRow) {
        for _ in 0..6 {
            match write(&self.writes, row).await {
                Attempt::Done { .. } => return,
                Attempt::NotSent { .. } => {}
                Attempt::Unknown { .. } => match self.writes.look(row).await {
                    Looked::Written { .. } => return,
                    Looked::NotWritten => {}
                    other => panic!("{other:?}"),
                },
                other => panic!("{other:?}"),
            }
        }
        panic!("it is never done");
    }
}

fn name(recording: &EntryRecording) -> String {
    format!("recording-{}.wav", recording.id)
}

#[tokio::test]
async fn a_recording_is_a_file_of_the_calls_comment_and_one_that_comes_later_of_a_later_one() {
    for more in [&[][..], &[("app_id", "7")][..]] {
        let world = world(more).await;
        let ticket = ticket_of(&world.sim, world.customer);
        let (one, two) = (world.recorded(1_000), world.recorded(2_000));
        let first = row(world.entry(add_to(ticket), std::slice::from_ref(&one)));
        let (_, reference) = done(write(&world.writes, &first).await);
        assert_eq!(world.files(ticket), [name(&one)]);
        assert!(world.sim.comments(ticket).iter().skip(1).all(|comment| !comment.public));
        let mut later = row(world.entry(add_to(ticket), &[one.clone(), two.clone()]));
        (later.submission.needs, later.needed) = (Some(first.submission.key.clone()), reference);
        done(write(&world.writes, &later).await);
        assert_eq!(world.files(ticket), [name(&one), name(&two)]);
        let uploads = world.sim.requests_of("POST uploads");
        assert_eq!(uploads.len(), 2);
        assert_eq!(uploads[0].content_type.as_deref(), Some("audio/wav"));
        assert_eq!(world.sim.calls().len(), usize::from(!more.is_empty()), "a record is one");
        fits(&world.sim);
    }
}

#[tokio::test]
async fn a_new_ticket_has_its_recording_whatever_the_plan_has() {
    for more in [&[][..], &[("app_id", "7")][..]] {
        let world = world(more).await;
        let one = world.recorded(1_000);
        done(write(&world.writes, &row(world.entry(None, std::slice::from_ref(&one)))).await);
        let [ticket] = made(&world.sim).try_into().expect("one ticket");
        assert_eq!(world.files(ticket.id), [name(&one)]);
        fits(&world.sim);
    }
}

#[tokio::test]
async fn whichever_answer_is_lost_each_file_is_there_once_and_the_call_too() {
    let moments = ["POST uploads", "PUT tickets/{}", "POST tickets", "POST calls"];
    for (more, of) in [&[][..], &[("app_id", "7")][..]].into_iter().flat_map(|more| moments.map(|of| (more, of))) {
        for lost in [Misbehaviour::ApplyThenCut, Misbehaviour::Close] {
            for is_new in [false, true] {
                let world = world(more).await;
                let one = world.recorded(1_000);
                let ticket = ticket_of(&world.sim, world.customer);
                let choice = if is_new { None } else { add_to(ticket) };
                world.sim.misbehave(of, lost.clone());
                world.until_done(&row(world.entry(choice, std::slice::from_ref(&one)))).await;
                let news = made(&world.sim).into_iter().filter(|made| made.id != ticket).collect::<Vec<_>>();
                let place = if is_new { news[0].id } else { ticket };
                let what = format!("{more:?} {of} {lost:?} {is_new}");
                assert_eq!(world.files(place), [name(&one)], "{what}");
                assert_eq!(news.len(), usize::from(is_new), "{what}");
                assert!(world.sim.calls().len() <= 1, "{what}");
                assert!(world.sim.misfits().is_empty(), "{what}: {:?}", world.sim.misfits());
            }
        }
    }
}

#[tokio::test]
async fn a_recording_that_is_gone_too_long_or_refused_holds_up_no_call_and_is_said() {
    let world = world(&[]).await;
    let ticket = ticket_of(&world.sim, world.customer);
    let (long, gone) = (world.recorded(21 << 20), EntryRecording { id: RecordingId::new(), url: None });
    let (answer, _) = done(write(&world.writes, &row(world.entry(add_to(ticket), &[long, gone]))).await);
    assert!(answer.contains("was not uploaded") && world.files(ticket).is_empty(), "{answer}");
    let refuse =
        Misbehaviour::Refuse { status: 413, error: "AttachmentTooBig".into(), description: "File too big".into() };
    world.sim.misbehave("POST uploads", refuse);
    let one = world.recorded(10);
    let (answer, _) = done(write(&world.writes, &row(world.entry(add_to(ticket), std::slice::from_ref(&one)))).await);
    assert!(answer.contains("File too big") && world.files(ticket).is_empty(), "{answer}");
    // Without the setting nothing is uploaded, and calls share requests as before.
    let batch = |files: &str| {
        let system = with(&world.sim, &[("recording_files", files)]);
        system.takes_recordings.as_ref().expect("it may").use_recordings(world.kept.clone());
        writes(&system).batch(&row(world.entry(add_to(ticket), std::slice::from_ref(&one))).submission)
    };
    assert!(batch("true").is_none() && batch("false").is_some());
}
