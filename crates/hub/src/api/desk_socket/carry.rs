//! Frames both ways between a desk's socket and its link, until one of them ends or the desk does not keep up.
//!
//! Reading and writing wait for nobody but themselves: while a long answer is on its way, a click is heard.

use crate::Link;
use futures_util::{Sink, SinkExt, Stream, StreamExt};
use ringcard_core::frame::{DeskFrame, HubFrame};
use std::{future::pending, time::Duration};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    sync::mpsc,
    time::{Instant, MissedTickBehavior, interval_at, timeout, timeout_at},
};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{Bytes, Error, Message},
};

/// How long a desk may take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// A desk is asked this often whether it is there; its library answers by itself.
    pub ping: Duration,
    /// Without a word for so long, answers to pings among them, it is gone. Two pings may be lost.
    pub silence: Duration,
    /// A frame is on its way to it for no longer, and ..
    pub sending: Duration,
    /// .. a second more for so many bytes of it: a snapshot may be long, and a line slow.
    pub bytes_per_second: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            ping: Duration::from_secs(20),
            silence: Duration::from_secs(60),
            sending: Duration::from_secs(10),
            bytes_per_second: 64 * 1024,
        }
    }
}

/// Why a desk's link is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ended {
    /// The desk closed it, or the network did.
    ByDesk,
    /// The hub stops, or let go of a desk that was too slow.
    ByHub,
    /// Nothing was heard of the desk.
    Silent,
    /// The desk takes nothing.
    NotReading,
    /// It sent what is no frame.
    NoFrame,
}

/// Carries frames until it ends, and says why.
pub(super) async fn carry<S>(socket: &mut WebSocketStream<S>, link: Link, limits: Limits) -> Ended
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let (out, incoming) = socket.split();
    let Link { to_hub, from_hub } = link;
    tokio::select! {
        ended = hear(incoming, to_hub, limits) => ended,
        ended = tell(out, from_hub, limits) => ended,
    }
}

async fn hear(
    mut incoming: impl Stream<Item = Result<Message, Error>> + Unpin,
    to_hub: mpsc::Sender<DeskFrame>,
    limits: Limits,
) -> Ended {
    let mut heard = Instant::now();
    loop {
        match timeout_at(heard + limits.silence, incoming.next()).await {
            Ok(Some(Ok(Message::Text(text)))) => match serde_json::from_str(&text) {
                Ok(frame) => {
                    if to_hub.send(frame).await.is_err() {
                        // What the hub still says comes the other way, and then its end.
                        return pending().await;
                    }
                }
                Err(_) => return Ended::NoFrame,
            },
            // pings are answered by the library
            Ok(Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Binary(_) | Message::Frame(_)))) => {}
            Ok(Some(Ok(Message::Close(_)) | Err(_)) | None) => return Ended::ByDesk,
            Err(_) => return Ended::Silent,
        }
        heard = Instant::now();
    }
}

async fn tell(
    mut out: impl Sink<Message, Error = Error> + Unpin,
    mut from_hub: mpsc::Receiver<HubFrame>,
    limits: Limits,
) -> Ended {
    let mut pings = interval_at(Instant::now() + limits.ping, limits.ping);
    pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let message = tokio::select! {
            frame = from_hub.recv() => match frame {
                Some(frame) => text(&frame),
                None => return Ended::ByHub,
            },
            _ = pings.tick() => Message::Ping(Bytes::new()),
        };
        let seconds = u64::try_from(message.len() / limits.bytes_per_second).unwrap_or(u64::MAX);
        match timeout(limits.sending + Duration::from_secs(seconds), out.send(message)).await {
            Ok(Ok(())) => {}
            Ok(Err(_)) => return Ended::ByDesk,
            Err(_) => return Ended::NotReading,
        }
    }
}

pub(super) fn text(frame: &HubFrame) -> Message {
    Message::text(serde_json::to_string(frame).expect("BUG: our own words are always JSON"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ringcard_core::frame::{Request, RequestError, RequestErrorCode};
    use tokio::io::{DuplexStream, duplex};
    use tokio_tungstenite::tungstenite::protocol::Role;

    /// Long enough on the noisiest machine.
    const PATIENCE: Duration = Duration::from_secs(20);
    /// What nobody reaches.
    const NEVER: Duration = Duration::from_secs(3600);
    const SOON: Duration = Duration::from_millis(50);

    struct Ends {
        /// The desk's end of the network.
        desk: WebSocketStream<DuplexStream>,
        /// The hub's end of the link.
        to_desk: mpsc::Sender<HubFrame>,
        from_desk: mpsc::Receiver<DeskFrame>,
        carried: tokio::task::JoinHandle<Ended>,
    }

    async fn ends(limits: Limits) -> Ends {
        let (here, there) = duplex(1024);
        let (to_hub, from_desk) = mpsc::channel(4);
        let (to_desk, from_hub) = mpsc::channel(4);
        let mut socket = WebSocketStream::from_raw_socket(here, Role::Server, None).await;
        let desk = WebSocketStream::from_raw_socket(there, Role::Client, None).await;
        let carried = tokio::spawn(async move { carry(&mut socket, Link { to_hub, from_hub }, limits).await });
        Ends { desk, to_desk, from_desk, carried }
    }

    fn patient() -> Limits {
        Limits { ping: NEVER, silence: NEVER, sending: NEVER, bytes_per_second: 1024 }
    }

    fn large() -> HubFrame {
        HubFrame::Refused { error: RequestError::new(RequestErrorCode::Busy, "x".repeat(16 * 1024)) }
    }

    async fn in_time<T>(what: impl Future<Output = T>) -> T {
        timeout(PATIENCE, what).await.expect("in time")
    }

    #[tokio::test]
    async fn a_desk_that_takes_nothing_is_let_go() {
        let ends = ends(Limits { sending: SOON, bytes_per_second: usize::MAX, ..patient() }).await;
        ends.to_desk.send(large()).await.expect("there is room for one");
        assert_eq!(in_time(ends.carried).await.expect("it ended"), Ended::NotReading);
        assert!(ends.to_desk.is_closed(), "the hub knows");
    }

    #[tokio::test]
    async fn a_desk_that_takes_nothing_is_heard_all_the_same() {
        let mut ends = ends(patient()).await;
        ends.to_desk.send(large()).await.expect("there is room for one");
        let click = Message::text(r#"{"type":"request","id":7,"request":{"type":"missed_seen"}}"#);
        in_time(ends.desk.send(click)).await.expect("it is sent");
        let heard = in_time(ends.from_desk.recv()).await;
        assert_eq!(heard, Some(DeskFrame::Request { id: 7, request: Request::MissedSeen }));
    }

    #[tokio::test]
    async fn a_desk_that_says_nothing_is_let_go_however_much_it_is_told() {
        let ends = ends(Limits { silence: SOON, ..patient() }).await;
        let telling = ends.to_desk.clone();
        let mut desk = ends.desk.into_inner();
        // It takes whatever comes, and never answers.
        tokio::spawn(async move { tokio::io::copy(&mut desk, &mut tokio::io::sink()).await });
        tokio::spawn(async move { while telling.send(HubFrame::Restarting).await.is_ok() {} });
        assert_eq!(in_time(ends.carried).await.expect("it ended"), Ended::Silent);
    }

    #[tokio::test]
    async fn a_desk_is_asked_whether_it_is_there() {
        let mut ends = ends(Limits { ping: Duration::from_millis(1), ..patient() }).await;
        for _ in 0..3 {
            let heard = in_time(ends.desk.next()).await.expect("a frame").expect("a whole one");
            assert!(matches!(heard, Message::Ping(_)), "{heard:?}");
        }
        assert!(!ends.carried.is_finished());
        drop(ends.desk);
        assert_eq!(in_time(ends.carried).await.expect("it ended"), Ended::ByDesk);
    }

    #[tokio::test]
    async fn what_is_no_frame_ends_it() {
        let mut ends = ends(patient()).await;
        in_time(ends.desk.send(Message::text("hello"))).await.expect("it is sent");
        assert_eq!(in_time(ends.carried).await.expect("it ended"), Ended::NoFrame);
    }
}
