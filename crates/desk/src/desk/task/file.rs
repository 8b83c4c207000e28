//! The desk's file as the owner holds it: open, or shut and tried again after a while, and whenever something is to be
//! kept.

use crate::keep::{Found, Keep, KeepFailure, KeepNews, Keeper};
use std::{path::PathBuf, time::Duration};
use tokio::{
    sync::mpsc,
    task::{JoinHandle, spawn_blocking},
    time::Instant,
};

/// A file that did not open is not tried more often than this.
const NOT_BEFORE: Duration = Duration::from_secs(2);

/// When a file that did not open is tried again by itself: what waits in it for the hub cannot ask for that.
const AGAIN: Duration = Duration::from_secs(10);

/// What opening the file came to.
pub(in crate::desk) type Opened = Result<(Keeper, Found, mpsc::Receiver<KeepNews>), KeepFailure>;

/// An open file that is let go: whoever gets it closes it, which blocks.
pub(in crate::desk) type LetGo = Option<(Keeper, mpsc::Receiver<KeepNews>)>;

pub(super) enum FileNews {
    Kept(KeepNews),
    /// It opened after all, with this in it.
    Opened(Box<Found>),
    Gone(KeepFailure),
}

pub(super) struct File {
    path: Option<PathBuf>,
    state: State,
}

enum State {
    Open { keeper: Keeper, news: mpsc::Receiver<KeepNews> },
    Shut { why: KeepFailure, tried: Instant, opening: Option<JoinHandle<Opened>> },
}

impl Default for File {
    /// None yet: that passes.
    fn default() -> Self {
        Self { path: None, state: shut(KeepFailure::Busy) }
    }
}

impl File {
    /// Takes what opening `path` came to, and answers what was found in it.
    pub fn new(path: PathBuf, opened: Opened) -> (Self, Result<Found, KeepFailure>) {
        let mut file = Self { path: Some(path), state: shut(KeepFailure::Busy) };
        let found = file.take(opened);
        (file, found)
    }

    pub fn let_go(self) -> LetGo {
        match self.state {
            State::Open { keeper, news } => Some((keeper, news)),
            State::Shut { .. } => None,
        }
    }

    /// Hands it to the disk; what cannot be taken is answered at once.
    pub fn keep(&mut self, keep: Keep) -> Result<(), Box<KeepNews>> {
        match &mut self.state {
            State::Open { keeper, .. } => keeper.keep(keep),
            State::Shut { why, .. } => {
                let failed = keep.failed(why.clone());
                self.open_after(NOT_BEFORE);
                Err(Box::new(failed))
            }
        }
    }

    /// When [`Self::tick`] has something to do.
    pub fn wake_at(&self) -> Option<Instant> {
        match &self.state {
            State::Shut { tried, opening: None, .. } if self.path.is_some() => Some(*tried + AGAIN),
            _ => None,
        }
    }

    /// Tries again what did not open.
    pub fn tick(&mut self) {
        self.open_after(AGAIN);
    }

    /// Not on the owner's task: a slow disk must not hold up a call.
    fn open_after(&mut self, pause: Duration) {
        let State::Shut { tried, opening: opening @ None, .. } = &mut self.state else { return };
        if let Some(path) = self.path.clone().filter(|_| tried.elapsed() >= pause) {
            *opening = Some(spawn_blocking(move || Keeper::open(&path)));
        }
    }

    /// What happens next. May be dropped and called again without losing anything.
    pub async fn news(&mut self) -> FileNews {
        let opened = match &mut self.state {
            State::Open { news, .. } => match news.recv().await {
                Some(news) => return FileNews::Kept(news),
                None => Err(KeepFailure::Closed),
            },
            State::Shut { opening: Some(opening), .. } => opening.await.unwrap_or(Err(KeepFailure::Closed)),
            State::Shut { opening: None, .. } => std::future::pending().await,
        };
        match self.take(opened) {
            Ok(found) => FileNews::Opened(Box::new(found)),
            Err(why) => FileNews::Gone(why),
        }
    }

    fn take(&mut self, opened: Opened) -> Result<Found, KeepFailure> {
        match opened {
            Ok((keeper, found, news)) => {
                self.state = State::Open { keeper, news };
                Ok(found)
            }
            Err(why) => {
                // Said once for each reason, not for each attempt.
                if !matches!(&self.state, State::Shut { why: before, opening: Some(_), .. } if *before == why) {
                    tracing::error!(%why, "nothing that is typed after a call is kept");
                }
                self.state = shut(why.clone());
                Err(why)
            }
        }
    }
}

fn shut(why: KeepFailure) -> State {
    State::Shut { why, tried: Instant::now(), opening: None }
}
