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

/// For requests that go to `address`.
pub(crate) fn build(builder: reqwest::ClientBuilder, address: Option<&Url>) -> Result<reqwest::Client, String> {
    // This machine is asked directly, and without its certificate authorities, which it may not have.
    let builder = match address.is_some_and(|url| url.scheme() == "http" && is_loopback(url)) {
        true => builder.no_proxy().tls_certs_only([]),
        false => builder,
    };
    builder.build().map_err(|error| {
        format!("no secure connections can be made on this machine ({}): install its CA certificates", reason(&error))
    })
}
