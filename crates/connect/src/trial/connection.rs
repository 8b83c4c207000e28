//! The first step of every test: the server's name, and a connection to its port.

use crate::http::address::place;
use reqwest::Url;
use std::time::Duration;
use tokio::net::{TcpStream, lookup_host};

/// What to do about a connection that does not come, after the colon of a sentence.
pub(crate) struct Advice {
    pub no_answer: &'static str,
    pub no_such_server: &'static str,
    pub refused: &'static str,
}

/// Whether anybody answers at this address, each step within `patience`.
pub(crate) async fn try_connection(url: &Url, patience: Duration, advice: &Advice) -> Result<String, String> {
    let place = place(url);
    let host = url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']').to_owned();
    let port = url.port_or_known_default().unwrap_or(443);
    let late = |_| format!("{place} did not answer within {} s: {}", patience.as_secs(), advice.no_answer);
    let found = tokio::time::timeout(patience, lookup_host((host, port))).await.map_err(late)?;
    let Ok(addresses) = found else {
        return Err(format!("there is no server called {place}: {}", advice.no_such_server));
    };
    let addresses: Vec<_> = addresses.collect();
    match tokio::time::timeout(patience, TcpStream::connect(addresses.as_slice())).await.map_err(late)? {
        Ok(_) => Ok(format!("{place} answers")),
        Err(error) => Err(format!("nothing answers at {place} ({}): {}", error.kind(), advice.refused)),
    }
}
