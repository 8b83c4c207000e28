//! Bodies under way: how much of them is held, in all and of whom, and for how long one may take.
//!
//! Counted is what was handed to whoever reads the body, until its request is answered. So a handler needs to know nothing
//! of it; the refusal is made here, too.

use super::{connection::Connection, counts::BodyRefused};
use axum::body::Body;
use hyper::body::{Bytes, Frame, Incoming, SizeHint};
use std::{
    collections::HashMap,
    error::Error,
    fmt,
    future::Future,
    net::IpAddr,
    pin::Pin,
    sync::{
        Arc, Mutex,
        atomic::{
            AtomicBool, AtomicU8,
            Ordering::{Acquire, Release},
        },
    },
    task::{Context, Poll},
    time::Duration,
};
use tokio::time::{Sleep, sleep};

/// A body that takes longer never comes.
const WHOLE_BODY: Duration = Duration::from_secs(30);

/// What may be held at once of requests that have shown a right key or token.
const OF_PROVEN: Share = Share { bytes: 64 * MIB, bodies: 256 };
/// Of requests that have not, yet, from addresses that are known: keys may be in the body.
const OF_KNOWN: Share = Share { bytes: 12 * MIB, bodies: 32 };
/// Of all others together.
const OF_STRANGERS: Share = Share { bytes: 12 * MIB, bodies: 32 };
/// Of one address of theirs.
const OF_ONE: Share = Share { bytes: 6 * MIB, bodies: 16 };

const MIB: usize = 1024 * 1024;

#[derive(Debug, Clone, Copy)]
struct Share {
    bytes: usize,
    bodies: usize,
}

/// Who a held body is counted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Of {
    Proven,
    Known,
    Stranger(IpAddr),
}

#[derive(Debug, Default, Clone, Copy)]
struct Sum {
    bytes: usize,
    bodies: usize,
}

impl Sum {
    fn has_room(&self, more: Sum, share: Share) -> bool {
        self.bytes + more.bytes <= share.bytes && self.bodies + more.bodies <= share.bodies
    }

    fn add(&mut self, more: Sum) {
        self.bytes += more.bytes;
        self.bodies += more.bodies;
    }

    fn take_away(&mut self, less: Sum) {
        self.bytes = self.bytes.saturating_sub(less.bytes);
        self.bodies = self.bodies.saturating_sub(less.bodies);
    }
}

/// Everything that is held.
#[derive(Debug, Default)]
pub(super) struct Bodies(Mutex<Sums>);

#[derive(Debug, Default)]
struct Sums {
    proven: Sum,
    known: Sum,
    strangers: Sum,
    one: HashMap<IpAddr, Sum>,
}

impl Bodies {
    /// Holds some more for somebody, if there is room.
    fn hold(&self, of: Of, more: Sum) -> bool {
        let mut sums = self.0.lock().expect("BUG: nobody panics while counting bodies");
        let (sum, share) = match of {
            Of::Proven => (&mut sums.proven, OF_PROVEN),
            Of::Known => (&mut sums.known, OF_KNOWN),
            Of::Stranger(address) => {
                let one = sums.one.get(&address).copied().unwrap_or_default();
                if !one.has_room(more, OF_ONE) || !sums.strangers.has_room(more, OF_STRANGERS) {
                    return false;
                }
                sums.one.entry(address).or_default().add(more);
                (&mut sums.strangers, OF_STRANGERS)
            }
        };
        let has_room = sum.has_room(more, share);
        if has_room {
            sum.add(more);
        }
        has_room
    }

    fn give_back(&self, of: Of, less: Sum) {
        let mut sums = self.0.lock().expect("BUG: nobody panics while counting bodies");
        match of {
            Of::Proven => sums.proven.take_away(less),
            Of::Known => sums.known.take_away(less),
            Of::Stranger(address) => {
                sums.strangers.take_away(less);
                if let Some(one) = sums.one.get_mut(&address) {
                    one.take_away(less);
                    if one.bodies == 0 {
                        sums.one.remove(&address);
                    }
                }
            }
        }
    }
}

const NOTHING: u8 = 0;
const FULL: u8 = 1;
const SLOW: u8 = 2;

/// What is held of one request's body, until the request is answered.
pub(super) struct Held {
    connection: Arc<Connection>,
    is_proven: AtomicBool,
    refused: AtomicU8,
    /// For whom, and how much.
    counted: Mutex<Option<(Of, Sum)>>,
}

impl Held {
    pub fn nothing(connection: Arc<Connection>) -> Arc<Self> {
        Arc::new(Self {
            connection,
            is_proven: AtomicBool::new(false),
            refused: AtomicU8::new(NOTHING),
            counted: Mutex::new(None),
        })
    }

    pub fn proved(&self) {
        self.is_proven.store(true, Release);
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

    /// Counts what comes next; all of it moves to the better share once the sender has shown who they are.
    fn hold(&self, bytes: usize) -> bool {
        let bodies = &self.connection.all.bodies;
        let mut counted = self.counted.lock().expect("BUG: nobody panics while counting a body");
        let of = match *counted {
            _ if self.is_proven.load(Acquire) => Of::Proven,
            Some((of, _)) => of,
            None if self.connection.is_from_somebody_known() => Of::Known,
            None => Of::Stranger(self.connection.address()),
        };
        match &mut *counted {
            Some((same, sum)) if *same == of => {
                let more = Sum { bytes, bodies: 0 };
                let has_room = bodies.hold(of, more);
                if has_room {
                    sum.add(more);
                }
                has_room
            }
            other => {
                let before = other.as_ref().map_or(0, |(_, sum)| sum.bytes);
                let all = Sum { bytes: before + bytes, bodies: 1 };
                let has_room = bodies.hold(of, all);
                if has_room && let Some((worse, sum)) = other.replace((of, all)) {
                    bodies.give_back(worse, sum);
                }
                has_room
            }
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let counted = self.counted.get_mut().expect("BUG: nobody panics while counting a body").take();
        if let Some((of, sum)) = counted {
            self.connection.all.bodies.give_back(of, sum);
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
        // Also before the first byte: whoever sends none holds a place all the same.
        if self.ends.is_none() && !self.inner.is_end_stream() && !self.held.hold(0) {
            return Poll::Ready(Some(Err(self.held.refuse(FULL, BodyRefused::Full).into())));
        }
        match Pin::new(&mut self.inner).poll_frame(cx) {
            Poll::Ready(Some(Ok(frame))) => {
                let bytes = frame.data_ref().map_or(0, Bytes::len);
                if !self.held.hold(bytes) {
                    return Poll::Ready(Some(Err(self.held.refuse(FULL, BodyRefused::Full).into())));
                }
                Poll::Ready(Some(Ok(frame)))
            }
            Poll::Ready(Some(Err(error))) => Poll::Ready(Some(Err(error.into()))),
            Poll::Ready(None) => Poll::Ready(None),
            Poll::Pending => {
                let ends = self.ends.get_or_insert_with(|| Box::pin(sleep(WHOLE_BODY)));
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
