//! Recordings of simulated calls, fetched by their coded id (vipex.md, Recordings: a GET with the same sign-in, the id as a
//! URL-encoded parameter; an error message where it cannot be decoded; else the audio file).

use crate::{
    call::CallView,
    exchange::Exchange,
    server::{Answer, Request},
    vipex::{Refusal, is_allowed, refuse},
};
use axum::{
    http::{Method, header},
    response::IntoResponse,
};

/// Samples in a second.
const RATE: u32 = 8000;
/// What is heard: an A.
const HERTZ: f64 = 440.0;
/// Longer conversations are heard to this second.
const LONGEST_SECONDS: u64 = 60;

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
    let call = exchange.look(|world| world.calls().find(|call| recording_id(&call.id) == id).cloned());
    match call {
        Some(call) => ([(header::CONTENT_TYPE, "audio/x-wav")], audio(&call)).into_response().into(),
        None => refuse(exchange, &Refusal::UnknownRecording).into(),
    }
}

/// What is heard of a call.
pub(crate) fn audio(call: &CallView) -> Vec<u8> {
    wav(seconds(call))
}

/// As long as was talked, and a second at least.
fn seconds(call: &CallView) -> u64 {
    let talked = call.answered.zip(call.ended).map_or(0, |(from, to)| to.saturating_sub(from) / 1000);
    talked.clamp(1, LONGEST_SECONDS)
}

/// PCM, mono, 16 bits.
fn wav(seconds: u64) -> Vec<u8> {
    let samples = u32::try_from(seconds).unwrap_or(1) * RATE;
    let bytes = samples * 2;
    let mut wav = Vec::with_capacity(44 + bytes as usize);
    wav.extend_from_slice(b"RIFF");
    wav.extend_from_slice(&(36 + bytes).to_le_bytes());
    wav.extend_from_slice(b"WAVEfmt ");
    wav.extend_from_slice(&16_u32.to_le_bytes());
    for number in [1_u16, 1] {
        wav.extend_from_slice(&number.to_le_bytes());
    }
    wav.extend_from_slice(&RATE.to_le_bytes());
    wav.extend_from_slice(&(RATE * 2).to_le_bytes());
    for number in [2_u16, 16] {
        wav.extend_from_slice(&number.to_le_bytes());
    }
    wav.extend_from_slice(b"data");
    wav.extend_from_slice(&bytes.to_le_bytes());
    for at in 0..samples {
        let angle = f64::from(at) * HERTZ * std::f64::consts::TAU / f64::from(RATE);
        let sample = (angle.sin() * 0.3 * f64::from(i16::MAX)) as i16;
        wav.extend_from_slice(&sample.to_le_bytes());
    }
    wav
}
