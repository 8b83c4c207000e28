//! What windows play of recordings.

use crate::support::{HubEnd, Office, preferences, soon};
use ringcard_core::{
    frame::{Reply, Request, RequestErrorCode},
    recording::{AudioBytes, Playable, RecordingId},
};
use ringcard_desk::audio::{Piece, Ticket};
use std::time::Duration;
use tokio::{join, time::sleep};

fn id(number: u32) -> RecordingId {
    RecordingId(format!("{number:032x}"))
}

fn playable(number: u32) -> Playable {
    let waveform = vec![vec![0, 255]];
    Playable { recording: id(number), bytes: 1_000_044, seconds: 62.5, channels: 1, sample_rate: 8000, waveform }
}

async fn listen(office: &Office, hub: &mut HubEnd, number: u32) -> Ticket {
    let (ticket, ()) = join!(soon(office.desk.listen(id(number))), async {
        let (asked, request) = hub.question().await;
        assert_eq!(request, Request::Listen { recording: id(number) });
        hub.reply(asked, Ok(Reply::Listen { playable: playable(number) })).await;
    });
    ticket.expect("it may be played")
}

#[tokio::test(start_paused = true)]
async fn a_recording_is_played_by_a_name_that_says_nothing_of_it() {
    let (office, mut hub) = Office::connected(preferences()).await;
    let ticket = listen(&office, &mut hub, 1).await;
    assert_eq!(ticket.playable, playable(1));
    assert!(ticket.name.len() == 32 && ticket.name != id(1).0, "{}", ticket.name);
    assert_ne!(listen(&office, &mut hub, 1).await.name, ticket.name);
    assert_eq!(office.desk.audio_bytes(&ticket.name), Some(1_000_044));

    let (piece, ()) = join!(soon(office.desk.audio(&ticket.name, 44, 1_000_044)), async {
        let (asked, request) = hub.question().await;
        assert_eq!(request, Request::Hear { recording: id(1), from: 44, most: Playable::MOST_AT_ONCE });
        hub.reply(asked, Ok(Reply::Hear { audio: AudioBytes(vec![1, 2, 3]) })).await;
    });
    assert_eq!(piece, Ok(Piece { from: 44, bytes: vec![1, 2, 3], of: 1_000_044 }));

    // By the recording's own id, and by what was never given, nothing is asked of the hub.
    for name in [id(1).0.as_str(), "", "../calls.db"] {
        let refused = soon(office.desk.audio(name, 0, 100)).await.expect_err("it is no name");
        assert_eq!(refused.code, RequestErrorCode::NotFound);
        assert_eq!(office.desk.audio_bytes(name), None);
    }
    assert!(hub.asked_nothing());
}

#[tokio::test(start_paused = true)]
async fn a_name_is_good_until_nobody_asked_by_it_for_ten_minutes() {
    let (office, mut hub) = Office::connected(preferences()).await;
    let name = listen(&office, &mut hub, 1).await.name;
    for _ in 0..3 {
        sleep(Duration::from_secs(9 * 60)).await;
        assert!(office.desk.audio_bytes(&name).is_some());
    }
    sleep(Duration::from_secs(11 * 60)).await;
    assert_eq!(office.desk.audio_bytes(&name), None);
}

#[tokio::test(start_paused = true)]
async fn the_name_that_was_used_longest_ago_makes_place_for_a_new_one() {
    let (office, mut hub) = Office::connected(preferences()).await;
    let first = listen(&office, &mut hub, 0).await.name;
    sleep(Duration::from_secs(1)).await;
    let second = listen(&office, &mut hub, 1).await.name;
    for number in 2..64 {
        sleep(Duration::from_secs(1)).await;
        listen(&office, &mut hub, number).await;
    }
    assert!(office.desk.audio_bytes(&first).is_some());
    listen(&office, &mut hub, 64).await;
    assert_eq!(office.desk.audio_bytes(&second), None);
    assert!(office.desk.audio_bytes(&first).is_some());
}
