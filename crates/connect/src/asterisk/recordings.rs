//! Recordings: those that Asterisk has in the folder ARI gives files of, by name; and pausing one that ARI makes.

use super::{
    AsteriskAccount,
    client::Ask,
    outcome::{Trouble, judge},
};
use crate::{
    Arriving, CameTo, NotFetched, Recordings,
    http::answer::{Answer, location},
    profile::{Coming, LONGEST_ANSWER},
};
use async_trait::async_trait;
use reqwest::{Method, header::CONTENT_TYPE};
use ringcard_core::recording::AudioKind;

impl AsteriskAccount {
    /// One that an application makes over ARI: its own pausing.
    pub(super) async fn pause_live(&self, name: &str, on: bool) -> Result<(), Trouble> {
        let method = if on { Method::POST } else { Method::DELETE };
        match self.ask(Ask::new(method, "recording_pause", &["recordings", "live", name, "pause"])).await {
            Ok(_) => Ok(()),
            Err(Trouble::Gone { .. }) => Err(Trouble::Gone { detail: "the recording is over there".to_owned() }),
            Err(trouble) => Err(trouble),
        }
    }
}

#[async_trait]
impl Recordings for AsteriskAccount {
    async fn fetch(&self, id: &str) -> Result<Arriving, NotFetched> {
        // A folder may be part of a name; nothing that leads out of one.
        if id.trim().is_empty() || id.split('/').any(|part| matches!(part, "" | "." | "..")) {
            return Err(NotFetched::NotKnown { detail: "this is no name of a recording".to_owned() });
        }
        let ask = Ask::get("recording", &["recordings", "stored", id, "file"]);
        let (response, request) = self.client.begin(ask).await.map_err(|failure| failed(failure.into()))?;
        let is_yes = response.status().is_success();
        let mut coming = Coming::new(response, request, self.config.timeout, None);
        let is_audio = |begin: &[u8]| AudioKind::of(begin).is_some();
        if is_yes {
            coming.begin(AudioKind::TELLING, is_audio).await;
            if is_audio(&coming.begun) {
                return Ok(coming.into_audio());
            }
        }
        coming.begin(LONGEST_ANSWER, |_| false).await;
        let kind = coming.response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let answer = Answer {
            status: coming.response.status().as_u16(),
            content_type: kind.map(str::to_owned),
            location: location(&coming.response),
            whole: coming.is_whole == Some(true),
            body: std::mem::take(&mut coming.begun),
            ..Answer::default()
        };
        let (failure, came_to) = match judge(&answer, &self.scrub) {
            _ if is_yes => (no_audio(&answer), CameTo::Refused),
            Ok(_) => (no_audio(&answer), CameTo::Refused),
            Err(trouble) => {
                let came_to = trouble.came_to();
                (failed(trouble), came_to)
            }
        };
        coming.end(came_to);
        Err(failure)
    }
}

fn no_audio(answer: &Answer) -> NotFetched {
    let detail = match (answer.whole, answer.body.is_empty()) {
        (false, _) => return NotFetched::Cut { detail: "its answer broke off before any audio".to_owned() },
        (true, true) => "its file is empty".to_owned(),
        (true, false) => format!("HTTP {}, and no audio in it: check the address", answer.status),
    };
    NotFetched::NotAudio { detail }
}

fn failed(trouble: Trouble) -> NotFetched {
    match trouble {
        Trouble::NotConfigured { detail } => NotFetched::NotConfigured { detail },
        Trouble::NotSent { detail } | Trouble::Unknown { detail } => NotFetched::Unreachable { detail },
        Trouble::SignIn { detail } => NotFetched::SignIn { detail },
        Trouble::Gone { .. } => {
            NotFetched::NotKnown { detail: "Asterisk has no recording of this name, or has it no longer".to_owned() }
        }
        Trouble::Refused { detail } => NotFetched::Refused { detail },
    }
}
