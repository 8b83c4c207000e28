//! Call data with recordings inside: read as they arrive, and no more of them held than goes by.

use super::{
    CALL_DATA_BYTES, Refused,
    body::{in_time, too_large, was_cut},
};
use crate::{
    listen::Sender,
    recordings::{Lifts, Recordings},
};
use axum::body::{Body, HttpBody};
use futures_util::StreamExt;
use ringcard_connect::{Lifting, RawPush};
use ringcard_core::pushed::PushBecame;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};
use uuid::Uuid;

/// Nothing comes for so long: nothing comes any more.
const SILENCE: Duration = Duration::from_secs(10);
/// All of it, however it trickles.
const WHOLE: Duration = Duration::from_secs(600);
/// Of a recording that is too long, so many times what it may have is passed over to get at the call's data behind it.
const MOST: u64 = 4;

/// The push with what is left of its body, and what was lifted out of that.
pub(super) async fn read(
    recordings: &Recordings,
    account: &str,
    head: RawPush,
    body: Body,
    sender: Option<&Sender>,
) -> Result<(RawPush, Lifts), Refused> {
    sender.iter().for_each(|sender| sender.lets_go_of_pieces());
    let read = read_bounded(recordings, account, head, body, sender).await;
    read.map_err(|refused| match sender.is_some_and(Sender::is_crowded_out) {
        true => Refused { became: PushBecame::NotKept, ..refused },
        false => refused,
    })
}

async fn read_bounded(
    recordings: &Recordings,
    account: &str,
    head: RawPush,
    body: Body,
    sender: Option<&Sender>,
) -> Result<(RawPush, Lifts), Refused> {
    let most = MOST * recordings.most_bytes();
    if body.size_hint().lower() > most {
        return Err(too_large(CALL_DATA_BYTES));
    }
    let mut lifts = Lifts::new(recordings, account);
    let tag = format!("ringcard-lifted-{}-", Uuid::new_v4().simple());
    let mut lifting = Lifting::new(head.content_type.as_deref(), tag);
    let (mut chunks, mut came) = (body.into_data_stream(), 0);
    let ends = Instant::now() + WHOLE;
    loop {
        let silent = ends.min(Instant::now() + SILENCE);
        let Some(chunk) = in_time(timeout_at(silent, chunks.next()).await)? else { break };
        let chunk = chunk.map_err(|_| was_cut())?;
        let before = lifting.held();
        lifting.take(&chunk);
        came += chunk.len() as u64;
        if lifting.held() > CALL_DATA_BYTES || came > most {
            return Err(too_large(CALL_DATA_BYTES));
        }
        for piece in lifting.pieces() {
            lifts.take(piece).await;
        }
        // What a value seemed to be, before it was known to be long, is held with the rest of the body.
        let let_go = chunk.len().saturating_sub(lifting.held() - before);
        sender.iter().for_each(|sender| sender.let_go(let_go));
    }
    let (body, marks, pieces) = lifting.finish();
    for piece in pieces {
        lifts.take(piece).await;
    }
    Ok((RawPush { body, marks, ..head }, lifts))
}
