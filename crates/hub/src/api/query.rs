//! What stands behind the `?`, and what is wrong with it in the form of every other error.

use super::ApiError;
use axum::{
    extract::{Query, rejection::QueryRejection},
    http::StatusCode,
};
use ringcard_core::Timestamp;
use serde::{Deserialize, Deserializer, de::Error};

pub(super) fn asked<T>(query: Result<Query<T>, QueryRejection>) -> Result<T, ApiError> {
    query
        .map(|Query(asked)| asked)
        .map_err(|error| ApiError::new(StatusCode::BAD_REQUEST, "invalid", error.body_text()))
}

/// Milliseconds since the Unix epoch, or RFC 3339 (`2026-11-21T00:00:00Z`).
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment(pub Timestamp);

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let millis = text
            .parse::<i64>()
            .ok()
            .or_else(|| text.parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_millisecond));
        let no_moment = || D::Error::custom("a moment is milliseconds since 1970, or as in 2026-11-21T00:00:00Z");
        millis.map(|millis| Self(Timestamp(millis))).ok_or_else(no_moment)
    }
}
