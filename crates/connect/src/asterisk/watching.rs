//! Watching: the line is opened, everything there is is read, then events are followed; when it breaks, again.
//!
//! The line opens before the snapshot is asked for, and what comes meanwhile waits: so nothing happens in between unseen.

use super::{
    AsteriskAccount,
    client::Ask,
    line::Frames,
    notes::{Notes, Odd},
    outcome::{Trouble, judge},
    pause::Pause,
    wire::{BridgeNow, ChannelNow, EndpointNow, Event, Head, Many, WANTED},
};
use crate::{Lost, Purpose, Push, WatchCalls, WatchState, Watched, permits::for_purpose};
use async_trait::async_trait;
use reqwest::Method;
use ringcard_core::Timestamp;
use serde_json::json;
use tokio::{sync::mpsc, time::Instant};

/// Events that may wait for the snapshot. A line on which more come is begun anew.
const MOST_WAITING: usize = 20_000;
/// A clock that differs by less is right.
const SAME_CLOCK_MS: i64 = 2_000;

/// Why nothing is heard any more.
struct Gone {
    why: Lost,
    detail: String,
}

impl From<Trouble> for Gone {
    fn from(trouble: Trouble) -> Self {
        Self { why: trouble.lost(), detail: trouble.detail().to_owned() }
    }
}

/// Nobody listens to us any more.
struct Unheard;

/// How a line came to its end.
enum End {
    Gone(Gone),
    Unheard,
}

impl From<Unheard> for End {
    fn from(_: Unheard) -> Self {
        Self::Unheard
    }
}

impl<T: Into<Gone>> From<T> for End {
    fn from(gone: T) -> Self {
        Self::Gone(gone.into())
    }
}

#[async_trait]
impl WatchCalls for AsteriskAccount {
    async fn watch(&self, heard: mpsc::Sender<Watched>) {
        let (mut pause, mut opened) = (Pause::default(), None);
        loop {
            if heard.send(Watched::State(WatchState::Connecting)).await.is_err() {
                return;
            }
            let end = for_purpose(Purpose::LookUp, self.listen(&heard, &mut opened)).await.0;
            self.phones.forget();
            if self.tell_phones(&heard).await.is_err() {
                return;
            }
            let End::Gone(Gone { why, detail }) = end else { return };
            let opened = opened.take();
            let is_hopeless = match why {
                Lost::Refused => true,
                Lost::NotSetUp => opened.is_some() || !pause.may_be_starting(),
                _ => false,
            };
            let again_in = pause.after(opened, is_hopeless);
            tracing::warn!(
                account = self.name,
                ?why,
                again_in_ms = again_in.as_millis(),
                "Asterisk's calls are not heard"
            );
            if heard.send(Watched::State(WatchState::Away { why, detail, again_in })).await.is_err() {
                return;
            }
            tokio::time::sleep(again_in).await;
        }
    }
}

impl AsteriskAccount {
    /// Until the line breaks, or nobody listens.
    async fn listen(&self, heard: &mpsc::Sender<Watched>, opened: &mut Option<Instant>) -> End {
        match self.follow(heard, opened).await {
            Ok(never) => match never {},
            Err(end) => end,
        }
    }

    async fn follow(
        &self,
        heard: &mpsc::Sender<Watched>,
        opened: &mut Option<Instant>,
    ) -> Result<std::convert::Infallible, End> {
        let line = match self.client.open(&self.config.app).await.map_err(Trouble::from)? {
            Ok(line) => line,
            Err((answer, request)) => {
                let trouble = judge(&answer, &self.scrub).err().unwrap_or(Trouble::NotConfigured {
                    detail: "something else answered than Asterisk's REST interface: check the address".to_owned(),
                });
                request.end(trouble.came_to());
                return Err(trouble.into());
            }
        };
        let mut frames = Frames::new(line);
        let mut hearing = Hearing::default();
        let mut waiting = Vec::new();
        let snapshot = self.snapshot();
        tokio::pin!(snapshot);
        let there = loop {
            tokio::select! {
                biased;
                frame = frames.next() => {
                    waiting.push(frame.map_err(broken)?);
                    if waiting.len() > MOST_WAITING {
                        let detail = "more happens in Asterisk than its snapshot can be read beside".to_owned();
                        return Err(Gone { why: Lost::Silent, detail }.into());
                    }
                }
                snapshot = &mut snapshot => break snapshot?,
            }
        };
        self.phones.all(&there.endpoints.all);
        self.tell_phones(heard).await?;
        let pushes = self.fold().snapshot(&there.channels.all, &there.bridges.all, None);
        hearing.notes = there.notes();
        drop(there);
        self.tell(heard, pushes).await?;
        for frame in waiting {
            self.take(&frame, &mut hearing, heard).await?;
        }
        let pushes = self.fold().sweep(None);
        self.tell(heard, pushes).await?;
        let going = self.fold().going();
        heard.send(Watched::Going(going)).await.map_err(|_| Unheard)?;
        *opened = Some(Instant::now());
        let (account, channels) = (self.name.as_str(), self.fold().len());
        tracing::info!(account, channels, "Asterisk's calls are heard");
        loop {
            if let Some(state) = hearing.notes.news() {
                heard.send(Watched::State(state)).await.map_err(|_| Unheard)?;
            }
            let frame = frames.next().await.map_err(broken)?;
            self.take(&frame, &mut hearing, heard).await?;
        }
    }

    /// Everything there is. The filter first: where the version has none, more comes and is passed over.
    async fn snapshot(&self) -> Result<There, Trouble> {
        let wanted: Vec<_> = WANTED.iter().map(|kind| json!({ "type": kind })).collect();
        let filter = Ask::new(Method::PUT, "event_filter", &["applications", &self.config.app, "eventFilter"]);
        let may_only_read = match self.ask(filter.json(json!({ "allowed": wanted }))).await {
            Ok(_) => false,
            Err(Trouble::Refused { .. }) => true,
            // An older one.
            Err(Trouble::Gone { .. } | Trouble::NotConfigured { .. }) => false,
            Err(trouble) => return Err(trouble),
        };
        let channels = self.read(Ask::get("channels", &["channels"])).await?;
        let bridges = self.read(Ask::get("bridges", &["bridges"])).await?;
        let endpoints = self.read(Ask::get("endpoints", &["endpoints"])).await?;
        Ok(There { channels, bridges, endpoints, may_only_read })
    }

    /// Whose phones are away, where that changed.
    async fn tell_phones(&self, heard: &mpsc::Sender<Watched>) -> Result<(), Unheard> {
        match self.phones.away_if_changed() {
            Some(away) => heard.send(Watched::PhonesAway(away)).await.map_err(|_| Unheard),
            None => Ok(()),
        }
    }

    /// What happened, and then what became of recordings with it.
    async fn tell(&self, heard: &mpsc::Sender<Watched>, pushes: Vec<Push>) -> Result<(), Unheard> {
        for push in pushes {
            heard.send(Watched::Push(Box::new(push))).await.map_err(|_| Unheard)?;
        }
        let recordings = self.fold().recording_news();
        for (call, paused) in recordings {
            heard.send(Watched::Recording { call, paused }).await.map_err(|_| Unheard)?;
        }
        Ok(())
    }

    async fn take(&self, frame: &str, hearing: &mut Hearing, heard: &mpsc::Sender<Watched>) -> Result<(), End> {
        let Ok(head) = serde_json::from_str::<Head>(frame) else {
            hearing.odd.no_event(&self.name);
            return Ok(());
        };
        let at = hearing.clock.ours(head.at());
        if let Some(off_ms) = hearing.clock.off_ms {
            hearing.notes.clock_is_off(off_ms);
        }
        if !head.is_wanted() {
            return Ok(());
        }
        let event = match serde_json::from_str::<Event>(frame) {
            Ok(event) => event,
            Err(error) => {
                hearing.odd.not_understood(&self.name, &head.kind, &error);
                return Ok(());
            }
        };
        match &event {
            Event::ApplicationReplaced {} => {
                let app = &self.config.app;
                let detail = format!(
                    "another program listens to this Asterisk as “{app}”, and events go there: give each a name of its own"
                );
                return Err(Gone { why: Lost::NotSetUp, detail }.into());
            }
            Event::EndpointStateChange { endpoint }
            | Event::PeerStatusChange { endpoint }
            | Event::ContactStatusChange { endpoint } => {
                self.phones.one(endpoint);
                self.tell_phones(heard).await?;
            }
            _ => {}
        }
        let pushes = self.fold().event(&event, at);
        self.tell(heard, pushes).await?;
        Ok(())
    }
}

/// All that one line needs to know of what it has heard.
#[derive(Default)]
struct Hearing {
    clock: Clock,
    notes: Notes,
    odd: Odd,
}

/// Everything there is.
struct There {
    channels: Many<ChannelNow>,
    bridges: Many<BridgeNow>,
    endpoints: Many<EndpointNow>,
    may_only_read: bool,
}

impl There {
    fn notes(&self) -> Notes {
        let unread = self.channels.unread + self.bridges.unread + self.endpoints.unread;
        Notes::new(self.may_only_read, unread)
    }
}

fn broken(over: super::line::Over) -> Gone {
    let why = if over == super::line::Over::Silent { Lost::Silent } else { Lost::Unreachable };
    Gone { why, detail: over.words().to_owned() }
}

/// How far Asterisk's clock is off: events are told by ours.
#[derive(Debug, Default)]
struct Clock {
    /// Ours minus theirs: the least there was, since an event may have waited and never comes early.
    off_ms: Option<i64>,
}

impl Clock {
    fn ours(&mut self, theirs: Option<Timestamp>) -> Option<Timestamp> {
        let (now, theirs) = (Timestamp::now(), theirs?);
        let off = now.0.saturating_sub(theirs.0);
        let least = self.off_ms.map_or(off, |known| known.min(off));
        self.off_ms = Some(least);
        match least.abs() < SAME_CLOCK_MS {
            true => Some(theirs),
            false => Some(Timestamp(theirs.0.saturating_add(least))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_an_hour_off_is_put_right_and_a_good_one_is_left_alone() {
        for off in [-3_600_000, 3_600_000] {
            let mut clock = Clock::default();
            let ours = clock.ours(Some(Timestamp(Timestamp::now().0 + off))).expect("a moment");
            assert!((Timestamp::now().0 - ours.0).abs() < SAME_CLOCK_MS, "{off}");
        }
        let theirs = Timestamp(Timestamp::now().0 - 100);
        assert_eq!(Clock::default().ours(Some(theirs)), Some(theirs));
        assert_eq!(Clock::default().ours(None), None);
    }
}
