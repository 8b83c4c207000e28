//! A call's recording inside of its data (vipex.md, Call data): the audio in Base64, or as a file.

use crate::{call::CallView, recordings::audio, sound::Coding};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Map, Value};

/// What its field is called, wherever it stands.
pub(crate) const NAME: &str = "recording";

/// A file beside the fields of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SentFile {
    pub name: String,
    pub media_type: &'static str,
    pub bytes: Vec<u8>,
}

/// Puts the recording of a call that was answered beside the call's other data.
pub(crate) fn put_into(data: &mut Map<String, Value>, call: &CallView, coding: Coding) {
    if call.answered.is_some() {
        data.insert(NAME.to_owned(), STANDARD.encode(audio(call, coding)).into());
    }
}

/// The same as a file.
pub(crate) fn file(call: &CallView, coding: Coding) -> Option<SentFile> {
    call.answered.map(|_| SentFile {
        name: format!("{}.{}", call.id, coding.extension()),
        media_type: coding.media_type(),
        bytes: audio(call, coding),
    })
}
