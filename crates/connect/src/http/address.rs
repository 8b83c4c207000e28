//! Addresses requests go to.

use reqwest::Url;
use std::net::IpAddr;

/// Whether an address may be used at all; the error says what to change.
pub(crate) fn check_address(text: &str, allow_http: bool) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|error| format!("the address is none ({error}): check the settings"))?;
    match url.scheme() {
        "https" => Ok(url),
        "http" if allow_http || is_loopback(&url) => Ok(url),
        "http" => {
            let message = "the address begins with http://, and passwords would travel readable: use https://, \
                           or allow http for this account where the network is your own";
            Err(message.to_owned())
        }
        other => Err(format!("addresses begin with https://, not with {other}://: check the settings")),
    }
}

/// `host` or `host:port`
pub(crate) fn place(url: &Url) -> String {
    let host = url.host_str().unwrap_or("?");
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

pub(crate) fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_ones_own_machine_is_loopback() {
        let loopback = |url: &str| is_loopback(&Url::parse(url).expect("an address"));
        for own in ["http://localhost/x", "http://LOCALHOST:1", "http://127.9.9.9", "http://[::1]:80"] {
            assert!(loopback(own), "{own}");
        }
        for other in ["http://localhost.example", "http://128.0.0.1", "http://[::2]", "http://127.0.0.1.example"] {
            assert!(!loopback(other), "{other}");
        }
    }
}
