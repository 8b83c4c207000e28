//! What is asked about recordings.

use crate::{
    hub::Shared,
    recordings::{Kept, NoRecordings, NotHere, NotKept, Sound},
};
use ringcard_connect::NotFetched;
use ringcard_core::{
    call::AgentId,
    frame::{Reply, Request, RequestError, RequestErrorCode},
    recording::{AudioBytes, AudioKind, Playable, RecordingId},
};

/// Characters of a reason.
const MOST_WHY: usize = 500;

pub(super) async fn answer(shared: &Shared, agent: Option<AgentId>, request: Request) -> Result<Reply, RequestError> {
    match request {
        Request::Recordings { call_id } => {
            let recordings = shared.recordings.of_call(call_id).await.map_err(|why| refused(&why.into()))?;
            Ok(Reply::Recordings { recordings })
        }
        Request::Listen { recording } => {
            let playable = play(shared, agent, &recording).await?.told(recording);
            Ok(Reply::Listen { playable })
        }
        Request::Hear { recording, from, most } => {
            let sound = play(shared, agent, &recording).await?;
            Ok(Reply::Hear { audio: AudioBytes(part(sound, from, most).await?) })
        }
        Request::DeleteRecording { recording } => {
            shared.recordings.delete(recording, agent).await.map_err(|why| refused(&why))?;
            Ok(Reply::Done)
        }
        Request::HoldRecording { recording, why } => {
            let why = why.map(reason).transpose()?;
            let is_let_go = why.is_none();
            shared.recordings.hold(recording.clone(), agent.clone(), why).await.map_err(|why| refused(&why))?;
            if is_let_go {
                // Only that kept it, where the call is private.
                not_private(shared, agent, &recording).await.or_else(|why| match why.code {
                    RequestErrorCode::RecordingPrivate => Ok(()),
                    _ => Err(why),
                })?;
            }
            Ok(Reply::Done)
        }
        Request::RecordingAccesses { recording } => {
            let known = shared.recordings.one(recording.clone()).await.map_err(|why| refused(&why.into()))?;
            known.ok_or_else(|| refused(&NotHere::NotFound))?;
            let accesses = shared.recordings.accesses(recording).await.map_err(|why| refused(&why.into()))?;
            Ok(Reply::RecordingAccesses { accesses })
        }
        _ => Err(RequestError::new(RequestErrorCode::Invalid, "This is not asked of recordings")),
    }
}

/// Why something is held: a few words, for whoever wants to delete it later.
fn reason(why: String) -> Result<String, RequestError> {
    let why = why.trim().to_owned();
    match (1..=MOST_WHY).contains(&why.chars().count()) {
        true => Ok(why),
        false => {
            let message = format!("Say why it is held, in at most {MOST_WHY} characters");
            Err(RequestError::new(RequestErrorCode::Invalid, message))
        }
    }
}

/// Nobody hears a private call, and nothing of it is fetched. What was fetched while it became one goes again.
async fn not_private(shared: &Shared, by: Option<AgentId>, id: &RecordingId) -> Result<(), RequestError> {
    let Some(recording) = shared.recordings.one(id.clone()).await.map_err(|why| refused(&why.into()))? else {
        return Ok(());
    };
    if !shared.live.is_private(&recording.call_id).await? {
        return Ok(());
    }
    shared.recordings.delete_of_private(recording.call_id, by).await.map_err(|why| refused(&why))?;
    Err(refused(&NotHere::NotKept(NotKept::Private)))
}

/// A recording as it is played, for somebody of whom it is written down.
pub(crate) async fn play(shared: &Shared, agent: Option<AgentId>, id: &RecordingId) -> Result<Sound, RequestError> {
    not_private(shared, None, id).await?;
    let sound = shared.recordings.play(id.clone(), |account| shared.accounts.recordings(account)).await;
    let sound = sound.map_err(|why| refused(&why))?;
    not_private(shared, None, id).await?;
    shared.recordings.listened(id.clone(), agent).await.map_err(|why| refused(&why.into()))?;
    Ok(sound)
}

/// The file of one, and how it is written, for somebody of whom it is written down.
pub(crate) async fn as_kept(
    shared: &Shared,
    agent: Option<AgentId>,
    id: &RecordingId,
) -> Result<(Kept, AudioKind), RequestError> {
    not_private(shared, None, id).await?;
    let heard = shared.recordings.hear(id.clone(), |account| shared.accounts.recordings(account)).await;
    let (kept, audio) = heard.map_err(|why| refused(&why))?;
    not_private(shared, None, id).await?;
    shared.recordings.listened(id.clone(), agent).await.map_err(|why| refused(&why.into()))?;
    Ok((kept, audio))
}

async fn part(mut sound: Sound, from: u64, most: u32) -> Result<Vec<u8>, RequestError> {
    let there = sound.bytes().saturating_sub(from);
    let most = u64::from(most.min(Playable::MOST_AT_ONCE)).min(there);
    let mut bytes = vec![0; usize::try_from(most).unwrap_or(0)];
    if bytes.is_empty() {
        return Ok(bytes);
    }
    let read = tokio::task::spawn_blocking(move || sound.read_at(from, &mut bytes).map(|()| bytes));
    let read = read.await.unwrap_or_else(|error| Err(std::io::Error::other(error)));
    read.map_err(|error| refused(&NotHere::NotKept(NotKept::Io(error))))
}

/// Why a recording cannot be heard, as desks and scripts are told.
pub(crate) fn refused(why: &NotHere) -> RequestError {
    use RequestErrorCode as Code;
    let code = match why {
        NotHere::NotFound => Code::NotFound,
        NotHere::Gone | NotHere::NotFetched(NotFetched::Gone { .. }) => Code::RecordingGone,
        NotHere::NotFetched(NotFetched::SignIn { .. }) => Code::RecordingSignIn,
        NotHere::NotFetched(NotFetched::NotKnown { .. }) => Code::RecordingNotKnown,
        NotHere::NotFetched(NotFetched::NotAudio { .. }) => Code::RecordingNotAudio,
        NotHere::NotFetched(NotFetched::Refused { .. }) => Code::RecordingRefused,
        NotHere::NotFetched(NotFetched::NotConfigured { .. }) => Code::RecordingNotConfigured,
        NotHere::NotFetched(NotFetched::Unreachable { .. }) => Code::RecordingUnreachable,
        NotHere::NotFetched(NotFetched::Cut { .. }) => Code::RecordingCut,
        NotHere::Deleted => Code::RecordingDeleted,
        NotHere::Held(_) => Code::RecordingHeld,
        NotHere::NotPlayable(_) => Code::RecordingNotPlayable,
        NotHere::NotKept(NotKept::Private) => Code::RecordingPrivate,
        NotHere::NotKept(NotKept::Sealed(_)) => Code::RecordingSealed,
        NotHere::NotKept(NotKept::Empty | NotKept::NotAudio | NotKept::Broken) => Code::RecordingNotAudio,
        NotHere::NotKept(NotKept::TooLong { .. } | NotKept::TooMany) => Code::RecordingTooLong,
        NotHere::NotKept(NotKept::List(NoRecordings::Busy)) => Code::Busy,
        NotHere::NotKept(_) => Code::NotSaved,
    };
    RequestError::new(code, why.to_string())
}
