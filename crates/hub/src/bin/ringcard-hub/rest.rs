//! Asks the hub that runs on this machine, over the REST everybody may use: just enough HTTP for that.

use crate::{Failure, installation::Installation};
use ringcard_hub::{config::HubSettings, folder};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

const CONNECT: Duration = Duration::from_secs(2);
const ANSWER: Duration = Duration::from_secs(30);
/// A page of two hundred rows with the longest comments is much smaller.
const MOST: u64 = 16 * 1024 * 1024;

/// The hub of this installation.
pub struct Hub {
    address: SocketAddr,
    token: Option<SecretString>,
}

impl Hub {
    pub async fn of(installation: &Installation, settings: &HubSettings) -> Result<Self, Failure> {
        // The hub that has the folder says where it is found: the settings may have changed since, or name port 0.
        let holder = folder::in_use(&installation.data_dir(settings)).flatten();
        let mut address = holder.and_then(|holder| holder.address).unwrap_or(settings.listen.address);
        match address.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => address.set_ip(Ipv4Addr::LOCALHOST.into()),
            IpAddr::V6(ip) if ip.is_unspecified() => address.set_ip(Ipv6Addr::LOCALHOST.into()),
            _ => {}
        }
        Ok(Self { address, token: installation.api_token(settings).await? })
    }

    /// The answer; `None`: no hub runs.
    pub async fn ask(&self, method: &str, path: &str) -> Result<Option<Value>, Failure> {
        self.send(method, path, None).await
    }

    /// The same, with something given along.
    pub async fn send(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Option<Value>, Failure> {
        let Ok(Ok(mut stream)) = timeout(CONNECT, TcpStream::connect(self.address)).await else { return Ok(None) };
        let Some(token) = &self.token else {
            return Err("The hub runs, and takes no questions: give it a token under [listen] api_token.".into());
        };
        let body = body.map(Value::to_string).unwrap_or_default();
        let request = format!(
            "{method} /v1{path} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
            self.address,
            token.expose_secret().trim(),
            body.len()
        );
        let mut answer = Vec::new();
        let talk = async {
            stream.write_all(request.as_bytes()).await?;
            stream.take(MOST).read_to_end(&mut answer).await
        };
        timeout(ANSWER, talk).await.map_err(|_| "The hub does not answer.")??;
        let answer = String::from_utf8(answer)?;
        let (head, body) = answer.split_once("\r\n\r\n").ok_or("What runs at the hub's address is no hub.")?;
        let body: Value = serde_json::from_str(body).map_err(|_| "What runs at the hub's address is no hub.")?;
        if head.split(' ').nth(1).is_some_and(|status| status.starts_with('2')) {
            return Ok(Some(body));
        }
        Err(body["error"]["message"].as_str().unwrap_or("The hub refused.").to_owned().into())
    }
}
