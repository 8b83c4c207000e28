//! Why a request has no answer: one way to say so, for every connector.

use super::trouble::{no_connection, reason};
use crate::{NotNow, permits::CameTo};
use std::time::Duration;

/// Why there is no answer. The texts hold no secrets and no URLs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SendFailure {
    /// The request cannot be made: nothing was sent.
    NotConfigured(String),
    /// No connection: nothing was sent.
    NotSent(String),
    /// The account's limits, or its turn did not come in time: nothing was sent.
    NotNow(NotNow),
    /// It was sent, or may have been, and no answer came.
    Unknown(String),
}

impl SendFailure {
    /// Of a request to `place` that had `timeout` to be answered.
    pub fn of(error: &reqwest::Error, place: &str, timeout: Duration) -> Self {
        // A time-out while it connects is one before the request left: connecting has only a part of the time.
        if error.is_connect() {
            return Self::NotSent(match error.is_timeout() {
                true => format!("{place} did not answer the connection in time"),
                false => no_connection(error, place),
            });
        }
        if error.is_builder() {
            return Self::NotConfigured(format!("the request cannot be made ({}): check the settings", reason(error)));
        }
        match error.is_timeout() {
            true => Self::silent(place, timeout),
            false => Self::Unknown(format!("{place} closed the connection before it answered")),
        }
    }

    /// It was sent, and `place` did not begin to answer within `timeout`.
    pub fn silent(place: &str, timeout: Duration) -> Self {
        Self::Unknown(format!("no answer from {place} within {} s", timeout.as_secs_f32()))
    }

    /// What it says of its account.
    pub fn came_to(&self) -> CameTo {
        match self {
            Self::NotConfigured(_) | Self::NotNow(_) => CameTo::NeverLeft,
            Self::NotSent(detail) => CameTo::NotSent { detail: detail.clone(), wait: None },
            Self::Unknown(detail) => CameTo::Unknown { detail: detail.clone() },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::{address::place, sending::builder};
    use reqwest::Url;
    use tokio::{io::AsyncReadExt, net::TcpListener};

    const TIMEOUT: Duration = Duration::from_secs(2);

    async fn failure_of(url: &str) -> SendFailure {
        let url = Url::parse(url).expect("an address");
        let http = builder(TIMEOUT).no_proxy().tls_certs_only([]).build().expect("a client");
        let error = http.get(url.clone()).send().await.expect_err("no answer");
        SendFailure::of(&error, &place(&url), TIMEOUT)
    }

    #[tokio::test]
    async fn what_certainly_did_not_leave_is_told_from_what_may_have() {
        let free = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let nobody = free.local_addr().expect("its address");
        drop(free);
        let refused = failure_of(&format!("http://{nobody}/?token=s3cret")).await;
        assert!(matches!(&refused, SendFailure::NotSent(why) if why.contains("connection refused")), "{refused:?}");
        assert!(matches!(refused.came_to(), CameTo::NotSent { wait: None, .. }));

        let server = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let there = server.local_addr().expect("its address");
        let hangs_up = tokio::spawn(async move {
            let (mut stream, _) = server.accept().await.expect("a connection");
            stream.read_exact(&mut [0; 16]).await.expect("a request");
        });
        let closed = failure_of(&format!("http://{there}/?token=s3cret")).await;
        hangs_up.await.expect("it hung up");
        assert!(matches!(&closed, SendFailure::Unknown(why) if why.contains("closed the connection")), "{closed:?}");
        assert!(matches!(closed.came_to(), CameTo::Unknown { .. }));
        for failure in [refused, closed] {
            assert!(!format!("{failure:?}").contains("s3cret"), "{failure:?}");
        }
    }

    #[test]
    fn what_had_no_turn_costs_nothing() {
        let no_turn = SendFailure::NotNow(NotNow { why: "later".to_owned(), wait: None });
        assert_eq!(no_turn.came_to(), CameTo::NeverLeft);
        assert_eq!(SendFailure::NotConfigured("no".to_owned()).came_to(), CameTo::NeverLeft);
    }
}
