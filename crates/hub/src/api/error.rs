use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use ringcard_core::{
    frame::{RequestError, RequestErrorCode},
    number::Caution,
};
use serde_json::json;
use std::{borrow::Cow, time::Duration};

/// What went wrong, as every answer of the hub says it: `{"error":{"code","message"}}`, with `cautions` where the number
/// has some. Codes are stable.
#[derive(Debug)]
pub(crate) struct ApiError {
    pub status: StatusCode,
    code: Cow<'static, str>,
    message: String,
    retry_after: Option<Duration>,
    /// What there is to know of the number, where that is why.
    cautions: Box<[Caution]>,
}

impl ApiError {
    pub fn new(status: StatusCode, code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self { status, code: code.into(), message: message.into(), retry_after: None, cautions: Box::default() }
    }

    /// Says when to come again; whole seconds, rounded up.
    pub fn retry_after(mut self, wait: Duration) -> Self {
        self.retry_after = Some(wait);
        self
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut body = json!({ "error": { "code": self.code, "message": self.message } });
        if !self.cautions.is_empty() {
            body["error"]["cautions"] = json!(self.cautions);
        }
        let mut response = (self.status, Json(body)).into_response();
        if let Some(wait) = self.retry_after {
            let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds.max(1)));
        }
        response
    }
}

impl From<RequestError> for ApiError {
    fn from(error: RequestError) -> Self {
        let status = match error.code {
            RequestErrorCode::NotANumber
            | RequestErrorCode::Invalid
            | RequestErrorCode::NoAccount
            | RequestErrorCode::AccountsNotReady
            | RequestErrorCode::NoExtension => StatusCode::BAD_REQUEST,
            RequestErrorCode::UnsureNumber
            | RequestErrorCode::AsksFirst
            | RequestErrorCode::Conflict
            | RequestErrorCode::RecordingHeld => StatusCode::CONFLICT,
            RequestErrorCode::NumberNotAllowed | RequestErrorCode::NotAllowed | RequestErrorCode::RecordingPrivate => {
                StatusCode::FORBIDDEN
            }
            RequestErrorCode::NotFound => StatusCode::NOT_FOUND,
            RequestErrorCode::NotSaved
            | RequestErrorCode::Offline
            | RequestErrorCode::Busy
            | RequestErrorCode::NotNow
            | RequestErrorCode::RecordingSealed
            | RequestErrorCode::PhoneAway => StatusCode::SERVICE_UNAVAILABLE,
            RequestErrorCode::RecordingGone | RequestErrorCode::RecordingDeleted => StatusCode::GONE,
            RequestErrorCode::RecordingNotPlayable => StatusCode::UNPROCESSABLE_ENTITY,
            RequestErrorCode::PhoneRefused
            | RequestErrorCode::RecordingSignIn
            | RequestErrorCode::RecordingNotKnown
            | RequestErrorCode::RecordingNotAudio
            | RequestErrorCode::RecordingRefused
            | RequestErrorCode::RecordingNotConfigured
            | RequestErrorCode::RecordingUnreachable
            | RequestErrorCode::RecordingCut
            | RequestErrorCode::RecordingTooLong => StatusCode::BAD_GATEWAY,
            RequestErrorCode::DialUnknown | RequestErrorCode::PhoneUnknown => StatusCode::GATEWAY_TIMEOUT,
        };
        let code = serde_json::to_value(error.code).ok().and_then(|code| code.as_str().map(str::to_owned));
        Self { cautions: error.cautions.into(), ..Self::new(status, code.unwrap_or_default(), error.message) }
    }
}
