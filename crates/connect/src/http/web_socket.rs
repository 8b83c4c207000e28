//! A line of frames that begins as an HTTP request: so it has the same certificates, proxies and words as every other one.

use reqwest::{RequestBuilder, Response, Upgraded};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        handshake::{client::generate_key, derive_accept_key},
        protocol::{Role, WebSocketConfig},
    },
};

/// An open line.
pub type WebSocket = WebSocketStream<Upgraded>;

/// A request that asks for a line, and what proves that it was understood.
pub(crate) fn asking(request: RequestBuilder) -> (RequestBuilder, String) {
    let key = generate_key();
    let request = request
        .header("Connection", "Upgrade")
        .header("Upgrade", "websocket")
        .header("Sec-WebSocket-Version", "13")
        .header("Sec-WebSocket-Key", &key);
    (request, key)
}

/// Whether the answer opens the line.
pub(crate) fn is_opened(answer: &Response, key: &str) -> bool {
    let accepted = answer.headers().get("Sec-WebSocket-Accept").and_then(|value| value.to_str().ok());
    answer.status().as_u16() == 101 && accepted == Some(derive_accept_key(key.as_bytes()).as_str())
}

/// The line, with frames of at most so many bytes.
pub(crate) async fn line(answer: Response, longest: usize) -> reqwest::Result<WebSocket> {
    let upgraded = answer.upgrade().await?;
    let config = WebSocketConfig::default().max_message_size(Some(longest)).max_frame_size(Some(longest));
    Ok(WebSocketStream::from_raw_socket(upgraded, Role::Client, Some(config)).await)
}
