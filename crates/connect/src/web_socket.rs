//! A line of frames to an address somebody gave, for whoever is no connector: a desk's to its hub.
//!
//! It trusts whom the system trusts, and goes where the system's proxies lead, as every request of a connector does; to this
//! machine it goes directly.

use crate::http::{
    address::place,
    failure::SendFailure,
    sending::{build, builder},
    web_socket::{asking, is_opened, line},
};
use reqwest::Url;
use std::time::Duration;
use thiserror::Error;

pub use crate::http::web_socket::WebSocket;

/// Why there is no line. The texts hold no address beyond its host.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NoWebSocket {
    /// It is no address of such a line.
    #[error("the address cannot be read")]
    Address,
    /// Nobody answers there, or nobody that is trusted; a sentence that begins small.
    #[error("{0}")]
    NotReached(String),
    /// Somebody answers, and opens no line.
    #[error("the server answered {status}")]
    Answered { status: u16 },
}

/// Opens a line to `ws://…` or `wss://…`. The whole handshake has this time.
pub async fn open(url: &str, within: Duration, longest: usize) -> Result<WebSocket, NoWebSocket> {
    let as_request = match url.split_once("://") {
        Some(("ws", rest)) => format!("http://{rest}"),
        Some(("wss", rest)) => format!("https://{rest}"),
        _ => return Err(NoWebSocket::Address),
    };
    let url = Url::parse(&as_request).map_err(|_| NoWebSocket::Address)?;
    let http = build(builder(within).connect_timeout(within), Some(&url)).map_err(NoWebSocket::NotReached)?;
    let place = place(&url);
    let failed = |error: reqwest::Error| {
        NoWebSocket::NotReached(match SendFailure::of(&error, &place, within) {
            SendFailure::NotSent(why) | SendFailure::NotConfigured(why) | SendFailure::Unknown(why) => why,
            SendFailure::NotNow(not_now) => not_now.why,
        })
    };
    let (request, key) = asking(http.get(url));
    let answer = request.send().await.map_err(failed)?;
    if !is_opened(&answer, &key) {
        return Err(NoWebSocket::Answered { status: answer.status().as_u16() });
    }
    line(answer, longest).await.map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOON: Duration = Duration::from_secs(5);

    #[tokio::test]
    async fn only_addresses_of_such_lines_are_opened() {
        for none in ["hub", "http://127.0.0.1/", "wss://", "ftp://127.0.0.1/"] {
            assert_eq!(open(none, SOON, 1024).await.err(), Some(NoWebSocket::Address), "{none}");
        }
    }
}
