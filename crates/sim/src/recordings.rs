//! Recordings of simulated calls, fetched by their coded id (vipex.md, Recordings: a GET with the same sign-in, the id as a
//! URL-encoded parameter; an error message where it cannot be decoded; else the audio file).

use crate::{
    call::CallView,
    exchange::Exchange,
    server::{Answer, Request, broken},
    sound::{Coding, tone},
    vipex::{Refusal, is_allowed, refuse},
};
use axum::{
    body::{Body, Bytes},
    http::{Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use futures_util::stream;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Longer conversations are heard to this second.
const LONGEST_SECONDS: u64 = 60;
/// How long a slow one takes for each of its pieces.
const SLOW: Duration = Duration::from_millis(20);
const SLOW_PIECES: usize = 20;

/// What is given where a recording is asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum Giving {
    #[default]
    Whole,
    /// It was there, and was deleted
    Gone,
    /// A page for people, with status 200
    Html,
    /// Nothing, with status 200
    Nothing,
    /// Half of it, then the connection breaks
    Cut,
    /// Piece by piece
    Slow,
}

/// How recordings are, from now on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RecordingsAre {
    pub coding: Coding,
    pub giving: Giving,
}

impl Giving {
    /// As a system without ranges gives it.
    pub(crate) fn answer(self, audio: &[u8], coding: Coding) -> Response {
        let kind = [(header::CONTENT_TYPE, coding.media_type())];
        let whole_length = (header::CONTENT_LENGTH, audio.len().to_string());
        match self {
            Self::Whole => (kind, audio.to_vec()).into_response(),
            Self::Gone => (StatusCode::GONE, "the recording was deleted\n").into_response(),
            Self::Html => {
                let page = "<!DOCTYPE html><html><body><h1>Please sign in</h1></body></html>";
                ([(header::CONTENT_TYPE, "text/html")], page).into_response()
            }
            Self::Nothing => kind.into_response(),
            Self::Cut => (kind, [whole_length], cut_in_the_middle(audio)).into_response(),
            Self::Slow => (kind, [whole_length], slowly(audio)).into_response(),
        }
    }
}

fn slowly(audio: &[u8]) -> Body {
    let size = audio.len().div_ceil(SLOW_PIECES).max(1);
    let pieces: Vec<Bytes> = audio.chunks(size).map(Bytes::copy_from_slice).collect();
    Body::from_stream(stream::unfold(pieces.into_iter(), |mut pieces| async move {
        let piece = pieces.next()?;
        tokio::time::sleep(SLOW).await;
        Some((Ok::<_, std::io::Error>(piece), pieces))
    }))
}

/// The same audio, and half of it is never sent.
fn cut_in_the_middle(audio: &[u8]) -> Body {
    let half = Bytes::copy_from_slice(&audio[..audio.len() / 2]);
    Body::from_stream(stream::unfold(Some(half), |half| async move {
        match half {
            Some(half) if !half.is_empty() => Some((Ok(half), Some(Bytes::new()))),
            Some(_) => {
                // The half must be on its way before the connection ends.
                tokio::time::sleep(Duration::from_millis(50)).await;
                Some((Err(broken()), None))
            }
            None => None,
        }
    }))
}

/// A call's recording, by a name with characters that URLs write differently.
pub fn recording_id(call_id: &str) -> String {
    format!("rec+{call_id}/=")
}

pub(crate) fn answer(exchange: &Exchange, request: &Request) -> Answer {
    if request.method != Method::GET {
        return refuse(exchange, &Refusal::Method).into();
    }
    if !is_allowed(exchange, request) {
        return refuse(exchange, &Refusal::Authentication).into();
    }
    let Some(id) = request.parameter(&exchange.config.vipex.names.recording) else {
        return refuse(exchange, &Refusal::Missing(exchange.config.vipex.names.recording.clone())).into();
    };
    match find(exchange, id) {
        Some((audio, are)) if are.giving == Giving::Whole => ranged(&audio, are.coding, request).into(),
        Some((audio, are)) => are.giving.answer(&audio, are.coding).into(),
        None => refuse(exchange, &Refusal::UnknownRecording).into(),
    }
}

/// The recording of a call by its id, and how it is given.
pub(crate) fn find(exchange: &Exchange, id: &str) -> Option<(Vec<u8>, RecordingsAre)> {
    exchange.look(|world| {
        let call = world.calls().find(|call| recording_id(&call.id) == id)?;
        Some((audio(call, world.recordings.coding), world.recordings))
    })
}

/// Whole, or from a place on: `bytes=100-`, `bytes=100-199`.
fn ranged(audio: &[u8], coding: Coding, request: &Request) -> Response {
    // The same audio has the same name.
    let tag = format!("\"{}-{}\"", coding.extension(), audio.len());
    let head = [
        (header::CONTENT_TYPE, coding.media_type().to_owned()),
        (header::ACCEPT_RANGES, "bytes".to_owned()),
        (header::ETAG, tag.clone()),
    ];
    let is_same = request.header("if-range").is_none_or(|known| known == tag);
    let asked = request.header("range").filter(|_| is_same).and_then(|range| range.strip_prefix("bytes="));
    let Some((from, to)) = asked.and_then(|range| range.split_once('-')) else {
        return (head, audio.to_vec()).into_response();
    };
    let last = audio.len().saturating_sub(1);
    let (from, to) = (from.parse::<usize>().ok(), to.parse::<usize>().unwrap_or(last).min(last));
    match from.filter(|from| *from <= to) {
        Some(from) => {
            let range = [(header::CONTENT_RANGE, format!("bytes {from}-{to}/{}", audio.len()))];
            (StatusCode::PARTIAL_CONTENT, head, range, audio[from..=to].to_vec()).into_response()
        }
        None => {
            let whole = [(header::CONTENT_RANGE, format!("bytes */{}", audio.len()))];
            (StatusCode::RANGE_NOT_SATISFIABLE, whole).into_response()
        }
    }
}

/// What is heard of a call.
pub(crate) fn audio(call: &CallView, coding: Coding) -> Vec<u8> {
    tone(coding, u32::try_from(seconds(call)).unwrap_or(1))
}

/// As long as was talked, and a second at least.
fn seconds(call: &CallView) -> u64 {
    let talked = call.answered.zip(call.ended).map_or(0, |(from, to)| to.saturating_sub(from) / 1000);
    talked.clamp(1, LONGEST_SECONDS)
}
