//! A connection's bytes: it keeps its place as long as they can flow, and ends when the other side takes none.

use super::{NOTHING_TAKEN, connection::Connection};
use std::{
    future::Future,
    io::{self, IoSlice},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
    time::{Sleep, sleep},
};

/// So much of its answers the system keeps for one connection (Linux counts twice as much, with its own needs). Left to
/// itself it keeps 4 MB, for strangers too, who ask again and again and take nothing.
#[cfg(unix)]
const SENT_AHEAD: u32 = 64 * 1024;

/// Bounds what the system keeps for each connection that comes in here: they take it over from their listener.
#[cfg(unix)]
pub(super) fn bound_sending(listener: &TcpListener) -> io::Result<()> {
    use std::os::fd::AsFd;
    let same = std::net::TcpStream::from(listener.as_fd().try_clone_to_owned()?);
    tokio::net::TcpSocket::from_std_stream(same).set_send_buffer_size(SENT_AHEAD)
}

/// Elsewhere the system keeps little.
#[cfg(not(unix))]
pub(super) fn bound_sending(_: &TcpListener) -> io::Result<()> {
    Ok(())
}

pub(super) struct Stream {
    inner: TcpStream,
    /// Runs while something waits to be taken.
    stalled: Option<Pin<Box<Sleep>>>,
    /// Held for its place.
    _connection: Arc<Connection>,
}

impl Stream {
    pub fn new(inner: TcpStream, connection: Arc<Connection>) -> Self {
        Self { inner, stalled: None, _connection: connection }
    }

    fn taken<T>(&mut self, cx: &mut Context<'_>, polled: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if polled.is_ready() {
            self.stalled = None;
            return polled;
        }
        let stalled = self.stalled.get_or_insert_with(|| Box::pin(sleep(NOTHING_TAKEN)));
        match stalled.as_mut().poll(cx) {
            Poll::Ready(()) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl AsyncRead for Stream {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_read(cx, buf)
    }
}

impl AsyncWrite for Stream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.inner).poll_write(cx, buf);
        self.taken(cx, polled)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.inner).poll_write_vectored(cx, bufs);
        self.taken(cx, polled)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[tokio::test]
    async fn little_is_kept_for_somebody_who_takes_nothing() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        bound_sending(&listener).expect("a bound");
        let _takes_nothing =
            TcpStream::connect(listener.local_addr().expect("an address")).await.expect("a connection");
        let (stream, _) = listener.accept().await.expect("a connection");
        stream.writable().await.expect("room");
        let mut kept = 0;
        while let Ok(more) = stream.try_write(&[b'a'; 16 * 1024]) {
            kept += more;
        }
        assert!((32 * 1024..1024 * 1024).contains(&kept), "{kept} bytes");
    }
}
