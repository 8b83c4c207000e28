//! The first frame of a desk socket, read under narrower limits than those behind it.
//!
//! The library's limits are fixed when a socket begins. So there are two sockets on one connection, one after the other; and
//! the first takes its bytes one by one, so that none of the second's is lost in it.

use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};
use tokio::io::{AsyncRead, AsyncWrite, BufReader, ReadBuf};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::protocol::{Role, WebSocketConfig},
};

/// A desk says hello at once.
pub(super) const TIME: Duration = Duration::from_secs(5);
/// An agent's name and a token are shorter by far.
const HELLO_BYTES: usize = 16 * 1024;
const READ_BYTES: usize = 1024;

/// The connection below the socket, with what was read from it and not yet taken.
pub(super) struct Plain(BufReader<TokioIo<Upgraded>>);

impl Plain {
    pub fn of(upgraded: Upgraded) -> Self {
        Self(BufReader::with_capacity(READ_BYTES, TokioIo::new(upgraded)))
    }
}

/// Takes one byte at a time.
pub(super) struct ByteByByte(Plain);

/// A socket that takes hello and no more.
pub(super) async fn socket(plain: Plain) -> WebSocketStream<ByteByByte> {
    let config = WebSocketConfig::default()
        .read_buffer_size(64)
        .write_buffer_size(READ_BYTES)
        .max_write_buffer_size(HELLO_BYTES)
        .max_frame_size(Some(HELLO_BYTES))
        .max_message_size(Some(HELLO_BYTES));
    WebSocketStream::from_raw_socket(ByteByByte(plain), Role::Server, Some(config)).await
}

/// What is left when hello was heard.
pub(super) fn done(socket: WebSocketStream<ByteByByte>) -> Plain {
    socket.into_inner().0
}

impl AsyncRead for ByteByByte {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let mut byte = [0];
        let mut one = ReadBuf::new(&mut byte);
        ready!(Pin::new(&mut self.0).poll_read(cx, &mut one))?;
        buf.put_slice(one.filled());
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for ByteByByte {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}

impl AsyncRead for Plain {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buf)
    }
}

impl AsyncWrite for Plain {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}
