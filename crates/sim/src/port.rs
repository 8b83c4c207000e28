//! A port that can be closed and opened again at the same address, as a network or a program comes and goes.

use axum::{Router, serve::Listener};
use futures_util::future::BoxFuture;
use std::{fmt, io, net::SocketAddr, sync::Arc, time::Duration};
use tokio::{
    net::{TcpListener, TcpSocket, TcpStream},
    sync::{Mutex, mpsc, oneshot},
    task::JoinHandle,
};

/// Connections waiting to be accepted.
const BACKLOG: u32 = 256;
/// How long connections may take to end.
const GOODBYE: Duration = Duration::from_secs(3);

/// Resolves when the system behind a port closes for good.
pub(crate) type Closed = Arc<dyn Fn() -> BoxFuture<'static, ()> + Send + Sync>;

pub(crate) struct Port {
    pub address: SocketAddr,
    app: Router,
    closed: Closed,
    open: Mutex<Option<Open>>,
    /// Bound and never listening: keeps the port ours while it is shut.
    _ours: Option<TcpSocket>,
}

#[derive(Debug)]
struct Open {
    shut: oneshot::Sender<()>,
    /// Ends when nobody listens any more.
    listening: mpsc::Receiver<()>,
    server: JoinHandle<()>,
}

impl fmt::Debug for Port {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Port").field("address", &self.address).finish_non_exhaustive()
    }
}

impl Port {
    pub async fn open(closed: Closed, app: Router, wanted: SocketAddr) -> io::Result<Self> {
        // Elsewhere, sharing an address means that either may be asked.
        let ours = if cfg!(unix) { Some(bound(wanted)?) } else { None };
        let address = ours.as_ref().map_or(Ok(wanted), TcpSocket::local_addr)?;
        let listener = bound(address)?.listen(BACKLOG)?;
        let address = listener.local_addr()?;
        let port = Self { address, app, closed, open: Mutex::default(), _ours: ours };
        port.begin(listener).await;
        Ok(port)
    }

    /// Connections are refused from now on, and those that are idle end.
    pub async fn shut(&self) {
        let Some(Open { shut, mut listening, server }) = self.open.lock().await.take() else { return };
        let _ = shut.send(());
        while listening.recv().await.is_some() {}
        // Requests under way may take longer; nobody waits for them.
        let _ = tokio::time::timeout(Duration::from_millis(250), server).await;
    }

    pub async fn reopen(&self) -> io::Result<()> {
        if self.open.lock().await.is_none() {
            let listener = bound(self.address)?.listen(BACKLOG)?;
            self.begin(listener).await;
        }
        Ok(())
    }

    /// After everything closed: until the last connection ended.
    pub async fn ended(&self) {
        let Some(open) = self.open.lock().await.take() else { return };
        if tokio::time::timeout(GOODBYE, open.server).await.is_err() {
            tracing::warn!("a connection of a simulated system did not end in time");
        }
    }

    async fn begin(&self, listener: TcpListener) {
        let (shut, told) = oneshot::channel();
        let (alive, listening) = mpsc::channel(1);
        let (app, closed) = (self.app.clone(), (self.closed)());
        let server = tokio::spawn(async move {
            let until = async move {
                tokio::select! {
                    () = closed => {}
                    _ = told => {}
                }
            };
            let listener = Told { listener, _alive: alive };
            if let Err(error) = axum::serve(listener, app).with_graceful_shutdown(until).await {
                tracing::error!(%error, "a simulated system ended");
            }
        });
        *self.open.lock().await = Some(Open { shut, listening, server });
    }
}

fn bound(address: SocketAddr) -> io::Result<TcpSocket> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    if cfg!(unix) {
        socket.set_reuseaddr(true)?;
    }
    socket.bind(address)?;
    Ok(socket)
}

/// A listener whose end is told.
struct Told {
    listener: TcpListener,
    _alive: mpsc::Sender<()>,
}

impl Listener for Told {
    type Io = TcpStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        Listener::accept(&mut self.listener).await
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.listener.local_addr()
    }
}
