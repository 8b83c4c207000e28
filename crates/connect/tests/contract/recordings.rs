//! A recording comes whole or with a reason, and nothing that is none is taken for one.

use super::simulated::{World, Wrong, assert_no_secret, offering};
use ringcard_connect::{Capability, NotFetched, System};
use ringcard_core::recording::AudioKind;
use ringcard_sim::{Coding, Giving};

async fn fetch(system: &System, id: &str) -> Result<Vec<u8>, NotFetched> {
    let fetched = async {
        let mut arriving = system.recordings.as_ref().expect("it gives recordings").fetch(id).await?;
        let mut bytes = Vec::new();
        while let Some(more) = arriving.next().await {
            bytes.extend(more?);
        }
        Ok::<_, NotFetched>(bytes)
    };
    let fetched = fetched.await;
    if let Err(failure) = &fetched {
        assert_no_secret(&failure.to_string());
    }
    fetched
}

/// Systems with a recording, and its id.
async fn with_a_recording() -> Vec<(World, String)> {
    let mut with_one = Vec::new();
    for world in offering(Capability::Recordings).await {
        let id = world.recording().await;
        with_one.push((world, id));
    }
    with_one
}

#[tokio::test]
async fn a_recording_comes_whole_however_its_id_is_written() {
    for (world, id) in with_a_recording().await {
        assert!(id.contains(['+', '/', '=']), "{}: its id is too plain to show anything", world.id());
        let bytes = fetch(&world.system(), &id).await.expect("it comes");
        assert_eq!(AudioKind::of(&bytes), Some(AudioKind::WavPcm), "{}", world.id());
        let size = u32::from_le_bytes(bytes[4..8].try_into().expect("four bytes"));
        assert_eq!(bytes.len(), size as usize + 8, "{}", world.id());
    }
}

#[tokio::test]
async fn who_is_not_let_in_is_told_so() {
    for (world, id) in with_a_recording().await {
        let failure = fetch(&world.with_a_wrong_secret(), &id).await.expect_err("the password is wrong");
        assert!(matches!(failure, NotFetched::SignIn { .. }), "{}: {failure}", world.id());
    }
}

#[tokio::test]
async fn an_id_that_is_none_brings_no_recording() {
    for (world, _) in with_a_recording().await {
        for none in ["no/such?recording#id", "", " ", "..", "../../etc/passwd"] {
            let failure = fetch(&world.system(), none).await.expect_err("there is none");
            assert!(matches!(failure, NotFetched::NotKnown { .. }), "{} {none}: {failure}", world.id());
        }
    }
}

#[tokio::test]
async fn whoever_does_not_answer_gives_a_reason_and_no_recording() {
    for wrong in [Wrong::Silent, Wrong::CutOff] {
        for (world, id) in with_a_recording().await {
            world.does(wrong);
            let failure = fetch(&world.impatient(), &id).await.expect_err("nothing comes");
            assert!(matches!(failure, NotFetched::Unreachable { .. }), "{} {wrong:?}: {failure}", world.id());
        }
    }
    for (world, id) in with_a_recording().await {
        let system = world.system();
        let gone = world.go_away().await;
        let failure = fetch(&system, &id).await.expect_err("nobody is there");
        assert!(matches!(failure, NotFetched::Unreachable { .. }), "{gone}: {failure}");
    }
}

#[tokio::test]
async fn a_recording_comes_whole_whatever_it_is_written_in() {
    for (world, id) in with_a_recording().await {
        for (coding, kind) in [
            (Coding::Pcm, AudioKind::WavPcm),
            (Coding::Alaw, AudioKind::WavALaw),
            (Coding::Ulaw, AudioKind::WavMuLaw),
            (Coding::Gsm, AudioKind::WavGsm),
            (Coding::Mp3, AudioKind::Mp3),
            (Coding::Opus, AudioKind::Ogg),
        ] {
            world.writes_in(&id, coding);
            let bytes = fetch(&world.system(), &id).await.expect("it comes");
            assert_eq!(AudioKind::of(&bytes), Some(kind), "{} {coding:?}", world.id());
            assert!(bytes == ringcard_sim::tone(coding, 1), "{} {coding:?}: it came otherwise", world.id());
        }
    }
}

#[tokio::test]
async fn what_is_no_recording_is_told_apart() {
    for (world, id) in with_a_recording().await {
        for (giving, fits) in [
            (
                Giving::Gone,
                (|failure| matches!(failure, NotFetched::Gone { .. } | NotFetched::NotKnown { .. })) as Fits,
            ),
            (Giving::Html, |failure| matches!(failure, NotFetched::NotAudio { .. } | NotFetched::NotConfigured { .. })),
            (Giving::Nothing, |failure| matches!(failure, NotFetched::NotAudio { .. })),
            (Giving::Cut, |failure| matches!(failure, NotFetched::Cut { .. })),
        ] {
            world.gives(giving);
            let failure = fetch(&world.system(), &id).await.expect_err("there is none");
            assert!(fits(&failure), "{} {giving:?}: {failure:?}", world.id());
        }
        world.gives(Giving::Slow);
        let bytes = fetch(&world.system(), &id).await.expect("it comes in the end");
        let size = u32::from_le_bytes(bytes[4..8].try_into().expect("four bytes"));
        assert_eq!(bytes.len(), size as usize + 8, "{}", world.id());
    }
}

type Fits = fn(&NotFetched) -> bool;
