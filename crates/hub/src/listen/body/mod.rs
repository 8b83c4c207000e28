//! Bodies under way: how much of them is held, in all and of whom, and for how long one may take.
//!
//! Counted is what was handed to whoever reads the body, until its request is answered or it is given back. So a handler
//! needs to know nothing of it; the refusal is made here, too.

mod under_way;

use super::{connection::Connection, counts::BodyRefused};
use axum::body::Body;
use hyper::body::{Bytes, Frame, Incoming, SizeHint};
use std::{
    error::Error,
    fmt,
    future::Future,
    pin::Pin,
    sync::{
        Arc, Mutex, MutexGuard, OnceLock,
        atomic::{
            AtomicBool, AtomicU8,
            Ordering::{Acquire, Release},
        },
    },
    task::{Context, Poll},
    time::Duration,
};
use tokio::time::{Sleep, sleep};
use under_way::{Full, Of, UnderWay};

/// A body that takes longer never comes.
const WHOLE_BODY: Duration = Duration::from_secs(30);
/// One that is let go of piece by piece may be long; whoever reads it does not wait for one that is silent.
const LONG_BODY: Duration = Duration::from_secs(600);

/// Everything that is held.
#[derive(Debug, Default)]
pub(super) struct Bodies(Mutex<UnderWay>);

impl Bodies {
    fn under_way(&self) -> MutexGuard<'_, UnderWay> {
        self.0.lock().expect("BUG: nobody panics while counting bodies")
    }
}

const NOTHING: u8 = 0;
const FULL: u8 = 1;
const SLOW: u8 = 2;

/// What is held of one request's body, until the request is answered.
pub(super) struct Held {
    connection: Arc<Connection>,
    is_proven: AtomicBool,
    is_in_pieces: AtomicBool,
    refused: AtomicU8,
    /// Once it was begun.
    id: OnceLock<u64>,
}

impl Held {
    pub fn nothing(connection: Arc<Connection>) -> Arc<Self> {
        Arc::new(Self {
            connection,
            is_proven: AtomicBool::new(false),
            is_in_pieces: AtomicBool::new(false),
            refused: AtomicU8::new(NOTHING),
            id: OnceLock::new(),
        })
    }

    pub fn proved(&self) {
        self.is_proven.store(true, Release);
    }

    pub fn lets_go_of_pieces(&self) {
        self.is_in_pieces.store(true, Release);
    }

    /// So much of it is held no longer.
    pub fn shrink(&self, bytes: usize) {
        if let Some(id) = self.id.get() {
            self.connection.all.bodies.under_way().shrink(*id, bytes);
        }
    }

    pub fn is_full(&self) -> bool {
        self.refused.load(Acquire) == FULL
    }

    /// Why the body was not read to its end.
    pub fn refused(&self) -> Option<BodyRefused> {
        match self.refused.load(Acquire) {
            FULL => Some(BodyRefused::Full),
            SLOW => Some(BodyRefused::Slow),
            _ => None,
        }
    }

    fn refuse(&self, why: u8, counted: BodyRefused) -> Unread {
        if self.refused.swap(why, Release) == NOTHING {
            self.connection.all.counts.body_refused(counted);
        }
        Unread(counted)
    }

    fn of(&self) -> Of {
        if self.is_proven.load(Acquire) {
            Of::Proven
        } else if self.connection.is_from_somebody_known() {
            Of::Known
        } else {
            Of::Stranger(self.connection.address())
        }
    }

    /// Also before the first byte: whoever sends none holds a place all the same.
    fn begin(&self) -> Result<(), Unread> {
        if self.id.get().is_some() {
            return Ok(());
        }
        let begun = self.connection.all.bodies.under_way().begin(self.of(), self.connection.all.now());
        let id = begun.map_err(|Full| self.refuse(FULL, BodyRefused::Full))?;
        let _ = self.id.set(id);
        Ok(())
    }

    fn grow(&self, bytes: usize) -> Result<(), Unread> {
        let Some(id) = self.id.get() else { return Ok(()) };
        let grown = self.connection.all.bodies.under_way().grow(*id, self.of(), bytes, self.connection.all.now());
        grown.map_err(|Full| self.refuse(FULL, BodyRefused::Full))
    }

    fn waits(&self, cx: &Context<'_>) -> Result<(), Unread> {
        let Some(id) = self.id.get() else { return Ok(()) };
        let is_there = self.connection.all.bodies.under_way().waits(*id, cx.waker());
        if is_there { Ok(()) } else { Err(self.refuse(FULL, BodyRefused::Full)) }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(id) = self.id.get() {
            self.connection.all.bodies.under_way().end(*id);
        }
    }
}

/// A body was not read to its end by the hub's own will.
#[derive(Debug)]
struct Unread(BodyRefused);

impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            BodyRefused::Full => "too many requests are under way",
            BodyRefused::Slow => "the request's body did not arrive in time",
        })
    }
}

impl Error for Unread {}

/// A request's body that counts.
pub(super) struct Counted {
    inner: Incoming,
    held: Arc<Held>,
    ends: Option<Pin<Box<Sleep>>>,
}

impl Counted {
    pub fn new(inner: Incoming, held: Arc<Held>) -> Self {
        Self { inner, held, ends: None }
    }
}

impl hyper::body::Body for Counted {
    type Data = Bytes;
    type Error = Box<dyn Error + Send + Sync>;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        if !self.inner.is_end_stream() {
            self.held.begin()?;
        }
        match Pin::new(&mut self.inner).poll_frame(cx) {
            Poll::Ready(Some(Ok(frame))) => {
                self.held.grow(frame.data_ref().map_or(0, Bytes::len))?;
                Poll::Ready(Some(Ok(frame)))
            }
            Poll::Ready(Some(Err(error))) => Poll::Ready(Some(Err(error.into()))),
            Poll::Ready(None) => Poll::Ready(None),
            Poll::Pending => {
                self.held.waits(cx)?;
                let most = if self.held.is_in_pieces.load(Acquire) { LONG_BODY } else { WHOLE_BODY };
                let ends = self.ends.get_or_insert_with(|| Box::pin(sleep(most)));
                match ends.as_mut().poll(cx) {
                    Poll::Ready(()) => Poll::Ready(Some(Err(self.held.refuse(SLOW, BodyRefused::Slow).into()))),
                    Poll::Pending => Poll::Pending,
                }
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

/// An answer's body: its connection works until it is gone.
pub(super) struct Answered {
    inner: Body,
    connection: Arc<Connection>,
}

impl Answered {
    pub fn new(inner: Body, connection: Arc<Connection>) -> Self {
        Self { inner, connection }
    }
}

impl hyper::body::Body for Answered {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        Pin::new(&mut self.inner).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

impl Drop for Answered {
    fn drop(&mut self) {
        self.connection.waits();
    }
}
