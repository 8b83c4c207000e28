//! The secrets of one account, to be found wherever one of them stands.

use crate::http::scrub::Scrub;
use secrecy::{ExposeSecret, SecretString};

/// Everything an account keeps secret. `Debug` shows none of it.
#[derive(Debug, Clone, Default)]
pub struct Secrets(Scrub);

impl Secrets {
    pub fn new<'a>(secrets: impl IntoIterator<Item = &'a SecretString>) -> Self {
        Self::of_texts(secrets.into_iter().map(ExposeSecret::expose_secret))
    }

    pub(crate) fn of_texts<'a>(secrets: impl Iterator<Item = &'a str>) -> Self {
        Self(Scrub::new(secrets))
    }

    /// Whether one of them is in a text, however it is written.
    pub fn are_in(&self, text: &str) -> bool {
        self.0.hide(text).as_deref() != Some(text)
    }
}
