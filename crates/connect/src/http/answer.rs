//! An answer, as far as it came: bounded, and as text.

use super::{address::place, retry_after};
use crate::charset;
use reqwest::{
    Response,
    header::{CONTENT_TYPE, DATE, LOCATION, RETRY_AFTER},
};
use std::time::Duration;

/// Scheme and host of a redirect: not its path and query, which often repeat ours.
pub(crate) fn location(response: &Response) -> Option<String> {
    let text = response.headers().get(LOCATION)?.to_str().ok()?;
    let url = response.url().join(text).ok()?;
    Some(format!("{}://{}", url.scheme(), place(&url)))
}

/// An answer, as far as it came.
#[derive(Debug, Clone, Default)]
pub(crate) struct Answer {
    pub status: u16,
    pub content_type: Option<String>,
    pub body: Vec<u8>,
    /// Whether the body came to its end within the bound.
    pub whole: bool,
    /// Whether it is longer than the bound.
    pub too_long: bool,
    /// Scheme and host of a redirect: not its path and query, which often repeat ours.
    pub location: Option<String>,
    /// What the other system asked to wait, a day at most; in seconds or as a date.
    pub retry_after: Option<Duration>,
}

impl Answer {
    /// Reads at most `bound` bytes of its body.
    pub async fn read(mut response: Response, bound: usize) -> Self {
        let header = |name| response.headers().get(name).and_then(|value| value.to_str().ok());
        let retry_after =
            header(RETRY_AFTER).and_then(|text| retry_after::wait(text, header(DATE), jiff::Timestamp::now()));
        let mut answer = Self {
            status: response.status().as_u16(),
            content_type: header(CONTENT_TYPE).map(str::to_owned),
            location: location(&response),
            retry_after,
            ..Self::default()
        };
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) if answer.body.len() + chunk.len() <= bound => answer.body.extend_from_slice(&chunk),
                Ok(Some(_)) => {
                    answer.too_long = true;
                    break;
                }
                Ok(None) => {
                    answer.whole = true;
                    break;
                }
                Err(_) => break,
            }
        }
        answer
    }

    /// The same with a body that is UTF-8 where it names another charset.
    pub fn in_utf8(mut self) -> Self {
        // What it was is past: read as text, it is not decoded twice.
        self.body = charset::utf8_of(self.body, self.content_type.take().as_deref());
        self
    }

    /// The body as text, by the charset it names; what is no text has replacement characters.
    pub fn text(&self) -> String {
        charset::text_of(&self.body, self.content_type.as_deref())
    }
}
