//! A call's recording inside of its data (vipex.md, Call data): the audio in Base64.

use crate::{call::CallView, recordings::audio};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Map, Value};

/// Puts the recording of a call that was answered beside the call's other data.
pub(crate) fn put_into(data: &mut Map<String, Value>, call: &CallView) {
    if call.answered.is_some() {
        data.insert("recording".to_owned(), STANDARD.encode(audio(call)).into());
    }
}
