//! What sends a request at most once.

use super::{address::is_loopback, trouble::reason};
use reqwest::{Url, redirect::Policy};
use std::{sync::Once, time::Duration};

static PROVIDER: Once = Once::new();

/// What sends a request at most once. Chooses who does TLS, once; an application that installed one already keeps it.
pub(crate) fn builder(timeout: Duration) -> reqwest::ClientBuilder {
    PROVIDER.call_once(|| drop(rustls::crypto::ring::default_provider().install_default()));
    reqwest::Client::builder()
        .redirect(Policy::none())
        .retry(reqwest::retry::never())
        .http1_only()
        .pool_max_idle_per_host(0)
        .referer(false)
        .timeout(timeout)
        // Half the time to connect: a time-out after that is one after the request left.
        .connect_timeout(timeout / 2)
        .user_agent(concat!("Ringcard/", env!("CARGO_PKG_VERSION")))
}

/// For requests that go to `address`. Through which proxy: what the variables `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and
/// `NO_PROXY` say, else, on Windows and macOS, what the system is set to; and to this machine through none.
pub(crate) fn build(builder: reqwest::ClientBuilder, address: Option<&Url>) -> Result<reqwest::Client, String> {
    let is_here = address.is_some_and(is_loopback);
    let builder = if is_here { builder.no_proxy() } else { builder };
    // Without the machine's certificate authorities, which it may not have.
    let builder = match is_here && address.is_some_and(|url| url.scheme() == "http") {
        true => builder.tls_certs_only([]),
        false => builder,
    };
    builder.build().map_err(|error| {
        format!("no secure connections can be made on this machine ({}): install its CA certificates", reason(&error))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::Proxy;
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
    };

    /// What a server of this machine is asked, where everything is set to go through a proxy that is not there.
    async fn asked_past_a_proxy(host: &str) -> Result<String, reqwest::Error> {
        let server = TcpListener::bind((host, 0)).await.expect("a port");
        let port = server.local_addr().expect("its address").port();
        let answers = tokio::spawn(async move {
            let (mut stream, _) = server.accept().await.expect("a connection");
            let mut head = Vec::new();
            // All of it: a connection that is closed over words nobody read loses its answer on the way.
            while !head.ends_with(b"\r\n\r\n") {
                assert!(stream.read_buf(&mut head).await.expect("a request") > 0, "it hung up");
            }
            stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await.expect("an answer");
            String::from_utf8_lossy(&head).into_owned()
        });
        let url = Url::parse(&format!("http://{host}:{port}/own/place")).expect("an address");
        let proxy = Proxy::all("http://127.0.0.1:9").expect("a proxy");
        let http = build(builder(Duration::from_secs(10)).proxy(proxy), Some(&url)).expect("a client");
        http.get(url).send().await?;
        Ok(answers.await.expect("it was asked"))
    }

    #[tokio::test]
    async fn this_machine_is_asked_directly_whatever_proxy_is_set() {
        for host in ["127.0.0.1", "localhost"] {
            let head = asked_past_a_proxy(host).await.expect("an answer");
            assert!(head.starts_with("GET /own/place "), "{head}");
        }
    }

    #[tokio::test]
    async fn everybody_else_is_asked_through_the_proxy_that_is_set() {
        let proxy = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = proxy.local_addr().expect("its address");
        let hears = tokio::spawn(async move {
            let (mut stream, _) = proxy.accept().await.expect("a connection");
            let mut head = [0; 28];
            stream.read_exact(&mut head).await.expect("a request");
            String::from_utf8_lossy(&head).into_owned()
        });
        let url = Url::parse("https://pbx.example.com/api").expect("an address");
        let proxy = Proxy::all(format!("http://{address}")).expect("a proxy");
        let builder = builder(Duration::from_secs(10)).tls_certs_only([]).proxy(proxy);
        let http = build(builder, Some(&url)).expect("a client");
        http.get(url).send().await.expect_err("it hung up");
        assert_eq!(hears.await.expect("it was asked"), "CONNECT pbx.example.com:443 ");
    }
}
