//! A recording on its way: where the answer breaks off it goes on in another one, if the telephone system gives parts.

use crate::{
    Arriving, CameTo, NotFetched,
    permits::UnderWay,
    profile::{client::Client, config::request::Filled},
};
use futures_util::{StreamExt, stream};
use reqwest::{
    Method, Response, StatusCode, Version,
    header::{ACCEPT_RANGES, CONTENT_LENGTH, CONTENT_RANGE, ETAG, HeaderName, LAST_MODIFIED, TRANSFER_ENCODING},
};
use ringcard_core::recording::AudioEnd;
use std::{mem::take, time::Duration};
use tokio::time::{sleep, timeout};

/// How long is waited before the rest is asked for, each time it breaks off.
const GOES_ON: [Duration; 4] =
    [Duration::ZERO, Duration::from_millis(300), Duration::from_secs(1), Duration::from_secs(3)];

/// An answer whose body comes on.
pub(crate) struct Coming {
    /// What was read already.
    pub begun: Vec<u8>,
    pub response: Response,
    request: UnderWay,
    /// For how long nothing may come.
    patience: Duration,
    /// Nothing comes any more: whether it came to its end.
    pub is_whole: Option<bool>,
    came: u64,
    /// How many bytes it has, where the telephone system says so.
    of: Option<u64>,
    /// What it says itself of its end.
    end: AudioEnd,
    rest: Option<Rest>,
}

/// How an answer's body went on.
enum Went {
    On(Vec<u8>),
    Ended,
    Broke,
}

impl Coming {
    pub fn new(response: Response, request: UnderWay, patience: Duration, rest: Option<Rest>) -> Self {
        let of = length(&response);
        let (begun, end) = (Vec::new(), AudioEnd::default());
        Self { begun, response, request, patience, is_whole: None, came: 0, of, end, rest }
    }

    /// Nothing of it is wanted.
    pub fn end(self, came_to: CameTo) {
        self.request.end(came_to);
    }

    /// Reads on until it is clear what it is, or there is nothing more to be seen.
    pub async fn begin(&mut self, most: usize, is_clear: impl Fn(&[u8]) -> bool) {
        while self.is_whole.is_none() && self.begun.len() < most && !is_clear(&self.begun) {
            match self.go_on().await {
                Went::On(more) => self.begun.extend(more),
                Went::Ended => self.is_whole = Some(true),
                Went::Broke => self.is_whole = Some(false),
            }
        }
    }

    async fn go_on(&mut self) -> Went {
        match timeout(self.patience, self.response.chunk()).await {
            Ok(Ok(Some(chunk))) => Went::On(chunk.to_vec()),
            Ok(Ok(None)) => Went::Ended,
            Ok(Err(_)) | Err(_) => Went::Broke,
        }
    }

    pub fn into_audio(self) -> Arriving {
        let audio = stream::unfold(Some(self), |coming| async move {
            let mut coming = coming?;
            loop {
                match coming.next().await {
                    Went::On(more) => {
                        coming.came += more.len() as u64;
                        coming.end.take(&more);
                        return Some((Ok(more), Some(coming)));
                    }
                    Went::Ended => {
                        coming.request.end(CameTo::Answered);
                        return None;
                    }
                    Went::Broke => match coming.goes_on().await {
                        Ok(goes_on) => coming = goes_on,
                        Err(cut) => return Some((Err(cut), None)),
                    },
                }
            }
        });
        Arriving::new(audio.boxed())
    }

    async fn next(&mut self) -> Went {
        let begun = take(&mut self.begun);
        if !begun.is_empty() {
            return Went::On(begun);
        }
        let went = match self.is_whole {
            None => self.go_on().await,
            Some(true) => Went::Ended,
            Some(false) => Went::Broke,
        };
        match went {
            Went::Ended if !self.is_at_its_end() => Went::Broke,
            went => went,
        }
    }

    /// An end that nobody announced is the recording's end only where that does not say otherwise.
    fn is_at_its_end(&self) -> bool {
        match self.of {
            Some(of) => self.came >= of,
            None => !(ends_with_its_connection(&self.response) && self.end.is_cut()),
        }
    }

    /// It broke off: whether the rest of it comes now.
    async fn goes_on(mut self) -> Result<Self, NotFetched> {
        let detail = "the telephone system broke off, or sent nothing more".to_owned();
        self.request.end(CameTo::Unknown { detail: detail.clone() });
        let Some(mut rest) = self.rest else { return Err(NotFetched::Cut { detail }) };
        match rest.ask(self.came, self.of).await {
            Some(Answer { response, request, of }) => {
                (self.response, self.request, self.of) = (response, request, of);
                (self.is_whole, self.rest) = (None, Some(rest));
                Ok(self)
            }
            None => Err(NotFetched::Cut { detail }),
        }
    }
}

/// The rest of a recording that broke off: asked for from the byte on that did not come, of the same recording only.
pub(crate) struct Rest {
    client: Client,
    filled: Filled,
    /// By which the telephone system knows whether it is still the same.
    same: String,
    waits: std::slice::Iter<'static, Duration>,
}

struct Answer {
    response: Response,
    request: UnderWay,
    of: Option<u64>,
}

impl Rest {
    /// Where an answer says that parts of it are given, and what it is.
    pub(in crate::profile) fn of(response: &Response, client: &Client, filled: Filled) -> Option<Self> {
        let header = |name| header(response, name);
        let gives_parts = header(ACCEPT_RANGES)?.eq_ignore_ascii_case("bytes");
        if response.status() != StatusCode::OK || filled.method != Method::GET || !gives_parts {
            return None;
        }
        // A weak word is no word on bytes.
        let same = header(ETAG).filter(|tag| !tag.starts_with("W/")).or_else(|| header(LAST_MODIFIED))?.to_owned();
        Some(Self { client: client.clone(), filled, same, waits: GOES_ON.iter() })
    }

    async fn ask(&mut self, from: u64, of: Option<u64>) -> Option<Answer> {
        for wait in self.waits.by_ref() {
            sleep(*wait).await;
            let mut filled = self.filled.clone();
            filled.headers.push(("Range".to_owned(), format!("bytes={from}-")));
            filled.headers.push(("If-Range".to_owned(), self.same.clone()));
            let Ok((response, request)) = self.client.begin_long("recording", filled).await else { continue };
            let part = header(&response, CONTENT_RANGE).and_then(part);
            match part.filter(|_| response.status() == StatusCode::PARTIAL_CONTENT) {
                Some((begins, whole)) if begins == from && (whole.is_none() || of.is_none() || whole == of) => {
                    return Some(Answer { response, request, of: whole.or(of) });
                }
                // Another recording by now, or all of it anew: what came of this one does not fit to it.
                _ => {
                    request.end(CameTo::Refused);
                    return None;
                }
            }
        }
        None
    }
}

fn header(response: &Response, name: HeaderName) -> Option<&str> {
    response.headers().get(name)?.to_str().ok()
}

fn length(response: &Response) -> Option<u64> {
    header(response, CONTENT_LENGTH)?.trim().parse().ok()
}

/// `bytes 5000-8999/9000`: where it begins, and how many there are in all.
fn part(range: &str) -> Option<(u64, Option<u64>)> {
    let (bytes, of) = range.trim().strip_prefix("bytes ")?.split_once('/')?;
    Some((bytes.split_once('-')?.0.trim().parse().ok()?, of.trim().parse().ok()))
}

/// Its sender says neither how long it is nor when it is over.
fn ends_with_its_connection(response: &Response) -> bool {
    let says_when = response.version() >= Version::HTTP_2 || header(response, TRANSFER_ENCODING).is_some();
    !says_when && length(response).is_none()
}
